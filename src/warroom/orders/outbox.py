"""The outbox of orders to partners. `exchange` claims orders from here one by one and reports whether each was
sent.

An order is about a hold, an action or a request; each of these has a `Handler`, which changes its state when the order
is sent, fails or is answered. The caller passes the `handlers` by what an order is about.
Orders to one partner about one thing are sent in the sequence they were made. An order that begins something is sent
once; one that ends something (`ENDING`) is repeated until the partner confirms it.
"""

import secrets
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any, NotRequired, Protocol, TypedDict, Unpack

from sqlalchemy import and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from warroom import clock
from warroom.bilingual.texts import Texts
from warroom.errors import NotFound
from warroom.law.rules import repository as law
from warroom.ledger.audit import writing
from warroom.ledger.canonical_json import to_json_value
from warroom.orders.queries import order_view
from warroom.orders.schema import Order
from warroom.orders.views import About, AnswerStatus, OrderKind, OrderView, PartnerAnswer

ENDING = ("release", "expiry", "lift", "withdraw", "let-through", "send-back")
CURRENCY = "THB"
NO_TEXT = Texts("", "")


class Handler(Protocol):
    """Changes the state of a hold, action or request when an order about it is sent, fails or is answered.

    `lock_subject` comes first in every transaction: the thing is always locked before its orders, so that no two
    decisions deadlock.
    """

    def lock_subject(self, session: Session, order: Order) -> str | None:
        """Lock the subject and what it belongs to; returns the number of its case, None for none."""

    def read_state(self, session: Session, order: Order) -> str:
        """The subject's current state, for the log."""

    def handle_sent(self, session: Session, order: Order, now: datetime) -> None:
        """The order was sent for the first time."""

    def handle_answer(self, session: Session, order: Order, answer: PartnerAnswer, now: datetime) -> str:
        """Apply the partner's answer; returns its effect as a code."""

    def handle_failure(self, session: Session, order: Order, sentence: str, now: datetime) -> None:
        """Alert an officer that the order cannot be delivered; `sentence` says why."""


Handlers = Mapping[str, Handler]
"""Handlers by what an order is about."""


class NoHandler(LookupError):
    """No handler is registered for what an order is about: a programming error, not a user's."""


def get_handler(handlers: Handlers, order: Order) -> Handler:
    """The handler of the order's subject; raises NoHandler."""
    handler = handlers.get(order.about)
    if handler is None:
        raise NoHandler(f"No handler is named for orders about {order.about!r}.")
    return handler


class OrderDraft(TypedDict):
    """The arguments of `new_order`."""

    about: About
    about_id: int
    partner: str
    kind: OrderKind
    subject: str
    facts: Mapping[str, Any]
    texts: Texts
    now: datetime
    amount: NotRequired[int]
    until: NotRequired[datetime | None]
    reason: NotRequired[str]
    wait: NotRequired[timedelta]
    case: NotRequired[str | None]


def emit_about(session: Session, **order_values: Unpack[OrderDraft]) -> Order:
    """Put an order about a hold, an action or a request into the outbox, behind earlier orders about the same thing.

    `facts` are stored as JSON values and never changed; they hold the whole content of message and letter, with the
    rule's id (`rule`), its `citation` (th, en) and the thing's public code (`reference`). `texts` is the notice or body.
    """
    order = new_order(
        session, place=next_place(session, order_values["about"], order_values["about_id"]), **order_values
    )
    session.add(order)
    session.flush()
    return order


def new_order(
    session: Session,
    *,
    about: About,
    about_id: int,
    partner: str,
    kind: OrderKind,
    subject: str,
    facts: Mapping[str, Any],
    texts: Texts,
    now: datetime,
    place: int = 1,
    amount: int = 0,
    until: datetime | None = None,
    reason: str = "",
    wait: timedelta = timedelta(0),
    case: str | None = None,
) -> Order:
    """An order row that is not yet added, for callers that add many at once and number their places. It may be sent after
    `wait`; the time is stored, so that it can be withdrawn until then even if the process restarts.
    """
    # Every order has these keys, so that a reader need not know its kind.
    needed = {"rule": "", "citation": to_json_value(NO_TEXT), "reference": "", "case": case}
    return Order(
        # 80 random bits: the partner drops repetitions by this id, so no two orders may share one.
        order_id=f"WR{now:%y%m%d}{secrets.token_hex(10).upper()}",
        about=about,
        about_id=about_id,
        place=place,
        # A copy of `about_id` with a foreign key, so that the database itself requires the hold to exist.
        hold_id=about_id if about == "hold" else None,
        kind=kind,
        bank=partner,
        subject=subject,
        amount=amount,
        currency=CURRENCY,
        until=until,
        reason=reason,
        exercise=session.info["home"].exercise,
        facts=needed | to_json_value(dict(facts)),
        notice_th=texts.th,
        notice_en=texts.en,
        state="waiting",
        attempts=0,
        made_at=now,
        next_try=now + wait,
        last_error="",
        leaves_at=now + wait,
    )


def next_place(session: Session, about: About, about_id: int) -> int:
    # Counted under the lock of the subject, which every caller that makes an order holds.
    made = select(func.count()).where(Order.about == about, Order.about_id == about_id)
    return (session.scalar(made) or 0) + 1


def list_due_orders(session: Session, now: datetime | None = None) -> list[OrderView]:
    """Every order that may be sent now, holds first, then oldest first."""
    found = session.scalars(_select_due(now or clock.get_now()))
    return [order_view(order) for order in found]


def claim_next(
    session: Session,
    now: datetime,
    lease: timedelta = timedelta(seconds=60),
    among: Collection[str] | None = None,
) -> OrderView | None:
    """Claim the next due order (one of `among`, if given) for the duration of `lease`; None where none is due.

    Commit, then send, then `mark_sent` or `mark_failed`: if the sender dies, the order is due again after the lease.
    """
    # SKIP LOCKED: several senders work in parallel, and none waits for an order that another is claiming.
    due = _select_due(now) if among is None else _select_due(now).where(Order.order_id.in_(among))
    order = session.scalars(due.limit(1).with_for_update(skip_locked=True, of=Order)).first()
    if order is None:
        return None
    # The lease is a time and no flag: after a sender's death the order is due again without intervention.
    order.next_try = now + lease
    return order_view(order)


def _select_due(now: datetime):  # type: ignore[no-untyped-def]
    earlier = aliased(Order)
    # A release must not overtake the hold it ends: the bank would be asked to release money it has not held.
    unsent_before = exists().where(
        earlier.about == Order.about,
        earlier.about_id == Order.about_id,
        earlier.bank == Order.bank,
        earlier.place < Order.place,
        earlier.state == "waiting",
    )
    again = and_(Order.state == "sent", Order.kind.in_(ENDING))
    query = select(Order).where(or_(Order.state == "waiting", again), Order.next_try <= now, ~unsent_before)
    # Money moves on within minutes: holds are sent before the letters of a joint operation of hundreds of
    # places.
    urgent = Order.about.in_(("hold", "incoming", "payment"))
    return query.order_by(~urgent, Order.made_at, Order.place)


def load_order(session: Session, order_id: str) -> OrderView:
    """One order; raises NotFound."""
    return order_view(_load_row(session, order_id))


def mark_sent(session: Session, handlers: Handlers, order_id: str, now: datetime) -> OrderView:
    """Record that an order was sent, and update its subject; one that ends something stays due until confirmed."""
    order_row, case = lock_order(session, handlers, order_id)
    order_row.attempts += 1
    order_row.last_error = ""
    order_row.next_try = now + law.service_level("resend") if order_row.kind in ENDING else None
    # Only the first sending changes the subject: a repetition is the same message.
    if order_row.state == "waiting":
        order_row.state, order_row.sent_at = "sent", now
        get_handler(handlers, order_row).handle_sent(session, order_row, now)
        _log_order(session, order_row, "order.sent", now, case)
    return order_view(order_row)


def mark_failed(
    session: Session,
    handlers: Handlers,
    order_id: str,
    error: str,
    now: datetime,
    retry_at: datetime | None,
) -> OrderView:
    """Record that an order could not be sent; it is retried at `retry_at`, or given up with an alert where that is
    None.

    An order that ends something is never given up: it stays in the outbox, and the alert is raised as well.
    """
    order_row, case = lock_order(session, handlers, order_id)
    order_row.attempts += 1
    # At most 500 characters: a partner's server may answer with a whole page.
    order_row.last_error = error[:500]
    if retry_at is None:
        # Money that may no longer be held must be released, however long the partner is unreachable.
        if order_row.kind in ENDING:
            retry_at = now + law.service_level("resend")
        elif order_row.state == "waiting":
            order_row.state = "failed"
        get_handler(handlers, order_row).handle_failure(session, order_row, order_row.last_error, now)
    order_row.next_try = retry_at
    _log_order(session, order_row, "order.failed", now, case, error=order_row.last_error)
    return order_view(order_row)


def acknowledge_order(order_row: Order, status: AnswerStatus, at: datetime) -> None:
    """Record a partner's answer on its order: it is not sent again, except one that ends something and is not yet fully
    carried out. The handler changes the subject's state.
    """
    # An answer proves that the order was sent, even if the sender died before `mark_sent`.
    if order_row.sent_at is None:
        order_row.sent_at = at
    if status == "received" or (status == "partly" and order_row.kind in ENDING):
        order_row.received_at = order_row.received_at or at
        if order_row.state == "waiting":
            order_row.state = "sent"
    else:
        # A partner that refuses a release must be contacted by an officer; repeating the message would not
        # help.
        order_row.state = "failed" if status == "refused" and order_row.kind in ENDING else "acknowledged"
        order_row.acknowledged_at = order_row.acknowledged_at or at
    if order_row.state in ("acknowledged", "failed") or order_row.kind not in ENDING:
        order_row.next_try = None


def cancel_unsent(
    session: Session, about: About, about_id: int, now: datetime, case: str | None = None
) -> bool:
    """Cancel all orders about a subject; False, and nothing changes, where one may already have reached a partner."""
    # Only orders that were never claimed: one under a sender's lease may be on its way at this moment.
    held = select(Order).where(Order.about == about, Order.about_id == about_id).with_for_update()
    made = list(session.scalars(held.order_by(Order.place)))
    if any(
        order_row.state != "waiting" or order_row.attempts or order_row.next_try != order_row.leaves_at
        for order_row in made
    ):
        return False
    for order_row in made:
        order_row.state, order_row.next_try = "cancelled", None
    for order_row in made:
        _log_order(session, order_row, "order.cancelled", now, case)
    return True


def lock_order(session: Session, handlers: Handlers, order_id: str) -> tuple[Order, str | None]:
    """Lock the subject and then the order; returns the order and the number of the subject's case. Raises NotFound."""
    found = _load_row(session, order_id)
    case = get_handler(handlers, found).lock_subject(session, found)
    # Read again: while the subject's lock was awaited, another sender or answer may have changed the order.
    session.refresh(found, with_for_update=True)
    return found, case


def _load_row(session: Session, order_id: str) -> Order:
    found = session.get(Order, order_id)
    if found is None:
        raise NotFound("orders.no-such-order", order=order_id)
    return found


def _log_order(
    session: Session, found: Order, verb: str, now: datetime, case: str | None, **more: str
) -> None:
    detail = {"order": found.order_id, "kind": found.kind, "attempt": found.attempts, **more}
    writing.write_audit_row(session, None, verb, f"{found.about}:{found.about_id}", detail, case=case, at=now)
