"""The columns of the board, a page of the list with its counts, and saved views."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated

from warroom.marking import Open
from warroom.room.waiting.views import Task


@dataclass(frozen=True, slots=True)
class PillarColumn:
    """A pillar: how many things are of each sort, `all` of any, and what comes next there."""

    pillar: str
    counts: Mapping[str, int]
    next: tuple[Task, ...] = ()


@dataclass(frozen=True, slots=True)
class Work:
    """A page of the list, how many there are, and how many of each sort and of each kind of thing."""

    tasks: tuple[Task, ...]
    total: int
    sorts: Mapping[str, int] = field(default_factory=dict)
    whats: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TaskDetails:
    """What stands beside a thing that waits: who brought it, which papers are missing (ids of prerequisites), and of an
    operation how many of its agencies are ready and who has not said so.
    """

    by: Annotated[str, Open("an officer, by name")] = ""
    missing: tuple[str, ...] = ()
    approvals: int = 0
    needed: int = 0
    ready: int = 0
    agencies: int = 0
    unready: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Glance:
    """What goes by its clock for one officer: the pillars, their own work first, and beside it what is known of it by
    kind and id.
    """

    columns: tuple[PillarColumn, ...]
    work: Work
    about: Mapping[tuple[str, int], TaskDetails]


@dataclass(frozen=True, slots=True)
class SavedView:
    """An officer's own name for a list as they filtered it; `address` is a path of this server with its query."""

    id: int
    name: str
    address: str
