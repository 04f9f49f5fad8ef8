"""Reading the day, the hour and the room, for an officer or for the wall."""

from dataclasses import dataclass
from datetime import datetime

from warroom import clock
from warroom.access import role_groups
from warroom.cases.answer_times import answer_times
from warroom.ledger.decision import look
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.room.today.day import read_day
from warroom.room.today.desk import asked_of_banks, read_longest, read_room, silent_banks
from warroom.room.today.hour import read_hour
from warroom.room.today.views import Day, Hour, RoomNow, SilentBank
from warroom.room.waiting.reader import WaitingReader
from warroom.room.waiting.viewer import Viewer
from warroom.units import Satang


@dataclass(frozen=True, slots=True)
class Today:
    """The day, the hour, and the room where the reader leads it."""

    day: Day
    hour: Hour
    room: RoomNow | None


@dataclass(frozen=True, slots=True)
class WallFigures:
    """What the wall shows around the queue; nobody's name but officers'."""

    hour: Hour
    longest: tuple[str, Satang, datetime] | None
    silent: tuple[SilentBank, ...]


def read_wall(ledger: Ledger, *, now: datetime | None = None) -> WallFigures:
    """The same for all who look, over cases that are sealed to nobody."""
    now = now or clock.now()
    with ledger.session() as session:
        waiting = WaitingReader(session, Viewer(), now)
        seen = waiting.viewer.may_know()
        asked, times = asked_of_banks(session, seen), answer_times(session, now)
        silent = silent_banks(session, asked, times, now)
        return WallFigures(read_hour(session, seen, now), read_longest(waiting), silent)


def read_today(ledger: Ledger, officer: Officer, *, room: bool, now: datetime | None = None) -> Today:
    """What stands around the queue; raises NotAllowed."""
    with look(ledger, officer, *role_groups.CASE_READERS, now=now) as this:
        this.log_list("board")
        waiting = WaitingReader(this.session, Viewer(this.person), this.now)
        seen, session, now = waiting.viewer.may_know(), this.session, this.now
        return Today(
            read_day(session, seen, now),
            read_hour(session, seen, now),
            read_room(waiting) if room else None,
        )
