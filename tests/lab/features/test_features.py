"""Features of transfers in time: the numbers, no look ahead, one implementation for batch and stream, bounded cost."""

from dataclasses import replace
from time import process_time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.lab.features.features_reference import DAY, Past
from warroom.errors import FeaturesError
from warroom.signals.payments.features import state
from warroom.signals.payments.features.table import list_feature_names, load_features
from warroom.signals.payments.features.transfers import FeatureTransfers, ReportedAccounts
from warroom.signals.payments.features.window import Window

NAMES = list_feature_names()
START = 1_790_000_000


def batch(rows: list[tuple[int, int, int, float]]) -> FeatureTransfers:
    """Transfers of (time, payer, payee, amount)."""
    time, payer, payee, amount = (np.array(column) for column in zip(*rows, strict=True))
    return FeatureTransfers(
        time.astype(np.int64), payer.astype(np.int64), payee.astype(np.int64), amount.astype(float)
    )


def made_up(rows: int, accounts: int = 300, seed: int = 1, span: int = 40 * DAY) -> FeatureTransfers:
    """A busy little country: few accounts do much, amounts repeat, several transfers share a second."""
    random = np.random.default_rng(seed)
    who = (random.random((2, rows)) ** 2 * accounts).astype(np.int64) * 7_919
    time = START + np.sort(random.integers(0, max(span // 4, 1), rows)) * 4
    return FeatureTransfers(time, who[0], who[1], np.round(np.exp(random.normal(6, 1.5, rows)), -1))


def column(found: np.ndarray, name: str) -> np.ndarray:
    return found[:, NAMES.index(name)]


row = st.tuples(
    st.one_of(st.integers(0, 3 * DAY), st.integers(0, 200 * DAY)),
    st.integers(1, 6),
    st.integers(1, 6),
    st.sampled_from([0.0, 100.0, 970.0, 1000.0, 1000.0, 46_000.0, 250_000.0]),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(row, min_size=1, max_size=50), st.booleans())
def test_features_are_what_a_look_through_the_whole_past_says(
    rows: list[tuple[int, int, int, float]], in_order: bool
) -> None:
    if in_order:
        rows = sorted(rows, key=lambda one: one[0])
    found = Window().compute_and_remember(batch([(START + time, *rest) for time, *rest in rows]))
    past = Past()
    for number, (time, payer, payee, amount) in enumerate(rows):
        wanted = past.take(START + time, payer, payee, amount)
        got = dict(zip(NAMES, found[number].tolist(), strict=True))
        for name, value in wanted.items():
            assert got[name] == pytest.approx(value, rel=2e-3, abs=2e-3, nan_ok=True), (number, name)


def test_a_million_transfers_in_one_batch_and_as_they_stream_in_have_the_same_bits() -> None:
    transfers, slab = made_up(1_000_000, accounts=40_000), 1 << 16
    whole, pair, stream = Window(), Window(threads=2), Window()
    random = np.random.default_rng(2)
    for start in range(0, len(transfers), slab):
        part = transfers[start : start + slab]
        wanted = whole.compute_and_remember(part).tobytes()
        assert pair.compute_and_remember(part).tobytes() == wanted
        assert in_pieces(stream, part, random).tobytes() == wanted


def in_pieces(window: Window, transfers: FeatureTransfers, random: np.random.Generator) -> np.ndarray:
    """Features of transfers that come as one never knows: one by one, by hundreds, by thousands."""
    parts, at = [], 0
    while at < len(transfers):
        size = int(random.choice([1, 2, 7, 300, 9_000]))
        parts.append(window.compute_and_remember(transfers[at : at + size]))
        at += size
    return np.concatenate(parts)


def test_no_row_sees_a_later_one_not_even_of_its_own_second() -> None:
    transfers = made_up(3_000, span=1_000)
    whole = Window().compute_and_remember(transfers)
    for cut in (1, 2, 500, 1_777, 2_999):
        assert Window().compute_and_remember(transfers[:cut]).tobytes() == whole[:cut].tobytes()
        other = replace(
            transfers,
            amount=np.where(np.arange(3_000) < cut, transfers.amount, 49_000.0),
            payee=np.where(np.arange(3_000) < cut, transfers.payee, transfers.payer[cut - 1]),
        )
        assert Window().compute_and_remember(other)[:cut].tobytes() == whole[:cut].tobytes()


def test_a_poisoned_counterparty_with_a_million_edges_costs_a_row_no_more_than_any_other() -> None:
    count = 1_000_000
    spokes, hub = np.arange(1, count + 1, dtype=np.int64), np.zeros(count, np.int64)
    time, amount = START + np.arange(count) // 10, np.full(count, 20.0)
    among_themselves = FeatureTransfers(time, spokes, np.roll(spokes, 1), amount)
    (poisoned, slow), (_, usual) = timed(FeatureTransfers(time, spokes, hub, amount)), timed(among_themselves)
    assert slow < 3 * usual, "seconds of the processor for the last tenth"
    w = poisoned.memory.ways
    hub_row = poisoned.accounts.find_number(0, -1)
    assert w.into[w.ways[hub_row, state.IN_AT]].shape == (48,), "eight transfers in, whatever came"
    assert w.numbers[state.IN_BLOCKS] == 2, "one block of transfers in, and the empty one"
    assert poisoned.nbytes < 1_500 * count


def timed(transfers: FeatureTransfers) -> tuple[Window, float]:
    """A window that took all, and the processor time of the last tenth."""
    window, last = Window(), len(transfers) * 9 // 10
    slab = 100_000
    for start in range(0, last, slab):
        window.compute_and_remember(transfers[start : start + slab])
    began = process_time()
    window.compute_and_remember(transfers[last:])
    return window, process_time() - began


def test_late_rows_count_as_of_their_accounts_latest_and_spoil_nothing() -> None:
    now = START + 100 * DAY
    early = [(now - DAY, 1, 2, 500.0), (now, 3, 4, 500.0), (now + 60, 4, 5, 490.0)]
    late = [*early, (now - 40 * DAY, 1, 4, 500.0), (now + 120, 4, 6, 480.0)]
    found = Window().compute_and_remember(batch(late))
    assert column(found, "payee_since_in")[3] == 60, "taken at the payee's latest"
    assert (column(found, "payer_seen")[4], column(found, "payer_in_1d")[4]) == (
        120,
        pytest.approx(2, abs=0.01),
    )
    assert np.isfinite(column(found, "payer_transfers")).all()


def test_a_clock_years_ahead_spoils_its_own_accounts_alone() -> None:
    good = made_up(400, accounts=40)
    ahead = batch([(START + 5_000 * DAY, 900_001, 900_002, 100.0)])
    window = Window()
    first = window.compute_and_remember(good[:200])
    window.compute_and_remember(ahead)
    rest = window.compute_and_remember(good[200:])
    odd = [
        NAMES.index(name) for name in NAMES if "odd" in name
    ]  # what is common among all has one more transfer
    kept = np.delete(np.concatenate([first, rest]), odd, axis=1)
    assert np.array_equal(kept, np.delete(Window().compute_and_remember(good), odd, axis=1), equal_nan=True)


def test_a_clock_years_ahead_among_living_accounts_moves_nobody_by_more_than_a_day() -> None:
    good = made_up(4_000, accounts=60)
    ahead = replace(good[500:501], time=good.time[500:501] + 900 * DAY)
    window = Window()
    window.compute_and_remember(good[:500])
    window.compute_and_remember(ahead)
    found, wanted = window.compute_and_remember(good[501:]), Window().compute_and_remember(good)[501:]
    for name in ("payer_since_in", "payee_since_in", "payer_seen", "pair_since"):
        apart = np.abs(column(found, name) - column(wanted, name))
        assert np.nanmax(apart) <= DAY, name
    late = column(found, "payer_seen")[-2_000:] == column(wanted, "payer_seen")[-2_000:]
    assert late.mean() > 0.99


def test_a_look_tells_what_taking_would_and_remembers_nothing() -> None:
    transfers, window = made_up(2_000), Window()
    window.compute_and_remember(transfers[:1_500])
    for at in range(1_500, 1_540):
        stranger = replace(transfers[at : at + 1], payee=np.array([-5]))
        window.compute_without_memory(stranger)
        looked = window.compute_without_memory(transfers[at : at + 1])
        assert looked.tobytes() == window.compute_and_remember(transfers[at : at + 1]).tobytes()
    assert np.isnan(column(Window().compute_without_memory(transfers[:1]), "pair_since")).all()


def test_a_pair_unseen_for_four_months_is_new_however_the_table_is_rebuilt() -> None:
    transfers = made_up(20_000, accounts=4_000, span=600 * DAY)
    whole = Window().compute_and_remember(transfers)
    window = Window()
    one_by_one = np.concatenate(
        [window.compute_and_remember(transfers[at : at + 500]) for at in range(0, 20_000, 500)]
    )
    assert one_by_one.tobytes() == whole.tobytes()
    since = column(whole, "pair_since")
    assert np.nanmax(since) <= 120 * DAY


def test_nearness_to_a_report_is_known_from_the_report_on() -> None:
    rows = [(START + 60 * number, 1 + number, 2 + number, 900.0) for number in range(4)]
    again = [(START + 1_000 + 60 * number, 1 + number, 2 + number, 900.0) for number in range(4)]
    reports = ReportedAccounts(np.array([START + 500]), np.array([2]))
    found = Window().compute_and_remember(batch(rows + again), reports)
    assert np.isnan(column(found, "payer_tier")[:4]).all()
    assert column(found, "payer_tier")[5:].tolist() == [0, 1, 2]
    window = Window()
    first = window.compute_and_remember(batch(rows), reports)
    assert np.concatenate([first, window.compute_and_remember(batch(again))]).tobytes() == found.tobytes()


def test_what_other_tables_say_stands_in_its_columns() -> None:
    beside = np.array([[3.0, 2.0, 0.0]], np.float32)
    one = replace(batch([(START, 1, 2, 900.0)]), payee_beside=beside, channel=np.array([4.0], np.float32))
    found = dict(zip(NAMES, Window().compute_and_remember(one)[0].tolist(), strict=True))
    assert (found["payee_account_age"], found["payee_shared_sims"], found["channel"]) == (3, 2, 4)
    assert np.isnan(found["payer_account_age"])
    assert np.isnan(found["same_bank"])


def test_columns_that_make_no_sense_are_refused_whole() -> None:
    good, window = made_up(10), Window()
    for bad, word in (
        (replace(good, amount=np.full(10, np.nan)), "amount"),
        (replace(good, amount=np.full(10, -1.0)), "amount"),
        (replace(good, payee=good.payee[:9]), "payee"),
        (replace(good, time=good.time * 1_000_000), "time"),
        (replace(good, payer_beside=np.zeros((10, 2), np.float32)), "account_age"),
    ):
        with pytest.raises(FeaturesError, match=word):
            window.compute_and_remember(bad)
    assert window.compute_and_remember(good).tobytes() == Window().compute_and_remember(good).tobytes()


def test_every_feature_has_a_name_a_unit_and_a_sentence_in_both_languages() -> None:
    assert tuple(one.name for one in load_features()) == NAMES
    assert len(set(NAMES)) == len(NAMES)
    for one in load_features():
        assert one.unit
        assert one.en[0].isupper()
        assert "{" not in one.th + one.en
        assert len({one.th, one.en}) == 2


def test_the_table_of_pairs_grows_with_the_pairs_of_some_months_and_not_with_the_years() -> None:
    window, sizes = Window(), []
    for year in range(6):
        for part in range(3):
            rows = made_up(20_000, accounts=5_000, seed=10 * year + part, span=120 * DAY)
            window.compute_and_remember(replace(rows, time=rows.time + (year * 365 + part * 120) * DAY))
        sizes.append(len(window.memory.pairs.table))
    assert max(sizes[2:]) <= 2 * sizes[1]


def test_features_are_written_where_the_caller_says_or_not_at_all() -> None:
    transfers = made_up(50)
    wide = np.full((50, len(NAMES) + 10), 7, np.float32)
    for wrong in (wide[:, : len(NAMES)], np.empty((50, len(NAMES))), np.empty((49, len(NAMES)), np.float32)):
        with pytest.raises(FeaturesError, match="side by side"):
            Window().compute_and_remember(transfers, out=wrong)
    assert (wide == 7).all()
    out = np.empty((50, len(NAMES)), np.float32)
    assert Window().compute_and_remember(transfers, out=out) is out


def test_a_sum_that_no_transfer_has_is_refused_before_it_spoils_what_is_common() -> None:
    with pytest.raises(FeaturesError, match="endless"):
        Window().compute_and_remember(batch([(START, 1, 2, 1e39)]))
    assert np.isfinite(column(Window().compute_and_remember(batch([(START, 1, 2, 1e13)])), "amount")).all()
