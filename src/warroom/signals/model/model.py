"""A trained model: what it was trained on, and how it turns features into probabilities and contributions."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from warroom.errors import ModelError
from warroom.signals.model import boosting
from warroom.signals.model.calibrate import rescale_to_density
from warroom.signals.model.trees import (
    Matrix,
    Sieve,
    Trees,
    apply_sieve,
    build_sieve,
    parse_trees,
    walk_trees,
)

if TYPE_CHECKING:
    from lightgbm import Booster

Chances = npt.NDArray[np.float64]
MANY = 32
"""Rows from which on the sieve is faster than walking the trees row by row."""
DOUBT = 0.01
"""Probability that stays for doubt at the highest scores: some labels are wrong. Chosen, not measured."""


@dataclass(frozen=True)
class Training:
    """What a model was trained on. `since` and `until` are dates or moments as text, empty where they do not
    apply.

    `metrics` are of rows the model never saw; `notes` is free for the model card.
    """

    rows: int = 0
    positives: int = 0
    since: str = ""
    until: str = ""
    metrics: Mapping[str, float] = field(default_factory=dict)
    notes: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class TreeModel:
    """Boosted trees over features by name, with a calibration and what they were trained on.

    `text`: LightGBM's own model text. A probability is 1 / (1 + exp(-(slope * margin + intercept))), divided by
    `labelled_share` and a little short of 1: the share of true cases that are labelled at all (Elkan and Noto, Learning
    classifiers from only positive and unlabeled data, KDD 2008); then brought to life's density of crime, where it was
    learned from data in which crime is `density` times as dense.
    """

    names: tuple[str, ...]
    text: str
    slope: float = 1.0
    intercept: float = 0.0
    labelled_share: float = 1.0
    density: float = 1.0
    training: Training = field(default_factory=Training)

    @cached_property
    def trees(self) -> Trees:
        return parse_trees(self.text)

    @cached_property
    def version(self) -> str:
        """A short name of exactly this model: the beginning of the SHA-256 of its body."""
        return sha256(self.body.encode()).hexdigest()[:12]

    @property
    def body(self) -> str:
        """All that its file says of it: a line of JSON, then the trees."""
        head = {
            "features": list(self.names),
            "calibration": {
                "slope": self.slope,
                "intercept": self.intercept,
                "labelled_share": self.labelled_share,
                "density": self.density,
            },
            "training": asdict(self.training),
        }
        return json.dumps(head, ensure_ascii=False, sort_keys=True) + "\n" + self.text

    def compute_margins(self, rows: Matrix) -> Chances:
        """The sum of the trees' leaves, log-odds before calibration; `rows` is float32 (n, features)."""
        out = np.zeros(len(rows))
        if len(rows) >= MANY and self._sieve is not None:
            apply_sieve(self._sieve, np.ascontiguousarray(rows, np.float32), out)
        else:
            walk_trees(self.trees, np.ascontiguousarray(rows, np.float32), out)
        return out

    def predict_probabilities(self, rows: Matrix) -> Chances:
        """Calibrated probabilities in [0, 1] of float32 (n, features), in the order of `names`."""
        return self.calibrate_margins(self.compute_margins(rows))

    def calibrate_margins(self, margin: Chances) -> Chances:
        """Calibrated probabilities of margins."""
        # exp beyond 700 overflows; at 60 a probability is 1 to the last bit anyway.
        odds = np.clip(self.slope * margin + self.intercept, -60.0, 60.0)
        labelled = 1.0 / (1.0 + np.exp(-odds))
        # A chance above the labelled share would exceed 1: the bound keeps the order and stays just short
        # of certain.
        chance: Chances = np.minimum(labelled / self.labelled_share, 1.0 - DOUBT * (1.0 - labelled))
        return rescale_to_density(chance, self.density)

    def compute_contributions(self, rows: Matrix) -> Chances:
        """What each feature added to the calibrated log-odds, exactly (TreeSHAP): (n, features + 1), the last the base.

        Milliseconds a row: for alerts, not for every transfer. Lundberg et al., Nature Machine Intelligence 2, 2020.
        """
        # The calibration is a straight line, so every part is stretched alike and their sum stays exact.
        parts: Chances = (
            np.asarray(self._booster.predict(rows, pred_contrib=True, num_threads=1)) * self.slope
        )
        parts[:, -1] += self.intercept
        return parts

    def check_features(self, names: Sequence[str]) -> None:
        """Raise ModelError unless features come under the names, in the order, that the model was trained with."""
        if tuple(names) != self.names:
            strange = sorted(set(self.names) ^ set(names))
            raise ModelError(
                f"The model was trained on other features ({', '.join(strange[:3]) or 'in another order'}); "
                "train it again with this version."
            )

    @cached_property
    def _sieve(self) -> Sieve | None:
        return build_sieve(self.trees)

    @cached_property
    def _booster(self) -> "Booster":
        # Its loader trusts these sizes more than the text, and finds the trees without them.
        lines = (line for line in self.text.split("\n") if not line.startswith("tree_sizes="))
        booster: Booster = boosting.import_lightgbm().Booster(model_str="\n".join(lines))
        return booster
