"""Approving and declining: who may, on what they have seen, under the law in force at that moment."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from warroom.actions import legal_basis, states, steps
from warroom.actions.dossier import Dossier, dossiers
from warroom.actions.emitting import emit
from warroom.actions.render import view
from warroom.actions.rows import locked, log
from warroom.actions.schema import Action, ActionApproval, Operation
from warroom.actions.views import ActionView
from warroom.cases.stated import stated
from warroom.errors import NotPossible
from warroom.law.kinds.declarations import prerequisite_of
from warroom.law.kinds.named import named
from warroom.ledger import deadlines
from warroom.ledger.decision import Decision, decision
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.sentences.sentence import Sentence


def approve(
    ledger: Ledger, officer: Officer, measure_id: int, digest: str, *, key: str, now: datetime | None = None
) -> ActionView:
    """Approve an action as it lies on the table; with the last officer whom its kind asks for, its order goes out.

    `digest` is `ActionView.digest` as the officer saw it. Raises NotAllowed without a role that approves this kind,
    NotFound, or NotPossible: where the table or the law has changed since, a document is missing or says what must not
    pass, no lawyer has confirmed the rule, the time to decide is over, somebody has decided already, the officer has
    approved before, or proposed what must be kept apart.
    """
    with decision(ledger, officer, now=now, clash="actions.decided-meanwhile") as this:
        measure, table = locked(this, measure_id, "approves"), None
        if this.before(key, "measure.approve", measure_id, digest) is None:
            [table] = dossiers(this.session, [measure], this.now).values()
            if table.digest != digest:
                # Too late is said before "look again": looking again would not help.
                _in_time(measure, this.now)
                raise NotPossible("actions.table-changed")
            agree(this, [table])
            this.keep(measure.id)
        return view(this.session, measure, this.now, table)


def agree(this: Decision, found: Sequence[Dossier]) -> None:
    """The officer's approval of these locked actions as they lie, with a row of the log for each. Either all or none."""
    this.trust_clock()  # its end is counted from now and stands in the order
    # Taken once: a digest is a hash over the whole table, and approvals below change nothing in it.
    seen = {one.measure.id: one.digest for one in found}
    for one in found:
        _may(this, one, seen[one.measure.id])
    given = [
        ActionApproval(action_id=number, officer_id=this.person.id, digest=digest, at=this.now)
        for number, digest in seen.items()
    ]
    this.session.add_all(given)
    this.session.flush()
    for one, approval in zip(found, given, strict=True):
        one.approvals.append(approval)
    # Words on an older table do not count, however many: what some have not seen is not decided.
    _decide(this, [one for one in found if len(one.agreed(seen[one.measure.id])) >= one.measure.needed])
    for one in found:
        log(this, "measure.approved", one.measure, _told(one, seen[one.measure.id]))


def _may(this: Decision, one: Dossier, seen: str) -> None:
    """Raises NotPossible with the first reason why this officer may not approve this table."""
    measure = one.measure
    _in_time(measure, this.now)
    # What an officer can never mend is said before what they can: who proposed it need not fetch documents first.
    if measure.apart and measure.proposed_by == this.person.id:
        raise NotPossible("actions.proposed-by-you")
    if this.person.id in one.agreed(seen):
        raise NotPossible("actions.approved-by-you")
    if one.missing:
        titles = ", ".join(prerequisite_of(name).title.en.lower() for name in one.missing)
        raise NotPossible("actions.documents-missing", documents=named(titles))
    if one.stopped:
        raise NotPossible(one.stopped[0])
    legal_basis.usable(this.session, one.kind, this.now)


def _in_time(measure: Action, now: datetime) -> None:
    if measure.state != "proposed":
        raise states.decided(measure)
    # The deadline may strike a minute late; the time to decide is over all the same.
    if now >= measure.decide_by:
        raise NotPossible("actions.too-late-to-decide")


def _decide(this: Decision, complete: list[Dossier]) -> None:
    """Enough officers agree: the law is fixed, clocks run, and what need not wait for an operation's go is sent."""
    if not complete:
        return
    session, now = this.session, this.now
    for one in complete:
        measure, rule = one.measure, one.rule
        measure.rule_id, measure.rule_digest, measure.approved_at = rule.id, rule.digest, now
        measure.until = _until(session, one, now)
    # Two calls, since a step carries one sentence: a law that changed since the proposal is never silent.
    for changed in (False, True):
        these = [one.measure for one in complete if (one.rule.digest != one.measure.proposed_rule) == changed]
        why = Sentence("actions.line-law-changed") if changed else ""
        states.move(session, these, "approved", now, this.person.id, why)
    deadlines.meet_many(session, "measure", [one.measure.id for one in complete], "decide")
    # `first`: an action is approved once, so that no clock of it can be running.
    clocks = [due for one in complete for due in _clocks(one, now)]
    deadlines.start_many(session, "measure", clocks, first=True)
    emit(session, _leaving(session, complete), "measure", "", now)


def _until(session: Session, one: Dossier, now: datetime) -> datetime | None:
    """When it ends by itself, never later than its law lets it last; counted from an operation's hour where it waits
    for one.
    """
    spans = [span for span in (one.kind.lapse_after, one.rule.lasts) if span is not None]
    if one.kind.lapse_after is None:
        return None
    # Planned days ahead, an action would otherwise be over before its hour.
    joint = session.get(Operation, one.measure.operation_id) if one.measure.operation_id else None
    return (max(now, joint.hour) if joint else now) + min(spans)


def _clocks(one: Dossier, now: datetime) -> list[deadlines.Due]:
    measure, warn = one.measure, one.kind.warn_before
    if measure.until is None:
        return []
    due = [deadlines.Due(measure.id, "lapse", measure.until, measure.case_id)]
    # A warning that would be due at once warns of nothing: who approved has just seen the end.
    if warn is not None and measure.until - warn > now:
        due.append(deadlines.Due(measure.id, "lapse_warning", measure.until - warn, measure.case_id))
    return due


def _leaving(session: Session, complete: list[Dossier]) -> list[Dossier]:
    """What goes out at once: all that stands alone, and within an operation what has its go."""
    # Approved after the go: the others have left, and nobody says go a second time for this one.
    joint = {one.measure.operation_id for one in complete if one.measure.operation_id is not None}
    query = select(Operation.id).where(Operation.id.in_(joint), Operation.state == "go")
    free = {None, *(session.scalars(query) if joint else ())}
    return [one for one in complete if one.measure.operation_id in free]


def _told(one: Dossier, seen: str) -> dict[str, object]:
    measure = one.measure
    return {
        "kind": measure.kind,
        "digest": seen,
        "state": measure.state,
        "rule": [one.rule.id, one.rule.digest],
        "law_changed": one.rule.digest != measure.proposed_rule,
        "until": measure.until,
    }


def decline(
    ledger: Ledger, officer: Officer, measure_id: int, reason: str, *, key: str, now: datetime | None = None
) -> ActionView:
    """Decide against a proposed action, with a reason; one officer who may approve it is enough.

    Raises NotAllowed, NotFound, or NotPossible without a reason or where it is decided already.
    """
    reason = stated(reason, "actions.decline-reason-missing")
    with decision(ledger, officer, now=now) as this:
        measure = locked(this, measure_id, *steps.DECLINE.may)
        if this.before(key, "measure.decline", measure_id, reason) is None:
            if measure.state != "proposed":
                raise states.decided(measure)
            # No digest is asked for: a no holds whatever lies on the table, and does no harm.
            states.move(this.session, [measure], "declined", this.now, this.person.id, reason)
            deadlines.meet(this.session, "measure", measure.id)
            this.keep(measure.id)
            log(this, "measure.declined", measure, {"reason": reason})
        return view(this.session, measure, this.now)
