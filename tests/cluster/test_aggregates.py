"""Sums by account and day: what a person would count in the same transfers, from either engine."""

from collections import defaultdict
from datetime import timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pytest

from tests.cluster.conftest import Open
from tests.money.lakes import at, put, transfer
from tests.money.test_live import payments
from warroom.home import Home
from warroom.lake.lake import Lake
from warroom.money.index import aggregates
from warroom.money.trace.account import moves
from warroom.money.trace.opening import open_source
from warroom.money.trail import Account

LATE = at(100_000)


def by_hand(rows: list[dict[str, Any]]) -> dict[tuple[str, str], list[Any]]:
    """Of each account: payments that came, their sum, their payers; and the same of those that went."""
    sums: dict[tuple[str, str], list[Any]] = defaultdict(lambda: [0, Decimal(0), set(), 0, Decimal(0), set()])
    payments_once = {(row["uetr"], row["amount"]): row for row in rows}
    for row in payments_once.values():
        payer, payee = (row["payer_bank"], row["payer"]), (row["payee_bank"], row["payee"])
        for own, other, start in ((payee, payer, 0), (payer, payee, 3)):
            sums[own][start] += 1
            sums[own][start + 1] += Decimal(row["amount"])
            sums[own][start + 2].add(other)
    return sums


@pytest.mark.parametrize("engine", ["duckdb", "spark"])
def test_each_account_has_what_came_and_went_with_copies_once(home: Home, opened: Open, engine: str) -> None:
    rows = payments(Random(3), 80)
    put(Lake.open(home), "transfers", rows[:60])
    put(Lake.open(home), "transfers", rows[60:], source="S2")
    found = aggregates.by_account(aggregates.counted(opened(home, engine))).to_pyarrow().to_pylist()
    columns = ("came", "came_sum", "payers", "went", "went_sum", "payees")
    mine = {(row["bank"], row["account"]): [row[name] for name in columns] for row in found}
    theirs = {
        key: [len(one) if isinstance(one, set) else one for one in sums]
        for key, sums in by_hand(rows).items()
    }
    assert mine == theirs


@pytest.mark.parametrize("engine", ["duckdb", "spark"])
def test_two_banks_copies_by_end_to_end_id_count_once_and_a_rent_paid_twice_counts_twice(
    home: Home, opened: Open, engine: str
) -> None:
    rent = [transfer(f"R{n}", 10 + n, "A/1", "B/2", 5000, end_to_end_id="RENT") for n in range(2)]
    own = transfer("O1", 5, "A/1", "A/1", 70)
    put(Lake.open(home), "transfers", [*rent, own], source="A")
    copies = [{**row, "record_id": f"B{row['record_id']}", "received_at": at(50)} for row in rent]
    put(Lake.open(home), "transfers", copies, source="B")
    rows = aggregates.counted(opened(home, engine))
    found = aggregates.by_account_and_day(rows).order_by("bank").to_pyarrow().to_pylist()
    assert [(row["account"], row["came"], row["went"], row["went_sum"]) for row in found] == [
        ("1", 0, 2, Decimal("10000.00")),
        ("2", 2, 0, Decimal("0.00")),
    ]


def test_days_are_days_of_utc(home: Home, opened: Open) -> None:
    midnight = 21 * 60  # the start is three o'clock
    put(Lake.open(home), "transfers", [transfer("T1", midnight - 1, "A/1", "B/2", 1)])
    put(Lake.open(home), "transfers", [transfer("T2", midnight, "A/1", "B/2", 2)])
    rows = aggregates.by_account_and_day(aggregates.counted(opened(home, "spark"))).to_pyarrow()
    assert sorted({row["day"].isoformat() for row in rows.to_pylist()}) == ["2026-10-01", "2026-10-02"]


def test_the_page_of_an_account_is_the_same_from_a_cluster(home: Home, opened: Open) -> None:
    rows = payments(Random(5), 40)
    put(Lake.open(home), "transfers", rows)
    seen = []
    for engine in ("duckdb", "spark"):
        lake = opened(home, engine)
        source = open_source(home, lake)
        seen.append([moves(source, Account(f"B{n % 2}", str(n)), LATE) for n in range(0, 12, 4)])
        seen[-1].append(moves(source, Account("B9", "unknown"), LATE + timedelta(days=1)))
    assert seen[0] == seen[1]
    assert seen[0][-1] is None
