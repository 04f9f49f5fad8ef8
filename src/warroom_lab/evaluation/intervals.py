"""A figure over several seeds with its 90 % interval, and one policy's figure over another's on the same countries.

Countries differ by chance, and within each the largest cases carry most of the money. So both are drawn anew: countries
with replacement, and the cases (or accounts) of each by a Poisson number of copies, the same draws for every policy, which
leaves what two policies have in common out of their ratio (a paired bootstrap; Efron and Tibshirani 1993, chapter 16).
"""

from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

import numpy as np

from warroom_lab.evaluation.scores import ScoreFigure
from warroom_lab.world.drawing.columns import Array

DRAWS = 1_000
LOW, HIGH = 5, 95
"""Percentiles: a 90 % interval."""
_SEED = 20_261_127
"""Of the draws, so that a repeated run says the same to the last digit."""


class Interval(NamedTuple):
    """A mean over countries, or a ratio of sums over them, with the ends of its 90 % interval."""

    value: float
    low: float
    high: float


def compute_mean(figures: Mapping[int, ScoreFigure]) -> Interval | None:
    """The mean of a figure over the seeds that have one, by seed; None where none has."""
    known = _select_known_figures(figures)
    if not known:
        return None
    total = sum(_get_number(figure) for figure in known.values())
    return _make_interval(total / len(known), _draw_totals(known) / len(known))


def compute_ratio(above: Mapping[int, ScoreFigure], below: Mapping[int, ScoreFigure]) -> Interval | None:
    """The sum of one figure over the sum of another, over the seeds that have both; None where there is nothing below."""
    here, there = _select_known_figures(above), _select_known_figures(below)
    both = [seed for seed in here if seed in there]
    here, there = {seed: here[seed] for seed in both}, {seed: there[seed] for seed in both}
    whole = sum(_get_number(figure) for figure in there.values())
    if not whole:
        return None
    over, under = _draw_totals(here), _draw_totals(there)
    # A draw with nothing below has no ratio: it is left out of the interval, as few as there are.
    with_some = under > 0
    drawn = over[with_some] / under[with_some]
    return _make_interval(sum(_get_number(figure) for figure in here.values()) / whole, drawn)


def _select_known_figures(figures: Mapping[int, ScoreFigure]) -> dict[int, ScoreFigure]:
    return {seed: figure for seed, figure in figures.items() if isinstance(figure.value, int | float)}


def _get_number(figure: ScoreFigure) -> float:
    assert isinstance(figure.value, int | float)
    return float(figure.value)


def _make_interval(value: float, drawn: Array) -> Interval:
    low, high = np.percentile(drawn, (LOW, HIGH)) if len(drawn) else (value, value)
    # The figure itself is none of the draws, and must not stand outside of their interval by a rounding.
    return Interval(float(value), float(min(low, value)), float(max(high, value)))


def _draw_totals(figures: Mapping[int, ScoreFigure]) -> Array:
    """float64 (DRAWS): the sum over drawn countries of what was drawn in each."""
    counts = _draw_country_counts(tuple(figures))
    columns = [_draw_figure(seed, figure) for seed, figure in figures.items()]
    return np.asarray((counts * np.stack(columns, axis=1)).sum(axis=1), np.float64)


@cache
def _draw_country_counts(seeds: tuple[int, ...]) -> Array:
    """int64 (DRAWS, seeds): how often each country is drawn; always once where there is one alone."""
    rng = np.random.default_rng((_SEED, len(seeds)))
    return rng.multinomial(len(seeds), np.full(len(seeds), 1 / len(seeds)), DRAWS)


def _draw_figure(seed: int, figure: ScoreFigure) -> Array:
    """float64 (DRAWS): a figure of one country with its parts drawn anew; itself where it is no sum."""
    if figure.parts is None:
        return np.full(DRAWS, _get_number(figure))
    total = np.zeros(DRAWS)
    for part, amount in figure.parts.items():
        total += amount * _draw_part_counts(seed, part)
    return total


@cache
def _draw_part_counts(seed: int, part: int) -> Array:
    """uint8 (DRAWS): how often a case or an account of a country is drawn, the same for every policy and figure."""
    return np.random.default_rng((_SEED, seed, part)).poisson(1, DRAWS).astype(np.uint8)
