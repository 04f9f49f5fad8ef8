"""Approving and declining: who may, on what they have seen, under the law in force at that moment."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from warroom import clock
from warroom.actions import legal_basis, states
from warroom.actions.dossier import Dossier, dossiers
from warroom.actions.emitting import emit
from warroom.actions.render import view
from warroom.actions.rows import case_number, locked
from warroom.actions.schema import Action, ActionApproval, Operation
from warroom.actions.views import ActionView
from warroom.cases.holds import REASON_SIGNS
from warroom.errors import NotPossible
from warroom.law.kinds.declarations import prerequisite_of
from warroom.law.kinds.named import named
from warroom.ledger import deadlines, idempotency
from warroom.ledger.audit import leaf, writing
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.ledger.schema import OfficerRow
from warroom.sentences.sentence import Sentence


def approve(
    ledger: Ledger, officer: Officer, measure_id: int, digest: str, *, key: str, now: datetime | None = None
) -> ActionView:
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
            if idempotency.first_time(session, person, key, request, now) is None:
                [table] = dossiers(session, [measure], now).values()
                if table.digest != digest:
                    _in_time(measure, now)
                    raise NotPossible("actions.table-changed")
                entries = agree(session, officer, person, [table], now)
                idempotency.keep(session, person, key, [measure.id])
                writing.append_many(session, entries)
                return view(session, measure, now, table)
            return view(session, measure, now)
    except IntegrityError as problem:
        raise NotPossible("actions.decided-meanwhile") from problem


def agree(
    session: Session, officer: Officer, person: OfficerRow, found: Sequence[Dossier], now: datetime
) -> list[leaf.Entry]:
    """One officer's approval of these locked actions as they lie; returns the log's rows. Either all or none."""
    seen = {one.measure.id: one.digest for one in found}
    for one in found:
        _may(session, one, person, seen[one.measure.id], now)
    given = [
        ActionApproval(action_id=number, officer_id=person.id, digest=digest, at=now)
        for number, digest in seen.items()
    ]
    session.add_all(given)
    session.flush()
    for one, approval in zip(found, given, strict=True):
        one.approvals.append(approval)
    complete = [one for one in found if len(one.agreed(seen[one.measure.id])) >= one.measure.needed]
    _decide(session, complete, person, now)
    return [_entry(session, officer, one, seen[one.measure.id], now) for one in found]


def _may(session: Session, one: Dossier, person: OfficerRow, seen: str, now: datetime) -> None:
    """Raises NotPossible with the first reason why this officer may not approve this table."""
    measure = one.measure
    _in_time(measure, now)
    if measure.apart and measure.proposed_by == person.id:
        raise NotPossible("actions.proposed-by-you")
    if person.id in one.agreed(seen):
        raise NotPossible("actions.approved-by-you")
    if one.missing:
        titles = ", ".join(prerequisite_of(name).title.en.lower() for name in one.missing)
        raise NotPossible("actions.documents-missing", documents=named(titles))
    if one.stopped:
        raise NotPossible(one.stopped[0])
    legal_basis.usable(session, one.kind, now)


def _in_time(measure: Action, now: datetime) -> None:
    if measure.state != "proposed":
        raise states.decided(measure)
    if now >= measure.decide_by:
        raise NotPossible("actions.too-late-to-decide")


def _decide(session: Session, complete: list[Dossier], person: OfficerRow, now: datetime) -> None:
    """Enough officers agree: the law is fixed, clocks run, and what need not wait for an operation's go is sent."""
    if not complete:
        return
    for one in complete:
        measure, rule = one.measure, one.rule
        measure.rule_id, measure.rule_digest, measure.approved_at = rule.id, rule.digest, now
        measure.until = _until(session, one, now)
    for changed in (False, True):
        these = [one.measure for one in complete if (one.rule.digest != one.measure.proposed_rule) == changed]
        states.move(
            session,
            these,
            "approved",
            now,
            person.id,
            Sentence("actions.line-law-changed") if changed else "",
        )
    deadlines.meet_many(session, "measure", [one.measure.id for one in complete], "decide")
    deadlines.start_many(
        session, "measure", [due for one in complete for due in _clocks(one, now)], first=True
    )
    emit(session, _leaving(session, complete), "measure", "", now)


def _until(session: Session, one: Dossier, now: datetime) -> datetime | None:
    """When it ends by itself, never later than its law lets it last; counted from an operation's hour where it waits
    for one.
    """
    spans = [span for span in (one.kind.lapse_after, one.rule.lasts) if span is not None]
    if one.kind.lapse_after is None:
        return None
    joint = session.get(Operation, one.measure.operation_id) if one.measure.operation_id else None
    return (max(now, joint.hour) if joint else now) + min(spans)


def _clocks(one: Dossier, now: datetime) -> list[deadlines.Due]:
    measure, warn = one.measure, one.kind.warn_before
    if measure.until is None:
        return []
    due = [deadlines.Due(measure.id, "lapse", measure.until, measure.case_id)]
    if warn is not None and measure.until - warn > now:
        due.append(deadlines.Due(measure.id, "lapse_warning", measure.until - warn, measure.case_id))
    return due


def _leaving(session: Session, complete: list[Dossier]) -> list[Dossier]:
    """What goes out at once: all that stands alone, and within an operation what has its go."""
    joint = {one.measure.operation_id for one in complete if one.measure.operation_id is not None}
    query = select(Operation.id).where(Operation.id.in_(joint), Operation.state == "go")
    free = {None, *(session.scalars(query) if joint else ())}
    return [one for one in complete if one.measure.operation_id in free]


def _entry(session: Session, officer: Officer, one: Dossier, seen: str, now: datetime) -> leaf.Entry:
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
    return leaf.Entry(officer, "measure.approved", f"measure:{measure.id}", detail, number, now)


def decline(
    ledger: Ledger, officer: Officer, measure_id: int, reason: str, *, key: str, now: datetime | None = None
) -> ActionView:
    """Decide against a proposed action, with a reason; one officer who may approve it is enough.

    Raises NotAllowed, NotFound, or NotPossible without a reason or where it is decided already.
    """
    now = now or clock.now()
    reason = reason.strip()[:REASON_SIGNS]
    if not reason:
        raise NotPossible("actions.decline-reason-missing")
    with ledger.session() as session:
        measure, _, person = locked(session, officer, measure_id, now, "approves")
        if idempotency.first_time(session, person, key, ["measure.decline", measure_id, reason], now) is None:
            if measure.state != "proposed":
                raise states.decided(measure)
            states.move(session, [measure], "declined", now, person.id, reason)
            deadlines.meet(session, "measure", measure.id)
            idempotency.keep(session, person, key, [measure.id])
            number = case_number(session, measure)
            subject, detail = f"measure:{measure.id}", {"reason": reason}
            writing.append(session, officer, "measure.declined", subject, detail, case=number, at=now)
        return view(session, measure, now)
