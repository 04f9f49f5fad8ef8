"""The urgency of a report: it is outside the seal, like the kind, and sorts the room's inbox."""

URGENCIES = {
    "money_left": 3,
    "missing": 2,
    "job": 2,
    "appeal": 2,
    "refund": 1,
    "tip": 1,
    "recheck": 1,
    "message": 1,
    "wrong": 0,
    "lesson": 0,
}
"""By kind, where no words of somebody in need stand in it. Chosen, not measured."""
DISTRESS = 3
"""The urgency of a text with words of distress. For money that has just left, the same number means only urgent."""
