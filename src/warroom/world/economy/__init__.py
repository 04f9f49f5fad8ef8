"""The ordinary economy, a process a module: what everybody pays everybody, day by day."""

import numpy as np

from warroom.world.money import Transfers
from warroom.world.nation import Nation

PURPOSES = (
    "",
    "SALA",
    "RENT",
    "UBIL",
    "GDDS",
    "SCVE",
    "CHAR",
    "SAVG",
    "LOAN",
    "STDY",
    "ALLW",
    "GOVT",
    "OTHR",
)
"""What payments say they are for, in four letters of ISO 20022's external code list; most say nothing (0)."""

NOTHING = tuple(np.zeros(0, kind) for kind in ("i8", "i8", "i4", "i4", "i8", "u1", "u1", "i4"))


def day(nation: Nation, number: int) -> Transfers:
    """One day of ordinary life, in order of (time, uid): a function of seed and day alone."""
    return Transfers(*NOTHING)
