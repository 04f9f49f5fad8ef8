"""What a page's handler takes from a request: a posted form that is ours, a name in an address, a target on this server."""

from typing import Annotated

from fastapi import Depends, Path
from starlette.datastructures import FormData

from warroom.web.kit.security import checked_form

Form = Annotated[FormData, Depends(checked_form)]
# A number, code or name in an address: plain letters, nothing that a database would stumble over.
Name = Annotated[str, Path(pattern=r"^[A-Za-z0-9._-]{1,40}$")]


def sanitize_target(target: str) -> str:
    """A target on this server; anything that could lead elsewhere becomes the board."""
    # A browser takes `//` and a backslash for the beginning of another host.
    fits = (
        target.startswith("/") and not target.startswith("//") and "\\" not in target and target.isprintable()
    )
    return target if fits else "/"
