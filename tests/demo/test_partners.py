"""The exercise's partner agencies answer for themselves, as long as it is an exercise, and never for the room."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.lab.demo.rehearsing import Beat, Rehearsal, begun, opened
from warroom import clock
from warroom.actions.operations import queries
from warroom.actions.operations.decisions import plans
from warroom.actions.operations.views import OperationView, PlannedPlace
from warroom.ledger.ledger import Ledger
from warroom.runtime.background import BackgroundThread
from warroom.runtime.metrics import Metrics
from warroom.runtime.open_home import OpenHome

AGENCIES = ("HOSPITAL", "NGO", "POLICE", "ROOM", "SCREENING", "SHELTER")


@pytest.fixture
def rehearsal(tmp_path: Path, database: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Rehearsal]:
    home = begun(tmp_path / "home", monkeypatch)
    with Ledger.open(home) as ledger:
        one = opened(home, ledger, Beat())
        with home.turn_clock(lambda: one.exercise.pace.get_now()):
            yield one


def planned(rehearsal: Rehearsal, hours: float = 10) -> OperationView:
    wanted = plans.OperationPlan(
        title="Three doors",
        hour=clock.get_now() + timedelta(hours=hours),
        places=(PlannedPlace("Warehouse", "S-03"),),
        agencies=AGENCIES,
        raid=False,
    )
    return plans.plan_operation(rehearsal.ledger, rehearsal.officer("investigator"), wanted, key="plan")


def words(rehearsal: Rehearsal, number: int) -> dict[str, str]:
    found = queries.load_operation(rehearsal.ledger, rehearsal.officer("commander"), number)
    return {one.agency: one.readiness for one in found.agencies}


def test_partners_say_that_they_are_ready_after_a_while_of_the_exercises_clock_and_the_room_says_so_itself(
    rehearsal: Rehearsal,
) -> None:
    rehearsal.turn()
    number = planned(rehearsal).id
    rehearsal.play(8)
    assert set(words(rehearsal, number).values()) == {"unknown"}
    rehearsal.play(32)
    some = words(rehearsal, number)
    assert (some["POLICE"], some["ROOM"]) == ("ready", "unknown")
    rehearsal.play(40)
    assert {name for name, word in words(rehearsal, number).items() if word != "ready"} == {"ROOM"}
    told = queries.list_timeline(rehearsal.ledger, rehearsal.officer("commander"), number)
    assert [one.kind for one in told].count("readiness") == len(AGENCIES) - 1


def test_where_the_hour_is_near_partners_answer_before_it(rehearsal: Rehearsal) -> None:
    rehearsal.turn()
    number = planned(rehearsal, hours=0.5).id
    rehearsal.play(18)
    assert list(words(rehearsal, number).values()).count("ready") == len(AGENCIES) - 1


def test_in_a_room_without_an_exercise_nobody_answers_for_a_partner(rehearsal: Rehearsal) -> None:
    rehearsal.turn()
    number = planned(rehearsal).id
    rehearsal.beat.seconds += 3_600
    for step in (
        BackgroundThread(OpenHome(rehearsal.home, rehearsal.ledger), Metrics()).turns.map_steps().values()
    ):
        step()
    assert set(words(rehearsal, number).values()) == {"unknown"}
