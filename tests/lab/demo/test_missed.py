"""After an exercise a missed case says why it was missed: by the room's own books, and by what was true."""

from functools import partial

import pytest

from tests.lab.demo.rehearsing import Rehearsal, use_stand_in_afterwards
from tests.lab.evaluation import stand_in
from warroom import clock
from warroom_lab.demo import beside, debriefing
from warroom_lab.demo.place import get_exercise_folder
from warroom_lab.world.drawing.columns import MINUTE


def test_a_missed_case_says_from_the_rooms_own_books_and_the_truth_why_it_was_missed(
    rehearsal: Rehearsal, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_stand_in_afterwards(monkeypatch)
    folder = get_exercise_folder(rehearsal.home)
    (folder / debriefing.FOLDER).mkdir()
    rehearsal.exercise._debriefing.ensure_process = partial(beside.score_players, folder)  # type: ignore[method-assign]
    rehearsal.play(820, most=30)
    rehearsal.exercise.end_exercise(rehearsal.officer())
    rehearsal.turn()
    after = rehearsal.exercise.build_after_action()
    number, other = (page.row.number for page in sorted(rehearsal.pages(), key=lambda one: one.row.number))
    found = {one.case: one for one in after.missed}
    first = found[number]
    # 26,000 of 48,000 went as crypto after 900 minutes; nobody had looked at the case.
    assert (first.reachable, first.missed) == (48_000_00, 48_000_00)
    assert first.why.code == "nobody_never"
    assert first.strip.reported == clock.from_micros(stand_in.BEGINS + 120 * MINUTE)
    assert first.strip.board == after.started_at
    assert first.strip.there[-1] == (clock.from_micros(stand_in.BEGINS + 900 * MINUTE), 22_000_00)
    assert dict(first.strip.others)["informed"] >= after.started_at
    assert found[other].why.code == "end"
    assert after.summary is not None
    assert after.minutes["board"].cases == 1, "the first was reported before anybody could act"
