"""Policies on seeds: intervals, reasons for what is null, the page, and what cannot be asked."""

import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest

from warroom.errors import WorldError
from warroom_lab.cli.evaluate import evaluate as command
from warroom_lab.evaluation import seeds as playing
from warroom_lab.evaluation.asking import check_seeds_not_held_out, parse_policy_names, parse_seeds
from warroom_lab.evaluation.evaluate import Evaluation, evaluate_policies, evaluation_as_json
from warroom_lab.evaluation.intervals import Interval, compute_mean, compute_ratio
from warroom_lab.evaluation.missing import Missing
from warroom_lab.evaluation.page import write_page
from warroom_lab.evaluation.page.words import load_words
from warroom_lab.evaluation.policies import POLICIES
from warroom_lab.evaluation.policies.equipped import Equipped
from warroom_lab.evaluation.policies.nothing import Nothing
from warroom_lab.evaluation.policy import Orders, PolicyRoom, RoomNews
from warroom_lab.evaluation.scores import METRICS, ScoreFigure
from warroom_lab.evaluation.table import format_ratio
from warroom_lab.evaluation.tools import parse_tools
from warroom_lab.evaluation.where import PLACES
from warroom_lab.world.crime.strategies import Strategy, list_red_team
from warroom_lab.world.drawing.sizes import get_size
from warroom_lab.world.play.orders import CountryOrder

ASKED = {
    "money_held", "money_saved", "money_returned", "money_never_sent", "innocent_hours", "innocents_held",
    "victims_among_mules_held", "honest_payments_warned", "honest_baht_warned", "honest_payments_abandoned",
    "warnings_a_day", "precision_at_budget", "precision_at_ten_budgets", "recall_in_time_at_ten", "minutes_to_hold",
    "median_hours_to_release", "trail_recall", "money_gangs_keep", "days_to_return", "lost_sales", "appeals_upheld",
    "innocents_listed", "honest_payments_refused", "honest_baht_refused",
}  # fmt: skip


def test_the_answer_has_every_figure_by_its_name_or_the_reason_why_not(small_country: None) -> None:
    body = evaluation_as_json(evaluate_policies("tiny", [1, 2], list(POLICIES)))
    assert set(body["policies"]) == set(POLICIES)
    for name, figures in body["policies"].items():
        assert set(figures) >= ASKED
        for metric, value in figures.items():
            if value is None:
                assert body["why_null"][name][metric]
            else:
                assert value["low"] <= value["mean"] <= value["high"]
                assert metric not in body["why_null"][name]
    assert body["density"] == 20
    assert set(body["ratios"]) == {
        "practice-rule-1/practice-2026", "practice-2025/practice-2026", "knows-mules/practice-2026",
        "warroom/practice-2026", "warroom/practice-rule-1", "warroom/practice-2025", "warroom/knows-mules",
    }  # fmt: skip
    assert set(body["where"]["warroom"]) == set(PLACES)
    ours = body["ratios"]["warroom/practice-2026"]["money_saved"]
    assert ours["low"] <= ours["ratio"] <= ours["high"]
    json.dumps(body)


def test_a_repeated_run_gives_the_same_figures(small_country: None) -> None:
    once, again = (
        evaluation_as_json(evaluate_policies("tiny", [1], ["practice-2025", "warroom"])) for _ in range(2)
    )
    assert once == again


def test_every_gang_of_the_red_team_is_tried_on_five_seeds_and_stands_on_the_page_the_worst_first(
    small_country: None, tmp_path: Path
) -> None:
    found = evaluate_policies("tiny", range(1, 7), ["practice-2026", "warroom"], gangs="red-team")
    assert set(found.red_team_scores) == {"fixed", *list_red_team()}
    assert {tuple(by_seed) for scores in found.red_team_scores.values() for by_seed in scores.values()} == {
        (1, 2, 3, 4, 5)
    }
    assert len(found.scores["warroom"]) == 6
    order = found.rank_gangs()
    assert found.asked.gangs == next(gang for gang in order if gang != "fixed")
    write_page(tmp_path, found)
    text = next(tmp_path.glob("*.html")).read_text("utf-8")
    places = [text.index(f"<td>{gang}</td>") for gang in order]
    assert places == sorted(places)


def figures_of(values: Sequence[float]) -> dict[int, ScoreFigure]:
    return {seed: ScoreFigure(float(value)) for seed, value in enumerate(values)}


def draw_countries(rng: np.random.Generator, count: int) -> tuple[np.ndarray, np.ndarray]:
    """What two policies hold in countries whose few large cases carry most of the money, as they do."""
    ours, theirs = np.zeros(count), np.zeros(count)
    for place in range(count):
        cases = rng.lognormal(0, 1.8, rng.poisson(40))
        common = rng.random(len(cases)) < 0.3
        ours[place] = cases[common & (rng.random(len(cases)) < 0.7)].sum()
        theirs[place] = cases[common & (rng.random(len(cases)) < 0.8)].sum()
    return ours, theirs


@pytest.mark.parametrize("countries", [4, 8, 20])
def test_an_interval_of_ninety_in_a_hundred_holds_the_true_ratio_about_so_often(
    countries: int,
) -> None:
    rng = np.random.default_rng(20_261_201)
    true, held, tried = 0.7 / 0.8, 0, 400
    for _ in range(tried):
        ours, theirs = draw_countries(rng, countries)
        found = compute_ratio(figures_of(ours), figures_of(theirs))
        assert found is not None
        held += found.low <= true <= found.high
    # Three standard errors of 400 tries around 90 in 100.
    assert 0.855 <= held / tried <= 0.945


def test_one_country_has_no_interval() -> None:
    found = compute_mean(figures_of([7.0]))
    assert found is not None
    assert tuple(found) == (7.0, 7.0, 7.0)


def test_what_two_policies_have_in_common_is_not_in_the_interval_of_their_ratio() -> None:
    theirs = figures_of([547.0, 100.0, 30.0])
    found = compute_ratio(figures_of([1_094.0, 200.0, 60.0]), theirs)
    assert found is not None
    assert tuple(found) == pytest.approx((2, 2, 2))
    other = compute_ratio(figures_of([1_294.0, 0.0, 60.0]), theirs)
    assert other is not None
    assert other.low < 1.2 < 2 < other.high


def test_a_ratio_is_of_sums_and_not_the_mean_of_ratios() -> None:
    found = compute_ratio(figures_of([10.0, 10.0]), figures_of([1.0, 100.0]))
    assert found is not None
    assert found.value == pytest.approx(20 / 101)


def test_the_worst_gang_is_the_one_from_which_least_is_saved_beside_practice() -> None:
    def scores(ours: float, theirs: float) -> dict[str, dict[int, dict[str, ScoreFigure]]]:
        saved = {"practice-2026": theirs, "warroom": ours}
        return {name: {1: {"money_saved": ScoreFigure(value)}} for name, value in saved.items()}

    # Of the first gang less is saved by anybody, since its money touches no account.
    team = {"straight": scores(80.0, 70.0), "through": scores(900.0, 1_800.0)}
    found = Evaluation("tiny", 20, None, (1,), {}, team, {}, {})  # type: ignore[arg-type]
    assert found.rank_gangs() == ["through", "straight"]


def test_seeds_without_a_figure_are_left_out_and_none_at_all_is_said() -> None:
    none = ScoreFigure(Missing("nothing was held"))
    assert compute_mean({1: none}) is None
    found = compute_mean({1: none, 2: ScoreFigure(3.0)})
    assert found is not None
    assert tuple(found) == (3.0, 3.0, 3.0)
    assert compute_ratio({1: ScoreFigure(2.0)}, {1: ScoreFigure(0.0)}) is None


def test_held_out_seeds_are_for_a_release_run_alone() -> None:
    check_seeds_not_held_out(range(101, 121), release=True)
    check_seeds_not_held_out([7, 90_001])
    for seeds, release in (([101], True), ([7, *range(101, 125)], True), (range(101, 121), False)):
        with pytest.raises(WorldError, match="Seed 101 is held out"):
            check_seeds_not_held_out(list(seeds), release=release)


def test_an_unknown_tool_or_one_named_twice_is_refused() -> None:
    assert parse_tools("warnings, holds") == {"holds", "warnings"}
    with pytest.raises(
        WorldError, match="There is no tool 'arrests'; choose of holds, warnings, refusals, suspensions"
    ):
        parse_tools("holds,arrests")
    with pytest.raises(WorldError, match="names a tool twice"):
        parse_tools("holds,holds")


def test_seeds_are_written_as_a_range_or_one_by_one() -> None:
    assert parse_seeds("11-14") == (11, 12, 13, 14)
    assert parse_seeds("3,5-6") == (3, 5, 6)


@pytest.mark.parametrize("text", ["5-1", "", "a", "1-", "-3", "1,,2", "1-99999999999", "1-5000"])
def test_what_names_no_seeds_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(WorldError, match=r"names (no seeds|too many)"):
        parse_seeds(text)


def test_an_unknown_policy_or_one_named_twice_is_refused() -> None:
    with pytest.raises(
        WorldError,
        match="There is no policy 'hope'; choose none, practice-2026, practice-rule-1, practice-2025, warroom, knows-mules",
    ):
        parse_policy_names("none,hope")
    with pytest.raises(WorldError, match="names a policy twice"):
        parse_policy_names("none,none")


def test_an_unknown_size_is_refused() -> None:
    with pytest.raises(WorldError, match="There is no size 'huge'"):
        evaluate_policies("huge", [1], ["none"])


def test_a_folder_that_is_not_empty_is_left_alone(tmp_path: Path, small_country: None) -> None:
    (tmp_path / "mine").write_text("x")
    with pytest.raises(WorldError, match="is not empty"):
        command(size="tiny", seeds="1", policies="none", out=tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


def test_json_is_one_line(small_country: None, capsys: pytest.CaptureFixture[str]) -> None:
    command(size="tiny", seeds="1", policies="none", json=True)
    out = capsys.readouterr().out
    assert out.count("\n") == 1
    assert json.loads(out)["policies"]["none"]["money_saved"] == {"mean": 0.0, "low": 0.0, "high": 0.0}


def test_a_run_that_was_stopped_plays_only_the_seeds_it_had_not_played(
    tmp_path: Path, small_country: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = evaluation_as_json(evaluate_policies("tiny", [1, 2, 3], ["practice-2026", "warroom"]))
    play, played = playing.play_seed, []

    def stopped_at_the_third(
        asked: playing.EvaluationSetup, seed: int, tell: playing.Tell
    ) -> playing.SeedResult:
        played.append(seed)
        if played == [1, 2, 3]:
            raise KeyboardInterrupt
        return play(asked, seed, tell)

    monkeypatch.setattr(playing, "play_seed", stopped_at_the_third)
    out = tmp_path / "report"
    ask = {
        "size": "tiny",
        "policies": "practice-2026,warroom",
        "out": out,
        "jobs": 1,
    }
    with pytest.raises(KeyboardInterrupt):
        command(seeds="1-3", **ask)
    # Another question finds nothing there that answers it, and forgets nothing.
    command(seeds="1", **ask | {"out": None, "gangs": "fixed"})
    command(seeds="1-3", **ask)
    assert played == [1, 2, 3, 1, 3]
    assert "2 of 3 seeds were played before" in capsys.readouterr().err
    assert sorted(path.name for path in out.iterdir()) == ["figures.json", "index.html"]
    assert json.loads((out / "figures.json").read_text()) == whole


def test_leaving_an_order_out_shows_what_it_did(small_country: None) -> None:
    body = evaluation_as_json(evaluate_policies("tiny", [1], ["warroom"], without="W000001"))
    assert body["twins"]["1"]["money_saved"] > 0
    with pytest.raises(WorldError, match="gives no order 'W9'"):
        evaluate_policies("tiny", [1], ["warroom"], without="W9")
    with pytest.raises(WorldError, match="name the one policy"):
        evaluate_policies("tiny", [1], ["none", "warroom"], without="W000001")


def test_the_page_stands_by_itself_in_both_languages(small_country: None, tmp_path: Path) -> None:
    out = tmp_path / "report"
    write_page(out, evaluate_policies("tiny", [1, 2], list(POLICIES)))
    text = (out / "index.html").read_text("utf-8")
    assert text.count("<svg") >= 5
    assert not re.search(r'(src|href)="', text)
    assert "http" not in text.replace('xmlns="http://www.w3.org/2000/svg"', "").replace("http-equiv", "")
    assert "prefers-color-scheme: dark" in text
    assert "@media print" in text
    assert load_words()["said"]["title"]["th"] in text
    assert json.loads((out / "figures.json").read_text())["seeds"] == [1, 2]


def test_the_page_brings_thai_letters_where_they_are_given(small_country: None, tmp_path: Path) -> None:
    write_page(tmp_path / "report", evaluate_policies("tiny", [1], ["none"]), {400: b"letters"})
    text = (tmp_path / "report" / "index.html").read_text("utf-8")
    assert "url(data:font/woff2;base64,bGV0dGVycw==)" in text
    assert "font-src data:" in text


def test_every_figure_reason_and_policy_has_words_in_both_languages(small_country: None) -> None:
    said = load_words()
    body = evaluation_as_json(evaluate_policies("tiny", [1], list(POLICIES)))
    assert {metric.name for metric in METRICS} == set(said["metrics"])
    assert {metric.unit for metric in METRICS} <= set(said["units"])
    assert set(POLICIES) == set(said["policies"])
    reasons = {why for per_policy in body["why_null"].values() for why in per_policy.values()}
    assert reasons <= set(said["why"])


def test_the_terminal_says_each_reason_once(small_country: None, capsys: pytest.CaptureFixture[str]) -> None:
    command(size="tiny", seeds="1-2", policies="none,practice-2026,warroom", tools="holds", jobs=1)
    out, err = capsys.readouterr()
    assert out.count("the policy warns no payer") == 1
    # Both of these countries are the same: a ratio that never differs has no interval to print.
    assert re.search(r"^warroom over practice-2026: money_saved \d\.\d\d, ", out, re.MULTILINE)
    assert "Crime is 20 times as dense here as in life" in " ".join(out.split())
    assert "seed 2: warroom played in" in err


class Overreaching(Nothing):
    """A rule that warns payers by itself."""

    name: ClassVar[str] = "overreaching"

    def decide_orders(self, room: PolicyRoom, heard: RoomNews) -> Orders:
        return Orders([CountryOrder("X1", "warning", room.now, 0)])


def test_a_policy_that_orders_what_its_tools_lack_is_refused() -> None:
    rule = Equipped(Overreaching(), {"holds"}, get_size("tiny"))
    with pytest.raises(
        WorldError, match="'overreaching' ordered a warning, for which it was given no tool: it has holds"
    ):
        rule.decide_orders(PolicyRoom("overreaching", None, None), RoomNews())  # type: ignore[arg-type]


def refused(asked: Callable[[], object]) -> WorldError:
    with pytest.raises(WorldError) as problem:
        asked()
    return problem.value


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        (lambda: evaluate_policies("tiny", [1], ["none"], scenario="police"), "police"),
        (lambda: evaluate_policies("tiny", [1], ["none"], gangs="ghosts"), "ghosts"),
        (lambda: parse_tools("holds,arrests"), "arrests"),
        (lambda: parse_policy_names("hope"), "hope"),
        (lambda: check_seeds_not_held_out([150]), "150"),
        (lambda: check_seeds_not_held_out([7, 150], release=True), "150"),
        (lambda: Strategy("ghosts"), "ghosts"),
        (lambda: Equipped(Overreaching(), {"holds"}, get_size("tiny")).decide_orders(PolicyRoom("x", None, None), RoomNews()), "overreaching"),  # type: ignore[arg-type]
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_said_in_one_sentence_of_thai_too(
    asked: Callable[[], object], name: str
) -> None:
    problem = refused(asked)
    for language, letters in (("en", "[a-z] "), ("th", "[\u0e00-\u0e7f]")):
        said = problem.render_in(language)  # type: ignore[arg-type]
        assert name in said
        assert re.search(letters, said)
        assert "{" not in said


def test_whoever_asks_in_thai_is_refused_in_thai(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        command(size="tiny", seeds="150", policies="none", language="th")
    assert ended.value.code == 1
    assert re.search("150 ถูกกันไว้", capsys.readouterr().err)


def test_a_share_is_never_above_one_nor_a_sum_below_nothing() -> None:
    found = compute_mean(figures_of([0.8, 1.0]), 1.0)
    assert found is not None
    assert (found.value, found.high) == (pytest.approx(0.9), 1.0)
    few = compute_mean(figures_of([3.0, 900.0]))
    assert few is not None
    assert few.low == 0.0
    assert few.high < 900 * 10


def test_a_ratio_is_printed_with_its_interval_only_where_it_has_one() -> None:
    assert format_ratio(Interval(1.25, 0.9, 1.7)) == "1.25 (0.90 to 1.70)"
    assert format_ratio(Interval(0.0042, 0.001, 0.2)) == "0.004 (0.001 to 0.20)"
    assert format_ratio(Interval(1.31, 1.31, 1.31)) == "1.31"
