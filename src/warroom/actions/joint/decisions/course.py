"""While it runs: the shared time line, what is found, and the end report."""

from collections.abc import Sequence
from datetime import datetime
from typing import get_args

from sqlalchemy.orm import Session

from warroom import clock
from warroom.access import role_groups
from warroom.actions.joint.queries import _line, _result
from warroom.actions.joint.render import view
from warroom.actions.joint.rows import in_state, locked, note
from warroom.actions.joint.views import LineView, OperationView, ResultKind, ResultView
from warroom.actions.schema import (
    Operation,
    OperationPlace,
    OperationResult,
    OperationTimeline,
)
from warroom.cases.holds import REASON_SIGNS
from warroom.cases.schema import Case
from warroom.errors import NotFound, NotPossible
from warroom.ledger import deadlines, idempotency
from warroom.ledger.audit import writing
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.sentences.sentence import Sentence

MOST_REFERENCES = 100


def say(
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
    now = now or clock.now()
    text = text.strip()[:REASON_SIGNS]
    if not text:
        raise NotPossible("actions.note-empty")
    with ledger.session() as session:
        operation, person = locked(session, officer, operation_id, now, *role_groups.ACTION_TEAMS)
        repeat = idempotency.first_time(session, person, key, ["joint.said", operation_id, text, place], now)
        if repeat is not None:
            return _line(session, session.get_one(OperationTimeline, repeat[0]))
        in_state(operation, "planned", "go")
        _known_place(session, operation, place)
        line = note(session, operation, person, "said", text, now, place)
        idempotency.keep(session, person, key, [line.id])
        detail = {"text": text, "place": place}
        number = _number(session, operation)
        writing.append(session, officer, "joint.said", f"joint:{operation.id}", detail, case=number, at=now)
        return _line(session, line)


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
    now = now or clock.now()
    _fit(kind, count, amount, references)
    with ledger.session() as session:
        operation, person = locked(session, officer, operation_id, now, *role_groups.ACTION_TEAMS)
        request = ["joint.found", operation_id, place, kind, count, amount, list(references), remark]
        repeat = idempotency.first_time(session, person, key, request, now)
        if repeat is not None:
            return _result(session, session.get_one(OperationResult, repeat[0]))
        in_state(operation, "go")
        _known_place(session, operation, place)
        row = OperationResult(
            operation_id=operation.id,
            place=place,
            kind=kind,
            count=count,
            amount=amount,
            refs=list(references),
            note=remark.strip()[:REASON_SIGNS],
            officer_id=person.id,
            at=now,
        )
        session.add(row)
        note(session, operation, person, "result", f"{count} {kind}", now, place)
        idempotency.keep(session, person, key, [row.id])
        detail = {
            "place": place,
            "kind": kind,
            "count": count,
            "amount": amount,
            "references": list(references),
        }
        number = _number(session, operation)
        writing.append(session, officer, "joint.found", f"joint:{operation.id}", detail, case=number, at=now)
        return _result(session, row)


def _fit(kind: str, count: int, amount: int, references: Sequence[str]) -> None:
    if kind not in get_args(ResultKind):
        raise NotPossible("actions.no-such-result-kind")
    if not 0 <= count <= 10**6 or not 0 <= amount <= 10**15:
        raise NotPossible("actions.result-unfit")
    if len(references) > MOST_REFERENCES or any(not 0 < len(one) <= 64 for one in references):
        raise NotPossible("actions.too-many-references", most=MOST_REFERENCES)
    if kind == "person" and len(references) != count:
        raise NotPossible("actions.screenings-missing")


def _known_place(session: Session, operation: Operation, place: int | None) -> None:
    if place is not None and session.get(OperationPlace, (operation.id, place)) is None:
        raise NotFound("actions.no-such-place", place=place)


def finish(
    ledger: Ledger, officer: Officer, operation_id: int, report: str, *, key: str, now: datetime | None = None
) -> OperationView:
    """End an operation with its report. Actions that are still in effect go on under their own clocks.

    Raises NotAllowed, NotFound, or NotPossible without a report or where it is not under way.
    """
    now = now or clock.now()
    report = report.strip()
    if not report:
        raise NotPossible("actions.operation-report-missing")
    with ledger.session() as session:
        operation, person = locked(session, officer, operation_id, now, *role_groups.OPERATION_DECIDERS)
        if idempotency.first_time(session, person, key, ["joint.end", operation_id, report], now) is None:
            in_state(operation, "go")
            operation.state, operation.ended_at, operation.report = "ended", now, report[:20_000]
            deadlines.meet(session, "joint", operation.id)
            note(session, operation, person, "end", Sentence("actions.line-ended"), now)
            idempotency.keep(session, person, key, [operation.id])
            number = _number(session, operation)
            writing.append(
                session,
                officer,
                "joint.ended",
                f"joint:{operation.id}",
                {"report": report},
                case=number,
                at=now,
            )
        return view(session, operation, now, person)


def _number(session: Session, operation: Operation) -> str | None:
    return session.get_one(Case, operation.case_id).number if operation.case_id is not None else None
