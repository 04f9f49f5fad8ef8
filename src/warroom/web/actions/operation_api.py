"""Joint operations: plan, readiness, approval of all actions, go and no-go, time line, results, report."""

from datetime import datetime
from typing import Annotated

from fastapi import Query
from pydantic import AfterValidator, Field

from warroom.access.role_groups import ACTION_TEAMS, CASE_READERS, OPERATION_DECIDERS, OPERATION_PLANNERS
from warroom.actions.operations import queries
from warroom.actions.operations.decisions import course, go_ahead, plans, preparation
from warroom.actions.operations.decisions.plans import OperationPlan
from warroom.actions.operations.views import (
    LineView,
    OperationLine,
    OperationState,
    OperationView,
    PlannedPlace,
    Readiness,
    ResultKind,
    ResultView,
)
from warroom.web.actions.api import (
    Code,
    DeadlineOut,
    DocumentIn,
    DocumentOut,
    MeasureIn,
    MeasureReasonIn,
    SeenIn,
)
from warroom.web.kit.answers import make_list_type, make_page_answer, make_view_answer
from warroom.web.kit.api import (
    NO_AMOUNT,
    BahtIn,
    Body,
    Book,
    Caller,
    Key,
    Line,
    Moment,
    Text,
    make_area_router,
)
from warroom.web.kit.shapes import LARGEST_ID, Id, Limit, Offset

router = make_area_router("joint operations")

Words = Annotated[str, Field(max_length=200, pattern=r"^[^\x00-\x1f]*$")]
PlaceNumber = Annotated[int, Field(ge=1, le=1_000)]
ReportText = Annotated[
    str, Field(min_length=1, max_length=20_000, pattern=r"^[^\x00-\x08\x0b\x0c\x0e-\x1f]*$")
]


def _check_hour(hour: datetime) -> datetime:
    if not 2000 <= hour.year <= 2200:
        raise ValueError("the hour lies beyond any plan")
    return hour


class PlaceShape(Body):
    """A place; `note` is what the team there must know, never who lives there."""

    name: Line
    province: Line
    note: Words = ""


class PlanIn(Body):
    """A joint operation with all its actions: planned in one step or not at all."""

    title: Line
    hour: Annotated[Moment, AfterValidator(_check_hour)]
    raid: bool
    places: Annotated[list[PlaceShape], Field(min_length=1, max_length=200)]
    agencies: Annotated[list[Code], Field(min_length=1, max_length=50)]
    measures: Annotated[list[MeasureIn], Field(max_length=500, default_factory=list)]
    case: Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,40}$")] | None = None

    def to_plan(self) -> OperationPlan:
        """As the services take it."""
        return OperationPlan(
            self.title,
            self.hour,
            tuple(PlannedPlace(place.name, place.province, place.note) for place in self.places),
            tuple(self.agencies),
            self.raid,
            tuple(measure.to_draft() for measure in self.measures),
            self.case,
        )


class ReadinessIn(Body):
    """The caller's agency's own word; not ready needs a reason."""

    readiness: Readiness
    reason: Text = ""


class LineIn(Body):
    """A line for the time line, of one place or of all."""

    text: Text
    place: PlaceNumber | None = None


class ResultIn(Body):
    """What was found at a place; people with the number of each one's screening."""

    place: PlaceNumber
    kind: ResultKind
    count: Annotated[int, Field(ge=0, le=1_000_000)]
    amount: Annotated[BahtIn, NO_AMOUNT] = 0
    references: Annotated[
        list[Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,64}$")]],
        Field(max_length=100, default_factory=list),
    ]
    note: Text = ""


class ReportIn(Body):
    """The end report."""

    report: ReportText


OperationOut = make_view_answer(OperationView, of=(DocumentOut, DeadlineOut))
OperationLineOut = make_view_answer(OperationLine)
Operations = make_page_answer(OperationLineOut, "Operations", "A page of operations, the latest hour first.")
LineOut = make_view_answer(LineView, "OperationEventOut")
ResultOut = make_view_answer(ResultView)


@router.get("/operations", may=CASE_READERS, response_model=Operations)
def listed(
    caller: Caller, book: Book, limit: Limit = 50, offset: Offset = 0, state: OperationState | None = None
) -> object:
    """Joint operations of a state, or all."""
    rows, total = queries.list_operations(book, caller, state=state or "", limit=limit, offset=offset)
    return {"rows": rows, "total": total}


@router.post("/operations", may=OPERATION_PLANNERS, response_model=OperationOut, status_code=201)
def plan(caller: Caller, book: Book, key: Key, given: PlanIn) -> object:
    """Plan an operation with all its actions."""
    return plans.plan_operation(book, caller, given.to_plan(), key=key)


@router.get("/operations/{operation_id}", may=CASE_READERS, response_model=OperationOut)
def one(caller: Caller, book: Book, operation_id: Id) -> object:
    """An operation as it stands; the look is logged."""
    return queries.load_operation(book, caller, operation_id)


@router.post("/operations/{operation_id}/readiness", may=ACTION_TEAMS, response_model=OperationOut)
def readiness(caller: Caller, book: Book, operation_id: Id, key: Key, given: ReadinessIn) -> object:
    """Say whether the caller's own agency is ready."""
    return preparation.say_readiness(book, caller, operation_id, given.readiness, given.reason, key=key)


@router.post(
    "/operations/{operation_id}/documents",
    may=OPERATION_PLANNERS,
    response_model=OperationOut,
    status_code=201,
)
def attach(caller: Caller, book: Book, operation_id: Id, key: Key, given: DocumentIn) -> object:
    """Lay a document with the whole operation."""
    return preparation.attach_document(book, caller, operation_id, given.prerequisite, given.content, key=key)


@router.post("/operations/{operation_id}/approve", may=ACTION_TEAMS, response_model=OperationOut)
def approve(caller: Caller, book: Book, operation_id: Id, key: Key, given: SeenIn) -> object:
    """Approve all actions that wait for the caller: all or none."""
    return preparation.approve_all(book, caller, operation_id, given.digest, key=key)


@router.post("/operations/{operation_id}/go", may=OPERATION_DECIDERS, response_model=OperationOut)
def go(caller: Caller, book: Book, operation_id: Id, key: Key, given: SeenIn) -> object:
    """Say go on the board as seen; with the second officer's word everything leaves."""
    return go_ahead.give_go(book, caller, operation_id, given.digest, key=key)


@router.post("/operations/{operation_id}/no-go", may=OPERATION_DECIDERS, response_model=OperationOut)
def no_go(caller: Caller, book: Book, operation_id: Id, key: Key, given: MeasureReasonIn) -> object:
    """Call the operation off."""
    return go_ahead.call_off(book, caller, operation_id, given.reason, key=key)


@router.post("/operations/{operation_id}/finish", may=OPERATION_DECIDERS, response_model=OperationOut)
def finish(caller: Caller, book: Book, operation_id: Id, key: Key, given: ReportIn) -> object:
    """End the operation with its report."""
    return course.finish_operation(book, caller, operation_id, given.report, key=key)


@router.get("/operations/{operation_id}/timeline", may=CASE_READERS, response_model=make_list_type(LineOut))
def timeline(
    caller: Caller,
    book: Book,
    operation_id: Id,
    after: Annotated[int, Query(ge=0, le=LARGEST_ID)] = 0,
    limit: Limit = 200,
) -> object:
    """The time line after a line's number, the oldest first."""
    return queries.list_timeline(book, caller, operation_id, after=after, limit=limit)


@router.post("/operations/{operation_id}/timeline", may=ACTION_TEAMS, response_model=LineOut, status_code=201)
def say(caller: Caller, book: Book, operation_id: Id, key: Key, given: LineIn) -> object:
    """Add a line to the time line that all agencies share."""
    return course.add_operation_note(book, caller, operation_id, given.text, given.place, key=key)


@router.get("/operations/{operation_id}/results", may=CASE_READERS, response_model=make_list_type(ResultOut))
def results(caller: Caller, book: Book, operation_id: Id) -> object:
    """Everything found so far."""
    return queries.list_results(book, caller, operation_id)


@router.post(
    "/operations/{operation_id}/results", may=ACTION_TEAMS, response_model=ResultOut, status_code=201
)
def found(caller: Caller, book: Book, operation_id: Id, key: Key, given: ResultIn) -> object:
    """Report what was found at a place."""
    return course.report_result(
        book,
        caller,
        operation_id,
        given.place,
        given.kind,
        given.count,
        given.amount,
        given.references,
        given.note,
        key=key,
    )
