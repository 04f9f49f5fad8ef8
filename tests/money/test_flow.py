"""The kernel against a plain tracer, and what must hold for any world whatever."""

import itertools
from dataclasses import replace
from random import Random

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.money.reference import Reference, Row, Stated
from tests.money.worlds import Case, make_seeds, make_world, random_case
from warroom.money.index.transfer_graph import pack_graph
from warroom.money.trace.flow import TracedFlow, follow_transfers
from warroom.money.trace.history import balances_at
from warroom.money.trace.lots import multiply_then_divide
from warroom.money.trace.received import compute_received

METHODS = ("fifo", "lifo", "pro-rata")
ENDS = (None, "exited", "spent", "beyond")
many = settings(
    max_examples=400, deadline=None, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow]
)
anything = st.randoms(use_true_random=False)
methods = st.sampled_from(METHODS)


def a_case(random: Random, **how: bool) -> Case:
    case = random_case(random, **how)
    assume(case is not None)
    assert case is not None
    return case


def steps_of(flow: TracedFlow) -> list[tuple]:
    columns = (flow.steps.transfer, flow.steps.traced, flow.steps.hops, flow.steps.end)
    return sorted(
        (number, traced, hops, ENDS[end])
        for number, traced, hops, end in zip(*(c.tolist() for c in columns), strict=True)
    )


def accounts_of(flow: TracedFlow) -> dict[int, tuple]:
    names = ("tainted_in", "passed_on", "still_there", "first", "hops")
    columns = [getattr(flow, name).tolist() for name in names]
    confidence = [round(value, 9) for value in flow.confidence.tolist()]
    return dict(zip(flow.account.tolist(), zip(*columns, confidence, strict=True), strict=True))


def ended(flow: TracedFlow, kind: str) -> int:
    return int(flow.steps.traced[flow.steps.end == ENDS.index(kind)].sum())


@given(anything, methods)
@many
def test_the_kernel_finds_what_the_plain_tracer_finds(random: Random, method: str) -> None:
    case = a_case(random)
    how = (method, case.as_of, case.horizon, case.hops, case.floor, case.shops, case.stated)
    plain = Reference(case.rows, case.seeds, *how).run()
    flow = case.trace(method)
    assert steps_of(flow) == sorted(plain.steps)
    assert int(flow.steps.new.sum()) == plain.loss
    assert accounts_of(flow) == {
        account: (b.tainted_in, b.passed_on, b.traced, b.first, b.hops, round(b.pure / b.weight, 9))
        for account, b in plain.books.items()
    }


@given(anything, methods)
@many
def test_money_is_conserved_to_the_satang(random: Random, method: str) -> None:
    flow = a_case(random).trace(method)
    still = int(flow.still_there.sum())
    assert int(flow.steps.new.sum()) == still + sum(ended(flow, kind) for kind in ENDS[1:] if kind)
    assert (flow.tainted_in == flow.passed_on + flow.still_there).all()
    assert (flow.still_there >= 0).all()
    assert (flow.steps.traced <= flow.steps.amount).all()
    assert ((flow.confidence > 0) & (flow.confidence <= 1)).all()


@given(anything, methods)
@many
def test_no_account_receives_more_of_a_loss_than_there_is(random: Random, method: str) -> None:
    flow = a_case(random).trace(method)
    received = compute_received(flow)
    assert (received <= int(flow.steps.new.sum())).all()
    assert (received <= flow.tainted_in).all()
    assert (received >= flow.still_there).all()
    assert (received > 0).all()


@given(anything, methods)
@many
def test_no_money_is_traced_before_it_arrives(random: Random, method: str) -> None:
    case = a_case(random)
    flow = case.trace(method)
    first = dict(zip(flow.account.tolist(), flow.first.tolist(), strict=True))
    for number, payer, t in zip(
        flow.steps.transfer.tolist(), flow.steps.payer.tolist(), flow.steps.t.tolist(), strict=True
    ):
        assert number in case.seeds or first[payer] <= t


@given(anything, methods, st.integers(1, 12))
@many
def test_what_comes_later_changes_nothing(random: Random, method: str, more: int) -> None:
    """Rows received after as_of, and rows of a time after it, are not seen, no matter whom they pay."""
    case = a_case(random)
    before = case.trace(method)
    rows = list(case.rows)
    for i in range(more):
        late = random.random() < 0.5
        rows.append(
            Row(
                number=len(rows),
                t=random.randint(0, 80) if late else case.as_of + 1 + i,
                payer=random.randrange(7),
                payee=random.randrange(7),
                amount=random.randint(1, 300),
                received=case.as_of + 1 if late else 0,
            )
        )
    tail = sorted(rows[len(case.rows) :], key=lambda row: row.t)
    rows[len(case.rows) :] = [replace(row, number=len(case.rows) + i) for i, row in enumerate(tail)]
    later = replace(case, split=len(case.rows) if case.split is None else case.split)
    if case.split is not None:
        delta = sorted(rows[case.split :], key=lambda row: (row.t, row.number))
        moved = {row.number: case.split + i for i, row in enumerate(delta)}
        assume(all(moved[row.number] == row.number for row in case.rows[case.split :]))
        rows[case.split :] = [replace(row, number=moved[row.number]) for row in delta]
    after = later.trace(method, rows)
    assert steps_of(after) == steps_of(before)
    assert accounts_of(after) == accounts_of(before)


@given(anything, methods)
@many
def test_permuting_equal_rows_changes_nothing(random: Random, method: str) -> None:
    """Two transfers alike in everything but their number may stand in either order in the file."""
    case = a_case(random, corrections=False)
    twin = random.choice(list(case.rows))
    rows = [*case.rows[: twin.number + 1], replace(twin), *case.rows[twin.number + 1 :]]
    rows = [replace(row, number=i) for i, row in enumerate(rows)]
    doubled = replace(case, rows=rows, split=None)
    assume(all(a.t <= b.t for a, b in itertools.pairwise(rows)))
    one = doubled.trace(method, seeds=[twin.number]) if _followable(case, twin) else None
    assume(one is not None)
    other = doubled.trace(method, seeds=[twin.number + 1])
    assert int(one.steps.new.sum()) == int(other.steps.new.sum())
    both = doubled.trace(method, seeds=[twin.number, twin.number + 1])
    again = doubled.trace(method, seeds=[twin.number + 1, twin.number])
    assert accounts_of(both) == accounts_of(again)


def _followable(case: Case, row: Row) -> bool:
    return row.payer != row.payee and row.received <= case.as_of and row.t <= case.as_of


@given(anything, st.sampled_from(["fifo", "lifo"]))
@many
def test_one_baht_never_serves_two_victims(random: Random, method: str) -> None:
    """Two reports traced apart: what both say is still on an account is not more than what lies there."""
    case = a_case(random, stated=False)
    apart = [
        replace(row, t=i, received=0) for i, row in enumerate(case.rows)
    ]  # within one instant bahts have no order
    case = replace(case, rows=apart, split=None, as_of=len(apart))
    assume(len(case.seeds) >= 2)
    assume(
        all(
            row.payer != row.payee and not row.copies and row.until is None
            for row in map(apart.__getitem__, case.seeds)
        )
    )
    one, other = (case.trace(method, seeds=[seed]) for seed in case.seeds[:2])
    payers = {case.rows[seed].payer for seed in case.seeds[:2]}
    assume(not payers & set(one.account.tolist()) and not payers & set(other.account.tolist()))
    world, _ = make_world(case.rows, case.as_of, case.shops, case.stated, case.split)
    claims: dict[int, int] = {}
    for flow in (one, other):
        for account, still in zip(flow.account.tolist(), flow.still_there.tolist(), strict=True):
            claims[account] = claims.get(account, 0) + still
    accounts = np.array(sorted(claims), np.int64)
    for account, balance in zip(
        accounts.tolist(), balances_at(pack_graph(world), accounts, case.as_of + 1).tolist(), strict=True
    ):
        assert claims[account] <= balance


@given(anything, methods)
@many
def test_the_same_transfer_reported_twice_counts_once(random: Random, method: str) -> None:
    case = a_case(random)
    once = case.trace(method, seeds=case.seeds)
    twice = case.trace(method, seeds=case.seeds * 2)
    assert accounts_of(once) == accounts_of(twice)


def chain(*rows: tuple) -> list[Row]:
    return [Row(i, *row) for i, row in enumerate(rows)]


def run(rows: list[Row], seeds: list[int], method: str = "fifo", **how) -> TracedFlow:
    options = {"horizon": 100, "hops": 10, "floor": 1, **how}
    world, places = make_world(rows, as_of=1000, stated=options.pop("stated", ()))
    return follow_transfers(
        world, make_seeds(rows, seeds, places), method, options["horizon"], options["hops"], options["floor"]
    )


def still(flow: TracedFlow) -> dict[int, int]:
    return dict(zip(flow.account.tolist(), flow.still_there.tolist(), strict=True))


OWN_MONEY = chain((1, 9, 1, 100), (2, 0, 1, 100), (3, 1, 2, 100), (4, 1, 3, 60))
"""Account 1 has 100 of its own, gets 100 of the victim's (account 0), pays 100 to account 2 and 60 to account 3."""


@pytest.mark.parametrize(
    ("method", "expected"),
    [("fifo", {1: 40, 3: 60}), ("lifo", {1: 0, 2: 100}), ("pro-rata", {1: 20, 2: 50, 3: 30})],
)
def test_each_method_sends_the_money_its_own_way(method: str, expected: dict[int, int]) -> None:
    assert still(run(OWN_MONEY, [1], method)) == expected


def test_arrivals_come_before_departures_of_the_same_time() -> None:
    rows = chain((5, 1, 2, 100), (5, 0, 1, 100))
    assert still(run(rows, [1])) == {1: 0, 2: 100}


def test_a_whole_chain_runs_through_in_one_instant_whatever_its_order_in_the_file() -> None:
    rows = chain((5, 2, 3, 100), (5, 1, 2, 100), (5, 0, 1, 100))
    assert still(run(rows, [2])) == {1: 0, 2: 0, 3: 100}


def test_a_circle_is_entered_where_somebody_can_pay() -> None:
    """Account 2 holds the victim's 100; 1 has nothing, and both pay each other at one moment."""
    rows = chain((1, 0, 2, 100), (5, 1, 2, 100), (5, 2, 1, 100))
    assert still(run(rows, [0])) == {1: 0, 2: 100}


def received(flow: TracedFlow) -> dict[int, int]:
    return dict(zip(flow.account.tolist(), compute_received(flow).tolist(), strict=True))


def test_money_that_comes_round_again_is_received_once() -> None:
    there_and_back = run(
        chain((1, 0, 1, 130_000), (2, 1, 2, 67_000), (3, 2, 1, 67_000), (4, 1, 3, 40_000)), [0], floor=0
    )
    assert there_and_back.tainted_in.tolist()[0] == 197_000
    assert received(there_and_back) == {1: 130_000, 2: 67_000, 3: 40_000}


def test_money_that_comes_after_other_money_left_is_received_too() -> None:
    twice = run(chain((1, 0, 1, 60_000), (2, 1, 2, 60_000), (3, 0, 1, 70_000)), [0, 2], floor=0)
    assert received(twice) == {1: 130_000, 2: 60_000}


def test_a_stated_balance_says_how_much_clean_money_goes_first() -> None:
    rows = chain((2, 0, 1, 100), (3, 1, 2, 50))
    assert still(run(rows, [0])) == {1: 50, 2: 50}
    assert still(run(rows, [0], stated=[Stated(1, 1, 30)])) == {1: 80, 2: 20}
    assert still(run(rows, [0], stated=[Stated(1, 1, 80)])) == {1: 100}


def test_a_stated_balance_includes_what_was_posted_at_its_own_moment() -> None:
    rows = chain((2, 0, 1, 100), (3, 1, 2, 50))
    assert still(run(rows, [0], stated=[Stated(1, 2, 130)])) == {1: 80, 2: 20}


def test_money_reported_again_on_its_way_is_no_new_loss() -> None:
    rows = chain((1, 0, 1, 100), (2, 1, 2, 150))
    flow = run(rows, [0, 1])
    assert int(flow.steps.new.sum()) == 150
    assert still(flow) == {1: 0, 2: 150}


def test_money_that_moves_after_the_horizon_is_not_still_there() -> None:
    rows = chain((1, 0, 1, 100), (50, 1, 2, 30))
    flow = run(rows, [0], horizon=10)
    assert still(flow) == {1: 70}
    assert ended(flow, "beyond") == 30


def test_hops_beyond_the_limit_are_not_followed() -> None:
    rows = chain((1, 0, 1, 100), (2, 1, 2, 100), (3, 2, 3, 100))
    flow = run(rows, [0], hops=2)
    assert still(flow) == {1: 0, 2: 0}
    assert ended(flow, "beyond") == 100


def test_less_than_the_floor_is_not_followed_but_cash_is_still_cash() -> None:
    rows = chain((1, 0, 1, 100), (2, 1, 2, 4), (3, 1, 3, 4, "cash"))
    flow = run(rows, [0], floor=5)
    assert (ended(flow, "beyond"), ended(flow, "exited")) == (4, 4)


def test_a_transfer_to_itself_carries_nothing() -> None:
    rows = chain((1, 0, 1, 100), (2, 1, 1, 100), (3, 1, 2, 100))
    assert still(run(rows, [0])) == {1: 0, 2: 100}


@given(st.integers(1, 2**61), st.data())
@settings(max_examples=300, deadline=None)
def test_shares_of_sums_too_large_to_multiply_are_exact(whole: int, data: st.DataObject) -> None:
    part, amount = data.draw(st.integers(0, whole)), data.draw(st.integers(0, whole))
    assert multiply_then_divide(part, amount, whole) == part * amount // whole
