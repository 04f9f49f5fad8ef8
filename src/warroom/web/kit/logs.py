"""Structured request logs without personal data: no names, account numbers, query strings or
addresses.
"""

import logging
import sys
import time

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from warroom import settings
from warroom.errors import SettingError
from warroom.runtime.metrics import Metrics

STREAM = "/events"
LEVELS = {"debug": 10, "info": 20, "warning": 30, "error": 40}


def configure_logging() -> None:
    """One JSON line an event on standard error."""
    name = settings.get_text("WARROOM_LOG_LEVEL").lower()
    if name not in LEVELS:
        raise SettingError(f"WARROOM_LOG_LEVEL is '{name}'; write one of {', '.join(LEVELS)}.")
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(LEVELS[name]),
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )
    # uvicorn's access log has paths with query strings; ours has the route's pattern.
    logging.getLogger("uvicorn.access").disabled = True


class RequestLog:
    """Logs and counts every request by its route's pattern: `/cases/{number}`, never the number."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app = app
        self.metrics = metrics
        self.log = structlog.get_logger("warroom.web")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began, status, answered = time.perf_counter(), 500, 0.0

        async def send_timed(message: Message) -> None:
            nonlocal status, answered
            if message["type"] == "http.response.start":
                status, answered = message["status"], time.perf_counter()
            await send(message)

        try:
            await self.app(scope, receive, send_timed)
        finally:
            route = getattr(scope.get("route"), "path", "unknown")
            # An event stream answers at once and stays open for minutes: only the time to its first byte
            # counts.
            ended = answered if route == STREAM and answered else time.perf_counter()
            seconds = ended - began
            self.metrics.count_request(route, status, seconds)
            # Requests of monitors and for static files are not logged: people's requests would be lost among
            # them.
            if not scope["path"].startswith(("/static/", "/healthz", "/metrics")):
                self.log.info(
                    "request", method=scope["method"], route=route, status=status, ms=round(seconds * 1000, 1)
                )
