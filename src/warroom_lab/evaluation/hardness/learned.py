"""What is learned from one country's plain columns and measured on another."""

from collections.abc import Sequence

import numpy as np

from warroom.signals.model import boosting
from warroom_lab.evaluation.hardness.plain import Week
from warroom_lab.world.drawing.columns import Array

ROUNDS = 150
SETTINGS = {
    "objective": "binary",
    "learning_rate": 0.06,
    "num_leaves": 31,
    "min_data_in_leaf": 30,
    "feature_fraction": 0.7,
    "lambda_l2": 5.0,
    "deterministic": True,
    "force_col_wise": True,
    "seed": 7,
    "num_threads": 1,
    "verbose": -1,
}
DEPTH = 3


def boosted(train: Sequence[Week], test: Sequence[Week]) -> list[Array]:
    """Scores of the accounts of each week of `test`, by boosted trees that learned every mule of `train`."""
    light = boosting.load()
    rows, mule, _ = _stacked(train)
    model = light.train(SETTINGS, light.Dataset(rows, mule.astype(int)), ROUNDS)
    return [model.predict(week.matrix(), num_threads=1) for week in test]


def tree(train: Sequence[Week], test: Sequence[Week]) -> list[Array]:
    """The same by one tree of three questions, grown at life's own density: what fits on a leaflet."""
    from sklearn.tree import DecisionTreeClassifier

    rows, mule, weight = _stacked(train)
    model = DecisionTreeClassifier(max_depth=DEPTH, min_samples_leaf=5, random_state=7)
    model.fit(rows, mule, sample_weight=weight)
    return [model.predict_proba(week.matrix())[:, -1] for week in test]


def _stacked(weeks: Sequence[Week]) -> tuple[Array, Array, Array]:
    return (
        np.concatenate([week.matrix() for week in weeks]),
        np.concatenate([week.mule for week in weeks]),
        np.concatenate([week.weight for week in weeks]),
    )
