"""Platt scaling from margins to probabilities: a straight line in log-odds, so that no order changes and no
ties appear.
"""

import numpy as np
import numpy.typing as npt

Chances = npt.NDArray[np.float64]


def fit_platt(
    margin: Chances, labels: npt.NDArray[np.bool_], weight: Chances | None = None
) -> tuple[float, float]:
    """Slope and intercept of the log-odds against the margin (Platt, Probabilistic outputs for SVMs, 1999).

    A slope that is not above zero would turn the order around; then margins stay as they are.
    """
    from sklearn.linear_model import LogisticRegression

    # Hardly any penalty: two numbers from thousands of rows need none, and one would flatten the slope.
    regression = LogisticRegression(C=1e4, max_iter=1000).fit(margin[:, None], labels, weight)
    slope, intercept = float(regression.coef_[0, 0]), float(regression.intercept_[0])
    return (slope, intercept) if slope > 0 else (1.0, 0.0)


def estimate_labelled_share(chance: Chances, labels: npt.NDArray[np.bool_]) -> float:
    """The share of true cases that are labelled: the share of labelled rows among the likeliest n, n the
    number of labels.

    Where all of these are true cases it is exact, else too low. So is the largest probability of any row, estimator e3 of
    Elkan and Noto, KDD 2008, which hangs on one row; their e1, the mean over labelled rows, is lower still wherever cases
    and others overlap. All hold where labels are a random part of the true cases.
    """
    likeliest = np.argsort(-chance, kind="stable")[: int(labels.sum())]
    # At least a twentieth: a model that finds no labelled row would else multiply every chance without bound.
    return float(np.clip(labels[likeliest].mean(), 0.05, 1.0)) if labels.any() else 1.0


def rescale_to_density(chance: Chances | np.float64, density: float) -> Chances:
    """A probability learned where crime is `density` times as dense as in life, at life's own density; with 1 / density the
    way back.

    Bayes' rule on the prior: honest accounts are so many times as many, and nothing else changes.
    """
    honest = (1 - chance) * density
    # Both are 0 only for an account that is certain not to be a mule's where honest ones weigh nothing.
    return np.asarray(chance / np.maximum(chance + honest, 1e-300), np.float64)
