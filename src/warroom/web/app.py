"""Creates the app: middleware, routers, error pages, and the background threads during its lifespan."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from functools import cache
from typing import Any

from anyio import to_thread
from fastapi import APIRouter, Depends, FastAPI
from starlette.applications import Starlette
from starlette.middleware.gzip import DEFAULT_EXCLUDED_CONTENT_TYPES, GZipMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.routing import BaseRoute
from starlette.types import Receive, Scope, Send

from warroom import __version__
from warroom.cases.purposes import PurposeNeeded
from warroom.home import Home
from warroom.ledger.ledger import Ledger
from warroom.room.worklist.pulse import Pulse
from warroom.runtime.background import BackgroundThread, get_pause_seconds
from warroom.runtime.exercise import Exercise
from warroom.runtime.metrics import Metrics
from warroom.runtime.open_home import OpenHome
from warroom.runtime.streams import StreamsThread
from warroom.signals.daily import configure_days
from warroom.web import api_routes, gate, routes
from warroom.web.cases.purpose import render_purpose_needed
from warroom.web.connections import MAX_HEAD, count_head_bytes, head_too_long
from warroom.web.doors import access_table
from warroom.web.doors.methods import Methods
from warroom.web.doors.schemes import describe_security
from warroom.web.kit.headers import Headers
from warroom.web.kit.hosts import LOOPBACK, list_hosts
from warroom.web.kit.live import Live
from warroom.web.kit.logs import RequestLog, configure_logging
from warroom.web.kit.manifest import STATIC
from warroom.web.kit.pages import Pages
from warroom.web.kit.problems import UnforeseenErrors, add_handlers
from warroom.web.kit.security import BodyLimit
from warroom.web.kit.sessions import Visitors
from warroom.web.kit.static import StaticFiles
from warroom.web.payee.door import PayeeDoor, is_check
from warroom.web.public.app import is_outside


def create_app(
    home: Home,
    ledger: Ledger | None = None,
    *,
    background: bool = True,
    also: Callable[[OpenHome], object] | None = None,
    exercise: Exercise | None = None,
    outside: Starlette | None = None,
) -> FastAPI:
    """The war room of one home as an ASGI app.

    `ledger` is one that is already open; without it the app opens its own and closes it at the end. `also` is
    done in each turn of the background work, between sending orders and reading answers; `background=False`
    leaves the turns to the caller (tests). `exercise` is the rehearsal that the pages show and turn. `outside`: the public pages,
    where this process serves them too: in a demo, or by choice. Raises SettingError
    where the pages were not built, or an endpoint names nobody who may ask it; what `configure_days` raises.
    """
    configure_logging()
    pages, metrics, daily = Pages(), Metrics(), configure_days()
    # Checked now: if the pages were not built, the start fails and not the first page.
    pages.make_static_address("room.js")

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        # In a thread: opening waits for the database, and the loop must answer meanwhile.
        opened = ledger if ledger is not None else await to_thread.run_sync(Ledger.open, home)
        app.state.room = OpenHome(home, opened, also, exercise)
        inside = AsyncExitStack()
        if outside is not None:
            await inside.enter_async_context(outside.router.lifespan_context(outside))
        app.state.background = work = BackgroundThread(
            app.state.room, metrics, get_pause_seconds(app.state.room), daily
        )
        app.state.live = live = Live(Pulse(opened))
        app.state.streams = streams = StreamsThread(app.state.room)
        await to_thread.run_sync(app.state.room.open)
        if background:
            work.start_thread()
            streams.start_thread()
        try:
            yield
        finally:
            # In reverse order: open pages first, then the threads that use the room, then the room itself.
            live.close()
            await inside.aclose()
            await to_thread.run_sync(streams.stop_thread)
            await to_thread.run_sync(work.stop_thread)
            await to_thread.run_sync(app.state.room.close)
            if ledger is None:
                await to_thread.run_sync(opened.close)

    app = WarroomApp(
        title="warroom",
        version=__version__,
        lifespan=lifespan,
        # FastAPI's documentation pages load scripts from another host, which the content security policy
        # forbids.
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
        routes=[*_build_routes()],
    )
    app.state.outside = outside
    app.state.pages, app.state.metrics, app.state.payee_door = pages, metrics, PayeeDoor(metrics)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    access_table.check_access_table(app.routes)
    app.state.methods = Methods(app.routes)
    add_handlers(app)
    app.add_exception_handler(PurposeNeeded, render_purpose_needed)
    _add_middleware(app, metrics)
    return app


def _add_middleware(app: FastAPI, metrics: Metrics) -> None:
    """Add the middleware, from the innermost to the outermost."""
    # Starlette wraps in this order: the last one added is the outermost.
    app.add_middleware(BodyLimit)
    app.add_middleware(UnforeseenErrors)
    # Evidence files are not compressed: their Content-Length must match the stored size.
    as_they_are = (*DEFAULT_EXCLUDED_CONTENT_TYPES, "application/octet-stream")
    app.add_middleware(GZipMiddleware, minimum_size=800, exclude_content_types=as_they_are)
    app.add_middleware(Visitors)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=[*LOOPBACK, *list_hosts()], www_redirect=False)
    # Outside the check of hosts, so that its refusals get the headers too; the request log is outside both
    # and counts them.
    app.add_middleware(Headers)
    app.add_middleware(RequestLog, metrics=metrics)


class WarroomApp(FastAPI):
    """The app, which dispatches some requests before all middleware."""

    def openapi(self) -> dict[str, Any]:
        """The interface's description, with who opens each operation."""
        if self.openapi_schema is None:
            describe_security(super().openapi())
        return super().openapi()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and count_head_bytes(scope) > MAX_HEAD:
            await head_too_long(scope, receive, send)
        elif scope["type"] == "http" and self.state.outside is not None and is_outside(scope):
            await self.state.outside(scope, receive, send)
        # Payee checks skip middleware and routing: a bank waits for each, a thousand a second.
        elif is_check(scope):
            scope["app"] = self
            await self.state.payee_door(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


@cache
def _build_routes() -> tuple[BaseRoute, ...]:
    """All routes, behind the gate. Cached: pydantic's models are built once a process, not for each app."""
    behind = APIRouter(dependencies=[Depends(gate.check_access)])
    for router in (
        *api_routes.ALL,
        *routes.ALL,
    ):  # the interface first: programs ask far more often than people
        behind.include_router(router)
    return tuple(behind.routes)
