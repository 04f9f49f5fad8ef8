"""Which transfer somebody means who knows when, how much, from which bank and to which account, or some of these."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import ibis

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from warroom.lake.lake import Lake

WITHIN = {"15": timedelta(minutes=40), "60": timedelta(hours=3), "d": timedelta(days=14)}
"""What somebody says of when -> how far back is looked: people in distress are not exact."""
MOST = 5
"""Of more transfers than this none is meant more than another: the officers ask."""


@dataclass(frozen=True, slots=True)
class Meant:
    """What was said of a transfer. `amount` in baht, `to` the digits of the payee's account; empty where not said."""

    when: str
    amount: Decimal
    bank: str
    to: str


def meant(lake: "Lake", said: Meant, now: datetime) -> list[str]:
    """The record ids, as SOURCE:RECORD_ID, of the transfers that fit all that was said, newest first; none where more than
    `MOST` do, or where neither account nor bank was said.
    """
    if not (said.to or said.bank) or not lake.files("transfers"):
        return []
    found = candidates(lake, said, now).order_by(ibis.desc("time")).limit(MOST + 1).to_pyarrow().to_pylist()
    return [f"{row['source']}:{row['record_id']}" for row in found] if len(found) <= MOST else []


def candidates(lake: "Lake", said: Meant, now: datetime) -> "ir.Table":
    """The transfers that fit, with their source and record id."""
    since = now - WITHIN[said.when]
    rows = lake.rows("transfers", as_of=now, days=(since.date(), now.date()))
    rows = rows.filter(rows["time"] >= since, rows["time"] <= now, rows["amount"] == said.amount)
    if said.bank:
        rows = rows.filter(rows["payer_bank"] == said.bank)
    if said.to:
        rows = rows.filter(rows["payee"].re_replace("[^0-9]", "") == said.to)
    return rows.select("source", "record_id", "time")


def read(said: dict[str, str]) -> Meant:
    """What a form said."""
    digits = re.sub(r"[^0-9]", "", said.get("to", ""))
    return Meant(said.get("when", "d"), Decimal(said.get("amount") or "0"), said.get("bank", ""), digits)
