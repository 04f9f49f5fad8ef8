"""Pages of public reports: the unopened ones, and one report with its content and the officers' actions."""

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
from warroom.web.kit.forms import read_text_field
from warroom.web.kit.lists import ROWS, clamp_offset, make_list_address
from warroom.web.kit.open_home import open_home_of
from warroom.web.kit.pages import render_page, say_for
from warroom.web.kit.parameters import Form
from warroom.web.kit.sessions import SignedIn
from warroom.web.kit.shapes import Id

Place = Annotated[int, Path(ge=0, le=100)]
"""Index of a file in a submission."""
router = Router(include_in_schema=False)
REFUSALS = (NotPossible, NotAllowed)


@router.get("/public-reports", may=SIGNAL_READERS)
def show_inbox(request: Request, officer: SignedIn, show: str = "waiting", offset: int = 0) -> Response:
    chosen, offset = show if show in queries.SHOWS else "waiting", clamp_offset(offset)
    report_list = queries.list_reports(
        open_home_of(request).ledger, officer, chosen, limit=ROWS, offset=offset
    )
    return render_page(
        request,
        "inbox.html",
        found=report_list,
        chosen=chosen,
        told=ReportWords(say_for(request)),
        total=report_list.total,
        offset=offset,
        size=ROWS,
        address=make_list_address("/public-reports", {"show": chosen}, ("waiting",)),
    )


@router.get("/public-reports/{report_id}", may=SIGNAL_READERS)
def show_report(request: Request, report_id: Id, officer: SignedIn) -> Response:
    return _render_report(request, officer, report_id, "", "", 200)


def _render_report(
    request: Request, officer: Officer, report_id: int, given: str, problem: str, status: int
) -> Response:
    return render_page(
        request,
        "inbox_one.html",
        status,
        one=queries.load_report(open_home_of(request).ledger, officer, report_id),
        told=ReportWords(say_for(request)),
        may_handle=officer.has_role(*role_groups.SIGNAL_HANDLERS),
        rechecked=RECHECKED,
        outcomes=OUTCOMES,
        given=given,
        problem=problem,
    )


@router.post("/public-reports/{report_id}/open", may=SIGNAL_HANDLERS)
def open_report(request: Request, report_id: Id, officer: SignedIn, form: Form) -> Response:
    """Unseal the report, or its reporter's new messages."""
    ledger = open_home_of(request).ledger
    decisions.open_report(ledger, officer, report_id, read_text_field(form, "key"))
    return RedirectResponse(f"/public-reports/{report_id}", 303)


@router.post("/public-reports/{report_id}/words", may=SIGNAL_HANDLERS)
def write_to_bearer(request: Request, report_id: Id, officer: SignedIn, form: Form) -> Response:
    """Write to the bearer, or ask something."""
    ledger, message, asks = (
        open_home_of(request).ledger,
        read_text_field(form, "text"),
        read_text_field(form, "asks") == "yes",
    )
    return _apply_decision(
        request,
        officer,
        report_id,
        message,
        "written",
        lambda: decisions.send_message(
            ledger, officer, report_id, message, asks, read_text_field(form, "key")
        ),
    )


@router.post("/public-reports/{report_id}/close", may=SIGNAL_HANDLERS)
def close_report(request: Request, report_id: Id, officer: SignedIn, form: Form) -> Response:
    """Close it with what became of it."""
    ledger, outcome = (
        open_home_of(request).ledger,
        next((o for o in (*OUTCOMES, *RECHECKED) if o == read_text_field(form, "outcome")), ""),
    )
    return _apply_decision(
        request,
        officer,
        report_id,
        "",
        "closed",
        lambda: decisions.close_report(ledger, officer, report_id, outcome, read_text_field(form, "key")),  # type: ignore[arg-type]
    )


@router.post("/public-reports/{report_id}/tip", may=SIGNAL_HANDLERS)
def keep_tip(request: Request, report_id: Id, officer: SignedIn, form: Form) -> Response:
    """Keep it as a row of tips, whose words can be searched."""
    room = open_home_of(request)
    return _apply_decision(
        request,
        officer,
        report_id,
        "",
        "kept",
        lambda: decisions.keep_tip(room.ledger, room.lake, officer, report_id, read_text_field(form, "key")),
    )


def _apply_decision(
    request: Request,
    officer: Officer,
    report_id: int,
    given: str,
    notice_code: str,
    decide: Callable[[], None],
) -> Response:
    """Redirect to the report; on refusal show it again with the reason and the typed text."""
    try:
        decide()
    except REFUSALS as problem:
        sentence = problem.render_in(language.choose_language(request))
        return _render_report(request, officer, report_id, given, sentence, problem.http_status)
    return RedirectResponse(f"/public-reports/{report_id}?{urlencode({'said': notice_code})}", 303)


@router.get("/public-reports/{report_id}/files/{submission}/{place}", may=SIGNAL_HANDLERS)
def download_attachment(
    request: Request, report_id: Id, submission: Id, place: Place, officer: SignedIn
) -> Response:
    """An attachment as stored; a sandbox policy keeps the browser from running anything in it."""
    ledger = open_home_of(request).ledger
    media, content = queries.load_attached_file(ledger, officer, report_id, submission, place)
    shown = "inline" if may_be_shown(media, content) else "attachment"
    name = f"report-{report_id}-{place + 1}.{media.rpartition('/')[2]}"
    headers = {
        "content-disposition": f'{shown}; filename="{name}"',
        "content-security-policy": "default-src 'none'; sandbox",
    }
    return Response(content, media_type=media, headers=headers)
