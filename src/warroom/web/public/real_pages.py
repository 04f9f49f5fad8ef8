"""The signed list of official channels, and a check whether a number, address or account is one of them."""

import time
from typing import cast

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from warroom import clock
from warroom.public.outside.channels import Channels, match_channel, read_channels
from warroom.web.public.forms import PostedForm, make_form_endpoint
from warroom.web.public.help_pages import render_help
from warroom.web.public.pages import render_page
from warroom.web.public.sending import read_text_field

WELL_KNOWN = "/.well-known/official-channels.json"


LISTED_SECONDS = 1.0
"""Seconds for which the verified list is reused: it changes daily, and every check of a number needs it. Chosen, not measured."""


def find_official_channels(request: Request) -> Channels | None:
    """The verified list; None before the war room has published one."""
    state = request.app.state
    if not _is_fresh(request):
        found = state.door.find_published("channels")
        state.listed = time.monotonic(), read_channels(found[0], clock.get_now()) if found else None
    return cast("Channels | None", state.listed[1])


def _is_fresh(request: Request) -> bool:
    read, listed = request.app.state.listed
    return listed is not None and time.monotonic() - read <= LISTED_SECONDS


def show_official_channels(request: Request) -> Response:
    """The list, with the features that a copy of this site cannot have."""
    return _render_list(request, find_official_channels(request), {}, "")


def check_channel(request: Request, came: PostedForm) -> Response:
    """Whether the entered channel is an official one."""
    asked, listed = read_text_field(came.fields, "q", 200), find_official_channels(request)
    if not asked or listed is None:
        return _render_list(request, listed, {"q": "official.empty"}, asked, 400)
    if request.state.cry:
        return render_help(request, asked, (), "/real", [("q", asked)])
    return render_channel_answer(request, asked, listed)


def render_channel_answer(request: Request, asked: str, listed: Channels) -> Response:
    """Whether something is on the list, a copy of something on it, or neither."""
    return render_page(request, "real_answer.html", ours=match_channel(asked, listed), listed=listed)


def _render_list(
    request: Request, listed: Channels | None, wrong: dict[str, str], given: str, status: int = 200
) -> Response:
    """The list: our own channels, and those of agencies and banks folded below them."""
    channels = listed.channels if listed else ()
    groups = [
        [entry for entry in channels if not entry.get("ours") and (entry["kind"] == "phone") == is_phone]
        for is_phone in (True, False)
    ]
    return render_page(
        request,
        "real.html",
        status,
        listed=listed,
        ours=[entry for entry in channels if entry.get("ours")],
        groups=groups,
        wrong=wrong,
        given=given,
    )


def download_signed_channels(request: Request) -> Response:
    """The list with its signature, for programs that verify it themselves."""
    found = request.app.state.door.find_published("channels")
    return JSONResponse(found[0] if found else {}, 200 if found else 404)


ROUTES = (
    Route("/real", show_official_channels),
    Route("/real", make_form_endpoint(check_channel), methods=["POST"]),
    Route(WELL_KNOWN, download_signed_channels),
)
