"""A finding's probability at life's own density of crime, whoever found it."""

import numpy as np

from warroom.signals.model.calibrate import rescale_to_density
from warroom.signals.mules import rule


def scale_to_life(probability: float, model_version: str) -> float:
    """The same finding's probability where crime is as dense as in life. The rule of thumb's are of countries of its own
    density; a model's are of life already.
    """
    if model_version != rule.VERSION:
        return probability
    return float(rescale_to_density(np.float64(probability), rule.DENSITY))
