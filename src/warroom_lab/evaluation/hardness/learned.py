"""What is learned from one country's plain columns and measured on another."""

from collections.abc import Sequence

import numpy as np

from warroom.signals.model import boosting
from warroom_lab.evaluation.hardness.plain import AccountWeek
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


def score_by_boosted_trees(train: Sequence[AccountWeek], test: Sequence[AccountWeek]) -> list[Array]:
    """Scores of the accounts of each week of `test`, by boosted trees that learned every mule of `train`."""
    light = boosting.import_lightgbm()
    rows, mule, _ = _stack_weeks(train)
    model = light.train(SETTINGS, light.Dataset(rows, mule.astype(int)), ROUNDS)
    return [model.predict(week.build_matrix(), num_threads=1) for week in test]


def score_by_one_tree(train: Sequence[AccountWeek], test: Sequence[AccountWeek]) -> list[Array]:
    """The same by one tree of three questions, grown at life's own density: what fits on a leaflet."""
    from sklearn.tree import DecisionTreeClassifier

    rows, mule, weight = _stack_weeks(train)
    model = DecisionTreeClassifier(max_depth=DEPTH, min_samples_leaf=5, random_state=7)
    model.fit(rows, mule, sample_weight=weight)
    return [model.predict_proba(week.build_matrix())[:, -1] for week in test]


def _stack_weeks(weeks: Sequence[AccountWeek]) -> tuple[Array, Array, Array]:
    return (
        np.concatenate([week.build_matrix() for week in weeks]),
        np.concatenate([week.mule for week in weeks]),
        np.concatenate([week.weight for week in weeks]),
    )
