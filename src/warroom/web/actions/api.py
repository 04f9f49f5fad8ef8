"""Actions of every kind but the hold: what kinds there are, proposing, deciding, carrying out and ending."""

from typing import Annotated

from fastapi import Path, Query
from pydantic import Field

from warroom.access.role_groups import ACTION_APPROVERS, ACTION_PROPOSERS, ACTION_TEAMS, CASE_READERS
from warroom.actions import queries
from warroom.actions.decisions import approvals, course, documents, proposals
from warroom.actions.decisions.proposals import ActionDraft
from warroom.actions.views import (
    ActionApprovalView,
    ActionLine,
    ActionOrder,
    ActionState,
    ActionView,
    DocumentView,
)
from warroom.law.kinds.declarations import ActionKind, Input, load_kind, load_kinds
from warroom.ledger.views import DeadlineView
from warroom.orders.order_content import OrderSubject
from warroom.web.doors.access_table import SIGNED_IN
from warroom.web.kit.answers import make_list_type, make_page_answer, make_view_answer
from warroom.web.kit.api import Body, Book, Caller, Key, Line, Text, make_area_router
from warroom.web.kit.shapes import Id, Limit, Offset

router = make_area_router("actions")

Value = str | bool | int | float | list[str] | None
Form = Annotated[dict[Annotated[str, Field(max_length=64)], Value], Field(max_length=64)]
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
KindId = Annotated[str, Path(pattern=r"^[a-z-]{1,64}$", examples=["power-cut"])]
Code = Annotated[str, Field(pattern=r"^[A-Z0-9][A-Z0-9-]{0,15}$")]
FilterText = Annotated[str, Query(max_length=64, pattern=r"^[A-Za-z0-9._-]*$")]


InputOut = make_view_answer(Input, text=("kind",))
KindOut = make_view_answer(
    ActionKind,
    "KindOut",
    leave_out=("asked", "undoes", "decide_within", "answer_within", "warn_before", "lapse_after"),
    text=("pillar", "engine", "undo", "proposes", "approves", "carries_out", "emits", "ends"),
    of=(InputOut,),
)


class SubjectShape(Body):
    """Whom or what an action is about; `note` helps the partner find it."""

    kind: Line
    id: Line
    note: Annotated[str, Field(max_length=200, pattern=r"^[^\x00-\x1f]*$")] = ""


class MeasureIn(Body):
    """An action to propose. `details` are the fields of its kind's form, `partner` the agency that is told."""

    kind: Annotated[str, Field(pattern=r"^[a-z-]{1,64}$")]
    subjects: Annotated[list[SubjectShape], Field(min_length=1, max_length=1_000)]
    details: Annotated[Form, Field(default_factory=dict)]
    reason: Text
    partner: Code | None = None
    case: Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,40}$")] | None = None

    def to_draft(self) -> ActionDraft:
        """As the services take it."""
        subjects = tuple(OrderSubject(one.kind, one.id, one.note) for one in self.subjects)
        return ActionDraft(self.kind, subjects, self.details, self.reason, self.partner or "", self.case)


class DocumentIn(Body):
    """A document for the table: the fields of the prerequisite's form."""

    prerequisite: Annotated[str, Field(pattern=r"^[a-z-]{1,64}$")]
    content: Form


class SeenIn(Body):
    """The digest of what the officer saw, sent back."""

    digest: Digest


class MeasureReasonIn(Body):
    """What was done or why, in a few words."""

    reason: Text


SubjectOut = make_view_answer(OrderSubject, "MeasureSubjectOut")
DocumentOut = make_view_answer(DocumentView, "MeasureDocumentOut")
ConsentOut = make_view_answer(ActionApprovalView, "MeasureConsentOut")
DeadlineOut = make_view_answer(
    DeadlineView,
    "MeasureDeadlineOut",
    doc="What must have happened by when; `struck` is late.",
    text=("state",),
)
ActionOrderOut = make_view_answer(ActionOrder, "MeasureOrderOut", text=("state",))
ActionOut = make_view_answer(
    ActionView, "MeasureOut", of=(SubjectOut, DocumentOut, ConsentOut, DeadlineOut, ActionOrderOut)
)
ActionLineOut = make_view_answer(ActionLine, "MeasureLineOut")
ActionsOut = make_page_answer(ActionLineOut, "Measures", "A page of actions, the newest first.")


@router.get("/kinds", may=SIGNED_IN, response_model=make_list_type(KindOut))
def every_kind() -> object:
    """Every kind of action, in the order of the pillars."""
    return list(load_kinds().values())


@router.get("/kinds/{kind}", may=SIGNED_IN, response_model=KindOut)
def one_kind(kind: KindId) -> object:
    """One kind of action as declared."""
    return load_kind(kind)


@router.get("/measures", may=CASE_READERS, response_model=ActionsOut)
def listed(
    caller: Caller,
    book: Book,
    limit: Limit = 50,
    offset: Offset = 0,
    state: ActionState | None = None,
    kind: FilterText = "",
    case: FilterText = "",
    operation: Annotated[int | None, Query(ge=1, le=2**53)] = None,
) -> object:
    """Actions of a state, kind, case or joint operation, or all."""
    rows, total = queries.list_actions(
        book, caller, state=state or "", kind=kind, case=case, operation=operation, limit=limit, offset=offset
    )
    return {"rows": rows, "total": total}


@router.post("/measures", may=ACTION_PROPOSERS, response_model=ActionOut, status_code=201)
def propose(caller: Caller, book: Book, key: Key, given: MeasureIn) -> object:
    """Propose an action; nothing happens until others approve it."""
    return proposals.propose_action(book, caller, given.to_draft(), key=key)


@router.get("/measures/{measure_id}", may=CASE_READERS, response_model=ActionOut)
def one(caller: Caller, book: Book, measure_id: Id) -> object:
    """An action with everything on its table; the look is logged."""
    return queries.load_action(book, caller, measure_id)


@router.post("/measures/{measure_id}/documents", may=ACTION_TEAMS, response_model=ActionOut, status_code=201)
def attach(caller: Caller, book: Book, measure_id: Id, key: Key, given: DocumentIn) -> object:
    """Lay a document on the table; approvals given before no longer count."""
    return documents.attach_document(book, caller, measure_id, given.prerequisite, given.content, key=key)


@router.post("/measures/{measure_id}/approve", may=ACTION_APPROVERS, response_model=ActionOut)
def approve(caller: Caller, book: Book, measure_id: Id, key: Key, given: SeenIn) -> object:
    """Approve an action as it was seen."""
    return approvals.approve_action(book, caller, measure_id, given.digest, key=key)


@router.post("/measures/{measure_id}/decline", may=ACTION_APPROVERS, response_model=ActionOut)
def decline(caller: Caller, book: Book, measure_id: Id, key: Key, given: MeasureReasonIn) -> object:
    """Decide against a proposed action."""
    return approvals.decline_action(book, caller, measure_id, given.reason, key=key)


@router.post("/measures/{measure_id}/carry-out", may=ACTION_PROPOSERS, response_model=ActionOut)
def carry_out(caller: Caller, book: Book, measure_id: Id, key: Key, given: MeasureReasonIn) -> object:
    """Report that an approved action which no partner carries out is in effect."""
    return course.carry_out_action(book, caller, measure_id, given.reason, key=key)


@router.post("/measures/{measure_id}/finish", may=ACTION_PROPOSERS, response_model=ActionOut)
def finish(caller: Caller, book: Book, measure_id: Id, key: Key, given: MeasureReasonIn) -> object:
    """Report that an action in effect has done its work."""
    return course.finish_action(book, caller, measure_id, given.reason, key=key)


@router.post("/measures/{measure_id}/withdraw", may=ACTION_TEAMS, response_model=ActionOut)
def withdraw(caller: Caller, book: Book, measure_id: Id, key: Key, given: MeasureReasonIn) -> object:
    """Take an action back before it has left."""
    return course.withdraw_action(book, caller, measure_id, given.reason, key=key)


@router.post("/measures/{measure_id}/lift", may=ACTION_TEAMS, response_model=ActionOut)
def lift(caller: Caller, book: Book, measure_id: Id, key: Key, given: MeasureReasonIn) -> object:
    """End an action that has left; its partner is told until it confirms."""
    return course.lift_action(book, caller, measure_id, given.reason, key=key)
