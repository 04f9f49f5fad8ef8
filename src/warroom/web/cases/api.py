"""Cases: the board's list, one case in full, taking and closing it, saying why it is opened, and sealing it."""

from typing import Annotated, Literal

from fastapi import Response
from pydantic import Field

from warroom.access.role_groups import CASE_READERS, CASE_SEALERS, HOLD_APPROVERS, HOLD_RELEASERS
from warroom.cases import sealing
from warroom.cases.decisions import cases, report_checks
from warroom.cases.queries import case_list, case_page
from warroom.cases.views import (
    AlertView,
    BoardCounts,
    BoardFilter,
    BoardRow,
    CasePage,
    CaseReport,
    CheckView,
    HistoryLine,
    ProposalView,
    PurposeCode,
    PurposeView,
)
from warroom.web.kit.answers import make_page_answer, make_view_answer
from warroom.web.kit.api import Answer, Body, Book, Caller, Key, Line, Text, make_area_router
from warroom.web.kit.shapes import AppealOut, HoldOut, Limit, Minutes, Number, Offset

router = make_area_router("cases")
# Agencies that a case is sealed to. Chosen, not measured: more than work on any case.
MOST_AGENCIES = 50


CaseRow = make_view_answer(BoardRow, "CaseRow", text=("next_kind",))
CaseRows = make_page_answer(CaseRow, "CaseRows", "A page of cases, the one that runs out next first.")
Counts = make_view_answer(BoardCounts, "Counts")
ReportOut = make_view_answer(CaseReport, "ReportOut")
ProposalOut = make_view_answer(ProposalView, text=("state",), also={"minutes_to_exit": Minutes})
AlertOut = make_view_answer(AlertView, leave_out=("case", "text"))
ReportCheckOut = make_view_answer(CheckView, "ReportCheckOut")
HistoryOut = make_view_answer(HistoryLine, "HistoryOut")
CaseOut = make_view_answer(
    CasePage,
    "CaseOut",
    doc="All of a case. `snapshot` goes with the approval of a hold, which is refused where the trail has changed since."
    "\n\nIn `trail` amounts are satang as whole numbers, as they were frozen.",
    of=(CaseRow, ReportOut, ProposalOut, HoldOut, AppealOut, AlertOut, HistoryOut, ReportCheckOut),
)
PurposeOut = make_view_answer(PurposeView, text=("purpose",))


class SealOut(Answer):
    """The agencies a case is sealed to; none where it is open to all."""

    case: str
    agencies: list[str]


class CloseReason(Body):
    """Why."""

    reason: Text


class PurposeIn(Body):
    """Why a case is opened: a choice and a few words."""

    purpose: PurposeCode
    text: Line


class CheckIn(Body):
    """How anonymous reports were checked, and what was found."""

    how: Literal["called-back", "payer-proven"]
    text: Text


class SealIn(Body):
    """Agencies by their codes, one's own among them; none opens the case to all again."""

    agencies: Annotated[list[Line], Field(max_length=MOST_AGENCIES)]
    reason: Line


@router.get("/board", may=CASE_READERS, response_model=Counts)
def board(caller: Caller, book: Book) -> object:
    """How many cases wait for what."""
    # The counts come with a list, so the shortest list is requested.
    return case_list.read_board(book, caller, limit=1).counts


@router.get("/cases", may=CASE_READERS, response_model=CaseRows)
def rows(
    caller: Caller,
    book: Book,
    filter: BoardFilter = "open",  # noqa: A002 - the word of the board
    limit: Limit = 50,
    offset: Offset = 0,
) -> object:
    """Open cases, or those of a filter, the one that runs out next first."""
    return case_list.read_board(book, caller, limit=limit, offset=offset, filter=filter)


@router.get("/cases/{number}", may=CASE_READERS, response_model=CaseOut)
def case(caller: Caller, book: Book, number: Number) -> object:
    """A case in full; the look is logged. Answers 409 until a purpose is stated where one is needed."""
    return case_page.case_page(book, caller, number)


@router.post("/cases/{number}/purpose", may=CASE_READERS, response_model=PurposeOut, status_code=201)
def purpose(caller: Caller, book: Book, number: Number, given: PurposeIn) -> object:
    """Say why one opens a case; valid for 30 days."""
    return cases.state_purpose(book, caller, number, given.purpose, given.text)


@router.post("/cases/{number}/checks", may=HOLD_APPROVERS, status_code=204, response_class=Response)
def check(caller: Caller, book: Book, number: Number, key: Key, given: CheckIn) -> None:
    """Record that one called the sender of anonymous reports back, or has proof that they paid."""
    report_checks.record_check(book, caller, number, given.how, given.text, key)


@router.post("/cases/{number}/take", may=HOLD_RELEASERS, status_code=204, response_class=Response)
def take(caller: Caller, book: Book, number: Number) -> None:
    """Put a case under one's own name; that states the purpose too."""
    cases.take_case(book, caller, number)


@router.post("/cases/{number}/close", may=HOLD_APPROVERS, status_code=204, response_class=Response)
def close(caller: Caller, book: Book, number: Number, given: CloseReason) -> None:
    """Take a case off the board."""
    cases.close_case(book, caller, number, given.reason)


@router.get("/cases/{number}/seal", may=CASE_READERS, response_model=SealOut)
def sealed(caller: Caller, book: Book, number: Number) -> object:
    """The agencies a case is sealed to."""
    return SealOut(case=number, agencies=list(sealing.sealed_to(book, caller, number)))


@router.put("/cases/{number}/seal", may=CASE_SEALERS, response_model=SealOut)
def seal(caller: Caller, book: Book, number: Number, given: SealIn) -> object:
    """Seal a case to agencies, or open it to all again with none."""
    agencies = cases.seal_case(book, caller, number, given.agencies, given.reason)
    return SealOut(case=number, agencies=list(agencies))
