"""Pages of the published alerts, and the same alerts as RSS 2.0 and CAP 1.2."""

import re
import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from warroom import clock, settings
from warroom.web.public.feed import CAP, MEDIA, render_rss
from warroom.web.public.languages import choose_language, load_sentences
from warroom.web.public.numbers_pages import draw_weeks
from warroom.web.public.pages import render_page

NAME = "alerts"
"""The name of the publication (`public/campaigns/publication.py`)."""
REMEMBERED = 5.0
"""Seconds for which the alerts are cached: the first page shows one too, and a flood of visitors must not reach the database."""
IDENTIFIER = re.compile(r"[0-9a-f]{12}-\d{1,18}-\d{1,9}")
PublishedAlert = Mapping[str, Any]


def show_alerts(request: Request) -> Response:
    """Those that have not ended, and what ended ones showed. One ends by itself, also where nobody takes it back."""
    body, _ = load_published_alerts(request)
    running, place = list_running_alerts(body), request.query_params.get("place", "")[:10]
    places = sorted({tuple(alert_place) for alert in running for alert_place in alert["places"] or ()})
    return render_page(
        request,
        "alerts.html",
        alerts=[shown_alert for shown_alert in running if _is_for_place(shown_alert, place)],
        elsewhere=any(not _is_for_place(shown_alert, place) for shown_alert in running),
        places=places,
        place=place,
        ended=body.get("ended", []),
    )


def show_alert(request: Request) -> Response:
    """One alert whole; one that has ended says that."""
    body, _ = load_published_alerts(request)
    number = str(request.path_params["number"])
    running_alert = next(
        (candidate for candidate in list_running_alerts(body) if str(candidate["id"]) == number), None
    )
    if running_alert is None:
        ended = (*body.get("ended", []), *body.get("cancelled", []))
        over = next((candidate for candidate in ended if str(candidate["id"]) == number), None)
        if over is None:
            raise HTTPException(404)
        return render_page(request, "alert_over.html", one=over, message=_read_last_message(over))
    rise = running_alert["rise"]
    weeks = [{"count": count} for count in rise["weeks"]] if rise else []
    drawing = draw_weeks(weeks, [rise["low"], rise["high"]]) if rise else None
    return render_page(
        request,
        "alert.html",
        one=running_alert,
        written=sorted(running_alert["wording"]),
        drawing=drawing,
    )


def show_feed(request: Request) -> Response:
    """RSS of the alerts that run and of those that were taken back before their end, in the reader's language."""
    body, at = load_published_alerts(request)
    place = request.query_params.get("place", "")[:10]
    own = request.scope["path"] + (f"?{request.url.query}" if request.url.query else "")
    feed_alerts = [
        shown_alert
        for shown_alert in (*list_running_alerts(body), *list_cancelled_alerts(body))
        if _is_for_place(shown_alert, place)
    ]
    # Without a configured address, links are relative: the Host header is the client's own input and could
    # lead anywhere.
    address = settings.get_text("WARROOM_PUBLIC_ADDRESS").rstrip("/")
    made = render_rss(feed_alerts, at, address, own, load_sentences(choose_language(request)))
    return Response(
        made, media_type=MEDIA, headers=_build_cache_headers() | {"vary": "Accept-Language, Cookie"}
    )


def show_cap_message(request: Request) -> Response:
    """A CAP message as it went out, letter by letter."""
    identifier = request.path_params["identifier"]
    cap_message = (
        request.app.state.door.find_published(f"cap/{identifier}")
        if IDENTIFIER.fullmatch(identifier)
        else None
    )
    if cap_message is None:
        raise HTTPException(404)
    return Response(str(cap_message[0]["xml"]).encode(), media_type=CAP, headers=_build_cache_headers())


def find_front_page_alert(request: Request) -> PublishedAlert | None:
    """The newest alert for the first page, where one runs whose rise can be shown and that all may hear."""
    running = [
        one
        for one in list_running_alerts(load_published_alerts(request)[0])
        if one["rise"] and one["places"] is None
    ]
    return running[0] if running else None


def load_published_alerts(request: Request) -> tuple[dict[str, Any], datetime]:
    """What the room published last, and when; remembered for some seconds."""
    state, now = request.app.state, time.monotonic()
    kept: tuple[float, tuple[dict[str, Any], datetime]] | None = getattr(state, "alerts", None)
    if kept is not None and now - kept[0] < REMEMBERED:
        return kept[1]
    publication: tuple[dict[str, Any], datetime] = state.door.find_published(NAME) or ({}, clock.get_now())
    state.alerts = (now, publication)
    return publication


def list_running_alerts(body: Mapping[str, Any]) -> Sequence[PublishedAlert]:
    """The alerts in effect."""
    now = clock.get_now()
    return [one for one in body.get("alerts", []) if datetime.fromisoformat(one["until"]) > now]


def list_cancelled_alerts(body: Mapping[str, Any]) -> Sequence[PublishedAlert]:
    """The cancelled alerts whose original end lies ahead."""
    now = clock.get_now()
    return [one for one in body.get("cancelled", []) if datetime.fromisoformat(one["expires"]) > now]


def _read_last_message(one: PublishedAlert) -> str:
    """The newest message of an alert that has ended; empty where it has none."""
    said = one["messages"][-1] if one["messages"] else ""
    return said if isinstance(said, str) else str(said[0])


def _is_for_place(one: PublishedAlert, place: str) -> bool:
    """Whether somebody in a place hears of it; who names none hears what goes to all."""
    return one["places"] is None or any(code == place for code, _, _ in one["places"])


def _build_cache_headers() -> dict[str, str]:
    return {"cache-control": "public, max-age=60", "access-control-allow-origin": "*"}


ROUTES = (
    Route("/alerts", show_alerts),
    Route("/alerts/rss.xml", show_feed),
    Route("/alerts/cap/{identifier}.xml", show_cap_message),
    Route("/alerts/{number:int}", show_alert),
)
