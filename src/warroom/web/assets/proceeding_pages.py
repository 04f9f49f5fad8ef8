"""Proceedings: their assets, the victims' registered losses, and the pay-out that repays them."""

from datetime import datetime
from typing import Annotated

from fastapi import Path
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from warroom import clock
from warroom.access import steps as access_steps
from warroom.access.role_groups import (
    CASE_WORKERS,
    LOSS_CLERKS,
    LOSS_JUDGES,
    NOTICE_GIVERS,
    PAYOUT_WITHDRAWERS,
    PROCEEDING_OPENERS,
)
from warroom.assets import queries, steps
from warroom.assets.decisions import payouts, proceedings, recoveries
from warroom.assets.views import PlanView
from warroom.errors import NotPossible
from warroom.ledger.officers import Officer
from warroom.web.assets.pages import build_asset_words, list_agency_choices, list_orderer_names
from warroom.web.assets.steps import OF_LOSS, OF_PLAN, OF_PROCEEDING, OPEN_PROCEEDING
from warroom.web.doors.router import Router
from warroom.web.kit.formats import Clock, Say
from warroom.web.kit.forms import (
    NOTHING_TYPED,
    FormStep,
    TypedForm,
    parse_step_form,
    read_text_field,
    require_step,
    run_form_action,
)
from warroom.web.kit.lists import ROWS, build_listing, clamp_offset, make_list_address
from warroom.web.kit.open_home import open_home_of
from warroom.web.kit.pages import render_page, say_for
from warroom.web.kit.parameters import Form
from warroom.web.kit.sessions import SignedIn
from warroom.web.kit.shapes import Id

router = Router(include_in_schema=False)
# Lines of a pay-out on one page. Chosen, not measured.
LINES = 100
Word = Annotated[str, Path(pattern="^[a-z-]{1,16}$")]


@router.get("/proceedings", may=CASE_WORKERS)
def show_proceedings(request: Request, officer: SignedIn, offset: int = 0) -> Response:
    return _render_proceedings(request, officer, offset)


def _render_proceedings(
    request: Request, officer: Officer, offset: int = 0, typed: TypedForm = NOTHING_TYPED, status: int = 200
) -> Response:
    start = clamp_offset(offset)
    rows, total = queries.list_proceedings(open_home_of(request).ledger, officer, limit=ROWS, offset=start)
    return render_page(
        request,
        "proceedings.html",
        status,
        rows=rows,
        names=list_orderer_names(request),
        **build_listing("/proceedings", total, start),
        step=OPEN_PROCEEDING if steps.OPEN_PROCEEDING.may_be_taken_by(officer) else None,
        typed=typed,
        options={
            "courts": list_agency_choices(request, "court"),
            "funds": list_agency_choices(request, "money", "other"),
        },
        **build_asset_words(request),
    )


@router.post("/proceedings", may=PROCEEDING_OPENERS)
def open_proceeding(request: Request, officer: SignedIn, form: Form) -> Response:
    def carry_out() -> str:
        answers = parse_step_form(request, OPEN_PROCEEDING, form)
        proceeding = proceedings.open_proceeding(
            open_home_of(request).ledger,
            officer,
            answers["title"][:200],
            _split_list(answers["cases"]),
            [_parse_asset_number(asset_text) for asset_text in _split_list(answers["assets"])],
            answers["court"],
            answers["fund"],
            read_text_field(form, "key"),
        )
        return f"/proceedings/{proceeding.id}?said=opened"

    return run_form_action(
        request,
        "new",
        form,
        carry_out,
        lambda typed, status: _render_proceedings(request, officer, 0, typed, status),
    )


@router.get("/proceedings/{proceeding_id}", may=CASE_WORKERS)
def show_proceeding(
    request: Request, proceeding_id: Id, officer: SignedIn, losses: int = 0, lines: int = 0
) -> Response:
    return _render_proceeding(request, officer, proceeding_id, losses=losses, lines=lines)


def _render_proceeding(
    request: Request,
    officer: Officer,
    number: int,
    typed: TypedForm = NOTHING_TYPED,
    status: int = 200,
    *,
    losses: int = 0,
    lines: int = 0,
) -> Response:
    ledger, now, start = open_home_of(request).ledger, clock.get_now(), clamp_offset(losses)
    proceeding = queries.read_proceeding(ledger, officer, number)
    registered, total = queries.list_losses(ledger, officer, number, limit=ROWS, offset=start)
    path = f"/proceedings/{number}"
    return render_page(
        request,
        "proceeding.html",
        status,
        one=proceeding,
        names=list_orderer_names(request),
        losses=[(loss, _select_forms(OF_LOSS, steps.list_loss_steps(loss, officer))) for loss in registered],
        losses_total=total,
        losses_at=start,
        losses_address=lambda offset: make_list_address(path, {"losses": str(offset)})(),
        size=ROWS,
        plans=[
            (plan, _select_forms(OF_PLAN, steps.list_payout_steps(plan, officer)), _may_pay(plan, officer))
            for plan in reversed(proceeding.plans)
        ],
        lines_at=clamp_offset(lines),
        lines_size=LINES,
        lines_address=lambda offset: make_list_address(path, {"lines": str(offset)})(),
        clock=_build_registration_clock(proceeding.register_until, proceeding.notice_at, say_for(request)),
        steps=_select_forms(OF_PROCEEDING, steps.list_proceeding_steps(proceeding, officer, now)),
        typed=typed,
        options={"banks": list_agency_choices(request, "bank")},
        **build_asset_words(request),
    )


@router.post("/proceedings/{proceeding_id}/{step}", may=(*NOTICE_GIVERS, *LOSS_CLERKS))
def take_proceeding_step(
    request: Request, proceeding_id: Id, step: Word, officer: SignedIn, form: Form
) -> Response:
    known_step = require_step(OF_PROCEEDING, step)

    def carry_out() -> str:
        _apply_step(request, officer, proceeding_id, known_step, form)
        return f"/proceedings/{proceeding_id}?said={step}"

    return run_form_action(
        request,
        step,
        form,
        carry_out,
        lambda typed, status: _render_proceeding(request, officer, proceeding_id, typed, status),
    )


def _apply_step(request: Request, officer: Officer, number: int, step: FormStep, form: FormData) -> None:
    ledger, key, answers = (
        open_home_of(request).ledger,
        read_text_field(form, "key"),
        parse_step_form(request, step, form),
    )
    if step.id == "notice":
        proceedings.give_notice(ledger, officer, number, answers["at"], key)
    elif step.id == "plan":
        payouts.draft_payout(ledger, officer, number, key)
    else:
        report_key, where = (
            (answers["source"], answers["report"]),
            (answers["pay_bank"], answers["pay_account"]),
        )
        proceedings.register_loss(ledger, officer, number, *report_key, answers["claimed"], *where, key=key)


@router.post("/proceedings/{proceeding_id}/losses/{loss_id}/{step}", may=(*LOSS_JUDGES, *LOSS_CLERKS))
def take_loss_step(
    request: Request, proceeding_id: Id, loss_id: Id, step: Word, officer: SignedIn, form: Form
) -> Response:
    known_step = require_step(OF_LOSS, step)

    def carry_out() -> str:
        ledger, key, answers = (
            open_home_of(request).ledger,
            read_text_field(form, "key"),
            parse_step_form(request, known_step, form),
        )
        if known_step.id == "decide":
            proceedings.decide_loss(ledger, officer, loss_id, answers["accepted"], answers["reason"], key)
        else:
            back = (answers["amount"], answers["payer"], answers["reference"], answers["at"])
            recoveries.note_recovery(ledger, officer, loss_id, *back, key)
        return f"/proceedings/{proceeding_id}?said={step}#losses-title"

    at = f"loss-{loss_id}-{step}"
    return run_form_action(
        request,
        at,
        form,
        carry_out,
        lambda typed, status: _render_proceeding(request, officer, proceeding_id, typed, status),
    )


@router.post("/proceedings/{proceeding_id}/plans/{plan_id}/{step}", may=PAYOUT_WITHDRAWERS)
def take_plan_step(
    request: Request, proceeding_id: Id, plan_id: Id, step: Word, officer: SignedIn, form: Form
) -> Response:
    ledger, key = open_home_of(request).ledger, read_text_field(form, "key")

    def carry_out() -> str:
        if step == "payments":
            payouts.record_payments(ledger, officer, plan_id, _parse_payments(form), key)
        elif require_step(OF_PLAN, step).id == "approve":
            payouts.approve_payout(ledger, officer, plan_id, read_text_field(form, "digest"), key)
        else:
            payouts.withdraw_payout(ledger, officer, plan_id, read_text_field(form, "reason"), key)
        return f"/proceedings/{proceeding_id}?said={step}#plan-{plan_id}"

    at = f"plan-{plan_id}-{step}"
    return run_form_action(
        request,
        at,
        form,
        carry_out,
        lambda typed, status: _render_proceeding(request, officer, proceeding_id, typed, status),
    )


def _parse_payments(form: FormData) -> dict[int, str]:
    """The bank's reference by registration, of the lines that have one."""
    references = {}
    for name in form:
        number = name.removeprefix("paid-")
        if (
            number != name
            and number.isascii()
            and number.isdigit()
            and len(number) < 16
            and read_text_field(form, name)
        ):
            references[int(number)] = read_text_field(form, name)[:200]
    return references


def _may_pay(plan: PlanView, officer: Officer) -> bool:
    unpaid = any(line.amount and line.paid_at is None for line in plan.lines)
    return unpaid and steps.PAY.may_be_taken_by(officer, plan.state)


def _select_forms(forms: dict[str, FormStep], open_now: list[access_steps.PermittedStep]) -> list[FormStep]:
    return [forms[step.verb] for step in open_now]


def _build_registration_clock(until: datetime | None, start: datetime | None, say: Say) -> Clock | None:
    """The victims' time to register, while it runs."""
    if until is None or start is None or say.now >= until:
        return None
    left = say.catalog.gettext("victims may register for {span}")
    # Due in the last sixth of the time, as for freezes.
    return say.clock(until, start, (until - start) / 6, left, "")


def _split_list(said: str) -> list[str]:
    # Lists are accepted with commas too, although the label asks for lines.
    return [one.strip().upper()[:40] for one in said.replace(",", "\n").split("\n") if one.strip()]


def _parse_asset_number(number: str) -> int:
    """The id of an asset named as A-7."""
    digits = number.removeprefix("A-")
    if not (digits.isascii() and digits.isdigit() and len(digits) < 16):
        raise NotPossible("assets.asset-number-unfit")
    return int(digits)
