"""Everything beside money: telephony, places, jobs, journeys, people held, and what measures do to them.

`Sides` is planned from the seed alone and is the same under every policy; `SideRun` is one policy's play on it.
"""

from warroom_lab.world.beside.planned import Contacts, Gang, Sides, settle
from warroom_lab.world.drawing.rows import Part
from warroom_lab.world.measures.run import SideRun
from warroom_lab.world.measures.truth import SideTruth

__all__ = ["Contacts", "Gang", "Part", "SideRun", "SideTruth", "Sides", "settle"]
