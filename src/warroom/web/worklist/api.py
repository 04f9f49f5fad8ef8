"""Work: what is under way over all kinds of things, and how many of each sort there are by pillar."""

from typing import Annotated, Literal

from fastapi import Query

from warroom.law.kinds.declarations import Pillar
from warroom.room.worklist import queries
from warroom.room.worklist.views import Order, Sort, Wanted, What
from warroom.web.kit.api import Answer, Baht, Book, Caller, Moment, area
from warroom.web.kit.shapes import Limit, Offset

router = area("work")


class TaskOut(Answer):
    """Something that is under way. `due_kind` says what happens at `due`; `case` is empty where it serves none."""

    what: What
    id: int
    number: str
    kind: str
    pillar: Pillar
    case: str
    since: Moment
    due: Moment | None
    due_kind: str
    amount: Baht


class WorkOut(Answer):
    """A page of the list, how many there are, and how many of each sort and of each kind of thing."""

    tasks: list[TaskOut]
    total: int
    sorts: dict[str, int]
    whats: dict[str, int]


class ColumnOut(Answer):
    """A pillar: how many things are of each sort, `all` of any, and what comes next there."""

    pillar: Pillar
    counts: dict[str, int]
    next: list[TaskOut]


@router.get("/work", response_model=WorkOut)
def listed(
    caller: Caller,
    book: Book,
    sort: Annotated[Sort | Literal[""], Query(description="Empty: of any sort.")] = "mine",
    pillar: Pillar | Literal[""] = "",
    what: What | Literal[""] = "",
    order: Order = "due",
    limit: Limit = 50,
    offset: Offset = 0,
) -> object:
    """What waits for the officer who asks, or what is urgent, late, in effect or lapsed, of all kinds in one list."""
    return queries.work(book, caller, Wanted(sort, pillar, what, order), limit=limit, offset=offset)


@router.get("/columns", response_model=list[ColumnOut])
def columns(caller: Caller, book: Book) -> object:
    """The six columns of the board."""
    return queries.glance(book, caller, limit=1).columns
