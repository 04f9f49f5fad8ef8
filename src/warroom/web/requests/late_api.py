"""The ends of a case that rest on records which are not here yet, and asking their bank for them."""

from typing import Annotated

from fastapi import Depends, Request
from pydantic import Field

from warroom.access.role_groups import CASE_READERS, REQUEST_DRAFTERS
from warroom.lake.lake import Lake
from warroom.requests import late_records
from warroom.requests.decisions.late_records import ask_for_records
from warroom.requests.views import LateBank, RequestView
from warroom.web.kit.answers import make_list_type, make_view_answer
from warroom.web.kit.api import Body, Book, Caller, Key, Moment, make_area_router
from warroom.web.kit.open_home import open_home_of
from warroom.web.kit.shapes import Number
from warroom.web.requests.api import CODE, RequestOut

router = make_area_router("requests")
LateBankOut = make_view_answer(LateBank)


def get_lake(request: Request) -> Lake:
    """The lake of the room."""
    return open_home_of(request).lake


Records = Annotated[Lake, Depends(get_lake)]


class LateIn(Body):
    """The bank to ask, and by when its answer is wanted: four hours from now where not given."""

    bank: Annotated[str, Field(pattern=CODE, examples=["B02"])]
    wanted_by: Moment | None = None


@router.get("/cases/{number}/late-records", may=CASE_READERS, response_model=make_list_type(LateBankOut))
def late_list(caller: Caller, book: Book, records: Records, number: Number) -> object:
    """Banks whose records do not reach to what matters in a case: money there is not known to lie, only not known to have left.
    The one with the most money first."""
    return late_records.list_late(book, records, caller, number)


@router.post("/cases/{number}/late-records", may=REQUEST_DRAFTERS, response_model=RequestOut, status_code=201)
def late_ask(
    caller: Caller, book: Book, records: Records, key: Key, number: Number, given: LateIn
) -> RequestView:
    """Draft one request to a bank for exactly those accounts' records; it leaves once another officer has approved it."""
    return ask_for_records(book, records, caller, number, given.bank, key, wanted_by=given.wanted_by)
