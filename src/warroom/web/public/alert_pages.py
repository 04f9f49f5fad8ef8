"""Alerts: what goes round just now, as long as it is published; most days nothing is, and that is said."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from warroom import clock
from warroom.web.public.pages import page

NAME = "alerts"
"""Under which name the room publishes them: `alerts`, each with `title` and `text` by language, `since` and `until` (ISO 8601)."""


def alerts(request: Request) -> Response:
    """Those that have not ended; one ends by itself, also where nobody takes it back."""
    found = request.app.state.door.published(NAME)
    now = clock.now().isoformat()
    running: list[Any] = [one for one in (found[0].get("alerts", []) if found else []) if one["until"] > now]
    return page(request, "alerts.html", alerts=running)


ROUTES = (Route("/alerts", alerts),)
