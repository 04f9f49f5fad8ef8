"""Validated parameters of page handlers: a posted form of ours, a name in an address, a redirect target on this server."""

from typing import Annotated

from fastapi import Depends, Path
from starlette.datastructures import FormData

from warroom.web.kit.security import checked_form

Form = Annotated[FormData, Depends(checked_form)]
# A number, code or name in an address: plain characters, so that no NUL reaches the database.
Name = Annotated[str, Path(pattern=r"^[A-Za-z0-9._-]{1,40}$")]


def sanitize_target(target: str) -> str:
    """A redirect target on this server; anything else becomes the board (open redirect)."""
    # Browsers treat `//` and a backslash as the start of another host (URL Standard).
    fits = (
        target.startswith("/") and not target.startswith("//") and "\\" not in target and target.isprintable()
    )
    return target if fits else "/"
