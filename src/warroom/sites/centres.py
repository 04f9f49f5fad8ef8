"""The middles of the invented country's provinces and of the towns across its border: an island in empty ocean.

No real coast or border is drawn. Degrees, WGS 84."""

import numpy as np

from warroom.sites.provinces import BORDER, PROVINCES

CENTRE = (-46.0, -126.0)
"""Far from any land: nothing here can be taken for a real place."""

REACH = 4.0
CROSSINGS = tuple(f"Crossing {number}" for number in range(1, len(BORDER) + 1))
"""One a border province, in the order of `places.BORDER`."""

_TURN = np.pi * (3 - np.sqrt(5))


def compute_province_centre(province: int) -> tuple[float, float]:
    """The middle of a province; those of the border lie on the rim."""
    if province in BORDER:
        angle = np.pi * (0.2 + 1.6 * BORDER.index(province) / len(BORDER))
        reach = REACH
    else:
        angle = province * _TURN
        reach = REACH * 0.85 * np.sqrt((province + 0.5) / len(PROVINCES))
    return CENTRE[0] + reach * float(np.sin(angle)), CENTRE[1] + 1.3 * reach * float(np.cos(angle))


def compute_border_town_centre(province: int) -> tuple[float, float]:
    """The middle of the foreign town that faces a border province."""
    lat, lon = compute_province_centre(province)
    return CENTRE[0] + (lat - CENTRE[0]) * 1.03, CENTRE[1] + (lon - CENTRE[1]) * 1.03
