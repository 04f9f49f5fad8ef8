"""What passed through an account, drawn: in above, out below, the balance, and a score that says how often it was right."""

import itertools
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from gettext import NullTranslations
from zoneinfo import ZoneInfo

import pytest

from tests.signals.made import signal
from warroom.reasons.reason import Reason
from warroom.triage.outcomes import compute_wilson_interval, count_outcomes_near
from warroom.web.kit.flow import (
    HIGH,
    build_flow,
    choose_reason,
    choose_scale_top,
    choose_window,
    format_ranges,
    number_payments,
)
from warroom.web.kit.formats import Say

NOON = datetime(2026, 3, 9, 5, tzinfo=UTC)
SAY = Say("en", NullTranslations(), ZoneInfo("Asia/Bangkok"), False, NOON + timedelta(days=1))


@dataclass(frozen=True)
class Paid:
    time: datetime
    amount: int
    record_id: str


def paid(hours: float, baht: int, name: str = "") -> Paid:
    return Paid(NOON + timedelta(hours=hours), baht * 100, name or f"T{hours}")


def test_money_in_stands_above_money_out_below_and_heights_are_the_power_six_tenths() -> None:
    flow = build_flow([paid(0, 32_000), paid(1, 1_000), paid(2, -16_000)], {}, "two", SAY)
    assert flow
    first, second, out = flow.bars
    assert first.height == pytest.approx(HIGH)
    assert second.height / first.height == pytest.approx((1 / 32) ** 0.6, rel=0.01)
    assert first.y + first.height == pytest.approx(flow.zero)
    assert out.y == pytest.approx(flow.zero)
    assert [(row.received, row.sent) for row in flow.rows] == [(3_200_000, 0), (100_000, 0), (0, 1_600_000)]


def test_the_balance_is_the_least_that_never_goes_below_zero() -> None:
    flow = build_flow([paid(0, -500), paid(1, 2_000), paid(3, -1_800)], {}, "two", SAY)
    assert flow
    assert [row.balance for row in flow.rows] == [0, 200_000, 200_000, 20_000]


def test_the_payments_of_a_signal_are_numbered_and_all_else_is_pale() -> None:
    moves = [paid(0, 900), paid(1, 24_000, "A"), paid(1.5, -20_000, "B"), paid(5, 300)]
    flow = build_flow(moves, {"A": 1, "B": 2}, "two", SAY, Reason("sums_alike", {}, ("A", "B")))
    assert flow
    assert [one.words for one in flow.badges] == ["1–2"]
    assert [one.pale for one in flow.bars] == [True, False, False, True]
    whole = build_flow(moves, {}, "two", SAY)
    assert whole
    assert not any(one.pale for one in whole.bars)


def test_only_the_payments_of_the_chosen_reason_carry_their_numbers() -> None:
    """Forty bubbles over a drawing say nothing."""
    moves = [paid(hour, 1_000, f"P{hour}") for hour in range(20)]
    numbers = {f"P{hour}": hour + 1 for hour in range(20)}
    under, far = Reason("stays_under", {}, ("P3",)), Reason("many_payers", {}, ("P5", "P6"))
    made = replace(signal("M-1", 1), reasons=(Reason("named_in_reports", {}, ("R1",)), under, far))
    assert choose_reason("", made, numbers) is under
    assert choose_reason("many_payers", made, numbers) is far
    assert choose_reason("named_in_reports", made, numbers) is under
    assert choose_reason("", None, numbers) is None
    for reason, words in ((under, ["4"]), (far, ["6", "7"]), (None, [])):
        flow = build_flow(moves, numbers, "two", SAY, reason)
        assert flow
        assert [badge.words for badge in flow.badges] == words
        # Paid by the signal or not is said of all its payments, whatever reason is chosen.
        assert not any(bar.pale for bar in flow.bars)


def test_one_payment_of_millions_is_cut_and_named_and_the_others_stay_visible() -> None:
    moves = [paid(hour, 10_000 + hour) for hour in range(20)] + [paid(30, 8_600_000)]
    flow = build_flow(moves, {}, "two", SAY)
    assert flow
    heights = sorted(bar.height for bar in flow.bars)
    assert heights[-1] == pytest.approx(HIGH)
    assert heights[0] > HIGH / 3
    assert [cut.words for cut in flow.cuts] == ["{figure} M".format(figure="8.60")]
    near = build_flow([*moves, paid(31, 5_000_000)], {}, "two", SAY)
    assert near
    assert [cut.words for cut in near.cuts] == ["8.60 M", ""], "one sum does not lie over another"
    even = build_flow(moves[:-1], {}, "two", SAY)
    assert even
    assert even.cuts == ()


@pytest.mark.parametrize(
    ("amounts", "top"), [([], 1), ([0, 0], 1), ([5, 7], 7), ([1, 1, 1, 600], 3), ([9, 10, 11, 12], 12)]
)
def test_full_height_is_the_largest_unless_it_flattens_the_rest(amounts: list[int], top: int) -> None:
    assert choose_scale_top(amounts) == top


def test_the_span_is_the_shortest_that_holds_all_payments_of_the_signal() -> None:
    moves = [paid(-90, 900, "A"), paid(0, 100)]
    assert choose_window("", moves, {}) == "two"
    assert choose_window("", moves, {"A": 1}) == "all"
    assert choose_window("day", moves, {"A": 1}) == "day"
    assert number_payments(None, moves) == {}
    assert format_ranges(["A", "B", "C", "E", "lost"], {"A": 1, "B": 2, "C": 3, "D": 4, "E": 5}) == [
        "1–3",
        "5",
    ]


def test_months_of_transfers_are_drawn_by_the_day() -> None:
    flow = build_flow([paid(24 * day, 100 + day) for day in range(40)], {}, "all", SAY)
    assert flow
    assert flow.by_day
    assert len(flow.rows) == 40


@pytest.mark.parametrize(("days", "labels"), [(1, 5), (2, 5), (7, 5), (7.5, 5), (40, 5), (300, 5)])
def test_few_days_are_named_below_and_a_week_is_not_named_by_its_noons(days: float, labels: int) -> None:
    flow = build_flow([paid(24 * days * n / 200, 100 + n) for n in range(201)], {}, "all", SAY)
    assert flow
    words = [name for _, name in flow.marks]
    assert 2 <= len(words) <= labels + 1
    assert days < 3 or not any(":" in name for name in words)
    places = [x for x, _ in flow.marks]
    assert all(right - left > 60 for left, right in itertools.pairwise(places))


def test_a_score_says_of_a_hundred_such_how_many_only_where_a_hundred_were_decided() -> None:
    few = [(0.9, True)] * 60 + [(0.2, False)] * 30
    assert not count_outcomes_near(few, 0.9).has_enough
    assert count_outcomes_near([], 0.9).decided == 0
    many = [(0.9, n % 100 < 83) for n in range(400)] + [(0.3, False)] * 150
    found = count_outcomes_near(many, 0.9)
    assert (found.has_enough, found.of_hundred) == (True, 83)
    assert found.low < 83 < found.high
    assert count_outcomes_near(many, 0.3).of_hundred == 0


def test_the_band_of_a_share_is_wilsons() -> None:
    low, high = compute_wilson_interval(83, 100)
    assert (round(low, 3), round(high, 3)) == (0.745, 0.891)
