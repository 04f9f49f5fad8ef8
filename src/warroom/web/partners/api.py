"""Partners for programs: the register, agreements, shared objects and revocations, partners' requests, and matching runs."""

from typing import Annotated

from pydantic import Field
from starlette.requests import Request

from warroom.access.role_groups import (
    AGREEMENT_APPROVERS,
    AGREEMENT_DRAFTERS,
    ASK_ANSWERERS,
    MATCH_OPENERS,
    MATCH_RELEASERS,
    PARTNER_READERS,
    PARTNER_SENDERS,
    SURVIVOR_RELEASERS,
)
from warroom.exchange.rooms import matching
from warroom.partners import queries
from warroom.partners.decisions import asks, register, runs, sharing
from warroom.partners.decisions.register import AgreementDraft
from warroom.partners.views import (
    AgreementView,
    AskState,
    AskView,
    FieldView,
    MatchRunView,
    PartnerRole,
    Purpose,
    QuotaView,
    RoomPartnerView,
    SendView,
    SharedObjectView,
    TlpMark,
)
from warroom.web.kit.answers import make_list_type, make_view_answer
from warroom.web.kit.api import Answer, Body, Book, Caller, Key, Line, Moment, Text, make_area_router
from warroom.web.kit.open_home import open_home_of
from warroom.web.kit.shapes import Id

router = make_area_router("partner-register")
AgreementOut = make_view_answer(AgreementView)
RoomPartnerOut = make_view_answer(RoomPartnerView, of=(AgreementOut,))
SharedFieldOut = make_view_answer(FieldView, name="SharedFieldOut")
PartnerSendOut = make_view_answer(SendView, name="PartnerSendOut")
SharedObjectOut = make_view_answer(SharedObjectView, of=(SharedFieldOut, PartnerSendOut))
PartnerAskOut = make_view_answer(AskView, name="PartnerAskOut")
MatchRunOut = make_view_answer(MatchRunView)
QuotaOut = make_view_answer(QuotaView, name="MatchQuotaOut")
Code = Annotated[str, Field(pattern=r"^[A-Z0-9][A-Z0-9-]{0,15}$")]


class PartnerIn(Body):
    """An agency for the register. With `room_url` and `public_key` messages reach its room; `match_key` is for matching."""

    role: PartnerRole
    language: Annotated[str, Field(max_length=2)] = "en"
    room_url: Annotated[str, Field(max_length=300)] = ""
    public_key: Annotated[str, Field(max_length=64)] = ""
    match_key: Annotated[str, Field(max_length=64)] = ""


class AgreementIn(Body):
    """What is to be agreed for one purpose."""

    purpose: Purpose
    basis: Text
    fields: Annotated[list[Line], Field(min_length=1, max_length=60)]
    highest_mark: TlpMark
    retention_days: Annotated[int, Field(ge=1, le=3650)]
    expires_at: Moment
    per_day: Annotated[int, Field(ge=0, le=10_000_000)] = 0
    per_month: Annotated[int, Field(ge=0, le=10_000_000)] = 0


class SharedFieldIn(Body):
    """A field with its own mark; `survivor` for what a survivor said."""

    name: Line
    value: Annotated[str, Field(min_length=1, max_length=4_000)]
    mark: TlpMark
    survivor: bool = False


class SharedIn(Body):
    """What is prepared for partners. `sources` are objects it was made from; `recipients` those that RED names."""

    kind: Line
    purpose: Purpose
    fields: Annotated[list[SharedFieldIn], Field(min_length=1, max_length=200)]
    case: Annotated[str, Field(max_length=40)] = ""
    sources: Annotated[list[Id], Field(max_length=50)] = Field(default_factory=list)
    recipients: Annotated[list[Code], Field(max_length=50)] = Field(default_factory=list)


class SendIn(Body):
    """To whom, and on which legal basis."""

    partner: Code
    basis: Text


class ToPartnerIn(Body):
    """Which partner."""

    partner: Code


class PartnerReasonIn(Body):
    """Why, which stands in the log."""

    reason: Text


class AskAnswerIn(Body):
    """What is answered; `text` is needed for all but an acknowledgement."""

    answer: AskState
    text: Text = ""


class MatchIn(Body):
    """A matching run: which of these numbers does the partner hold too?"""

    partner: Code
    purpose: Purpose
    numbers: Annotated[list[Line], Field(min_length=1, max_length=100_000)]
    reason: Text


class MatchCountOut(Answer):
    """How many numbers both hold. Which they are another officer releases."""

    id: int
    count: int


class ReleasedOut(Answer):
    """The numbers that both rooms hold."""

    hits: list[str]


@router.get("/partner-register", may=PARTNER_READERS, response_model=make_list_type(RoomPartnerOut))
def list_register(caller: Caller, book: Book) -> object:
    """Every partner with its agreements."""
    return queries.list_partners(book, caller)


@router.put("/partner-register/{code}", may=AGREEMENT_APPROVERS, response_model=RoomPartnerOut)
def save_partner(caller: Caller, book: Book, code: Code, given: PartnerIn) -> object:
    """Put an agency on the register, or change where its room is."""
    register.add_partner(book, caller, code, **given.model_dump())
    return queries.load_partner(book, caller, code)


@router.post("/partner-register/{code}/agreements", may=AGREEMENT_DRAFTERS, response_model=RoomPartnerOut)
def draft_agreement(caller: Caller, book: Book, code: Code, key: Key, given: AgreementIn) -> object:
    """Draft an agreement; another officer brings it into force."""
    draft = AgreementDraft(partner=code, **given.model_dump() | {"fields": tuple(given.fields)})
    register.draft_agreement(book, caller, draft, key)
    return queries.load_partner(book, caller, code)


@router.post("/partner-agreements/{agreement_id}/approve", may=AGREEMENT_APPROVERS, status_code=204)
def approve_agreement(caller: Caller, book: Book, agreement_id: Id) -> None:
    """Bring another officer's draft into force."""
    register.approve_agreement(book, caller, agreement_id)


@router.post("/partner-agreements/{agreement_id}/end", may=AGREEMENT_APPROVERS, status_code=204)
def end_agreement(caller: Caller, book: Book, agreement_id: Id, given: PartnerReasonIn) -> None:
    """End an agreement at once."""
    register.end_agreement(book, caller, agreement_id, given.reason)


@router.get("/shared", may=PARTNER_READERS, response_model=make_list_type(SharedObjectOut))
def list_shared(caller: Caller, book: Book, partner: str = "") -> object:
    """What was shared with partners or came from them, the newest first."""
    return queries.list_objects(book, caller, partner[:16])


@router.post("/shared", may=PARTNER_SENDERS, response_model=SharedObjectOut)
def prepare_shared(caller: Caller, book: Book, key: Key, given: SharedIn) -> object:
    """Prepare an object; nothing leaves yet."""
    fields = [FieldView(**field.model_dump()) for field in given.fields]
    number = sharing.prepare_object(
        book,
        caller,
        given.kind,
        given.purpose,
        fields,
        key,
        case=given.case,
        sources=given.sources,
        recipients=given.recipients,
    )
    return queries.load_object(book, caller, number)


@router.get("/shared/{object_id}", may=PARTNER_READERS, response_model=SharedObjectOut)
def show_shared(caller: Caller, book: Book, object_id: Id) -> object:
    """One object with its recipients and receipts."""
    return queries.load_object(book, caller, object_id)


@router.post("/shared/{object_id}/send", may=PARTNER_SENDERS, response_model=SharedObjectOut)
def send_shared(caller: Caller, book: Book, object_id: Id, given: SendIn) -> object:
    """Send it to one partner: agreed fields under allowed marks alone."""
    sharing.send_object(book, caller, object_id, given.partner, given.basis)
    return queries.load_object(book, caller, object_id)


@router.post("/shared/{object_id}/survivor", may=SURVIVOR_RELEASERS, response_model=SharedObjectOut)
def approve_survivor(caller: Caller, book: Book, object_id: Id, given: ToPartnerIn) -> object:
    """Let what a survivor said leave for one partner."""
    sharing.approve_survivor_fields(book, caller, object_id, given.partner)
    return queries.load_object(book, caller, object_id)


@router.post("/shared/{object_id}/revoke", may=PARTNER_SENDERS, response_model=SharedObjectOut)
def revoke_shared(caller: Caller, book: Book, object_id: Id, given: PartnerReasonIn) -> object:
    """Revoke it, everything made from it, and every copy."""
    sharing.revoke_object(book, caller, object_id, given.reason)
    return queries.load_object(book, caller, object_id)


@router.get("/partner-asks", may=PARTNER_READERS, response_model=make_list_type(PartnerAskOut))
def list_asks(caller: Caller, book: Book, partner: str = "") -> object:
    """Partners' requests, those that wait first."""
    return queries.list_asks(book, caller, partner[:16])


@router.post("/partner-asks/{ask_id}/answer", may=ASK_ANSWERERS, response_model=PartnerAskOut)
def answer_ask(caller: Caller, book: Book, ask_id: Id, given: AskAnswerIn) -> object:
    """Acknowledge, answer in part or whole, or refuse with a reason."""
    asks.answer_ask(book, caller, ask_id, given.answer, given.text)
    return queries.load_ask(book, caller, ask_id)


@router.get("/matching", may=PARTNER_READERS, response_model=make_list_type(MatchRunOut))
def list_runs(caller: Caller, book: Book) -> object:
    """Matching runs of both sides."""
    return queries.list_runs(book, caller)


@router.get("/matching/quotas", may=PARTNER_READERS, response_model=make_list_type(QuotaOut))
def list_quotas(caller: Caller, book: Book) -> object:
    """What may still be asked."""
    return queries.list_quotas(book, caller)


@router.post("/matching", may=MATCH_OPENERS, response_model=MatchCountOut)
def ask_matching(request: Request, caller: Caller, book: Book, given: MatchIn) -> object:
    """Ask a partner's room; the answer is a count."""
    number, count = matching.ask_matching(
        book,
        open_home_of(request).home,
        caller,
        given.partner,
        given.purpose,
        given.numbers,
        given.reason,
    )
    return MatchCountOut(id=number, count=count)


@router.post("/matching/{run_id}/release", may=MATCH_RELEASERS, response_model=ReleasedOut)
def release_hits(request: Request, caller: Caller, book: Book, run_id: Id, given: PartnerReasonIn) -> object:
    """Release which numbers matched, under the officer's name."""
    hits = runs.release_hits(book, open_home_of(request).home, caller, run_id, given.reason)
    return ReleasedOut(hits=list(hits))
