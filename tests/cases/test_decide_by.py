"""Deadlines only fall: what was given stays until a record later than it shows the money still there."""

import random
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial

import numpy as np
import pytest

from tests.cases.scenes import Scene, hour
from warroom.cases.answer_times import AnswerTimes, BankAnswerTimes
from warroom.cases.decide_by import AHEAD, explain_later, find_first_deadlines, give_deadlines
from warroom.cases.decisions.holds import decline_proposals
from warroom.cases.following import refresh_case
from warroom.cases.forecasts import refresh_forecasts
from warroom.cases.views import BoardRow, CasePage
from warroom.ledger.ledger import Ledger
from warroom.money.forecast.forecast import LAST

MINUTE = timedelta(minutes=1)


def follow(scene: Scene) -> None:
    refresh_case(scene.ledger, scene.lake, None, "C-1", now=scene.now, tracer=scene.money.trace)


def turn(scene: Scene, minutes: float = 0.0) -> BoardRow:
    """The case as a turn of the server leaves it."""
    refresh_forecasts(scene.ledger, scene.now + timedelta(minutes=minutes))
    return scene.page().row


def record(scene: Scene, name: str, at: datetime) -> None:
    """Another payment of the bank whose account holds the money: its records reach until then."""
    scene.transfer(name, source="B02", time=at, payee="7777", payer="8888")
    scene.transfer(f"{name}-b", source="B03", time=at, payee="7777", payer="8888")


def pass_deadline(scene: Scene) -> tuple[datetime, BoardRow]:
    """The deadline that was given, and the case a while after it has passed."""
    given = scene.case().row.decide_by
    assert given is not None
    scene.now = given + hour(4)
    return given, turn(scene)


def test_money_that_lies_still_keeps_its_deadline_however_often_it_is_looked_at(scene: Scene) -> None:
    given = scene.case().row.decide_by
    assert given is not None
    for _ in range(12):
        scene.now += timedelta(minutes=9)
        follow(scene)
        row = turn(scene)
        assert row.decide_by is not None
        assert row.decide_by <= given
        given = row.decide_by
    assert (row.decide_by_was, row.decide_by_why) == (None, "")


def test_a_passed_deadline_stays_late_while_no_record_says_that_the_money_is_there(scene: Scene) -> None:
    given, row = pass_deadline(scene)
    assert row.decide_by == given
    # Looked at again, but by the same records.
    follow(scene)
    assert turn(scene).decide_by == given


def test_records_from_after_a_passed_deadline_give_a_new_one_and_say_so(scene: Scene) -> None:
    given, _ = pass_deadline(scene)
    record(scene, "T8", given + hour(3))
    follow(scene)
    row = turn(scene)
    assert row.decide_by is not None
    assert row.decide_by > scene.now
    assert (row.decide_by_was, row.decide_by_why) == (given, "still")
    assert row.decide_by_seen is not None
    assert given < row.decide_by_seen <= scene.now
    proposal = scene.page().proposals[0]
    assert (proposal.decide_by_seen, proposal.decide_by_was) == (row.decide_by_seen, given)
    # And the new one falls only, too.
    kept = row.decide_by
    scene.now += timedelta(minutes=40)
    follow(scene)
    fallen = turn(scene).decide_by
    assert fallen is not None
    assert fallen <= kept


def test_what_set_the_deadline_and_is_decided_or_gone_lets_the_next_one_set_it(scene: Scene) -> None:
    page = scene.case()
    first = next(one for one in page.proposals if one.decide_by == page.row.decide_by)
    other = next(one for one in page.proposals if one.id != first.id and one.state == "open")
    scene.sql("UPDATE proposals SET decide_by = decide_by + interval '1 hour' WHERE id = :id", id=other.id)
    before = turn(scene).decide_by
    decline_proposals(scene.ledger, scene.anna, "C-1", [first.id], "A shop of forty years.", now=scene.now)
    row = scene.page().row
    assert row.decide_by is not None
    assert before is not None
    assert row.decide_by > before
    assert (row.decide_by_was, row.decide_by_why) == (before, "decided")


def test_the_deadline_of_what_comes_after_all_was_decided_says_which_one_it_follows(scene: Scene) -> None:
    page = scene.case()
    undecided = [one.id for one in page.proposals if one.state == "open"]
    decline_proposals(scene.ledger, scene.anna, "C-1", undecided, "A shop of forty years.", now=scene.now)
    assert turn(scene).decide_by is None
    scene.now += hour(3)
    scene.money.amounts[("B07", "9990001112")] = 9_000_000
    record(scene, "T8", scene.now - MINUTE)
    follow(scene)
    row = turn(scene)
    assert row.decide_by is not None
    assert page.row.decide_by is not None
    assert row.decide_by > page.row.decide_by
    assert (row.decide_by_was, row.decide_by_why) == (page.row.decide_by, "decided")


def test_what_set_the_deadline_and_left_lets_the_next_one_set_it(scene: Scene) -> None:
    page = scene.case()
    first = next(one for one in page.proposals if one.decide_by == page.row.decide_by)
    scene.sql(
        "UPDATE proposals SET decide_by = decide_by + interval '1 hour' WHERE id <> :id AND state = 'open'",
        id=first.id,
    )
    before = turn(scene).decide_by
    left = next(place for place in scene.money.amounts if place == (first.bank, first.account))
    del scene.money.amounts[left]
    scene.now += MINUTE
    follow(scene)
    row = turn(scene)
    assert row.decide_by is not None
    assert before is not None
    assert row.decide_by > before
    assert (row.decide_by_was, row.decide_by_seen, row.decide_by_why) == (before, scene.now, "left")


def _deadlines(page: CasePage) -> dict[str, tuple[datetime | None, datetime | None, datetime | None]]:
    row = page.row
    found = {"case": (row.decide_by, row.decide_by_was, row.decide_by_seen)}
    for one in page.proposals:
        if one.state == "open":
            found[f"{one.bank} {one.account}"] = (one.decide_by, one.decide_by_was, one.decide_by_seen)
    return found


def _events(
    scene: Scene, chance: random.Random, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[], object]]:
    """What happens to a case that nobody decides: time, turns, looks, banks' answers, records; also of a clock that stands,
    goes back, or leaps as an exercise at 300 times the pace does, and of a server that restarts.
    """

    def wait() -> None:
        scene.now += timedelta(minutes=chance.choice([0, 1, 5, 25, 150, 300]))

    def answer() -> None:
        """The next answers of all banks take another time."""
        usual = chance.choice([2.0, 20.0, 90.0])
        monkeypatch.setattr(AnswerTimes, "get_times", lambda *_: BankAnswerTimes(usual, 2 * usual))

    def reopen() -> None:
        with Ledger.open(scene.home) as other:
            refresh_forecasts(other, scene.now)

    def hear(number: int) -> None:
        record(scene, f"N{number}", scene.now - MINUTE)
        follow(scene)

    for number in range(45):
        yield chance.choice(
            [
                wait,
                wait,
                answer,
                reopen,
                lambda: turn(scene),
                lambda: turn(scene, -chance.choice([1, 30])),
                lambda: follow(scene),
                partial(hear, number),
            ]
        )


@pytest.mark.parametrize("seed", range(2))
def test_no_deadline_rises_unless_a_record_later_than_it_says_so(
    scene: Scene, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = scene.case()
    before, rises = _deadlines(page), 0
    for happens in _events(scene, random.Random(seed), monkeypatch):
        happens()
        turn(scene)
        now = _deadlines(scene.page())
        for name, (at, was, seen) in now.items():
            given = before[name][0]
            assert at is not None, name
            assert given is not None
            if at <= given:
                continue
            rises += 1
            assert was == given, name
            assert seen is not None
            assert seen > given
            assert at > scene.now
        before = now
    assert rises


def test_a_new_deadline_is_given_only_where_it_is_far_enough_ahead() -> None:
    kept, fresh = np.array([100, 100, 100, 100, LAST]), np.array([AHEAD + 199, AHEAD + 200, LAST, 50, 70])
    seen, now = np.array([150, 150, 150, 90, 150]), 200
    given = give_deadlines(kept, fresh, seen, now)
    assert given.at.tolist() == [100, AHEAD + 200, LAST, 100, 70]
    assert given.renewed.tolist() == [False, True, True, False, False]


def test_each_case_has_the_first_of_its_deadlines() -> None:
    first = find_first_deadlines(np.array([2, 0, 0]), np.array([5, 9, 7]), 4)
    assert first.at.tolist() == [7, LAST, 5, LAST]
    assert first.place.tolist() == [2, -1, 0, -1]


@pytest.mark.parametrize(
    ("state", "still", "why"),
    [
        (None, False, ""),
        ("open", True, "still"),
        ("approved", False, "decided"),
        ("superseded", False, "left"),
    ],
)
def test_a_later_deadline_says_why(state: str | None, still: bool, why: str) -> None:
    assert explain_later(state, still) == why


def test_a_case_whose_deadline_passed_is_looked_at_again_though_others_lead(scene: Scene) -> None:
    given, _ = pass_deadline(scene)
    scene.sql("UPDATE cases SET leaves = 0, exit_at = NULL")
    record(scene, "T8", given + hour(3))
    scene.run(0)
    row = scene.page().row
    assert (row.decide_by_was, row.decide_by_why) == (given, "still")
