"""Learning from labels: trained on the earlier days, stopped and calibrated on later ones, measured on the last."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from warroom import clock
from warroom.errors import SignalError
from warroom.money.index.transfer_graph import Array
from warroom.signals.model.model import Training, TreeModel
from warroom.signals.mules.scoring import NAMES, Chances, Matrix
from warroom_lab.mules.belief import drop_unlikely_labels
from warroom_lab.mules.fit import TrainingSplit, fit_model
from warroom_lab.mules.parity import Parity, measure_parity
from warroom_lab.mules.samples import Samples

TRAIN, VALID = 0.6, 0.8
"""Shares of the days that train, and up to which later ones stop and calibrate; the rest measures."""
LEAST_DAYS = 5
BUDGETS = (15, 50, 150, 300, 1_000)
"""Alerts a day at which precision is given; 15 is a nation's thousand on a country of 50,000 with 20 times its crime, 150 ten
times that."""
DRAWS, INTERVAL = 200, (5, 95)
"""Bootstraps over accounts, and the percentiles between which a figure lies in nine of ten."""
FLAGGED = 0.5
"""From this probability on an account counts as flagged where groups are compared."""


@dataclass(frozen=True)
class ScorerWorth:
    """What a scorer is worth on some days: average precision, and of the likeliest by budget the share that are mules, each
    with its interval of 90 %; `expected`: of the likeliest, by budget, the share that its probabilities promised."""

    version: str
    auprc: float
    precision: Mapping[int, float]
    interval: Mapping[int, tuple[float, float]] = field(default_factory=dict)
    expected: Mapping[int, float] = field(default_factory=dict)


@dataclass(frozen=True)
class MeasuringTruth:
    """What measuring alone may know: by row, whether its account had worked for others by then; and how many times as dense
    as in life crime is there, so that an ordinary account stands for so many."""

    mule: Array
    density: float


@dataclass(frozen=True)
class Learned:
    """A model with what it is worth on days it never saw.

    `density`: how many ordinary accounts each one that was measured stands for; `base`: the share of mules among accounts at
    life's density. `before`: what the model that was in use is worth on the same days, `mules` how many account-days of mules they hold.
    """

    model: TreeModel
    worth: ScorerWorth
    brier: float
    days: tuple[int, int, int]
    parity: Sequence[Parity]
    before: ScorerWorth | None = None
    mules: int = 0
    density: float = 1.0
    base: float = 0.0

    @property
    def worse(self) -> bool:
        """Whether the model in use is the better one on these days, or they hold no mule to tell by."""
        return self.before is not None and (not self.mules or self.worth.auprc < self.before.auprc)


def train_and_measure(
    rows: Samples,
    groups: pa.Table,
    *,
    complete: bool = False,
    split: tuple[int, int] | None = None,
    threads: int = 1,
    say: Callable[[str], None] | None = None,
    wrong: float = 0.0,
    truth: MeasuringTruth | None = None,
    before: Callable[[Matrix], tuple[str, Chances]] | None = None,
) -> Learned:
    """Train on rows in the order of time and measure on the last days.

    `groups`: see `measure_parity`. `complete`: every mule is labelled, so that the rest are negatives; else probabilities allow
    for those nobody reported. `wrong`: the share of labels of mules that may be wrong and are not learned from. `truth`: what
    the last days are measured by, and nothing else is; labels where None. `split`: numbers of days that train and that train or calibrate; by shares where None.
    `before`: the version and probabilities of what is in use, measured on the same days.
    Raises SignalError for too few days, ModelError for too few rows of either kind.
    """
    days = rows.list_day_slices()
    if len(days) < LEAST_DAYS:
        raise SignalError(
            f"There are {len(days)} days to learn from and it takes {LEAST_DAYS}, each with seven before it; "
            "wait for more records or name a later --until."
        )
    # By days and in their order: rows drawn at random would train on the same
    # accounts that they are tested on.
    low, high = split or (round(TRAIN * len(days)), round(VALID * len(days)))
    parts = TrainingSplit(_span_of_days(days[:low]), _span_of_days(days[low:high]))
    unknown = None if complete else rows.unknown
    mule = rows.mule
    if wrong:
        mule = drop_unlikely_labels(
            rows.rows, mule & _make_row_mask(parts.train, len(rows)), rows.place, wrong, threads=threads
        )
        # Of the days that calibrate, all: how many labels there are is counted there.
        mule[parts.valid] = rows.mule[parts.valid]
        unknown = rows.unknown | (rows.mule & ~mule)
    model = fit_model(
        rows.rows, mule, NAMES, parts, unlabelled=unknown, share=not complete, threads=threads, say=say
    )
    known = truth or MeasuringTruth(rows.mule, 1.0)
    model = replace(model, density=known.density)
    learned = _measure_model(model, rows, known, days[high:], (low, high - low, len(days) - high), groups)
    if before is None:
        return learned
    test = _span_of_days(days[high:])
    version, chance = before(rows.rows[test])
    worth = _measure_worth(version, rows, known, days[high:], chance)
    return replace(learned, before=worth, mules=int(known.mule[test].sum()))


def _make_row_mask(part: slice, rows: int) -> Array:
    found = np.zeros(rows, bool)
    found[part] = True
    return found


def _span_of_days(days: Sequence[slice]) -> slice:
    return slice(days[0].start, days[-1].stop)


def _measure_model(
    model: TreeModel,
    rows: Samples,
    truth: MeasuringTruth,
    days: Sequence[slice],
    counts: tuple[int, int, int],
    groups: pa.Table,
) -> Learned:
    test = _span_of_days(days)
    chance, mule = model.predict_probabilities(rows.rows[test]), truth.mule[test]
    worth = _measure_worth("", rows, truth, days, chance)
    weights = np.where(mule, 1.0, truth.density)
    brier = float(np.average((chance - mule) ** 2, weights=weights))
    known = replace(
        model,
        training=Training(
            rows=len(rows),
            positives=int(rows.mule.sum()),
            since=_format_day(rows.moment[0]),
            until=_format_day(rows.moment[-1]),
            metrics={
                "auprc": worth.auprc,
                "brier": brier,
                **{f"p_at_{k}": v for k, v in worth.precision.items()},
            },
        ),
    )
    parity_rows = measure_parity(groups, rows.place[test], chance >= FLAGGED, mule)
    base = float(mule.sum() / weights.sum())
    return Learned(known, worth, brier, counts, parity_rows, density=truth.density, base=base)


def _measure_worth(
    version: str, rows: Samples, truth: MeasuringTruth, days: Sequence[slice], chance: Chances
) -> ScorerWorth:
    from sklearn.metrics import average_precision_score

    test = _span_of_days(days)
    mule, weights = truth.mule[test], np.where(truth.mule[test], 1.0, truth.density)
    auprc = float(average_precision_score(mule, chance, sample_weight=weights)) if mule.any() else 0.0
    ranked = _rank_by_day(days, test.start, chance)
    right, copies = mule.astype(np.float64), np.ones(len(mule))
    precision = {
        budget: compute_precision_at_budget(ranked, right, weights, copies, budget) for budget in BUDGETS
    }
    expected = {
        budget: compute_precision_at_budget(ranked, chance, weights, copies, budget) for budget in BUDGETS
    }
    draws = np.random.default_rng(7)
    place = rows.place[test]
    # Over accounts and not over rows: what one account does on one day it does on the next.
    drawn = [draws.poisson(1.0, int(place.max(initial=0)) + 1)[place].astype(float) for _ in range(DRAWS)]
    interval = {
        budget: tuple(
            np.percentile(
                [compute_precision_at_budget(ranked, right, weights, draw, budget) for draw in drawn],
                INTERVAL,
            )
        )
        for budget in BUDGETS
    }
    return ScorerWorth(
        version, auprc, precision, {k: (float(a), float(b)) for k, (a, b) in interval.items()}, expected
    )


def _rank_by_day(days: Sequence[slice], start: int, chance: Chances) -> Sequence[npt.NDArray[np.int64]]:
    """Of each day the rows, counted from `start`, that the largest budget could name; the likeliest first."""
    first = []
    for day in days:
        low, high = day.start - start, day.stop - start
        order = np.argsort(-chance[low:high], kind="stable")[: 3 * max(BUDGETS)]
        first.append(order + low)
    return first


def compute_precision_at_budget(
    ranked: Sequence[npt.NDArray[np.int64]],
    right: npt.NDArray[np.float64],
    weights: npt.NDArray[np.float64],
    copies: npt.NDArray[np.float64],
    budget: int,
) -> float:
    """Of all that is named within a day's budget the share that is `right`, over all days.

    `weights`: how many accounts a row stands for, which take as much of the budget; the last one counts in part.
    """
    # By the day, since officers have a budget a day; over all days at once one busy day would take most of it.
    good = total = 0.0
    for rows in ranked:
        cost = weights[rows] * copies[rows]
        taken = np.clip(budget - (np.cumsum(cost) - cost), 0.0, cost)
        good, total = good + float((taken * right[rows]).sum()), total + float(taken.sum())
    return good / total if total else 0.0


def _format_day(moment: int) -> str:
    return clock.from_micros(int(moment)).date().isoformat()
