"""The page for somebody in need: who listens, and how to write to the officers so that it is read first."""

import secrets
from collections.abc import Sequence

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from warroom.web.public.pages import render_page

OTHERS = "others"
"""The field by which the reader says that somebody else sent them the words: they are read as an advert or a message then."""


def is_from_others(form: FormData) -> bool:
    """Whether the reader said that the words are not their own."""
    return bool(form.get(OTHERS))


def render_help(
    request: Request, text: str, ticked: Sequence[str], path: str, fields: Sequence[tuple[str, str]]
) -> Response:
    """Help before any other answer. `path` and `fields`: the form that gives the other answer, where the words were not the reader's."""
    return render_page(
        request,
        "help.html",
        text=text,
        ticked=ticked,
        once=secrets.token_hex(16),
        others=(path, [*fields, (OTHERS, "1")]),
    )
