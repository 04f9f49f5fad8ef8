"""Joint operations: the list, a plan, and the page that all agencies look at until the hour and after it."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from warroom.access import role_groups
from warroom.access.role_groups import ACTION_TEAMS, CASE_READERS, OPERATION_DECIDERS, OPERATION_PLANNERS
from warroom.actions.joint import drafts, queries
from warroom.actions.joint.decisions import course, go_ahead, preparation
from warroom.actions.joint.views import OPERATION_STATES
from warroom.errors import NotAllowed, NotPossible
from warroom.law.kinds.declarations import prerequisite_of
from warroom.ledger.officers import Officer
from warroom.web.actions import joint_shown as told_of
from warroom.web.actions.joint_plan_pages import papers_page
from warroom.web.actions.words import ActionWords
from warroom.web.doors.router import Router
from warroom.web.kit.forms import NOTHING_TYPED, Typed, attempt, baht, read, text, typed
from warroom.web.kit.lists import ROWS, listing, start_of
from warroom.web.kit.open_home import open_home_of
from warroom.web.kit.pages import page, say_for
from warroom.web.kit.parameters import Form
from warroom.web.kit.sessions import SignedIn
from warroom.web.kit.shapes import Id, row_id

router = Router(include_in_schema=False)


@router.get("/operations", may=CASE_READERS)
def listed(request: Request, officer: SignedIn, state: str = "", offset: int = 0) -> Response:
    ledger, start = open_home_of(request).ledger, start_of(offset)
    chosen = state if state in OPERATION_STATES else ""
    rows, total = queries.listed(ledger, officer, state=chosen, limit=ROWS, offset=start)
    return page(
        request,
        "operations.html",
        rows=rows,
        chosen=chosen,
        **listing("/operations", total, start, {"state": chosen}),
        may_plan=officer.may(*role_groups.OPERATION_PLANNERS),
        begun=drafts.begun(ledger, officer) if officer.may(*role_groups.OPERATION_PLANNERS) else (),
        told=ActionWords(say_for(request)),
    )


@router.get("/operations/{operation_id}", may=CASE_READERS)
def one(request: Request, operation_id: Id, officer: SignedIn) -> Response:
    return _page(request, operation_id, officer, NOTHING_TYPED, 200)


def _page(request: Request, operation_id: int, officer: Officer, before: Typed, status: int) -> Response:
    """The whole page, or the part that refreshes itself where that alone is asked for."""
    ledger, say, again = (
        open_home_of(request).ledger,
        say_for(request),
        bool(request.headers.get("hx-request")),
    )
    # A screen that asks again by itself is no new look, and would fill the log in a night.
    found = queries.one(ledger, officer, row_id(operation_id), again=again)
    return page(
        request,
        "operation_live.html" if again else "operation.html",
        status,
        **told_of.values(found, officer, ledger, say, before),
    )


@router.post("/operations/{operation_id}/readiness", may=ACTION_TEAMS)
def readiness(request: Request, operation_id: Id, officer: SignedIn, form: Form) -> Response:
    word: Any = "ready" if text(form, "readiness") == "ready" else "not_ready"
    return _do(
        request,
        operation_id,
        officer,
        form,
        "readiness",
        preparation.say_readiness,
        word,
        text(form, "reason"),
    )


@router.post("/operations/{operation_id}/documents", may=OPERATION_PLANNERS)
def attached(request: Request, operation_id: Id, officer: SignedIn, form: Form) -> Response:
    name = text(form, "prerequisite")
    content = read(prerequisite_of(name).inputs, typed(form), "d-", say_for(request).zone)
    service = preparation.attach_document
    # From the step about papers one goes on to the next paper.
    step = "papers" if text(form, "next") == "papers" else ""
    return _do(
        request, operation_id, officer, form, "attached", service, name, content, about=name, step=step
    )


@router.post("/operations/{operation_id}/approve", may=ACTION_TEAMS)
def approved(request: Request, operation_id: Id, officer: SignedIn, form: Form) -> Response:
    return _do(
        request, operation_id, officer, form, "approved", preparation.approve_all, text(form, "digest")
    )


@router.post("/operations/{operation_id}/go", may=OPERATION_DECIDERS)
def go(request: Request, operation_id: Id, officer: SignedIn, form: Form) -> Response:
    return _do(request, operation_id, officer, form, "go", go_ahead.go, text(form, "digest"))


@router.post("/operations/{operation_id}/no-go", may=OPERATION_DECIDERS)
def no_go(request: Request, operation_id: Id, officer: SignedIn, form: Form) -> Response:
    return _do(request, operation_id, officer, form, "no-go", go_ahead.call_off, text(form, "reason"))


@router.post("/operations/{operation_id}/finish", may=OPERATION_DECIDERS)
def finished(request: Request, operation_id: Id, officer: SignedIn, form: Form) -> Response:
    report = str(form.get("report", ""))[:20_000]
    return _do(request, operation_id, officer, form, "finished", course.finish, report)


@router.post("/operations/{operation_id}/timeline", may=ACTION_TEAMS)
def line(request: Request, operation_id: Id, officer: SignedIn, form: Form) -> Response:
    place = _number(text(form, "place"))
    return _do(request, operation_id, officer, form, "line", course.say, text(form, "text"), place)


@router.post("/operations/{operation_id}/results", may=ACTION_TEAMS)
def found(request: Request, operation_id: Id, officer: SignedIn, form: Form) -> Response:
    return _do(request, operation_id, officer, form, "found", _report, form)


def _report(ledger: Any, officer: Officer, operation_id: int, form: FormData, *, key: str) -> object:
    place, count, kind = _number(text(form, "place")), _number(text(form, "count")), text(form, "kind")
    if place is None:
        raise NotPossible("actions.result-place-missing")
    if count is None:
        raise NotPossible("actions.result-unfit")
    worth = baht(text(form, "amount") or "0")
    numbers = text(form, "references").split()
    report: Any = course.report_result
    return report(
        ledger, officer, operation_id, place, kind, count, worth, numbers, text(form, "note"), key=key
    )


def _do(
    request: Request,
    operation_id: int,
    officer: Officer,
    form: FormData,
    said: str,
    service: Callable[..., object],
    *given: Any,
    about: str = "",
    step: str = "",
) -> Response:
    """What a form asks done, or the page again as it stands now with the sentence that says why not."""

    def act() -> str:
        service(open_home_of(request).ledger, officer, row_id(operation_id), *given, key=text(form, "key"))
        return _to(operation_id, said, step)

    def show(before: Typed, status: int) -> Response:
        return (papers_page if step else _page)(request, operation_id, officer, before, status)

    return attempt(request, about or said, form, act, show, (NotPossible, NotAllowed))


def _number(written: str) -> int | None:
    """A small whole number from a form; None where there is none."""
    return int(written) if written.isascii() and written.isdigit() and len(written) < 8 else None


def _to(operation_id: int, said: str, step: str = "") -> str:
    page = f"/{step}" if step else ""
    return f"/operations/{row_id(operation_id)}{page}?{urlencode({'said': said})}"
