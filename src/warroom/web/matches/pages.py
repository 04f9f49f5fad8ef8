"""Matches: pairs of records side by side, each decided with one key and taken back with one."""

from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from warroom.access import role_groups
from warroom.access.role_groups import MATCH_DECIDERS, MATCH_READERS
from warroom.errors import NotFound, NotPossible
from warroom.ledger.officers import Officer
from warroom.matches import decisions, queries
from warroom.matches.views import SHOWN, SUBJECT_KINDS, MatchKind, NamedRecord, Show
from warroom.runtime.open_home import OpenHome
from warroom.subjects.resolution.saved import SavedRegister
from warroom.web.doors.router import Router
from warroom.web.kit import language
from warroom.web.kit.forms import read_text_field
from warroom.web.kit.lists import clamp_offset, make_list_address
from warroom.web.kit.open_home import open_home_of
from warroom.web.kit.pages import render_page, say_for
from warroom.web.kit.parameters import Form, Name
from warroom.web.kit.sessions import SignedIn
from warroom.web.matches.words import MatchWords

router = Router(include_in_schema=False)
# Characters of a search text; chosen, not measured.
LONGEST = 300
SIZE = 10
"""Pairs on a page: each is as tall as its columns."""


@router.get("/matches", may=MATCH_READERS)
def show_matches(
    request: Request, officer: SignedIn, kind: str = "person", show: str = "open", offset: int = 0
) -> Response:
    return _render_list(request, officer, _parse_kind(kind), show, clamp_offset(offset), "", 200)


def _render_list(
    request: Request, officer: Officer, kind: MatchKind, show: str, offset: int, problem: str, status: int
) -> Response:
    room = open_home_of(request)
    chosen: Show = next((known_show for known_show in SHOWN if known_show == show), "open")
    kept, sought = room.find_register(kind), request.query_params.get("find", "")[:LONGEST].strip()
    match_list = (
        queries.list_matches(room.ledger, kept, officer, chosen, limit=SIZE, offset=offset) if kept else None
    )
    return render_page(
        request,
        "matches.html",
        status,
        found=match_list,
        named=_list_named_records(room, kept, officer, sought),
        sought=sought,
        kind=kind,
        kinds=[
            subject_kind
            for subject_kind in SUBJECT_KINDS
            if subject_kind == kind or room.find_register(subject_kind)
        ],
        chosen=chosen,
        told=MatchWords(say_for(request)),
        may_decide=officer.has_role(*role_groups.MATCH_DECIDERS),
        last=request.query_params.get("last", "") if chosen != "said" else "",
        problem=problem,
        total=match_list.total if match_list else 0,
        offset=offset,
        size=SIZE,
        address=make_list_address("/matches", {"kind": kind, "show": chosen}, ("person", "open")),
    )


def _list_named_records(
    room: OpenHome, kept: SavedRegister | None, officer: Officer, sought: str
) -> tuple[NamedRecord, ...]:
    return queries.find_records_by_name(room.ledger, kept, officer, sought) if kept and sought else ()


@router.post("/matches/{kind}/{pair}", may=MATCH_DECIDERS)
def decide_match(request: Request, kind: Name, pair: Name, officer: SignedIn, form: Form) -> Response:
    """One subject, two subjects, or the word on them taken back."""
    room, key, word, sort = (
        open_home_of(request),
        read_text_field(form, "key"),
        read_text_field(form, "word"),
        _parse_kind(kind),
    )
    kept = room.find_register(sort)
    if kept is None:
        raise NotFound("matches.no-such-pair")
    try:
        if word == "taken-back":
            decisions.take_back(room.ledger, kept, officer, pair, key)
        else:
            decisions.record_match_word(room.ledger, kept, officer, pair, word, key)  # type: ignore[arg-type]
    except NotPossible as problem:
        return _render_list(
            request,
            officer,
            sort,
            read_text_field(form, "show"),
            0,
            problem.render_in(language.choose_language(request)),
            problem.http_status,
        )
    last = "" if word == "taken-back" else pair
    asked = {"kind": sort, "show": read_text_field(form, "show"), "said": word, "last": last}
    return RedirectResponse(
        f"/matches?{urlencode({name: value for name, value in asked.items() if value})}", 303
    )


def _parse_kind(said: str) -> MatchKind:
    return next((one for one in SUBJECT_KINDS if one == said), "person")
