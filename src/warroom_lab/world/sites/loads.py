"""How load and traffic run through a day: homes have an evening peak, a flat customer has none."""

import numpy as np

from warroom_lab.world.drawing.columns import Array

_CLOCK = np.arange(24)


def _make_bump(middle: float, width: float, height: float) -> Array:
    away = np.minimum(np.abs(_CLOCK - middle), 24 - np.abs(_CLOCK - middle))
    bump: Array = height * np.exp(-0.5 * (away / width) ** 2)
    return bump


def _scale_to_mean_one(values: Array) -> Array:
    scaled: Array = values / values.mean()
    return scaled


_EVENING = _scale_to_mean_one(0.5 + _make_bump(20, 2.2, 1.6) + _make_bump(7, 1.2, 0.4))
_OFFICE = _scale_to_mean_one(0.15 + _make_bump(13, 3.2, 1.5))
_SHOP = _scale_to_mean_one(0.25 + _make_bump(15, 4.5, 1.3))
_GUESTS = _scale_to_mean_one(0.6 + _make_bump(21, 3.0, 0.9) + _make_bump(8, 1.5, 0.4))

SHAPES = np.stack([_EVENING, _OFFICE, _OFFICE, _SHOP, _OFFICE, _GUESTS, _EVENING, _SHOP])
"""Mean-one shapes by class of premises and local hour (A: homes' evening peak, working hours elsewhere)."""


def compute_load_profile(kind: Array, even: Array, hour: Array) -> Array:
    """Load as a multiple of the mean, (customers, steps): between the class's shape and a flat line."""
    mixed: Array = even[:, None] + (1 - even[:, None]) * SHAPES[kind][:, hour.astype(int) % 24]
    return mixed


def compute_weekend_share(kind: Array, day_of_week: int) -> Array:
    """What a weekend leaves of each class's load: schools and offices (2, 4) rest (A)."""
    if day_of_week < 5:
        return np.ones(len(kind))
    return np.array([1.08, 0.9, 0.35, 1.1, 0.4, 1.15, 1.15, 0.9])[kind]
