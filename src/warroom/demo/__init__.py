"""A small invented case load to look around in: eight banks, three weeks of ordinary life, some frauds.

Everything goes the way real records go: partner files are written, read by the readers, traced, put on
the board; the banks here read the outbox and answer. It refuses to touch any home that is not a demo
home. Names, numbers and amounts are invented; account numbers begin with 000, which no bank issues.
"""

from warroom.demo.banks import play_banks
from warroom.demo.build import build, clear, is_fresh
from warroom.demo.staff import STAFF

__all__ = ["STAFF", "build", "clear", "is_fresh", "play_banks"]
