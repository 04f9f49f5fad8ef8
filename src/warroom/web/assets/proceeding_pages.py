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
from warroom.web.assets.pages import choices, names, words
from warroom.web.assets.steps import OF_LOSS, OF_PLAN, OF_PROCEEDING, OPEN_PROCEEDING
from warroom.web.doors.router import Router
from warroom.web.kit.formats import Clock, Say
from warroom.web.kit.forms import NOTHING_TYPED, Step, Typed, attempt, given, known, text
from warroom.web.kit.lists import ROWS, address, listing, start_of
from warroom.web.kit.open_home import open_home_of
from warroom.web.kit.pages import page, say_for
from warroom.web.kit.parameters import Form
from warroom.web.kit.sessions import SignedIn
from warroom.web.kit.shapes import Id

router = Router(include_in_schema=False)
LINES = 100
Word = Annotated[str, Path(pattern="^[a-z-]{1,16}$")]


@router.get("/proceedings", may=CASE_WORKERS)
def listed(request: Request, officer: SignedIn, offset: int = 0) -> Response:
    return _listed(request, officer, offset)


def _listed(
    request: Request, officer: Officer, offset: int = 0, typed: Typed = NOTHING_TYPED, status: int = 200
) -> Response:
    start = start_of(offset)
    rows, total = queries.list_proceedings(open_home_of(request).ledger, officer, limit=ROWS, offset=start)
    return page(
        request,
        "proceedings.html",
        status,
        rows=rows,
        names=names(request),
        **listing("/proceedings", total, start),
        step=OPEN_PROCEEDING if steps.OPEN_PROCEEDING.fits(officer) else None,
        typed=typed,
        options={"courts": choices(request, "court"), "funds": choices(request, "money", "other")},
        **words(request),
    )


@router.post("/proceedings", may=PROCEEDING_OPENERS)
def opened(request: Request, officer: SignedIn, form: Form) -> Response:
    def act() -> str:
        said = given(request, OPEN_PROCEEDING, form)
        found = proceedings.open_proceeding(
            open_home_of(request).ledger,
            officer,
            said["title"][:200],
            _listing(said["cases"]),
            [_asset(one) for one in _listing(said["assets"])],
            said["court"],
            said["fund"],
            text(form, "key"),
        )
        return f"/proceedings/{found.id}?said=opened"

    return attempt(
        request, "new", form, act, lambda typed, status: _listed(request, officer, 0, typed, status)
    )


@router.get("/proceedings/{proceeding_id}", may=CASE_WORKERS)
def one(request: Request, proceeding_id: Id, officer: SignedIn, losses: int = 0, lines: int = 0) -> Response:
    return _one(request, officer, proceeding_id, losses=losses, lines=lines)


def _one(
    request: Request,
    officer: Officer,
    number: int,
    typed: Typed = NOTHING_TYPED,
    status: int = 200,
    *,
    losses: int = 0,
    lines: int = 0,
) -> Response:
    ledger, now, start = open_home_of(request).ledger, clock.now(), start_of(losses)
    found = queries.read_proceeding(ledger, officer, number)
    registered, total = queries.list_losses(ledger, officer, number, limit=ROWS, offset=start)
    path = f"/proceedings/{number}"
    return page(
        request,
        "proceeding.html",
        status,
        one=found,
        names=names(request),
        losses=[(loss, _forms(OF_LOSS, steps.of_loss(loss, officer))) for loss in registered],
        losses_total=total,
        losses_at=start,
        losses_address=lambda offset: address(path, {"losses": str(offset)})(),
        size=ROWS,
        plans=[
            (plan, _forms(OF_PLAN, steps.of_plan(plan, officer)), _to_pay(plan, officer))
            for plan in reversed(found.plans)
        ],
        lines_at=start_of(lines),
        lines_size=LINES,
        lines_address=lambda offset: address(path, {"lines": str(offset)})(),
        clock=_clock(found.register_until, found.notice_at, say_for(request)),
        steps=_forms(OF_PROCEEDING, steps.of_proceeding(found, officer, now)),
        typed=typed,
        options={"banks": choices(request, "bank")},
        **words(request),
    )


@router.post("/proceedings/{proceeding_id}/{step}", may=(*NOTICE_GIVERS, *LOSS_CLERKS))
def stepped(request: Request, proceeding_id: Id, step: Word, officer: SignedIn, form: Form) -> Response:
    found = known(OF_PROCEEDING, step)

    def act() -> str:
        _do(request, officer, proceeding_id, found, form)
        return f"/proceedings/{proceeding_id}?said={step}"

    return attempt(
        request, step, form, act, lambda typed, status: _one(request, officer, proceeding_id, typed, status)
    )


def _do(request: Request, officer: Officer, number: int, step: Step, form: FormData) -> None:
    ledger, key, said = open_home_of(request).ledger, text(form, "key"), given(request, step, form)
    if step.id == "notice":
        proceedings.give_notice(ledger, officer, number, said["at"], key)
    elif step.id == "plan":
        payouts.draft_payout(ledger, officer, number, key)
    else:
        told, where = (said["source"], said["report"]), (said["pay_bank"], said["pay_account"])
        proceedings.register_loss(ledger, officer, number, *told, said["claimed"], *where, key=key)


@router.post("/proceedings/{proceeding_id}/losses/{loss_id}/{step}", may=(*LOSS_JUDGES, *LOSS_CLERKS))
def of_loss(
    request: Request, proceeding_id: Id, loss_id: Id, step: Word, officer: SignedIn, form: Form
) -> Response:
    found = known(OF_LOSS, step)

    def act() -> str:
        ledger, key, said = open_home_of(request).ledger, text(form, "key"), given(request, found, form)
        if found.id == "decide":
            proceedings.decide_loss(ledger, officer, loss_id, said["accepted"], said["reason"], key)
        else:
            back = (said["amount"], said["payer"], said["reference"], said["at"])
            recoveries.note_recovery(ledger, officer, loss_id, *back, key)
        return f"/proceedings/{proceeding_id}?said={step}#losses-title"

    at = f"loss-{loss_id}-{step}"
    return attempt(
        request, at, form, act, lambda typed, status: _one(request, officer, proceeding_id, typed, status)
    )


@router.post("/proceedings/{proceeding_id}/plans/{plan_id}/{step}", may=PAYOUT_WITHDRAWERS)
def planned(
    request: Request, proceeding_id: Id, plan_id: Id, step: Word, officer: SignedIn, form: Form
) -> Response:
    ledger, key = open_home_of(request).ledger, text(form, "key")

    def act() -> str:
        if step == "payments":
            payouts.pay(ledger, officer, plan_id, _payments(form), key)
        elif known(OF_PLAN, step).id == "approve":
            payouts.approve_payout(ledger, officer, plan_id, text(form, "digest"), key)
        else:
            payouts.withdraw_payout(ledger, officer, plan_id, text(form, "reason"), key)
        return f"/proceedings/{proceeding_id}?said={step}#plan-{plan_id}"

    at = f"plan-{plan_id}-{step}"
    return attempt(
        request, at, form, act, lambda typed, status: _one(request, officer, proceeding_id, typed, status)
    )


def _payments(form: FormData) -> dict[int, str]:
    """The bank's reference by registration, of the lines that have one."""
    found = {}
    for name in form:
        number = name.removeprefix("paid-")
        if number != name and number.isascii() and number.isdigit() and len(number) < 16 and text(form, name):
            found[int(number)] = text(form, name)[:200]
    return found


def _to_pay(plan: PlanView, officer: Officer) -> bool:
    unpaid = any(line.amount and line.paid_at is None for line in plan.lines)
    return unpaid and steps.PAY.fits(officer, plan.state)


def _forms(forms: dict[str, Step], open_now: list[access_steps.Step]) -> list[Step]:
    return [forms[step.verb] for step in open_now]


def _clock(until: datetime | None, start: datetime | None, say: Say) -> Clock | None:
    """The victims' time to register, while it runs."""
    if until is None or start is None or say.now >= until:
        return None
    left = say.catalog.gettext("victims may register for {span}")
    return say.clock(until, start, (until - start) / 6, left, "")


def _listing(said: str) -> list[str]:
    # People write lists with commas too, whatever the label says.
    return [one.strip().upper()[:40] for one in said.replace(",", "\n").split("\n") if one.strip()]


def _asset(number: str) -> int:
    """The id of an asset named as A-7."""
    digits = number.removeprefix("A-")
    if not (digits.isascii() and digits.isdigit() and len(digits) < 16):
        raise NotPossible("assets.asset-number-unfit")
    return int(digits)
