"""The morning after: whether all that was answered for is there once and as it was, and whether every hold's clock is right."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from benchmarks.night.faults import Measured
from benchmarks.night.founding import HOLD
from benchmarks.night.house import House
from benchmarks.night.traffic import Kept
from warroom.lake.lake import Lake
from warroom.ledger.ledger import Ledger
from warroom.ledger.verify import verify_audit

LATE = timedelta(minutes=2)
"""Real minutes by which a lapse may come late: a restart, and a turn."""

Span = tuple[float, float]


@dataclass
class Found:
    """What is wrong, each with the span in which it was answered for."""

    lost: list[tuple[str, Span]] = field(default_factory=list)
    doubled: list[tuple[str, Span]] = field(default_factory=list)
    erased: list[tuple[str, Span]] = field(default_factory=list)
    forged: list[tuple[str, Span]] = field(default_factory=list)
    clocks: list[tuple[str, Span]] = field(default_factory=list)
    said: str = ""

    def during(self, what: str, faults: Iterable[Measured]) -> int:
        """How many of a kind of wrong met one of these faults in time."""
        spans = [(fault.since, fault.until) for fault in faults]
        return sum(
            any(since <= end and until >= begin for begin, end in spans)
            for _, (since, until) in getattr(self, what)
        )


ALWAYS = (0.0, float("inf"))


def count(house: House, kept: Kept) -> Found:
    """Look at everything, with the house at rest."""
    found = Found()
    home = house.home
    with home.turn_clock(house.clock.right), Ledger.open(home) as ledger:
        lake = Lake.open(home)
        _rows(lake, kept, found)
        found.forged += [(str(fault), ALWAYS) for fault in lake.verify()]
        found.forged += [(fault.text, ALWAYS) for fault in verify_audit(ledger).faults]
        found.erased += [(str(one), ALWAYS) for one in lake.list_erasures()]
        with ledger.open_session() as session:
            _ledger(house, lake, session, kept, found)
    return found


def _rows(lake: Lake, kept: Kept, found: Found) -> None:
    table = lake.query_rows("transfers").to_pyarrow().select(["source", "record_id", "amount"])
    there: Counter[tuple[str, str]] = Counter()
    total = 0
    for source, record_id, amount in zip(
        *(table[name].to_pylist() for name in table.column_names), strict=True
    ):
        there[source, record_id] += 1
        satang = int(amount * 100)
        total += satang
        if record_id.startswith("O"):
            continue
        if kept.sent.get((source, record_id)) != satang:
            found.forged.append(
                (f"{source}/{record_id} is {satang}, sent was {kept.sent.get((source, record_id))}", ALWAYS)
            )
    for key, row in kept.rows.items():
        if not there[key]:
            found.lost.append((f"transfer {key}", (row.since, row.until)))
    found.doubled += [(f"transfer {key} {times} times", ALWAYS) for key, times in there.items() if times > 1]
    stored = next(one for one in lake.list_table_stats() if one.table == "transfers")
    if stored.rows != len(there) or stored.corrections:
        found.doubled.append(
            (f"{stored.rows:,} rows for {len(there):,} transfers, {stored.corrections} corrections", ALWAYS)
        )
    found.said = f"{len(there):,} transfers of {total // 100:,} baht, {len(kept.rows):,} of them answered for"


def _ledger(house: House, lake: Lake, session: sa.orm.Session, kept: Kept, found: Found) -> None:
    def sql(text: str) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in session.execute(sa.text(text))]

    cases = Counter(
        str(record) for (record,) in sql("SELECT record_id FROM case_reports WHERE record_id LIKE 'RV%'")
    )
    found.lost += [
        (f"report {report} has no case", span) for report, span in kept.reports.items() if not cases[report]
    ]
    holds = {
        row[0]: row[1:]
        for row in sql("SELECT id, bank, account, amount, approved_at, until, state FROM holds")
    }
    for number, one in kept.holds.items():
        there = holds.get(number)
        if there is None:
            found.lost.append((f"hold {number}", one.span))
        elif there[:3] != (one.bank, one.account, one.satang):
            found.forged.append((f"hold {number} is {there}, told was {one}", one.span))
    _clocks(house, holds, kept, found)
    told = Counter((row[0], row[1]) for row in sql("SELECT hold_id, kind FROM orders WHERE about = 'hold'"))
    for number in kept.holds:
        if told[number, "hold"] != 1:
            wrong = found.lost if not told[number, "hold"] else found.doubled
            wrong.append((f"hold {number} has {told[number, 'hold']} orders", kept.holds[number].span))
    answers = Counter(lake.query_rows("answers").to_pyarrow()["order_id"].to_pylist())
    found.lost += [(f"answer to {order}", span) for order, span in kept.answers.items() if not answers[order]]
    found.doubled += [
        (f"answer to {order} {times} times", ALWAYS) for order, times in answers.items() if times > 1
    ]
    proposals = sql(
        "SELECT account, count(*) FROM holds WHERE account LIKE '9%' GROUP BY bank, account HAVING count(*) > 1"
    )
    found.doubled += [(f"account {row[0]} held {row[1]} times", ALWAYS) for row in proposals]
    found.erased += [
        (str(row[0]), ALWAYS) for row in sql("SELECT subject FROM audit WHERE verb = 'lake.erased'")
    ]
    early = sql(
        "SELECT h.id FROM holds h JOIN orders o ON o.hold_id = h.id AND o.about = 'hold' AND o.kind = 'expiry' WHERE o.made_at < h.until"
    )
    found.erased += [(f"hold {row[0]} lapsed before its time", ALWAYS) for row in early]
    found.said += (
        f"; {len(kept.reports)} reports, {len(kept.holds)} holds approved, {len(kept.answers)} answers"
    )


def _clocks(house: House, holds: dict[int, tuple[Any, ...]], kept: Kept, found: Found) -> None:
    for number, one in kept.holds.items():
        right = one.asked <= one.approved_at <= one.heard and one.until == one.approved_at + HOLD
        if not right or (number in holds and tuple(holds[number][3:5]) != (one.approved_at, one.until)):
            found.clocks.append(
                (f"hold {number} runs until {one.until}, asked {one.asked}, heard {one.heard}", one.span)
            )
    now = house.clock.right()
    for number, (*_, until, state) in holds.items():
        late = timedelta(seconds=LATE.total_seconds() * house.clock.speed)
        if until + late < now and state not in ("expired", "released", "refused"):
            found.clocks.append((f"hold {number} stands as {state} though its time ended {until}", ALWAYS))
