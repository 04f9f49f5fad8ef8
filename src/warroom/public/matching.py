"""Matches a described loss (time, sum, payer's bank, payees' accounts, slips, or some of these) with the records.

Only what is certain is taken without an officer: a slip's reference, or one payment of exactly the sum into the named account. All
else is a candidate (`transfer_candidates`): a wrong match would hold the money of somebody innocent.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

import ibis

from warroom.cases.transfers import NO_REFERENCE

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from warroom.lake.lake import Lake

WITHIN = {"15": timedelta(minutes=40), "60": timedelta(hours=3), "d": timedelta(days=14)}
"""The form's answer about the time -> the span searched, which is wider: people in distress are not exact. Chosen."""
MOST = 5
"""The most payments of a bank that have the sum: with more, none is likelier than another. Chosen, not measured."""
# Baht, exclusive: a larger sum in a form is taken for nonsense, and would overflow satang columns. Chosen.
LARGEST = Decimal(10) ** 12
ROUNDED = Decimal("0.1")
"""Relative tolerance for a sum named from memory. Chosen, not measured."""
# Rows read for similar payments in one query: bounds memory under a flood of reports. Chosen, not measured.
NEWEST = 20_000
MOST_ACCOUNTS = 10
"""Accounts taken from one report; more lines are read by the officer. Chosen, not measured."""
COLUMNS = ("source", "record_id", "time", "amount", "payer_bank", "payer", "payee_bank", "payee")
REFERENCES = ("end_to_end_id", "uetr")


@dataclass(frozen=True, slots=True)
class DescribedLoss:
    """A described loss. `amounts` in baht: what the sum may mean; `payees`: accounts and PromptPay numbers in every spelling in
    which records may have them; `references`: of its slips. Empty where not given.
    """

    when: str = "d"
    amounts: tuple[Decimal, ...] = ()
    bank: str = ""
    payees: tuple[str, ...] = ()
    references: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MatchedTransfers:
    """The match in the records: the transfers that are certain, as SOURCE:RECORD_ID; the sum that was meant, in baht, where the
    match says it; whether some payment has the sum, whether the account was paid in the span, and whether a payment of a
    similar amount was found.
    """

    transfers: tuple[str, ...] = ()
    amount: Decimal | None = None
    has_payment: bool = False
    is_account_known: bool = False
    has_similar_payment: bool = False


def match_transfers(lake: "Lake", losses: Sequence[DescribedLoss], now: datetime) -> list[MatchedTransfers]:
    """The match of each loss, in a fixed number of queries for all that name an account or a slip."""
    if not losses or not lake.list_files("transfers"):
        return [MatchedTransfers() for _ in losses]
    accounts = {payee for loss in losses for payee in loss.payees}
    amounts = {amount for loss in losses for amount in loss.amounts}
    rows = read_rows(query_by_account(lake, accounts, amounts, now)) if accounts else []
    paid = set(read_values(query_paid_accounts(lake, accounts, now), "payee")) if accounts else set()
    sums: dict[str, list[Decimal]] = {}
    for row in read_rows(query_similar_payments(lake, losses, now)) if accounts else ():
        sums.setdefault(row["payee"], []).append(row["amount"])
    references = {reference for loss in losses for reference in loss.references}
    slips = read_rows(query_by_reference(lake, references, now)) if references else []
    return [_match_loss(lake, loss, _Read(rows, slips, paid, sums), now) for loss in losses]


@dataclass(frozen=True, slots=True)
class _Read:
    """What was read for all losses together."""

    rows: list[dict[str, Any]]
    slips: list[dict[str, Any]]
    paid: set[str]
    sums: Mapping[str, list[Decimal]]


def _match_loss(lake: "Lake", loss: DescribedLoss, read: _Read, now: datetime) -> MatchedTransfers:
    exact = _list_exact_payments(lake, loss, read.rows, now)
    certain = list_slip_payments(loss, read.slips)
    # Without an account the sum and the bank are no proof: a neighbour may have sent as much in that hour.
    if not certain and loss.payees and len(group_copies(exact)) == 1:
        certain = exact
    sizes = {row["amount"] for row in certain if row["amount"] in loss.amounts}
    return MatchedTransfers(
        tuple(name_transfer(row) for row in certain),
        sizes.pop() if len(sizes) == 1 else None,
        bool(exact or certain),
        not read.paid.isdisjoint(loss.payees),
        any(
            is_similar(paid_sum, amount)
            for payee in loss.payees
            for paid_sum in read.sums.get(payee, ())
            for amount in loss.amounts
        ),
    )


def list_slip_payments(loss: DescribedLoss, rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The payments whose reference stands on a slip; a reference of several payments proves none of them."""
    of_slips: list[dict[str, Any]] = []
    rows = list(rows)
    for reference in loss.references:
        named = [row for row in rows if reference in (row["record_id"], *(row[name] for name in REFERENCES))]
        if len(group_copies(named)) == 1:
            of_slips += [row for row in named if row not in of_slips]
    return of_slips


def group_copies(rows: Iterable[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """The rows by payment: both banks report the same one, of the same sum under the same reference or to the same second. Two
    rows of one source are two payments.
    """
    payments: list[tuple[set[Any], list[dict[str, Any]]]] = []
    for row in rows:
        keys: set[tuple[Any, ...]] = {
            (name, row[name], row["amount"]) for name in REFERENCES if (row[name] or "") not in NO_REFERENCE
        }
        keys.add((row["payer"], row["payee"], row["amount"], row["time"]))
        known = next(
            (
                payment
                for payment in payments
                if not payment[0].isdisjoint(keys)
                and row["source"] not in {copy["source"] for copy in payment[1]}
            ),
            None,
        )
        if known is None:
            payments.append((keys, [row]))
        else:
            known[0].update(keys)
            known[1].append(row)
    return [copies for _, copies in payments]


def name_transfer(row: Mapping[str, Any]) -> str:
    """A transfer's name that no other row has."""
    return f"{row['source']}:{row['record_id']}"


def is_similar(paid_sum: Decimal, amount: Decimal) -> bool:
    """Whether a sum may be the one that was named from memory."""
    return abs(paid_sum - amount) <= ROUNDED * amount


def _list_exact_payments(
    lake: "Lake", loss: DescribedLoss, rows: list[dict[str, Any]], now: datetime
) -> list[dict[str, Any]]:
    if not loss.amounts or not (loss.payees or loss.bank):
        return []
    if not loss.payees:
        rows = [row for amount in loss.amounts for row in read_rows(query_by_bank(lake, loss, amount, now))]
    since = now - WITHIN[loss.when]
    fits = [
        row
        for row in rows
        if row["amount"] in loss.amounts
        and row["time"] >= since
        and (not loss.payees or row["payee"] in loss.payees)
        and loss.bank in ("", row["payer_bank"])
    ]
    fits.sort(key=lambda row: row["time"], reverse=True)
    return fits if len(fits) <= MOST else []


def query_by_account(
    lake: "Lake", accounts: Collection[str], amounts: Collection[Decimal], now: datetime
) -> "ir.Table":
    """Payments of these amounts into these accounts."""
    rows = query_recent_transfers(lake, now, max(WITHIN.values()))
    return rows.filter(
        rows["payee"].isin(sorted(accounts)), _amount_in_satang(rows).isin(sorted(map(_to_satang, amounts)))
    )


def query_by_bank(lake: "Lake", loss: DescribedLoss, amount: Decimal, now: datetime) -> "ir.Table":
    """Payments of this amount from the named bank, limited to one more than `MOST`, which shows that there are too many."""
    rows = query_recent_transfers(lake, now, WITHIN[loss.when])
    fits = rows.filter(rows["payer_bank"] == loss.bank, _amount_in_satang(rows) == _to_satang(amount))
    return fits.order_by(ibis.desc("time")).limit(MOST + 1)


def query_by_reference(lake: "Lake", references: Collection[str], now: datetime) -> "ir.Table":
    """Payments with one of these references."""
    rows, wanted = query_recent_transfers(lake, now, max(WITHIN.values())), sorted(references)
    named = rows["record_id"].isin(wanted)
    for name in REFERENCES:
        named |= rows[name].isin(wanted)
    return rows.filter(named)


def query_paid_accounts(lake: "Lake", accounts: Collection[str], now: datetime) -> "ir.Table":
    """Which of these accounts were paid."""
    rows = query_recent_transfers(lake, now, max(WITHIN.values()))
    return rows.filter(rows["payee"].isin(sorted(accounts))).select("payee").distinct()


def query_similar_payments(lake: "Lake", losses: Sequence[DescribedLoss], now: datetime) -> "ir.Table":
    """The newest payments into the named accounts, with amounts in the range of the named ones."""
    rows = query_recent_transfers(lake, now, max(WITHIN.values()))
    sums = [amount for loss in losses if loss.payees for amount in loss.amounts] or [Decimal(0)]
    low, high = min(sums) * (1 - ROUNDED), max(sums) * (1 + ROUNDED)
    rows = rows.filter(rows["payee"].isin(sorted({payee for loss in losses for payee in loss.payees})))
    rows = rows.filter(_amount_in_satang(rows).between(_to_satang(low), _to_satang(high)))
    return rows.order_by(ibis.desc("time")).limit(NEWEST).select("payee", "amount")


def query_payments_in_range(rows: "ir.Table", low: Decimal, high: Decimal) -> "ir.Table":
    """Of these payments those from `low` to `high` baht."""
    return rows.filter(_amount_in_satang(rows).between(_to_satang(low), _to_satang(high)))


def _amount_in_satang(rows: "ir.Table") -> "ir.IntegerColumn":
    # Integers: ibis passes a decimal such as 100 to Spark as 1E+2, which Spark does not parse.
    return (rows["amount"] * 100).cast("int64")


def _to_satang(baht: Decimal) -> int:
    return int(baht * 100)


def query_recent_transfers(
    lake: "Lake", until: datetime, within: timedelta, as_of: datetime | None = None
) -> "ir.Table":
    """Payments of this span before `until`, as the records know them at `as_of` (`until` where not given)."""
    since = until - within
    rows = lake.query_rows("transfers", as_of=as_of or until, days=(since.date(), until.date()))
    rows = rows.filter(rows["time"] >= since, rows["time"] <= until)
    return rows.select(*COLUMNS, *REFERENCES)


def read_rows(rows: "ir.Table") -> list[dict[str, Any]]:
    """The rows of a query."""
    read: list[dict[str, Any]] = rows.to_pyarrow().to_pylist()
    return read


def read_values(rows: "ir.Table", column: str) -> list[Any]:
    """One column of a query."""
    return list(rows.to_pyarrow()[column].to_pylist())


def parse_loss_form(fields: Mapping[str, Any]) -> DescribedLoss:
    """Parse a form. An attacker in the public process can send anything, so an invalid amount is left out."""
    when = str(fields.get("when", ""))
    sums = [fields.get("amount"), *str(fields.get("amount_either") or "").split()[:2]]
    amounts = (_parse_baht(amount) for amount in sums)
    payees = (
        spelling for account in list_accounts(fields.get("to", "")) for spelling in list_spellings(account)
    )
    return DescribedLoss(
        when if when in WITHIN else "d",
        tuple(dict.fromkeys(amount for amount in amounts if amount)),
        str(fields.get("bank", "")),
        tuple(dict.fromkeys(payees)),
        tuple(str(fields.get("slips") or "").split()[:MOST_ACCOUNTS]),
    )


def list_accounts(text: Any) -> list[str]:
    """The accounts and PromptPay numbers in a field, as digits: one a line, or parted by commas; no two are run together."""
    accounts: list[str] = []
    for line in re.split(r"[\n,;/]|และ|\band\b", str(text)):
        words = [re.sub(r"[^0-9]", "", word) for word in re.split(r"(?<=[0-9])\s+(?=[0-9])", line)]
        # "0123456789 9876543210" are two accounts; "012 3 45678 9" is one.
        accounts += words if len(words) > 1 and all(len(word) >= 9 for word in words) else ["".join(words)]
    return list(dict.fromkeys(account for account in accounts if account))[:MOST_ACCOUNTS]


def list_spellings(account: str) -> tuple[str, ...]:
    """An account's number; of a PromptPay telephone number also with the country's code, as banks write it."""
    if re.fullmatch(r"0[689]\d{8}", account):
        return account, f"66{account[1:]}", f"0066{account[1:]}"
    if re.fullmatch(r"(?:00)?66[689]\d{8}", account):
        plain = f"0{account[-9:]}"
        return plain, f"66{account[-9:]}", f"0066{account[-9:]}"
    return (account,)


def _parse_baht(text: Any) -> Decimal:
    try:
        amount = Decimal(str(text or "0"))
    except InvalidOperation:
        return Decimal(0)
    return amount.quantize(Decimal("0.01")) if amount.is_finite() and 0 <= amount < LARGEST else Decimal(0)
