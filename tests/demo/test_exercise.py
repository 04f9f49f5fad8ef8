"""The exercise: decisions reach the country, its news the room, and nothing is lost or doubled however it is stopped."""

from functools import partial

import pytest
from sqlalchemy import text

from tests.lab.demo.rehearsing import PLAN, Rehearsal, use_stand_in_afterwards
from tests.lab.evaluation import stand_in
from warroom import clock
from warroom_lab.demo import beside, debriefing
from warroom_lab.demo.place import get_exercise_folder
from warroom_lab.world.drawing.columns import MINUTE


def transfers(rehearsal: Rehearsal) -> list[str]:
    rows = rehearsal.room.lake.query_rows("transfers").to_pyarrow()
    return sorted(rows["record_id"].to_pylist())


def test_at_the_beginning_the_board_has_what_was_reported_since_the_room_opened(rehearsal: Rehearsal) -> None:
    (page,) = rehearsal.pages()
    assert page.row.loss > 0
    assert clock.to_micros(page.row.reported_at) == stand_in.BEGINS + 120 * MINUTE
    assert rehearsal.now == PLAN.begins


def test_new_reports_come_to_the_board_as_time_goes_on(rehearsal: Rehearsal) -> None:
    rehearsal.play(200, most=30)
    assert len(rehearsal.pages()) == 2
    assert rehearsal.room.lake.query_rows("reports").to_pyarrow().num_rows == 3


def test_an_approved_hold_is_carried_out_by_the_country_and_its_bank_answers(rehearsal: Rehearsal) -> None:
    rehearsal.turn()
    assert rehearsal.approve_everything() >= 1
    rehearsal.play(90)
    (page,) = rehearsal.pages()
    assert {hold.state for hold in page.actions} <= {"in_effect", "partly"}
    truth = rehearsal.exercise._stage.run.truth  # type: ignore[union-attr]
    assert truth.sum_money()["held"] > 0


def test_in_a_pause_nothing_happens(rehearsal: Rehearsal) -> None:
    rehearsal.turn()
    rehearsal.exercise.change_speed(rehearsal.officer(), paused=True)
    before, now = transfers(rehearsal), rehearsal.now
    for _ in range(3):
        rehearsal.beat.seconds += 60
        rehearsal.turn()
    assert (transfers(rehearsal), rehearsal.now) == (before, now)


def test_a_turn_done_twice_does_nothing_twice(rehearsal: Rehearsal) -> None:
    rehearsal.turn()
    rehearsal.approve_everything()
    rehearsal.play(60)
    rehearsal.exercise.change_speed(rehearsal.officer(), paused=True)
    rehearsal.turn()
    before = transfers(rehearsal), len(rehearsal.exercise.journal), rehearsal.pages()
    rehearsal.turn()
    assert (transfers(rehearsal), len(rehearsal.exercise.journal), rehearsal.pages()) == before


def test_a_demo_that_is_killed_goes_on_and_nothing_is_lost_or_doubled(rehearsal: Rehearsal) -> None:
    rehearsal.turn()
    rehearsal.approve_everything()
    rehearsal.play(60)
    truth = rehearsal.exercise._stage.run.truth.sum_money()  # type: ignore[union-attr]
    position = rehearsal.exercise.position
    rehearsal.play(20)  # in the lake, but as if the position had not been written any more
    (rehearsal.home.run / "exercise" / "position").write_text(str(position))
    again = rehearsal.restarted()
    rehearsal.exercise.pace = again.exercise.pace
    again.play(400, most=30)
    ids = transfers(again)
    assert len(ids) == len(set(ids))
    assert len(again.exercise.journal) == len(rehearsal.exercise.journal)
    assert again.exercise._stage.run.truth.sum_money()["held"] >= truth["held"] > 0  # type: ignore[union-attr]
    rows = again.room.lake.query_rows("answers").to_pyarrow()
    assert rows.num_rows == len(set(rows["order_id"].to_pylist()))
    assert again.room.lake.query_rows("reports").to_pyarrow().num_rows == 3


def test_who_turned_the_clock_before_the_first_turn_is_in_the_log(rehearsal: Rehearsal) -> None:
    rehearsal.exercise.change_speed(rehearsal.officer(), speed=60)
    rehearsal.exercise.end_exercise(rehearsal.officer())
    rehearsal.ledger.number_committed_rows()
    wanted = text("SELECT verb FROM audit WHERE subject = 'exercise' ORDER BY sequence")
    with rehearsal.ledger.open_session() as session:
        assert list(session.scalars(wanted)) == ["exercise.speed", "exercise.ended"]


def test_an_exercise_that_ends_the_moment_it_begins_has_its_scores(
    rehearsal: Rehearsal, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_stand_in_afterwards(monkeypatch)
    folder = get_exercise_folder(rehearsal.home)
    (folder / debriefing.FOLDER).mkdir()
    rehearsal.exercise._debriefing.ensure_process = partial(beside.score_players, folder)  # type: ignore[method-assign]
    rehearsal.exercise.end_exercise(rehearsal.officer())
    rehearsal.turn()
    after = rehearsal.exercise.build_after_action()
    assert after.ready
    assert all(player.figures is not None for player in after.players)
    assert after.ended_at == after.started_at
    assert after.reports > 0


def test_at_the_end_the_country_plays_up_to_it_and_then_stands(rehearsal: Rehearsal) -> None:
    rehearsal.play(30)
    rehearsal.approve_everything()
    rehearsal.exercise.end_exercise(rehearsal.officer())
    ended = rehearsal.exercise.get_state().ended_at
    rehearsal.exercise._debriefing.ensure_process = lambda ended: None  # type: ignore[method-assign]
    rehearsal.turn()
    rehearsal.beat.seconds += 100
    rehearsal.turn()
    assert ended == clock.get_now()
    assert rehearsal.exercise.position == clock.to_micros(ended)
    assert not rehearsal.exercise.build_after_action().ready
