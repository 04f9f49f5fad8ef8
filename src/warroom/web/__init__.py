"""Pages for people: the board, the case with its money river, the law, the log, and a door for who is held.

It shows what `warroom.operations` answers and carries decisions back to it; it decides nothing itself. It
refuses to ask any other host for anything, to write personal data into a log, and to say a thing in only one
language.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from warroom.web.app import create_app

__all__ = ["create_app"]


def __getattr__(name: str) -> object:
    """`create_app` is imported when asked for, so that `warroom.web.formats` and its like stay cheap."""
    if name != "create_app":
        raise AttributeError(name)
    from warroom.web.app import create_app

    return create_app
