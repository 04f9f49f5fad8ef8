"""One run: features over the whole file, training, calibration, test, and the time that each takes."""

import resource
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from warroom.errors import ProtocolError
from warroom.signals.model.model import TreeModel
from warroom.signals.payments.features.columns import WIDTH
from warroom.signals.payments.features.table import list_feature_names
from warroom.signals.payments.features.window import Window
from warroom_lab.mules.fit import TrainingSplit, fit_model, select_training_rows, thin_rows
from warroom_lab.protocol.file import LabelledTransfers
from warroom_lab.protocol.measures import (
    Chances,
    compute_auprc,
    compute_f1,
    compute_precision_at,
    find_best_threshold,
)

Rows = npt.NDArray[np.int64]
SLAB = 1 << 14
"""Rows a thread whose features are held at a time, beside those kept to learn from: so few that what one kernel wrote of
them is in the processor's cache when the next one comes, which is a quarter of the time where memory answers slowly.
"""
CHECKED = 1_000_000
"""Ordinary rows of validation at most; of more, a random part stands for all by its weight."""
ONE_BY_ONE = 2_000
"""Transfers taken and scored singly to see how long one takes."""
LEAST = 200
WARM = 2048


@dataclass(frozen=True)
class ProtocolFigures:
    """What `warroom bench mules` reports, under the names of its JSON."""

    edges_per_s: float
    auprc: float
    f1: float
    p_at_100: float
    p_at_200: float
    p_at_500: float
    train_s: float
    score_us_p50: float
    score_us_p99: float
    peak_mb: float


@dataclass
class _Pass:
    """A window going over the file, the rows kept of it and the seconds the features took."""

    labelled: LabelledTransfers
    window: Window
    buffer: npt.NDArray[np.float32]
    seconds: float = 0.0
    kept: list[npt.NDArray[np.float32]] = field(default_factory=list)

    def process_rows(
        self, start: int, stop: int, use: Callable[[npt.NDArray[np.float32], int], None]
    ) -> None:
        """Take rows from `start` to before `stop`; `use` gets the features of each slab and its first row."""
        slab = len(self.buffer)
        for first in range(start, stop, slab):
            part = slice(first, min(first + slab, stop))
            batch = self.labelled.transfers[part]
            began = time.perf_counter()
            features = self.window.compute_and_remember(batch, out=self.buffer[: len(batch)])
            self.seconds += time.perf_counter() - began
            use(features, first)

    def collect_features(self, rows: Rows, stop: int) -> npt.NDArray[np.float32]:
        """Take the rows before `stop`; the answer is the features of `rows`, which ascend."""

        def keep_rows(found: npt.NDArray[np.float32], first: int) -> None:
            low, high = np.searchsorted(rows, (first, first + len(found)))
            self.kept.append(found[rows[low:high] - first])

        self.process_rows(0, stop, keep_rows)
        return np.concatenate(self.kept)


def run(
    labelled: LabelledTransfers,
    *,
    threads: int = 1,
    seed: int = 7,
    say: Callable[[str], None] = lambda line: None,
) -> ProtocolFigures:
    """Run the protocol; ProtocolError where there are too few rows, or all of one class, in a part of the split.

    `edges_per_s` counts the features of every row, without compiling; nothing but features is timed in it. Memory for
    features is set aside before. Training and scoring use one thread whatever `threads` says.
    """
    total = len(labelled)
    # By time: six parts to learn from, two to stop and calibrate, two to measure.
    learn, check = total * 6 // 10, total * 8 // 10
    _require_enough_rows(labelled, (slice(0, learn), slice(learn, check), slice(check, total)))
    # Ones, not zeros: written to now, so that its pages are not faulted in while the clock runs.
    buffer = np.ones((min(SLAB * threads, total), WIDTH), np.float32)
    go = _Pass(labelled, _make_warm_window(labelled, threads), buffer)
    train, weight = select_training_rows(labelled.labels, np.arange(learn), seed)
    valid, valid_weight = thin_rows(labelled.labels, np.arange(learn, check), CHECKED, seed)
    rows, all_kept = np.concatenate([train, valid]), np.concatenate([weight, valid_weight])
    features = go.collect_features(rows, check)
    say(f"features of {check:,} transfers in {go.seconds:.1f} s")
    began = time.perf_counter()
    parts = TrainingSplit(slice(0, len(train)), slice(len(train), len(rows)))
    model = fit_model(
        features, labelled.labels[rows], list_feature_names(), parts, weight=all_kept, seed=seed, say=say
    )
    took = time.perf_counter() - began
    # On validation and never on the test: a threshold fitted to the rows it is measured on flatters F1.
    threshold = find_best_threshold(
        model.predict_probabilities(features[len(train) :]), labelled.labels[valid], valid_weight
    )
    chance = _score_test_rows(go, model, check)
    return _make_figures(go, model, chance, labelled.labels[check:], threshold, took)


def _require_enough_rows(labelled: LabelledTransfers, parts: tuple[slice, ...]) -> None:
    if len(labelled) < LEAST:
        raise ProtocolError(f"The file holds {len(labelled)} transfers; at least {LEAST} are needed.")
    if labelled.labels.all() or not labelled.labels.any():
        raise ProtocolError("All transfers of the file have the same label; name a file with both.")
    for part, name in zip(parts, ("first 60 %", "next 20 %", "last 20 %"), strict=True):
        part_labels = labelled.labels[part]
        if part_labels.all() or not part_labels.any():
            raise ProtocolError(
                f"All transfers in the {name} of the rows have the same label; name a longer file."
            )


def _make_warm_window(labelled: LabelledTransfers, threads: int) -> Window:
    """A new window whose kernels are compiled."""
    # In a window of its own: compiling is not timed, and no row is remembered twice.
    Window().compute_and_remember(labelled.transfers[:WARM])
    return Window(threads)


def _score_test_rows(go: _Pass, model: TreeModel, start: int) -> Chances:
    """Take and score the rows from `start` to the end."""
    chance = np.empty(len(go.labelled) - start)

    def score(found: npt.NDArray[np.float32], first: int) -> None:
        chance[first - start : first - start + len(found)] = model.predict_probabilities(found)

    go.process_rows(start, len(go.labelled), score)
    return chance


def _make_figures(
    go: _Pass,
    model: TreeModel,
    chance: Chances,
    labels: npt.NDArray[np.bool_],
    threshold: float,
    train_s: float,
) -> ProtocolFigures:
    singly = _time_single_rows(go, model)
    return ProtocolFigures(
        edges_per_s=len(go.labelled) / go.seconds,
        auprc=compute_auprc(chance, labels),
        f1=compute_f1(chance, labels, threshold),
        **{f"p_at_{budget}": compute_precision_at(chance, labels, budget) for budget in (100, 200, 500)},
        train_s=train_s,
        score_us_p50=float(np.percentile(singly, 50)),
        score_us_p99=float(np.percentile(singly, 99)),
        peak_mb=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    )


def _time_single_rows(go: _Pass, model: TreeModel) -> Chances:
    """Microseconds that each of the last transfers takes alone, features and score, when it comes again."""
    last = go.labelled.transfers[-ONE_BY_ONE:]
    took = []
    for at in range(len(last)):
        transfer = last[at : at + 1]
        began = time.perf_counter()
        model.predict_probabilities(go.window.compute_and_remember(transfer))
        took.append(time.perf_counter() - began)
    return np.array(took) * 1e6
