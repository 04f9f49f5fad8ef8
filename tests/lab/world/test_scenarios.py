"""Two clocks of crime: named scenarios of one country, each like what was published of its time."""

from pathlib import Path

import numpy as np
import pytest

from tests.lab.world.crime_play import country
from warroom.errors import WorldError
from warroom_lab.evaluation.check import load_bands, measure_countries, measure_country, pool_quantities
from warroom_lab.evaluation.hardness.accept import play_untouched
from warroom_lab.world.agencies.desk import OrderDesk
from warroom_lab.world.build import build_country
from warroom_lab.world.drawing import params
from warroom_lab.world.drawing.columns import HOUR
from warroom_lab.world.drawing.params import (
    OF_SCENARIOS,
    POLICE_2018,
    get_number,
    get_values,
    list_scenarios,
    load_parameters,
)
from warroom_lab.world.drawing.sizes import Size, get_size
from warroom_lab.world.population.country import plan_country

SENTENCE = r"There is no scenario 'police'; choose police-2018, bot-2025\."


def test_an_unknown_scenario_is_one_sentence_that_lists_both(tmp_path: Path) -> None:
    with pytest.raises(WorldError, match=SENTENCE):
        build_country(get_size("tiny"), 1, tmp_path / "country", scenario="police")
    assert not (tmp_path / "country").exists()
    with pytest.raises(WorldError, match=SENTENCE):
        plan_country(get_size("tiny"), 1, "police")


def test_every_override_is_a_parameter_that_is_read_by_scenario() -> None:
    usual = load_parameters()
    for scenario in list_scenarios()[1:]:
        changed = {
            (section, name)
            for section, named in load_parameters(scenario).items()
            for name, parameter in named.items()
            if parameter != usual[section][name]
        }
        assert changed
        assert {section for section, _ in changed} <= set(OF_SCENARIOS)
        for section, name in changed:
            parameter = load_parameters(scenario)[section][name]
            assert parameter.unit == usual[section][name].unit
            assert (parameter.range is not None) == (parameter.tag == "A")


def test_an_override_of_what_no_scenario_may_change_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    known = params._read_toml

    def read(name: str) -> params.Sections:
        return known("params.toml") if name == "params.toml" else {"people": known("params.toml")["people"]}

    monkeypatch.setattr(params, "_read_toml", read)
    params.load_parameters.cache_clear()
    with pytest.raises(
        WorldError, match=r"people\.second_account in scenario\.bot-2025\.toml is no parameter"
    ):
        load_parameters("bot-2025")
    params.load_parameters.cache_clear()


def test_the_usual_scenario_is_what_stands_in_the_parameters() -> None:
    assert get_values("reports", POLICE_2018) == get_values("reports")
    assert get_values("reports", "bot-2025") != get_values("reports")


def test_ordinary_life_is_the_same_in_every_scenario() -> None:
    usual, other = country(), country(scenario="bot-2025")
    for day in (0, 5):
        assert (usual.get_day(day).amount == other.get_day(day).amount).all()
        assert (usual.get_day(day).time == other.get_day(day).time).all()


def test_victims_report_later_and_lose_less_at_the_top_by_the_clock_of_2025() -> None:
    waits, tops = [], []
    for scenario in list_scenarios():
        world = country(scenario=scenario).underworld
        ends = world.cases.end
        waits.append(np.median([each.time - ends[each.case] for each in world.reports]) / HOUR)
        tops.append(np.quantile(world.cases.whole_loss, 0.99))
    assert waits[1] > waits[0]
    assert tops[1] < tops[0]


def test_a_country_of_another_scenario_says_so_in_its_manifest_and_the_usual_one_as_ever(
    tmp_path: Path,
) -> None:
    usual = build_country(get_size("tiny"), 3, tmp_path / "a")
    other = build_country(get_size("tiny"), 3, tmp_path / "b", scenario="bot-2025")
    assert '"scenario"' not in (usual.folder / "manifest.json").read_text()
    assert '"scenario": "bot-2025"' in (other.folder / "manifest.json").read_text()


BUSY = Size("a town whose desk is as busy as the nation's", 12_000, 8, 120_000, 60)
"""The smallest countries have more officers than their share, so that they can be played at all; practice freezes more than
twice as much there as where its desk has a queue."""
OF_ORDINARY_LIFE = {"mean below 5,000", "mean of all payments", "illicit transfers"}
"""What only a country of the right size can say."""


def test_a_town_in_which_the_check_is_tried_has_no_more_officers_than_its_share() -> None:
    share = get_number("agencies", "block_orders_a_day") * BUSY.crime
    assert (
        OrderDesk(BUSY, 7, 0).get_daily_capacity("block")
        == share
        > get_number("agencies", "least_orders_a_day")
    )


@pytest.mark.slow
@pytest.mark.parametrize("scenario", list_scenarios())
def test_each_scenario_is_within_its_checks(scenario: str) -> None:
    made = [measure_country(*play_untouched(plan_country(BUSY, seed, scenario))) for seed in (7, 8)]
    said = [each for each in pool_quantities(made, scenario) if each.name not in OF_ORDINARY_LIFE]
    assert not [each.format_line() for each in said if not each.passes]
    assert set(load_bands(scenario)) <= set(made[0])


@pytest.mark.soak
@pytest.mark.parametrize("scenario", list_scenarios())
def test_a_small_country_of_each_scenario_passes_the_whole_check(scenario: str) -> None:
    assert not [
        each.format_line() for each in measure_countries(get_size("small"), [1], scenario) if not each.passes
    ]
