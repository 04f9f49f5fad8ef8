"""The room at a glance: what waits for whom over all kinds of things, the columns of the board, and saved views."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Literal, get_args

from warroom.marking import Open
from warroom.units import Satang

What = Literal[
    "case",
    "appeal",
    "hold",
    "extension",
    "action",
    "operation",
    "request",
    "asset",
    "claim",
    "loss",
    "payout",
    "person",
    "wake",
    "flag",
    "flag-appeal",
    "correction",
]
WHATS: tuple[What, ...] = get_args(What)
"""`hold` is an amount at a bank, `extension` a hold to be carried on, `claim` an owner's on an asset, `loss` a victim's
registered one, `person` the clock of somebody found (a number and a time, nothing else), `wake`
a reminder that the officer set, `flag` a payee proposed to be flagged or flagged, `flag-appeal` its holder's objection, `correction` rows of an
officer's file that would change what others delivered.
"""
Sort = Literal["urgent", "mine", "late", "in_effect", "lapsed"]
"""`urgent` runs out soon, `mine` waits for the officer who asks, `late` should have happened, `in_effect` holds now,
`lapsed` ended by itself within the last days. One thing may belong to several.
"""
SORTS: tuple[Sort, ...] = get_args(Sort)
Order = Literal["due", "newest", "oldest"]
"""`due` the one that runs out next first, and what has no clock last."""
ORDERS: tuple[Order, ...] = get_args(Order)


@dataclass(frozen=True, slots=True)
class Task:
    """Something that is under way. `due_kind` says what happens at `due`; `case` is empty where it serves none.

    `number` is how people name it, `kind` the code of its kind within `what`, `parent` the id under which its page
    stands where that is another thing's. `amount` is 0 where it has none. `records_end` is when the
    newest record of a case was, where that is so long ago that nothing is said of when its money leaves.
    """

    what: What
    id: int
    number: str
    kind: str
    pillar: str
    case: str
    parent: int | None
    since: datetime
    due: datetime | None
    due_kind: str
    amount: Satang
    records_end: datetime | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which things to list; "" means any. `sort` "" are those of any sort."""

    sort: Sort | Literal[""] = "mine"
    pillar: str = ""
    what: What | Literal[""] = ""
    order: Order = "due"


@dataclass(frozen=True, slots=True)
class Column:
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
class About:
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

    columns: tuple[Column, ...]
    work: Work
    about: Mapping[tuple[str, int], About]


@dataclass(frozen=True, slots=True)
class SavedView:
    """An officer's own name for a list as they filtered it; `address` is a path of this server with its query."""

    id: int
    name: str
    address: str
