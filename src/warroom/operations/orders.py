"""The outbox: what banks are to be told. `exchange` takes orders from here one by one and says what became
of them.

Orders of one hold leave in the order they were made. A hold or extension goes out once; a release or expiry
goes out again until the bank confirms it.
"""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from warroom import clock
from warroom.errors import NotFound
from warroom.operations import alerts, audit, clocks, law, texts
from warroom.operations.canon import plain
from warroom.operations.render import order_view
from warroom.operations.schema import Action, Case, Claim, Order, Proposal
from warroom.operations.summary import recount
from warroom.operations.transfers import ref_json
from warroom.operations.views import AnswerStatus, OrderKind, OrderView, Texts, TransferRef

ENDING = ("release", "expiry")
CURRENCY = "THB"


def emit(
    session: Session, action: Action, kind: OrderKind, rule: law.Rule, reason: str, now: datetime, amount: int
) -> Order:
    """Put an order for a hold into the outbox, with everything its message must say as of now."""
    appeal = law.rule_under(law.APPEAL)
    hours, limit = _hours(appeal.period), _hours(appeal.limit or appeal.period)
    said = notice(kind, action, rule, hours, limit, amount)
    place = session.scalar(select(func.count()).where(Order.action_id == action.id)) or 0
    order = Order(
        order_id=f"WR{now:%y%m%d}{secrets.token_hex(10).upper()}",
        place=place + 1,
        action_id=action.id,
        kind=kind,
        bank=action.bank,
        account=action.account,
        amount=amount,
        currency=CURRENCY,
        until=action.until,
        reason=reason,
        exercise=session.info["home"].exercise,
        facts=_facts(session, action, rule, hours, limit),
        notice_th=said.th,
        notice_en=said.en,
        state="waiting",
        attempts=0,
        made_at=now,
        next_try=now,
        last_error="",
    )
    session.add(order)
    session.flush()
    clocks.start(session, action, "silence", now + law.service_level("silence"))
    return order


def notice(kind: OrderKind, action: Action, rule: law.Rule, hours: float, limit: float, amount: int) -> Texts:
    """What the holder is told: how much, until when, on which law, and how to appeal."""
    params = {
        "amount": texts.baht(amount),
        "until": action.until,
        "citation": rule.citation,
        "reference": action.reference,
        "hours": f"{hours:g}",
        "limit": f"{limit:g}",
    }
    return texts.write("notices.toml", kind, params)


def _facts(session: Session, action: Action, rule: law.Rule, hours: float, limit: float) -> dict[str, object]:
    claims = session.scalars(select(Claim).where(Claim.case_id == action.case_id).order_by(Claim.time))
    inflow = session.scalar(select(Proposal.inflow).where(Proposal.id == action.proposal_id))
    fields = TransferRef.__dataclass_fields__
    refs = [TransferRef(**{name: getattr(claim, name) for name in fields}) for claim in claims]
    return {
        "rule": rule.id,
        "citation": plain(rule.citation),
        "hours": hours,
        "limit_hours": limit,
        "original": inflow or {},
        "reported": [ref_json(ref) for ref in refs],
    }


def _hours(span: timedelta) -> float:
    return span.total_seconds() / 3600


def waiting(session: Session, now: datetime | None = None) -> list[OrderView]:
    """Every order that may be sent now, oldest first."""
    found = session.scalars(_due(now or clock.now()))
    return [order_view(session, order) for order in found]


def claim_next(session: Session, now: datetime, lease: timedelta = timedelta(seconds=60)) -> OrderView | None:
    """Take the next order to send, so that nobody else takes it until the lease ends; None where none waits.

    Commit, then send, then `mark_sent` or `mark_failed`: a sender that dies gives the order back by itself.
    """
    order = session.scalars(_due(now).limit(1).with_for_update(skip_locked=True, of=Order)).first()
    if order is None:
        return None
    order.next_try = now + lease
    return order_view(session, order)


def _due(now: datetime):  # type: ignore[no-untyped-def]
    earlier = aliased(Order)
    unsent_before = exists().where(
        earlier.action_id == Order.action_id, earlier.place < Order.place, earlier.state == "waiting"
    )
    again = and_(Order.state == "sent", Order.kind.in_(ENDING))
    query = select(Order).where(or_(Order.state == "waiting", again), Order.next_try <= now, ~unsent_before)
    return query.order_by(Order.made_at, Order.place)


def order(session: Session, order_id: str) -> OrderView:
    """One order; raises NotFound."""
    return order_view(session, locked(session, order_id, lock=False))


def mark_sent(session: Session, order_id: str, now: datetime) -> OrderView:
    """The order has left. A hold moves from approved to sent; a release or expiry is due again until
    confirmed.
    """
    found = locked(session, order_id)
    found.attempts += 1
    found.last_error = ""
    found.next_try = now + law.service_level("resend") if found.kind in ENDING else None
    if found.state == "waiting":
        found.state, found.sent_at = "sent", now
        action = session.get_one(Action, found.action_id, with_for_update=True)
        if found.kind == "hold" and action.state == "approved":
            action.state = "sent"
        clocks.start(session, action, "silence", now + law.service_level("silence"))
        _note(session, found, "order.sent", now)
    return order_view(session, found)


def mark_failed(
    session: Session, order_id: str, error: str, now: datetime, retry_at: datetime | None
) -> OrderView:
    """The order could not be sent; it is tried again at `retry_at`, or given up with an alert where that is
    None.

    A release or expiry is never given up: it stays in the outbox and the alert is raised beside it.
    """
    found = locked(session, order_id)
    found.attempts += 1
    found.last_error = error[:500]
    if retry_at is None:
        action = session.get_one(Action, found.action_id)
        params = {"bank": found.bank, "kind": found.kind, "error": found.last_error, "order": found.order_id}
        alerts.raise_alert(session, action.case_id, action.id, "undelivered", params, now)
        if found.kind in ENDING:
            retry_at = now + law.service_level("resend")
        elif found.state == "waiting":
            found.state = "failed"
        recount(session, action.case_id)
    found.next_try = retry_at
    _note(session, found, "order.failed", now, error=found.last_error)
    return order_view(session, found)


def acknowledge(
    session: Session, order_id: str, status: AnswerStatus, amount: int | None, text: str, at: datetime
) -> OrderView:
    """The bank has answered this order; nothing is sent again. The hold itself moves by
    `answers.record_answer`.
    """
    found = locked(session, order_id)
    if found.sent_at is None:
        found.sent_at = at
    if status == "received":
        found.received_at = found.received_at or at
        if found.state == "waiting":
            found.state = "sent"
    else:
        found.state = "failed" if status == "refused" and found.kind in ENDING else "acknowledged"
        found.acknowledged_at = found.acknowledged_at or at
    if found.state in ("acknowledged", "failed") or found.kind not in ENDING:
        found.next_try = None
    return order_view(session, found)


def cancel_unsent(session: Session, action: Action, now: datetime) -> bool:
    """Take back a hold that has not left yet; True where nothing of it can have reached the bank."""
    held = select(Order).where(Order.action_id == action.id).with_for_update()
    made = list(session.scalars(held))
    if any(found.state != "waiting" or found.attempts or found.next_try != found.made_at for found in made):
        return False
    for found in made:
        found.state, found.next_try = "cancelled", None
        _note(session, found, "order.cancelled", now)
    return True


def locked(session: Session, order_id: str, lock: bool = True) -> Order:
    """The order's row; raises NotFound."""
    found = session.get(Order, order_id, with_for_update=lock)
    if found is None:
        raise NotFound(f"There is no order {order_id} in this ledger; keep the message and ask the sender.")
    return found


def _note(session: Session, found: Order, verb: str, now: datetime, **more: str) -> None:
    number = session.scalar(
        select(Case.number).join(Action, Action.case_id == Case.id).where(Action.id == found.action_id)
    )
    detail = {"order": found.order_id, "kind": found.kind, "attempt": found.attempts, **more}
    audit.append(session, None, verb, f"hold:{found.action_id}", detail, case=number, at=now)
