"""What stands before every public page: headers, the size of a body, and how often one network may ask.

A network, a telephone and a day are counted together under a keyed digest that changes each day: nobody is known by it, and
yesterday's cannot be compared with today's.
"""

import hashlib
import hmac
import ipaddress
import time
from collections import OrderedDict
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from warroom.errors import LedgerError, NotAllowed, WarroomError

LARGEST = 24 * 1024 * 1024
"""Bytes of a body: five pictures of some megabytes, each cleaned before anything else."""
FIELDS = 4 * 1024 * 1024
"""Bytes of a body without files, which a form of fields alone sends."""
WORDS = 64 * 1024
"""Bytes of a body that holds words alone."""
UNDER_WAY = 512 * 1024 * 1024
"""Bytes of bodies that are being sent at one moment."""
DAY = 86_400


class TooMuchError(WarroomError):
    """More was sent than any of our forms holds."""

    http_status = 413


class PublicBodyLimit:
    """Refuses a body once more has come than any form holds, whatever length it says; a large one also while many large ones are
    under way, since thousands of senders who never finish would fill the disk. Words get in.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.held = 0  # bytes of all bodies under way

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        seen, most = 0, _choose_body_limit(scope)

        async def receive_counted() -> Message:
            nonlocal seen
            message = await receive()
            size = len(message.get("body", b""))
            seen += size
            self.held += size
            if seen > most:
                raise TooMuchError("pages.body-too-large")
            if self.held > UNDER_WAY and seen > WORDS:
                raise LedgerError("public.cannot-answer")
            return message

        try:
            await self.app(scope, receive_counted, send)
        finally:
            self.held -= seen


def _choose_body_limit(scope: Scope) -> int:
    kind = next((value for name, value in scope["headers"] if name == b"content-type"), b"")
    return LARGEST if kind.strip().lower().startswith(b"multipart/") else FIELDS


@dataclass
class NetworkRateLimit:
    """How often each network did a thing within its window; the longest silent ones are forgotten first."""

    most: int
    seconds: float
    kept: int = 200_000
    _seen: OrderedDict[bytes, tuple[float, int]] = field(default_factory=OrderedDict)

    def record_attempt(self, network: bytes, now: float | None = None) -> bool:
        """Count one more; False where there were more than `most` since the window began."""
        now = time.monotonic() if now is None else now
        began, count = self._seen.pop(network, (now, 0))
        if now - began >= self.seconds:
            began, count = now, 0
        self._seen[network] = (began, count + 1)
        if len(self._seen) > self.kept:
            self._seen.popitem(last=False)
        return count < self.most

    def is_exhausted(self, network: bytes, now: float | None = None) -> bool:
        """Whether there were so many that the next one has to wait; nothing is counted."""
        now = time.monotonic() if now is None else now
        began, count = self._seen.get(network, (now, 0))
        return now - began < self.seconds and count >= self.most


BARE = 4 * 1024
"""Bytes under which a sealed report holds a form's few answers and no more."""
SHARES = {"bare": 16 * 2**20, "words": 16 * 2**20, "pictures": 64 * 2**20, "raw": 128 * 2**20}
"""Bytes that one address may send in a day, of each size; `raw`: files as they came, counted before anybody cleans them and also where
the form is refused.
"""
NEIGHBOURS = 4
"""A whole network may send so many times what an address may: whoever fills a share of their own leaves the neighbours theirs."""


@dataclass
class DailyByteQuota:
    """How much each address and each network sent today, by size, so that nobody uses up the room that all have together. Long
    texts and pictures never take the room of bare reports.
    """

    kept: int = 200_000
    day: int = 0
    _sent: OrderedDict[tuple[bytes, str], int] = field(default_factory=OrderedDict)
    _in: OrderedDict[bytes, None] = field(default_factory=OrderedDict)

    def reserve_bytes(self, address: bytes, network: bytes, size: int, kind: str = "") -> str:
        """Count so many bytes, and say the size they are of; empty where the address or its network has no room for them. `kind`: another
        share than that of their size.
        """
        self._begin_day()
        kind = kind or classify_size(size)
        wanted = {(address, kind): SHARES[kind], (network, kind): NEIGHBOURS * SHARES[kind]}
        if any(self._sent.get(share_key, 0) + size > most for share_key, most in wanted.items()):
            return ""
        for share_key in wanted:
            self._sent[share_key] = self._sent.pop(share_key, 0) + size
        while len(self._sent) > self.kept:
            self._sent.popitem(last=False)
        return kind

    def release_bytes(self, address: bytes, network: bytes, size: int) -> None:
        """So many bytes took no room after all: they were in before."""
        for one in ((address, classify_size(size)), (network, classify_size(size))):
            if one in self._sent:
                self._sent[one] = max(0, self._sent[one] - size)

    def has_submission(self, once: bytes) -> bool:
        """Whether what has this key came in today: sent again it takes no room, also where none is left."""
        self._begin_day()
        return once in self._in

    def record_submission(self, once: bytes) -> None:
        """What has this key is in."""
        self._in[once] = None
        if len(self._in) > self.kept:
            self._in.popitem(last=False)

    def _begin_day(self) -> None:
        today = int(time.time()) // DAY
        if today != self.day:
            self.day, self._sent, self._in = today, OrderedDict(), OrderedDict()


def classify_size(size: int) -> str:
    """Which share so many bytes are of."""
    return "bare" if size <= BARE else "words" if size <= WORDS else "pictures"


def digest_address(request: Request, key: bytes) -> bytes:
    """A digest of the very address that asks (of IPv6 a /64), for this day."""
    words = f"address:{int(time.time()) // DAY}:{_parse_network(request, 32, 64)}"
    return hmac.new(key, words.encode(), hashlib.sha256).digest()


def require_same_origin(request: Request) -> None:
    """Raises NotAllowed for a form that another site sent: it would make its visitors report what they never saw."""
    origin, site = request.headers.get("origin"), request.headers.get("sec-fetch-site")
    host = request.headers.get("host")
    ours = (None, f"http://{host}", f"https://{host}")
    # Of an address that a browser keeps to itself nothing is known but what it says of the page.
    is_ours = origin in ours or (origin == "null" and site == "same-origin")
    if not is_ours or site not in (None, "same-origin", "none"):
        raise NotAllowed("pages.form-of-another-site")


def digest_network(request: Request, key: bytes) -> bytes:
    """A digest of who asks, for this day: the address's network (a /24, of IPv6 a /48)."""
    words = f"{int(time.time()) // DAY}:{network_address(request)}"
    return hmac.new(key, words.encode(), hashlib.sha256).digest()


def network_address(request: Request) -> str:
    """The network of who asks. It is never kept: only digests of it are."""
    return _parse_network(request, 24, 48)


def _parse_network(request: Request, old: int, new: int) -> str:
    """The network of who asks: so many bits of an IPv4 address, so many of an IPv6 one. What is no address is itself."""
    host = request.client.host if request.client else ""
    try:
        address = ipaddress.ip_address(host)
        # An address of the old kind on a socket of both kinds: all of them are one network of the new kind.
        address = getattr(address, "ipv4_mapped", None) or address
        return str(ipaddress.ip_network(f"{address}/{old if address.version == 4 else new}", strict=False))
    except ValueError:
        return host
