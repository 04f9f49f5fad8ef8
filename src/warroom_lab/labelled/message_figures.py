"""What a model of messages is worth, each claim about false alarms with its bound and the honest items behind it."""

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from warroom.signals.messages.reading import LIMIT
from warroom_lab.labelled.bounds import compute_upper_bound

DRAWS, SEED = 1000, 7
Numbers = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


def compute_auprc(scam: Flags, chance: Numbers) -> float:
    """The area under precision by recall, as a mean of precisions."""
    order = np.argsort(-chance, kind="stable")
    # Texts of one probability are one step: their order among each other is nobody's merit.
    last = np.append(np.flatnonzero(np.diff(chance[order])), len(order) - 1)
    right = np.cumsum(scam[order])[last]
    recall = right / max(int(scam.sum()), 1)
    return float(np.sum(np.diff(recall, prepend=0.0) * right / (last + 1)))


def compute_recall_at(scam: Flags, chance: Numbers, false: float = 0.01) -> float:
    """The share of scams above the probability that at most a share `false` of the others reach."""
    if not scam.any() or scam.all():
        return 0.0
    honest = np.sort(chance[~scam])[::-1]
    over = honest[int(false * len(honest))]
    return float((chance[scam] > over).mean())


def bootstrap_interval(
    measure: Callable[[Flags, Numbers], float], scam: Flags, chance: Numbers, group: npt.NDArray[np.int64]
) -> tuple[float, float]:
    """Where a figure lies in 95 of 100 draws of groups of near-duplicates."""
    random = np.random.default_rng(SEED)
    numbers = np.unique(group)
    rows = [np.flatnonzero(group == number) for number in numbers]
    drawn = []
    for _ in range(DRAWS // 5):
        some = np.concatenate([rows[at] for at in random.integers(0, len(rows), len(rows))])
        drawn.append(measure(scam[some], chance[some]))
    low, high = np.quantile(drawn, [0.025, 0.975])
    return float(low), float(high)


def count_false_alarms(chance: Numbers, limit: Numbers | float = LIMIT) -> dict[str, float | int]:
    """False alarms among honest texts: how many of how many, their share and its upper bound. `limit`: of all, or of each."""
    flagged = int((chance >= limit).sum())
    return {
        "honest": len(chance),
        "flagged": flagged,
        "share": flagged / max(len(chance), 1),
        "upper_bound": compute_upper_bound(flagged, len(chance)),
    }


def iter_reliability_bands(
    scam: Flags, chance: Numbers, edges: Sequence[float] = (0, 0.1, 0.3, 0.5, 0.7, 0.9, 1.0001)
) -> Iterator[dict[str, Any]]:
    """What was promised and what came of it, by band of probability."""
    for low, high in pairwise(edges):
        inside = (chance >= low) & (chance < high)
        if inside.any():
            yield {
                "from": low,
                "to": min(high, 1.0),
                "count": int(inside.sum()),
                "promised": float(chance[inside].mean()),
                "scams": float(scam[inside].mean()),
            }
