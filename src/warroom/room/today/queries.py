"""Reading the day, the hour and the room, for an officer or for the wall."""

from dataclasses import dataclass
from datetime import datetime

from warroom import clock
from warroom.access import role_groups
from warroom.cases.answer_times import get_answer_times
from warroom.cases.silent_banks import SilentBank, list_owed_answers, list_silent_banks
from warroom.ledger.decision import logged_read
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.room.today.day import read_day
from warroom.room.today.hour import read_hour
from warroom.room.today.room_now import read_longest, read_room
from warroom.room.today.views import LastHour, RoomNow, TodayFigures
from warroom.room.waiting.reader import WaitingReader
from warroom.room.waiting.viewer import Viewer
from warroom.units import Satang


@dataclass(frozen=True, slots=True)
class Today:
    """The day, the hour, the room where the reader leads it, and the banks that do not answer or confirm in time."""

    day: TodayFigures
    hour: LastHour
    room: RoomNow | None
    silent: tuple[SilentBank, ...]


@dataclass(frozen=True, slots=True)
class WallFigures:
    """What the wall shows around the queue; nobody's name but officers'."""

    hour: LastHour
    longest: tuple[str, Satang, datetime] | None
    silent: tuple[SilentBank, ...]


def read_wall(ledger: Ledger, *, now: datetime | None = None) -> WallFigures:
    """The figures for the wall, over unsealed cases."""
    now = now or clock.get_now()
    with ledger.open_session() as session:
        waiting = WaitingReader(session, Viewer(), now)
        seen = waiting.viewer.may_know()
        owed = list_owed_answers(session, seen, get_answer_times(session, now))
        silent = tuple(bank for bank in list_silent_banks(session, owed, now) if bank.asks)
        return WallFigures(read_hour(session, seen, now), read_longest(waiting), silent)


def read_today(ledger: Ledger, officer: Officer, *, room: bool, now: datetime | None = None) -> Today:
    """The figures shown around the queue, the room's only with `room`; raises NotAllowed."""
    with logged_read(ledger, officer, *role_groups.CASE_READERS, now=now) as this:
        this.log_list_read("board")
        waiting = WaitingReader(this.session, Viewer(this.person), this.now)
        seen, session, now = waiting.viewer.may_know(), this.session, this.now
        owed = list_owed_answers(session, seen, get_answer_times(session, now))
        silent = list_silent_banks(session, owed, now)
        return Today(
            read_day(session, seen, now),
            read_hour(session, seen, now),
            read_room(waiting, owed, silent) if room else None,
            silent,
        )
