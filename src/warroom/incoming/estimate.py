"""What a hold of what comes in would do to an account's payers, and what speaks against one: read before anybody decides."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from warroom.cases.report_checks import ANONYMOUS_SOURCE
from warroom.cases.schema import Case, CaseReportRow, Claim
from warroom.incoming.schema import IncomingHoldRow, WaitingPayment
from warroom.incoming.views import Bar, Doubt, IncomingEstimate
from warroom.money.trail import BankAccount
from warroom.signals.in_life import scale_to_life
from warroom.signals.signal import Signal

if TYPE_CHECKING:
    from warroom.lake.lake import Lake

# All chosen, not measured.
KNOWN_FOR = timedelta(days=21)
"""Who paid the account in the three weeks before the last is known to it: such payments do not wait."""
LATELY = timedelta(days=7)
MANY_PAYERS, TOO_MANY_PAYERS = 5.0, 20.0
"""Unknown payers a day from which on a second officer decides, and from which on nobody may: it is a shop by its payments."""
WAGES = 3
"""Payments of wages (bank's own batches) in four weeks, in or out, from which on a second officer decides."""
NEW_SIGNAL = timedelta(days=3)
QUOTA = 10
"""Holds that one officer begins alone in a day; each further one needs a second officer."""
REST = timedelta(days=30)
"""How long nobody may hold what comes in again where the last hold ended and no payer said that they were cheated."""
BUSINESSES = ("company", "shop", "agency")


@dataclass(frozen=True, slots=True)
class PayersCount:
    """What the lake knows of an account's payers: `new` in the last week, none of whom paid it in the three weeks before."""

    new: int
    wages: int
    holder_kind: str


def count_payers(lake: "Lake", account: BankAccount, now: datetime) -> PayersCount:
    """Count the payers of an account over four weeks, and its wages."""
    days = ((now - KNOWN_FOR - LATELY).date(), now.date())
    rows = lake.query_rows("transfers", as_of=now, days=days)
    paid_in = rows.filter([rows.payee_bank == account.bank, rows.payee == account.number])
    payments = (
        paid_in.group_by("payer_bank", "payer")
        .aggregate(first=paid_in.time.min(), wages=(paid_in.channel == "batch").sum())
        .to_pyarrow()
        .to_pylist()
    )
    paid_out = rows.filter(
        [rows.payer_bank == account.bank, rows.payer == account.number, rows.channel == "batch"]
    )
    since = now - LATELY
    return PayersCount(
        new=sum(payment["first"] >= since for payment in payments),
        wages=sum(int(payment["wages"] or 0) for payment in payments)
        + paid_out.select("record_id").to_pyarrow().num_rows,
        holder_kind=find_holder_kind(lake, account, now),
    )


def find_holder_kind(lake: "Lake", account: BankAccount, now: datetime) -> str:
    """What kind of holder a bank's register names; empty where none is known."""
    rows = lake.query_rows("accounts", as_of=now)
    named = rows.filter([rows.bank == account.bank, rows.account == account.number])
    holders = [row["holder_id"] for row in named.select("holder_id").to_pyarrow().to_pylist()]
    if not (known := [holder for holder in holders if holder]):
        return ""
    people = lake.query_rows("holders", as_of=now)
    people = people.filter(people.record_id.isin(known))
    kinds = [row["kind"] for row in people.select("kind").to_pyarrow().to_pylist()]
    return next((kind for kind in kinds if kind), "")


def build_estimate(
    session: Session,
    account: BankAccount,
    counted: PayersCount,
    signal: Signal | None,
    officer_id: int,
    now: datetime,
) -> IncomingEstimate:
    """What a hold would do, why one officer alone does not decide it, and why nobody may."""
    payers_a_day = counted.new / LATELY.days
    probability = scale_to_life(signal.probability, signal.model_version) if signal else None
    honest = payers_a_day * LATELY.days * (1 - (probability or 0.0))
    return IncomingEstimate(
        payers_a_day,
        honest,
        probability,
        counted.holder_kind,
        tuple(_iter_doubts(session, account, counted, signal, officer_id, now)),
        tuple(_iter_bars(session, account, counted, now)),
    )


def _iter_doubts(
    session: Session,
    account: BankAccount,
    counted: PayersCount,
    signal: Signal | None,
    officer_id: int,
    now: datetime,
) -> Iterator[Doubt]:
    if counted.new / LATELY.days >= MANY_PAYERS:
        yield "many-payers"
    if counted.wages >= WAGES or (
        signal and any(reason.code == "regular_income" for reason in signal.innocent)
    ):
        yield "wages"
    if signal is None:
        yield "no-signal"
    elif now - signal.as_of > NEW_SIGNAL:
        yield "old-signal"
    if _is_reported_anonymously(session, account):
        yield "anonymous-reports"
    mine = select(func.count()).where(
        IncomingHoldRow.proposed_by == officer_id, IncomingHoldRow.proposed_at > now - timedelta(days=1)
    )
    if (session.scalar(mine) or 0) >= QUOTA:
        yield "quota"


def _iter_bars(session: Session, account: BankAccount, counted: PayersCount, now: datetime) -> Iterator[Bar]:
    if counted.holder_kind in BUSINESSES or counted.new / LATELY.days >= TOO_MANY_PAYERS:
        yield "shop"
    paid = select(Claim.record_id).where(Claim.payer_bank == account.bank, Claim.payer == account.number)
    if session.scalar(paid.limit(1)) is not None:
        yield "victim"
    earlier = select(IncomingHoldRow).where(
        IncomingHoldRow.bank == account.bank, IncomingHoldRow.account == account.number
    )
    for hold in session.scalars(earlier):
        if hold.state in ("proposed", "approved", "sent", "in_effect"):
            yield "open"
        elif (
            hold.approved_at
            and hold.ended_at
            and hold.ended_at > now - REST
            and not _has_cheated(session, hold)
        ):
            yield "again"
            return


def _has_cheated(session: Session, hold: IncomingHoldRow) -> bool:
    query = select(WaitingPayment.id).where(
        WaitingPayment.hold_id == hold.id, WaitingPayment.cause == "cheated"
    )
    return session.scalar(query.limit(1)) is not None


def _is_reported_anonymously(session: Session, account: BankAccount) -> bool:
    """Whether reports name it, and every one of them came without a name and unchecked: honest people are reported to harm them."""
    query = (
        select(func.count(), func.count().filter(CaseReportRow.source != ANONYMOUS_SOURCE))
        .select_from(Claim)
        .join(Case, Case.id == Claim.case_id)
        .join(CaseReportRow, CaseReportRow.case_id == Case.id)
        .where(Claim.payee_bank == account.bank, Claim.payee == account.number)
    )
    reports, named = session.execute(query).one()
    return bool(reports) and not named
