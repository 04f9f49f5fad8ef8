"""The exercise's banks let payments wait: they answer orders about what comes in, and tell the room of each payment that waits.

The country itself knows nothing so small: there the money moves on, and the review after the exercise counts nothing of it.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from warroom import clock, files
from warroom.home import Home
from warroom.lake.lake import Lake
from warroom.records.mapping import DeliveryTerms
from warroom_lab.world.delivery import columns
from warroom_lab.world.drawing.columns import Array, TransferColumns

TERMS = DeliveryTerms(legal_basis="invented records", purpose="exercise", retention_days=30)
ABOUT = ("incoming", "payment")
WORDS = "ธนาคารดำเนินการแล้ว / Done."


@dataclass(frozen=True, slots=True)
class IncomingOrder:
    """An order about what comes in to an account, as its bank reads it from the message."""

    order_id: str
    kind: str
    bank: str
    account: str
    reference: str
    issued_at: datetime
    transfer: str = ""
    amount: str = ""


def iter_incoming_orders(home: Home) -> Iterator[IncomingOrder]:
    """Every order of the outbox about what comes in to an account, oldest first."""
    orders = []
    for path in home.outbox.glob("*.json"):
        body = json.loads(path.read_bytes())
        if body["about"] in ABOUT:
            account, issued_at = body["subjects"][0]["id"], clock.parse_instant(body["issued_at"])
            details = {detail["name"]: detail["value"] for detail in body["details"]}
            orders.append(
                IncomingOrder(
                    body["order_id"],
                    body["kind"],
                    body["partner"],
                    account,
                    body["reference"],
                    issued_at,
                    details.get("transfer", ""),
                    details.get("amount", ""),
                )
            )
    yield from sorted(orders, key=lambda order: (order.issued_at, order.order_id))


def answer_incoming_orders(home: Home, now: datetime, lake: Lake | None = None) -> None:
    """Answer each order once: the exercise's banks find suspicious what they are asked about. What is sent back they also record as
    returned in the lake.
    """
    for order in iter_incoming_orders(home):
        name = f"{order.order_id}-done.json"
        folders = (home.inbox, home.inbox / "read", home.inbox / "refused")
        # The room moves what it has read; the same answer is not put in again.
        if not any((folder / name).exists() for folder in folders):
            status = "lifted" if order.kind in ("lift", "let-through") else "done"
            if order.kind == "send-back" and lake is not None:
                # Before the answer: killed in between, the same row is written again and counts as one.
                row = _make_return_row(order, now)
                lake.write_rows("returns", [row], source=f"bank:{order.bank}", terms=TERMS)
            answer = {"order_id": order.order_id, "partner": order.bank, "time": now.isoformat()}
            text = json.dumps(answer | {"status": status, "text": WORDS}, ensure_ascii=False)
            files.write_atomically(home.inbox / name, text.encode())


def write_waiting_payments(
    home: Home, lake: Lake, bank: Array, rows: TransferColumns, arrival: Array
) -> None:
    """Tell the room of each payment among these that waits, with an invented telephone of its payer."""
    orders = list(iter_incoming_orders(home))
    ended = {order.reference for order in orders if order.kind == "lift"}
    asked = {
        (order.bank, order.account): order
        for order in orders
        if order.kind == "incoming-hold" and order.reference not in ended
    }
    if not asked or not len(rows):
        return
    for payment in columns.make_transfer_rows(rows, bank, arrival).to_pylist():
        order = asked.get((payment["payee_bank"], payment["payee"].replace("-", "")))
        if order is not None and payment["time"] >= order.issued_at and payment["channel"] != "batch":
            lake.write_rows(
                "waiting_payments",
                [_make_waiting_row(payment, order)],
                source=f"bank:{order.bank}",
                terms=TERMS,
            )


def _make_return_row(order: IncomingOrder, now: datetime) -> dict[str, object]:
    return {
        "record_id": f"R-{order.order_id}",
        "time": now,
        "kind": "returned",
        "uetr": order.transfer,
        "amount": Decimal(order.amount.replace(",", "")),
        "currency": "THB",
        "reason": "FRAD",
        "text": "ผู้โอนแจ้งว่าถูกหลอก / The payer says that they were cheated.",
    }


def _make_waiting_row(payment: dict[str, object], order: IncomingOrder) -> dict[str, object]:
    payer = str(payment["payer"]).replace("-", "")
    return {
        "record_id": f"W-{payment['record_id']}",
        "time": payment["time"],
        "reference": order.reference,
        "transfer_id": payment["uetr"] or payment["record_id"],
        "payer_bank": payment["payer_bank"],
        "payer": payer,
        "payer_phone": f"08{int(payer) % 10**8:08d}",
        "payee_bank": order.bank,
        "payee": order.account,
        "amount": Decimal(str(payment["amount"])),
        "paid_before": False,
    }
