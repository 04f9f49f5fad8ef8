"""The TAXII 2.1 client: takes in what a partner's server has added since the last time, page by page.

A page and the place where the next one begins are kept in one transaction: a crash in the middle loses no object and doubles none. A
page that came twice adds nothing, since a collection keeps every version of an object once.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx

from warroom.errors import ExchangeError, NotPossible
from warroom.exchange.collections import decisions
from warroom.exchange.collections.queries import find_pull
from warroom.exchange.collections.views import PulledPage
from warroom.exchange.standards.record import parse_utc
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer

MEDIA = "application/taxii+json;version=2.1"
PAGE = 500
"""Objects asked for in one page. Chosen, not measured; a server may give fewer."""
MOST_BYTES = 32 << 20
"""Of one answer: an endless one must not fill the memory. Chosen, not measured."""
MOST_PAGES = 20_000
"""Of one pull: a server that always has more is noticed. Ten million objects at our own page."""
TIMEOUT_SECONDS = 30.0
LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, slots=True)
class PullSummary:
    """What one pull brought: pages, objects that came, those that are new here, and those refused with a sentence each."""

    title: str
    pages: int
    objects: int
    new: int
    refused: tuple[str, ...]
    added_after: str


@dataclass(frozen=True, slots=True)
class PullSource:
    """A partner's server. `url`: its discovery, its API root or its collection; `secret`: the password or key, empty for none."""

    url: str
    user: str = ""
    secret: str = ""
    collection: str = ""


def pull_collection(
    ledger: Ledger,
    officer: Officer,
    source: PullSource,
    *,
    into: str,
    partner: str,
    basis: str,
    added_after: datetime | None = None,
) -> PullSummary:
    """Take in what a partner's collection added since the last pull, or since `added_after`; each page is logged with its basis.

    Raises ExchangeError for a server that cannot be reached or understood, NotAllowed, NotFound, NotPossible.
    """
    if not basis.strip():
        raise NotPossible("exchange.basis-missing")
    _check_address(source.url)
    with _open_client(source) as client:
        address, title = find_collection_address(client, source)
        begun = find_pull(ledger, into, address)
        after = format_moment(added_after) if added_after else begun.added_after
        place = "" if added_after else begun.next_place
        pages = objects = new = 0
        refused: list[str] = []
        for page in iter_pages(client, address, after, place):
            taken = decisions.keep_pulled_page(ledger, officer, into, partner, basis, page)
            pages, objects, new = pages + 1, objects + len(page.objects), new + taken.new
            refused += [f"{outcome.id}: {outcome.problem}" for outcome in taken.outcomes if outcome.problem]
            after = page.added_after
    return PullSummary(title, pages, objects, new, tuple(refused), after)


def find_collection_address(client: httpx.Client, source: PullSource) -> tuple[str, str]:
    """The address of the collection and its title: from discovery over the roots, or as named. Raises ExchangeError."""
    url = source.url if source.url.endswith("/") else f"{source.url}/"
    body, _ = _get(client, url)
    if "can_read" in body and "id" in body:
        return url, _require_readable(body)
    roots = [urljoin(url, str(root)) for root in body.get("api_roots", [])] if "api_roots" in body else [url]
    readable: list[tuple[str, dict[str, Any]]] = []
    for root in roots:
        _check_same_host(url, root)
        base = root if root.endswith("/") else f"{root}/"
        listed, _ = _get(client, f"{base}collections/")
        readable += [
            (f"{base}collections/{item.get('id')}/", item)
            for item in listed.get("collections", [])
            if isinstance(item, dict) and item.get("can_read")
        ]
    fit = [
        (address, item)
        for address, item in readable
        if not source.collection
        or source.collection in (item.get("id"), item.get("alias"), item.get("title"))
    ]
    if len(fit) != 1:
        names = ", ".join(str(item.get("title"))[:60] for _, item in readable[:10]) or "none"
        raise ExchangeError("exchange.pull-which", count=len(fit), names=names)
    return fit[0][0], str(fit[0][1].get("title", ""))[:200]


def _require_readable(body: dict[str, Any]) -> str:
    if not body.get("can_read"):
        raise ExchangeError("exchange.pull-answer", why="the collection may not be read")
    return str(body.get("title", ""))[:200]


def iter_pages(client: httpx.Client, address: str, after: str, place: str) -> Iterator[PulledPage]:
    """The pages of a collection from a place on. `after`: RFC 3339, empty for everything; `place`: the server's own word for the next page.

    A `next` that the server has forgotten begins the span again: what comes twice is kept once.
    """
    newest = after
    for number in range(MOST_PAGES):
        asked = {
            "limit": str(PAGE),
            **({"added_after": after} if after else {}),
            **({"next": place} if place else {}),
        }
        try:
            body, headers = _get(client, f"{address}objects/", asked)
        except _AnswerError:
            if not (number == 0 and place):
                raise
            place = ""
            body, headers = _get(
                client, f"{address}objects/", {k: v for k, v in asked.items() if k != "next"}
            )
        objects = body.get("objects", [])
        if not isinstance(objects, list) or not all(isinstance(item, dict) for item in objects):
            raise ExchangeError("exchange.pull-answer", why="its 'objects' is no list of objects")
        newest = max(newest, _normalize_moment(headers.get("x-taxii-date-added-last", "")))
        more, place = bool(body.get("more")), str(body.get("next", "") or "")
        if more and not place and (not objects or newest == after):
            raise ExchangeError("exchange.pull-answer", why="it says that more follows and not where")
        if more and not place:
            # A server of the standard's older habit: the next page is what was added after this one.
            after = newest
        # The start moves only once the span is whole: until then the same span is asked for from the place on.
        whole = newest if not more else after
        yield PulledPage(address, whole, place if more else "", tuple(objects))
        if not more:
            return
    raise ExchangeError("exchange.pull-answer", why=f"it has more than {MOST_PAGES} pages")


class _AnswerError(ExchangeError):
    """The server refused a request."""


def _open_client(source: PullSource) -> httpx.Client:
    auth = httpx.BasicAuth(source.user, source.secret) if source.user else None
    headers = {"accept": MEDIA}
    if source.secret and not source.user:
        headers["authorization"] = f"Bearer {source.secret}"
    # Not followed elsewhere: the secret is for this server.
    return httpx.Client(timeout=TIMEOUT_SECONDS, follow_redirects=False, auth=auth, headers=headers)


def _get(
    client: httpx.Client, url: str, params: dict[str, str] | None = None
) -> tuple[dict[str, Any], httpx.Headers]:
    try:
        with client.stream("GET", url, params=params) as answer:
            content = b""
            for piece in answer.iter_bytes():
                content += piece
                if len(content) > MOST_BYTES:
                    raise ExchangeError(
                        "exchange.pull-answer", why=f"more than {MOST_BYTES >> 20} MiB in one answer"
                    )
    except (httpx.HTTPError, httpx.InvalidURL) as problem:
        raise ExchangeError("exchange.pull-unreachable", why=type(problem).__name__) from None
    if answer.status_code != 200:
        raise _AnswerError("exchange.pull-answer", why=f"status {answer.status_code}")
    try:
        body = json.loads(content)
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, dict):
        raise ExchangeError("exchange.pull-answer", why="it is no JSON object")
    return body, answer.headers


def _check_address(url: str) -> None:
    parts = urlsplit(url)
    # Plain HTTP only on this machine: the secret would travel readable.
    if (
        parts.scheme not in ("https", "http")
        or not parts.hostname
        or (parts.scheme == "http" and parts.hostname not in LOOPBACK)
    ):
        raise NotPossible("exchange.pull-address")


def _check_same_host(url: str, root: str) -> None:
    first, second = urlsplit(url), urlsplit(root)
    if (first.scheme, first.netloc) != (second.scheme, second.netloc):
        raise ExchangeError(
            "exchange.pull-answer", why="it names a root on another host, which does not get the secret"
        )


def _normalize_moment(text: str) -> str:
    """A moment with microseconds in UTC, so that two of them compare as texts; empty for none that can be read."""
    try:
        return format_moment(parse_utc(text))
    except ValueError:
        return ""


def format_moment(moment: datetime) -> str:
    """A moment as filters of TAXII have it (2.1, 1.6.7)."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
