"""Draws that belong to a thing and not to the order of events: the same order on the same account meets the same delay."""

import zlib
from statistics import NormalDist

_MASK = (1 << 64) - 1
_NORMAL = NormalDist()


def draw_uniform(*names: int | str) -> float:
    """A float in (0, 1) for these names."""
    state = 0x9E3779B97F4A7C15
    for name in names:
        number = zlib.crc32(name.encode()) if isinstance(name, str) else name
        state = ((state ^ (number & _MASK)) * 0xBF58476D1CE4E5B9) & _MASK
        state ^= state >> 27
        state = (state * 0x94D049BB133111EB) & _MASK
        state ^= state >> 31
    return ((state >> 11) + 0.5) * 2.0**-53


def draw_lognormal(median: float, sigma: float, *names: int | str) -> float:
    """A lognormal draw for these names."""
    return float(median * 2.718281828459045 ** (sigma * _NORMAL.inv_cdf(draw_uniform(*names))))
