"""After the exercise everybody plays the same hours again, the room first, and what is there is not played twice."""

import json
from pathlib import Path

import pytest

from tests.lab.demo.rehearsing import PLAN, use_stand_in_afterwards
from tests.lab.evaluation import stand_in
from warroom_lab.demo import beside, debriefing
from warroom_lab.demo.after import PLAYERS
from warroom_lab.demo.journal import OrderEntry, OrderJournal
from warroom_lab.evaluation import play, policies, rehearsal
from warroom_lab.evaluation.background import build_background
from warroom_lab.evaluation.rehearsal import Hours
from warroom_lab.world.drawing.columns import HOUR, MINUTE
from warroom_lab.world.play.orders import CountryOrder

ENDS = PLAN.begins + 8 * HOUR
HOURS = Hours(PLAN.opens, PLAN.begins, ENDS)


@pytest.fixture(autouse=True)
def small_country(monkeypatch: pytest.MonkeyPatch) -> None:
    use_stand_in_afterwards(monkeypatch)


def hold(order_id: str, minutes: int, account: int, baht: int, report: str = "REPORT0") -> OrderEntry:
    time = PLAN.begins + minutes * MINUTE
    order = CountryOrder(order_id, "hold", time, account, baht * 100, ENDS + HOUR, reports=(report,))
    return OrderEntry(time, (order,), (f"CODE-{order_id}",))


def of_room(*entries: OrderEntry) -> rehearsal.Score:
    return rehearsal.score_room(stand_in.found(), [(one.time, one.orders) for one in entries], HOURS)


def test_a_room_that_did_nothing_missed_what_was_reachable() -> None:
    score = of_room()
    assert (score.saved, score.holds, score.minutes, score.innocents) == (0, 0, None, 0)
    missed = {one.report: (one.reachable, one.saved) for one in score.missed}
    assert missed["REPORT0"][0] > 0
    assert missed["REPORT0"][1] == 0
    assert "REPORT1" not in missed, "it says again what another report said"


def test_what_the_room_held_is_saved_and_no_longer_missed() -> None:
    score = of_room(hold("WR1", 5, stand_in.MULE, 10_000))
    assert score.saved == 10_000_00
    assert score.held == 10_000_00
    assert score.holds == 1
    assert score.minutes == 35  # 10 on the board before the exercise began, 5 to decide, 20 at the bank
    (first,) = [one for one in score.missed if one.report == "REPORT0"]
    assert first.saved == 10_000_00
    assert score.share == pytest.approx(score.saved / score.loss)


def test_a_missed_case_says_when_its_money_lay_there_and_when_others_would_have_decided() -> None:
    (first,) = [one for one in of_room().missed if one.report == "REPORT0"]
    assert first.reported == first.came == stand_in.BEGINS + 120 * MINUTE
    # 50,000 came, 2,000 went to a shop before the report; 26,000 went as crypto after 900 minutes.
    assert first.there == ((first.came, 48_000_00),)
    later = Hours(PLAN.opens, PLAN.begins, stand_in.BEGINS + 1_000 * MINUTE)
    (first,) = [
        one for one in rehearsal.score_room(stand_in.found(), [], later).missed if one.report == "REPORT0"
    ]
    assert first.there[1:] == ((stand_in.BEGINS + 900 * MINUTE, 22_000_00),)
    background = build_background(stand_in.found())
    decided = rehearsal.score_policy(background, "warroom", HOURS).decided
    assert PLAN.begins <= decided["REPORT0"] < ENDS
    assert "REPORT1" not in decided, "it says again what another report said"


def test_an_innocent_holder_is_named_with_the_hours() -> None:
    score = of_room(hold("WR1", 5, stand_in.SELLER, 3_000))
    (harmed,) = score.harmed
    assert (harmed.order_id, harmed.standing) == ("WR1", True)
    assert score.innocents == 1
    assert score.innocent_hours > 0


def test_a_policy_takes_over_the_board_and_does_nothing_before() -> None:
    background = build_background(stand_in.found())
    taken = play.play_policy(background, rehearsal.TakesOver(policies.make_rule("informed"), HOURS), ENDS)
    assert taken.orders
    assert min(order.time for order in taken.orders) >= PLAN.begins
    assert rehearsal.score_policy(background, "none", HOURS).saved == 0
    assert rehearsal.score_policy(background, "informed", HOURS).saved > 0


def test_who_leaves_the_board_in_the_middle_of_a_case_is_not_woken_for_it_again() -> None:
    class Reader(policies.Nothing):
        """Begins to read as the hours begin, and would be done a minute after they end."""

        def get_wake_time(self, now: int) -> int:
            return ENDS + MINUTE

    taken = rehearsal.TakesOver(Reader(), HOURS)
    played = play.play_policy(build_background(stand_in.found()), taken, ENDS + HOUR)
    assert played.run.now == ENDS + HOUR


def test_everybody_is_played_once_the_room_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    PLAN.save_plan(tmp_path / "plan.json")
    OrderJournal(tmp_path / "journal.jsonl").append(hold("WR1", 5, stand_in.MULE, 10_000))
    scores = tmp_path / debriefing.FOLDER
    scores.mkdir()
    order: list[str] = []
    keep = beside._save_score
    monkeypatch.setattr(
        beside, "_save_score", lambda folder, name, score: (order.append(name), keep(folder, name, score))
    )
    beside.score_players(tmp_path, ENDS)
    assert order == list(PLAYERS)
    assert json.loads((scores / "room.json").read_text())["saved"] == 10_000_00
    seen = json.loads((scores / debriefing.FORESEEN).read_text())
    assert seen["looks"] > 0
    assert 0 <= seen["within"] <= 1
    (scores / "none.json").unlink()
    order.clear()
    beside.score_players(tmp_path, ENDS)
    assert order == ["none"]
