"""Which labels to believe: some reports are wrong, and a model that never saw an account tells which may be."""

import numpy as np
import numpy.typing as npt

from warroom.signals.model import boosting
from warroom.signals.model.trees import Matrix
from warroom_lab.mules.fit import ORDINARY, SETTINGS, Flags, thin_rows

FOLDS, ROUNDS = 3, 120


def drop_unlikely_labels(
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
    fold = _assign_folds(owner)
    for fold_number in range(FOLDS):
        held_out = np.flatnonzero(labels & (fold == fold_number))
        if len(held_out):
            chance[held_out] = _predict_from_others(
                rows, labels, np.flatnonzero(fold != fold_number), held_out, seed, threads
            )
    kept: Flags = labels & (chance > np.quantile(chance[labels], wrong)) if labels.any() else labels
    return kept


def _assign_folds(owner: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    # Knuth's multiplier: accounts that are numbered together come from one bank or gang and must not share a fold.
    return (owner.astype(np.int64) * 2_654_435_761 % 2**32) % FOLDS


def _predict_from_others(
    rows: Matrix,
    labels: Flags,
    train: npt.NDArray[np.int64],
    asked: npt.NDArray[np.int64],
    seed: int,
    threads: int,
) -> npt.NDArray[np.float64]:
    kept, weight = thin_rows(labels, train, ORDINARY * int(labels[train].sum()), seed)
    lightgbm = boosting.import_lightgbm()
    data = lightgbm.Dataset(rows[kept], labels[kept].astype(np.int8), weight=weight)
    settings = {**SETTINGS, "seed": seed, "num_threads": threads}
    booster = lightgbm.train(settings, data, ROUNDS)
    chances: npt.NDArray[np.float64] = np.asarray(booster.predict(rows[asked], num_threads=threads))
    return chances
