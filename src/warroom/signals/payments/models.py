"""The model of payments that comes with the program."""

from functools import cache
from importlib import resources
from pathlib import Path

import numpy as np

from warroom.signals.model.file import load_model
from warroom.signals.model.model import Chances, TreeModel
from warroom.signals.model.trees import Matrix
from warroom.signals.payments.facts import AT, LEAST_BAHT, NAMES

FILE = "payments.model"


@cache
def load_shipped_model() -> TreeModel | None:
    """The model of payments; None where the program was built without."""
    file = Path(str(resources.files("warroom.signals"))) / "models" / FILE
    if not file.exists():
        return None
    model = load_model(file)
    model.check_features(NAMES)
    return model


def predict_shares(model: TreeModel, rows: Matrix) -> Chances:
    """Of a hundred such payments in life, how many hundredths move stolen money; 0 below the least sum that is looked at."""
    return np.where(rows[:, AT["amount"]] < LEAST_BAHT, 0.0, model.predict_probabilities(rows))
