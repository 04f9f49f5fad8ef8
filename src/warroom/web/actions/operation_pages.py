"""Joint operations: the list, a plan, and the page that all agencies look at until the hour and after it."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from warroom.access import role_groups
from warroom.access.role_groups import ACTION_TEAMS, CASE_READERS, OPERATION_DECIDERS, OPERATION_PLANNERS
from warroom.actions.operations import drafts, queries
from warroom.actions.operations.decisions import course, go_ahead, preparation
from warroom.actions.operations.views import OPERATION_STATES
from warroom.errors import NotAllowed, NotPossible
from warroom.law.kinds.declarations import load_prerequisite
from warroom.ledger.officers import Officer
from warroom.web.actions import operation_shown as told_of
from warroom.web.actions.operation_plan_pages import render_papers_page
from warroom.web.actions.words import ActionWords
from warroom.web.doors.router import Router
from warroom.web.kit.forms import (
    NOTHING_TYPED,
    TypedForm,
    collect_typed_fields,
    parse_baht,
    parse_inputs,
    read_text_field,
    run_form_action,
)
from warroom.web.kit.lists import ROWS, build_listing, clamp_offset
from warroom.web.kit.open_home import open_home_of
from warroom.web.kit.pages import render_page, say_for
from warroom.web.kit.parameters import Form
from warroom.web.kit.sessions import SignedIn
from warroom.web.kit.shapes import Id, clamp_row_id

router = Router(include_in_schema=False)


@router.get("/operations", may=CASE_READERS)
def show_operations(request: Request, officer: SignedIn, state: str = "", offset: int = 0) -> Response:
    ledger, start = open_home_of(request).ledger, clamp_offset(offset)
    chosen = state if state in OPERATION_STATES else ""
    rows, total = queries.list_operations(ledger, officer, state=chosen, limit=ROWS, offset=start)
    return render_page(
        request,
        "operations.html",
        rows=rows,
        chosen=chosen,
        **build_listing("/operations", total, start, {"state": chosen}),
        may_plan=officer.has_role(*role_groups.OPERATION_PLANNERS),
        begun=drafts.list_begun_drafts(ledger, officer)
        if officer.has_role(*role_groups.OPERATION_PLANNERS)
        else (),
        told=ActionWords(say_for(request)),
    )


@router.get("/operations/{operation_id}", may=CASE_READERS)
def show_operation(request: Request, operation_id: Id, officer: SignedIn) -> Response:
    return _render_operation(request, operation_id, officer, NOTHING_TYPED, 200)


def _render_operation(
    request: Request, operation_id: int, officer: Officer, before: TypedForm, status: int
) -> Response:
    """The whole page, or only the part that refreshes itself (an htmx request)."""
    ledger, say, again = (
        open_home_of(request).ledger,
        say_for(request),
        bool(request.headers.get("hx-request")),
    )
    # A page that refreshes itself is no new access: logged each time it would fill the log in a night.
    operation = queries.load_operation(ledger, officer, clamp_row_id(operation_id), again=again)
    return render_page(
        request,
        "operation_live.html" if again else "operation.html",
        status,
        **told_of.build_operation_values(operation, officer, ledger, say, before),
    )


@router.post("/operations/{operation_id}/readiness", may=ACTION_TEAMS)
def say_readiness(request: Request, operation_id: Id, officer: SignedIn, form: Form) -> Response:
    word: Any = "ready" if read_text_field(form, "readiness") == "ready" else "not_ready"
    return _apply_decision(
        request,
        operation_id,
        officer,
        form,
        "readiness",
        preparation.say_readiness,
        word,
        read_text_field(form, "reason"),
    )


@router.post("/operations/{operation_id}/documents", may=OPERATION_PLANNERS)
def attach_document(request: Request, operation_id: Id, officer: SignedIn, form: Form) -> Response:
    name = read_text_field(form, "prerequisite")
    content = parse_inputs(
        load_prerequisite(name).inputs, collect_typed_fields(form), "d-", say_for(request).zone
    )
    service = preparation.attach_document
    # In the step of documents the form leads on to the next document.
    step = "papers" if read_text_field(form, "next") == "papers" else ""
    return _apply_decision(
        request, operation_id, officer, form, "attached", service, name, content, about=name, step=step
    )


@router.post("/operations/{operation_id}/approve", may=ACTION_TEAMS)
def approve_operation(request: Request, operation_id: Id, officer: SignedIn, form: Form) -> Response:
    return _apply_decision(
        request,
        operation_id,
        officer,
        form,
        "approved",
        preparation.approve_all,
        read_text_field(form, "digest"),
    )


@router.post("/operations/{operation_id}/go", may=OPERATION_DECIDERS)
def say_go(request: Request, operation_id: Id, officer: SignedIn, form: Form) -> Response:
    return _apply_decision(
        request, operation_id, officer, form, "go", go_ahead.give_go, read_text_field(form, "digest")
    )


@router.post("/operations/{operation_id}/no-go", may=OPERATION_DECIDERS)
def say_no_go(request: Request, operation_id: Id, officer: SignedIn, form: Form) -> Response:
    return _apply_decision(
        request, operation_id, officer, form, "no-go", go_ahead.call_off, read_text_field(form, "reason")
    )


@router.post("/operations/{operation_id}/finish", may=OPERATION_DECIDERS)
def finish_operation(request: Request, operation_id: Id, officer: SignedIn, form: Form) -> Response:
    report = str(form.get("report", ""))[:20_000]
    return _apply_decision(request, operation_id, officer, form, "finished", course.finish_operation, report)


@router.post("/operations/{operation_id}/timeline", may=ACTION_TEAMS)
def add_timeline_line(request: Request, operation_id: Id, officer: SignedIn, form: Form) -> Response:
    place = _parse_number(read_text_field(form, "place"))
    return _apply_decision(
        request,
        operation_id,
        officer,
        form,
        "line",
        course.add_operation_note,
        read_text_field(form, "text"),
        place,
    )


@router.post("/operations/{operation_id}/results", may=ACTION_TEAMS)
def report_result(request: Request, operation_id: Id, officer: SignedIn, form: Form) -> Response:
    return _apply_decision(request, operation_id, officer, form, "found", _report_result, form)


def _report_result(ledger: Any, officer: Officer, operation_id: int, form: FormData, *, key: str) -> object:
    place, count, kind = (
        _parse_number(read_text_field(form, "place")),
        _parse_number(read_text_field(form, "count")),
        read_text_field(form, "kind"),
    )
    if place is None:
        raise NotPossible("actions.result-place-missing")
    if count is None:
        raise NotPossible("actions.result-unfit")
    worth = parse_baht(read_text_field(form, "amount") or "0")
    numbers = read_text_field(form, "references").split()
    report: Any = course.report_result
    return report(
        ledger,
        officer,
        operation_id,
        place,
        kind,
        count,
        worth,
        numbers,
        read_text_field(form, "note"),
        key=key,
    )


def _apply_decision(
    request: Request,
    operation_id: int,
    officer: Officer,
    form: FormData,
    notice_code: str,
    service: Callable[..., object],
    *given: Any,
    about: str = "",
    step: str = "",
) -> Response:
    """Run the service that a form asks for; on refusal show the page again with the reason."""

    def carry_out() -> str:
        service(
            open_home_of(request).ledger,
            officer,
            clamp_row_id(operation_id),
            *given,
            key=read_text_field(form, "key"),
        )
        return _make_operation_address(operation_id, notice_code, step)

    def show(before: TypedForm, status: int) -> Response:
        return (render_papers_page if step else _render_operation)(
            request, operation_id, officer, before, status
        )

    return run_form_action(request, about or notice_code, form, carry_out, show, (NotPossible, NotAllowed))


def _parse_number(written: str) -> int | None:
    """A small whole number from a form; None where there is none."""
    return int(written) if written.isascii() and written.isdigit() and len(written) < 8 else None


def _make_operation_address(operation_id: int, said: str, step: str = "") -> str:
    page = f"/{step}" if step else ""
    return f"/operations/{clamp_row_id(operation_id)}{page}?{urlencode({'said': said})}"
