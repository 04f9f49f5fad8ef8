"""The number of a crime payment: 1 << 62 | case << 24 | n, where n says which planned payment it is, and which part.

A planned payment may be made in parts, or made up for later; each has a number of its own in every twin of a seed.
"""

from warroom_lab.world.drawing.columns import Array

CRIME = 1 << 62
PARTS = 64
LATE = 1 << 23
"""From here in n: payments that were not planned, because something was held and later let go."""


def make_uids(case: Array, number: Array) -> Array:
    """The numbers of planned payments, whole."""
    numbers: Array = CRIME | case.astype("int64") << 24 | number.astype("int64") * PARTS
    return numbers
