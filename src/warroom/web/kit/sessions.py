"""Who is asking: the session cookie, the visitor cookie for people without one, and the officer behind it."""

import secrets
from datetime import datetime
from http.cookies import SimpleCookie
from typing import Annotated

from fastapi import Depends
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from warroom import clock
from warroom.access.views import Origin
from warroom.errors import NotAllowed
from warroom.ledger.officers import Officer
from warroom.web.kit.security import VISITOR_COOKIE

PLAIN_NAME = "warroom_session"
# A name that browsers accept only with Secure, for this host alone and the whole site.
HOST_NAME = "__Host-warroom_session"


class SignInNeeded(NotAllowed):
    """Nobody is signed in, or the session has ended."""

    http_status = 401


class Visitors:
    """Puts the session token and the visitor's number on every request, before anything can fail."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            cookies: SimpleCookie = SimpleCookie()
            for name, value in scope["headers"]:
                if name == b"cookie":
                    _load(cookies, value.decode("latin-1"))
            state = scope.setdefault("state", {})
            secure = scope["scheme"] == "https"
            state["session"] = _value(cookies, HOST_NAME if secure else PLAIN_NAME)
            visitor = _value(cookies, VISITOR_COOKIE)
            state["visitor"] = visitor or secrets.token_hex(16)
            state["new_visitor"] = not visitor
            # Pages of errors ask for the officer as well, also where the gate was never reached.
            state["officer"] = None
        await self.app(scope, receive, send)


def _load(cookies: SimpleCookie, text: str) -> None:
    # Name by name: SimpleCookie itself gives up at the first cookie it cannot read, and another program on
    # the same host may have set such a one.
    for part in text.split(";"):
        name, _, value = part.strip().partition("=")
        if name in (HOST_NAME, PLAIN_NAME, VISITOR_COOKIE):
            cookies[name] = value


def _value(cookies: SimpleCookie, name: str) -> str:
    return cookies[name].value if name in cookies else ""


def remember(request: Request, response: Response, token: str, expires_at: datetime) -> None:
    """Set the session cookie: not readable by scripts, never sent from another site, secure where the page
    is.
    """
    secure = request.url.scheme == "https"
    response.set_cookie(
        HOST_NAME if secure else PLAIN_NAME,
        token,
        # By the wall's clock: a browser knows nothing of the time of an exercise.
        max_age=max(0, int((expires_at - clock.wall()).total_seconds())),
        path="/",
        secure=secure,
        httponly=True,
        samesite="strict",
    )


def forget(request: Request, response: Response) -> None:
    secure = request.url.scheme == "https"
    name = HOST_NAME if secure else PLAIN_NAME
    # A browser takes a __Host- cookie, and so its deletion too, only with Secure and this path.
    response.delete_cookie(name, path="/", secure=secure, httponly=True, samesite="strict")


async def signed_in(request: Request) -> Officer:
    """The officer who is asking, as the gate found them; raises SignInNeeded where it let in nobody."""
    officer: Officer | None = request.state.officer
    if officer is None:
        raise SignInNeeded("access.session-ended-nothing-done")
    return officer


def origin_of(request: Request) -> Origin:
    """Where a request comes from, for sign-ins."""
    return Origin(request.client.host if request.client else "", request.headers.get("user-agent", ""))


def token_of(request: Request) -> str:
    """The token a request came with: the bearer's under /api/, else the session cookie's; empty for none."""
    if not request.scope["path"].startswith("/api/"):
        return str(request.state.session)
    return bearer(request)


def bearer(request: Request) -> str:
    """What a program shows of itself (`Authorization: Bearer ...`); empty for nothing."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


SignedIn = Annotated[Officer, Depends(signed_in)]
