"""Cases: the board's list, one case in full, taking and closing it, saying why it is opened, and sealing it."""

from typing import Annotated

from fastapi import Response
from pydantic import Field

from warroom.cases import case_list, case_page, intake, purposes, sealing
from warroom.cases.views import BoardFilter, PurposeCode
from warroom.marking import AccountNumber, Open
from warroom.web.kit.api import Answer, Baht, Body, Book, Caller, Line, Moment, Text, area
from warroom.web.kit.shapes import AppealOut, HoldOut, Limit, Minutes, Number, Offset, Plain

router = area("cases")
MOST_AGENCIES = 50


class CaseRow(Answer):
    """A case on the board. `next_due` is what runs out next and `next_kind` says what it is."""

    number: str
    state: str
    flag: str
    scam_type: str
    reported_at: Moment
    opened_at: Moment
    loss: Baht
    still_there: Baht
    exited: Baht
    spent: Baht
    beyond_horizon: Baht
    held: Baht
    accounts: int
    banks: int
    undecided: int
    open_appeals: int
    alerts: int
    reports: int
    exit_at: Moment | None
    next_due: Moment | None
    next_kind: str


class CaseRows(Answer):
    """A page of cases, the one that runs out next first."""

    rows: list[CaseRow]
    total: int


class Counts(Answer):
    """How many cases each filter shows, the sums over open ones, and what today brought."""

    open: int
    mine: int
    late: int
    undecided: int
    lapsing: int
    appeals: int
    silent: int
    no_transfer: int
    closed: int
    loss: Baht
    still_there: Baht
    held: Baht
    reports_today: int
    released_today: int
    freed_today: Baht


class ReportOut(Answer):
    """A victim's report of the case; `first` opened it."""

    source: str
    record_id: str
    reported_at: Moment
    loss: Baht
    channel: str
    transfer_ids: list[str]
    first: bool


class ProposalOut(Answer):
    """An amount that may be held, with its reasons and what speaks for the holder. `minutes_to_exit` is when it may
    leave, null where nothing says so.
    """

    id: int
    bank: str
    account: AccountNumber
    amount: Baht
    balance: Baht
    rank: int
    minutes_to_exit: Minutes
    reasons: list[Plain]
    innocent_evidence: list[Plain]
    state: str
    action_id: int | None
    decided_by: str
    decline_reason: str


class AlertOut(Answer):
    """Something an officer must look at."""

    id: int
    action_id: int | None
    kind: str
    at: Moment
    error: str


class HistoryOut(Answer):
    """What was done in the case."""

    at: Moment
    officer: str
    verb: str
    subject: str
    detail: Plain


class CaseOut(Answer):
    """All of a case. `snapshot` goes with the approval of a hold, which is refused where the trail has changed since.

    In `trail` amounts are satang as whole numbers, as they were frozen.
    """

    row: CaseRow
    owner: Annotated[str, Open("an officer, by name")]
    reports: list[ReportOut]
    snapshot: str
    traced_at: Moment | None
    trail: Plain | None
    proposals: list[ProposalOut]
    actions: list[HoldOut]
    appeals: list[AppealOut]
    alerts: list[AlertOut]
    history: list[HistoryOut]


class PurposeOut(Answer):
    """The purpose under which a case is open to its officer, and until when."""

    case: str
    officer: str
    purpose: str
    text: str
    at: Moment
    until: Moment


class SealOut(Answer):
    """The agencies a case is sealed to; none where it is open to all."""

    case: str
    agencies: list[str]


class Reason(Body):
    """Why."""

    reason: Text


class PurposeIn(Body):
    """Why a case is opened: a choice and a few words."""

    purpose: PurposeCode
    text: Line


class SealIn(Body):
    """Agencies by their codes, one's own among them; none opens the case to all again."""

    agencies: Annotated[list[Line], Field(max_length=MOST_AGENCIES)]
    reason: Line


@router.get("/board", response_model=Counts)
def board(caller: Caller, book: Book) -> object:
    """How many cases wait for what."""
    return case_list.board(book, caller, limit=1).counts


@router.get("/cases", response_model=CaseRows)
def rows(
    caller: Caller,
    book: Book,
    filter: BoardFilter = "open",  # noqa: A002 - the word of the board
    limit: Limit = 50,
    offset: Offset = 0,
) -> object:
    """Open cases, or those of a filter, the one that runs out next first."""
    return case_list.board(book, caller, limit=limit, offset=offset, filter=filter)


@router.get("/cases/{number}", response_model=CaseOut)
def case(caller: Caller, book: Book, number: Number) -> object:
    """A case in full; the look is logged. Answers 409 until a purpose is stated where one is needed."""
    return case_page.case_page(book, caller, number)


@router.post("/cases/{number}/purpose", response_model=PurposeOut, status_code=201)
def purpose(caller: Caller, book: Book, number: Number, given: PurposeIn) -> object:
    """Say why one opens a case; valid for 30 days."""
    return purposes.state_purpose(book, caller, number, given.purpose, given.text)


@router.post("/cases/{number}/take", status_code=204, response_class=Response)
def take(caller: Caller, book: Book, number: Number) -> None:
    """Put a case under one's own name; that states the purpose too."""
    case_page.take_case(book, caller, number)


@router.post("/cases/{number}/close", status_code=204, response_class=Response)
def close(caller: Caller, book: Book, number: Number, given: Reason) -> None:
    """Take a case off the board."""
    intake.close_case(book, caller, number, given.reason)


@router.get("/cases/{number}/seal", response_model=SealOut)
def sealed(caller: Caller, book: Book, number: Number) -> object:
    """The agencies a case is sealed to."""
    return SealOut(case=number, agencies=list(sealing.sealed_to(book, caller, number)))


@router.put("/cases/{number}/seal", response_model=SealOut)
def seal(caller: Caller, book: Book, number: Number, given: SealIn) -> object:
    """Seal a case to agencies, or open it to all again with none."""
    agencies = sealing.seal_case(book, caller, number, given.agencies, given.reason)
    return SealOut(case=number, agencies=list(agencies))
