"""The outbox: what partners are to be told. `exchange` takes orders from here one by one and says what became
of them.

An order is about a hold, an action or a request; for each there is a `Handler`, which moves the thing when its order
leaves, fails or is answered. Who sends orders and takes answers says which: `handlers`, by what an order is about.
Orders to one partner about one thing leave in the order they were made. What begins something goes out once; what ends
it (release, expiry, lift, withdraw) goes out again until the partner confirms it.
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

ENDING = ("release", "expiry", "lift", "withdraw")
CURRENCY = "THB"
NO_TEXT = Texts("", "")


class Handler(Protocol):
    """Moves a thing (hold, action, request) when an order about it leaves, fails or is answered.

    `lock` comes first in every transaction, so that the thing is always locked before its orders and no two decisions
    wait for each other.
    """

    def lock_subject(self, session: Session, order: Order) -> str | None:
        """Lock the thing and what it belongs to; returns the number of its case, None where it has none."""

    def read_state(self, session: Session, order: Order) -> str:
        """The thing's state now, for the log."""

    def handle_sent(self, session: Session, order: Order, now: datetime) -> None:
        """The order has left for the first time."""

    def handle_answer(self, session: Session, order: Order, answer: PartnerAnswer, now: datetime) -> str:
        """The partner has answered; returns the effect in a word."""

    def handle_failure(self, session: Session, order: Order, sentence: str, now: datetime) -> None:
        """The order cannot be delivered and an officer must know; `sentence` says why."""


Handlers = Mapping[str, Handler]
"""Who moves a thing, by what an order is about."""


class NoHandler(LookupError):
    """No handler is named for what an order is about: a fault of the program, not of who uses it."""


def get_handler(handlers: Handlers, order: Order) -> Handler:
    """Who moves what the order is about; raises NoHandler."""
    handler = handlers.get(order.about)
    if handler is None:
        raise NoHandler(f"No handler is named for orders about {order.about!r}.")
    return handler


class OrderDraft(TypedDict):
    """What an order says, as `new_order` takes it."""

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
    """Put an order about a hold, an action or a request into the outbox, behind the others about the same thing.

    `facts` are frozen as they are, as JSON values; they hold all that the message and letter say, among it the rule's
    id (`rule`), its `citation` (th, en) and the thing's public code (`reference`). `texts` is the notice or body.
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
    """An order ready to be added: for who adds many at once and counts their places. It leaves after `wait`, a time that is
    kept with it: whoever takes it back meanwhile has lost nothing to a process that ended.
    """
    # Every order answers these, so that whoever reads one need not know which kind it is.
    needed = {"rule": "", "citation": to_json_value(NO_TEXT), "reference": "", "case": case}
    return Order(
        # 80 random bits: the partner drops repetitions by this id, so two orders may never share one.
        order_id=f"WR{now:%y%m%d}{secrets.token_hex(10).upper()}",
        about=about,
        about_id=about_id,
        place=place,
        # Beside `about_id`, so that the database itself holds an order to a hold that exists.
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
    # Counted under the lock of the thing itself, which whoever makes an order holds.
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
    """Take the next order to send, with `among` one of these, so that nobody else takes it until the lease ends; None where
    none waits.

    Commit, then send, then `mark_sent` or `mark_failed`: a sender that dies gives the order back by itself.
    """
    # Skipped where locked: several senders work side by side, and none waits for what another is about to take.
    due = _select_due(now) if among is None else _select_due(now).where(Order.order_id.in_(among))
    order = session.scalars(due.limit(1).with_for_update(skip_locked=True, of=Order)).first()
    if order is None:
        return None
    # The lease is a time and no flag: a sender that dies gives the order back without anybody's help.
    order.next_try = now + lease
    return order_view(order)


def _select_due(now: datetime):  # type: ignore[no-untyped-def]
    earlier = aliased(Order)
    # A release must not overtake the hold it ends: a bank would be told to let go of what it has not heard of.
    unsent_before = exists().where(
        earlier.about == Order.about,
        earlier.about_id == Order.about_id,
        earlier.bank == Order.bank,
        earlier.place < Order.place,
        earlier.state == "waiting",
    )
    again = and_(Order.state == "sent", Order.kind.in_(ENDING))
    query = select(Order).where(or_(Order.state == "waiting", again), Order.next_try <= now, ~unsent_before)
    # Money is gone in minutes: holds leave before the letters of a joint operation of hundreds of places.
    return query.order_by(Order.about != "hold", Order.made_at, Order.place)


def load_order(session: Session, order_id: str) -> OrderView:
    """One order; raises NotFound."""
    return order_view(_load_row(session, order_id))


def mark_sent(session: Session, handlers: Handlers, order_id: str, now: datetime) -> OrderView:
    """The order has left, and what it is about moves on; one that ends something is due again until confirmed."""
    order_row, case = lock_order(session, handlers, order_id)
    order_row.attempts += 1
    order_row.last_error = ""
    order_row.next_try = now + law.service_level("resend") if order_row.kind in ENDING else None
    # Only the first time moves anything: what is sent again is the same word once more.
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
    """The order could not be sent; it is tried again at `retry_at`, or given up with an alert where that is
    None.

    What ends something is never given up: it stays in the outbox and the alert is raised beside it.
    """
    order_row, case = lock_order(session, handlers, order_id)
    order_row.attempts += 1
    # A partner's server may answer with a whole page.
    order_row.last_error = error[:500]
    if retry_at is None:
        # Money that nobody has a right to hold any more must come free, however long the partner is away.
        if order_row.kind in ENDING:
            retry_at = now + law.service_level("resend")
        elif order_row.state == "waiting":
            order_row.state = "failed"
        get_handler(handlers, order_row).handle_failure(session, order_row, order_row.last_error, now)
    order_row.next_try = retry_at
    _log_order(session, order_row, "order.failed", now, case, error=order_row.last_error)
    return order_view(order_row)


def acknowledge_order(order_row: Order, status: AnswerStatus, at: datetime) -> None:
    """The partner has answered this order; nothing is sent again, but what ends something until it is ended whole.
    What the order is about moves by its handler.
    """
    # An answer proves that it was sent, also where the sender died between sending and saying so.
    if order_row.sent_at is None:
        order_row.sent_at = at
    if status == "received" or (status == "partly" and order_row.kind in ENDING):
        order_row.received_at = order_row.received_at or at
        if order_row.state == "waiting":
            order_row.state = "sent"
    else:
        # A partner that refuses to let go must be spoken to; sending the same word again would not help.
        order_row.state = "failed" if status == "refused" and order_row.kind in ENDING else "acknowledged"
        order_row.acknowledged_at = order_row.acknowledged_at or at
    if order_row.state in ("acknowledged", "failed") or order_row.kind not in ENDING:
        order_row.next_try = None


def cancel_unsent(
    session: Session, about: About, about_id: int, now: datetime, case: str | None = None
) -> bool:
    """Take back orders that have not left yet; True where nothing of them can have reached a partner."""
    # Untouched means never claimed: an order that a sender holds a lease on may be on its way at this moment.
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
    """The order, locked after what it is about, and the number of that thing's case; raises NotFound."""
    found = _load_row(session, order_id)
    case = get_handler(handlers, found).lock_subject(session, found)
    # Read anew: while the thing was waited for, another sender or answer may have moved the order.
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
    writing.append(session, None, verb, f"{found.about}:{found.about_id}", detail, case=case, at=now)
