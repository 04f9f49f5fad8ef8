"""The index over a real lake: it says what the lake's rows say, however they came in."""

import shutil
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from uuid import uuid4

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.money.lakes import a_lake, at, put, transfer
from tests.money.reference import Reference, Row
from warroom import clock
from warroom.home import Home, open_home
from warroom.lake.lake import Lake
from warroom.money.index import opening
from warroom.money.index.numbers import AccountNumbers
from warroom.money.index.opening import open_index
from warroom.money.trace.tracing import trace
from warroom.money.trail import BankAccount
from warroom.records.mapping import DeliveryTerms


@pytest.fixture
def with_delta(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is committed later goes into a delta, however little there is."""
    monkeypatch.setattr(opening, "SMALL", 0)
    monkeypatch.setattr(opening, "DELTA_SHARE", 100.0)


@dataclass
class Sent:
    """One row as delivered: which commit, whose, which record."""

    commit: int
    source: str
    record_id: str
    uetr: str
    minutes: int
    received: int
    payer: int
    payee: int
    amount: int
    channel: str


def deliveries(r: Random) -> list[Sent]:
    """Payments of some days in up to three commits, some corrected later, some delivered by a second bank too."""
    sent = []
    for i in range(r.randint(3, 25)):
        commit = r.randint(0, 2)
        payer, payee = r.sample(range(1, 6), 2)
        one = Sent(
            commit, "S1", f"T{i}", f"u{i}", r.randint(0, 4000), 5000 + 10 * commit, payer, payee,
            r.randint(1, 500), r.choice(["transfer"] * 5 + ["cash"]),
        )  # fmt: skip
        sent.append(one)
        if r.random() < 0.2:
            later = r.randint(commit, 2)
            sent.append(Sent(**{**vars(one), "commit": later, "source": "S2", "received": 5005 + 10 * later}))
        if r.random() < 0.2 and commit < 2:
            later = r.randint(commit + 1, 2)
            sent.append(
                Sent(
                    **{
                        **vars(one),
                        "commit": later,
                        # Under a uetr of its own: with the old one it would be a leg of the copy's payment.
                        "uetr": f"{one.uetr}-{later}",
                        "amount": r.randint(1, 500),
                        "received": 5000 + 10 * later,
                    }
                )
            )
    return sent


def in_order(commits: list[list[Sent]]) -> list[Sent]:
    """What was sent, as it is numbered: by time and file order."""
    order = sorted(
        enumerate(one for part in commits for one in part), key=lambda pair: (pair[1].minutes, pair[0])
    )
    return [one for _, one in order]


def as_rows(sent: list[Sent], commits: list[list[Sent]]) -> list[Row]:
    """The rows of the plain tracer, numbered by time and file order; each transfer has at most one copy."""
    listed = in_order(commits)
    rows = []
    for number, one in enumerate(listed):
        versions = [
            x
            for x in listed
            if (x.source, x.record_id) == (one.source, one.record_id) and x.received > one.received
        ]
        copies = [
            n
            for n, x in enumerate(listed)
            if x.source != one.source
            and x.uetr == one.uetr
            and x.amount == one.amount
            and x.received < one.received
        ]
        until = min((x.received for x in versions), default=None)
        rows.append(
            Row(
                number,
                one.minutes,
                one.payer,
                one.payee,
                one.amount * 100,
                one.channel,
                one.received,
                until,
                tuple(copies),
            )
        )
    return rows


def fill(lake: Lake, sent: list[Sent]) -> list[list[Sent]]:
    """Ingest the deliveries commit by commit and open the index after each."""
    commits = []
    for number in range(3):
        part = []
        for source in ("S1", "S2"):
            mine = [one for one in sent if one.commit == number and one.source == source]
            if mine:
                put(
                    lake,
                    "transfers",
                    [
                        transfer(
                            one.record_id, one.minutes, f"B{one.payer % 2}/{one.payer}", f"B{one.payee % 2}/{one.payee}",
                            one.amount, one.channel, uetr=one.uetr, received_at=at(one.received),
                        )
                        for one in mine
                    ],
                    source,
                )  # fmt: skip
            part += mine
        commits.append(part)
        open_index(lake.home, lake)
    return commits


@given(st.randoms(use_true_random=False), st.sampled_from(["fifo", "lifo", "pro-rata"]))
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_a_trace_over_the_lake_is_the_plain_tracers(
    tmp_path: Path, with_delta: None, random: Random, method: str
) -> None:
    """Commits, corrections and copies, seen as of any moment."""
    home = open_home(tmp_path / uuid4().hex, "exercise")
    lake = Lake.open(home)
    sent = deliveries(random)
    commits = fill(lake, sent)
    rows = as_rows(sent, commits)
    index = open_index(home, lake)
    as_of = random.choice([4999, 5000, 5005, 5010, 5015, 5020, 6000])
    reference = Reference(rows, [0], method, as_of, 10**6, 10, 1)
    counted = list(reference.rows)
    if counted:
        seed = random.choice(counted)
        plain = Reference(rows, [seed.number], method, as_of, 10**6, 10, 1).run()
        one = in_order(commits)[seed.number]
        trail = trace(
            lake, index, [f"{one.source}:{one.record_id}"], method=method, as_of=at(as_of),
            horizon=timedelta(minutes=10**6), floor=1,
        )  # fmt: skip
        assert (trail.loss, trail.still_there, trail.exited) == (plain.loss, plain.still_there, plain.exited)
        found = {
            int(on.account.number): (on.tainted_in, on.passed_on, on.still_there) for on in trail.accounts
        }
        assert found == {a: (b.tainted_in, b.passed_on, b.traced) for a, b in plain.books.items()}
    shutil.rmtree(home.root)


def test_new_files_are_seen_at_once_and_go_into_a_delta(home: Home, with_delta: None) -> None:
    lake = a_lake(home, transfer("T1", 0, "A/V", "A/M", 1000))
    before = trace(lake, open_index(home, lake), ["T1"])
    put(lake, "transfers", [transfer("T2", 5, "A/M", "B/N", 400)])
    index = open_index(home, lake)
    after = trace(lake, index, ["T1"])
    assert index.delta is not None
    assert (before.still_there, len(before.accounts)) == (100_000, 1)
    assert {on.account.number: on.still_there for on in after.accounts} == {"M": 60_000, "N": 40_000}


def test_a_growing_delta_is_merged_into_the_base(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "SMALL", 0)
    lake = a_lake(home, *[transfer(f"T{i}", i, "A/1", "A/2", 10) for i in range(40)])
    open_index(home, lake)
    put(lake, "transfers", [transfer("U1", 50, "A/2", "A/3", 10)])
    small = open_index(home, lake)
    put(lake, "transfers", [transfer(f"U{i}", 50 + i, "A/2", "A/3", 10) for i in range(2, 20)])
    grown = open_index(home, lake)
    assert (small.delta is not None, small.base.meta["rows"]) == (True, 40)
    assert (grown.delta, grown.base.meta["rows"]) == (None, 59)


def test_deleting_the_index_loses_nothing(home: Home) -> None:
    lake = a_lake(home, transfer("T1", 0, "A/V", "A/M", 1000), transfer("T2", 5, "A/M", "B/N", 400))
    before = trace(lake, open_index(home, lake), ["T1"], as_of=at(60))
    shutil.rmtree(home.index)
    assert trace(lake, open_index(home, lake), ["T1"], as_of=at(60)) == before


def test_an_index_left_half_built_is_ignored(home: Home) -> None:
    lake = a_lake(home, transfer("T1", 0, "A/V", "A/M", 1000))
    home.index.mkdir(exist_ok=True)
    (home.index / ".base-0123").mkdir()
    (home.index / ".base-0123" / "t.bin").write_bytes(b"half")
    assert trace(lake, open_index(home, lake), ["T1"]).loss == 100_000


def test_erased_rows_are_gone_from_the_index(home: Home) -> None:
    lake = a_lake(home, transfer("T1", 0, "A/V", "A/M", 1000))
    row = {**transfer("T2", 5, "A/M", "B/N", 400), "amount": Decimal(400)}
    del row["received_at"]
    soon = DeliveryTerms(retention_until=clock.get_now() + timedelta(hours=1))
    lake.write_rows("transfers", [row], source="S2", terms=soon)
    assert len(trace(lake, open_index(home, lake), ["T1"]).accounts) == 2
    lake.erase_expired(clock.get_now() + timedelta(days=1))
    assert len(trace(lake, open_index(home, lake), ["T1"]).accounts) == 1


def test_money_in_another_currency_is_a_pot_of_its_own(home: Home) -> None:
    lake = a_lake(
        home,
        transfer("T0", 0, "A/X", "A/M", 700),
        transfer("T1", 1, "A/V", "A/M", 1000, currency="USD"),
        transfer("T2", 5, "A/M", "B/N", 700),
        transfer("T3", 6, "A/M", "B/N", 100, currency="USD"),
    )
    trail = trace(lake, open_index(home, lake), ["T1"])
    assert [step.record_id for step in trail.steps] == ["T1", "T3"]


def test_the_number_of_one_account_is_the_one_that_many_have(home: Home, with_delta: None) -> None:
    lake = a_lake(home, *[transfer(f"T{i}", i, f"A/{i % 7 + 1}", f"B/{i % 11 + 1}", 10) for i in range(40)])
    open_index(home, lake)
    put(lake, "transfers", [transfer("U1", 50, "A/2", "บัญชี/3", 10), transfer("U2", 51, "C/9", "A/1", 10)])
    index = open_index(home, lake)
    accounts = [
        BankAccount(bank, str(number)) for bank in ("A", "B", "C", "บัญชี", "") for number in ("", *range(12))
    ]
    many = index.account_ids(
        pa.array([one.bank for one in accounts]), pa.array([one.number for one in accounts])
    ).tolist()
    numbers = AccountNumbers(index)
    assert index.delta is not None
    assert [numbers.find_number(one) for one in accounts] == many
    assert len(set(many)) == 1 + 7 + 11 + 2
