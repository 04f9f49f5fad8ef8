"""Places: the map of a day, and who hangs on a line.

What is drawn comes from the lake as of a moment and from what officers decided. No home is drawn, a count of people below
five is not told, and an exercise is drawn on an invented country alone.
"""
