"""What comes in to flagged accounts: the list of payments that wait with their calls, one account, and how a hold begins."""

from collections.abc import Callable
from typing import cast
from urllib.parse import urlencode

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from warroom.access import role_groups
from warroom.access.role_groups import (
    INCOMING_APPEALS,
    INCOMING_DECIDERS,
    INCOMING_ENDERS,
    INCOMING_READERS,
    PAYER_CALLERS,
)
from warroom.errors import NotAllowed, NotFound, NotPossible
from warroom.incoming import decisions, queries
from warroom.incoming.views import CallAnswer
from warroom.ledger.officers import Officer
from warroom.runtime.open_home import OpenHome
from warroom.web.doors.router import Router
from warroom.web.incoming.accounts import spell_account
from warroom.web.incoming.words import IncomingWords
from warroom.web.kit import language
from warroom.web.kit.forms import read_text_field
from warroom.web.kit.lists import make_list_address
from warroom.web.kit.open_home import open_home_of
from warroom.web.kit.pages import render_page, say_for
from warroom.web.kit.parameters import Form
from warroom.web.kit.sessions import SignedIn
from warroom.web.kit.shapes import Id

router = Router(include_in_schema=False)
REFUSALS = (NotPossible, NotAllowed)
LONGEST = 40  # characters of a bank's code or an account's number


@router.get("/incoming", may=INCOMING_READERS)
def show_incoming(request: Request, officer: SignedIn) -> Response:
    """Payments whose payers are to be called, worth most a minute first, and the accounts."""
    return render_page(
        request,
        "incoming.html",
        found=queries.list_incoming(open_home_of(request).ledger, officer),
        told=IncomingWords(say_for(request)),
        may_begin=officer.has_role(*role_groups.INCOMING_DECIDERS),
        # One page: nobody calls more payers in a day.
        offset=0,
        size=queries.SHOWN,
        address=make_list_address("/incoming", {}),
    )


@router.get("/incoming/new", may=INCOMING_DECIDERS)
def show_incoming_form(
    request: Request, officer: SignedIn, bank: str = "", account: str = "", signal: str = ""
) -> Response:
    """What a hold would do to an account's payers, and the form that begins one."""
    given = {
        "bank": bank.strip()[:LONGEST],
        "account": account.strip()[:LONGEST],
        "signal": signal.strip()[:LONGEST],
    }
    return _render_form(request, officer, given, "", 200)


@router.post("/incoming", may=INCOMING_DECIDERS)
def begin_incoming(request: Request, officer: SignedIn, form: Form) -> Response:
    """Ask the bank to let what comes in wait, or propose it to a second officer."""
    names = ("bank", "account", "signal", "reason")
    given = {name: read_text_field(form, name) for name in names}
    room = open_home_of(request)
    try:
        if not given["bank"] or not given["account"]:
            raise NotPossible("incoming.no-account")
        hold = decisions.begin_hold(
            room.ledger,
            room.lake,
            officer,
            spell_account(given["bank"], given["account"]),
            given["reason"],
            read_text_field(form, "key"),
            signal_id=given["signal"],
        )
    except (*REFUSALS, NotFound) as problem:
        return _render_form(
            request, officer, given, problem.render_in(language.choose_language(request)), problem.http_status
        )
    return _show_decided(hold.id, "proposed" if hold.state == "proposed" else "begun")


def _render_form(
    request: Request, officer: Officer, given: dict[str, str], problem: str, status: int
) -> Response:
    room = open_home_of(request)
    estimate = None
    if given["bank"] and given["account"]:
        account = spell_account(given["bank"], given["account"])
        estimate = queries.load_estimate(room.ledger, room.lake, officer, account, given["signal"])
    return render_page(
        request,
        "incoming_new.html",
        status,
        given=given,
        estimate=estimate,
        open_hold=queries.find_open_hold(room.ledger, spell_account(given["bank"], given["account"]))
        if estimate
        else None,
        told=IncomingWords(say_for(request)),
        problem=problem,
    )


@router.get("/incoming/{hold_id}", may=INCOMING_READERS)
def show_incoming_hold(request: Request, hold_id: Id, officer: SignedIn) -> Response:
    return _render_hold(request, officer, hold_id, {}, "", 200)


def _render_hold(
    request: Request, officer: Officer, hold_id: int, given: dict[str, str], problem: str, status: int
) -> Response:
    hold = queries.load_incoming_hold(open_home_of(request).ledger, officer, hold_id)
    words = IncomingWords(say_for(request))
    own = officer.name in (hold.proposed_by, hold.approved_by)
    return render_page(
        request,
        "incoming_hold.html",
        status,
        hold=hold,
        told=words,
        clock=words.build_clock(hold),
        may_approve=officer.has_role(*role_groups.INCOMING_DECIDERS) and hold.proposed_by != officer.name,
        may_decline=officer.has_role(*role_groups.INCOMING_DECIDERS),
        may_end=officer.has_role(*role_groups.INCOMING_ENDERS),
        may_call=officer.has_role(*role_groups.PAYER_CALLERS),
        may_answer=officer.has_role(*role_groups.INCOMING_APPEALS) and not own,
        given=given,
        problem=problem,
    )


@router.post("/incoming/{hold_id}/approve", may=INCOMING_DECIDERS)
def approve_incoming(request: Request, hold_id: Id, officer: SignedIn, form: Form) -> Response:
    """A second officer approves."""
    return _record_decision(
        request,
        officer,
        hold_id,
        form,
        lambda room, key, _: decisions.approve_hold(room.ledger, officer, hold_id, key),
        "begun",
    )


@router.post("/incoming/{hold_id}/decline", may=INCOMING_DECIDERS)
def decline_incoming(request: Request, hold_id: Id, officer: SignedIn, form: Form) -> Response:
    """A second officer declines; nothing is asked of the bank."""
    return _record_decision(
        request,
        officer,
        hold_id,
        form,
        lambda room, key, reason: decisions.decline_hold(room.ledger, officer, hold_id, reason, key),
        "declined",
    )


@router.post("/incoming/{hold_id}/end", may=INCOMING_ENDERS)
def end_incoming(request: Request, hold_id: Id, officer: SignedIn, form: Form) -> Response:
    """End it before its time; every payment goes through."""
    return _record_decision(
        request,
        officer,
        hold_id,
        form,
        lambda room, key, reason: decisions.end_hold(room.ledger, officer, hold_id, reason, key),
        "ended",
    )


@router.post("/incoming/{hold_id}/payments/{payment_id}", may=PAYER_CALLERS)
def record_payer_call(
    request: Request, hold_id: Id, payment_id: Id, officer: SignedIn, form: Form
) -> Response:
    """What the payer of a waiting payment said on the telephone."""
    answer = read_text_field(form, "answer")
    text, scam_type = read_text_field(form, "text"), read_text_field(form, "scam_type")
    # An answer of none of the forms is refused by the decision itself.
    return _record_decision(
        request,
        officer,
        hold_id,
        form,
        lambda room, key, _: decisions.record_call(
            room.ledger,
            room.lake,
            officer,
            payment_id,
            cast(CallAnswer, answer),
            text,
            key,
            scam_type=scam_type,
        ),
        answer,
        {"payment": str(payment_id), "text": text, "scam_type": scam_type},
    )


@router.post("/incoming-appeals/{appeal_id}/answer", may=INCOMING_APPEALS)
def answer_incoming_appeal(request: Request, appeal_id: Id, officer: SignedIn, form: Form) -> Response:
    """An appeal's answer, with its reason."""
    uphold, typed = read_text_field(form, "uphold") == "yes", read_text_field(form, "hold")
    return _record_decision(
        request,
        officer,
        int(typed) if typed.isdecimal() and len(typed) < 16 else 0,
        form,
        lambda room, _, reason: decisions.answer_incoming_appeal(
            room.ledger, officer, appeal_id, uphold, reason
        ),
        "answered",
    )


def _record_decision(
    request: Request,
    officer: Officer,
    hold_id: int,
    form: FormData,
    decide: Callable[[OpenHome, str, str], object],
    notice_code: str,
    typed: dict[str, str] | None = None,
) -> Response:
    """Carry out a decision by room, key and reason of the form; a refusal shows the page again with what was `typed`."""
    reason = read_text_field(form, "reason")
    try:
        decide(open_home_of(request), read_text_field(form, "key"), reason)
    except REFUSALS as problem:
        sentence = problem.render_in(language.choose_language(request))
        return _render_hold(
            request, officer, hold_id, {"reason": reason} | (typed or {}), sentence, problem.http_status
        )
    return _show_decided(hold_id, notice_code)


def _show_decided(hold_id: int, notice_code: str) -> Response:
    return RedirectResponse(f"/incoming/{hold_id}?{urlencode({'said': notice_code})}", 303)
