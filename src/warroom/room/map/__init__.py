"""Places: the map of a day, and the buildings that depend on a supply line.

What is drawn comes from the lake as of a moment and from officers' decisions. No home is drawn, counts below
five are suppressed, and an exercise is drawn on an invented country only.
"""
