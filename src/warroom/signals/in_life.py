"""Probabilities rescaled to the density of crime in life."""

import numpy as np

from warroom.signals.model.calibrate import rescale_to_density
from warroom.signals.mules import rule


def scale_to_life(probability: float, model_version: str) -> float:
    """A finding's probability at the density of crime in life, in [0, 1]. The rule of thumb was set at a
    higher density (`rule.DENSITY`); models are calibrated to life already.
    """
    if model_version != rule.VERSION:
        return probability
    return float(rescale_to_density(np.float64(probability), rule.DENSITY))
