"""The provinces of the invented country: codes, no real place, each with its share of the people."""

import numpy as np

PROVINCES = tuple(f"P{number:02d}" for number in range(1, 25))
"""P01 is the capital; holders' `province` is a position in this list."""

BORDER = (14, 15, 16, 17, 18, 19, 20, 21)
"""The provinces on a land border: where tourists, traders and gangs meet."""

SHARES = np.array([0.16, *np.linspace(0.06, 0.02, 13), *np.linspace(0.034, 0.022, 10)])
SHARES /= SHARES.sum()
"""The share of the people who live in each province (A: one large city, as in the country rehearsed for)."""
