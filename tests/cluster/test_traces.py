"""A trace whose transfers a cluster selected is the trace over all of them, to the satang."""

from datetime import timedelta
from random import Random
from typing import Any

import pytest

from tests.cluster.conftest import Open
from tests.money.lakes import at, payments, people, put
from warroom.errors import TraceError
from warroom.home import Home
from warroom.lake.lake import Lake
from warroom.money.trace.candidates import Candidates
from warroom.money.trace.opening import open_source
from warroom.money.trace.tracing import trace
from warroom.money.trail import Trail

METHODS = ("fifo", "lifo", "pro-rata")


def filled(home: Home, seed: int) -> list[str]:
    """A crowded random country of a dozen accounts in several commits, with copies, corrections, shops and reports."""
    r = Random(seed)
    lake = Lake.open(home)
    rows, (holders, accounts, balances) = payments(r, 50), people(r)
    for row in rows:
        row["end_to_end_id"] = r.choice(["RENT", f"e{row['record_id']}", "NOTPROVIDED"])
    half = len(rows) // 2
    put(lake, "transfers", rows[:half])
    put(lake, "holders", holders)
    put(lake, "accounts", accounts)
    put(lake, "balances", balances)
    put(lake, "transfers", rows[half:], source="S2")
    changed = [
        {**row, "payee": "3", "payee_bank": "B1", "received_at": at(2000)} for row in r.sample(rows[:half], 5)
    ]
    put(lake, "transfers", changed)
    named = [row["record_id"] for row in r.sample(rows, 3)]
    put(lake, "reports", [{"record_id": "C1", "time": at(10), "transfer_ids": [named[0], "gone"]}])
    put(lake, "reports", [{"record_id": "C2", "time": at(20), "transfer_ids": named[1:]}])
    return [*named, "C1", "S1:C2", *(row["uetr"] for row in r.sample(rows, 2)), "RENT", "nobody"]


def followed(lake: Lake, ids: list[str], minutes: int, **how: Any) -> Trail | str:
    try:
        return trace(lake, open_source(lake.home, lake), ids, as_of=at(minutes), **how)
    except TraceError as problem:
        return problem.sentence


@pytest.mark.parametrize("seed", range(2))
def test_a_trace_on_the_cluster_is_the_trace_by_duckdb(home: Home, opened: Open, seed: int) -> None:
    ids = filled(home, seed)
    r = Random(seed)
    asked = [([one], r.choice([500, 1500, 5000]), METHODS[n % 3]) for n, one in enumerate(ids)]
    asked.append((ids[:3], 5000, "fifo"))
    here, there = opened(home, "duckdb"), opened(home, "spark")
    assert isinstance(open_source(home, there), Candidates)
    for one, minutes, method in asked[seed::2]:
        how = {
            "method": method,
            "floor": 1,
            "horizon": timedelta(days=r.choice([1, 30])),
            "hops": r.choice([2, 10]),
        }
        assert followed(there, one, minutes, **how) == followed(here, one, minutes, **how), (
            one,
            minutes,
            how,
        )
