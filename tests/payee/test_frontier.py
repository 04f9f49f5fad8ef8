"""The commander's frontier: what was measured is shown for days like the last week's, and the choice is a decision of two officers."""

import pytest

from tests.cases.scenes import Scene
from warroom.errors import NotAllowed, NotFound, NotPossible
from warroom.payee import advice_decisions as decisions
from warroom.payee import frontier
from warroom.payee.views import FigureRange
from warroom.web.payee.frontier_drawing import choose_step, draw_frontier


def test_three_settings_hold_more_and_cost_more_each_with_its_band_and_source() -> None:
    facts = frontier.load_facts()
    assert [setting.name for setting in facts.settings] == ["narrow", "middle", "wide"]
    for figure in ("paid", "moved", "waiting"):
        spans = [getattr(setting, figure) for setting in facts.settings]
        assert all(span.low <= span.middle <= span.high for span in spans)
        assert [span.middle for span in spans] == sorted(span.middle for span in spans)
    assert facts.countries == len(facts.settings[0].gangs) == 4
    assert "benchmarks.frontier" in facts.by


def test_a_day_is_what_was_measured_times_what_the_room_saw_in_the_last_week(scene: Scene) -> None:
    scene.case()
    view = frontier.load_frontier(scene.ledger, scene.lake, scene.anna, now=scene.now)
    loss = scene.sql("SELECT sum(loss) FROM cases")[0][0]
    assert view.reported_a_day == round(int(loss) / 7)
    assert view.payments_a_day == frontier.count_payments(scene.lake, scene.now) / 7 > 0
    day = view.days[1]
    assert day.held.middle == pytest.approx(day.setting.paid.middle * int(loss) / 7)
    assert day.saved.middle == pytest.approx(day.held.middle * view.facts.says_so.middle)
    assert day.hours.middle == pytest.approx(view.payments_a_day / 10_000 * day.setting.waiting.middle)
    drawing = draw_frontier(view)
    assert [mark.x for mark in drawing.marks] == sorted(mark.x for mark in drawing.marks)
    assert all(mark.upper <= mark.y <= mark.lower for mark in drawing.marks)


def test_a_room_without_records_draws_without_dividing_by_nothing(scene: Scene) -> None:
    view = frontier.load_frontier(scene.ledger, scene.lake, scene.anna, now=scene.now)
    assert view.payments_a_day == view.reported_a_day == 0
    assert len(draw_frontier(view).marks) == 3
    assert choose_step(7.0, 5) == 2.0
    assert FigureRange(1, 2, 3).scale_range(2) == FigureRange(2, 4, 6)


def test_the_commander_chooses_and_another_officer_puts_it_into_effect(scene: Scene) -> None:
    boss = scene.officer("boss", "commander")
    with pytest.raises(NotFound):
        frontier.choose_setting(scene.ledger, boss, "widest", "As measured.", "key-0")
    with pytest.raises(NotPossible):
        frontier.choose_setting(scene.ledger, boss, "wide", " ", "key-1")
    with pytest.raises(NotAllowed):
        frontier.choose_setting(scene.ledger, scene.anna, "wide", "As measured.", "key-2")
    frontier.choose_setting(scene.ledger, boss, "wide", "As measured.", "key-3")
    proposal = decisions.measure_advice(scene.ledger, scene.anna).proposed
    assert proposal is not None
    assert (proposal.setting, proposal.wait_from, proposal.proposed_by) == ("wide", 0.1, "Boss")
    decisions.confirm_advice_rule(scene.ledger, scene.boon, proposal.id, "key-4")
    rule = frontier.load_frontier(scene.ledger, scene.lake, scene.anna, now=scene.now).rule
    assert rule is not None
    assert rule.setting == "wide"
    verbs = scene.sql("SELECT verb FROM audit WHERE verb LIKE 'advice.%' ORDER BY sequence")
    assert verbs == [("advice.proposed",), ("advice.confirmed",)]
