"""Sessions: the session cookie, the visitor cookie for people without one, and the officer of a request."""

import base64
import re
import secrets
from datetime import datetime
from http.cookies import SimpleCookie
from ipaddress import ip_address
from typing import Annotated

from fastapi import Depends
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from warroom import clock
from warroom.access import lockout
from warroom.access.views import SignInOrigin
from warroom.errors import NotAllowed
from warroom.ledger.officers import Officer
from warroom.web.kit.security import VISITOR_COOKIE

PLAIN_NAME = "warroom_session"
# The prefix makes browsers accept it only with Secure, Path=/ and without Domain (RFC 6265bis, 4.1.3.2).
HOST_NAME = "__Host-warroom_session"
WALL_NAME, WALL_HOST_NAME = "warroom_wall", "__Host-warroom_wall"
WALL_LASTS = 400 * 86400
"""Seconds: 400 days, the longest that browsers keep a cookie (RFC 6265bis). A wall screen is ended by an officer, not by time."""
# Marks a browser in which an officer has signed in, so that an attacker's failures do not lock them out
# there.
KNOWN_COOKIE = "warroom_known"
MARK = re.compile(r"[A-Za-z0-9_-]{32}")
FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-proto", "x-forwarded-host", "x-real-ip", "via")
"""Headers that proxies add: a request with one of them is not from this machine, even if its connection is."""


class SignInNeeded(NotAllowed):
    """Nobody is signed in, or the session has ended."""

    http_status = 401


class Visitors:
    """Sets the session token and the visitor's id on every request, before anything can fail."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            cookies: SimpleCookie = SimpleCookie()
            for name, value in scope["headers"]:
                if name == b"cookie":
                    _load_cookies(cookies, value.decode("latin-1"))
            state = scope.setdefault("state", {})
            secure = scope["scheme"] == "https"
            state["session"] = _read_cookie(cookies, HOST_NAME if secure else PLAIN_NAME)
            state["wall"] = _read_cookie(cookies, WALL_HOST_NAME if secure else WALL_NAME)
            state["device"] = None
            visitor = _read_cookie(cookies, VISITOR_COOKIE)
            state["visitor"] = visitor or secrets.token_hex(16)
            state["new_visitor"] = not visitor
            # Error pages read the officer too, even if the gate was never reached.
            state["officer"] = None
        await self.app(scope, receive, send)


def _load_cookies(cookies: SimpleCookie, text: str) -> None:
    # One by one: SimpleCookie stops at the first cookie it cannot parse, which another program on the same
    # host may have set.
    for part in text.split(";"):
        name, _, value = part.strip().partition("=")
        if name in (HOST_NAME, PLAIN_NAME, WALL_HOST_NAME, WALL_NAME, VISITOR_COOKIE):
            cookies[name] = value


def _read_cookie(cookies: SimpleCookie, name: str) -> str:
    return cookies[name].value if name in cookies else ""


def set_session_cookie(request: Request, response: Response, token: str, expires_at: datetime) -> None:
    """Set the session cookie: not readable by scripts, never sent from another site, secure where the page
    is.
    """
    secure = request.url.scheme == "https"
    response.set_cookie(
        HOST_NAME if secure else PLAIN_NAME,
        token,
        # By the real clock: a browser does not know the time of an exercise.
        max_age=max(0, int((expires_at - clock.get_real_now()).total_seconds())),
        path="/",
        secure=secure,
        httponly=True,
        samesite="strict",
    )
    response.set_cookie(
        KNOWN_COOKIE,
        _find_browser_mark(request),
        max_age=int(lockout.KEPT.total_seconds()),
        path="/",
        secure=secure,
        httponly=True,
        samesite="strict",
    )


def set_wall_cookie(request: Request, response: Response, token: str) -> None:
    """Set the cookie of a screen on the wall, by the same rules."""
    secure = request.url.scheme == "https"
    name = WALL_HOST_NAME if secure else WALL_NAME
    response.set_cookie(
        name, token, max_age=WALL_LASTS, path="/", secure=secure, httponly=True, samesite="strict"
    )


def delete_session_cookie(request: Request, response: Response) -> None:
    secure = request.url.scheme == "https"
    name = HOST_NAME if secure else PLAIN_NAME
    # A browser accepts a __Host- cookie, and so its deletion too, only with Secure and this path.
    response.delete_cookie(name, path="/", secure=secure, httponly=True, samesite="strict")


async def require_signed_in(request: Request) -> Officer:
    """The signed-in officer, as set by the gate; raises SignInNeeded if there is none."""
    officer: Officer | None = request.state.officer
    if officer is None:
        raise SignInNeeded("access.session-ended-nothing-done")
    return officer


def build_origin(request: Request) -> SignInOrigin:
    """Where a request comes from, for sign-ins."""
    return SignInOrigin(
        _find_client_address(request), request.headers.get("user-agent", ""), _find_browser_mark(request)
    )


def _find_client_address(request: Request) -> str:
    """The client's IP address; "" if it is not known."""
    host = request.client.host if request.client else ""
    # Parsed: a proxy may pass on any text, and so may an IPv6 zone (fe80::1%...).
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return ""
    # Loopback behind a proxy that hides the client: this address would be shared by everybody.
    return "" if address.is_loopback and any(name in request.headers for name in FORWARDED) else str(address)


def _find_browser_mark(request: Request) -> str:
    """What a browser is known again by, where it is locked out or not; made for one that has none. Programs have none."""
    if request.scope["path"].startswith("/api/"):
        return ""
    if not hasattr(request.state, "mark"):
        given = request.cookies.get(KNOWN_COOKIE, "")
        request.state.mark = given if MARK.fullmatch(given) else secrets.token_urlsafe(24)
    return str(request.state.mark)


def read_token(request: Request) -> str:
    """The token a request came with: the bearer's under /api/, else the session cookie's; empty for none."""
    if not request.scope["path"].startswith("/api/"):
        return str(request.state.session)
    return read_bearer_token(request)


def read_bearer_token(request: Request) -> str:
    """What a program shows of itself (`Authorization: Bearer ...`); empty for nothing."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def read_key(request: Request) -> str:
    """The key that a partner's program shows: as a bearer token, or as the password of HTTP Basic, which every TAXII client can send."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return read_bearer_token(request)
    try:
        return base64.b64decode(token.strip(), validate=True).decode().partition(":")[2]
    except ValueError:
        return ""


SignedIn = Annotated[Officer, Depends(require_signed_in)]
