"""How hard mules are to tell, beside what a hard country allows: quantities with bands, as `world check` prints them.

No band is a parameter of the world. A country outside one is too easy, or too hard, to say anything of what finds mules
in it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from warroom_lab.evaluation.hardness import giveaways, learned, plain, ranking
from warroom_lab.evaluation.hardness.budget import measure_rule, tally_precision
from warroom_lab.evaluation.hardness.observed import Observed, observe_country
from warroom_lab.evaluation.hardness.passing import measure_passed_on
from warroom_lab.evaluation.quantity import Quantity, QuantityBand, pool_tallies
from warroom_lab.evaluation.tally import RatioTally, tally_mean
from warroom_lab.world.drawing.columns import DAY, Array, TransferColumns
from warroom_lab.world.drawing.params import POLICE_2018
from warroom_lab.world.drawing.sizes import SIZES, Size
from warroom_lab.world.play.run import CountryRun, RunNews
from warroom_lab.world.population.country import Country, plan_country

FIRST = 1_000
"""Accounts that a country of 50,000 people at 20 times the density names first: about as many as are mules in a week."""
ALERTS = "banks' own alerts are 90 to 99.5 % false; they and payment systems find 39 to 44 % of illicit accounts (Feedzai, Danske Bank, BIS Hertha)"
BANDS = {
    "best column alone": QuantityBand(0.5, 0.8, "AUC", "A", "a column that told mules by itself would be in use everywhere"),
    "boosted trees": QuantityBand(0.9, 0.96, "AUC, another country's plain columns", "D", ".923 and at best .968 on the set of India's central bank"),
    "three questions": QuantityBand(0, 0.25, "precision of as many as there are mules", "A", ALERTS),
    "the rule": QuantityBand(0.15, 0.4, "precision at the day's budget", "A", ALERTS),
    "giveaways": QuantityBand(0, 0, "values more than half crime", "A", "no published rule of one or two values of a payment"),
    "honest sums passed on": QuantityBand(0.05, 0.1, "of 5,000 baht and more, within the hour", "A", "half of money leaves stopped accounts within the hour and honest pay is swept too; no figure found"),
}  # fmt: skip
SHOWN = 3
"""Giveaways that are named at most."""


@dataclass(frozen=True)
class Evidence:
    """What is kept of one country when it is let go of."""

    size: Size
    weeks: list[plain.AccountWeek]
    counts: giveaways.Counts
    passed: Array
    rule: RatioTally


def collect_evidence(run: CountryRun, crime: TransferColumns) -> Evidence:
    """Of a country whose play is over; `crime`: all payments that the play told of."""
    seen: Observed = observe_country(run, crime)
    return Evidence(
        run.country.nation.size,
        plain.list_weeks(seen),
        giveaways.count_values(seen),
        measure_passed_on(seen),
        tally_precision(measure_rule(seen, 1), seen.density),
    )


def pool_quantities(parts: Sequence[Evidence]) -> list[Quantity]:
    """Every acceptance over countries of one size; what is learned is measured on the next country, so two are needed."""
    made = [_measure_best_column(parts), _measure_giveaways(parts)]
    made.append(pool_tallies("the rule", BANDS["the rule"], [each.rule for each in parts]))
    name = "honest sums passed on"
    made.append(pool_tallies(name, BANDS[name], [tally_mean(each.passed) for each in parts]))
    return made + (_measure_learned(parts) if len(parts) > 1 else [])


def measure_column_aucs(parts: Sequence[Evidence]) -> dict[str, list[RatioTally]]:
    """The AUC of each column of every country, in the direction in which it tells more over all."""
    tallies_by_column = {}
    for name in parts[0].weeks[0].columns:
        scores = [
            [_replace_nan(week.columns[name]) for week in country_evidence.weeks]
            for country_evidence in parts
        ]
        single = [
            ranking.compute_auc(country_evidence.weeks, score)
            for country_evidence, score in zip(parts, scores, strict=True)
        ]
        whole = sum(single, RatioTally(0, 0))
        tallies_by_column[name] = (
            [ranking.reverse_auc(column_tally) for column_tally in single] if whole.value < 0.5 else single
        )
    return tallies_by_column


def _replace_nan(column: Array) -> Array:
    # An account that no register knows stands last, as in any list sorted by it.
    return np.nan_to_num(column, nan=-1.0)


def _measure_best_column(parts: Sequence[Evidence]) -> Quantity:
    whole = {
        name: (sum(each, RatioTally(0, 0)).value, each) for name, each in measure_column_aucs(parts).items()
    }
    order = sorted(whole, key=lambda name: -whole[name][0])
    told = ", ".join(f"{name} {whole[name][0]:.3f}" for name in order[:SHOWN])
    return pool_tallies("best column alone", BANDS["best column alone"], whole[order[0]][1], told)


def _measure_learned(parts: Sequence[Evidence]) -> list[Quantity]:
    trees, boosted = [], []
    for train, test in zip(parts, [*parts[1:], parts[0]], strict=True):
        boosted.append(
            ranking.compute_auc(test.weeks, learned.score_by_boosted_trees(train.weeks, test.weeks))
        )
        scores = learned.score_by_one_tree(train.weeks, test.weeks)
        first = FIRST * test.size.crime / SIZES["small"].crime
        named = [
            ranking.compute_precision(week, score, first)
            for week, score in zip(test.weeks, scores, strict=True)
        ]
        trees.append(sum(named, RatioTally(0, 0)))
    return [
        pool_tallies("boosted trees", BANDS["boosted trees"], boosted),
        pool_tallies("three questions", BANDS["three questions"], trees),
    ]


def _measure_giveaways(parts: Sequence[Evidence]) -> Quantity:
    density = parts[0].size.density
    whole = giveaways.find_giveaways([country_evidence.counts for country_evidence in parts], density)
    single = [
        len(giveaways.find_giveaways([country_evidence.counts], density).giveaways)
        for country_evidence in parts
    ]
    lines = [
        f"{' and '.join(giveaway.value)}: {giveaway.share:.0%} of {giveaway.count.crime + giveaway.count.honest:,}"
        for giveaway in whole.giveaways[:SHOWN]
    ]
    lines.append(f"{whole.tested_values:,} values asked, of {whole.min_payers} payers and more")
    band = BANDS["giveaways"]
    number = float(len(whole.giveaways))
    return Quantity(
        "giveaways", number, 0.0, min(single), max(single),
        band.low, band.high, band.unit, band.tag, band.source, told="; ".join(lines),
    )  # fmt: skip


def play_untouched(country: Country) -> tuple[CountryRun, RunNews]:
    """A country played as it goes when nobody acts, and all that was told of it."""
    run = CountryRun(country)
    return run, run.advance_to(country.nation.start + country.nation.size.days * DAY)


def measure_hardness(
    size: Size, seeds: Sequence[int], scenario: str = POLICE_2018, say: Callable[[str], None] | None = None
) -> list[Quantity]:
    """Every acceptance on countries of these seeds, played as they go when nobody acts; raises WorldError."""
    parts = []
    for seed in seeds:
        if say:
            say(f"seed {seed}")
        run, news = play_untouched(plan_country(size, seed, scenario))
        parts.append(collect_evidence(run, news.transfers))
    return pool_quantities(parts)
