"""Holds: approving, declining, releasing and extending them; appeals and their answers; orders."""

from typing import Annotated

from fastapi import Query, Response

from warroom.access.role_groups import CASE_READERS, HOLD_APPROVERS, HOLD_RELEASERS
from warroom.cases.decisions import appeals, hold_extension, hold_release, holds
from warroom.cases.queries import case_page
from warroom.orders.views import OrderLine, OrderState
from warroom.room.worklist import order_list
from warroom.web.kit.answers import make_list_type, make_page_answer, make_view_answer
from warroom.web.kit.api import Body, Book, Caller, Key, Line, Moment, Text, make_area_router
from warroom.web.kit.shapes import AnswerOut, AppealOut, HoldOut, Id, Ids, Limit, Number, Offset, OrderOut

router = make_area_router("holds")


class ApproveIn(Body):
    """Proposals of a case to approve, and the digest of the trail that the officer saw.

    `unchecked_reason`: why the hold cannot wait, for a case that anonymous reports alone made and nobody has checked.
    """

    proposals: Ids
    snapshot: Line
    unchecked_reason: Text = ""


class DeclineIn(Body):
    """Proposals of a case to decline, and why."""

    proposals: Ids
    reason: Text


class ReleaseIn(Body):
    """Why the money goes free."""

    reason: Text


class ExtendIn(Body):
    """The police complaint's number, and when it was filed (now where not given)."""

    complaint_no: Line
    complained_at: Moment | None = None


class AppealIn(Body):
    """Whether the hold is kept, and the reason that the holder is owed."""

    keep: bool
    reason: Text


OrderLineOut = make_view_answer(OrderLine, of=(OrderOut, AnswerOut))
OrderLines = make_page_answer(OrderLineOut, "OrderLines", "A page of orders, the newest first.")
Appeals = make_page_answer(AppealOut, "Appeals", "Appeals that wait for an answer, the one due first first.")


@router.post(
    "/cases/{number}/holds", may=HOLD_APPROVERS, response_model=make_list_type(HoldOut), status_code=201
)
def approve(caller: Caller, book: Book, number: Number, key: Key, given: ApproveIn) -> object:
    """Approve proposed holds: all of them or none."""
    return holds.approve_holds(
        book, caller, number, given.proposals, given.snapshot, key, unchecked_reason=given.unchecked_reason
    )


@router.post("/cases/{number}/decline", may=HOLD_APPROVERS, status_code=204, response_class=Response)
def decline(caller: Caller, book: Book, number: Number, given: DeclineIn) -> None:
    """Decide against proposed holds; the same again changes nothing."""
    holds.decline_proposals(book, caller, number, given.proposals, given.reason)


@router.post("/holds/{action_id}/release", may=HOLD_RELEASERS, response_model=HoldOut)
def release(caller: Caller, book: Book, action_id: Id, given: ReleaseIn) -> object:
    """Let the money go; the same again changes nothing."""
    return hold_release.release_hold(book, caller, action_id, given.reason)


@router.post("/holds/{action_id}/extend", may=HOLD_APPROVERS, response_model=HoldOut)
def extend(caller: Caller, book: Book, action_id: Id, key: Key, given: ExtendIn) -> object:
    """Ask for a hold to be carried on after the police complaint, or approve what another officer asked for."""
    return hold_extension.extend_hold(
        book, caller, action_id, given.complaint_no, key, complained_at=given.complained_at
    )


@router.get("/appeals", may=CASE_READERS, response_model=Appeals)
def waiting(caller: Caller, book: Book, limit: Limit = 50, offset: Offset = 0) -> object:
    """Appeals that wait for an answer."""
    found = case_page.open_appeals(book, caller)
    # Cut here: open appeals are few, and the service orders all of them by what is due.
    return {"rows": found[offset : offset + limit], "total": len(found)}


@router.post("/appeals/{appeal_id}/answer", may=("appeals",), response_model=AppealOut)
def answer(caller: Caller, book: Book, appeal_id: Id, given: AppealIn) -> object:
    """Keep the hold or lift it; the same answer again changes nothing."""
    return appeals.answer_appeal(book, caller, appeal_id, given.keep, given.reason)


@router.get("/orders", may=CASE_READERS, response_model=OrderLines)
def orders(
    caller: Caller,
    book: Book,
    state: Annotated[OrderState | None, Query()] = None,
    limit: Limit = 50,
    offset: Offset = 0,
) -> object:
    """What partners were told and answered."""
    order_rows, total = order_list.list_orders_with_answers(
        book, caller, state=state or "", limit=limit, offset=offset
    )
    return {"rows": order_rows, "total": total}
