"""Approving and declining: who may, on what they have seen, under the law in force at that moment."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from warroom import clock
from warroom.errors import NotPossible
from warroom.operations import audit, deadlines, once
from warroom.operations.holds import REASON_SIGNS
from warroom.operations.kinds import prerequisite_of
from warroom.operations.ledger import Ledger
from warroom.operations.measures import basis, states
from warroom.operations.measures.emitting import emit
from warroom.operations.measures.render import view
from warroom.operations.measures.rows import case_number, locked
from warroom.operations.measures.table import Table, tables
from warroom.operations.schema import OfficerRow
from warroom.operations.schema.measures import Measure, MeasureApproval, Operation
from warroom.operations.views import Officer
from warroom.operations.views.measures import MeasureView

NEW_LAW = "The law has changed since the proposal; decided under the one in force now."


def approve(
    ledger: Ledger, officer: Officer, measure_id: int, digest: str, *, key: str, now: datetime | None = None
) -> MeasureView:
    """Approve an action as it lies on the table; with the last officer whom its kind asks for, its order goes out.

    `digest` is `MeasureView.digest` as the officer saw it. Raises NotAllowed without a role that approves this kind,
    NotFound, or NotPossible: where the table or the law has changed since, a document is missing or says what must not
    pass, no lawyer has confirmed the rule, the time to decide is over, somebody has decided already, the officer has
    approved before, or proposed what must be kept apart.
    """
    now = now or clock.now()
    try:
        with ledger.session() as session:
            measure, _, person = locked(session, officer, measure_id, now, "approves")
            request = ["measure.approve", measure_id, digest]
            if once.first_time(session, person, key, request, now) is None:
                [table] = tables(session, [measure], now).values()
                if table.digest != digest:
                    _in_time(measure, now)
                    raise NotPossible("What lies on the table has changed since; look again, then decide.")
                entries = agree(session, officer, person, [table], now)
                once.keep(session, person, key, [measure.id])
                audit.append_many(session, entries)
                return view(session, measure, now, table)
            return view(session, measure, now)
    except IntegrityError as problem:
        raise NotPossible("Another officer has just decided on this; look at it again.") from problem


def agree(
    session: Session, officer: Officer, person: OfficerRow, found: Sequence[Table], now: datetime
) -> list[audit.Entry]:
    """One officer's approval of these locked actions as they lie; returns the log's rows. Either all or none."""
    seen = {one.measure.id: one.digest for one in found}
    for one in found:
        _may(session, one, person, seen[one.measure.id], now)
    given = [
        MeasureApproval(measure_id=number, officer_id=person.id, digest=digest, at=now)
        for number, digest in seen.items()
    ]
    session.add_all(given)
    session.flush()
    for one, approval in zip(found, given, strict=True):
        one.approvals.append(approval)
    complete = [one for one in found if len(one.agreed(seen[one.measure.id])) >= one.measure.needed]
    _decide(session, complete, person, now)
    return [_entry(session, officer, one, seen[one.measure.id], now) for one in found]


def _may(session: Session, one: Table, person: OfficerRow, seen: str, now: datetime) -> None:
    """Raises NotPossible with the first reason why this officer may not approve this table."""
    measure = one.measure
    _in_time(measure, now)
    if measure.apart and measure.proposed_by == person.id:
        raise NotPossible("You proposed this action; other officers must approve it.")
    if person.id in one.agreed(seen):
        raise NotPossible("You have approved this action already; a second officer must do so now.")
    if one.missing:
        titles = ", ".join(prerequisite_of(name).title.en.lower() for name in one.missing)
        raise NotPossible(f"The action lacks what must lie with it ({titles}); attach it first.")
    if one.stopped:
        raise NotPossible(one.stopped[0])
    basis.usable(session, one.kind, now)


def _in_time(measure: Measure, now: datetime) -> None:
    if measure.state != "proposed":
        raise states.decided(measure)
    if now >= measure.decide_by:
        raise NotPossible("The time to decide on this action has run out; propose it again.")


def _decide(session: Session, complete: list[Table], person: OfficerRow, now: datetime) -> None:
    """Enough officers agree: the law is fixed, clocks run, and what need not wait for an operation's go is sent."""
    if not complete:
        return
    for one in complete:
        measure, rule = one.measure, one.rule
        measure.rule_id, measure.rule_digest, measure.approved_at = rule.id, rule.digest, now
        measure.until = _until(session, one, now)
    for changed in (False, True):
        these = [one.measure for one in complete if (one.rule.digest != one.measure.proposed_rule) == changed]
        states.move(session, these, "approved", now, person.id, NEW_LAW if changed else "")
    deadlines.meet_many(session, "measure", [one.measure.id for one in complete], "decide")
    deadlines.start_many(
        session, "measure", [due for one in complete for due in _clocks(one, now)], first=True
    )
    emit(session, _leaving(session, complete), "measure", "", now)


def _until(session: Session, one: Table, now: datetime) -> datetime | None:
    """When it ends by itself, never later than its law lets it last; counted from an operation's hour where it waits
    for one.
    """
    spans = [span for span in (one.kind.lapse_after, one.rule.lasts) if span is not None]
    if one.kind.lapse_after is None:
        return None
    joint = session.get(Operation, one.measure.operation_id) if one.measure.operation_id else None
    return (max(now, joint.hour) if joint else now) + min(spans)


def _clocks(one: Table, now: datetime) -> list[deadlines.Due]:
    measure, warn = one.measure, one.kind.warn_before
    if measure.until is None:
        return []
    due = [deadlines.Due(measure.id, "lapse", measure.until, measure.case_id)]
    if warn is not None and measure.until - warn > now:
        due.append(deadlines.Due(measure.id, "lapse_warning", measure.until - warn, measure.case_id))
    return due


def _leaving(session: Session, complete: list[Table]) -> list[Table]:
    """What goes out at once: all that stands alone, and within an operation what has its go."""
    joint = {one.measure.operation_id for one in complete if one.measure.operation_id is not None}
    query = select(Operation.id).where(Operation.id.in_(joint), Operation.state == "go")
    free = {None, *(session.scalars(query) if joint else ())}
    return [one for one in complete if one.measure.operation_id in free]


def _entry(session: Session, officer: Officer, one: Table, seen: str, now: datetime) -> audit.Entry:
    measure = one.measure
    detail = {
        "kind": measure.kind,
        "digest": seen,
        "state": measure.state,
        "rule": [one.rule.id, one.rule.digest],
        "law_changed": one.rule.digest != measure.proposed_rule,
        "until": measure.until,
    }
    number = case_number(session, measure)
    return audit.Entry(officer, "measure.approved", f"measure:{measure.id}", detail, number, now)


def decline(
    ledger: Ledger, officer: Officer, measure_id: int, reason: str, *, key: str, now: datetime | None = None
) -> MeasureView:
    """Decide against a proposed action, with a reason; one officer who may approve it is enough.

    Raises NotAllowed, NotFound, or NotPossible without a reason or where it is decided already.
    """
    now = now or clock.now()
    reason = reason.strip()[:REASON_SIGNS]
    if not reason:
        raise NotPossible("Declining an action needs a reason; write one.")
    with ledger.session() as session:
        measure, _, person = locked(session, officer, measure_id, now, "approves")
        if once.first_time(session, person, key, ["measure.decline", measure_id, reason], now) is None:
            if measure.state != "proposed":
                raise states.decided(measure)
            states.move(session, [measure], "declined", now, person.id, reason)
            deadlines.meet(session, "measure", measure.id)
            once.keep(session, person, key, [measure.id])
            number = case_number(session, measure)
            subject, detail = f"measure:{measure.id}", {"reason": reason}
            audit.append(session, officer, "measure.declined", subject, detail, case=number, at=now)
        return view(session, measure, now)
