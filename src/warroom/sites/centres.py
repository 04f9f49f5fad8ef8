"""The middles of the invented country's provinces and of the towns across its border: an island in empty ocean.

No real coast or border is drawn. Degrees, WGS 84."""

import numpy as np

from warroom.sites.provinces import BORDER, PROVINCES

CENTRE = (-46.0, -126.0)
"""Far from any land: nothing here can be taken for a real place."""

# Degrees from the middle to the border; chosen, so that the country is about as large as a real one on the
# map.
REACH = 4.0
CROSSINGS = tuple(f"Crossing {number}" for number in range(1, len(BORDER) + 1))
"""One a border province, in the order of `places.BORDER`."""

# The golden angle: provinces in the order of their number cover the disc evenly, without two close to each
# other.
_TURN = np.pi * (3 - np.sqrt(5))


def compute_province_centre(province: int) -> tuple[float, float]:
    """The middle of a province (latitude, longitude); border provinces are at the rim."""
    if province in BORDER:
        # The border takes the same part of the outline as in `outline.FIRST_BORDER` to `LAST_BORDER`; the
        # rest is coast.
        angle = np.pi * (0.2 + 1.6 * BORDER.index(province) / len(BORDER))
        reach = REACH
    else:
        angle = province * _TURN
        reach = REACH * 0.85 * np.sqrt((province + 0.5) / len(PROVINCES))
    # 1.3: wider than high, as `outline.WIDE`.
    return CENTRE[0] + reach * float(np.sin(angle)), CENTRE[1] + 1.3 * reach * float(np.cos(angle))


def compute_border_town_centre(province: int) -> tuple[float, float]:
    """The middle of the foreign town that faces a border province."""
    lat, lon = compute_province_centre(province)
    return CENTRE[0] + (lat - CENTRE[0]) * 1.03, CENTRE[1] + (lon - CENTRE[1]) * 1.03
