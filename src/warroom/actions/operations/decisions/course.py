"""A running operation: notes on the shared time line, results, and the end report."""

from collections.abc import Sequence
from datetime import datetime
from typing import get_args

from warroom.access import role_groups
from warroom.actions.operations.queries import build_line_view, build_result_view
from warroom.actions.operations.render import build_operation_view
from warroom.actions.operations.rows import (
    add_timeline_line,
    lock_operation_for_officer,
    log_operation,
    require_state,
)
from warroom.actions.operations.views import LineView, OperationView, ResultKind, ResultView
from warroom.actions.schema import Operation, OperationPlace, OperationResult, OperationTimeline
from warroom.cases.stated import REASON_SIGNS, require_reason
from warroom.errors import NotFound, NotPossible
from warroom.ledger import deadlines
from warroom.ledger.decision import Decision, open_decision
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.sentences.sentence import Sentence

# References of one result, and characters of a report; chosen, not measured.
MOST_REFERENCES = 100
REPORT_SIGNS = 20_000


def add_operation_note(
    ledger: Ledger,
    officer: Officer,
    operation_id: int,
    text: str,
    place: int | None = None,
    *,
    key: str,
    now: datetime | None = None,
) -> LineView:
    """Add a line to the time line that all agencies share. Raises NotAllowed, NotFound or NotPossible."""
    text = require_reason(text, "actions.note-empty")
    with open_decision(ledger, officer, now=now) as this:
        operation = lock_operation_for_officer(this, operation_id, *role_groups.ACTION_TEAMS)
        repeat = this.find_earlier_result(key, "joint.said", operation_id, text, place)
        if repeat is not None:
            return build_line_view(this.session, this.session.get_one(OperationTimeline, repeat[0]))
        require_state(operation, "planned", "go")
        _check_place(this, operation, place)
        line = add_timeline_line(this, operation, "said", text, place)
        this.save_result(line.id)
        log_operation(this, "joint.said", operation, {"text": text, "place": place})
        return build_line_view(this.session, line)


def report_result(
    ledger: Ledger,
    officer: Officer,
    operation_id: int,
    place: int,
    kind: ResultKind,
    count: int,
    amount: int = 0,
    references: Sequence[str] = (),
    remark: str = "",
    *,
    key: str,
    now: datetime | None = None,
) -> ResultView:
    """Report what was found at a place: a count, its worth in satang, and the numbers under which it is registered.

    People are counted and named by the numbers of their screenings alone. Raises NotAllowed, NotFound, or NotPossible
    for figures that do not fit or people without as many numbers.
    """
    detail = {"place": place, "kind": kind, "count": count, "amount": amount, "references": list(references)}
    _check_result(kind, count, amount, references)
    with open_decision(ledger, officer, now=now) as this:
        operation = lock_operation_for_officer(this, operation_id, *role_groups.ACTION_TEAMS)
        repeat = this.find_earlier_result(key, "joint.found", operation_id, *detail.values(), remark)
        if repeat is not None:
            return build_result_view(this.session, this.session.get_one(OperationResult, repeat[0]))
        # Only under way: what is reported before the go was not found by this operation.
        require_state(operation, "go")
        _check_place(this, operation, place)
        row = OperationResult(
            operation_id=operation.id,
            place=place,
            kind=kind,
            count=count,
            amount=amount,
            refs=list(references),
            note=remark.strip()[:REASON_SIGNS],
            officer_id=this.person.id,
            at=this.now,
        )
        this.session.add(row)
        # On the time line the figure alone: all agencies read it, and the numbers lead to people.
        add_timeline_line(this, operation, "result", f"{count} {kind}", place)
        this.save_result(row.id)
        log_operation(this, "joint.found", operation, detail)
        return build_result_view(this.session, row)


def _check_result(kind: str, count: int, amount: int, references: Sequence[str]) -> None:
    if kind not in get_args(ResultKind):
        raise NotPossible("actions.no-such-result-kind")
    if not 0 <= count <= 10**6 or not 0 <= amount <= 10**15:
        raise NotPossible("actions.result-unfit")
    if len(references) > MOST_REFERENCES or any(not 0 < len(reference) <= 64 for reference in references):
        raise NotPossible("actions.too-many-references", most=MOST_REFERENCES)
    # Nobody is taken from a place without a screening: as many people as numbers, or somebody was passed over.
    if kind == "person" and len(references) != count:
        raise NotPossible("actions.screenings-missing")


def _check_place(this: Decision, operation: Operation, place: int | None) -> None:
    if place is not None and this.session.get(OperationPlace, (operation.id, place)) is None:
        raise NotFound("actions.no-such-place", place=place)


def finish_operation(
    ledger: Ledger, officer: Officer, operation_id: int, report: str, *, key: str, now: datetime | None = None
) -> OperationView:
    """End an operation with its report. Actions that are still in effect go on under their own clocks.

    Raises NotAllowed, NotFound, or NotPossible without a report or where it is not under way.
    """
    report = report.strip()
    if not report:
        raise NotPossible("actions.operation-report-missing")
    with open_decision(ledger, officer, now=now) as this:
        operation = lock_operation_for_officer(this, operation_id, *role_groups.OPERATION_DECIDERS)
        if this.find_earlier_result(key, "joint.end", operation_id, report) is None:
            # What never had its go is called off, with a reason, and does not end with a report.
            require_state(operation, "go")
            operation.state, operation.ended_at = "ended", this.now
            operation.report = report[:REPORT_SIGNS]
            deadlines.meet_deadlines(this.session, "joint", operation.id)
            add_timeline_line(this, operation, "end", Sentence("actions.line-ended"))
            this.save_result(operation.id)
            log_operation(this, "joint.ended", operation, {"report": report})
        return build_operation_view(this.session, operation, this.now, this.person)
