"""What a score rests on, each taken away alone: warnings, gangs that look at their own accounts, honest life that looks like crime.

Twins: the same seeds and all else as it was. What moves here is what scores.md names among the assumptions that carry a
headline.
"""

from functools import cache

import pytest

from warroom_lab.cli.world import check
from warroom_lab.evaluation.background import CountryBackground, found_background
from warroom_lab.evaluation.hardness.accept import (
    collect_evidence,
    measure_hardness,
    play_untouched,
    pool_quantities,
)
from warroom_lab.evaluation.missing import Missing
from warroom_lab.evaluation.play import PolicyPlay, play_policy
from warroom_lab.evaluation.policies import make_rule
from warroom_lab.evaluation.policies.equipped import Equipped
from warroom_lab.evaluation.quantity import Quantity
from warroom_lab.evaluation.scores import compute_figures, get_value
from warroom_lab.evaluation.tools import Tool
from warroom_lab.world.drawing.params import assume_values, load_parameters
from warroom_lab.world.drawing.sizes import Size
from warroom_lab.world.population.country import plan_country

TOWN = Size("a town of many gangs", 6_000, 14, 96_600, 60)
SEEDS = (61, 62, 63, 64)
OFFICERS = 20
"""Times the usual budget of warnings, or a town this small would warn of ten accounts in its days."""
HARD = Size("a town", 10_000, 14, 161_000, 20)
HARD_SEEDS = (61, 62)
"""Some 180 mules in a week of each: one standard error is .01 of an AUC."""
WIDE, WIDE_SEED = Size("a city", 50_000, 21, 1_207_500, 20), 61
HABITS = tuple(load_parameters()["life"])


@cache
def town(seed: int) -> CountryBackground:
    return found_background(TOWN, seed)


@cache
def played(seed: int, tools: tuple[Tool, ...], gangs: str) -> PolicyPlay:
    policy = Equipped(make_rule("practice-2026"), tools, TOWN)
    policy.warnings.daily *= OFFICERS
    return play_policy(town(seed), policy, gangs=gangs)


def never_sent(gangs: str) -> tuple[float, int]:
    """Baht over all towns, and victims who turned back for good."""
    made = [played(seed, ("warnings",), gangs) for seed in SEEDS]
    baht = [get_value(compute_figures(each), "money_never_sent") for each in made]
    return sum(each for each in baht if isinstance(each, float)), sum(
        len(each.run.flow.victims.never_paid) for each in made
    )


@pytest.mark.slow
def test_without_warnings_nothing_is_never_sent_and_the_score_says_why_it_has_no_figure() -> None:
    without = played(62, ("holds",), "fixed")
    assert without.truth.sum_money()["never_sent"] == 0
    assert isinstance(get_value(compute_figures(without), "money_never_sent"), Missing)
    assert never_sent("fixed")[0] > 0


@pytest.mark.slow
@pytest.mark.parametrize("gangs", ["adapting", "testers", "insiders"])
def test_gangs_that_look_at_their_own_accounts_take_back_most_of_what_warnings_stopped(gangs: str) -> None:
    blind, looking = never_sent("fixed"), never_sent(gangs)
    assert blind[1] > looking[1]
    assert looking[0] < 0.5 * blind[0]


@cache
def told(*switched_off: str) -> dict[str, Quantity]:
    """How hard mules are to tell where nobody has these habits."""
    with assume_values({("life", habit): 0.0 for habit in switched_off}):
        return {each.name: each for each in measure_hardness(HARD, HARD_SEEDS)}


@pytest.mark.slow
@pytest.mark.parametrize("name", ["best column alone", "boosted trees"])
def test_where_honest_life_is_thin_mules_are_told_by_what_told_them_before_and_the_check_says_so(
    name: str,
) -> None:
    usual, thin = told()[name], told(*HABITS)[name]
    assert thin.value - usual.value > 3 * (thin.error**2 + usual.error**2) ** 0.5
    assert not thin.passes, thin.format_line()
    assert usual.passes, usual.format_line()


def rightly_named(switched_off: tuple[str, ...]) -> Quantity:
    """Of what the rule names within the day's budget, the mules; a smaller country's budget is less than an honest account costs."""
    with assume_values({("life", habit): 0.0 for habit in switched_off}):
        run, news = play_untouched(plan_country(WIDE, WIDE_SEED))
        return {each.name: each for each in pool_quantities([collect_evidence(run, news.transfers)])}[
            "the rule"
        ]


@pytest.mark.soak
def test_where_honest_life_is_thin_the_rule_names_mules_rightly_and_the_check_says_so() -> None:
    """In a city, twice: a minute and a half. Of a town the same is told above, by the best column alone and by trees."""
    usual, thin = rightly_named(()), rightly_named(HABITS)
    assert usual.passes, usual.format_line()
    assert not thin.passes, thin.format_line()
    assert thin.value > 3 * usual.value


@pytest.mark.slow
def test_one_habit_that_is_switched_off_fails_the_check_that_passes_with_it() -> None:
    name = "honest sums passed on"
    assert told()[name].passes, told()[name].format_line()
    assert not told("odd jobs")[name].passes, told("odd jobs")[name].format_line()


def last_line(capsys: pytest.CaptureFixture[str], *switched_off: str) -> str:
    """What `warroom world check` ends with where nobody has these habits; it ends with the exit code 1."""
    with assume_values({("life", habit): 0.0 for habit in switched_off}), pytest.raises(SystemExit) as ended:
        check(seeds="61-63", size="tiny")
    assert ended.value.code == 1
    (line,) = capsys.readouterr().err.strip().splitlines()
    return line


@pytest.mark.slow
def test_the_check_names_in_one_line_what_tells_mules_where_honest_habits_are_switched_off(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """`tiny` is outside of other bands by its size alone, and says so; of this one it is outside by its life. Trees tell mules
    there too (.975 for .867), by less than the error of so few."""
    usual, thin = last_line(capsys), last_line(capsys, *HABITS)
    assert "best column alone" not in usual
    assert "best column alone" in thin
