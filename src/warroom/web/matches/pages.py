"""Matches: pairs of records side by side, each decided with one key and taken back with one."""

from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from warroom.access import role_groups
from warroom.access.role_groups import MATCH_DECIDERS, MATCH_READERS
from warroom.errors import NotFound, NotPossible
from warroom.ledger.officers import Officer
from warroom.matches import decisions, queries
from warroom.matches.views import SHOWN, SUBJECT_KINDS, NamedRecord, Show, SubjectKind
from warroom.runtime.open_home import OpenHome
from warroom.subjects.resolution.saved import Kept
from warroom.web.doors.router import Router
from warroom.web.kit import language
from warroom.web.kit.forms import text
from warroom.web.kit.lists import address, start_of
from warroom.web.kit.open_home import open_home_of
from warroom.web.kit.pages import page, say_for
from warroom.web.kit.parameters import Form, Name
from warroom.web.kit.sessions import SignedIn
from warroom.web.matches.words import MatchWords

router = Router(include_in_schema=False)
LONGEST = 300
SIZE = 10
"""Pairs on a page: each is as tall as its columns."""


@router.get("/matches", may=MATCH_READERS)
def listed(
    request: Request, officer: SignedIn, kind: str = "person", show: str = "open", offset: int = 0
) -> Response:
    return _list(request, officer, _kind(kind), show, start_of(offset), "", 200)


def _list(
    request: Request, officer: Officer, kind: SubjectKind, show: str, offset: int, problem: str, status: int
) -> Response:
    room = open_home_of(request)
    chosen: Show = next((one for one in SHOWN if one == show), "open")
    kept, sought = room.register(kind), request.query_params.get("find", "")[:LONGEST].strip()
    found = queries.listed(room.ledger, kept, officer, chosen, limit=SIZE, offset=offset) if kept else None
    return page(
        request,
        "matches.html",
        status,
        found=found,
        named=_named(room, kept, officer, sought),
        sought=sought,
        kind=kind,
        kinds=[one for one in SUBJECT_KINDS if one == kind or room.register(one)],
        chosen=chosen,
        told=MatchWords(say_for(request)),
        may_decide=officer.may(*role_groups.MATCH_DECIDERS),
        last=request.query_params.get("last", "") if chosen != "said" else "",
        problem=problem,
        total=found.total if found else 0,
        offset=offset,
        size=SIZE,
        address=address("/matches", {"kind": kind, "show": chosen}, ("person", "open")),
    )


def _named(room: OpenHome, kept: Kept | None, officer: Officer, sought: str) -> tuple[NamedRecord, ...]:
    return queries.find(room.ledger, kept, officer, sought) if kept and sought else ()


@router.post("/matches/{kind}/{pair}", may=MATCH_DECIDERS)
def decided(request: Request, kind: Name, pair: Name, officer: SignedIn, form: Form) -> Response:
    """One subject, two subjects, or the word on them taken back."""
    room, key, word, sort = open_home_of(request), text(form, "key"), text(form, "word"), _kind(kind)
    kept = room.register(sort)
    if kept is None:
        raise NotFound("matches.no-such-pair")
    try:
        if word == "taken-back":
            decisions.take_back(room.ledger, kept, officer, pair, key)
        else:
            decisions.say(room.ledger, kept, officer, pair, word, key)  # type: ignore[arg-type]
    except NotPossible as problem:
        return _list(
            request,
            officer,
            sort,
            text(form, "show"),
            0,
            problem.told(language.chosen(request)),
            problem.http_status,
        )
    last = "" if word == "taken-back" else pair
    asked = {"kind": sort, "show": text(form, "show"), "said": word, "last": last}
    return RedirectResponse(
        f"/matches?{urlencode({name: value for name, value in asked.items() if value})}", 303
    )


def _kind(said: str) -> SubjectKind:
    return next((one for one in SUBJECT_KINDS if one == said), "person")
