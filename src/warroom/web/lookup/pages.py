"""The search over everything, the page of a subject, and time lines of cases and subjects."""

from typing import Any
from urllib.parse import quote, urlencode

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from warroom.access import role_groups
from warroom.cases.queries import search
from warroom.ledger.officers import Officer
from warroom.room.lookup.views import LINES_A_PAGE, Found, SubjectPage, Timeline
from warroom.sentences.sentence import Sentence
from warroom.subjects.kinds import page_of
from warroom.subjects.subject import Subject, account
from warroom.web.access.sign_in_pages import Name
from warroom.web.cases.list_pages import line_of
from warroom.web.kit.formats import Say
from warroom.web.kit.lists import address, start_of
from warroom.web.kit.open_home import open_home_of
from warroom.web.kit.pages import page, say_for
from warroom.web.kit.sessions import SignedIn
from warroom.web.lookup.words import LookupWords

router = APIRouter(include_in_schema=False)
# The registers of accounts say little beside a case that knows the account: such a search still leads to the case.
NO_NEWS = {"accounts"}


@router.get("/search")
def find(request: Request, officer: SignedIn, q: str = "") -> Response:
    """Everything that knows what was typed; a case that alone knows it is opened at once."""
    from warroom.room.lookup import (  # opens the lake, and the first page does not wait for it
        search as lookup_search,
    )

    room, say, asked = open_home_of(request), say_for(request), q.strip()[: search.LONGEST]
    found = lookup_search.find(room.ledger, room.lake, officer, asked, signals=room.signals)
    # At the desk the number of a case is the question, and the case the answer.
    if only := _only_case(found):
        return RedirectResponse(f"/cases/{only}", 303)
    nothing = found.nothing
    return page(
        request,
        "search.html",
        404 if nothing else 200,
        found=found,
        rows=[line_of(row, say) for row in found.cases],
        asked=asked,
        message=Sentence("cases.nothing-found").told(say.language) if nothing else "",
        **_common(say, officer, asked),
    )


def _only_case(found: Found) -> str:
    """The number of the case that is all there is to show, else nothing."""
    if len(found.cases) != 1 or found.texts or found.notes or found.numbers or set(found.elsewhere) - NO_NEWS:
        return ""
    number = found.cases[0].number
    return number if all(one.case == number for one in found.subjects) else ""


@router.get("/subjects/{kind}/{name:path}/timeline")
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
        **_timeline(timeline, asked, base, offset),
        **_common(say, officer, found.subject.id),
    )


@router.get("/subjects/{kind}/{name:path}")
def subject(request: Request, kind: str, name: str, officer: SignedIn, case: str = "") -> Response:
    """What is known of a subject, or whether there is a hit."""
    from warroom.room.lookup import subject as lookup_subject

    room = open_home_of(request)
    found = lookup_subject.subject_page(
        room.ledger, room.lake, room.index, officer, kind, name, case=case[:40]
    )
    return _subject(request, officer, found, case[:40], say_for(request))


def _subject(request: Request, officer: Officer, found: SubjectPage, case: str, say: Say) -> Response:
    return page(
        request,
        "subject.html",
        200 if found.known or found.open else 404,
        found=found,
        case=case,
        **_common(say, officer, found.shown),
    )


@router.get("/cases/{number}/timeline")
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
    asked = {"only": only[:40], "order": order}
    base = f"/cases/{number}/timeline"
    return page(
        request,
        "case_timeline.html",
        number=number,
        **_timeline(timeline, asked, base, offset),
        **_common(say_for(request), officer, number),
    )


def _kinds(only: str) -> tuple[str, ...]:
    return (only[:40],) if only else ()


def _timeline(timeline: Timeline, asked: dict[str, Any], base: str, offset: int) -> dict[str, Any]:
    return {
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


def _common(say: Say, officer: Officer, asked: str) -> dict[str, Any]:
    wanted = urlencode({"subject": asked[:200]})
    return {
        "told": LookupWords(say),
        "path_of": path_of,
        "path_of_account": _account_path,
        "may_ask": officer.may(*role_groups.REQUEST_DRAFTERS),
        "ask": f"/requests/new?{wanted}",
    }


def path_of(subject: Subject) -> str:
    """The address of a subject's page."""
    return f"/subjects/{page_of(subject.kind)}/{quote(subject.id, safe=':')}"
