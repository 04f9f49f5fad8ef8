"""Matches a described transfer (time, amount, payer's bank, payee's account, or some of these) with the records."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

import ibis

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from warroom.lake.lake import Lake

WITHIN = {"15": timedelta(minutes=40), "60": timedelta(hours=3), "d": timedelta(days=14)}
"""The form's answer about the time -> the span searched, which is wider: people in distress are not exact. Chosen."""
MOST = 5
"""The most candidates: with more, none is likelier than another, and officers ask the reporter. Chosen, not measured."""
# Baht, exclusive: a larger sum in a form is taken for nonsense, and would overflow satang columns. Chosen.
LARGEST = Decimal(10) ** 12
ROUNDED = Decimal("0.1")
"""Relative tolerance for a sum named from memory. Chosen, not measured."""
# Rows read for similar payments in one query: bounds memory under a flood of reports. Chosen, not measured.
NEWEST = 20_000


@dataclass(frozen=True, slots=True)
class DescribedTransfer:
    """A described transfer. `amount` in baht, `to` the digits of the payee's account; empty where not given."""

    when: str
    amount: Decimal
    bank: str
    to: str


@dataclass(frozen=True, slots=True)
class MatchedTransfers:
    """The match in the records: the transfers as SOURCE:RECORD_ID, newest first (none where more than
    `MOST` fit), whether the account was paid in the span, and whether a payment of a similar amount was found.
    """

    transfers: tuple[str, ...] = ()
    is_account_known: bool = False
    has_similar_payment: bool = False


def match_transfers(
    lake: "Lake", payments: Sequence[DescribedTransfer], now: datetime
) -> list[MatchedTransfers]:
    """The match of each payment, in a fixed number of queries for all together."""
    if not payments or not lake.list_files("transfers"):
        return [MatchedTransfers() for _ in payments]
    accounts = {payment.to for payment in payments if payment.to}
    rows = (
        query_by_account(lake, accounts, {payment.amount for payment in payments}, now)
        .to_pyarrow()
        .to_pylist()
    )
    if not accounts:
        return [
            MatchedTransfers(tuple(_list_fitting_transfers(lake, payment, rows, now))) for payment in payments
        ]
    paid = set(query_paid_accounts(lake, accounts, now).to_pyarrow()["payee"].to_pylist())
    sums: dict[str, list[Decimal]] = {}
    for row in query_similar_payments(lake, payments, now).to_pyarrow().to_pylist():
        sums.setdefault(row["payee"], []).append(row["amount"])
    return [
        MatchedTransfers(
            tuple(_list_fitting_transfers(lake, payment, rows, now)),
            payment.to in paid,
            any(
                abs(paid_sum - payment.amount) <= ROUNDED * payment.amount
                for paid_sum in sums.get(payment.to, ())
            ),
        )
        for payment in payments
    ]


def _list_fitting_transfers(
    lake: "Lake", payment: DescribedTransfer, rows: list[dict[str, Any]], now: datetime
) -> list[str]:
    if not payment.amount or not (payment.to or payment.bank):
        return []
    if not payment.to:
        rows = query_by_bank(lake, payment, now).to_pyarrow().to_pylist()
    since = now - WITHIN[payment.when]
    fits = [
        row
        for row in rows
        if row["amount"] == payment.amount
        and row["time"] >= since
        and payment.to in ("", row["payee"])
        and payment.bank in ("", row["payer_bank"])
    ]
    fits.sort(key=lambda row: row["time"], reverse=True)
    return [f"{row['source']}:{row['record_id']}" for row in fits] if len(fits) <= MOST else []


def query_by_account(
    lake: "Lake", accounts: Collection[str], amounts: Collection[Decimal], now: datetime
) -> "ir.Table":
    """Payments of these amounts into these accounts."""
    rows = _query_recent_transfers(lake, now, max(WITHIN.values()))
    return rows.filter(
        rows["payee"].isin(sorted(accounts)), _amount_in_satang(rows).isin(sorted(map(_to_satang, amounts)))
    )


def query_by_bank(lake: "Lake", said: DescribedTransfer, now: datetime) -> "ir.Table":
    """Payments of this amount from this bank, limited to one more than `MOST`, which shows that there are too many."""
    rows = _query_recent_transfers(lake, now, WITHIN[said.when])
    fits = rows.filter(rows["payer_bank"] == said.bank, _amount_in_satang(rows) == _to_satang(said.amount))
    return fits.order_by(ibis.desc("time")).limit(MOST + 1)


def query_paid_accounts(lake: "Lake", accounts: Collection[str], now: datetime) -> "ir.Table":
    """Which of these accounts were paid."""
    rows = _query_recent_transfers(lake, now, max(WITHIN.values()))
    return rows.filter(rows["payee"].isin(sorted(accounts))).select("payee").distinct()


def query_similar_payments(lake: "Lake", told: Sequence[DescribedTransfer], now: datetime) -> "ir.Table":
    """The newest payments into the named accounts, with amounts in the range of the named ones."""
    rows = _query_recent_transfers(lake, now, max(WITHIN.values()))
    sums = [one.amount for one in told if one.to and one.amount] or [Decimal(0)]
    low, high = min(sums) * (1 - ROUNDED), max(sums) * (1 + ROUNDED)
    rows = rows.filter(rows["payee"].isin(sorted({one.to for one in told if one.to})))
    rows = rows.filter(_amount_in_satang(rows).between(_to_satang(low), _to_satang(high)))
    return rows.order_by(ibis.desc("time")).limit(NEWEST).select("payee", "amount")


def _amount_in_satang(rows: "ir.Table") -> "ir.IntegerColumn":
    # Integers: ibis passes a decimal such as 100 to Spark as 1E+2, which Spark does not parse.
    return (rows["amount"] * 100).cast("int64")


def _to_satang(baht: Decimal) -> int:
    return int(baht * 100)


def _query_recent_transfers(lake: "Lake", now: datetime, within: timedelta) -> "ir.Table":
    since = now - within
    rows = lake.query_rows("transfers", as_of=now, days=(since.date(), now.date()))
    rows = rows.filter(rows["time"] >= since, rows["time"] <= now)
    return rows.select("source", "record_id", "time", "amount", "payer_bank", "payee")


def parse_transfer_form(said: Mapping[str, Any]) -> DescribedTransfer:
    """Parse a form. An attacker in the public process can send anything, so an invalid amount becomes 0."""
    when, digits = str(said.get("when", "")), re.sub(r"[^0-9]", "", str(said.get("to", "")))
    return DescribedTransfer(
        when if when in WITHIN else "d", _parse_baht(said.get("amount")), str(said.get("bank", "")), digits
    )


def _parse_baht(said: Any) -> Decimal:
    try:
        amount = Decimal(str(said or "0"))
    except InvalidOperation:
        return Decimal(0)
    return amount.quantize(Decimal("0.01")) if amount.is_finite() and 0 <= amount < LARGEST else Decimal(0)
