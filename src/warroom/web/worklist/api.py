"""Work: what is under way over all kinds of things, and how many of each sort there are by pillar."""

from typing import Annotated, Literal

from fastapi import Query

from warroom.access.role_groups import CASE_READERS
from warroom.law.kinds.declarations import Pillar
from warroom.room.waiting.views import Order, Sort, Task, Wanted, What
from warroom.room.worklist import queries
from warroom.room.worklist.views import Column, Work
from warroom.web.kit.answers import answer_of, list_of
from warroom.web.kit.api import Book, Caller, area
from warroom.web.kit.shapes import Limit, Offset

router = area("work")


TaskOut = answer_of(Task, leave_out=("parent",), also={"pillar": Pillar})
WorkOut = answer_of(Work, of=(TaskOut,))
ColumnOut = answer_of(Column, also={"pillar": Pillar}, of=(TaskOut,))


@router.get("/work", may=CASE_READERS, response_model=WorkOut)
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


@router.get("/columns", may=CASE_READERS, response_model=list_of(ColumnOut))
def columns(caller: Caller, book: Book) -> object:
    """The six columns of the board."""
    return queries.columns(book, caller)
