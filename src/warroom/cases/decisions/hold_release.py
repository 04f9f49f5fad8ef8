"""How a hold goes on or ends: released by an officer, carried on after the police complaint, or lapsed by
itself.
"""

from datetime import datetime
from typing import Literal

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from warroom import clock
from warroom.access import role_groups
from warroom.cases import alerts, hold_orders, sealing
from warroom.cases.decisions.holds import REASON_SIGNS
from warroom.cases.hold_views import hold_views
from warroom.cases.schema import Case, Hold, HoldApproval, HoldExtension, HoldRelease
from warroom.cases.summary import recount
from warroom.cases.views import ACTIVE, HoldView
from warroom.errors import NotFound, NotPossible
from warroom.law.rules import repository as law
from warroom.ledger import deadlines, officers
from warroom.ledger.audit import writing
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.ledger.schema import OfficerRow
from warroom.orders import outbox
from warroom.orders.schema import Order

Cause = Literal["officer", "appeal", "expiry", "bank"]
WARNINGS = ("silence", "lapse_warning", "appeal_due", "appeal_limit")


def release(
    ledger: Ledger, officer: Officer, action_id: int, reason: str, *, now: datetime | None = None
) -> HoldView:
    """Let the money go: the hold ends at once here and a release order is sent until the bank confirms it.

    A hold whose order has not left yet is taken back instead. A released hold stays released; again changes
    nothing. Raises NotAllowed, NotFound, or NotPossible without a reason or where the hold has ended in
    another way.
    """
    now = now or clock.now()
    reason = reason.strip()[:REASON_SIGNS]
    if not reason:
        raise NotPossible("cases.release-reason-missing")
    with ledger.session() as session:
        person = officers.require(session, officer, *role_groups.HOLD_RELEASERS)
        action, case = locked_hold(session, action_id)
        sealing.may_see(session, person, case, "cases.no-such-hold")
        if action.state == "released":
            return hold_views(session, [action])[0]
        if action.state not in ACTIVE:
            raise NotPossible("cases.hold-not-to-release", state=action.state)
        end_hold(session, action, "officer", person, reason, now)
        recount(session, case.id)
        detail = {"reason": reason, "amount": action.amount}
        writing.append(
            session, officer, "hold.released", f"hold:{action.id}", detail, case=case.number, at=now
        )
        return hold_views(session, [action])[0]


def end_hold(
    session: Session, action: Hold, cause: Cause, person: OfficerRow | None, reason: str, now: datetime
) -> None:
    """Move a hold to its end and tell the bank, unless the bank never heard of it or ended it itself."""
    action.state = "expired" if cause == "expiry" else "released"
    officer_id = person.id if person else None
    session.add(HoldRelease(hold_id=action.id, cause=cause, officer_id=officer_id, reason=reason, at=now))
    deadlines.stop(session, "hold", action.id)
    alerts.clear(session, action.id, WARNINGS, now)
    session.flush()
    if cause == "bank" or outbox.cancel_unsent(session, "hold", action.id, now, _number(session, action)):
        session.get_one(HoldRelease, action.id).lifted_at = now
        return
    emit_end(session, action, reason, now)


def _number(session: Session, action: Hold) -> str:
    return session.get_one(Case, action.case_id).number


def emit_end(session: Session, action: Hold, reason: str, now: datetime) -> None:
    """Order the bank to let go, unless such an order is still under way."""
    under_way = select(Order.order_id).where(
        Order.hold_id == action.id, Order.kind.in_(outbox.ENDING), Order.state.in_(("waiting", "sent"))
    )
    if session.scalar(under_way):
        return
    kind: Literal["expiry", "release"] = "expiry" if action.state == "expired" else "release"
    rule = law.rule_under(action.rule_id, action.rule_digest)
    hold_orders.emit(session, action, kind, rule, reason, now, action.held or action.amount)


def extend(
    ledger: Ledger,
    officer: Officer,
    action_id: int,
    complaint_no: str,
    key: str,
    *,
    complained_at: datetime | None = None,
    now: datetime | None = None,
) -> HoldView:
    """Carry a hold on to seven days from the police complaint: one officer asks, another (a supervisor)
    approves.

    The first call makes the request, a second one by somebody else approves it and emits the `extend`
    order. `complained_at` is when the complaint was filed (now where not given). The officer who approved
    the hold cannot be the one who approves its extension. Raises NotAllowed, NotFound, or NotPossible after
    the hold has lapsed.
    """
    now = now or clock.now()
    complaint_no = complaint_no.strip()
    if not complaint_no or not key:
        raise NotPossible("cases.complaint-number-missing")
    try:
        with ledger.session() as session:
            action, case = locked_hold(session, action_id)
            sealing.may_see(session, officers.active(session, officer), case, "cases.no-such-hold")
            rule = law.usable_rule(session, law.HOLD_AFTER_COMPLAINT, now)
            _extendable(action, now)
            asked = session.scalars(
                select(HoldExtension).where(
                    HoldExtension.hold_id == action.id, HoldExtension.state != "refused"
                )
            ).first()
            if asked is None:
                _request(session, officer, action, case, complaint_no, complained_at or now, rule, now)
            else:
                _second(session, officer, action, case, asked, complaint_no, rule, now)
            recount(session, case.id)
            return hold_views(session, [action])[0]
    except IntegrityError as problem:
        raise NotPossible("cases.decided-meanwhile") from problem


def _extendable(action: Hold, now: datetime) -> None:
    if action.state not in ("sent", "in_effect", "partly"):
        raise NotPossible("cases.hold-not-at-bank", state=action.state)
    if action.until <= now:
        raise NotPossible("cases.hold-lapsed")


def _request(
    session: Session,
    officer: Officer,
    action: Hold,
    case: Case,
    complaint_no: str,
    complained_at: datetime,
    rule: law.Rule,
    now: datetime,
) -> None:
    person = officers.require(session, officer, *role_groups.HOLD_DECIDERS)
    if complained_at > now or complained_at + rule.period <= action.until:
        raise NotPossible("cases.complaint-time-unfit")
    session.add(
        HoldExtension(
            hold_id=action.id,
            complaint_no=complaint_no,
            complained_at=complained_at,
            until=complained_at + rule.period,
            state="requested",
            requested_by=person.id,
            requested_at=now,
        )
    )
    session.flush()
    detail = {"complaint_no": complaint_no, "until": complained_at + rule.period}
    writing.append(
        session, officer, "extension.requested", f"hold:{action.id}", detail, case=case.number, at=now
    )


def _second(
    session: Session,
    officer: Officer,
    action: Hold,
    case: Case,
    asked: HoldExtension,
    complaint_no: str,
    rule: law.Rule,
    now: datetime,
) -> None:
    """The second officer. The same officer again is a double click while the request stands, and no
    approval.
    """
    if asked.complaint_no != complaint_no:
        raise NotPossible("cases.extension-of-another-complaint", complaint=asked.complaint_no)
    if asked.requested_by == officer.id or (asked.approved_by == officer.id):
        return
    if asked.state != "requested":
        raise NotPossible("cases.extension-approved")
    person = officers.require(session, officer, "supervisor")
    twice = select(HoldApproval.id).where(
        HoldApproval.hold_id == action.id, HoldApproval.officer_id == person.id
    )
    if session.scalar(twice):
        raise NotPossible("cases.extension-by-same-officer")
    asked.state, asked.approved_by, asked.approved_at = "approved", person.id, now
    session.add(
        HoldApproval(hold_id=action.id, officer_id=person.id, step="extend", snapshot=action.snapshot, at=now)
    )
    action.until, action.rule_id, action.rule_digest = asked.until, rule.id, rule.digest
    action.legal_basis = rule.citation.en
    deadlines.start(session, "hold", action.id, "lapse", action.until, action.case_id)
    deadlines.start(
        session,
        "hold",
        action.id,
        "lapse_warning",
        action.until - law.service_level("lapse_warning"),
        action.case_id,
    )
    alerts.clear(session, action.id, ("lapse_warning",), now)
    order = hold_orders.emit(session, action, "extend", rule, complaint_no, now, action.held or action.amount)
    action.notice_th, action.notice_en = order.notice_th, order.notice_en
    detail = {"complaint_no": complaint_no, "until": action.until}
    writing.append(
        session, officer, "extension.approved", f"hold:{action.id}", detail, case=case.number, at=now
    )


def expire(session: Session, action: Hold, now: datetime) -> None:
    """The time of a hold is over: it ends by itself and the bank is told."""
    end_hold(session, action, "expiry", None, "", now)


def locked_hold(session: Session, action_id: int) -> tuple[Hold, Case]:
    """A hold and its case, both locked, the case first as everywhere; raises NotFound."""
    case_id = session.scalar(select(Hold.case_id).where(Hold.id == action_id))
    if case_id is None:
        raise NotFound("cases.no-such-hold")
    case = session.get_one(Case, case_id, with_for_update=True)
    return session.get_one(Hold, action_id, with_for_update=True, populate_existing=True), case
