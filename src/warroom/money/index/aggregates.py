"""What accounts did, summed by day: expressions over bulk transfers that any engine computes.

Only what needs no order of events is here; what follows money from transfer to transfer runs on the kernels.
"""

from datetime import datetime
from decimal import Decimal

import ibis
import ibis.expr.types as ir

from warroom.lake.lake import Lake
from warroom.lake.view import IDENTITY, Days
from warroom.money.index.rows import NO_REFERENCE

_PARTIES = ["payer_bank", "payer", "payee_bank", "payee", "currency"]
_PAYMENT = ["amount", *_PARTIES]
_RECEIPT = ("received_at", "delivery_id", "line")
_NOTHING = ibis.literal(Decimal(0), "decimal(38, 2)")


def counted(lake: Lake, as_of: datetime | None = None, days: Days | None = None) -> ir.Table:
    """Transfers known at `as_of` as they count: banks' copies of one once, the first received; none to its own account.

    Copies share a uetr and both parties, and the least that any of them names arrived; or an end-to-end id, the amount and both parties in records of different
    sources, the first of one with the first of the other (the rule of `pairs` where very many share an id). A trace
    also pairs accounts that two banks write differently; a sum over a country does not need it.
    """
    rows = lake.rows("transfers", as_of, days)
    own = (rows.payer == rows.payee) & rows.payer_bank.identical_to(rows.payee_bank)
    moved = rows.filter(~own.fill_null(False))
    by_uetr = _first(moved, "uetr", [moved[name] for name in ("uetr", *_PARTIES)])
    # The how-manieth of its source: a standing order repeats its id, and the second payment of one bank's
    # file is the second of the other's.
    nth = ibis.row_number().over(
        group_by=["end_to_end_id", "source", *_PAYMENT], order_by=[*_RECEIPT, "record_id"]
    )
    told = by_uetr.mutate(_nth=nth)
    return _first(told, "end_to_end_id", [told[name] for name in ("end_to_end_id", "_nth", *_PAYMENT)]).drop(
        "_nth"
    )


def by_account_and_day(rows: ir.Table) -> ir.Table:
    """What came to and went off each account on each UTC day, of `counted` rows: one row an account and day.

    came, went: how many; came_sum, went_sum: baht; came_most, went_most: the largest, baht, null where there is none;
    payers, payees: how many different accounts.
    """
    return _summed(_sides(rows), ["bank", "account", "day"])


def by_account(rows: ir.Table) -> ir.Table:
    """The same of the whole time, with the `days` on which an account moved, and its `first` and `last` movement (UTC)."""
    return _summed(_sides(rows), ["bank", "account"], whole=True)


def _first(rows: ir.Table, reference: str, same: list[ir.Column]) -> ir.Table:
    """Of the rows alike the one of the least amount, of equals received first; rows without a reference all stay."""
    order = [rows[name] for name in ("amount", *_RECEIPT, *IDENTITY)]
    rank = ibis.row_number().over(group_by=same, order_by=order)
    none = rows[reference].isnull() | rows[reference].isin(NO_REFERENCE)
    ranked = rows.mutate(_rank=rank, _alone=none)
    return ranked.filter(ranked._alone | (ranked._rank == 0)).drop("_rank", "_alone")


def _sides(rows: ir.Table) -> ir.Table:
    """Each transfer as its payee and as its payer see it; sides that name no account are left out."""
    parts = []
    for own, other, came in (("payee", "payer", True), ("payer", "payee", False)):
        bank = rows[f"{other}_bank"].fill_null("")
        side = rows.select(
            bank=rows[f"{own}_bank"].fill_null(""),
            account=rows[own],
            peer=ibis.ifelse(rows[other].fill_null("") == "", ibis.null("string"), bank + "/" + rows[other]),
            came=ibis.literal(came),
            amount=rows.amount,
            time=rows.time,
            day=rows.time.date(),
        )
        parts.append(side.filter(side.account.notnull() & (side.account != "")))
    return parts[0].union(parts[1])


def _summed(sides: ir.Table, keys: list[str], whole: bool = False) -> ir.Table:
    came, went = sides.came, ~sides.came
    measures = {
        "came": came.sum(),
        "came_sum": ibis.coalesce(sides.amount.sum(where=came), _NOTHING),
        "came_most": sides.amount.max(where=came),
        "payers": sides.peer.nunique(where=came),
        "went": went.sum(),
        "went_sum": ibis.coalesce(sides.amount.sum(where=went), _NOTHING),
        "went_most": sides.amount.max(where=went),
        "payees": sides.peer.nunique(where=went),
    }
    if whole:
        measures |= {"days": sides.day.nunique(), "first": sides.time.min(), "last": sides.time.max()}
    return sides.group_by(keys).aggregate(**measures)
