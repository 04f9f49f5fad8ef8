"""Is this page real: the signed list of official channels, and an answer of yes or no."""

import time
from typing import cast

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from warroom import clock
from warroom.public.outside.channels import Channels, look_for, read_channels
from warroom.web.public.forms import Posted, posted
from warroom.web.public.pages import page
from warroom.web.public.sending import text_of

WELL_KNOWN = "/.well-known/official-channels.json"


LISTED_SECONDS = 1.0
"""How long the list is not read and verified again: it is published anew by the day, and asked for with every number."""


def published(request: Request) -> Channels | None:
    """The list; None before the room has published one."""
    state = request.app.state
    if not _is_fresh(request):
        found = state.door.published("channels")
        state.listed = time.monotonic(), read_channels(found[0], clock.now()) if found else None
    return cast("Channels | None", state.listed[1])


def _is_fresh(request: Request) -> bool:
    read, listed = request.app.state.listed
    return listed is not None and time.monotonic() - read <= LISTED_SECONDS


def real(request: Request) -> Response:
    """The list, and what a copied page cannot have."""
    return page(request, "real.html", listed=published(request), wrong={}, given="")


def looked_for(request: Request, came: Posted) -> Response:
    """Yes or no."""
    asked, listed = text_of(came.fields, "q", 200), published(request)
    if not asked or listed is None:
        return page(request, "real.html", 400, listed=listed, wrong={"q": "official.empty"}, given=asked)
    return page(request, "real_answer.html", ours=look_for(asked, listed), listed=listed)


def signed(request: Request) -> Response:
    """The list as it was signed, for whoever checks it with the key that they have."""
    found = request.app.state.door.published("channels")
    return JSONResponse(found[0] if found else {}, 200 if found else 404)


ROUTES = (
    Route("/real", real),
    Route("/real", posted(looked_for), methods=["POST"]),
    Route(WELL_KNOWN, signed),
)
