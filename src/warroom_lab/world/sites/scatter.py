"""The outline of the invented country: an island of provinces in empty ocean, its border towns just across a line.

No real coast or border is drawn. Degrees, WGS 84.
"""

import numpy as np

from warroom_lab.world.drawing.columns import Array


def scatter_points(middle: Array, spread: float, rng: np.random.Generator) -> tuple[Array, Array]:
    """Points around the middles (rows, 2), `spread` in degrees; rounded to some ten metres."""
    moved = middle + rng.normal(0, spread, middle.shape)
    return np.round(moved[:, 0], 4), np.round(moved[:, 1], 4)
