"""What is ordered by deadline on the board, and an officer's work over all kinds of tasks."""

from datetime import datetime

from warroom import clock
from warroom.access import role_groups
from warroom.law.kinds.declarations import PILLARS
from warroom.ledger.decision import logged_read
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.room.waiting.reader import WaitingReader
from warroom.room.waiting.viewer import Viewer
from warroom.room.waiting.views import Task, TaskFilter
from warroom.room.worklist.about import load_task_details
from warroom.room.worklist.views import Glance, PillarColumn, Work

LINES = 2
"""Tasks listed in a column of the board."""


def read_pillar_columns(
    ledger: Ledger, officer: Officer, *, now: datetime | None = None
) -> tuple[PillarColumn, ...]:
    """The six pillars with counts of all that is under way and the next `LINES` tasks of each. Raises
    NotAllowed.
    """
    now = now or clock.get_now()
    with logged_read(ledger, officer, *role_groups.CASE_READERS, now=now) as this:
        this.log_list_read("board")
        return _build_columns(WaitingReader(this.session, Viewer(this.person), now))


def read_glance(ledger: Ledger, officer: Officer, *, limit: int = 8, now: datetime | None = None) -> Glance:
    """Tasks by deadline: what waits for the officer, at most `limit` lines, and the pillars. Raises
    NotAllowed.
    """
    now = now or clock.get_now()
    with logged_read(ledger, officer, *role_groups.CASE_READERS, now=now) as this:
        this.log_list_read("board")
        reader, wanted = (
            WaitingReader(this.session, Viewer(this.person), now, with_baht=False),
            TaskFilter("mine"),
        )
        tasks, counts = reader.list_tasks(wanted, limit), reader.counts
        mine = Work(
            tasks, counts.count_filtered(wanted), counts.count_by_sort(), counts.count_by_kind("mine")
        )
        columns = _build_columns(reader)
        shown = [*tasks, *(task for column in columns for task in column.next)]
        return Glance(columns, mine, load_task_details(this.session, this.person, shown))


def read_work(
    ledger: Ledger,
    officer: Officer,
    wanted: TaskFilter | None = None,
    *,
    limit: int = 50,
    offset: int = 0,
    baht: bool = True,
    now: datetime | None = None,
) -> Work:
    """What is under way, of all kinds in one list; without `wanted` what waits for the officer, and without `baht` nothing
    that the queue ranks. Raises NotAllowed.
    """
    wanted, now = wanted or TaskFilter(), now or clock.get_now()
    with logged_read(ledger, officer, *role_groups.CASE_READERS, now=now) as this:
        this.log_list_read("work")
        reader = WaitingReader(this.session, Viewer(this.person), now, with_baht=baht)
        tasks, counts = reader.list_tasks(wanted, limit, offset), reader.counts
        sorts, whats = (
            counts.count_by_sort(wanted.pillar, wanted.what),
            counts.count_by_kind(wanted.sort, wanted.pillar),
        )
        about = load_task_details(this.session, this.person, tasks)
        return Work(tasks, counts.count_filtered(wanted), sorts, whats, about)


def _build_columns(reader: WaitingReader) -> tuple[PillarColumn, ...]:
    lines: dict[str, list[Task]] = {pillar: [] for pillar in PILLARS}
    for task in reader.list_next_tasks(LINES):
        if len(lines[task.pillar]) < LINES and task not in lines[task.pillar]:
            lines[task.pillar].append(task)
    return tuple(
        PillarColumn(pillar, reader.counts.count_by_sort(pillar), tuple(lines[pillar])) for pillar in PILLARS
    )
