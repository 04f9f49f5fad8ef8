"""The headers of every answer: nothing but this server, no frame, no form to elsewhere."""

from collections.abc import Mapping
from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Nothing but this server: no inline script or style, no frame, no form to elsewhere.
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
# The map and the chart work in a worker: a file of this server too, never one made of a blob.
WORKER_POLICY: Final = f"{POLICY}; worker-src 'self'"
HEADERS: Final = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    # The policy's frame-ancestors once more, for browsers that do not know it.
    "x-frame-options": "DENY",
    # Not no-referrer: a sign-in that interrupts a form finds the way back by it. No other site learns a
    # case's number.
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=()",
}
# A font is no document and runs nothing: what is said of pages would only weigh, half a kilobyte a font on a slow line.
OF_FONTS: Final = frozenset({"x-content-type-options", "cross-origin-resource-policy"})


class Headers:
    """Adds the security headers to every answer, to fonts those that mean something there; pages are never cached, static files say themselves how
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
                # What an endpoint said itself stands: pages with a worker have a policy of their own, static
                # files a cache.
                font = headers.get("content-type", "").startswith("font/")
                for name, value in self.said.items():
                    if not font or name in OF_FONTS:
                        headers.setdefault(name, value)
                headers.setdefault("cache-control", "no-store")
            await send(message)

        await self.app(scope, receive, with_headers)
