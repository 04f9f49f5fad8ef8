"""How urgent a report is: it stands outside the seal, as its kind does, and orders what the room reads first."""

URGENCIES = {"money_left": 3, "missing": 2, "job": 2, "tip": 1}
"""By kind."""
DISTRESS = 3
"""The urgency of words of somebody in distress. Of money that has just left it says that it is urgent alone."""
