"""The command line as an office has it that works in the week of the demo's records.

By today's clock the time for which they are kept would be over, and the first turn of the background work erases them.
"""

from datetime import datetime, timedelta

from warroom import clock
from warroom.cli.app import main
from warroom.home import open_home
from warroom_lab.demo.plan import BEGINS

LATER = timedelta(hours=4)
"""From when the demo begins until the clock of the measured server starts: building the demo turned it a little further."""
PROGRAM = "from benchmarks.office import run; run()"


def run() -> None:
    """The command line, with the clock going on from soon after the demo begins."""
    began = clock.get_real_now()
    with open_home().turn_clock(lambda: starts() + (clock.get_real_now() - began)):
        main()


def starts() -> datetime:
    """When the clock of the measured server starts."""
    return clock.from_micros(BEGINS) + LATER
