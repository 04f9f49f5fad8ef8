"""What comes in to flagged accounts, for officers' programs: the list, one account, how a hold begins and ends, calls and appeals."""

from typing import Annotated

from fastapi import Query
from pydantic import Field
from starlette.requests import Request

from warroom.access.role_groups import (
    INCOMING_APPEALS,
    INCOMING_DECIDERS,
    INCOMING_ENDERS,
    INCOMING_READERS,
    PAYER_CALLERS,
)
from warroom.incoming import decisions, queries
from warroom.incoming.views import (
    CallAnswer,
    IncomingAppealView,
    IncomingEstimate,
    IncomingHoldView,
    IncomingList,
    PayerCall,
    WaitingPaymentView,
)
from warroom.web.incoming.accounts import spell_account
from warroom.web.kit.answers import make_view_answer
from warroom.web.kit.api import Body, Book, Caller, Key, Text, make_area_router
from warroom.web.kit.open_home import open_home_of
from warroom.web.kit.shapes import Id

router = make_area_router("incoming")

BANK, ACCOUNT, SIGNAL = r"^[A-Za-z0-9-]{1,16}$", r"^[A-Za-z0-9-]{1,34}$", r"^[A-Za-z0-9._:-]{0,64}$"
Said = Annotated[Text, Field(min_length=1)]


class IncomingHoldIn(Body):
    """An account whose incoming payments are to wait, why, and by which signal; "" for none."""

    bank: Annotated[str, Field(pattern=BANK, examples=["B01"])]
    account: Annotated[str, Field(pattern=ACCOUNT, examples=["1112223334"])]
    reason: Said
    signal: Annotated[str, Field(pattern=SIGNAL)] = ""


class IncomingReasonIn(Body):
    """Why; it is kept in the log."""

    reason: Said


class PayerCallIn(Body):
    """What the payer of a waiting payment said; `text` may be empty where nobody answered."""

    answer: CallAnswer
    text: Text = ""
    scam_type: Annotated[str, Field(pattern=r"^[a-z_-]{0,32}$")] = ""


class IncomingAnswerIn(Body):
    """An appeal's answer: `uphold` true keeps the hold, false ends it and lets every payment through."""

    uphold: bool
    reason: Said


PayerCallOut = make_view_answer(PayerCall, "PayerCallOut")
WaitingPaymentOut = make_view_answer(WaitingPaymentView, of=(PayerCallOut,))
IncomingAppealOut = make_view_answer(IncomingAppealView)
IncomingHoldOut = make_view_answer(IncomingHoldView, of=(WaitingPaymentOut, IncomingAppealOut))
IncomingOut = make_view_answer(IncomingList, "IncomingOut", of=(WaitingPaymentOut, IncomingHoldOut))
IncomingEstimateOut = make_view_answer(IncomingEstimate, "IncomingEstimateOut")


@router.get("/incoming", may=INCOMING_READERS, response_model=IncomingOut)
def incoming_list(book: Book, officer: Caller) -> IncomingList:
    """Payments whose payers are to be called, worth most a minute first, and the holds."""
    return queries.list_incoming(book, officer)


@router.get("/incoming/estimate", may=INCOMING_READERS, response_model=IncomingEstimateOut)
def incoming_estimate(
    request: Request,
    book: Book,
    officer: Caller,
    bank: Annotated[str, Query(pattern=BANK)],
    account: Annotated[str, Query(pattern=ACCOUNT)],
    signal: Annotated[str, Query(pattern=SIGNAL)] = "",
) -> IncomingEstimate:
    """What a hold would do to an account's payers, and what speaks against one."""
    named = spell_account(bank, account)
    return queries.load_estimate(book, open_home_of(request).lake, officer, named, signal)


@router.get("/incoming/{hold_id}", may=INCOMING_READERS, response_model=IncomingHoldOut)
def incoming_hold(book: Book, officer: Caller, hold_id: Id) -> IncomingHoldView:
    """One account with its payments, calls and appeals."""
    return queries.load_incoming_hold(book, officer, hold_id)


@router.post("/incoming", may=INCOMING_DECIDERS, response_model=IncomingHoldOut, status_code=201)
def incoming_begin(
    request: Request, book: Book, officer: Caller, key: Key, body: IncomingHoldIn
) -> IncomingHoldView:
    """Ask an account's bank to let what comes in wait; `proposed` where a second officer has to approve it first."""
    named = spell_account(body.bank, body.account)
    lake = open_home_of(request).lake
    return decisions.begin_hold(book, lake, officer, named, body.reason, key, signal_id=body.signal)


@router.post("/incoming/{hold_id}/approve", may=INCOMING_DECIDERS, response_model=IncomingHoldOut)
def incoming_approve(book: Book, officer: Caller, hold_id: Id, key: Key) -> IncomingHoldView:
    """Approve, as a second officer."""
    return decisions.approve_hold(book, officer, hold_id, key)


@router.post("/incoming/{hold_id}/decline", may=INCOMING_DECIDERS, response_model=IncomingHoldOut)
def incoming_decline(
    book: Book, officer: Caller, hold_id: Id, key: Key, body: IncomingReasonIn
) -> IncomingHoldView:
    """Decline what a second officer was to approve; nothing is asked of the bank."""
    return decisions.decline_hold(book, officer, hold_id, body.reason, key)


@router.post("/incoming/{hold_id}/end", may=INCOMING_ENDERS, response_model=IncomingHoldOut)
def incoming_end(
    book: Book, officer: Caller, hold_id: Id, key: Key, body: IncomingReasonIn
) -> IncomingHoldView:
    """End it before its time; every payment goes through."""
    return decisions.end_hold(book, officer, hold_id, body.reason, key)


@router.post("/incoming/payments/{payment_id}/calls", may=PAYER_CALLERS, response_model=WaitingPaymentOut)
def incoming_call(
    request: Request, book: Book, officer: Caller, payment_id: Id, key: Key, body: PayerCallIn
) -> WaitingPaymentView:
    """Record a call: `meant` lets the payment through, `cheated` sends it back and makes a report, after `missed` another call is due."""
    lake = open_home_of(request).lake
    return decisions.record_call(
        book, lake, officer, payment_id, body.answer, body.text, key, scam_type=body.scam_type
    )


@router.post("/incoming/appeals/{appeal_id}/answer", may=INCOMING_APPEALS, response_model=IncomingHoldOut)
def incoming_appeal_answer(
    book: Book, officer: Caller, appeal_id: Id, key: Key, body: IncomingAnswerIn
) -> IncomingHoldView:
    """Answer a holder's appeal; the same answer again changes nothing."""
    del key
    return decisions.answer_incoming_appeal(book, officer, appeal_id, body.uphold, body.reason)
