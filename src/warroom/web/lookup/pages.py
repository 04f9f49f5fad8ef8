"""Pages of the search, of subjects, and of the time lines of cases and subjects."""

import hashlib
import re
from typing import Any
from urllib.parse import quote, urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from warroom.access import role_groups
from warroom.access.role_groups import CASE_READERS, CHART_TAKERS
from warroom.incoming import queries as incoming_queries
from warroom.law.kinds.declarations import ActionKind
from warroom.ledger.officers import Officer
from warroom.matches import queries as match_queries
from warroom.matches.views import MatchKind, NamedRecord
from warroom.money.trail import BankAccount
from warroom.room.lookup import lately as lookup_lately
from warroom.room.lookup.asked import LookupQuestion
from warroom.room.lookup.views import LINES_A_PAGE, LookupResult, SubjectPage, Timeline
from warroom.room.queue.queries import read_cases
from warroom.runtime.open_home import OpenHome
from warroom.signals.signal import Signal
from warroom.subjects.kinds import KINDS, get_page_word
from warroom.subjects.subject import ACCOUNT, Subject, make_account_subject
from warroom.triage import outcomes
from warroom.triage.views import SignalView
from warroom.web.actions.shown import list_proposable_kinds
from warroom.web.cases.list_pages import build_queue_values
from warroom.web.doors.router import Router
from warroom.web.kit.flow import build_flow, choose_reason, choose_window, format_ranges, number_payments
from warroom.web.kit.formats import Say
from warroom.web.kit.forms import read_text_field
from warroom.web.kit.lists import clamp_offset, make_list_address
from warroom.web.kit.open_home import open_home_of
from warroom.web.kit.pages import render_page, say_for
from warroom.web.kit.parameters import Form, Name
from warroom.web.kit.sessions import SignedIn
from warroom.web.lookup import palette
from warroom.web.lookup.dossier import render_dossier
from warroom.web.lookup.drawing import rank_peers
from warroom.web.lookup.palette import TO_PAGES, PaletteHits
from warroom.web.lookup.strip import draw_strip
from warroom.web.lookup.words import LookupWords
from warroom.web.triage.words import describe_signal as line_of_signal

router = Router(include_in_schema=False)
EXERCISE = "การฝึกซ้อม · EXERCISE"
# A hit in a register of accounts adds little to a case with the account, so the search still redirects to
# the case.
NO_NEWS = {"accounts"}
CASE_PAGE = re.compile(r"/cases/(C-[0-9]{1,15})(?:/|$)")
BY_NAME: tuple[MatchKind, ...] = ("person", "company")
BESIDE = ("named", "pages", "mine", "do")
"""Sections of the palette that the search page shows unchanged."""


@router.get("/search", may=CASE_READERS)
def show_search(request: Request, officer: SignedIn, q: str = "") -> Response:
    """The search results. If a single case is the only result, redirect to it."""
    say, asked = say_for(request), LookupQuestion.parse(q)
    search_result = (
        LookupResult() if asked.text.startswith(TO_PAGES) else _search_records(request, officer, q)
    )
    # A search for a case's number opens the case.
    if only := _find_only_case(search_result):
        return RedirectResponse(f"/cases/{only}", 303)
    hits = _build_hits(request, search_result, asked, officer)
    queue = read_cases(open_home_of(request).ledger, officer, [row.number for row in search_result.cases])
    # Results with a section of their own on the page are not repeated.
    beside = [group for group in hits.groups if group.code.partition("-")[0] in BESIDE]
    return render_page(
        request,
        "search.html",
        404 if hits.answer else 200,
        found=search_result,
        asked=asked.text,
        hits=PaletteHits(beside, hits.answer, hits.scope),
        **build_queue_values(request, officer, queue, fills=False),
        **_build_common_values(say, officer),
    )


@router.post("/search/live", may=CASE_READERS)
def show_live_hits(request: Request, officer: SignedIn, form: Form) -> Response:
    """The palette's lines for the text typed so far. POST, so that search texts appear in no address, history or log."""
    typed_text, here = read_text_field(form, "q"), _parse_case_number(read_text_field(form, "here"))
    asked, say = LookupQuestion.parse(typed_text), say_for(request)
    if not asked.typed:
        cases = lookup_lately.list_recent_cases(open_home_of(request).ledger, officer)
        return render_page(
            request, "palette_hits.html", hits=palette.list_recent_cases(cases, here, officer, say), asked=""
        )
    search_result = (
        LookupResult() if asked.text.startswith(TO_PAGES) else _search_records(request, officer, typed_text)
    )
    return render_page(
        request,
        "palette_hits.html",
        hits=_build_hits(request, search_result, asked, officer, here),
        asked=asked.text,
    )


def _parse_case_number(path: str) -> str:
    """The number of the case to which the page at `path` belongs; "" if there is none."""
    found = CASE_PAGE.match(path)
    return found[1] if found else ""


def _search_records(request: Request, officer: Officer, said: str) -> LookupResult:
    from warroom.room.lookup import (  # opens the lake, and the first page does not wait for it
        search as lookup_search,
    )

    room = open_home_of(request)
    return lookup_search.search_all(room.ledger, room.lake, officer, said, signals=room.load_signals)


def _build_hits(
    request: Request, found: LookupResult, asked: LookupQuestion, officer: Officer, here: str = ""
) -> PaletteHits:
    say = say_for(request)
    if asked.text.startswith(TO_PAGES):
        return palette.list_page_hits(asked.text, officer, say, open_home_of(request).exercise is not None)
    shown = palette.build_hits(found, asked, officer, say, build_subject_path, here=here)
    return palette.add_name_matches(shown, _list_name_matches(request, asked, officer), say)


def _list_name_matches(
    request: Request, asked: LookupQuestion, officer: Officer
) -> list[tuple[MatchKind, NamedRecord]]:
    """Records in the registers for matching with the typed name, in Thai or Latin script."""
    if (
        not any(map(str.isalpha, asked.text))
        or not asked.query.is_long_enough
        or not officer.has_role(*role_groups.MATCH_READERS)
    ):
        return []
    room, named_records = open_home_of(request), []
    for kind in BY_NAME:
        if kept := room.find_register(kind):
            records = match_queries.find_records_by_name(
                room.ledger, kept, officer, asked.text, most=palette.FEW
            )
            named_records += [(kind, record) for record in records]
    return named_records


def _find_only_case(found: LookupResult) -> str:
    """The number of the case if it is the only result, else ""."""
    if len(found.cases) != 1 or found.texts or found.notes or found.numbers or set(found.elsewhere) - NO_NEWS:
        return ""
    number = found.cases[0].number
    return number if all(one.case == number for one in found.subjects) else ""


@router.get("/subjects/{kind}/{name:path}/timeline", may=CASE_READERS)
def show_subject_timeline(
    request: Request,
    kind: str,
    name: str,
    officer: SignedIn,
    case: str = "",
    only: str = "",
    order: str = "newest",
    offset: int = 0,
) -> Response:
    """What happened with a subject, by time."""
    from warroom.room.lookup import subject as lookup_subject

    room, say = open_home_of(request), say_for(request)
    asked: dict[str, Any] = {"only": only[:40], "order": order, "case": case[:40]}
    subject_page, timeline = lookup_subject.subject_timeline(
        room.ledger,
        room.lake,
        room.open_index,
        officer,
        kind,
        name,
        case=asked["case"],
        kinds=_parse_kinds(only),
        newest_first=order != "oldest",
        offset=clamp_offset(offset),
    )
    # The same access check as on the subject's page: its time line must not tell more.
    if not subject_page.open:
        return _render_subject(request, officer, subject_page, asked, say)
    base = f"{build_subject_path(subject_page.subject)}/timeline"
    return render_page(
        request,
        "subject_timeline.html",
        found=subject_page,
        **_build_timeline_values(timeline, asked, base, offset, say),
        **_build_common_values(say, officer),
    )


@router.get("/subjects/{kind}/{name:path}/dossier", may=CHART_TAKERS)
def download_dossier(request: Request, kind: str, name: str, officer: SignedIn, case: str = "") -> Response:
    """Download a subject's dossier as a PDF; the log records its SHA-256."""
    from warroom.room.lookup import subject as lookup_subject

    room, say = open_home_of(request), say_for(request)
    subject_page = lookup_subject.subject_page(
        room.ledger, room.lake, room.open_index, officer, kind, name, case=case[:40]
    )
    if not subject_page.open:
        # The subject's page says whether there is a hit, and how to request access.
        return RedirectResponse(build_subject_path(subject_page.subject), 303)
    paper = render_dossier(subject_page, room.lake, say, officer, EXERCISE if room.home.exercise else "")
    lookup_subject.log_paper_taken(
        room.ledger, room.lake, officer, subject_page, hashlib.sha256(paper).hexdigest()
    )
    headers = {"content-disposition": 'attachment; filename="dossier.pdf"'}
    return Response(paper, media_type="application/pdf", headers=headers)


@router.get("/subjects/{kind}/{name:path}", may=CASE_READERS)
def show_subject(
    request: Request,
    kind: str,
    name: str,
    officer: SignedIn,
    case: str = "",
    window: str = "",
    reason: str = "",
) -> Response:
    """What is known of a subject, or whether there is a hit; `window` is the span of its drawing, `reason` the one whose
    payments are numbered in it.
    """
    from warroom.room.lookup import subject as lookup_subject

    room = open_home_of(request)
    subject_page = lookup_subject.subject_page(
        room.ledger, room.lake, room.open_index, officer, kind, name, case=case[:40]
    )
    asked = {"case": case[:40], "window": window, "reason": reason}
    return _render_subject(request, officer, subject_page, asked, say_for(request))


def _render_subject(
    request: Request, officer: Officer, subject_page: SubjectPage, asked: dict[str, str], say: Say
) -> Response:
    room, drawn = open_home_of(request), subject_page.money.drawn if subject_page.money else ()
    signal = _find_signal(room, officer, subject_page)
    numbers = number_payments(signal, drawn)
    case, window = asked["case"], choose_window(asked.get("window", ""), drawn, numbers)
    reason = choose_reason(asked.get("reason", ""), signal, numbers)
    is_account = subject_page.open and subject_page.subject.kind == ACCOUNT
    may_hold_incoming = is_account and officer.has_role(*role_groups.INCOMING_DECIDERS)
    return render_page(
        request,
        "subject.html",
        200 if subject_page.known or subject_page.open else 404,
        found=subject_page,
        case=case,
        flow=build_flow(drawn, numbers, window, say, reason),
        reason=reason,
        address=make_list_address(request.url.path, asked | {"window": window}),
        signal=signal,
        line=line_of_signal(SignalView(signal)) if signal else None,
        outcomes=outcomes.count_similar_outcomes(room.ledger, signal.probability) if signal else None,
        numbers=numbers,
        acts=_list_proposable_actions(officer, subject_page),
        may_hold_incoming=may_hold_incoming and subject_page.shown == subject_page.subject.number,
        incoming=incoming_queries.find_open_hold(
            room.ledger, BankAccount(subject_page.subject.bank, subject_page.subject.number)
        )
        if is_account and officer.has_role(*role_groups.INCOMING_READERS)
        else None,
        ranges=format_ranges,
        came=rank_peers(subject_page.money.peers, True) if subject_page.money else [],
        went=rank_peers(subject_page.money.peers, False) if subject_page.money else [],
        **_build_common_values(say, officer),
    )


def _list_proposable_actions(officer: Officer, subject_page: SubjectPage) -> list[tuple[ActionKind, str]]:
    """The actions that the officer may propose for a subject, each with its name for the subject's kind."""
    # An officer who sees the number masked could not propose an action on it.
    if (
        not subject_page.open
        or subject_page.shown != subject_page.subject.number
        or subject_page.subject.kind not in KINDS
    ):
        return []
    own = KINDS[subject_page.subject.kind]
    words = [
        (kind, next((subject_word for subject_word in kind.subjects if KINDS.get(subject_word) == own), ""))
        for kind in list_proposable_kinds(officer)
    ]
    return [(kind, word) for kind, word in words if word]


def _find_signal(room: OpenHome, officer: Officer, found: SubjectPage) -> Signal | None:
    """The signal of the last run about this subject; None for officers who may not read signals."""
    if not found.open or not officer.has_role(*role_groups.SIGNAL_READERS):
        return None
    return next((one for one in room.load_signals() if one.subject == found.subject), None)


@router.get("/cases/{number}/timeline", may=CASE_READERS)
def show_case_timeline(
    request: Request, number: Name, officer: SignedIn, only: str = "", order: str = "newest", offset: int = 0
) -> Response:
    """What happened in a case, by time."""
    from warroom.room.lookup import timeline as lookup_timeline

    timeline = lookup_timeline.case_timeline(
        open_home_of(request).ledger,
        officer,
        number,
        kinds=_parse_kinds(only),
        newest_first=order != "oldest",
        offset=clamp_offset(offset),
    )
    asked, say = {"only": only[:40], "order": order}, say_for(request)
    base = f"/cases/{number}/timeline"
    return render_page(
        request,
        "case_timeline.html",
        number=number,
        **_build_timeline_values(timeline, asked, base, offset, say),
        **_build_common_values(say, officer),
    )


def _parse_kinds(only: str) -> tuple[str, ...]:
    return (only[:40],) if only else ()


def _build_timeline_values(
    timeline: Timeline, asked: dict[str, Any], base: str, offset: int, say: Say
) -> dict[str, Any]:
    return {
        "strip": draw_strip(timeline.lines, LookupWords(say).format_record_kind, say),
        "timeline": timeline,
        "asked": asked,
        "address": make_list_address(base, asked, usual=("newest",)),
        "offset": clamp_offset(offset),
        "every": sum(count for _, count in timeline.kinds),
        "size": LINES_A_PAGE,
    }


def _build_account_path(bank: str, number: str, case: str) -> str:
    path = build_subject_path(make_account_subject(bank, number))
    return f"{path}?{urlencode({'case': case})}" if case else path


def _build_common_values(say: Say, officer: Officer) -> dict[str, Any]:
    return {
        "told": LookupWords(say),
        "path_of": build_subject_path,
        "path_of_account": _build_account_path,
        "may_take": officer.has_role(*role_groups.CHART_TAKERS),
        "may_ask": officer.has_role(*role_groups.REQUEST_DRAFTERS),
    }


def build_subject_path(subject: Subject) -> str:
    """The address of a subject's page."""
    return f"/subjects/{get_page_word(subject.kind)}/{quote(subject.id, safe=':')}"
