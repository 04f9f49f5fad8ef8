"""How the model of messages is learned: logistic regression over runs of letters and flags, calibrated on texts it never saw.

Figures are of texts left out by groups of near-duplicates: what stands twice in a collection never teaches its own answer.
"""

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from warroom.signals.messages.features import BUCKETS, SIGN_WEIGHT, count_runs, mark_signs
from warroom.signals.messages.model import CLASSES, MessageModel
from warroom.signals.messages.normal import normalise_message
from warroom.signals.messages.signs import find_message_signs
from warroom.signals.model.calibrate import fit_platt
from warroom_lab.labelled.message_corpus import (
    ENGLISH,
    MADE,
    POSTS,
    THAI,
    WRITTEN,
    LabelledText,
    group_near_duplicates,
)

STRENGTH = 60.0
"""Inverse of the penalty; chosen with SIGN_WEIGHT by folds of other draws than those that are reported."""
FOLDS, SEED, ROUNDS = 5, 2026, 100
ORDINARY = 2_000
"""Ordinary texts of a collection of nothing else that teach at most; all of them are measured on."""
COUNTS = {THAI: 1.0, WRITTEN: 1.0, MADE: 1.0, ENGLISH: 0.5, POSTS: 0.05}
"""How much a text of a collection counts: the Thai messages have labels of the classes that are told; posts are many, and some
of them sell something.
"""
RARE = 2
"""Texts that a run of letters must stand in."""
Numbers = npt.NDArray[np.float64]
Labels = npt.NDArray[np.int64]


@dataclass(frozen=True)
class MessageFeatures:
    """Texts as the model sees them. `runs`: (n, BUCKETS), sparse; `flags`: (n, flags)."""

    items: Sequence[LabelledText]
    runs: Any
    flags: Numbers
    labels: Labels
    group: Labels

    def is_from_source(self, source: str) -> npt.NDArray[np.bool_]:
        """Which are of a collection."""
        return np.array([item.source == source for item in self.items])


@dataclass(frozen=True)
class Fitted:
    """Weights before they are rounded: of runs (BUCKETS, 4), how rare each is (BUCKETS,), of flags, and what is left."""

    runs: Numbers
    rarity: Numbers
    flags: Numbers
    bias: Numbers


def build_features(items: Sequence[LabelledText]) -> MessageFeatures:
    """The texts as numbers, with their groups; those of two collections are never one group."""
    from scipy import sparse

    messages = [normalise_message(item.text) for item in items]
    pairs = [count_runs(message) for message in messages]
    starts = np.cumsum([0, *(len(buckets) for buckets, _ in pairs)])
    columns, values = (np.concatenate(arrays) for arrays in zip(*pairs, strict=True))
    flags = np.stack([mark_signs(find_message_signs(message)) for message in messages]).astype(np.float64)
    labels = np.array([CLASSES.index(item.label) for item in items])
    runs = sparse.csr_matrix((values, columns, starts), shape=(len(items), BUCKETS))
    return MessageFeatures(items, runs, flags, labels, _group_by_source(items))


def _group_by_source(items: Sequence[LabelledText]) -> Labels:
    found, first = np.zeros(len(items), np.int64), 0
    for source in dict.fromkeys(item.source for item in items):
        rows = [at for at, item in enumerate(items) if item.source == source]
        found[rows] = _group_texts([items[at] for at in rows]) + first
        first = int(found.max()) + 1
    return found


def _group_texts(items: Sequence[LabelledText]) -> Labels:
    if items[0].source != MADE:
        return group_near_duplicates([item.text for item in items])
    numbers = {pattern: number for number, pattern in enumerate(dict.fromkeys(item.period for item in items))}
    return np.array([numbers[item.period] for item in items], np.int64)


def assign_folds(seen: MessageFeatures, seed: int = SEED) -> Labels:
    """By text the fold that leaves it out, groups whole and classes even."""
    from sklearn.model_selection import StratifiedGroupKFold

    fold = np.zeros(len(seen.labels), np.int64)
    parted = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=seed)
    for number, (_, left_out) in enumerate(parted.split(fold, seen.labels, seen.group)):
        fold[left_out] = number
    return fold


def fit_weights(seen: MessageFeatures, rows: Labels) -> Fitted:
    """Weights learned from some of the texts."""
    from scipy import sparse
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression

    rows = thin_ordinary_texts(seen, rows)
    runs = seen.runs[rows]
    met = np.asarray((runs > 0).sum(axis=0)).ravel()
    # As eighths of a whole number, since that is how the file keeps it.
    rarity = np.where(met >= RARE, np.round(8 * (np.log((1 + len(rows)) / (1 + met)) + 1)) / 8, 0.0)
    known = np.flatnonzero(rarity)
    table = sparse.hstack([_normalise_runs(runs, rarity)[:, known], SIGN_WEIGHT * seen.flags[rows]]).tocsr()
    model = LogisticRegression(C=STRENGTH, max_iter=ROUNDS, tol=1e-3)
    with warnings.catch_warnings():
        # Stopped early on purpose: what is left to gain is far below a draw of the folds.
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(table.astype(np.float32), seen.labels[rows], _weigh_texts(seen, rows))
    weights = np.zeros((BUCKETS, len(CLASSES)))
    weights[known] = model.coef_.T[: len(known)]
    return Fitted(weights, rarity, model.coef_.T[len(known) :].astype(np.float64), model.intercept_)


def _weigh_texts(seen: MessageFeatures, rows: Labels) -> Numbers:
    """How much each text counts: the classes of the Thai messages alike, and each collection by COUNTS."""
    thai, labels = seen.is_from_source(THAI)[rows], seen.labels[rows]
    counts = np.bincount(labels[thai], minlength=len(CLASSES))
    even: Numbers = counts.sum() / len(CLASSES) / np.maximum(counts, 1)
    found: Numbers = even[labels] * np.array([COUNTS[seen.items[row].source] for row in rows])
    return found


def thin_ordinary_texts(seen: MessageFeatures, rows: Labels) -> Labels:
    """The same without most of the ordinary posts and English messages: a few thousand teach all they can."""
    random, kept = (
        np.random.default_rng(SEED),
        [rows[~seen.is_from_source(POSTS)[rows] & ~seen.is_from_source(ENGLISH)[rows]]],
    )
    for source in (POSTS, ENGLISH):
        of = rows[seen.is_from_source(source)[rows]]
        ordinary = of[seen.labels[of] == CLASSES.index("ok")]
        kept += [np.setdiff1d(of, ordinary), random.permutation(ordinary)[:ORDINARY]]
    return np.sort(np.concatenate(kept))


def _normalise_runs(runs: Any, rarity: Numbers) -> Any:
    """Runs weighted by how rare they are, each text of length 1."""
    from scipy import sparse

    weighted = runs @ sparse.diags(rarity)
    length = np.sqrt(np.asarray(weighted.multiply(weighted).sum(axis=1)).ravel())
    return sparse.diags(1 / np.where(length > 0, length, 1.0)) @ weighted


def compute_log_odds(fitted: Fitted, seen: MessageFeatures, rows: Labels) -> Numbers:
    """Log-odds by class of some of the texts: (n, 4)."""
    found: Numbers = _normalise_runs(seen.runs[rows], fitted.rarity) @ fitted.runs
    return found + SIGN_WEIGHT * seen.flags[rows] @ fitted.flags + fitted.bias


def compute_scam_margins(by_class: Numbers) -> Numbers:
    """The log-odds of a scam against all others."""
    others = by_class[:, 1:]
    most = others.max(axis=1)
    found: Numbers = by_class[:, 0] - most - np.log(np.exp(others - most[:, None]).sum(axis=1))
    return found


def predict_left_out(seen: MessageFeatures, fold: Labels, say: Callable[[str], None]) -> Numbers:
    """The log-odds of every text by a model that saw neither it nor a near-duplicate of it: (n, 4)."""
    found = np.zeros((len(fold), len(CLASSES)))
    for number in range(FOLDS):
        rows = np.flatnonzero(fold == number)
        found[rows] = compute_log_odds(fit_weights(seen, np.flatnonzero(fold != number)), seen, rows)
        say(f"fold {number + 1} of {FOLDS}")
    return found


def fit_calibration(margin: Numbers, seen: MessageFeatures) -> tuple[float, float]:
    """Slope and intercept, on the messages that people collected from their telephones: there a scam is as common as among
    what is handed in, in posts it is not.
    """
    rows = seen.is_from_source(THAI)
    return fit_platt(margin[rows], seen.labels[rows] == 0)


def cross_calibrate(margin: Numbers, seen: MessageFeatures, fold: Labels) -> Numbers:
    """Probabilities of texts left out, the calibration of each fold from the others too."""
    probabilities = np.zeros(len(margin))
    thai = seen.is_from_source(THAI)
    for number in range(FOLDS):
        learned, asked = thai & (fold != number), fold == number
        slope, intercept = fit_platt(margin[learned], seen.labels[learned] == 0)
        probabilities[asked] = 1 / (1 + np.exp(-np.clip(slope * margin[asked] + intercept, -60, 60)))
    return probabilities


def round_to_model(fitted: Fitted, slope: float, intercept: float, card: dict[str, Any]) -> MessageModel:
    """The model as its file keeps it."""
    kept = np.where(fitted.rarity[:, None] > 0, fitted.runs, 0.0)
    scale = float(np.abs(kept).max()) / 127**2
    steps = np.sign(kept) * np.sqrt(np.abs(kept) / scale)
    return MessageModel(
        np.round(steps).astype(np.int8),
        np.round(8 * fitted.rarity).astype(np.uint8),
        scale,
        fitted.flags,
        fitted.bias,
        slope,
        intercept,
        card,
    )
