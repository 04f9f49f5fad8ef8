"""The security headers of every response."""

from collections.abc import Mapping
from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Content Security Policy Level 3: only files of this server, no inline script or style, no frames, forms
# only to us.
POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
# The map and the chart run in a worker, which must be a file of this server too, never a blob.
WORKER_POLICY: Final = f"{POLICY}; worker-src 'self'"
HEADERS: Final = {
    "content-security-policy": POLICY,
    # A browser must not guess a script into an upload or a JSON answer.
    "x-content-type-options": "nosniff",
    # frame-ancestors again, for browsers that do not support it: clickjacking on a decision.
    "x-frame-options": "DENY",
    # Not no-referrer: a sign-in that interrupts a form returns by it. Other sites still learn no case
    # number.
    "referrer-policy": "same-origin",
    # No window of another site keeps a handle on ours, and none of theirs shares our process.
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    # No page uses these; an injected script should not be able to ask for them.
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=()",
}
# A font or a style runs nothing: the other headers would only add half a kilobyte for each of them on a slow line.
INERT: Final = ("font/", "text/css")
OF_INERT: Final = frozenset({"x-content-type-options", "cross-origin-resource-policy"})


class Headers:
    """Adds the security headers to every answer, to fonts and styles those that mean something there; pages are never cached, static files say themselves how
    long.
    """

    def __init__(self, app: ASGIApp, said: Mapping[str, str] = HEADERS) -> None:
        self.app = app
        self.said = said

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                # An endpoint's own headers are kept: pages with a worker have another policy, static files a
                # cache lifetime.
                is_inert = headers.get("content-type", "").startswith(INERT)
                for name, value in self.said.items():
                    if not is_inert or name in OF_INERT:
                        headers.setdefault(name, value)
                # A shared computer must not show a case from its cache after the sign-out.
                headers.setdefault("cache-control", "no-store")
            await send(message)

        await self.app(scope, receive, with_headers)
