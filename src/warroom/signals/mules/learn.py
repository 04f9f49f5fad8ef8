"""Learning from labels: trained on the earlier days, stopped and calibrated on later ones, measured on the last."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from warroom import clock
from warroom.errors import SignalError
from warroom.money.index.transfer_graph import Array
from warroom.signals.model.fit import Parts, fit
from warroom.signals.model.model import Model, Training
from warroom.signals.mules.parity import Parity, parity
from warroom.signals.mules.samples import Samples
from warroom.signals.mules.scoring import NAMES, Chances, Matrix

TRAIN, VALID = 0.6, 0.8
"""Shares of the days that train, and up to which later ones stop and calibrate; the rest measures."""
LEAST_DAYS = 5
BUDGETS = (15, 50, 100, 300, 1_000)
"""Alerts a day at which precision is given; 15 is a nation's thousand on a country of 50,000 with 20 times its crime."""
FLAGGED = 0.5
"""From this probability on an account counts as flagged where groups are compared."""


@dataclass(frozen=True)
class Worth:
    """What a scorer is worth on some days: average precision, and of the likeliest by budget the share that are mules."""

    version: str
    auprc: float
    precision: Mapping[int, float]


@dataclass(frozen=True)
class Learned:
    """A model with what it is worth on days it never saw. `precision`: by budget, the mean over those days.

    `before`: what the model that was in use is worth on the same days, `mules` how many account-days of mules they hold.
    """

    model: Model
    auprc: float
    precision: Mapping[int, float]
    brier: float
    days: tuple[int, int, int]
    parity: Sequence[Parity]
    before: Worth | None = None
    mules: int = 0

    @property
    def worse(self) -> bool:
        """Whether the model in use is the better one on these days, or they hold no mule to tell by."""
        return self.before is not None and (not self.mules or self.auprc < self.before.auprc)


def learn(
    rows: Samples,
    groups: pa.Table,
    *,
    complete: bool = False,
    split: tuple[int, int] | None = None,
    threads: int = 1,
    say: Callable[[str], None] | None = None,
    before: Callable[[Matrix], tuple[str, Chances]] | None = None,
) -> Learned:
    """Train on rows in the order of time and measure on the last days.

    `groups`: see `parity`. `complete`: every mule is labelled, so that the rest are negatives; else probabilities allow
    for those nobody reported. `split`: numbers of days that train and that train or calibrate; by shares where None.
    `before`: the version and probabilities of what is in use, measured on the same days.
    Raises SignalError for too few days, ModelError for too few rows of either kind.
    """
    days = rows.days()
    if len(days) < LEAST_DAYS:
        raise SignalError(
            f"There are {len(days)} days to learn from and it takes {LEAST_DAYS}, each with seven before it; "
            "wait for more records or name a later --until."
        )
    # By days and in their order: rows drawn at random would train on the same
    # accounts that they are tested on.
    low, high = split or (round(TRAIN * len(days)), round(VALID * len(days)))
    parts = Parts(_span(days[:low]), _span(days[low:high]))
    unknown = None if complete else rows.unknown
    model = fit(
        rows.rows, rows.mule, NAMES, parts, unlabelled=unknown, share=not complete, threads=threads, say=say
    )
    found = _measured(model, rows, days[high:], (low, high - low, len(days) - high), groups)
    if before is None:
        return found
    test = _span(days[high:])
    version, chance = before(rows.rows[test])
    return replace(found, before=_worth(version, rows, days[high:], chance), mules=int(rows.mule[test].sum()))


def _span(days: Sequence[slice]) -> slice:
    return slice(days[0].start, days[-1].stop)


def _measured(
    model: Model, rows: Samples, days: Sequence[slice], counts: tuple[int, int, int], groups: pa.Table
) -> Learned:
    test = _span(days)
    chance, mule = model.score(rows.rows[test]), rows.mule[test]
    worth = _worth("", rows, days, chance)
    auprc, precision = worth.auprc, worth.precision
    brier = float(np.mean((chance - mule) ** 2))
    known = replace(
        model,
        training=Training(
            rows=len(rows),
            positives=int(rows.mule.sum()),
            since=_day(rows.moment[0]),
            until=_day(rows.moment[-1]),
            metrics={"auprc": auprc, "brier": brier, **{f"p_at_{k}": v for k, v in precision.items()}},
        ),
    )
    found = parity(groups, rows.place[test], chance >= FLAGGED, mule)
    return Learned(known, auprc, precision, brier, counts, found)


def _worth(version: str, rows: Samples, days: Sequence[slice], chance: Chances) -> Worth:
    from sklearn.metrics import average_precision_score

    test = _span(days)
    mule = rows.mule[test]
    precision = {budget: precision_at(rows, days, chance, test.start, budget) for budget in BUDGETS}
    return Worth(version, float(average_precision_score(mule, chance)) if mule.any() else 0.0, precision)


def precision_at(
    rows: Samples, days: Sequence[slice], chance: npt.NDArray[np.float64], start: int, budget: int
) -> float:
    """Of the `budget` likeliest accounts of a day the share that are mules, the mean over days."""
    shares = []
    for day in days:
        mine: Array = chance[day.start - start : day.stop - start]
        # By the day, since officers have a budget a day; over all days at once one
        # busy day would take most of it.
        first = np.argsort(-mine, kind="stable")[:budget]
        shares.append(float(rows.mule[day][first].mean()))
    return float(np.mean(shares))


def _day(moment: int) -> str:
    return clock.from_micros(int(moment)).date().isoformat()
