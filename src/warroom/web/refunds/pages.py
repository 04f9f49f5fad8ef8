"""Refunds without a forfeiture: the list, one refund with its victims' lines, and the steps from the notice to the pay-out."""

from typing import Annotated, Any

from fastapi import Path
from starlette.requests import Request
from starlette.responses import Response

from warroom import clock
from warroom.access.role_groups import (
    ASSET_KEEPERS,
    CASE_WORKERS,
    LOSS_JUDGES,
    NOTICE_GIVERS,
    PAYOUT_WITHDRAWERS,
    PROCEEDING_OPENERS,
)
from warroom.assets.refunds import decisions, queries, steps
from warroom.assets.refunds.views import RefundView
from warroom.law.rules import repository as law
from warroom.ledger.officers import Officer
from warroom.web.assets.pages import list_agency_choices, list_orderer_names
from warroom.web.doors.router import Router
from warroom.web.kit.formats import Clock, Say
from warroom.web.kit.forms import (
    NOTHING_TYPED,
    TypedForm,
    parse_step_form,
    read_text_field,
    require_step,
    run_form_action,
)
from warroom.web.kit.lists import ROWS, build_listing, clamp_offset
from warroom.web.kit.open_home import open_home_of
from warroom.web.kit.pages import render_page, say_for
from warroom.web.kit.parameters import Form
from warroom.web.kit.sessions import SignedIn
from warroom.web.kit.shapes import Id
from warroom.web.kit.tables import Tables
from warroom.web.refunds.steps import OF_CLAIM, OF_REFUND, OPEN_REFUND

router = Router(include_in_schema=False)
Word = Annotated[str, Path(pattern="^[a-z-]{1,16}$")]
STEPPERS = tuple(dict.fromkeys((*NOTICE_GIVERS, *ASSET_KEEPERS, *PAYOUT_WITHDRAWERS)))
"""Who takes any step of a refund; which one is whose the service says."""


@router.get("/refunds", may=CASE_WORKERS)
def show_refunds(request: Request, officer: SignedIn, offset: int = 0) -> Response:
    return _render_refunds(request, officer, offset)


def _render_refunds(
    request: Request, officer: Officer, offset: int = 0, typed: TypedForm = NOTHING_TYPED, status: int = 200
) -> Response:
    start = clamp_offset(offset)
    rows, total = queries.list_refunds(open_home_of(request).ledger, officer, limit=ROWS, offset=start)
    return render_page(
        request,
        "refunds.html",
        status,
        rows=[(row, _build_window_clock(row, say_for(request))) for row in rows],
        **build_listing("/refunds", total, start),
        step=OPEN_REFUND if steps.OPEN.may_be_taken_by(officer) else None,
        typed=typed,
        options={"banks": list_agency_choices(request, "bank")},
        told=Tables(say_for(request), "refunds"),
    )


@router.post("/refunds", may=PROCEEDING_OPENERS)
def open_refund(request: Request, officer: SignedIn, form: Form) -> Response:
    def carry_out() -> str:
        answers = parse_step_form(request, OPEN_REFUND, form)
        refund = decisions.open_refund(
            open_home_of(request).ledger,
            officer,
            [line.strip().upper()[:40] for line in answers["cases"].split("\n") if line.strip()],
            answers["pot"],
            answers["holder"],
            answers["reference"],
            answers["reported_at"],
            read_text_field(form, "key"),
        )
        return f"/refunds/{refund.id}?said=opened"

    return run_form_action(
        request,
        "new",
        form,
        carry_out,
        lambda typed, status: _render_refunds(request, officer, 0, typed, status),
    )


@router.get("/refunds/{refund_id}", may=CASE_WORKERS)
def show_refund(request: Request, refund_id: Id, officer: SignedIn, offset: int = 0) -> Response:
    return _render_refund(request, officer, refund_id, offset=offset)


def _render_refund(
    request: Request,
    officer: Officer,
    number: int,
    typed: TypedForm = NOTHING_TYPED,
    status: int = 200,
    *,
    offset: int = 0,
) -> Response:
    start, say = clamp_offset(offset), say_for(request)
    refund, claims = queries.read_refund(
        open_home_of(request).ledger, officer, number, limit=ROWS, offset=start
    )
    tables = Tables(say, "refunds")
    open_now = steps.list_refund_steps(refund, officer, clock.get_now())
    return render_page(
        request,
        "refund.html",
        status,
        one=refund,
        rules=[rule for rule in law.written_rules() if rule.id in (refund.rule, refund.kept_rule)],
        claims=[
            (claim, [OF_CLAIM[step.verb] for step in steps.list_claim_steps(refund, claim, officer)])
            for claim in claims
        ],
        **build_listing(f"/refunds/{number}", refund.invited, start),
        clock=_build_window_clock(refund, say),
        steps=[OF_REFUND[step.verb] for step in open_now],
        start={"digest": refund.digest},
        names=dict(list_agency_choices(request, "bank")) | list_orderer_names(request),
        typed=typed,
        options={"methods": tables.list_coded_words("method")},
        told=tables,
    )


@router.post("/refunds/{refund_id}/{step}", may=STEPPERS)
def take_refund_step(request: Request, refund_id: Id, step: Word, officer: SignedIn, form: Form) -> Response:
    known_step = require_step(OF_REFUND, step)

    def carry_out() -> str:
        answers = parse_step_form(request, known_step, form)
        _apply_step(request, officer, refund_id, step, answers, read_text_field(form, "key"))
        return f"/refunds/{refund_id}?said={step}"

    return run_form_action(
        request,
        step,
        form,
        carry_out,
        lambda typed, status: _render_refund(request, officer, refund_id, typed, status),
    )


def _apply_step(
    request: Request, officer: Officer, number: int, step: str, answers: dict[str, Any], key: str
) -> None:
    ledger = open_home_of(request).ledger
    if step == "notice":
        decisions.give_notice(ledger, officer, number, answers["notice"][:200], answers["at"], key)
    elif step == "propose":
        decisions.propose_shares(ledger, officer, number, answers["method"], answers["reason"], key)
    elif step == "approve":
        decisions.approve_shares(ledger, officer, number, answers["digest"], key)
    else:
        decisions.withdraw_shares(ledger, officer, number, answers["reason"], key)


@router.post("/refunds/{refund_id}/claims/{claim_id}/{step}", may=LOSS_JUDGES)
def take_claim_step(
    request: Request, refund_id: Id, claim_id: Id, step: Word, officer: SignedIn, form: Form
) -> Response:
    known_step = require_step(OF_CLAIM, step)

    def carry_out() -> str:
        ledger, key = open_home_of(request).ledger, read_text_field(form, "key")
        answers = parse_step_form(request, known_step, form)
        if step == "decide":
            decisions.decide_claim(ledger, officer, claim_id, answers["accepted"], answers["reason"], key)
        else:
            decisions.note_payment(ledger, officer, claim_id, answers["payment"][:200], key)
        return f"/refunds/{refund_id}?said={step}#claims-title"

    return run_form_action(
        request,
        f"claim-{claim_id}-{step}",
        form,
        carry_out,
        lambda typed, status: _render_refund(request, officer, refund_id, typed, status),
    )


def _build_window_clock(refund: RefundView, say: Say) -> Clock | None:
    """The victims' time to claim, while it runs."""
    until, start = refund.claims_until, refund.notice_at
    if until is None or start is None or say.now >= until:
        return None
    left = say.catalog.gettext("victims may claim for {span}")
    # Due in the last sixth of the time, as for proceedings.
    return say.clock(until, start, (until - start) / 6, left, "")
