"""Flags for banks' programs: what became of payments that were asked about, what flags bring about, and what holders are told."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import Depends, Query
from fastapi.security import HTTPBearer
from pydantic import Field
from starlette.requests import Request

from warroom.access.views import Partner
from warroom.marking import AccountNumber
from warroom.payee import queries
from warroom.payee.views import Arm, CheckedPair, PaymentOutcome, PaymentReport
from warroom.web.doors.router import Router
from warroom.web.kit.api import PREFIX, PROBLEMS, Answer, Body, Problem
from warroom.web.kit.open_home import open_home_of
from warroom.web.kit.shapes import LARGEST_ID
from warroom.web.payee.api import Bank, Number, PaymentId

# Outcomes per request; bounds the time one request takes. Chosen, not measured.
AT_ONCE = 1_000
LATER: dict[str, Any] = {
    "model": Problem,
    "description": "The key's quota is spent",
    "headers": {"Retry-After": {"schema": {"type": "integer"}, "description": "Seconds to wait"}},
}
router = Router(prefix=PREFIX, tags=["partners"], responses={**PROBLEMS, 429: LATER})
# For the documentation alone: the gate has let the key in by then.
_key = Depends(HTTPBearer(auto_error=False, description="A partner's key with the scope payee-check."))


class OutcomeIn(Body):
    """What became of one payment that was checked before."""

    payment_id: PaymentId
    payer: Number
    payee_bank: Bank
    payee: Number
    outcome: PaymentOutcome


class OutcomesIn(Body):
    """What became of payments; up to 1,000 at once."""

    outcomes: Annotated[list[OutcomeIn], Field(min_length=1, max_length=AT_ONCE)]


class OutcomesOut(Answer):
    """How many were taken: all of them, whichever they were."""

    taken: int


class MeantIn(Body):
    """A payment that was checked and that its payer says is meant."""

    payment_id: PaymentId
    payer: Number
    payee_bank: Bank
    payee: Number


class MeantOut(Answer):
    """Until when payments of this payer to this payee are not held back again by the look at them."""

    until: datetime


class ArmOut(Answer):
    """One arm: payments to flagged accounts that were checked, what became of them, and the share let go with its band;
    null where fewer than 20 outcomes are known.
    """

    arm: Arm
    asked: int
    paid: int
    abandoned: int
    share: float | None
    low: float | None
    high: float | None


class WarningEffectOut(Answer):
    """Both arms of the bank's own payments, and how much larger the share let go is where the payer hears of a flag."""

    since: datetime | None
    held_out: float
    arms: list[ArmOut]
    more: float | None
    low: float | None
    high: float | None


class FlagNoticeOut(Answer):
    """What the bank tells its customer, as a letter or a text message; `ended` where the flag is over."""

    number: int
    account: AccountNumber
    reference: str
    th: str
    en: str
    until: datetime | None
    ended: bool
    at: datetime


class FlagNoticesOut(Answer):
    """Notices newer than the number that was asked with, the oldest first."""

    notices: list[FlagNoticeOut]


@router.post(
    "/payee-outcomes",
    may=("key:payee-check",),
    response_model=OutcomesOut,
    summary="What became of checked payments",
    response_description="They were taken; the same again changes nothing.",
    dependencies=[_key],
)
def outcomes(request: Request, body: OutcomesIn) -> OutcomesOut:
    """Tells whether checked payments were made or let go: payees who are really paid are then not taken for probed, and a
    trial can be counted. The first word on each payment holds.
    """
    partner: Partner = request.state.partner
    reports = [PaymentReport(**outcome.model_dump()) for outcome in body.outcomes]
    open_home_of(request).payee_desk.record_reports(partner, reports)
    # Not how many of them were known: that would tell which payees are flagged.
    return OutcomesOut(taken=len(reports))


@router.post(
    "/payee-meant",
    may=("key:payee-check",),
    response_model=MeantOut,
    summary="The payer says that a payment is meant",
    response_description="It is remembered for this payer and payee.",
    dependencies=[_key],
)
def say_meant(request: Request, body: MeantIn) -> MeantOut:
    """Lets a payment go on that the look at it held back: its payer was asked and means it. It is logged, and payments of this payer
    to this payee are not held back by the look for half a year; flags of officers are another matter.
    """
    partner: Partner = request.state.partner
    return MeantOut(
        until=open_home_of(request).payee_desk.record_meant(partner, CheckedPair(**body.model_dump()))
    )


@router.get(
    "/payee-outcomes",
    may=("key:payee-check",),
    response_model=WarningEffectOut,
    summary="What flags bring about at the asking bank",
    dependencies=[_key],
)
def effect(request: Request) -> WarningEffectOut:
    """Counts by arm of the running or last trial, over the asking bank's own payments."""
    measurement = queries.measure_effect_at_bank(open_home_of(request).ledger, request.state.partner)
    return WarningEffectOut(
        since=measurement.trial.at if measurement.trial else None,
        held_out=measurement.trial.share if measurement.trial else 0.0,
        arms=[ArmOut.model_validate(arm) for arm in measurement.arms],
        more=measurement.more,
        low=measurement.low,
        high=measurement.high,
    )


@router.get(
    "/flag-notices",
    may=("key:payee-check",),
    response_model=FlagNoticesOut,
    summary="What holders of flagged accounts are told",
    dependencies=[_key],
)
def notices(request: Request, after: Annotated[int, Query(ge=0, le=LARGEST_ID)] = 0) -> FlagNoticesOut:
    """Notices for the asking bank's own customers. Ask with the last number that you have told; asked again with the same
    number it answers the same, so nothing is lost.
    """
    flag_notices = queries.list_bank_notices(open_home_of(request).ledger, request.state.partner, after)
    return FlagNoticesOut(
        notices=[
            FlagNoticeOut(
                number=notice.number,
                account=notice.account,
                reference=notice.reference,
                th=notice.text.th,
                en=notice.text.en,
                until=notice.until,
                ended=notice.ended,
                at=notice.at,
            )
            for notice in flag_notices
        ]
    )
