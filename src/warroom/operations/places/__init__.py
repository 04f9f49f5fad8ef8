"""Places: the map of a day, and who hangs on a line.

What is drawn comes from the lake as of a moment and from what officers decided. No home is drawn, a count of people below
five is not told, and an exercise is drawn on an invented country alone.
"""

from warroom.operations.places.gazetteer import Gazetteer, gazetteer
from warroom.operations.places.hanging import hanging_on, supply
from warroom.operations.places.looking import look

__all__ = ["Gazetteer", "gazetteer", "hanging_on", "look", "supply"]
