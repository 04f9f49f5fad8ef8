"""How a model is trained: boosted trees on what was known first, stopped and calibrated on what came after."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from warroom.errors import ModelError
from warroom.signals.model import boosting
from warroom.signals.model.calibrate import estimate_labelled_share, fit_platt
from warroom.signals.model.model import Training, TreeModel
from warroom.signals.model.trees import Matrix
from warroom_lab.mules.slim import slim_trees

Flags = npt.NDArray[np.bool_]
SETTINGS: Mapping[str, object] = {
    "objective": "binary",
    "metric": "average_precision",
    "learning_rate": 0.06,
    "num_leaves": 31,
    "min_data_in_leaf": 30,
    "feature_fraction": 0.5,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "lambda_l2": 5.0,
    "max_bin": 127,
    # These two make LightGBM give the same trees for any number of threads: a
    # model's version is a hash of them.
    "deterministic": True,
    "force_col_wise": True,
    "verbose": -1,
}
ROUNDS, PATIENCE = 500, 80
ORDINARY = 150
"""Ordinary rows kept for each labelled one at most: more teach little and cost time. Kept rows weigh for the others."""
STOPPERS = 60_000
"""Ordinary rows of validation at most on which every round is checked; all of them calibrate."""
LEAST = 10
"""Labelled rows without which there is nothing to learn, in training and in validation each."""


@dataclass(frozen=True)
class TrainingSplit:
    """Which rows train and which stop and calibrate: two slices of rows in time order, the first before the second."""

    train: slice
    valid: slice


def fit_model(
    rows: Matrix,
    labels: Flags,
    names: Sequence[str],
    parts: TrainingSplit,
    *,
    weight: npt.NDArray[np.float64] | None = None,
    unlabelled: Flags | None = None,
    share: bool = False,
    training: Training | None = None,
    settings: Mapping[str, object] = SETTINGS,
    rounds: int = ROUNDS,
    seed: int = 7,
    threads: int = 1,
    say: Callable[[str], None] | None = None,
) -> TreeModel:
    """Train on `parts.train`, stop and calibrate on `parts.valid`; rows are float32 (n, features) in time order.

    `weight`: how many rows each stands for, where the caller has left rows out already; else ordinary rows of training
    are thinned here. `unlabelled`: rows of which nobody can say that they are ordinary, such as transfers of an account that was reported
    later; they are left out of training and calibration, because an unreported mule is no negative. `share`: divide
    probabilities by the share of true cases that are labelled, as estimated on validation (`calibrate.labelled_share`). `settings` and
    `rounds`: LightGBM's own, and how many trees at most.
    Raises ModelError where there are too few rows of either kind. The same rows, labels and seed give the same model.
    """
    # A label outweighs the doubt: what was reported is known, no matter whom it is about.
    known = np.ones(len(labels), bool) if unlabelled is None else ~unlabelled | labels
    train, valid = _find_known_rows(parts.train, known), _find_known_rows(parts.valid, known)
    _require_enough_rows(labels, train, "training")
    _require_enough_rows(labels, valid, "validation")
    weights = np.ones(len(labels)) if weight is None else weight
    kept, kept_weight = (
        select_training_rows(labels, train, seed) if weight is None else (train, weight[train])
    )
    stop, stop_weight = thin_rows(labels, valid, STOPPERS, seed)
    sets = _Sets(rows, labels, kept, kept_weight, stop, stop_weight * weights[stop])
    text = _train_trees(sets, names, {**settings, "seed": seed, "num_threads": threads}, rounds, say)
    # Slimmed before it is calibrated: leaves are rounded, and the line has to fit the margins that will be
    # used.
    model = TreeModel(names=tuple(names), text=slim_trees(text), training=training or Training())
    margin = model.compute_margins(rows[valid])
    slope, intercept = fit_platt(margin, labels[valid], weights[valid])
    model = replace(model, slope=slope, intercept=intercept)
    if not share:
        return model
    return replace(
        model, labelled_share=estimate_labelled_share(model.calibrate_margins(margin), labels[valid])
    )


def _find_known_rows(part: slice, known: Flags) -> npt.NDArray[np.int64]:
    start = part.start or 0
    found: npt.NDArray[np.int64] = np.flatnonzero(known[part]) + start
    return found


def _require_enough_rows(labels: Flags, rows: npt.NDArray[np.int64], what: str) -> None:
    hits = int(labels[rows].sum())
    if min(hits, len(rows) - hits) < LEAST:
        raise ModelError(
            f"The rows for {what} hold {hits} labelled and {len(rows) - hits} other transfers; "
            f"at least {LEAST} of each are needed to learn from."
        )


def thin_rows(
    labels: Flags, rows: npt.NDArray[np.int64], most: int, seed: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """Every labelled one of `rows` and about `most` of the others, with weights that make up for those left out."""
    hits = labels[rows]
    share = min(1.0, most / max(int((~hits).sum()), 1))
    kept = rows[hits | (np.random.default_rng(seed).random(len(rows)) < share)]
    return kept, np.where(labels[kept], 1.0, 1.0 / share)


def select_training_rows(
    labels: Flags, rows: npt.NDArray[np.int64], seed: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """The rows of training that are kept, and their weights."""
    return thin_rows(labels, rows, ORDINARY * int(labels[rows].sum()), seed)


@dataclass(frozen=True)
class _Sets:
    """Rows to learn from and rows to check on, with what each weighs."""

    rows: Matrix
    labels: Flags
    train: npt.NDArray[np.int64]
    weight: npt.NDArray[np.float64]
    valid: npt.NDArray[np.int64]
    valid_weight: npt.NDArray[np.float64]


def _train_trees(
    sets: _Sets,
    names: Sequence[str],
    settings: dict[str, object],
    rounds: int,
    say: Callable[[str], None] | None,
) -> str:
    lightgbm = boosting.import_lightgbm()
    rows, labels = sets.rows, sets.labels.astype(np.int8)
    data = lightgbm.Dataset(
        rows[sets.train], labels[sets.train], weight=sets.weight, feature_name=list(names)
    )
    check = data.create_valid(rows[sets.valid], labels[sets.valid], weight=sets.valid_weight)
    stop = lightgbm.early_stopping(PATIENCE, verbose=False)
    booster = lightgbm.train(settings, data, rounds, valid_sets=[check], callbacks=[stop])
    if say:
        say(f"{booster.best_iteration} trees from {len(sets.train):,} transfers")
    # Trees after the best round were grown only to see that none of them helps.
    return str(booster.model_to_string(num_iteration=booster.best_iteration))
