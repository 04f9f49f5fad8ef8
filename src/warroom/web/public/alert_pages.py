"""Alerts: what goes round just now, as long as it is published; most days nothing is, and that is said. The same as RSS and CAP."""

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
from warroom.web.public.feed import CAP, MEDIA, rss, wording_of
from warroom.web.public.languages import chosen, words_of
from warroom.web.public.numbers_pages import drawn
from warroom.web.public.pages import page

NAME = "alerts"
"""Under which name the room publishes them (`public/campaigns/publication.py`)."""
REMEMBERED = 5.0
"""Seconds: the first page shows an alert too, and a flood of visitors asks the database no more often than this."""
IDENTIFIER = re.compile(r"[0-9a-f]{12}-\d{1,18}-\d{1,9}")
Alert = Mapping[str, Any]


def alerts(request: Request) -> Response:
    """Those that have not ended, and what ended ones showed. One ends by itself, also where nobody takes it back."""
    body, _ = published(request)
    running, place = alive(body), request.query_params.get("place", "")[:10]
    places = sorted({tuple(one) for alert in running for one in alert["places"] or ()})
    return page(
        request,
        "alerts.html",
        alerts=[one for one in running if _heard(one, place)],
        elsewhere=any(not _heard(one, place) for one in running),
        places=places,
        place=place,
        ended=body.get("ended", []),
        wording=lambda one: wording_of(one, chosen(request)),
    )


def alert(request: Request) -> Response:
    """One alert whole; one that has ended says that."""
    body, _ = published(request)
    number = str(request.path_params["number"])
    found = next((one for one in alive(body) if str(one["id"]) == number), None)
    if found is None:
        ended = (*body.get("ended", []), *body.get("cancelled", []))
        over = next((one for one in ended if str(one["id"]) == number), None)
        if over is None:
            raise HTTPException(404)
        return page(request, "alert_over.html", one=over, message=_last(over))
    rise = found["rise"]
    weeks = [{"count": count} for count in rise["weeks"]] if rise else []
    drawing = drawn(weeks, [rise["low"], rise["high"]]) if rise else None
    return page(
        request,
        "alert.html",
        one=found,
        said=wording_of(found, chosen(request)),
        written=sorted(found["wording"]),
        drawing=drawing,
    )


def feed(request: Request) -> Response:
    """RSS of the alerts that run and of those that were taken back before their end, in the reader's language."""
    body, at = published(request)
    place = request.query_params.get("place", "")[:10]
    own = request.scope["path"] + (f"?{request.url.query}" if request.url.query else "")
    said = [one for one in (*alive(body), *taken_back(body)) if _heard(one, place)]
    # Where nobody said where the pages stand, links have no name in them: the asker's own would lead wherever they say.
    address = settings.text("WARROOM_PUBLIC_ADDRESS").rstrip("/")
    made = rss(said, at, address, own, words_of(chosen(request)))
    return Response(made, media_type=MEDIA, headers=_fresh() | {"vary": "Accept-Language, Cookie"})


def cap(request: Request) -> Response:
    """A CAP message as it went out, letter by letter."""
    identifier = request.path_params["identifier"]
    found = (
        request.app.state.door.published(f"cap/{identifier}") if IDENTIFIER.fullmatch(identifier) else None
    )
    if found is None:
        raise HTTPException(404)
    return Response(str(found[0]["xml"]).encode(), media_type=CAP, headers=_fresh())


def first(request: Request) -> tuple[Alert, Mapping[str, Any]] | None:
    """The newest alert for the first page, with what it says, where one runs whose rise can be shown and that all may hear."""
    running = [one for one in alive(published(request)[0]) if one["rise"] and one["places"] is None]
    return (running[0], wording_of(running[0], chosen(request))) if running else None


def published(request: Request) -> tuple[dict[str, Any], datetime]:
    """What the room published last, and when; remembered for some seconds."""
    state, now = request.app.state, time.monotonic()
    kept: tuple[float, tuple[dict[str, Any], datetime]] | None = getattr(state, "alerts", None)
    if kept is not None and now - kept[0] < REMEMBERED:
        return kept[1]
    found: tuple[dict[str, Any], datetime] = state.door.published(NAME) or ({}, clock.now())
    state.alerts = (now, found)
    return found


def alive(body: Mapping[str, Any]) -> Sequence[Alert]:
    """Alerts that have not ended."""
    now = clock.now()
    return [one for one in body.get("alerts", []) if datetime.fromisoformat(one["until"]) > now]


def taken_back(body: Mapping[str, Any]) -> Sequence[Alert]:
    """Alerts that were taken back and would not have ended by themselves yet."""
    now = clock.now()
    return [one for one in body.get("cancelled", []) if datetime.fromisoformat(one["expires"]) > now]


def _last(one: Alert) -> str:
    """The newest message of an alert that has ended; empty where it has none."""
    said = one["messages"][-1] if one["messages"] else ""
    return said if isinstance(said, str) else str(said[0])


def _heard(one: Alert, place: str) -> bool:
    """Whether somebody in a place hears of it; who names none hears what goes to all."""
    return one["places"] is None or any(code == place for code, _, _ in one["places"])


def _fresh() -> dict[str, str]:
    return {"cache-control": "public, max-age=60", "access-control-allow-origin": "*"}


ROUTES = (
    Route("/alerts", alerts),
    Route("/alerts/rss.xml", feed),
    Route("/alerts/cap/{identifier}.xml", cap),
    Route("/alerts/{number:int}", alert),
)
