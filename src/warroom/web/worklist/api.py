"""Work: what is under way over all kinds of things, and how many of each sort there are by pillar."""

from typing import Annotated, Literal

from fastapi import Query

from warroom.access.role_groups import CASE_READERS
from warroom.law.kinds.declarations import Pillar
from warroom.room.waiting.views import ListOrder, Sort, Task, TaskFilter, What
from warroom.room.worklist import queries
from warroom.room.worklist.views import PillarColumn, Work
from warroom.web.kit.answers import make_list_type, make_view_answer
from warroom.web.kit.api import Book, Caller, make_area_router
from warroom.web.kit.shapes import Limit, Offset

router = make_area_router("work")


TaskOut = make_view_answer(Task, leave_out=("parent",), also={"pillar": Pillar})
WorkOut = make_view_answer(Work, leave_out=("about",), of=(TaskOut,))
ColumnOut = make_view_answer(PillarColumn, also={"pillar": Pillar}, of=(TaskOut,))


@router.get("/work", may=CASE_READERS, response_model=WorkOut)
def listed(
    caller: Caller,
    book: Book,
    sort: Annotated[Sort | Literal[""], Query(description="Empty: of any sort.")] = "mine",
    pillar: Pillar | Literal[""] = "",
    what: What | Literal[""] = "",
    order: ListOrder = "due",
    limit: Limit = 50,
    offset: Offset = 0,
) -> object:
    """What waits for the officer who asks, or what is urgent, late, in effect or lapsed, of all kinds in one list."""
    return queries.read_work(book, caller, TaskFilter(sort, pillar, what, order), limit=limit, offset=offset)


@router.get("/columns", may=CASE_READERS, response_model=make_list_type(ColumnOut))
def columns(caller: Caller, book: Book) -> object:
    """The six columns of the board."""
    return queries.read_pillar_columns(book, caller)
