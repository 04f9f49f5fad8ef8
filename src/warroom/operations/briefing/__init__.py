"""The briefing of a period: what was done, what came of it, whom it harmed, how fast partners answered, and what runs
out next. Every figure carries its rows.

It refuses: to tell of cases sealed to others, or how many there are; to tell small counts of people; and to call
anything an effect that lies within what chance alone would bring.
"""

from warroom.operations.briefing.make import briefing, export
from warroom.operations.briefing.paper import write
from warroom.operations.briefing.period import USUAL, Period, period
from warroom.operations.requests.base import READERS

__all__ = ["READERS", "USUAL", "Period", "briefing", "export", "period", "write"]
