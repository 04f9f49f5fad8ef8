"""The search over everything, the page of a subject, and time lines of cases and subjects."""

import hashlib
import re
from typing import Any
from urllib.parse import quote, urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from warroom.access import role_groups
from warroom.access.role_groups import CASE_READERS, CHART_TAKERS
from warroom.law.kinds.declarations import Kind
from warroom.ledger.officers import Officer
from warroom.matches import queries as match_queries
from warroom.matches.views import NamedRecord, SubjectKind
from warroom.room.lookup import lately as lookup_lately
from warroom.room.lookup.asked import Asked
from warroom.room.lookup.views import LINES_A_PAGE, Found, SubjectPage, Timeline
from warroom.room.queue.queries import read_cases
from warroom.runtime.open_home import OpenHome
from warroom.signals.signal import Signal
from warroom.subjects.kinds import KINDS, page_of
from warroom.subjects.subject import Subject, account
from warroom.triage import outcomes
from warroom.triage.views import SignalView
from warroom.web.actions.shown import proposable
from warroom.web.cases.list_pages import queue_values
from warroom.web.doors.router import Router
from warroom.web.kit.flow import flow_of, numbers_of, ranges, window_of
from warroom.web.kit.formats import Say
from warroom.web.kit.forms import text
from warroom.web.kit.lists import address, start_of
from warroom.web.kit.open_home import open_home_of
from warroom.web.kit.pages import page, say_for
from warroom.web.kit.parameters import Form, Name
from warroom.web.kit.sessions import SignedIn
from warroom.web.lookup import palette
from warroom.web.lookup.dossier import dossier
from warroom.web.lookup.drawing import peers_of
from warroom.web.lookup.palette import TO_PAGES, Shown
from warroom.web.lookup.strip import strip_of
from warroom.web.lookup.words import LookupWords
from warroom.web.triage.words import line_of as line_of_signal

router = Router(include_in_schema=False)
EXERCISE = "การฝึกซ้อม · EXERCISE"
# The registers of accounts say little beside a case that knows the account: such a search still leads to the case.
NO_NEWS = {"accounts"}
CASE_PAGE = re.compile(r"/cases/(C-[0-9]{1,15})(?:/|$)")
BY_NAME: tuple[SubjectKind, ...] = ("person", "company")
BESIDE = ("named", "pages", "mine", "do")
"""Lines of the palette that the search page shows as they are."""


@router.get("/search", may=CASE_READERS)
def find(request: Request, officer: SignedIn, q: str = "") -> Response:
    """Everything that knows what was typed, or the pages of that name; a case that alone knows it is opened at once."""
    say, asked = say_for(request), Asked.of(q)
    found = Found() if asked.text.startswith(TO_PAGES) else _found(request, officer, q)
    # At the desk the number of a case is the question, and the case the answer.
    if only := _only_case(found):
        return RedirectResponse(f"/cases/{only}", 303)
    hits = _hits(request, found, asked, officer)
    queue = read_cases(open_home_of(request).ledger, officer, [row.number for row in found.cases])
    # What has its own section on the page, with where it was read, is not said twice.
    beside = [group for group in hits.groups if group.code in BESIDE]
    return page(
        request,
        "search.html",
        404 if hits.answer else 200,
        found=found,
        asked=asked.text,
        hits=Shown(beside, hits.answer),
        **queue_values(request, officer, queue, fills=False),
        **_common(say, officer),
    )


@router.post("/search/live", may=CASE_READERS)
def live(request: Request, officer: SignedIn, form: Form) -> Response:
    """The lines of the palette while somebody types: posted, so that no word of it stands in an address."""
    said, here = text(form, "q"), _case_in(text(form, "here"))
    asked, say = Asked.of(said), say_for(request)
    if not asked.typed:
        cases = lookup_lately.lately(open_home_of(request).ledger, officer)
        return page(request, "palette_hits.html", hits=palette.lately(cases, here, officer, say), asked="")
    found = Found() if asked.text.startswith(TO_PAGES) else _found(request, officer, said)
    return page(
        request, "palette_hits.html", hits=_hits(request, found, asked, officer, here), asked=asked.text
    )


def _case_in(path: str) -> str:
    """The case whose page, or a page of which, stands at a path; empty for any other."""
    found = CASE_PAGE.match(path)
    return found[1] if found else ""


def _found(request: Request, officer: Officer, said: str) -> Found:
    from warroom.room.lookup import (  # opens the lake, and the first page does not wait for it
        search as lookup_search,
    )

    room = open_home_of(request)
    return lookup_search.find(room.ledger, room.lake, officer, said, signals=room.signals)


def _hits(request: Request, found: Found, asked: Asked, officer: Officer, here: str = "") -> Shown:
    say = say_for(request)
    if asked.text.startswith(TO_PAGES):
        return palette.pages(asked.text, officer, say, open_home_of(request).exercise is not None)
    shown = palette.shown(found, asked, officer, say, path_of, here=here)
    return palette.beside_names(shown, _named(request, asked, officer), say)


def _named(request: Request, asked: Asked, officer: Officer) -> list[tuple[SubjectKind, NamedRecord]]:
    """Records that were brought to be matched and whose name is the one typed, in whatever script."""
    if (
        not any(map(str.isalpha, asked.text))
        or not asked.query.enough
        or not officer.may(*role_groups.MATCH_READERS)
    ):
        return []
    room, found = open_home_of(request), []
    for kind in BY_NAME:
        if kept := room.register(kind):
            records = match_queries.find(room.ledger, kept, officer, asked.text, most=palette.FEW)
            found += [(kind, record) for record in records]
    return found


def _only_case(found: Found) -> str:
    """The number of the case that is all there is to show, else nothing."""
    if len(found.cases) != 1 or found.texts or found.notes or found.numbers or set(found.elsewhere) - NO_NEWS:
        return ""
    number = found.cases[0].number
    return number if all(one.case == number for one in found.subjects) else ""


@router.get("/subjects/{kind}/{name:path}/timeline", may=CASE_READERS)
def subject_timeline(
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
    found, timeline = lookup_subject.subject_timeline(
        room.ledger,
        room.lake,
        room.index,
        officer,
        kind,
        name,
        case=asked["case"],
        kinds=_kinds(only),
        newest_first=order != "oldest",
        offset=start_of(offset),
    )
    # Whoever may not open the subject is told no more here than on its page.
    if not found.open:
        return _subject(request, officer, found, asked["case"], say)
    base = f"{path_of(found.subject)}/timeline"
    return page(
        request,
        "subject_timeline.html",
        found=found,
        **_timeline(timeline, asked, base, offset, say),
        **_common(say, officer),
    )


@router.get("/subjects/{kind}/{name:path}/dossier", may=CHART_TAKERS)
def taken(request: Request, kind: str, name: str, officer: SignedIn, case: str = "") -> Response:
    """What is known of a subject as a paper; the log keeps the sha256 of the whole of it."""
    from warroom.room.lookup import subject as lookup_subject

    room, say = open_home_of(request), say_for(request)
    found = lookup_subject.subject_page(
        room.ledger, room.lake, room.index, officer, kind, name, case=case[:40]
    )
    if not found.open:
        # Its page says whether there is a hit, and how to ask.
        return RedirectResponse(path_of(found.subject), 303)
    paper = dossier(found, room.lake, say, officer, EXERCISE if room.home.exercise else "")
    lookup_subject.note_taken(room.ledger, room.lake, officer, found, hashlib.sha256(paper).hexdigest())
    headers = {"content-disposition": 'attachment; filename="dossier.pdf"'}
    return Response(paper, media_type="application/pdf", headers=headers)


@router.get("/subjects/{kind}/{name:path}", may=CASE_READERS)
def subject(
    request: Request, kind: str, name: str, officer: SignedIn, case: str = "", window: str = ""
) -> Response:
    """What is known of a subject, or whether there is a hit; `window` is the span of its drawing."""
    from warroom.room.lookup import subject as lookup_subject

    room = open_home_of(request)
    found = lookup_subject.subject_page(
        room.ledger, room.lake, room.index, officer, kind, name, case=case[:40]
    )
    return _subject(request, officer, found, case[:40], say_for(request), window)


def _subject(
    request: Request, officer: Officer, found: SubjectPage, case: str, say: Say, window: str = ""
) -> Response:
    room, drawn = open_home_of(request), found.money.drawn if found.money else ()
    signal = _signal(room, officer, found)
    numbers = numbers_of(signal, drawn)
    return page(
        request,
        "subject.html",
        200 if found.known or found.open else 404,
        found=found,
        case=case,
        flow=flow_of(drawn, numbers, window_of(window, drawn, numbers), say),
        signal=signal,
        line=line_of_signal(SignalView(signal)) if signal else None,
        outcomes=outcomes.like(room.ledger, signal.probability) if signal else None,
        numbers=numbers,
        acts=_acts(officer, found),
        ranges=ranges,
        came=peers_of(found.money.peers, True) if found.money else [],
        went=peers_of(found.money.peers, False) if found.money else [],
        **_common(say, officer),
    )


def _acts(officer: Officer, found: SubjectPage) -> list[tuple[Kind, str]]:
    """The actions that the officer may propose about a subject, each with its own word for the subject's kind."""
    # Whoever sees a number in part alone could not send it on.
    if not found.open or found.shown != found.subject.number or found.subject.kind not in KINDS:
        return []
    own = KINDS[found.subject.kind]
    words = [
        (kind, next((one for one in kind.subjects if KINDS.get(one) == own), ""))
        for kind in proposable(officer)
    ]
    return [(kind, word) for kind, word in words if word]


def _signal(room: OpenHome, officer: Officer, found: SubjectPage) -> Signal | None:
    """The signal of the last run about this subject, for who may read signals."""
    if not found.open or not officer.may(*role_groups.SIGNAL_READERS):
        return None
    return next((one for one in room.signals() if one.subject == found.subject), None)


@router.get("/cases/{number}/timeline", may=CASE_READERS)
def case_timeline(
    request: Request, number: Name, officer: SignedIn, only: str = "", order: str = "newest", offset: int = 0
) -> Response:
    """What happened in a case, by time."""
    from warroom.room.lookup import timeline as lookup_timeline

    timeline = lookup_timeline.case_timeline(
        open_home_of(request).ledger,
        officer,
        number,
        kinds=_kinds(only),
        newest_first=order != "oldest",
        offset=start_of(offset),
    )
    asked, say = {"only": only[:40], "order": order}, say_for(request)
    base = f"/cases/{number}/timeline"
    return page(
        request,
        "case_timeline.html",
        number=number,
        **_timeline(timeline, asked, base, offset, say),
        **_common(say, officer),
    )


def _kinds(only: str) -> tuple[str, ...]:
    return (only[:40],) if only else ()


def _timeline(timeline: Timeline, asked: dict[str, Any], base: str, offset: int, say: Say) -> dict[str, Any]:
    return {
        "strip": strip_of(timeline.lines, LookupWords(say).record, say),
        "timeline": timeline,
        "asked": asked,
        "address": address(base, asked, usual=("newest",)),
        "offset": start_of(offset),
        "every": sum(count for _, count in timeline.kinds),
        "size": LINES_A_PAGE,
    }


def _account_path(bank: str, number: str, case: str) -> str:
    path = path_of(account(bank, number))
    return f"{path}?{urlencode({'case': case})}" if case else path


def _common(say: Say, officer: Officer) -> dict[str, Any]:
    return {
        "told": LookupWords(say),
        "path_of": path_of,
        "path_of_account": _account_path,
        "may_take": officer.may(*role_groups.CHART_TAKERS),
        "may_ask": officer.may(*role_groups.REQUEST_DRAFTERS),
    }


def path_of(subject: Subject) -> str:
    """The address of a subject's page."""
    return f"/subjects/{page_of(subject.kind)}/{quote(subject.id, safe=':')}"
