"""Learning a model from episodes: Poisson regression of what left on the minutes it lay, drawn towards a prior.

Within a span the hazard is constant, so what left in it is Poisson with the minutes spent in it as exposure. Ridge draws
every number towards the prior's: what few episodes say moves it little (partial pooling). How strongly, the evidence
decides (empirical Bayes: the marginal likelihood by Laplace), with the likelihood made flatter by how much more cases
differ than chance alone would let them. numpy alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import erf
from statistics import NormalDist

import numpy as np

from warroom.money.forecast.effects import CELLS, EFFECTS, classify_amounts, locate_cells
from warroom.money.forecast.facts import MINUTE, Floats, Ints, MoneyFacts
from warroom.money.forecast.forecast import Forecast
from warroom.money.forecast.model import EDGES, STRATA, ForecastModel
from warroom.money.trace.pace import estimate_share_left
from warroom_lab.forecasting.history import Episodes

STRENGTHS = np.exp(np.linspace(np.log(0.3), np.log(3000.0), 12))
"""Precisions of the prior that are tried."""
STRONGLY = 30.0
"""The usual one: a handful of episodes says little of how strong it should be."""
USUALLY = 0.2
"""How far what amounts of a case have in common is expected to lie from the prior's."""
SHARED = np.linspace(0.0, 0.9, 19)
STEPS = 40
WAYS = sum(len(kinds) for kinds in EFFECTS.values())
PACES = len(STRATA) * len(EDGES)
WAITED = np.array([0.0, 60.0, 120.0, 240.0, 480.0])
"""Minutes of waiting from which on a correction of the pace holds; all of them are `EDGES`."""
DRAWN = 5.0
"""Amounts that left and would be expected to leave: as strongly corrections are drawn to 1. Chosen, not tuned."""
ROUNDS = 30
POINTS = 25
"""Draws of the case's shock over which its likelihood is averaged."""


@dataclass(frozen=True)
class EpisodeCells:
    """Episodes cut at the edges of the spans. `columns`: (cells, 1 + effects), the numbers of the model that add up to the
    logarithm of the pace of money of the same sorts in the same span; `exposure`, `left`: what was seen of it, added up.
    `row`, `cell`, `spent`: each piece of an episode, the cell that it is of, and its weighted minutes.
    """

    columns: Ints
    exposure: Floats
    left: Floats
    row: Ints
    cell: Ints
    spent: Floats


def cut_into_cells(rows: Episodes, zone: int) -> EpisodeCells:
    """Episodes in cells."""
    kinds = classify_amounts(rows.facts, zone)
    spent = np.maximum(np.minimum(rows.end[:, None], np.append(EDGES[1:], np.inf)) - _clip_starts(rows), 0.0)
    # Nothing leaves within no time: what came and went at one moment lay there for a second.
    spent[spent.sum(axis=1) == 0, 0] = 1 / 60
    row, span = np.nonzero(spent > 0)
    # What left, left in the last span in which it lay.
    left = np.where(np.append(row[1:] != row[:-1], True), (rows.left * rows.weight)[row], 0.0)
    numbers, first = [(kinds["passed"] > 0)[row] * len(EDGES) + span], PACES
    for name, words in EFFECTS.items():
        numbers.append(first + kinds[name][row])
        first += len(words)
    distinct_cells, cell = np.unique(np.column_stack(numbers), axis=0, return_inverse=True)
    minutes = spent[row, span] * rows.weight[row]
    exposure = np.bincount(cell, minutes, len(distinct_cells)).astype(np.float64)
    gone = np.bincount(cell, left, len(distinct_cells)).astype(np.float64)
    return EpisodeCells(distinct_cells, exposure, gone, row, cell, minutes)


def _clip_starts(rows: Episodes) -> Floats:
    found: Floats = np.maximum(rows.start[:, None], EDGES)
    return found


def fit_model(rows: Episodes, prior: ForecastModel, zone: int, made: Mapping[str, object]) -> ForecastModel:
    """A model of these episodes, drawn towards the prior as strongly as they themselves say."""
    seen = cut_into_cells(rows, zone)
    start = _model_to_vector(prior)
    best, best_numbers, strength = -np.inf, start, 0.0
    flatter = 1.0
    # Twice: how much cases differ is only known once something was fitted.
    for _ in range(2):
        best = -np.inf
        for tried in STRENGTHS:
            numbers, evidence = _find_mode(seen, start, float(tried), flatter)
            evidence -= np.log(tried / STRONGLY) ** 2 / 2
            if evidence > best:
                best, best_numbers, strength = evidence, numbers, float(tried)
        flatter = _estimate_overdispersion(rows, seen, best_numbers)
    model = _model_from_vector(best_numbers, prior, rows, zone)
    provenance = {**made, "episodes": len(rows), "strength": round(strength, 2), "flatter": round(flatter, 2)}
    return replace(model, made=provenance)


def make_published_model() -> ForecastModel:
    """Before anything was learned: the pace that is published and assumed (`money.trace.pace`), for every sort the same."""
    ends = [*EDGES, 2 * EDGES[-1]]
    stays = np.log([estimate_share_left(float(minutes)) for minutes in ends])
    pace = np.log(-np.diff(stays) / np.diff(ends))
    factors = {name: np.zeros(len(words)) for name, words in EFFECTS.items()}
    return ForecastModel(np.array([pace] * len(STRATA)), factors, 0.2, np.zeros(CELLS, np.int64))


def _model_to_vector(model: ForecastModel) -> Floats:
    return np.concatenate([model.pace.ravel(), *(model.factors[name] for name in EFFECTS)])


def _model_from_vector(numbers: Floats, prior: ForecastModel, rows: Episodes, zone: int) -> ForecastModel:
    factors, first = {}, PACES
    for name, words in EFFECTS.items():
        factors[name] = numbers[first : first + len(words)]
        first += len(words)
    came = rows.facts.select_rows(rows.began > 0)
    counts = np.bincount(locate_cells(classify_amounts(came, zone)), minlength=CELLS)
    return ForecastModel(numbers[:PACES].reshape(len(STRATA), -1), factors, prior.shared, counts)


def _find_mode(seen: EpisodeCells, prior: Floats, strength: float, flatter: float) -> tuple[Floats, float]:
    """Newton's steps to the mode, and the logarithm of the evidence there."""
    numbers = prior.copy()
    exposure, left = seen.exposure / flatter, seen.left / flatter
    size = len(prior)
    target = _compute_penalised_fit(exposure, left, seen, numbers, prior, strength)
    for _ in range(STEPS):
        rate = exposure * np.exp(numbers[seen.columns].sum(axis=1))
        slope = _sum_by_column(seen.columns, left - rate, size) - strength * (numbers - prior)
        bend = _sum_by_column_pair(seen.columns, rate, size) + strength * np.eye(size)
        step = np.linalg.solve(bend, slope)
        # Half a step where a whole one leads down: the hazard of a thin cell may explode.
        for shrink in (1.0, 0.5, 0.25, 0.1, 0.02):
            tried = numbers + shrink * step
            reached = _compute_penalised_fit(exposure, left, seen, tried, prior, strength)
            if reached > target:
                break
        moved = float(np.abs(tried - numbers).max())
        numbers, target = tried, reached
        if moved < 1e-6:
            break
    bend = _sum_by_column_pair(seen.columns, exposure * np.exp(numbers[seen.columns].sum(axis=1)), size)
    _, volume = np.linalg.slogdet(bend / strength + np.eye(size))
    return numbers, target - 0.5 * float(volume)


def _compute_penalised_fit(
    exposure: Floats, left: Floats, seen: EpisodeCells, numbers: Floats, prior: Floats, strength: float
) -> float:
    pace = numbers[seen.columns].sum(axis=1)
    fits = (left * pace - exposure * np.exp(np.minimum(pace, 50.0))).sum()
    return float(fits - 0.5 * strength * ((numbers - prior) ** 2).sum())


def _sum_by_column(columns: Ints, values: Floats, size: int) -> Floats:
    found = np.zeros(size)
    for column in columns.T:
        found += np.bincount(column, values, size)
    return found


def _sum_by_column_pair(columns: Ints, weight: Floats, size: int) -> Floats:
    found = np.zeros(size * size)
    for one in columns.T:
        for other in columns.T:
            found += np.bincount(one * size + other, weight, size * size)
    return found.reshape(size, size)


def _estimate_overdispersion(rows: Episodes, seen: EpisodeCells, numbers: Floats) -> float:
    """How many times more cases differ from what was expected of them than chance would let them, at least once."""
    pace = np.exp(numbers[seen.columns].sum(axis=1))
    _, case = np.unique(rows.facts.case, return_inverse=True)
    expected = np.bincount(case[seen.row], seen.spent * pace[seen.cell])
    left = np.bincount(case, rows.left * rows.weight)
    return max(1.0, float(((left - expected) ** 2).sum() / expected.sum()))


def calibrate_model(
    model: ForecastModel, zone: int, facts: MoneyFacts, now: Ints, left: Floats, within: float
) -> ForecastModel:
    """The model with its pace by waiting and its factor of the amount moved to what left of amounts that were asked of.

    Episodes are of all money by all records; asked of is what a trail showed before all records had come, of reported cases and
    worth a hold. Of that less leaves than of the whole, and more of large sums. Each number goes to the ratio of what left over
    what was expected, drawn to 1 by as much as `DRAWN` amounts that left would (gamma prior, iterated as in raking).
    """
    waited, sort = np.ones(len(WAITED)), np.ones(len(EFFECTS["amount"]))
    kinds = classify_amounts(facts, zone)["amount"]
    hazards = _split_hazards(model, zone, facts, now, within)
    for _ in range(ROUNDS):
        waited *= _compute_corrections(hazards, waited, sort[kinds], left)
        expected = -np.expm1(-(hazards @ waited) * sort[kinds])
        sort = (np.bincount(kinds, left, len(sort)) + DRAWN) / (
            np.bincount(kinds, expected, len(sort)) / sort + DRAWN
        )
    span = np.searchsorted(WAITED, EDGES, "right") - 1
    made = {**model.made, "calibrated": f"by {len(facts):,} amounts that were asked of"}
    factors = {**model.factors, "amount": model.factors["amount"] + np.log(sort)}
    return replace(model, pace=model.pace + np.log(waited)[span], factors=factors, made=made)


def _split_hazards(model: ForecastModel, zone: int, facts: MoneyFacts, now: Ints, within: float) -> Floats:
    """float64 (amounts, classes of waiting): the hazard of each amount within so many minutes that falls into each class."""
    paced, age = model.classify(facts, zone), (now - facts.arrived) / MINUTE
    edges = np.append(WAITED, np.inf)
    passed = [paced.compute_hazard_at(np.clip(edge, age, age + within)) for edge in edges]
    found: Floats = np.diff(np.array(passed), axis=0).T
    return found


def _compute_corrections(hazards: Floats, waited: Floats, sort: Floats, left: Floats) -> Floats:
    """By what the corrections of each class of waiting change: to what left of its part of the amounts over what was expected."""
    corrected = hazards * waited * sort[:, None]
    whole = corrected.sum(axis=1)
    part = corrected / np.maximum(whole, 1e-12)[:, None]
    expected = (-np.expm1(-whole)[:, None] * part).sum(axis=0)
    found: Floats = (part.T @ left + DRAWN) / (expected / waited + DRAWN) / waited
    return found


def estimate_shared_chance(
    model: ForecastModel, zone: int, facts: MoneyFacts, now: Ints, left: Floats, within: float
) -> float:
    """How much of chance the amounts of one case have in common, by what left of them within some minutes of moments.

    `facts.case` tells apart what was looked at together. The likelihood of a case is the mean over its shock of the
    product over its amounts, of which each left or stayed (a share in between counts as both in proportion); what the model has already
    is the prior.
    """
    paced = model.classify(facts, zone)
    chance = np.clip(
        Forecast(model, zone).estimate_leaving_shares_each(paced, facts, now, within), 1e-4, 1 - 1e-4
    )
    _, case = np.unique(facts.case, return_inverse=True)
    worth = [
        _compute_log_likelihood(chance, left, case, float(candidate))
        - (candidate - model.shared) ** 2 / (2 * USUALLY**2)
        for candidate in SHARED
    ]
    return float(SHARED[int(np.argmax(worth))])


def _compute_log_likelihood(chance: Floats, left: Floats, case: Ints, common: float) -> float:
    normal = NormalDist()
    needed = np.array([normal.inv_cdf(float(probability)) for probability in chance])
    shocks = [normal.inv_cdf((at + 0.5) / POINTS) for at in range(POINTS)]
    logs = np.empty((POINTS, int(case.max(initial=-1)) + 1))
    for at, shock in enumerate(shocks):
        given = _normal_cdf((needed - np.sqrt(common) * shock) / np.sqrt(1 - common))
        given = np.clip(given, 1e-9, 1 - 1e-9)
        logs[at] = np.bincount(case, left * np.log(given) + (1 - left) * np.log1p(-given), logs.shape[1])
    top = logs.max(axis=0)
    return float((top + np.log(np.exp(logs - top).mean(axis=0))).sum())


def _normal_cdf(values: Floats) -> Floats:
    """The normal distribution function, by interpolation in a table of it."""
    grid = np.linspace(-8, 8, 3201)
    table = np.array([0.5 * (1 + erf(float(one) / 2**0.5)) for one in grid])
    found: Floats = np.interp(values, grid, table)
    return found
