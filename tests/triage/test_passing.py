"""How long money stayed on a signalled account, and which 48 hours of it are shown."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest

from warroom.triage.passing import AFTER, SPAN, build_passed_through, compute_held_minutes
from warroom.web.triage.strip import REACH, compute_height

NOON = datetime(2026, 3, 9, 5, tzinfo=UTC)


def moves(*pairs: tuple[float, int]) -> tuple[tuple[datetime, int], ...]:
    """Baht by minutes after noon; below zero it went."""
    return tuple((NOON + timedelta(minutes=minutes), baht * 100) for minutes, baht in pairs)


@pytest.mark.parametrize(
    ("pairs", "minutes"),
    [
        ([], None),
        ([(0, 100)], None),
        # What went out before anything came is of an earlier balance.
        ([(0, -500), (1, 100), (5, -100)], 4),
        # First in, first out, weighed by baht: the larger sum decides.
        ([(0, 10), (0, 90), (3, -10), (50, -90)], 50),
        ([(0, 90), (3, -90), (10, 10), (60, -10)], 3),
        # Half is still there: nobody can say how long it stays.
        ([(0, 100), (5, -50)], None),
        ([(0, 100), (5, -51)], 5),
        ([(0, 60), (10, 60), (20, -120)], 20),
    ],
)
def test_money_stays_for_the_median_of_its_baht(
    pairs: list[tuple[float, int]], minutes: float | None
) -> None:
    assert compute_held_minutes(moves(*pairs)) == minutes


def test_the_hours_shown_are_the_last_ones_or_those_around_the_last_money_that_came() -> None:
    lately = build_passed_through(moves((-60, 900), (-30, -800)), NOON)
    assert (lately.until, lately.received, lately.sent) == (NOON, 900_00, 800_00)
    earlier = build_passed_through(moves((-5 * 1440, 900), (-5 * 1440 + 7, -900), (-30, -1)), NOON)
    assert earlier.until == NOON - timedelta(days=5) + AFTER
    assert (earlier.received, earlier.sent, earlier.held_minutes) == (900_00, 900_00, 7)
    assert all(earlier.until - SPAN <= at <= earlier.until for at, _ in earlier.moves)
    assert build_passed_through((), NOON).moves == ()


def test_a_bar_grows_by_powers_of_ten_and_ends_at_its_reach() -> None:
    steps = [compute_height(baht * 100) for baht in (100, 1_000, 10_000, 100_000, 1_000_000)]
    gaps = [high - low for low, high in itertools.pairwise(steps)]
    assert gaps == pytest.approx([gaps[0]] * 4)
    assert compute_height(8_600_000_00) == REACH == steps[-1]
    assert compute_height(1) == steps[0] > 0
