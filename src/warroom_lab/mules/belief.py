"""Which labels to believe: some reports are wrong, and a model that never saw an account tells which may be."""

import numpy as np
import numpy.typing as npt

from warroom.signals.model import boosting
from warroom.signals.model.trees import Matrix
from warroom_lab.mules.fit import ORDINARY, SETTINGS, Flags, thinned

FOLDS, ROUNDS = 3, 120


def believed(
    rows: Matrix,
    labels: Flags,
    owner: npt.NDArray[np.int64],
    wrong: float,
    *,
    seed: int = 7,
    threads: int = 1,
) -> Flags:
    """Labels without the share `wrong` of them that models find least likely, each by models of other accounts alone.

    `owner`: by row, the account it is of. Rows without a label stay without.
    """
    chance = np.zeros(len(labels))
    fold = _folds(owner)
    for each in range(FOLDS):
        held_out = np.flatnonzero(labels & (fold == each))
        if len(held_out):
            chance[held_out] = _other(rows, labels, np.flatnonzero(fold != each), held_out, seed, threads)
    kept: Flags = labels & (chance > np.quantile(chance[labels], wrong)) if labels.any() else labels
    return kept


def _folds(owner: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    # Knuth's multiplier: accounts that are numbered together come from one bank or gang and must not share a fold.
    return (owner.astype(np.int64) * 2_654_435_761 % 2**32) % FOLDS


def _other(
    rows: Matrix,
    labels: Flags,
    train: npt.NDArray[np.int64],
    asked: npt.NDArray[np.int64],
    seed: int,
    threads: int,
) -> npt.NDArray[np.float64]:
    kept, weight = thinned(labels, train, ORDINARY * int(labels[train].sum()), seed)
    lightgbm = boosting.load()
    data = lightgbm.Dataset(rows[kept], labels[kept].astype(np.int8), weight=weight)
    settings = {**SETTINGS, "seed": seed, "num_threads": threads}
    booster = lightgbm.train(settings, data, ROUNDS)
    found: npt.NDArray[np.float64] = np.asarray(booster.predict(rows[asked], num_threads=threads))
    return found
