"""What goes by its clock on the board, and an officer's work over all kinds of things."""

from datetime import datetime

from warroom import clock
from warroom.access import role_groups
from warroom.law.kinds.declarations import PILLARS
from warroom.ledger.decision import look
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.room.waiting.reader import WaitingReader
from warroom.room.waiting.viewer import Viewer
from warroom.room.waiting.views import Task, Wanted
from warroom.room.worklist.about import about
from warroom.room.worklist.views import Column, Glance, Work

LINES = 2
"""How many lines of a column say what comes next."""


def columns(ledger: Ledger, officer: Officer, *, now: datetime | None = None) -> tuple[Column, ...]:
    """The six pillars with everything that is under way. Raises NotAllowed."""
    now = now or clock.now()
    with look(ledger, officer, *role_groups.CASE_READERS, now=now) as this:
        this.log_list("board")
        return _columns(WaitingReader(this.session, Viewer(this.person), now))


def glance(ledger: Ledger, officer: Officer, *, limit: int = 8, now: datetime | None = None) -> Glance:
    """What goes by its clock: what waits for the officer, up to `limit` lines of it, and the pillars. Raises NotAllowed."""
    now = now or clock.now()
    with look(ledger, officer, *role_groups.CASE_READERS, now=now) as this:
        this.log_list("board")
        reader, wanted = (
            WaitingReader(this.session, Viewer(this.person), now, with_baht=False),
            Wanted("mine"),
        )
        tasks, counts = reader.list_tasks(wanted, limit), reader.counts
        mine = Work(tasks, counts.of(wanted), counts.sorts(), counts.whats("mine"))
        return Glance(_columns(reader), mine, about(this.session, tasks))


def work(
    ledger: Ledger,
    officer: Officer,
    wanted: Wanted | None = None,
    *,
    limit: int = 50,
    offset: int = 0,
    baht: bool = True,
    now: datetime | None = None,
) -> Work:
    """What is under way, of all kinds in one list; without `wanted` what waits for the officer, and without `baht` nothing
    that the queue ranks. Raises NotAllowed.
    """
    wanted, now = wanted or Wanted(), now or clock.now()
    with look(ledger, officer, *role_groups.CASE_READERS, now=now) as this:
        this.log_list("work")
        reader = WaitingReader(this.session, Viewer(this.person), now, with_baht=baht)
        tasks, counts = reader.list_tasks(wanted, limit, offset), reader.counts
        sorts, whats = counts.sorts(wanted.pillar, wanted.what), counts.whats(wanted.sort, wanted.pillar)
        return Work(tasks, counts.of(wanted), sorts, whats)


def _columns(reader: WaitingReader) -> tuple[Column, ...]:
    lines: dict[str, list[Task]] = {pillar: [] for pillar in PILLARS}
    for task in reader.list_next_tasks(LINES):
        if len(lines[task.pillar]) < LINES and task not in lines[task.pillar]:
            lines[task.pillar].append(task)
    return tuple(Column(pillar, reader.counts.sorts(pillar), tuple(lines[pillar])) for pillar in PILLARS)
