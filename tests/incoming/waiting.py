"""An account whose incoming payments wait: its signal, its bank's answers, and the payments that come."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from tests.cases.scenes import Scene
from warroom.incoming import decisions, queries
from warroom.incoming.intake import take_in_waiting_payments
from warroom.incoming.views import IncomingHoldView
from warroom.money.trail import BankAccount
from warroom.orders import outbox
from warroom.orders.events import record_answer
from warroom.orders.views import OrderView, PartnerAnswer
from warroom.reasons.reason import Reason
from warroom.runtime.handlers import ORDER_HANDLERS
from warroom.signals import store
from warroom.signals.signal import Signal
from warroom.subjects.subject import Subject

MULE = BankAccount("B05", "5005")


def signalled(scene: Scene, account: BankAccount = MULE, **more: Any) -> str:
    """A signal of this hour on an account; its number."""
    reasons = (Reason("named_in_reports", {"count": 1}),)
    innocent = more.get("innocent", ())
    subject = Subject("account", f"{account.bank}:{account.number}")
    as_of = more.get("as_of", scene.now)
    signal = Signal("mules", subject, more.get("probability", 0.8), 1, reasons, innocent, as_of, "trees-1")
    store.write_signals(scene.lake, [signal])
    scene.now = max(scene.now, as_of)
    return signal.record_id


def begun(
    scene: Scene, account: BankAccount = MULE, signal_id: str | None = None, **more: Any
) -> IncomingHoldView:
    """A hold of what comes in, begun by anna."""
    signal = signalled(scene, account) if signal_id is None else signal_id
    return decisions.begin_hold(
        scene.ledger,
        scene.lake,
        more.pop("officer", scene.anna),
        account,
        more.pop("reason", "Money from five strangers left within the hour."),
        more.pop("key", f"begin-{account.number}"),
        signal_id=signal,
        now=scene.now,
        **more,
    )


def sent_orders(scene: Scene) -> list[OrderView]:
    """Every order that is due leaves, and is listed."""
    left = []
    with scene.ledger.open_session() as session:
        while (order := outbox.claim_next(session, scene.now)) is not None:
            left.append(outbox.mark_sent(session, ORDER_HANDLERS, order.order_id, scene.now))
    return left


def answer_order(scene: Scene, order: OrderView, status: str = "done") -> str:
    """What the bank says to an order; its effect."""
    said = PartnerAnswer(order.order_id, order.bank, scene.now, status)  # type: ignore[arg-type]
    return record_answer(scene.ledger, ORDER_HANDLERS, said, now=scene.now).effect


def in_effect(scene: Scene, account: BankAccount = MULE, **more: Any) -> IncomingHoldView:
    """A hold that its bank carries out."""
    hold = begun(scene, account, **more)
    (order,) = [order for order in sent_orders(scene) if order.about_id == hold.id]
    assert answer_order(scene, order) == "in_effect"
    return queries.load_incoming_hold(scene.ledger, scene.anna, hold.id, now=scene.now)


def pay_in(
    scene: Scene, hold: IncomingHoldView, name: str = "W1", amount: int = 40_000_00, **more: Any
) -> int:
    """A payment comes in and waits, as its bank tells it; how many were taken in."""
    row = {
        "record_id": name,
        "time": scene.now,
        "reference": hold.reference,
        "transfer_id": f"T-{name}",
        "payer_bank": "B01",
        "payer": f"9{name[1:]}",
        "payer_phone": "0812345678",
        "payee_bank": hold.bank,
        "payee": hold.account,
        "amount": Decimal(amount) / 100,
        "paid_before": False,
        **more,
    }
    scene._write("waiting_payments", [row], f"bank:{hold.bank}")
    return take_in_waiting_payments(scene.ledger, scene.lake, scene.now)


def shown(scene: Scene, hold: IncomingHoldView) -> IncomingHoldView:
    """The hold as it is now."""
    return queries.load_incoming_hold(scene.ledger, scene.anna, hold.id, now=scene.now)


def later(scene: Scene, **span: float) -> None:
    """Time goes on."""
    scene.now += timedelta(**span)
