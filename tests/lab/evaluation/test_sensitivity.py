"""How much a headline hangs on what is assumed: the axes, the points, what is said of them, and where it is shown."""

import json
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from warroom.errors import WorldError
from warroom_lab.cli.evaluate import evaluate as command
from warroom_lab.evaluation.asking import is_release_run
from warroom_lab.evaluation.assumptions import (
    SECTIONS,
    STILL,
    build_assumptions,
    draw_hypercube,
    get_point_values,
)
from warroom_lab.evaluation.evaluate import Evaluation, evaluate_policies, evaluation_as_json
from warroom_lab.evaluation.intervals import Interval
from warroom_lab.evaluation.page.hanging import render_sensitivity
from warroom_lab.evaluation.page.words import load_words
from warroom_lab.evaluation.scores import ScoreFigure
from warroom_lab.evaluation.seeds import EvaluationSetup, play_seed
from warroom_lab.evaluation.sensitivity import HEADLINES, Found, Sensitivity, Swing
from warroom_lab.evaluation.tools import EVERY, TOOLS
from warroom_lab.world.drawing.params import Name, Parameter, assume_values, list_scenarios, load_parameters
from warroom_lab.world.drawing.sizes import get_size
from warroom_lab.world.population import settling

POINTS = 10


@pytest.mark.parametrize("scenario", list_scenarios())
def test_every_assumption_that_can_move_a_headline_is_moved_within_its_range(scenario: str) -> None:
    known = load_parameters(scenario)
    moved = {name for axis in build_assumptions(scenario, EVERY).values() for name in axis.parameters}
    assert moved | STILL >= {
        (section, name) for section in SECTIONS for name, each in known[section].items() if each.tag == "A"
    }
    for point in [{name: end} for name in build_assumptions(scenario, EVERY) for end in (0.0, 1.0)]:
        with assume_values(get_point_values(point, scenario, EVERY), scenario):
            pass


@pytest.mark.parametrize("scenario", list_scenarios())
def test_one_number_of_each_assumption_stands_at_each_end(scenario: str) -> None:
    for axis in build_assumptions(scenario).values():
        for place in (0.0, 1.0):
            for name, value in axis.get_values_at(place).items():
                between = axis.parameters[name].range
                assert between is not None
                numbers = value if isinstance(value, list) else [value]
                assert any(each == pytest.approx(between[int(place)]) for each in numbers), name


def test_shares_of_a_whole_still_add_up_to_it_wherever_they_are_moved() -> None:
    for name, section in (("hops", "chain"), ("exits", "chain"), ("channels", "reports")):
        for place in (0.0, 0.3, 1.0):
            shares = build_assumptions("bot-2025")[f"{section}.{name}"].get_values_at(place)[section, name]
            assert sum(shares) == pytest.approx(1)


def test_a_hypercube_has_one_point_in_every_slice_of_every_assumption_and_is_the_same_again() -> None:
    points = draw_hypercube(20, "bot-2025")
    assert points == draw_hypercube(20, "bot-2025")
    for name in build_assumptions("bot-2025"):
        assert sorted(int(point[name] * 20) for point in points) == list(range(20))


def test_crime_added_to_an_honest_life_that_is_there_already_scores_as_in_a_country_made_anew() -> None:
    """Points share the honest life of a seed: no assumption may move it, and no play may leave anything behind in it."""
    asked = EvaluationSetup(get_size("tiny"), ("warroom",), frozenset(TOOLS), "bot-2025", "adapting")
    shared = settling.plan_nation(asked.size, 1, asked.scenario)
    for place in (0.0, 1.0):
        with assume_values(
            get_point_values(dict.fromkeys(build_assumptions("bot-2025"), place), "bot-2025"), "bot-2025"
        ):
            there = play_seed(asked, 1, lambda step: None, shared)
            anew = play_seed(asked, 1, lambda step: None)
        assert there == anew


def held(value: float | None) -> Found:
    found = None if value is None else Interval(value, value - 0.1, value + 0.1)
    return dict.fromkeys(HEADLINES, found)


def test_what_hangs_on_nothing_is_told_from_what_carries_all() -> None:
    cube = [({"carries": at / 9, "idle": (at * 7 % 10) / 9}, held(0.5 + at / 9)) for at in range(10)]
    ends = {"idle": Swing(held(1.0), held(1.0)), "carries": Swing(held(0.5), held(1.5))}
    found = Sensitivity(
        "bot-2025", (1,), held(1.0), ends, [*cube, ({"carries": 0.5, "idle": 0.5}, held(None))]
    )
    assert found.rank_assumptions("money_saved") == ["carries", "idle"]
    assert found.compute_rank_correlation("money_saved", "carries") == pytest.approx(1)
    assert abs(found.compute_rank_correlation("money_saved", "idle") or 0) < 0.5
    assert found.share_above_one("money_saved") == 0.5
    spread = found.compute_spread("money_saved")
    assert spread is not None
    assert spread.value == pytest.approx(1)
    assert 0.5 <= spread.low < spread.value < spread.high <= 1.5


def test_where_the_other_policy_has_nothing_there_is_no_ratio_and_no_number_is_made_up() -> None:
    found = Sensitivity(
        "bot-2025", (1,), held(None), {"a": Swing(held(None), held(2))}, [({"a": 0.1}, held(None))]
    )
    assert found.compute_swing("money_saved", "a") == 0
    assert found.share_above_one("money_saved") is found.compute_spread("money_saved") is None
    assert found.compute_rank_correlation("money_saved", "a") is None


ASKED: dict[str, Any] = {"size": "tiny", "seeds": "1", "policies": "practice-2026,warroom", "jobs": 1}


def test_it_stands_in_the_answer_on_the_page_and_in_the_terminal(
    small_country: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names = set(build_assumptions("bot-2025"))
    command(**ASKED, sensitivity=POINTS, out=tmp_path / "report")
    found = json.loads((tmp_path / "report/figures.json").read_text("utf-8"))["sensitivity"]
    assert found["size"] == "tiny"
    assert found["points"] == POINTS
    assert set(found["headlines"]) == {"money_saved", "innocent_hours", "victims_among_mules_held"}
    for headline in found["headlines"].values():
        assert set(headline["one_at_a_time"]) == set(found["assumptions"]) == names
        assert set(headline["hypercube"]["spearman"]) == names
    assert load_words()["sensitivity"]["title"]["th"] in (tmp_path / "report/index.html").read_text("utf-8")
    out, err = capsys.readouterr()
    assert "Played at tiny on 1 seeds" in " ".join(out.split())
    assert all(name in out for name in names)
    assert re.search(r"all ranges at once: money_saved \d\.\d\d", out)
    assert f"of {1 + 2 * len(names) + POINTS} points" in err


@pytest.mark.soak
def test_it_is_the_same_again(small_country: None, tmp_path: Path) -> None:
    """Two plays of every point. That the points are the same again is told above, and that plays are in `test_real_country`."""
    body = evaluation_as_json(evaluate_policies("tiny", [1], ["practice-2026", "warroom"], points=POINTS))
    command(**ASKED, sensitivity=POINTS, out=tmp_path / "report")
    assert (tmp_path / "report/figures.json").read_text("utf-8") == json.dumps(body, indent=1) + "\n"


def test_nobody_looks_at_it_unasked_but_a_release_run(small_country: None) -> None:
    assert evaluation_as_json(evaluate_policies("tiny", [1], ["none"]))["sensitivity"] is None
    assert is_release_run(range(101, 121))
    assert not is_release_run(range(101, 120))
    assert not is_release_run(range(1, 21))


@pytest.mark.parametrize("points", [-1, 3, 5_000])
def test_a_hypercube_of_too_few_or_too_many_points_is_refused(small_country: None, points: int) -> None:
    with pytest.raises(WorldError, match="points are too few or too many; name 10 to 1000"):
        evaluate_policies("tiny", [1], ["none"], points=points)


def test_the_page_has_a_tornado_beside_each_headline_with_all_of_it_in_words() -> None:
    cube = [({"heed": at / 9, "chain.hops": 0.5}, held(0.5 + at / 9)) for at in range(10)]
    ends = {"heed": Swing(held(0.7), held(1.6)), "chain.hops": Swing(held(1.2), held(0.9))}
    found = Evaluation(
        "tiny", 20, None, (1,), {}, {}, {}, {}, Sensitivity("bot-2025", (1,), held(1.1), ends, cube)
    )  # type: ignore[arg-type]
    text = render_sensitivity(found)
    plots = re.findall(r"<svg.*?</svg>", text)
    assert len(plots) == 3
    for plot in plots:
        image = ElementTree.fromstring(plot)
        label = image.get("aria-labelledby")
        assert f'id="{label}"' in text
        assert plot.count('class="low"') == 2
    for language in ("en", "th"):
        assert load_words()["assumptions"]["heed"][language] in text
    assert "0.70..1.60" in text
    assert "heed.purchase 0.15..0.35" in text


def test_every_assumption_has_words_in_both_languages() -> None:
    names = {name for scenario in list_scenarios() for name in build_assumptions(scenario, EVERY)}
    assert names == set(load_words()["assumptions"])
    for said in load_words()["assumptions"].values():
        assert said["en"]
        assert re.search("[\u0e00-\u0e7f]", said["th"])


def test_what_is_assumed_is_played_and_what_is_left_out_moves_nothing() -> None:
    """On a real country: half as many cases steal less; arrests, sites and years to come change no figure at all."""
    asked = EvaluationSetup(get_size("tiny"), ("warroom",), frozenset(TOOLS), "bot-2025", "adapting")

    def scores(values: dict[Name, Any]) -> dict[str, ScoreFigure]:
        with assume_values(values, "bot-2025"):
            return play_seed(asked, 3, lambda step: None).scores["warroom"]

    usual, known = scores({}), load_parameters("bot-2025")
    # Made for tiny itself, whose desk it is.
    still = STILL - {("agencies", "least_orders_a_day")}
    assert scores({(section, name): _high(known[section][name]) for section, name in still}) == usual
    fewer = scores(build_assumptions("bot-2025")["crime.cases_a_day"].get_values_at(0.0))
    assert fewer["money_stolen"].value < usual["money_stolen"].value  # type: ignore[operator]


def _high(parameter: Parameter) -> Any:
    assert parameter.range is not None
    high = parameter.range[1]
    return [high] * len(parameter.value) if isinstance(parameter.value, list) else high
