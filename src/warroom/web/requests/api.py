"""Agencies, requests to them, and how fast they answer."""

from typing import Annotated

from fastapi import Path, Query
from pydantic import Field

from warroom.access import agencies
from warroom.access.role_groups import (
    CASE_WORKERS,
    REQUEST_APPROVERS,
    REQUEST_ARCHIVISTS,
    REQUEST_DRAFTERS,
    REQUEST_HANDS,
)
from warroom.access.views import AgencyKind, AgencyView
from warroom.bilingual.texts import Texts
from warroom.ledger.views import DeadlineView
from warroom.requests import kinds, queries, response_times
from warroom.requests.decisions import course, drafts, replies
from warroom.requests.response_times import Scope
from warroom.requests.views import (
    PartnerTimes,
    Reply,
    RequestEventView,
    RequestKind,
    RequestState,
    RequestView,
)
from warroom.web.doors.access_table import SIGNED_IN
from warroom.web.kit.answers import make_page_answer, make_view_answer
from warroom.web.kit.api import (
    NO_AMOUNT,
    Answer,
    BahtIn,
    Body,
    Book,
    BothLanguages,
    Caller,
    Key,
    Line,
    Moment,
    Text,
    make_area_router,
)
from warroom.web.kit.shapes import Id, Limit, Offset

router = make_area_router("requests")

CODE = r"^[A-Z0-9][A-Z0-9-]{0,15}$"
Code = Annotated[str, Field(pattern=CODE, examples=["T1"])]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
CaseIn = Annotated[str, Field(max_length=40, pattern=r"^[A-Za-z0-9._-]*$", examples=["C-1"])]
FilterText = Annotated[str, Query(max_length=40, pattern=r"^[A-Za-z0-9._-]*$")]
Said = Annotated[Text, Field(min_length=1)]


class AgencyIn(Body):
    """An agency to add; `country` is ISO 3166 alpha-2."""

    code: Code
    name_th: Line
    name_en: Line
    kind: AgencyKind
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] = "TH"
    telephone: Annotated[str, Field(max_length=40)] = ""


AgencyOut = make_view_answer(AgencyView)
AgencyRows = make_page_answer(AgencyOut, "AgencyRows", "A page of agencies by code.")


class SeedOut(Answer):
    """How many invented agencies are new."""

    added: int


class RequestKindOut(Answer):
    """A kind of request: `action` is the kind of action it carries out, with its roles and its clock in hours."""

    id: RequestKind
    title: BothLanguages
    asked: BothLanguages
    action: str
    rules: list[str]
    partners: list[str]
    asks: list[str]
    approves: list[str]
    approvers: int
    answer_within_hours: float


class RequestIn(Body):
    """A request to draft. `amount` only for a stop-payment, which also needs its case."""

    partner: Code
    kind: RequestKind
    purpose: Said
    subject: Line
    items: Annotated[list[Line], Field(min_length=1, max_length=50)]
    keep_until: Moment
    case: CaseIn = ""
    amount: Annotated[BahtIn, NO_AMOUNT] = 0
    wanted_by: Moment | None = None


class ReasonIn(Body):
    """Why."""

    reason: Said


class ReplyIn(Body):
    """What a partner said by letter or telephone, and when."""

    reply: Reply
    at: Moment
    text: Said


class RequestDocumentIn(Body):
    """A document of the answer that lies in the evidence room."""

    sha256: Sha256
    name: Line


EventOut = make_view_answer(RequestEventView, "EventOut")
DeadlineOut = make_view_answer(DeadlineView)
RequestOut = make_view_answer(RequestView, of=(EventOut,))
RequestRows = make_page_answer(
    RequestOut, "RequestRows", "A page of requests without their events, the newest first."
)
PartnerTimesOut = make_view_answer(PartnerTimes)
PartnerRows = make_page_answer(PartnerTimesOut, "PartnerRows", "A page of partners by code.")


@router.get("/agencies", may=SIGNED_IN, response_model=AgencyRows)
def agency_list(
    book: Book, officer: Caller, kind: AgencyKind | None = None, limit: Limit = 50, offset: Offset = 0
) -> object:
    """Agencies by code."""
    # All of them, cut here: a house has some dozens.
    found = agencies.list_agencies(book, kind=kind)
    return {"rows": found[offset : offset + limit], "total": len(found)}


@router.post("/agencies", may=("admin",), response_model=AgencyOut, status_code=201)
def agency_add(book: Book, officer: Caller, body: AgencyIn) -> AgencyView:
    """Add an agency; the same again changes nothing."""
    name = Texts(body.name_th, body.name_en)
    return agencies.add_agency(book, officer, body.code, name, body.kind, body.country, body.telephone)


@router.post("/agencies/invented", may=("admin",), response_model=SeedOut)
def agency_seed(book: Book, officer: Caller) -> SeedOut:
    """Add the invented agencies of an exercise."""
    return SeedOut(added=agencies.seed_exercise(book, officer))


@router.post("/agencies/{code}/end", may=("admin",), response_model=AgencyOut)
def agency_end(book: Book, officer: Caller, code: Annotated[str, Path(pattern=CODE)]) -> AgencyView:
    """End an agency: nothing is sent to it any more."""
    return agencies.deactivate_agency(book, officer, code)


@router.get("/request-kinds", may=SIGNED_IN, response_model=list[RequestKindOut])
def kind_list(officer: Caller) -> object:
    """Every kind of request as declared."""
    return [
        {
            "id": kind.id,
            "title": kind.title,
            "asked": kind.asked,
            "action": kind.action.id,
            "rules": list(kind.action.rules),
            "partners": list(kind.action.partners),
            "asks": list(kind.action.proposes),
            "approves": list(kind.action.approves),
            "approvers": kind.action.approvers,
            "answer_within_hours": kind.action.answer_within.total_seconds() / 3600,
        }
        for kind in kinds.load_request_kinds().values()
    ]


@router.get("/partner-times", may=CASE_WORKERS, response_model=PartnerRows)
def times(
    book: Book,
    officer: Caller,
    scope: Scope = "all",
    partner: Annotated[str, Query(max_length=16, pattern=r"^[A-Z0-9-]*$")] = "",
    since: Moment | None = None,
    limit: Limit = 50,
    offset: Offset = 0,
) -> object:
    """How fast partners acknowledge and answer what they are told, over a year unless said."""
    time_rows = response_times.list_partner_times(book, officer, scope=scope, partner=partner, since=since)
    return {"rows": time_rows[offset : offset + limit], "total": len(time_rows)}


@router.get("/requests", may=CASE_WORKERS, response_model=RequestRows)
def request_list(
    book: Book,
    officer: Caller,
    case: FilterText = "",
    partner: FilterText = "",
    state: RequestState | None = None,
    late: bool = False,
    limit: Limit = 50,
    offset: Offset = 0,
) -> object:
    """Requests, the newest first; `late` shows open ones past their deadline."""
    wanted = queries.RequestFilter(case=case, partner=partner, state=state, late=late)
    rows, total = queries.list_requests(book, officer, wanted, limit=limit, offset=offset)
    return {"rows": rows, "total": total}


@router.post("/requests", may=REQUEST_DRAFTERS, response_model=RequestOut, status_code=201)
def request_draft(book: Book, officer: Caller, key: Key, body: RequestIn) -> RequestView:
    """Draft a request; it leaves once another officer has approved it."""
    asking = drafts.RequestDraft(
        partner=body.partner,
        kind=body.kind,
        purpose=body.purpose,
        subject=body.subject,
        items=tuple(body.items),
        keep_until=body.keep_until,
        case=body.case,
        amount=body.amount,
        wanted_by=body.wanted_by,
    )
    return drafts.draft_request(book, officer, asking, key)


@router.get("/requests/{request_id}", may=CASE_WORKERS, response_model=RequestOut)
def request_read(book: Book, officer: Caller, request_id: Id) -> RequestView:
    """One request with everything that became of it; the reading is logged."""
    return queries.load_request(book, officer, request_id)


@router.post("/requests/{request_id}/approve", may=REQUEST_APPROVERS, response_model=RequestOut)
def request_approve(book: Book, officer: Caller, key: Key, request_id: Id) -> RequestView:
    """Approve a request that somebody else drafted."""
    return drafts.approve_request(book, officer, request_id, key)


@router.post("/requests/{request_id}/remind", may=REQUEST_HANDS, response_model=RequestOut)
def request_remind(book: Book, officer: Caller, key: Key, request_id: Id) -> RequestView:
    """Remind the partner of what it owes."""
    return course.remind_partner(book, officer, request_id, key)


@router.post("/requests/{request_id}/withdraw", may=REQUEST_HANDS, response_model=RequestOut)
def request_withdraw(book: Book, officer: Caller, key: Key, request_id: Id, body: ReasonIn) -> RequestView:
    """Take a request back before it has left."""
    return course.withdraw_request(book, officer, request_id, body.reason, key)


@router.post("/requests/{request_id}/lift", may=REQUEST_HANDS, response_model=RequestOut)
def request_lift(book: Book, officer: Caller, key: Key, request_id: Id, body: ReasonIn) -> RequestView:
    """Ask the partner to let go of what it stopped or preserves; it is told until it confirms."""
    return course.lift_request(book, officer, request_id, body.reason, key)


@router.post("/requests/{request_id}/reply", may=REQUEST_HANDS, response_model=RequestOut)
def request_reply(book: Book, officer: Caller, key: Key, request_id: Id, body: ReplyIn) -> RequestView:
    """Note what the partner said by letter or telephone."""
    return replies.note_reply(book, officer, request_id, body.reply, body.at, body.text, key)


@router.post("/requests/{request_id}/documents", may=REQUEST_ARCHIVISTS, response_model=RequestOut)
def request_document(book: Book, officer: Caller, request_id: Id, body: RequestDocumentIn) -> RequestView:
    """Say that a document of the evidence room came with the answer."""
    return replies.add_document(book, officer, request_id, body.sha256, body.name)
