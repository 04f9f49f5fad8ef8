"""How good a ranking is where one row in a thousand is illicit and people can look at a few hundred."""

import numpy as np
import numpy.typing as npt

Chances = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


def find_best_threshold(chance: Chances, labels: Flags, weight: Chances) -> float:
    """The probability from which calling a row illicit gives the best F1 on these rows."""
    from sklearn.metrics import precision_recall_curve

    precision, recall, thresholds = precision_recall_curve(labels, chance, sample_weight=weight)
    score = 2 * precision * recall / np.maximum(precision + recall, 1e-12)
    # The curve ends in a point of its own, to which no threshold belongs.
    return float(thresholds[min(int(score.argmax()), len(thresholds) - 1)])


def compute_f1(chance: Chances, labels: Flags, threshold: float) -> float:
    called = chance >= threshold
    return float(2 * (called & labels).sum() / max(called.sum() + labels.sum(), 1))


def compute_precision_at(chance: Chances, labels: Flags, budget: int) -> float:
    """The illicit share of the `budget` likeliest rows; of equals the earlier comes first."""
    first = np.argsort(-chance, kind="stable")[:budget]
    return float(labels[first].sum() / budget)


def compute_auprc(chance: Chances, labels: Flags) -> float:
    """Average precision, as scikit-learn defines it."""
    from sklearn.metrics import average_precision_score

    return float(average_precision_score(labels, chance))
