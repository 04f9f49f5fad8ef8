"""A case: where is the money now, and may I hold it? And the forms that decide."""

from datetime import datetime
from typing import Any, get_args
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from warroom import clock
from warroom.bilingual import dates
from warroom.cases.decisions import appeals, cases, hold_extension, hold_release, holds
from warroom.cases.purposes import PurposeNeeded
from warroom.cases.queries import case_page
from warroom.cases.views import PURPOSES, CasePage
from warroom.errors import NotPossible
from warroom.ledger.officers import Officer
from warroom.money.trace.trail import Method
from warroom.sentences.sentence import Sentence
from warroom.web.access.sign_in_pages import Form, Name, local
from warroom.web.cases import case_view
from warroom.web.cases.purpose import ask
from warroom.web.kit.open_home import OpenHome, open_home_of
from warroom.web.kit.pages import page, say_for
from warroom.web.kit.sessions import SignedIn
from warroom.web.kit.shapes import Id

router = APIRouter(include_in_schema=False)
LONGEST = 2000


@router.get("/cases/{number}")
def case(request: Request, number: Name, officer: SignedIn, method: str = "", said: str = "") -> Response:
    room, say = open_home_of(request), say_for(request)
    try:
        found = case_page.case_page(room.ledger, officer, number)
    except PurposeNeeded:
        return ask(request, number, officer)
    wanted = next((one for one in get_args(Method) if one == method), None)
    compared = compare(room, found, wanted) if wanted else None
    # After a sign-in that interrupted the form nothing is ticked: the officer looks anew at what was never
    # sent.
    ticked = () if said == "again" else None
    return page(
        request,
        "case.html",
        decline_problem="",
        **case_view.values(found, officer, room.ledger, say, compared, ticked),
    )


def compare(room: OpenHome, found: CasePage, method: Method) -> dict[str, Any] | None:
    """The case's trail by another method as of the same moment; None where it is the frozen one."""
    if found.trail is None or method == found.trail["method"]:
        return None
    from warroom.cases.trails import trail_json
    from warroom.money.trace.tracing import trace

    # As of the frozen moment: beside a later one the methods would differ by what has happened since.
    as_of = datetime.fromisoformat(found.trail["as_of"])
    ids = tuple(found.trail["transfer_ids"])
    return trail_json(trace(room.lake, room.index(), ids, method=method, as_of=as_of))


@router.post("/cases/{number}/purpose")
def purpose(request: Request, number: Name, officer: SignedIn, form: Form) -> Response:
    """Say why one opens the case; it opens then, or what of it was asked for."""
    # It came with the form, and must not lead out of the room.
    back = local(_text(form, "back") or f"/cases/{number}")
    chosen = next((one for one in PURPOSES if one == _text(form, "purpose")), None)
    try:
        if chosen is None:
            raise NotPossible("cases.purpose-missing")
        cases.state_purpose(open_home_of(request).ledger, officer, number, chosen, _text(form, "text"))
    except NotPossible as problem:
        said = problem.told(say_for(request).language)
        return ask(request, number, officer, back, said, problem.http_status)
    return RedirectResponse(back, 303)


@router.post("/cases/{number}/take")
def take(request: Request, number: Name, officer: SignedIn, form: Form) -> Response:
    # Noted first, so that a page of refusal leads back to the case.
    request.state.case = number
    cases.take_case(open_home_of(request).ledger, officer, number)
    return _back(number, "taken", "")


@router.post("/cases/{number}/approve")
def approve(request: Request, number: Name, officer: SignedIn, form: Form) -> Response:
    request.state.case = number
    wanted, snapshot = _ticked(form), _text(form, "snapshot")
    holds.approve_holds(open_home_of(request).ledger, officer, number, wanted, snapshot, _text(form, "key"))
    return _back(number, "approved", "#actions-title")


@router.post("/cases/{number}/decline")
def decline(request: Request, number: Name, officer: SignedIn, form: Form) -> Response:
    request.state.case = number
    wanted, reason = _ticked(form), _text(form, "reason")
    if wanted and not reason:
        return _reason_missing(request, number, officer, wanted)
    holds.decline(open_home_of(request).ledger, officer, number, wanted, reason)
    return _back(number, "declined", "")


def _reason_missing(request: Request, number: str, officer: Officer, ticked: list[int]) -> Response:
    """The case again with the same ticks, and beside the field what it still needs."""
    room, say = open_home_of(request), say_for(request)
    found = case_page.case_page(room.ledger, officer, number)
    return page(
        request,
        "case.html",
        409,
        decline_problem=Sentence("cases.decline-reason-missing").told(say.language),
        **case_view.values(found, officer, room.ledger, say, None, ticked),
    )


@router.post("/holds/{action_id}/release")
def release(request: Request, action_id: Id, officer: SignedIn, form: Form) -> Response:
    number = request.state.case = _case(form)
    hold_release.release(open_home_of(request).ledger, officer, action_id, _text(form, "reason"))
    return _back(number, "released", f"#hold-{action_id}")


@router.post("/holds/{action_id}/extend")
def extend(request: Request, action_id: Id, officer: SignedIn, form: Form) -> Response:
    number = request.state.case = _case(form)
    held = hold_extension.extend(
        open_home_of(request).ledger,
        officer,
        action_id,
        _text(form, "complaint"),
        _text(form, "key"),
        complained_at=_moment(request, _text(form, "complained_at")),
    )
    second = held.extension is not None and held.extension.approved_at is not None
    return _back(number, "extended" if second else "extension", f"#hold-{action_id}")


@router.post("/appeals/{appeal_id}/answer")
def answer(request: Request, appeal_id: Id, officer: SignedIn, form: Form) -> Response:
    number = request.state.case = _case(form)
    if _text(form, "uphold") not in ("yes", "no"):
        raise NotPossible("cases.appeal-answer-missing")
    uphold = _text(form, "uphold") == "yes"
    appeals.answer_appeal(open_home_of(request).ledger, officer, appeal_id, uphold, _text(form, "reason"))
    return _back(number, "answered", "#appeals")


@router.post("/alerts/{alert_id}/clear")
def clear(request: Request, alert_id: Id, officer: SignedIn, form: Form) -> Response:
    number = request.state.case = _case(form)
    cases.clear_alert(open_home_of(request).ledger, officer, alert_id)
    return _back(number, "seen", "")


def _back(number: str, said: str, anchor: str) -> Response:
    return RedirectResponse(f"/cases/{number}?{urlencode({'said': said})}{anchor}" if number else "/", 303)


def _text(form: FormData, name: str) -> str:
    return str(form.get(name, "")).strip()[:LONGEST]


def _case(form: FormData) -> str:
    """The case that a form came from, for the way back: a plain number, else none."""
    number = _text(form, "case")[:40]
    # It becomes part of an address, and was sent by a browser.
    return number if number.replace("-", "").isalnum() and number.isascii() else ""


def _ticked(form: FormData) -> list[int]:
    ids = [str(value) for value in form.getlist("proposal")]
    # Fewer digits than the ledger's largest number, which a longer one would make it refuse with a fault.
    if not all(value.isascii() and value.isdigit() and len(value) < 19 for value in ids):
        raise NotPossible("cases.no-hold-chosen")
    return [int(value) for value in ids]


def _moment(request: Request, text: str) -> datetime | None:
    """A local time as a form writes it; None where none was given."""
    if not text:
        return None
    zoned = dates.moment(text, say_for(request).zone)
    if zoned is None:
        raise NotPossible("cases.complaint-time-unfit")
    return min(zoned, clock.now())
