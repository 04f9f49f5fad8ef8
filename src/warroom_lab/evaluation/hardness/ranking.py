"""How well an order of accounts tells mules, as sums over gangs and accounts: pooled, and with their errors.

What accounts of one gang look like hangs together, so that a gang's mules are one case of chance and not many.
"""

from collections.abc import Sequence

import numpy as np
from scipy.stats import rankdata

from warroom_lab.evaluation.hardness.plain import AccountWeek
from warroom_lab.evaluation.tally import RatioTally, tally_ratio
from warroom_lab.world.drawing.columns import Array


def compute_auc(weeks: Sequence[AccountWeek], scores: Sequence[Array]) -> RatioTally:
    """The chance that a mule's score lies above an honest account's; of equal ones half. It is the same at any density."""
    above = [_share_ranked_below(week.mule, score) for week, score in zip(weeks, scores, strict=True)]
    gangs = np.concatenate([week.gang[week.mule] for week in weeks])
    return _make_ratio_by_group(gangs, np.concatenate(above), np.ones(len(gangs)))


def reverse_auc(auc: RatioTally) -> RatioTally:
    """That of the same column read from its other end."""
    a, b, aa, ab, bb = auc.above, auc.below, auc.aa, auc.ab, auc.bb
    # Of each case 1 less its share: the sums of squares follow.
    return RatioTally(b - a, b, bb - 2 * ab + aa, bb - ab, bb)


def compute_precision(week: AccountWeek, score: Array, first: float) -> RatioTally:
    """Of the `first` accounts by score, counted as in life, the mules; of equals at the end a share."""
    value, at = np.unique(-score, return_inverse=True)
    weight = np.bincount(at, week.weight, len(value))
    # Accounts of one value are named together: as much of them as there is room for.
    room = np.clip(first - (np.cumsum(weight) - weight), 0, weight) / weight
    taken = room[at] * week.weight
    named = taken > 0
    who = np.where(week.mule, week.gang, -2 - np.arange(len(week.mule)))[named]
    return _make_ratio_by_group(who, (taken * week.mule)[named], taken[named])


def _share_ranked_below(mule: Array, score: Array) -> Array:
    """Of each mule, the share of the others below it."""
    rank, own = rankdata(score), rankdata(score[mule])
    found: Array = (rank[mule] - own) / max(1, int((~mule).sum()))
    return found


def _make_ratio_by_group(who: Array, above: Array, below: Array) -> RatioTally:
    """A ratio of sums over what varies by chance each for itself."""
    at = np.unique(who, return_inverse=True)[1]
    return tally_ratio(np.bincount(at, above), np.bincount(at, below))
