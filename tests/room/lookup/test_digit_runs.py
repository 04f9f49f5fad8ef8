"""A run of digits fits anywhere in a number, and from six digits on with one slip of the hand."""

import pytest

from warroom.room.lookup.digit_runs import DigitRun, RunMatch

NUMBER = "0000492204969855"


def fit(run: str, number: str = NUMBER) -> RunMatch | None:
    return DigitRun(run).find_match(number)


@pytest.mark.parametrize("run", ["0000", "4922", "2049", "9855", "496985", NUMBER])
def test_a_run_fits_wherever_it_stands(run: str) -> None:
    match = fit(run)
    assert match == RunMatch(NUMBER.rfind(run), NUMBER.rfind(run) + len(run), True)


@pytest.mark.parametrize(
    "run",
    ["496185", "196985", "496981", "49685", "4969985", "496895", "946985", "4922204969855"],
)
def test_one_slip_is_forgiven_from_six_digits_on(run: str) -> None:
    match = fit(run)
    assert match is None if len(run) < 6 else match and not match.is_exact, run


def test_two_slips_are_not() -> None:
    for run in ("416915", "123456", "994695", "49698512"):
        assert fit(run) is None, run


def test_every_slip_of_every_run_is_found() -> None:
    """All runs of six to ten digits of a number, each with every slip there is."""
    number = "3141592653589793"
    for size in (6, 7, 10):
        for start in range(len(number) - size):
            run = number[start : start + size]
            slips = {run[:at] + str((int(run[at]) + 5) % 10) + run[at + 1 :] for at in range(size)}
            slips |= {run[:at] + run[at] + run[at:] for at in range(size)}
            slips |= {run[:at] + run[at + 1] + run[at] + run[at + 2 :] for at in range(size - 1)}
            slips |= {run[:at] + run[at + 1 :] for at in range(size) if size > 6}
            for slip in slips:
                assert DigitRun(slip).find_match(number), (run, slip)


def test_who_sees_the_last_four_digits_asks_by_them_alone() -> None:
    assert DigitRun("9855", at_end=True).find_match(NUMBER)
    assert DigitRun("4969", at_end=True).find_match(NUMBER) is None
