"""What sources tie to a building: landlord, tenants and their directors, cells, cards, handles, adverts, people seen.

The walk goes out from the building alone. A landlord's other buildings are counted and not entered, so that a large owner's
tenants stay out of a dossier that is not about them.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import ibis

from warroom.sites.dossier_views import SiteAccount, TiedThing

if TYPE_CHECKING:
    from warroom.lake.lake import Lake

STEPS = 3
MOST_TIED = 200
"""Things that a dossier lists; a building with more is an office block."""
LINES = ("fed_by", "backed_by")
ENTERED = ("company", "sim", "contact", "phone", "advert", "device", "cell", "page", "wallet")
"""Kinds that the walk goes on from at any step. From a person only out of the building itself, or a nominee's tenancy."""
PERSONS = ("holder", "person", "traveller")
PAID_WITHIN = timedelta(days=60)
Thing = tuple[str, str]
"""A kind and a number."""


def list_tied_things(lake: "Lake", building: str, as_of: datetime) -> tuple[TiedThing, ...]:
    """Everything within three steps of the building, the nearest first; no line, and no other building's tenants."""
    start: Thing = ("premises", building)
    reached: dict[Thing, TiedThing] = {}
    front = [start]
    for step in range(1, STEPS + 1):
        newly_reached: list[Thing] = []
        for row in _load_ties(lake, front, as_of):
            for here, there in (("from", "to"), ("to", "from")):
                near, far = (
                    (row[f"{here}_kind"], row[f"{here}_id"]),
                    (row[f"{there}_kind"], row[f"{there}_id"]),
                )
                if near in front and far != start and far not in reached and len(reached) < MOST_TIED:
                    reached[far] = _make_tied(row, near, far, step)
                    newly_reached.append(far)
        front = [thing for thing in newly_reached if _is_entered(thing, step)]
        if not front:
            break
    return tuple(reached.values())


def _is_entered(thing: Thing, step: int) -> bool:
    # A landlord or director leads to other firms and cards once; whom those lead to is not about this building.
    return thing[0] in ENTERED or (thing[0] in PERSONS and step < STEPS)


def _load_ties(lake: "Lake", front: Sequence[Thing], as_of: datetime) -> list[dict[str, Any]]:
    names = sorted({name for _, name in front})
    table = lake.query_rows("ties", as_of=as_of)
    mine = table.filter([table.from_id.isin(names) | table.to_id.isin(names), table.relation.notin(LINES)])
    columns = (
        "record_id", "source", "delivery_id", "time", "until", "from_kind", "from_id", "relation", "to_kind", "to_id",
    )  # fmt: skip
    rows = mine.select(*columns).to_pyarrow().to_pylist()
    return sorted(rows, key=lambda row: (row["time"], row["source"], row["record_id"]))


def _make_tied(row: dict[str, Any], near: Thing, far: Thing, step: int) -> TiedThing:
    return TiedThing(
        kind=far[0],
        id=far[1],
        relation=row["relation"],
        via=near[1],
        via_kind=near[0],
        step=step,
        since=row["time"],
        until=row["until"],
        note="",
        record=row["record_id"],
        source=row["source"],
        delivery=row["delivery_id"],
    )


def load_companies(lake: "Lake", registrations: Iterable[str], as_of: datetime) -> dict[str, dict[str, Any]]:
    """Founding, capital and holder's token of companies, by registration number."""
    names = sorted(set(registrations))
    if not names:
        return {}
    table = lake.query_rows("companies", as_of=as_of)
    rows = table.filter(table.registration.isin(names)).select(
        "record_id", "registration", "founded", "capital"
    )
    # Where two records have one number, the same one is taken by every engine.
    return {row["registration"]: row for row in rows.order_by("record_id").to_pyarrow().to_pylist()}


def load_batches(lake: "Lake", numbers: Iterable[str], as_of: datetime) -> dict[str, tuple[str, str]]:
    """The lot and the dealer of SIM cards, by number."""
    names = sorted(set(numbers))
    if not names:
        return {}
    table = lake.query_rows("sims", as_of=as_of)
    rows = table.filter(table.msisdn.isin(names)).select("msisdn", "batch", "dealer")
    rows = rows.order_by("msisdn", "batch", "dealer").to_pyarrow().to_pylist()
    return {row["msisdn"]: (row["batch"] or "", row["dealer"] or "") for row in rows}


def list_site_accounts(lake: "Lake", holders: Iterable[str], as_of: datetime) -> tuple[SiteAccount, ...]:
    """The accounts of these holders, those that paid most people first."""
    names = sorted(set(holders))
    if not names:
        return ()
    table = lake.query_rows("accounts", as_of=as_of)
    rows = table.filter(table.holder_id.isin(names)).select(
        "record_id", "source", "delivery_id", "bank", "account"
    )
    accounts = rows.to_pyarrow().to_pylist()
    paid = _sum_payments(lake, {row["account"] for row in accounts}, as_of)
    made = []
    for row in accounts:
        payees, amount = paid.get((row["bank"], row["account"]), (0, 0.0))
        made.append(
            SiteAccount(row["bank"], row["account"], payees, amount, row["record_id"], row["source"], row["delivery_id"])
        )  # fmt: skip
    return tuple(
        sorted(made, key=lambda account: (-account.payees, account.bank, account.account, account.record))
    )


def _sum_payments(
    lake: "Lake", numbers: set[str], as_of: datetime
) -> dict[tuple[str, str], tuple[int, float]]:
    """Whom each account paid in the last sixty days: how many payees, how much."""
    if not numbers:
        return {}
    start = as_of - PAID_WITHIN
    table = lake.query_rows("transfers", as_of=as_of, days=(start.date(), as_of.date()))
    mine = table.filter([table.payer.isin(sorted(numbers)), table.time > ibis.literal(start)])
    by_account = mine.group_by("payer_bank", "payer").agg(payees=mine.payee.nunique(), paid=mine.amount.sum())
    return {
        (row["payer_bank"], row["payer"]): (row["payees"], float(row["paid"] or 0))
        for row in by_account.to_pyarrow().to_pylist()
    }
