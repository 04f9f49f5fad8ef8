"""The columns of the board, a page of the list with its counts, saved views, and what a role's first screen asks about."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any

from warroom.law.kinds.declarations import list_input_names
from warroom.marking import JsonOf, Open
from warroom.room.waiting.views import Task, What
from warroom.units import Satang


@dataclass(frozen=True, slots=True)
class PillarColumn:
    """A pillar: how many things are of each sort, `all` of any, and what comes next there."""

    pillar: str
    counts: Mapping[str, int]
    next: tuple[Task, ...] = ()


@dataclass(frozen=True, slots=True)
class RowPaper:
    """What a row shows of a document that lies with an action: those of its fields that its declaration names for rows."""

    prerequisite: str
    content: Annotated[Mapping[str, Any], JsonOf(list_input_names)]


@dataclass(frozen=True, slots=True)
class TaskDetails:
    """What is shown with a thing that waits: who brought it (`by`), and of an action on whom or what it is, in which province,
    what its form and papers say, which papers are missing (ids of prerequisites) and how many approved it.

    Of an operation: its people and children expected, how many of its agencies are ready and who has not said so. Of a
    person: whether a child's protections hold, how and by when they were found, and whether anybody has spoken with them.
    Of an asset: its `title` and where it is kept. Of a case whose kind is not known: the victim's `bank` and the `loss`, by
    which it is named.
    """

    by: Annotated[str, Open("an officer, by name")] = ""
    subjects: Annotated[tuple[str, ...], Open("masked as the list of actions masks them")] = ()
    subject_count: int = 0
    places: tuple[str, ...] = ()
    content: Annotated[Mapping[str, Any], JsonOf(list_input_names)] = field(default_factory=dict)
    papers: tuple[RowPaper, ...] = ()
    missing: tuple[str, ...] = ()
    approvals: int = 0
    needed: int = 0
    people: int = 0
    children: int = 0
    ready: int = 0
    agencies: int = 0
    unready: tuple[str, ...] = ()
    is_child: bool = False
    found: str = ""
    is_spoken_with: bool = False
    title: str = ""
    bank: str = ""
    loss: Satang = 0


AboutTasks = Mapping[tuple[What, int], TaskDetails]
"""Details by kind and id."""


@dataclass(frozen=True, slots=True)
class Work:
    """A page of the list, how many there are, how many of each sort and of each kind of thing, and what is known of each."""

    tasks: tuple[Task, ...]
    total: int
    sorts: Mapping[str, int] = field(default_factory=dict)
    whats: Mapping[str, int] = field(default_factory=dict)
    about: AboutTasks = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Glance:
    """What goes by its clock for one officer: the pillars, their own work first, and what is known of both."""

    columns: tuple[PillarColumn, ...]
    work: Work
    about: AboutTasks


@dataclass(frozen=True, slots=True)
class SavedView:
    """An officer's own name for a list as they filtered it; `address` is a path of this server with its query."""

    id: int
    name: str
    address: str


@dataclass(frozen=True, slots=True)
class LinkedCases:
    """Open cases that name the same accounts: how many accounts, at which banks, and how much may be held there."""

    cases: tuple[str, ...]
    accounts: int
    banks: tuple[str, ...]
    amount: Satang


@dataclass(frozen=True, slots=True)
class DatedTask:
    """Something with a date before a court or in custody."""

    task: Task
    about: TaskDetails


@dataclass(frozen=True, slots=True)
class OpenMatter:
    """A proceeding: until when victims register, where a notice said so."""

    id: int
    number: str
    title: Annotated[str, Open("a court's matter as it is filed")]
    register_until: datetime | None


@dataclass(frozen=True, slots=True)
class DatedTasks:
    """The first of them by date, how many there are, and the proceedings that are open."""

    rows: tuple[DatedTask, ...]
    total: int
    proceedings: tuple[OpenMatter, ...] = ()


@dataclass(frozen=True, slots=True)
class ReadingSession:
    """What one officer opened without a long pause, from `first` to `last`: the cases by number, and rows of the log by sort."""

    officer: Annotated[str, Open("an officer, by name")]
    first: datetime
    last: datetime
    cases: tuple[str, ...]
    opened: int
    searched: int
    stated: int


@dataclass(frozen=True, slots=True)
class ReadingLog:
    """The newest reading sessions, and of how many rows of the log."""

    sessions: tuple[ReadingSession, ...]
    rows: int


@dataclass(frozen=True, slots=True)
class QueueSummary:
    """The queue in one line: cases that wait, those that nobody has, those that are late, and the first decision in time."""

    cases: int
    unassigned: int
    late: int
    first: datetime | None
