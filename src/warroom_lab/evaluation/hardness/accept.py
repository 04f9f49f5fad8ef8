"""How hard mules are to tell, beside what a hard country allows: quantities with bands, as `world check` prints them.

No band is a parameter of the world. A country outside one is too easy, or too hard, to say anything of what finds mules
in it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from warroom_lab.evaluation.hardness import giveaways, learned, plain, ranking
from warroom_lab.evaluation.hardness.budget import rule_at, tally
from warroom_lab.evaluation.hardness.observed import Observed, observed
from warroom_lab.evaluation.hardness.passing import passed_on
from warroom_lab.evaluation.quantity import Band, Quantity, pooled
from warroom_lab.evaluation.tally import Tally, mean
from warroom_lab.world.drawing.columns import DAY, Array, Transfers
from warroom_lab.world.drawing.params import POLICE_2018
from warroom_lab.world.drawing.sizes import SIZES, Size
from warroom_lab.world.play.run import News, Run
from warroom_lab.world.population.country import Country, found

FIRST = 1_000
"""Accounts that a country of 50,000 people at 20 times the density names first: about as many as are mules in a week."""
ALERTS = "banks' own alerts are 90 to 99.5 % false; they and payment systems find 39 to 44 % of illicit accounts (Feedzai, Danske Bank, BIS Hertha)"
BANDS = {
    "best column alone": Band(0.5, 0.8, "AUC", "A", "a column that told mules by itself would be in use everywhere"),
    "boosted trees": Band(0.9, 0.96, "AUC, another country's plain columns", "D", ".923 and at best .968 on the set of India's central bank"),
    "three questions": Band(0, 0.25, "precision of as many as there are mules", "A", ALERTS),
    "the rule": Band(0.15, 0.4, "precision at the day's budget", "A", ALERTS),
    "giveaways": Band(0, 0, "values more than half crime", "A", "no published rule of one or two values of a payment"),
    "honest sums passed on": Band(0.05, 0.1, "of 5,000 baht and more, within the hour", "A", "half of money leaves stopped accounts within the hour and honest pay is swept too; no figure found"),
}  # fmt: skip
SHOWN = 3
"""Giveaways that are named at most."""


@dataclass(frozen=True)
class Evidence:
    """What is kept of one country when it is let go of."""

    size: Size
    weeks: list[plain.Week]
    counts: giveaways.Counts
    passed: Array
    rule: Tally


def evidence(run: Run, crime: Transfers) -> Evidence:
    """Of a country whose play is over; `crime`: all payments that the play told of."""
    seen: Observed = observed(run, crime)
    return Evidence(
        run.country.nation.size,
        plain.weeks(seen),
        giveaways.counts(seen),
        passed_on(seen),
        tally(rule_at(seen, 1), seen.density),
    )


def quantities(parts: Sequence[Evidence]) -> list[Quantity]:
    """Every acceptance over countries of one size; what is learned is measured on the next country, so two are needed."""
    made = [_best_column(parts), _giveaways(parts)]
    made.append(pooled("the rule", BANDS["the rule"], [each.rule for each in parts]))
    name = "honest sums passed on"
    made.append(pooled(name, BANDS[name], [mean(each.passed) for each in parts]))
    return made + (_learned(parts) if len(parts) > 1 else [])


def columns(parts: Sequence[Evidence]) -> dict[str, list[Tally]]:
    """The AUC of each column of every country, in the direction in which it tells more over all."""
    found = {}
    for name in parts[0].weeks[0].columns:
        scores = [[_given(week.columns[name]) for week in each.weeks] for each in parts]
        single = [ranking.auc(each.weeks, score) for each, score in zip(parts, scores, strict=True)]
        whole = sum(single, Tally(0, 0))
        found[name] = [ranking.downwards(each) for each in single] if whole.value < 0.5 else single
    return found


def _given(column: Array) -> Array:
    # An account that no register knows stands last, as in any list sorted by it.
    return np.nan_to_num(column, nan=-1.0)


def _best_column(parts: Sequence[Evidence]) -> Quantity:
    whole = {name: (sum(each, Tally(0, 0)).value, each) for name, each in columns(parts).items()}
    order = sorted(whole, key=lambda name: -whole[name][0])
    told = ", ".join(f"{name} {whole[name][0]:.3f}" for name in order[:SHOWN])
    return pooled("best column alone", BANDS["best column alone"], whole[order[0]][1], told)


def _learned(parts: Sequence[Evidence]) -> list[Quantity]:
    trees, boosted = [], []
    for train, test in zip(parts, [*parts[1:], parts[0]], strict=True):
        boosted.append(ranking.auc(test.weeks, learned.boosted(train.weeks, test.weeks)))
        scores = learned.tree(train.weeks, test.weeks)
        first = FIRST * test.size.crime / SIZES["small"].crime
        named = [
            ranking.precision(week, score, first) for week, score in zip(test.weeks, scores, strict=True)
        ]
        trees.append(sum(named, Tally(0, 0)))
    return [
        pooled("boosted trees", BANDS["boosted trees"], boosted),
        pooled("three questions", BANDS["three questions"], trees),
    ]


def _giveaways(parts: Sequence[Evidence]) -> Quantity:
    density = parts[0].size.density
    whole = giveaways.giveaways([each.counts for each in parts], density)
    single = [len(giveaways.giveaways([each.counts], density).giveaways) for each in parts]
    told = [
        f"{' and '.join(each.value)}: {each.share:.0%} of {each.count.crime + each.count.honest:,}"
        for each in whole.giveaways[:SHOWN]
    ]
    told.append(f"{whole.asked:,} values asked, of {whole.least} payers and more")
    band = BANDS["giveaways"]
    number = float(len(whole.giveaways))
    return Quantity(
        "giveaways", number, 0.0, min(single), max(single),
        band.low, band.high, band.unit, band.tag, band.source, told="; ".join(told),
    )  # fmt: skip


def untouched(country: Country) -> tuple[Run, News]:
    """A country played as it goes when nobody acts, and all that was told of it."""
    run = Run(country)
    return run, run.advance(country.nation.start + country.nation.size.days * DAY)


def accept(
    size: Size, seeds: Sequence[int], scenario: str = POLICE_2018, say: Callable[[str], None] | None = None
) -> list[Quantity]:
    """Every acceptance on countries of these seeds, played as they go when nobody acts; raises WorldError."""
    parts = []
    for seed in seeds:
        if say:
            say(f"seed {seed}")
        run, news = untouched(found(size, seed, scenario))
        parts.append(evidence(run, news.transfers))
    return quantities(parts)
