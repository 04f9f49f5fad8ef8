"""Why a case's money was missed: each rule by a case that it fits, in minutes after the report."""

from dataclasses import replace
from datetime import datetime

import pytest

from warroom import clock
from warroom_lab.evaluation.causes import (
    MissedCaseFacts,
    QueuePlace,
    find_cause,
    find_moments,
    measure_legs,
    split_missed_by_phase,
    summarise_missed,
)
from warroom_lab.evaluation.courses import AskedOf, CaseCourse

START = clock.to_micros(clock.parse_instant("2026-03-09T06:00:00Z"))
MINUTE = 60_000_000


def after(minute: float) -> int:
    return START + int(minute * MINUTE)


def at(minute: float) -> datetime:
    return clock.from_micros(after(minute))


def asked(decided: float, answered: float | None, amount: int = 372_411, held: int = 0) -> AskedOf:
    """An amount of B14."""
    return AskedOf("B14", amount, held, at(decided), None if answered is None else at(answered), None)


def told(
    *steps: tuple[float, int], asks: tuple[AskedOf, ...] = (), offered: float | None = 3
) -> MissedCaseFacts:
    """375,400 lie there at the report and then what `steps` say; on the board after 3 minutes."""
    course = CaseCourse("C-19", at(3), None if offered is None else at(offered), None, None, 0, asks)
    lies = ((START, 375_400), *((after(minute), baht) for minute, baht in steps))
    return MissedCaseFacts(lies, START, after(300), 0, course, usual=19)


def taken(one: MissedCaseFacts, minute: float) -> MissedCaseFacts:
    return replace(one, course=replace(one.course, taken_at=at(minute)))


def test_money_that_left_before_any_record_showed_it_is_the_records_fault() -> None:
    found = find_cause(told((10, 0), offered=38))
    assert (found.code, found.minutes) == ("records", 38)
    assert find_cause(told((10, 0), offered=None)).code == "unseen"


def test_money_that_left_while_its_case_stood_far_down_is_the_lists_fault() -> None:
    one = told((27, 16_397), asks=(asked(46, 60, held=16_397),))
    far = replace(one, places=[QueuePlace(after(3), 18, 24), QueuePlace(after(33), 2, 24)])
    found = find_cause(far)
    assert (found.code, found.place, found.of, found.minutes) == ("place", 18, 24, 43)
    near = replace(one, places=[QueuePlace(after(3), 4, 24)])
    assert find_cause(near).code == "nobody"
    assert find_cause(replace(far, course=replace(one.course, asked=()))).code == "place_never"


def test_money_that_left_while_nobody_had_the_case_waited_for_an_officer() -> None:
    one = told((130, 0), asks=(asked(142, 160),))
    assert find_cause(taken(one, 128)).code == "nobody"
    assert find_cause(taken(one, 128)).minutes == 125
    assert find_cause(one).minutes == 139
    late = find_cause(taken(one, 13))
    assert (late.code, late.minutes, late.then) == ("slow", 10, 129)
    nobody = replace(one, course=replace(one.course, asked=()))
    assert find_cause(nobody).code == "nobody_never"
    assert find_cause(taken(nobody, 13)).code == "slow_never"


def test_money_that_left_after_somebody_declined_it_says_so() -> None:
    one = told((90, 0))
    said = replace(one, course=replace(one.course, declined_at=at(40), declined=372_411))
    found = find_cause(said)
    assert (found.code, found.at, found.amount) == ("declined", at(40), 372_411)


def test_money_that_left_between_the_decision_and_the_answer_was_the_banks_to_hold() -> None:
    found = find_cause(told((80, 0), asks=(asked(46, 98),)))
    assert (found.code, found.bank, found.minutes, found.then) == ("bank", "B14", 52, 19)
    silent = find_cause(told((80, 0), asks=(asked(46, None),)))
    assert (silent.code, silent.minutes) == ("bank_never", 254)


def test_money_that_left_after_the_answer_had_not_been_asked_for_or_had_moved_or_was_let_go() -> None:
    small = find_cause(replace(told((150, 90_000), asks=(asked(46, 60, 90_000, 90_000),)), saved=90_000))
    assert (small.code, small.amount, small.whole) == ("rest", 90_000, 375_400)
    moved = find_cause(replace(told((150, 16_397), asks=(asked(46, 60, held=16_397),)), saved=16_397))
    assert (moved.code, moved.amount, moved.whole) == ("part", 16_397, 372_411)
    other = find_cause(replace(told((150, 500), asks=(asked(46, 60, held=372_411),)), saved=500))
    assert (other.code, other.amount, other.whole) == ("astray", 500, 372_411)
    let_go = replace(asked(46, 60, held=372_411), released_at=at(100))
    found = find_cause(told((150, 0), asks=(let_go,)))
    assert (found.code, found.at, found.amount) == ("released", at(100), 372_411)


def test_money_that_still_lies_there_at_the_end_was_left() -> None:
    assert find_cause(told()).code == "end"
    assert find_cause(told()).minutes == 297
    assert find_cause(told(asks=(asked(290, None),))).code == "bank_never"
    small = replace(told(asks=(asked(46, 60, 90_000, 90_000),)), saved=90_000)
    assert find_cause(small).code == "rest"


def test_the_largest_part_gives_the_cause_and_nothing_is_counted_twice() -> None:
    one = told((20, 300_000), (50, 200_000), (90, 50_000), asks=(asked(46, 60, held=10_000),))
    one = replace(one, saved=10_000)
    assert split_missed_by_phase(one) == {
        "records": 0,
        "decision": 75_400,
        "bank": 100_000,
        "after": 150_000,
        "end": 40_000,
    }
    assert sum(split_missed_by_phase(one).values()) == 375_400 - 10_000
    assert find_cause(one).code == "part"


def test_gone_is_when_three_quarters_of_what_was_missed_had_left() -> None:
    assert find_moments(told((20, 100_000))).gone is None, "a quarter of it still lies there"
    assert find_moments(told((20, 100_000), (60, 20_000), (200, 0))).gone == after(60)
    assert find_moments(told()).gone is None


def test_nothing_before_the_exercise_began_counts_against_the_room() -> None:
    early = replace(told((140, 300_000), (200, 0), offered=10), since=after(147))
    when = find_moments(early)
    assert (when.board, when.offered) == (after(147), after(147))
    assert split_missed_by_phase(early)["decision"] == 300_000


def test_the_sentence_names_the_few_largest_cases_and_what_most_left_before() -> None:
    sums = [split_missed_by_phase(told((20, 0))), split_missed_by_phase(told((20, 0), asks=(asked(10, 30),)))]
    found = summarise_missed([500, 300, 100, 100], sums)
    assert found is not None
    assert (found.few, found.share, found.phase, found.most) == (3, 0.9, "decision", 0.5)
    assert summarise_missed([], []) is None


def test_where_the_minutes_went_is_a_median_with_its_count() -> None:
    one, two = told(asks=(asked(46, 60),)).course, replace(told().course, number="C-20")
    found = measure_legs({"C-19": START, "C-20": after(1)}, [one, two], after(0))
    assert (found["board"].cases, found["board"].median) == (2, pytest.approx(2.5))
    found = measure_legs({"C-19": START, "C-20": after(1)}, [one, two], after(6))
    assert "board" not in found, "reported before anybody could act"
    assert (found["decision"].cases, found["decision"].median) == (1, 40)
    assert (found["answer"].cases, found["answer"].median) == (1, 14)
