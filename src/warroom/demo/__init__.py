"""An exercise on a small synthetic country: its partners send records, its banks obey, its gangs go on.

Everything goes the way real records go: partners' files are read by the readers, reports open cases, approved holds
leave as messages, banks answer with messages. It refuses to touch any home that is not a demo home. Persons, banks
and sums are invented; account numbers begin with 000, which no bank issues.
"""

from warroom.demo.exercise import Exercise
from warroom.demo.founding import build, clear, is_built
from warroom.demo.staff import STAFF

__all__ = ["STAFF", "Exercise", "build", "clear", "is_built"]
