"""The urgency of a report: it is outside the seal, like the kind, and sorts the room's inbox."""

URGENCIES = {"money_left": 3, "missing": 2, "job": 2, "tip": 1}
"""By kind."""
DISTRESS = 3
"""The urgency of a text with words of distress. For money that has just left, the same number means only urgent."""
