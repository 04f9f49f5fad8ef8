"""Reads holds of what comes in and the payments that wait."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from warroom.access import masking, role_groups
from warroom.bilingual.texts import Texts
from warroom.cases.schema import Case, CaseReportRow
from warroom.errors import NotFound
from warroom.incoming import ranking, silence
from warroom.incoming.estimate import build_estimate, count_payers
from warroom.incoming.schema import IncomingAppealRow, IncomingHoldRow, PayerCallRow, WaitingPayment
from warroom.incoming.views import (
    OPEN_STATES,
    IncomingAppealView,
    IncomingEstimate,
    IncomingHoldView,
    IncomingList,
    PayerCall,
    QuietAccount,
    WaitingPaymentView,
)
from warroom.ledger import officers
from warroom.ledger.decision import logged_read
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.ledger.rows import make_view
from warroom.ledger.schema import OfficerRow
from warroom.money.trail import BankAccount
from warroom.reasons.reason import Reason
from warroom.signals import store

if TYPE_CHECKING:
    from warroom.lake.lake import Lake

ENDED_SHOWN = timedelta(days=7)
"""How long an ended hold stays on the list. Chosen, not measured."""
SHOWN = 100
"""Payments of one list; an officer calls no more in a day. Chosen, not measured."""


def list_incoming(ledger: Ledger, officer: Officer, *, now: datetime | None = None) -> IncomingList:
    """Payments whose payers are to be called, worth most a minute first, and the holds. Raises NotAllowed."""
    with logged_read(ledger, officer, *role_groups.INCOMING_READERS, now=now) as this:
        this.log_list_read("incoming")
        session = this.session
        recent = IncomingHoldRow.state.in_(("proposed", *OPEN_STATES)) | (
            IncomingHoldRow.ended_at > this.now - ENDED_SHOWN
        )
        holds = list(
            session.scalars(select(IncomingHoldRow).where(recent).order_by(IncomingHoldRow.id.desc()))
        )
        waiting = list(session.scalars(select(WaitingPayment).where(WaitingPayment.state == "waiting")))
        payments = sorted(
            _build_payment_views(session, waiting), key=lambda view: (-view.per_minute, view.ask_by, view.id)
        )
        listed = IncomingList(
            tuple(payments[:SHOWN]), len(payments), tuple(_build_hold_views(session, holds, whole=False))
        )
        return masking.redact(officers.to_officer(this.person), listed)


def load_incoming_hold(
    ledger: Ledger, officer: Officer, hold_id: int, *, now: datetime | None = None
) -> IncomingHoldView:
    """A hold with its payments, calls and appeals; the read is logged. Raises NotAllowed, NotFound."""
    with logged_read(ledger, officer, *role_groups.INCOMING_READERS, now=now) as this:
        hold = this.session.get(IncomingHoldRow, hold_id)
        if hold is None:
            raise NotFound("incoming.no-such-hold")
        this.log_entry("incoming.read", f"incoming:{hold_id}")
        view = build_hold_view(this.session, hold, this.now)
        return masking.redact(officers.to_officer(this.person), view)


def find_open_hold(ledger: Ledger, account: BankAccount) -> int | None:
    """The number of the open hold of what comes in to an account; None for none."""
    with ledger.open_session() as session:
        query = select(IncomingHoldRow.id).where(
            IncomingHoldRow.bank == account.bank,
            IncomingHoldRow.account == account.number,
            IncomingHoldRow.state.in_(("proposed", *OPEN_STATES)),
        )
        return session.scalar(query)


def load_estimate(
    ledger: Ledger,
    lake: "Lake",
    officer: Officer,
    account: BankAccount,
    signal_id: str = "",
    *,
    now: datetime | None = None,
) -> IncomingEstimate:
    """What a hold would do to an account's payers, and what speaks against one. Raises NotAllowed."""
    signal = store.find_signal(lake, signal_id) if signal_id else None
    with logged_read(ledger, officer, *role_groups.INCOMING_READERS, now=now) as this:
        this.log_entry("incoming.estimated", f"account:{account.bank}:{account.number}")
        counted = count_payers(lake, account, this.now)
        return build_estimate(this.session, account, counted, signal, this.person.id, this.now)


def list_unlisted_accounts(
    ledger: Ledger, accounts: Sequence[BankAccount], now: datetime
) -> tuple[QuietAccount, ...]:
    """Which of these accounts no flag is proposed for yet, and why. For pages that show the accounts already."""
    with ledger.open_session() as session:
        return tuple(silence.find_unlisted_accounts(session, accounts, now).values())


def build_hold_view(session: Session, hold: IncomingHoldRow, now: datetime) -> IncomingHoldView:
    """A hold with everything that belongs to it."""
    del now
    session.flush()
    return _build_hold_views(session, [hold], whole=True)[0]


def build_payment_view(
    session: Session, payment: WaitingPayment, hold: IncomingHoldRow
) -> WaitingPaymentView:
    """A payment with its calls."""
    del hold
    session.flush()
    return _build_payment_views(session, [payment])[0]


def _build_hold_views(
    session: Session, holds: Sequence[IncomingHoldRow], *, whole: bool
) -> list[IncomingHoldView]:
    if not holds:
        return []
    names, ids = _load_names(session), [hold.id for hold in holds]
    payments: dict[int, list[WaitingPaymentView]] = defaultdict(list)
    appeals: dict[int, list[IncomingAppealView]] = defaultdict(list)
    rows = session.scalars(
        select(WaitingPayment).where(WaitingPayment.hold_id.in_(ids)).order_by(WaitingPayment.id)
    )
    for view in _build_payment_views(session, list(rows)):
        payments[view.hold_id].append(view)
    query = (
        select(IncomingAppealRow)
        .where(IncomingAppealRow.hold_id.in_(ids))
        .order_by(IncomingAppealRow.id.desc())
    )
    for row in session.scalars(query):
        appeals[row.hold_id].append(make_view(IncomingAppealView, row, answered_by=names[row.answered_by]))
    return [
        make_view(
            IncomingHoldView,
            hold,
            reasons=tuple(
                Reason(body["code"], body["params"], tuple(body["evidence"])) for body in hold.reasons
            ),
            doubts=tuple(hold.doubts),
            proposed_by=names[hold.proposed_by],
            approved_by=names[hold.approved_by],
            ended_by=names[hold.ended_by],
            notice=Texts(hold.notice_th, hold.notice_en),
            waiting=sum(view.state == "waiting" for view in payments[hold.id]),
            waiting_sum=sum(view.amount for view in payments[hold.id] if view.state == "waiting"),
            counts=Counter(view.cause or "waiting" for view in payments[hold.id]),
            payments=tuple(sorted(payments[hold.id], key=_order_payments)) if whole else (),
            appeals=tuple(appeals[hold.id]),
        )
        for hold in holds
    ]


def _order_payments(view: WaitingPaymentView) -> tuple[bool, int, int]:
    return (view.state != "waiting", -view.per_minute, view.id)


def _build_payment_views(session: Session, payments: Sequence[WaitingPayment]) -> list[WaitingPaymentView]:
    if not payments:
        return []
    names, ids = _load_names(session), [payment.id for payment in payments]
    hold_ids = {payment.hold_id for payment in payments}
    holds = {
        row.id: row
        for row in session.scalars(select(IncomingHoldRow).where(IncomingHoldRow.id.in_(hold_ids)))
    }
    calls: dict[int, list[PayerCall]] = defaultdict(list)
    query = select(PayerCallRow).where(PayerCallRow.payment_id.in_(ids)).order_by(PayerCallRow.id)
    for row in session.scalars(query):
        calls[row.payment_id].append(make_view(PayerCall, row, officer=names[row.officer_id]))
    answers, cases = _load_answers(session, hold_ids), _load_cases(session, payments)
    return [
        _build_payment_view(payment, holds[payment.hold_id], calls[payment.id], answers, names, cases)
        for payment in payments
    ]


def _build_payment_view(
    payment: WaitingPayment,
    hold: IncomingHoldRow,
    calls: Sequence[PayerCall],
    answers: Mapping[int, list[str]],
    names: Mapping[int | None, str],
    cases: Mapping[str, str],
) -> WaitingPaymentView:
    chance = ranking.compute_cheated_chance(hold, payment, answers[hold.id])
    reached = ranking.compute_reached_chance(sum(call.answer == "missed" for call in calls))
    waits = payment.state == "waiting"
    return make_view(
        WaitingPaymentView,
        payment,
        bank=hold.bank,
        account=hold.account,
        until=hold.until,
        decided_by=names[payment.decided_by],
        chance=chance,
        reached=reached,
        minutes=ranking.compute_call_minutes(reached),
        per_minute=ranking.compute_saved_per_minute(payment.amount, chance, reached) if waits else 0,
        calls=tuple(calls),
        case=cases.get(payment.report, ""),
    )


def _load_answers(session: Session, hold_ids: Iterable[int]) -> Mapping[int, list[str]]:
    """What payers of each hold answered so far."""
    listed: dict[int, list[str]] = defaultdict(list)
    query = (
        select(WaitingPayment.hold_id, PayerCallRow.answer)
        .join(WaitingPayment, WaitingPayment.id == PayerCallRow.payment_id)
        .where(WaitingPayment.hold_id.in_(set(hold_ids)))
    )
    for hold_id, answer in session.execute(query):
        listed[hold_id].append(answer)
    return listed


def _load_cases(session: Session, payments: Sequence[WaitingPayment]) -> Mapping[str, str]:
    """The case of each report that a payer made."""
    wanted = {payment.report for payment in payments if payment.report}
    if not wanted:
        return {}
    name = func.concat(CaseReportRow.source, "/", CaseReportRow.record_id)
    query = select(name, Case.number).join(Case, Case.id == CaseReportRow.case_id).where(name.in_(wanted))
    return {row[0]: row[1] for row in session.execute(query)}


def _load_names(session: Session) -> Mapping[int | None, str]:
    names: dict[int | None, str] = {None: ""}
    return names | {row.id: row.name for row in session.execute(select(OfficerRow.id, OfficerRow.name))}
