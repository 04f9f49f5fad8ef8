"""What the forecasts of an exercise are judged by: all that was undecided, whether or not the room then held it."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from tests.cases.scenes import Money
from warroom import clock
from warroom.money.forecast.facts import MINUTE
from warroom.money.trail import BankAccount, HoldProposal, Trail
from warroom.reasons.reason import Reason
from warroom.room.waiting.case_filters import SMALL
from warroom_lab.evaluation import foreseen
from warroom_lab.evaluation.rehearsal import Hours

BEGINS = 1_700_000_000 * 1_000_000
HELD, FREE = BankAccount("B02", "2002"), BankAccount("B03", "3003")
CAME = [(BEGINS - 60 * MINUTE, 30_000_00, 0)]
ROOM, NOBODY = 1, 2


@pytest.fixture
def _two_worlds(monkeypatch: pytest.MonkeyPatch) -> None:
    """The room holds one amount, which would have left half an hour later; the other stays in either world."""

    def find_trail(records: int, names: list[str], now: int) -> Trail:
        return replace(Money().trace(None, None, names, as_of=clock.from_micros(now)), loss=records)

    left = (BEGINS + 30 * MINUTE, -30_000_00, 0)
    moves = {ROOM: {HELD: CAME, FREE: CAME}, NOBODY: {HELD: [*CAME, left], FREE: CAME}}
    monkeypatch.setattr(foreseen, "_find_trail", find_trail)
    monkeypatch.setattr(foreseen, "map_moves_by_account", lambda trail: moves[trail.loss])


@pytest.mark.usefixtures("_two_worlds")
def test_what_the_room_held_in_time_is_judged_by_the_world_in_which_nobody_acts() -> None:
    courses = foreseen._Courses(
        ROOM,  # type: ignore[arg-type]
        NOBODY,  # type: ignore[arg-type]
        decided={},
        asked={HELD: BEGINS + 10 * MINUTE},
        held={HELD: BEGINS + 20 * MINUTE},
    )
    report = SimpleNamespace(record_id="R1", transfer_ids=("T1",), received_at=BEGINS - MINUTE)
    hours = Hours(BEGINS - 60 * MINUTE, BEGINS, BEGINS + 100 * MINUTE)
    questions = list(foreseen._iter_questions(courses, [report], hours, BEGINS + 600 * MINUTE))  # type: ignore[list-item]
    # Amount, moment and share that left: at the second look one amount is asked for, and no question any longer.
    asked = [question.row for question in questions]
    assert sorted((row[1], (row[10] - BEGINS) // MINUTE, row[11]) for row in asked) == [
        (15_000_00, 0, 0.0),
        (15_000_00, 30, 0.0),
        (30_000_00, 0, 1.0),
    ]


def test_what_an_officer_saw_and_left_is_no_question_until_more_comes() -> None:
    now = BEGINS + 30 * MINUTE
    seen = Money().trace(None, None, ["T1"], as_of=clock.from_micros(now))
    courses = foreseen._Courses(ROOM, NOBODY, {"R1": [BEGINS]}, {}, {})  # type: ignore[arg-type]
    assert foreseen._list_undecided(courses, "R1", seen, now) == []
    assert len(foreseen._list_undecided(courses, "R2", seen, now)) == 2
    more = replace(seen.accounts[0], latest_arrival=clock.from_micros(BEGINS + MINUTE))
    seen = replace(seen, accounts=(more, *seen.accounts[1:]))
    assert [one.account for one in foreseen._list_undecided(courses, "R1", seen, now)] == [more.account]


def test_the_order_is_judged_by_boards_of_one_moment_and_each_case_is_also_asked_of_when_it_comes() -> None:
    boards = range(0, 100, 30)
    assert foreseen._list_looks(boards, -5) == [0, 30, 60, 90]
    assert foreseen._list_looks(boards, 31) == [31, 60, 90]
    assert foreseen._list_looks(boards, 100) == []


def make_hold(
    account: BankAccount, amount: int, *reasons: str, innocent: tuple[str, ...] = ()
) -> HoldProposal:
    told, evidence = (tuple(map(Reason, codes)) for codes in (reasons, innocent))
    return HoldProposal(account, amount, 1, 60.0, told, evidence)


def test_what_the_queue_does_not_rank_by_is_no_pair_of_its_order() -> None:
    clear = make_hold(HELD, 10_000_00, "passed_on")
    doubted = make_hold(FREE, 10_000_00, innocent=("outweighs",))
    bare = make_hold(FREE, 10_000_00)
    ranked = foreseen.find_ranked_accounts
    assert ranked([clear, doubted], 50_000_00, is_decided=False) == {HELD}
    assert ranked([clear, bare], 50_000_00, is_decided=False) == {HELD, FREE}
    # A part of the loss that is no reason to open the case, and what an officer looked at and left.
    assert ranked([clear], 1_000_000_00, is_decided=False) == set()
    assert ranked([bare], 50_000_00, is_decided=True) == set()


def test_a_few_hundred_baht_more_are_no_pair_of_the_order() -> None:
    """Two large sums in the right order, and crumbs in the wrong one."""
    said, true = np.array([18_000_00, 10_000_00, 40_00, 30_00]), np.array([300_000_00, 30_000_00, 0, 500_00])
    agree, apart = foreseen.count_concordant_pairs(said.astype(float), true.astype(float), SMALL)
    assert (agree.sum(), apart.sum()) == (10, 10)
    agree, apart = foreseen.count_concordant_pairs(said.astype(float), true.astype(float))
    assert (agree.sum(), apart.sum()) == (8, 12)
