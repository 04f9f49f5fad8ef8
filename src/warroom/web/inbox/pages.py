"""Public reports: those that nobody has opened, and one of them with what was said and what officers do with it."""

from collections.abc import Callable
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Path
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from warroom.access import role_groups
from warroom.access.role_groups import SIGNAL_HANDLERS, SIGNAL_READERS
from warroom.errors import NotAllowed, NotPossible
from warroom.ledger.officers import Officer
from warroom.papers.cleaning import may_be_shown
from warroom.public import decisions, queries
from warroom.public.views import OUTCOMES, RECHECKED
from warroom.web.doors.router import Router
from warroom.web.inbox.words import ReportWords
from warroom.web.kit import language
from warroom.web.kit.forms import text
from warroom.web.kit.lists import ROWS, address, start_of
from warroom.web.kit.open_home import open_home_of
from warroom.web.kit.pages import page, say_for
from warroom.web.kit.parameters import Form
from warroom.web.kit.sessions import SignedIn
from warroom.web.kit.shapes import Id

Place = Annotated[int, Path(ge=0, le=100)]
"""Which of the files of a submission."""
router = Router(include_in_schema=False)
REFUSALS = (NotPossible, NotAllowed)


@router.get("/public-reports", may=SIGNAL_READERS)
def listed(request: Request, officer: SignedIn, show: str = "waiting", offset: int = 0) -> Response:
    chosen, offset = show if show in queries.SHOWS else "waiting", start_of(offset)
    found = queries.listed(open_home_of(request).ledger, officer, chosen, limit=ROWS, offset=offset)
    return page(
        request,
        "inbox.html",
        found=found,
        chosen=chosen,
        told=ReportWords(say_for(request)),
        total=found.total,
        offset=offset,
        size=ROWS,
        address=address("/public-reports", {"show": chosen}, ("waiting",)),
    )


@router.get("/public-reports/{report_id}", may=SIGNAL_READERS)
def one(request: Request, report_id: Id, officer: SignedIn) -> Response:
    return _one(request, officer, report_id, "", "", 200)


def _one(
    request: Request, officer: Officer, report_id: int, given: str, problem: str, status: int
) -> Response:
    return page(
        request,
        "inbox_one.html",
        status,
        one=queries.one(open_home_of(request).ledger, officer, report_id),
        told=ReportWords(say_for(request)),
        may_handle=officer.may(*role_groups.SIGNAL_HANDLERS),
        rechecked=RECHECKED,
        outcomes=OUTCOMES,
        given=given,
        problem=problem,
    )


@router.post("/public-reports/{report_id}/open", may=SIGNAL_HANDLERS)
def opened(request: Request, report_id: Id, officer: SignedIn, form: Form) -> Response:
    """Open what lies sealed: the report, or its bearer's new messages."""
    ledger = open_home_of(request).ledger
    decisions.open_report(ledger, officer, report_id, text(form, "key"))
    return RedirectResponse(f"/public-reports/{report_id}", 303)


@router.post("/public-reports/{report_id}/words", may=SIGNAL_HANDLERS)
def written(request: Request, report_id: Id, officer: SignedIn, form: Form) -> Response:
    """Write to the bearer, or ask something."""
    ledger, said, asks = open_home_of(request).ledger, text(form, "text"), text(form, "asks") == "yes"
    return _done(
        request,
        officer,
        report_id,
        said,
        "written",
        lambda: decisions.write(ledger, officer, report_id, said, asks, text(form, "key")),
    )


@router.post("/public-reports/{report_id}/close", may=SIGNAL_HANDLERS)
def closed(request: Request, report_id: Id, officer: SignedIn, form: Form) -> Response:
    """Close it with what became of it."""
    ledger, outcome = (
        open_home_of(request).ledger,
        next((o for o in (*OUTCOMES, *RECHECKED) if o == text(form, "outcome")), ""),
    )
    return _done(
        request,
        officer,
        report_id,
        "",
        "closed",
        lambda: decisions.close(ledger, officer, report_id, outcome, text(form, "key")),  # type: ignore[arg-type]
    )


@router.post("/public-reports/{report_id}/tip", may=SIGNAL_HANDLERS)
def kept(request: Request, report_id: Id, officer: SignedIn, form: Form) -> Response:
    """Keep it as a row of tips, whose words can be searched."""
    room = open_home_of(request)
    return _done(
        request,
        officer,
        report_id,
        "",
        "kept",
        lambda: decisions.keep_tip(room.ledger, room.lake, officer, report_id, text(form, "key")),
    )


def _done(
    request: Request, officer: Officer, report_id: int, given: str, said: str, decide: Callable[[], None]
) -> Response:
    """Back to the report; where a decision was refused, with why and what was typed."""
    try:
        decide()
    except REFUSALS as problem:
        sentence = problem.told(language.chosen(request))
        return _one(request, officer, report_id, given, sentence, problem.http_status)
    return RedirectResponse(f"/public-reports/{report_id}?{urlencode({'said': said})}", 303)


@router.get("/public-reports/{report_id}/files/{submission}/{place}", may=SIGNAL_HANDLERS)
def file(request: Request, report_id: Id, submission: Id, place: Place, officer: SignedIn) -> Response:
    """What somebody attached, as the bytes that it is: the browser shows a picture and runs nothing."""
    ledger = open_home_of(request).ledger
    media, content = queries.file(ledger, officer, report_id, submission, place)
    shown = "inline" if may_be_shown(media, content) else "attachment"
    name = f"report-{report_id}-{place + 1}.{media.rpartition('/')[2]}"
    headers = {
        "content-disposition": f'{shown}; filename="{name}"',
        "content-security-policy": "default-src 'none'; sandbox",
    }
    return Response(content, media_type=media, headers=headers)
