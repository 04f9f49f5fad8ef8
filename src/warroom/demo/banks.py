"""The demo's banks: they read the outbox like any bank would, and answer after some seconds with camt.029.

Most do what they are told; some hold only part, some refuse, and one never answers a hold, so that its
silence shows.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from warroom import clock
from warroom.demo.build import refuse_others
from warroom.exchange import outbox, resolution, supplement, xml
from warroom.home import Home

SILENT_BANK = "B07"
MIN_SECONDS, MAX_SECONDS = 4, 15
# A bank's own words reach officers of either language, so a bank here says them in both.
WORDS = {
    "done": "ระงับเงินไว้แล้ว / On hold.",
    "partly": "เหลือเงินในบัญชีเท่านี้ / Only this much was still there.",
    "refused": "ไม่มีเงินเหลือในบัญชี / The account is empty.",
    "extended": "ระงับต่อไปตามคำสั่ง / Kept on hold.",
    "lifted": "ปล่อยเงินแล้ว / Released.",
}


@dataclass(frozen=True, slots=True)
class Received:
    """What a bank understands of an order: our supplement is all it needs."""

    order_id: str
    kind: str
    bank: str
    amount: Decimal


def play_banks(home: Home, now: datetime | None = None) -> int:
    """Answer every order in the outbox that has waited long enough, once; how many answers were written.

    Raises HomeError where the home is not a demo home.
    """
    refuse_others(home)
    now = now or clock.now()
    written = 0
    for path in sorted(home.outbox.glob("*.xml")):
        if not _answered(home, path) and _due(path, now):
            written += _answer(home, path, now)
    return written


def _answer(home: Home, path: Path, now: datetime) -> int:
    """Put the answer to one order's file into the inbox, unless the bank is the silent one."""
    order = understand(path.read_bytes())
    if order.bank == SILENT_BANK and order.kind == "hold":
        return 0
    status, amount, words = decide(order)
    said = supplement.answer_supplement(order.order_id, status, amount, now, words)
    content = resolution.render(f"ANS-{order.order_id}"[:35], order.bank, said)
    outbox.write(home.inbox, f"{path.stem}.xml", content)
    return 1


def understand(content: bytes) -> Received:
    """Read an order as its bank does; raises ExchangeError where it carries no supplement of ours."""
    ours: Any = xml.parse(content).find(f".//{{{supplement.NAMESPACE}}}Order")
    supplement.check(ours)
    return Received(
        order_id=str(xml.text(ours, "OrderId")),
        kind=str(xml.text(ours, "Kind")),
        bank=str(xml.text(ours, "Account/Bank")),
        amount=Decimal(str(xml.text(ours, "HeldAmount"))),
    )


def decide(order: Received) -> tuple[str, Decimal | None, str]:
    """What a bank does: status, amount held or let go, and its words. The same order, the same answer."""
    if order.kind in ("release", "expiry"):
        return "lifted", order.amount, WORDS["lifted"]
    if order.kind == "extend":
        return "done", order.amount, WORDS["extended"]
    chance = _chance(order.order_id, "decide")
    if chance < 0.1:
        return "refused", Decimal(0), WORDS["refused"]
    if chance < 0.25:
        part = (order.amount * Decimal("0.6")).quantize(Decimal("0.01"))
        return "partly", part, WORDS["partly"]
    return "done", order.amount, WORDS["done"]


def _due(path: Path, now: datetime) -> bool:
    """Each order has its own pause, the same whenever it is asked."""
    pause = MIN_SECONDS + _chance(path.stem, "pause") * (MAX_SECONDS - MIN_SECONDS)
    return now.timestamp() - path.stat().st_mtime >= timedelta(seconds=pause).total_seconds()


def _answered(home: Home, path: Path) -> bool:
    places = (home.inbox, home.inbox / "read", home.inbox / "refused")
    return any((place / path.name).exists() for place in places)


def _chance(text: str, salt: str) -> float:
    return hashlib.sha256(f"{salt}:{text}".encode()).digest()[0] / 256
