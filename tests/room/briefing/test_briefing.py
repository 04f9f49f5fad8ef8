"""A briefing tells what the ledger knows, to each officer what is theirs, and calls nothing an effect that may be
chance.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.cases.scenes import Scene, hour
from tests.exchange import pdf
from warroom.cases.decisions import hold_release
from warroom.cases.decisions.appeals import answer_appeal
from warroom.cases.decisions.cases import seal_case
from warroom.errors import NotAllowed, NotPossible
from warroom.ledger.officers import Officer
from warroom.public import appeals
from warroom.room.briefing import period
from warroom.room.briefing import queries as service
from warroom.room.briefing.paper import render_briefing
from warroom.room.briefing.period import Period
from warroom.room.briefing.story import format_story
from warroom.room.briefing.views import Briefing

NOW = datetime(2026, 11, 24, 5, tzinfo=UTC)  # noon in Bangkok


def told(scene: Scene, officer: Officer, since: float = -6, until: float = 6) -> Briefing:
    """The briefing of some hours around the scene's own."""
    asked = Period(scene.now + hour(since), scene.now + hour(until))
    return service.read_briefing(scene.ledger, officer, asked, now=scene.now + hour(until))


def sum_of(found: Briefing, section: str, code: str) -> tuple[int | None, int | None]:
    one = found.get_figure(section, code)  # type: ignore[arg-type]
    return one.count, one.amount


def test_a_hold_stands_under_every_step_it_took(scene: Scene) -> None:
    scene.in_effect()
    found = told(scene, scene.anna)
    assert sum_of(found, "cases", "opened") == (1, 50_000_00)
    assert sum_of(found, "holds", "proposed") == (2, 45_000_00)
    assert sum_of(found, "holds", "approved") == (1, 30_000_00)
    assert sum_of(found, "holds", "in_effect") == (1, 30_000_00)
    assert sum_of(found, "results", "held") == (1, 30_000_00)
    assert sum_of(found, "results", "saved") == (1, 30_000_00)
    assert sum_of(found, "holds", "released") == (0, 0)
    (row,) = found.get_figure("holds", "in_effect").rows
    assert (row.opens, row.id, row.amount, row.note) == ("case", "C-1", 30_000_00, "B02")


def in_words(found: Briefing, language: str = "en") -> list[str]:
    return [getattr(one, language).replace("*", "") for one in format_story(found.story)]


def test_three_sentences_say_what_was_held_of_what_was_reported_and_what_to_do(scene: Scene) -> None:
    scene.in_effect()
    happened, cost, morning = in_words(told(scene, scene.anna))
    assert happened == (
        "Victims reported 50,000 baht in 1 case, with too little history to say whether that is usual. "
        "The room held 30,000, 60 of each 100 baht."
    )
    assert cost == "No money is known to have left."
    assert morning.startswith("No appeal found a hold wrong in this time. ")
    assert "ระงับไว้ได้ 30,000" in in_words(told(scene, scene.anna), "th")[0]


def test_a_bank_that_is_silent_is_the_first_thing_of_the_morning(scene: Scene) -> None:
    scene.sent()
    assert "B02 has been silent for" in in_words(told(scene, scene.anna, until=2))[-1]


def test_what_a_bank_no_longer_found_left_while_it_was_awaited(scene: Scene) -> None:
    hold = scene.sent()
    scene.answer(hold.orders[0].order_id, "partly", 10_000_00)
    found = told(scene, scene.anna)
    assert found.story.after_decision == 20_000_00
    assert sum_of(found, "holds", "partly") == (1, 20_000_00)
    assert sum(one.held for one in found.hours) == 10_000_00
    assert sum(one.reported for one in found.hours) == 50_000_00
    (one,) = found.cases
    assert (one.number, one.why, one.held, one.gone) == ("C-1", "loss", 10_000_00, found.story.gone)


def test_the_usual_of_an_hour_is_told_from_eight_like_weeks_on(scene: Scene) -> None:
    scene.in_effect()
    stored = scene.sql(
        "SELECT string_agg(column_name, ', ') FROM information_schema.columns"
        " WHERE table_schema = current_schema() AND table_name = 'cases' AND is_generated = 'NEVER'"
    )[0][0]
    for back in range(1, 10):
        scene.sql(
            f"INSERT INTO cases ({stored}) SELECT {', '.join(f'(c).{name}' for name in stored.split(', '))} FROM (SELECT jsonb_populate_record(cases, jsonb_build_object("
            f"'id', 1000 + {back}, 'number', 'C-100{back}', 'opened_at', opened_at - interval '{back} weeks',"
            f" 'loss', {back}00000, 'snapshot_id', NULL)) AS c FROM cases WHERE number = 'C-1') AS made"
        )
        bands = [(one.low, one.high) for one in told(scene, scene.anna).hours if one.reported]
        assert (bands == [(None, None)]) == (back < 9)
    assert bands == [(170_000, 730_000)]  # the tenths of 1,000 to 8,000 baht, eight whole weeks


def test_what_lies_outside_the_period_is_not_in_it(scene: Scene) -> None:
    scene.in_effect()
    assert sum_of(told(scene, scene.anna, since=2), "holds", "approved") == (0, 0)
    assert sum_of(told(scene, scene.anna, since=2), "results", "held") == (1, 30_000_00)
    assert sum_of(told(scene, scene.anna, since=2), "results", "saved") == (0, 0)


def test_a_hold_lifted_on_appeal_is_harm_with_its_hours_and_no_result(scene: Scene) -> None:
    hold = scene.in_effect()
    filed = scene.now + hour(1)
    appeals.submit_appeal(scene.ledger, hold.reference, "Somsri", "I sold a telephone.", now=filed)
    (number,) = scene.sql("SELECT id FROM appeals")[0]
    answer_appeal(scene.ledger, scene.chai, number, False, "The receipt is real.", now=scene.now + hour(2))
    found = told(scene, scene.anna)
    assert sum_of(found, "harm", "wrongly_held") == (1, 30_000_00)
    count, seconds = sum_of(found, "harm", "innocent_hours")
    assert (count, round((seconds or 0) / 60)) == (1, 117)  # the bank had said yes after three minutes
    assert sum_of(found, "results", "held") == (0, 0)
    assert sum_of(found, "holds", "released") == (1, 30_000_00)


def test_a_released_hold_stood_held_until_it_was_released(scene: Scene) -> None:
    hold = scene.in_effect()
    hold_release.release_hold(
        scene.ledger, scene.anna, hold.id, "Seen with the bank.", now=scene.now + hour(3)
    )
    assert sum_of(told(scene, scene.anna, until=2), "results", "held") == (1, 30_000_00)
    assert sum_of(told(scene, scene.anna, until=4), "results", "held") == (0, 0)


def test_a_case_sealed_to_others_is_in_no_figure_and_nobody_learns_that_it_is_missing(scene: Scene) -> None:
    scene.in_effect()
    sup = scene.officer("sup", "supervisor")
    scene.sql("UPDATE officers SET agency = 'NAVY' WHERE username = 'sup'")
    seal_case(scene.ledger, replace(sup, agency="NAVY"), "C-1", ["NAVY"], "Only theirs.")
    outside, inside = told(scene, scene.anna), told(scene, replace(sup, agency="NAVY"))
    assert {one.count for one in outside.figures} == {0}
    assert sum_of(inside, "holds", "in_effect") == (1, 30_000_00)
    paper = pdf.words(render_briefing(outside))
    assert pdf.close("Cases sealed to other agencies are left out, so some may be missing.") in paper
    assert "C-1" not in paper


def test_who_works_no_cases_has_no_briefing(scene: Scene) -> None:
    for role in ("screener", "admin"):
        with pytest.raises(NotAllowed):
            told(scene, scene.officer(f"a-{role}", role))


def test_reading_and_taking_away_are_in_the_log(scene: Scene) -> None:
    asked = Period(scene.now - hour(1), scene.now)
    service.read_briefing(scene.ledger, scene.anna, asked, now=scene.now)
    service.export_briefing(scene.ledger, scene.anna, asked, now=scene.now)
    rows = scene.sql("SELECT officer, verb FROM audit WHERE subject = 'briefing' ORDER BY sequence")
    assert [tuple(row) for row in rows] == [("anna", "briefing.read"), ("anna", "briefing.exported")]


def test_the_same_briefing_is_the_same_paper(scene: Scene) -> None:
    scene.in_effect()
    found = told(scene, scene.anna)
    assert render_briefing(found) == render_briefing(found)


def weeks(scene: Scene, losses: list[list[int]]) -> Period:
    """Cases with these losses in baht, week after week, the last one in the period."""
    first = NOW - timedelta(weeks=len(losses))
    with scene.ledger.open_session() as session:
        from sqlalchemy import text

        number = 0
        for week, amounts in enumerate(losses):
            for loss in amounts:
                number += 1
                session.execute(
                    text(CASE),
                    {
                        "number": f"C-{number}",
                        "loss": loss * 100,
                        "at": first + week * timedelta(weeks=1) + hour((number - 1) % 100),
                    },
                )
    return Period(NOW - timedelta(weeks=1), NOW)


CASE = """
INSERT INTO cases (number, state, flag, scam_type, reported_at, opened_at, loss, still_there, exited, spent,
  beyond_horizon, held, accounts, banks, undecided, open_appeals, alerts, silent, reports, next_kind, leaves,
  leaves_low, leaves_high, leaves_rough, part_left, there, unchecked,
  decide_by_why)
VALUES (:number, 'open', '', 'investment', :at, :at, :loss, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, '', 0, 0, 0, false, 0, 0, false, '')
"""


def test_a_week_like_those_before_it_lies_in_the_band_and_a_tenfold_one_above(scene: Scene) -> None:
    usual = [[20_000 + 500 * one for one in range(20)] for _ in range(9)]
    asked = weeks(scene, usual)
    found = {one.code: one for one in service.read_briefing(scene.ledger, scene.anna, asked, now=NOW).effects}
    assert {found[code].verdict for code in ("reported", "loss")} == {"inside"}
    assert (found["reported"].value, found["reported"].spans) == (20, 8)
    low, high = found["loss"].low, found["loss"].high
    assert low is not None
    assert high is not None
    # Twenty cases a week swing by a good third from chance alone.
    assert 0.5 < low / found["loss"].value < 0.8
    assert 1.2 < high / found["loss"].value < 1.6
    scene.sql("UPDATE cases SET loss = loss * 10 WHERE opened_at >= :since", since=asked.since)
    found = {one.code: one for one in service.read_briefing(scene.ledger, scene.anna, asked, now=NOW).effects}
    assert (found["loss"].verdict, found["reported"].verdict) == ("above", "inside")


def test_from_three_weeks_of_history_no_band_is_told(scene: Scene) -> None:
    asked = weeks(scene, [[20_000], [30_000], [10_000], [90_000]])
    for one in service.read_briefing(scene.ledger, scene.anna, asked, now=NOW).effects:
        assert (one.verdict, one.low, one.high) == ("unknown", None, None)


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [
        ("2026-11-01", "2026-11-07", ("2026-10-31T17:00", "2026-11-07T17:00")),
        ("1/11/2569", "7/11/2569", ("2026-10-31T17:00", "2026-11-07T17:00")),
        ("๑/๑๑/๒๕๖๙ 9:30", "2026-11-01T12:00:00+07:00", ("2026-11-01T02:30", "2026-11-01T05:00")),
        ("29/2/2567", "1/3/2567", ("2024-02-28T17:00", "2024-03-01T17:00")),
        ("", "", ("2026-11-17T05:00", "2026-11-24T05:00")),
    ],
)
def test_a_period_is_read_in_both_calendars(since: str, until: str, expected: tuple[str, str]) -> None:
    found = period.parse_period(since, until, NOW)
    assert (f"{found.since:%Y-%m-%dT%H:%M}", f"{found.until:%Y-%m-%dT%H:%M}") == expected


@pytest.mark.parametrize(
    ("since", "until"),
    [
        ("yesterday", ""),
        ("31/2/2569", ""),
        ("2026-11-08", "2026-11-07"),
        ("2020-01-01", ""),
        ("0001-01-01", ""),
    ],
)
def test_a_period_that_is_none_is_refused(since: str, until: str) -> None:
    with pytest.raises(NotPossible):
        period.parse_period(since, until, NOW)
