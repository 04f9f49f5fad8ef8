"""The public pages as an ASGI app of their own."""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from anyio import to_thread
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount
from starlette.types import Scope

from warroom.errors import WarroomError
from warroom.public.outside.answers import answer_text
from warroom.public.outside.card import Card
from warroom.public.outside.day_key import DayKeyCache
from warroom.public.outside.door import CONNECTIONS, PublicDoor
from warroom.public.outside.lookup import Lookups
from warroom.web.kit.headers import Headers
from warroom.web.kit.hosts import LOOPBACK, list_public_hosts
from warroom.web.kit.manifest import STATIC, load_manifest
from warroom.web.kit.static import StaticFiles
from warroom.web.public.forms import make_cleaners
from warroom.web.public.languages import choose_language
from warroom.web.public.limits import DailyByteQuota, PublicBodyLimit
from warroom.web.public.pages import render_page
from warroom.web.public.places import FOOT, OUTSIDE_ALONE, OUTSIDE_SHARED, ROUTES

SESSIONS = ("warroom_session=", "warroom_wall=")
"""Cookies of a session on the officers' pages."""


def create_public_app(card: Card, *, beside: bool = False) -> Starlette:
    """The public pages of the room that wrote the card; `beside`: officers' pages are served at the same address. Raises
    SettingError where the pages were not built.
    """
    load_manifest()
    door = PublicDoor(card.database)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        await to_thread.run_sync(door.open)
        if not beside:
            # Each request needs a database connection: more threads than connections would only wait and
            # slow down the others.
            to_thread.current_default_thread_limiter().total_tokens = CONNECTIONS + 2
            # Load the model and the word lists now, so that the first visitor does not wait for them.
            await to_thread.run_sync(answer_text, "")
        yield
        await to_thread.run_sync(door.close)

    app = Starlette(
        routes=[*ROUTES, Mount("/static", StaticFiles(directory=STATIC), name="static")],
        lifespan=lifespan,
        middleware=[
            Middleware(Headers),
            # Against DNS rebinding and forged Host headers: `require_same_origin` compares origins with this
            # header.
            Middleware(
                TrustedHostMiddleware, allowed_hosts=[*LOOPBACK, *list_public_hosts()], www_redirect=False
            ),
            Middleware(GZipMiddleware, minimum_size=800),
            Middleware(PublicBodyLimit),
        ],
        exception_handlers={
            WarroomError: _render_warroom_error,
            HTTPException: _render_http_error,
            Exception: _render_server_error,
        },
    )
    app.state.foot = FOOT
    app.state.card, app.state.door, app.state.beside, app.state.sent = card, door, beside, DailyByteQuota()
    app.state.listed, app.state.lookups = (0.0, None), Lookups(door)
    app.state.cleaners, app.state.cleaning = make_cleaners(), Counter()
    app.state.day_key = DayKeyCache(door)
    return app


def is_outside(scope: Scope) -> bool:
    """Whether a request to an address that serves both is for the public pages: by its path, and at the first page where
    nobody is signed in.
    """
    if scope["path"] != "/":
        segment = scope["path"].removeprefix("/").split("/", 1)[0]
        return segment in OUTSIDE_ALONE or scope["path"] in OUTSIDE_SHARED
    cookies = dict(scope["headers"]).get(b"cookie", b"").decode("latin-1")
    return scope["method"] in ("GET", "HEAD") and not any(name in cookies for name in SESSIONS)


def _render_warroom_error(request: Request, problem: Exception) -> Response:
    """Render one of our errors, in Thai or English."""
    assert isinstance(problem, WarroomError)
    return _render_problem(request, problem.http_status, problem.render_in(choose_language(request)))


def _render_http_error(request: Request, problem: Exception) -> Response:
    assert isinstance(problem, HTTPException)
    return _render_problem(request, problem.status_code, "")


def _render_server_error(request: Request, problem: Exception) -> Response:
    return _render_problem(request, 500, "")


def _render_problem(request: Request, status: int, sentence: str) -> Response:
    """Render an error page, which also gives the telephone number for emergencies."""
    return render_page(request, "problem.html", status, sentence=sentence, lost=status == 404)
