"""The index in memory: whatever arrives in whatever order, it gives the trails that the index of the lake gives."""

from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.money.lakes import a_lake, at, payments, people, put, transfer
from warroom.errors import TraceError
from warroom.home import Home
from warroom.lake.lake import Lake
from warroom.money.index.opening import open_index
from warroom.money.trace.tracing import trace
from warroom.money.trail import Trail
from warroom_lab.evaluation import growing_index
from warroom_lab.evaluation.growing_index import LiveIndex

SECRET = b"exercise" * 4


def rows_of(lake: Lake, table: str, since: int) -> Any:
    """What the lake took in after a commit, as it holds it."""
    files = [file for file in lake.list_files(table) if file.seq > since]
    return [pq.read_table(file.path, partitioning=None) for file in sorted(files, key=lambda f: f.seq)]


def move(lake: Lake, index: LiveIndex, since: int) -> int:
    for table in ("accounts", "holders", "balances", "transfers", "reports"):
        for rows in rows_of(lake, table, since):
            index.add_rows(table, rows)
    return int(lake.head)


def _shown(on: Any) -> Any:
    """An account or a proposal; the records behind a reason stand in the order of numbers."""
    reasons = (replace(reason, evidence=tuple(sorted(reason.evidence))) for reason in on.reasons)
    return replace(on, reasons=tuple(reasons))


def comparable(trail: Trail) -> Trail:
    """What is reached at one and the same moment stands in the order of numbers, which are arbitrary."""
    return replace(
        trail,
        holds=(),
        not_held=tuple(map(_shown, trail.not_held)),
        accounts=tuple(
            sorted(map(_shown, trail.accounts), key=lambda on: (on.first_arrival, on.account.number))
        ),
        steps=tuple(sorted(trail.steps, key=lambda step: (step.time, step.record_id))),
        ends=tuple(sorted(trail.ends, key=lambda end: (end.account.number, end.kind, end.channel))),
    )


def followed(source: Any, index: Any, names: list[str], minutes: int) -> Trail | str:
    try:
        found = trace(source, index, names, as_of=at(minutes), horizon=timedelta(days=30), floor=1)
    except TraceError as problem:
        return problem.sentence
    return comparable(found)


@pytest.mark.parametrize("seed", range(6))
def test_what_arrives_bit_by_bit_gives_the_trails_of_the_lake(
    home: Home, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(growing_index, "LEAST", 15)
    r = Random(seed)
    lake, rows = a_lake(home), payments(r)
    for table, listed in zip(("holders", "accounts", "balances"), people(r), strict=True):
        put(lake, table, listed)
    put(lake, "transfers", rows[:40])
    first = LiveIndex(SECRET)
    since = move(lake, first, -1)
    grown = first.fork_index()
    for part in (rows[40:50], rows[50:55], rows[55:]):
        put(lake, "transfers", part)
        put(lake, "reports", [{"record_id": f"C{part[0]['record_id']}", "time": at(0),
                               "transfer_ids": [part[0]["record_id"], rows[3]["record_id"]]}])  # fmt: skip
        since = move(lake, grown, since)
        index = open_index(home, lake)
        for _ in range(8):
            names, minutes = [r.choice(rows)["record_id"]], r.choice([500, 2000, 4000])
            a, b = followed(grown, grown.current_index, names, minutes), followed(lake, index, names, minutes)
            assert a == b
        report = [f"C{part[0]['record_id']}"]
        assert followed(grown, grown.current_index, report, 4000) == followed(lake, index, report, 4000)


@pytest.mark.parametrize("seed", range(3))
def test_names_that_came_one_by_one_are_sorted_as_if_all_had_come_at_once(home: Home, seed: int) -> None:
    rows = payments(Random(seed))
    lake = a_lake(home)
    put(lake, "transfers", rows)
    # By receipt and not by time: what came later often happened earlier.
    whole = pa.concat_tables(rows_of(lake, "transfers", -1)).sort_by("received_at").combine_chunks()
    at_once, one_by_one = LiveIndex(SECRET), LiveIndex(SECRET)
    at_once.add_rows("transfers", whole)
    for n in range(whole.num_rows):
        one_by_one.add_rows("transfers", whole.slice(n, 1))
        assert one_by_one.current_index.rows
    found, wanted = one_by_one.current_index.parts[-1], at_once.current_index.parts[-1]
    for name in ("record", "uetr", "end_to_end"):
        assert found.lookups[name].hash.tolist() == wanted.lookups[name].hash.tolist()
        assert found.lookups[name].row.tolist() == wanted.lookups[name].row.tolist()
    assert found.arrays["copy_key"].tolist() == wanted.arrays["copy_key"].tolist() != []


def test_a_fork_grows_by_itself(home: Home) -> None:
    lake = a_lake(home, transfer("T1", 0, "A/V", "A/M", 1000))
    first = LiveIndex(SECRET)
    since = move(lake, first, -1)
    one, other = first.fork_index(), first.fork_index()
    put(lake, "transfers", [transfer("T2", 5, "A/M", "B/N", 400)])
    move(lake, one, since)
    went = trace(one, one.current_index, ["T1"], as_of=at(10))
    stayed = trace(other, other.current_index, ["T1"], as_of=at(10))
    assert {on.account.number: on.still_there for on in went.accounts} == {"M": 60_000, "N": 40_000}
    assert {on.account.number: on.still_there for on in stayed.accounts} == {"M": 100_000}


def test_nothing_is_seen_before_it_was_received(home: Home) -> None:
    lake = a_lake(home, transfer("T1", 0, "A/V", "A/M", 1000))
    put(lake, "transfers", [transfer("T2", 5, "A/M", "B/N", 400, received_at=at(60))])
    index = LiveIndex(SECRET)
    move(lake, index, -1)
    assert [len(trace(index, index.current_index, ["T1"], as_of=at(m)).accounts) for m in (59, 60)] == [1, 2]


def test_accounts_keep_their_numbers_whatever_joins_the_base(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(growing_index, "LEAST", 3)
    lake, rows = a_lake(home), payments(Random(1))
    put(lake, "accounts", people(Random(1))[1])
    index = LiveIndex(SECRET)
    since = move(lake, index, -1)
    first = index.current_index.list_accounts(range(12))
    assert sorted(account.number for account in first) == sorted(str(n + 20) for n in range(12))
    for start in range(0, 40, 4):
        put(lake, "transfers", rows[start : start + 4])
        since = move(lake, index, since)
        assert index.current_index.list_accounts(range(12)) == first
