"""Two clocks of crime: named scenarios of one country, each like what was published of its time."""

from pathlib import Path

import numpy as np
import pytest

from tests.lab.world.crime_play import country
from warroom.errors import WorldError
from warroom_lab.evaluation.check import bands, check, measured, quantities
from warroom_lab.evaluation.hardness.accept import untouched
from warroom_lab.world.agencies.desk import Desk
from warroom_lab.world.build import build
from warroom_lab.world.drawing import params
from warroom_lab.world.drawing.columns import HOUR
from warroom_lab.world.drawing.params import OF_SCENARIOS, POLICE_2018, everything, number, scenarios, values
from warroom_lab.world.drawing.sizes import Size, size_named
from warroom_lab.world.population.country import found

SENTENCE = r"There is no scenario 'police'; choose police-2018, bot-2025\."


def test_an_unknown_scenario_is_one_sentence_that_lists_both(tmp_path: Path) -> None:
    with pytest.raises(WorldError, match=SENTENCE):
        build(size_named("tiny"), 1, tmp_path / "country", scenario="police")
    assert not (tmp_path / "country").exists()
    with pytest.raises(WorldError, match=SENTENCE):
        found(size_named("tiny"), 1, "police")


def test_every_override_is_a_parameter_that_is_read_by_scenario() -> None:
    usual = everything()
    for scenario in scenarios()[1:]:
        changed = {
            (section, name)
            for section, named in everything(scenario).items()
            for name, parameter in named.items()
            if parameter != usual[section][name]
        }
        assert changed
        assert {section for section, _ in changed} <= set(OF_SCENARIOS)
        for section, name in changed:
            parameter = everything(scenario)[section][name]
            assert parameter.unit == usual[section][name].unit
            assert (parameter.range is not None) == (parameter.tag == "A")


def test_an_override_of_what_no_scenario_may_change_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    known = params._read

    def read(name: str) -> params.Sections:
        return known("params.toml") if name == "params.toml" else {"people": known("params.toml")["people"]}

    monkeypatch.setattr(params, "_read", read)
    params.everything.cache_clear()
    with pytest.raises(
        WorldError, match=r"people\.second_account in scenario\.bot-2025\.toml is no parameter"
    ):
        everything("bot-2025")
    params.everything.cache_clear()


def test_the_usual_scenario_is_what_stands_in_the_parameters() -> None:
    assert values("reports", POLICE_2018) == values("reports")
    assert values("reports", "bot-2025") != values("reports")


def test_ordinary_life_is_the_same_in_every_scenario() -> None:
    usual, other = country(), country(scenario="bot-2025")
    for day in (0, 5):
        assert (usual.day(day).amount == other.day(day).amount).all()
        assert (usual.day(day).time == other.day(day).time).all()


def test_victims_report_later_and_lose_less_at_the_top_by_the_clock_of_2025() -> None:
    waits, tops = [], []
    for scenario in scenarios():
        world = country(scenario=scenario).underworld
        ends = world.cases.end
        waits.append(np.median([each.time - ends[each.case] for each in world.reports]) / HOUR)
        tops.append(np.quantile(world.cases.whole_loss, 0.99))
    assert waits[1] > waits[0]
    assert tops[1] < tops[0]


def test_a_country_of_another_scenario_says_so_in_its_manifest_and_the_usual_one_as_ever(
    tmp_path: Path,
) -> None:
    usual = build(size_named("tiny"), 3, tmp_path / "a")
    other = build(size_named("tiny"), 3, tmp_path / "b", scenario="bot-2025")
    assert '"scenario"' not in (usual.folder / "manifest.json").read_text()
    assert '"scenario": "bot-2025"' in (other.folder / "manifest.json").read_text()


BUSY = Size("a town whose desk is as busy as the nation's", 12_000, 8, 120_000, 60)
"""The smallest countries have more officers than their share, so that they can be played at all; practice freezes more than
twice as much there as where its desk has a queue."""
OF_ORDINARY_LIFE = {"mean below 5,000", "mean of all payments", "illicit transfers"}
"""What only a country of the right size can say."""


def test_a_town_in_which_the_check_is_tried_has_no_more_officers_than_its_share() -> None:
    share = number("agencies", "block_orders_a_day") * BUSY.crime
    assert Desk(BUSY, 7, 0).daily("block") == share > number("agencies", "least_orders_a_day")


@pytest.mark.slow
@pytest.mark.parametrize("scenario", scenarios())
def test_each_scenario_is_within_its_checks(scenario: str) -> None:
    made = [measured(*untouched(found(BUSY, seed, scenario))) for seed in (7, 8)]
    said = [each for each in quantities(made, scenario) if each.name not in OF_ORDINARY_LIFE]
    assert not [each.line() for each in said if not each.passes]
    assert set(bands(scenario)) <= set(made[0])


@pytest.mark.soak
@pytest.mark.parametrize("scenario", scenarios())
def test_a_small_country_of_each_scenario_passes_the_whole_check(scenario: str) -> None:
    assert not [each.line() for each in check(size_named("small"), [1], scenario) if not each.passes]
