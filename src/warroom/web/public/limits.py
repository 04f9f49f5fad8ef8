"""Limits of the public pages: the size of a body, requests and bytes per network, and forms of other sites.

Addresses and networks are counted under a keyed digest (HMAC) that includes the date: it identifies nobody, and digests of
different days cannot be compared.
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
"""Bytes of a body with files: five pictures of some megabytes each. Chosen, not measured."""
FIELDS = 4 * 1024 * 1024
"""Bytes of a body without files. Chosen, not measured."""
WORDS = 64 * 1024
"""Bytes of a body with text alone; it is accepted even when `UNDER_WAY` is reached. Chosen, not measured."""
UNDER_WAY = 512 * 1024 * 1024
"""Bytes of all bodies in transit at one moment, which Starlette spools to the disk. Chosen, not measured."""
# Seconds.
DAY = 86_400


class TooMuchError(WarroomError):
    """The body is larger than any of our forms."""

    http_status = 413


class PublicBodyLimit:
    """Refuses a body as soon as it exceeds the limit, whatever its Content-Length says. Large bodies are refused as well while too many
    bytes are in transit, because thousands of senders who never finish would fill the disk. Bodies of text alone get through.
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
    """A rate limit per network with a fixed window; if there are too many networks, the least recently used is dropped."""

    most: int
    seconds: float
    kept: int = 200_000
    _seen: OrderedDict[bytes, tuple[float, int]] = field(default_factory=OrderedDict)

    def record_attempt(self, network: bytes, now: float | None = None) -> bool:
        """Count an attempt; False if there were `most` already in this window."""
        now = time.monotonic() if now is None else now
        began, count = self._seen.pop(network, (now, 0))
        if now - began >= self.seconds:
            began, count = now, 0
        self._seen[network] = (began, count + 1)
        if len(self._seen) > self.kept:
            self._seen.popitem(last=False)
        return count < self.most

    def is_exhausted(self, network: bytes, now: float | None = None) -> bool:
        """Whether the next attempt has to wait; counts nothing."""
        now = time.monotonic() if now is None else now
        began, count = self._seen.get(network, (now, 0))
        return now - began < self.seconds and count >= self.most


BARE = 4 * 1024
"""Bytes of an encrypted report that holds a form's short answers only. Chosen, not measured."""
SHARES = {"bare": 16 * 2**20, "words": 16 * 2**20, "pictures": 64 * 2**20, "raw": 128 * 2**20}
"""Bytes per address and day, by class of size. `raw`: files as received, counted before cleaning and also if the form is refused.
Chosen, not measured.
"""
NEIGHBOURS = 4
"""The quota of a network is this many times that of an address: one sender cannot use up the neighbours' quota. Chosen."""


@dataclass
class DailyByteQuota:
    """Bytes each address and network sent today, by class of size, so that no one exhausts the storage all share. Each class has its
    own quota: long texts and pictures never use up that of short reports.
    """

    kept: int = 200_000
    day: int = 0
    _sent: OrderedDict[tuple[bytes, str], int] = field(default_factory=OrderedDict)
    _in: OrderedDict[bytes, None] = field(default_factory=OrderedDict)

    def reserve_bytes(self, address: bytes, network: bytes, size: int, kind: str = "") -> str:
        """Count `size` bytes and return their class of size; "" if the address or its network has no quota left. `kind`: a class to count
        them under instead.
        """
        self._begin_day()
        kind = kind or classify_size(size)
        wanted = {(address, kind): SHARES[kind], (network, kind): NEIGHBOURS * SHARES[kind]}
        if any(self._sent.get(share_key, 0) + size > most for share_key, most in wanted.items()):
            return ""
        for share_key in wanted:
            # Removed and inserted again, so that the dictionary stays in the order of use.
            self._sent[share_key] = self._sent.pop(share_key, 0) + size
        while len(self._sent) > self.kept:
            self._sent.popitem(last=False)
        return kind

    def release_bytes(self, address: bytes, network: bytes, size: int) -> None:
        """Return `size` bytes to the quota: the submission was stored before."""
        for one in ((address, classify_size(size)), (network, classify_size(size))):
            if one in self._sent:
                self._sent[one] = max(0, self._sent[one] - size)

    def has_submission(self, once: bytes) -> bool:
        """Whether this key was submitted today: a retry needs no quota."""
        self._begin_day()
        return once in self._in

    def record_submission(self, once: bytes) -> None:
        """Remember the key of a stored submission."""
        self._in[once] = None
        if len(self._in) > self.kept:
            self._in.popitem(last=False)

    def _begin_day(self) -> None:
        today = int(time.time()) // DAY
        if today != self.day:
            self.day, self._sent, self._in = today, OrderedDict(), OrderedDict()


def classify_size(size: int) -> str:
    """The class of size of `size` bytes."""
    return "bare" if size <= BARE else "words" if size <= WORDS else "pictures"


def digest_address(request: Request, key: bytes) -> bytes:
    """A keyed digest of the client's address (IPv6: its /64, one subscriber), valid for this day."""
    words = f"address:{int(time.time()) // DAY}:{_parse_network(request, 32, 64)}"
    return hmac.new(key, words.encode(), hashlib.sha256).digest()


def require_same_origin(request: Request) -> None:
    """Raises NotAllowed for a form of another site (CSRF): it could submit false reports through its visitors' browsers."""
    origin, site = request.headers.get("origin"), request.headers.get("sec-fetch-site")
    host = request.headers.get("host")
    ours = (None, f"http://{host}", f"https://{host}")
    # A browser with "no-referrer" sends the origin "null"; Sec-Fetch-Site then says whether it is our own
    # page.
    is_ours = origin in ours or (origin == "null" and site == "same-origin")
    if not is_ours or site not in (None, "same-origin", "none"):
        raise NotAllowed("pages.form-of-another-site")


def digest_network(request: Request, key: bytes) -> bytes:
    """A keyed digest of the client's network (IPv4 /24, IPv6 /48), valid for this day."""
    words = f"{int(time.time()) // DAY}:{network_address(request)}"
    return hmac.new(key, words.encode(), hashlib.sha256).digest()


def network_address(request: Request) -> str:
    """The client's network (IPv4 /24, IPv6 /48). Never stored; only digests of it are."""
    return _parse_network(request, 24, 48)


def _parse_network(request: Request, old: int, new: int) -> str:
    """The client's network: the first `old` bits of an IPv4 or `new` bits of an IPv6 address. A host that is not an address is returned
    unchanged.
    """
    host = request.client.host if request.client else ""
    try:
        address = ipaddress.ip_address(host)
        # On a dual-stack socket an IPv4 client has an IPv4-mapped address (::ffff:0:0/96), and all of them
        # would be one IPv6 network.
        address = getattr(address, "ipv4_mapped", None) or address
        return str(ipaddress.ip_network(f"{address}/{old if address.version == 4 else new}", strict=False))
    except ValueError:
        return host
