"""Approving and declining: who may, on what they have seen, under the law in force at that moment."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from warroom.actions import legal_basis, states, steps
from warroom.actions.dossier import Dossier, load_dossiers
from warroom.actions.emitting import emit_action_orders
from warroom.actions.render import build_action_view
from warroom.actions.rows import lock_action_for_officer, log_action
from warroom.actions.schema import Action, ActionApproval, Operation
from warroom.actions.views import ActionView
from warroom.cases.stated import require_reason
from warroom.errors import NotPossible
from warroom.law.kinds.declarations import load_prerequisite
from warroom.law.kinds.named import translate_words
from warroom.ledger import deadlines
from warroom.ledger.decision import Decision, open_decision
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.sentences.sentence import Sentence


def approve_action(
    ledger: Ledger, officer: Officer, measure_id: int, digest: str, *, key: str, now: datetime | None = None
) -> ActionView:
    """Approve an action with the documents attached now; with the last approval that its kind requires, its
    order goes out.

    `digest` is `ActionView.digest` as the officer saw it. Raises NotAllowed without a role that approves this kind,
    NotFound, or NotPossible: where the dossier or the law has changed since, a document is missing or has a
    blocking value, no lawyer has confirmed the rule, the time to decide is over, it is decided already, the
    officer has approved before, or proposed it where proposer and approver must differ.
    """
    with open_decision(ledger, officer, now=now, clash="actions.decided-meanwhile") as this:
        measure, table = lock_action_for_officer(this, measure_id, "approves"), None
        if this.find_earlier_result(key, "measure.approve", measure_id, digest) is None:
            [table] = load_dossiers(this.session, [measure], this.now).values()
            if table.digest != digest:
                # Too late is said before "look again": looking again would not help.
                _check_in_time(measure, this.now)
                raise NotPossible("actions.table-changed")
            record_approvals(this, [table])
            this.save_result(measure.id)
        return build_action_view(this.session, measure, this.now, table)


def record_approvals(this: Decision, locked_dossiers: Sequence[Dossier]) -> None:
    """Record the officer's approval of these locked actions, with a row of the log for each; all or none."""
    this.require_trusted_clock()  # the action's end is computed from now and is in the order
    # Taken once: a digest is a hash over the whole table, and approvals below change nothing in it.
    seen = {dossier.measure.id: dossier.digest for dossier in locked_dossiers}
    for dossier in locked_dossiers:
        _check_may_approve(this, dossier, seen[dossier.measure.id])
    given = [
        ActionApproval(action_id=number, officer_id=this.person.id, digest=digest, at=this.now)
        for number, digest in seen.items()
    ]
    this.session.add_all(given)
    this.session.flush()
    for dossier, approval in zip(locked_dossiers, given, strict=True):
        dossier.approvals.append(approval)
    # Approvals of an older dossier do not count, however many: what some have not seen is not decided.
    _decide_complete(
        this,
        [
            dossier
            for dossier in locked_dossiers
            if len(dossier.list_approvers(seen[dossier.measure.id])) >= dossier.measure.needed
        ],
    )
    for dossier in locked_dossiers:
        log_action(
            this, "measure.approved", dossier.measure, _build_log_detail(dossier, seen[dossier.measure.id])
        )


def _check_may_approve(this: Decision, dossier: Dossier, seen: str) -> None:
    """Raises NotPossible with the first reason why this officer may not approve this table."""
    measure = dossier.measure
    _check_in_time(measure, this.now)
    # What an officer can never mend is said before what they can: who proposed it need not fetch documents first.
    if measure.apart and measure.proposed_by == this.person.id:
        raise NotPossible("actions.proposed-by-you")
    if this.person.id in dossier.list_approvers(seen):
        raise NotPossible("actions.approved-by-you")
    if dossier.missing:
        titles = ", ".join(load_prerequisite(name).title.en.lower() for name in dossier.missing)
        raise NotPossible("actions.documents-missing", documents=translate_words(titles))
    if dossier.stopped:
        raise NotPossible(dossier.stopped[0])
    legal_basis.require_usable_rule(this.session, dossier.kind, this.now)


def _check_in_time(measure: Action, now: datetime) -> None:
    if measure.state != "proposed":
        raise states.make_decided_error(measure)
    # The deadline may strike a minute late; the time to decide is over all the same.
    if now >= measure.decide_by:
        raise NotPossible("actions.too-late-to-decide")


def _decide_complete(this: Decision, complete: list[Dossier]) -> None:
    """Complete actions with enough approvals: fix the law, start deadlines, and send what need not wait for
    an operation's go.
    """
    if not complete:
        return
    session, now = this.session, this.now
    for dossier in complete:
        measure, rule = dossier.measure, dossier.rule
        measure.rule_id, measure.rule_digest, measure.approved_at = rule.id, rule.digest, now
        measure.until = _compute_end(session, dossier, now)
    # Two calls, since a step carries one sentence: a law that changed since the proposal is never silent.
    for changed in (False, True):
        these = [
            dossier.measure
            for dossier in complete
            if (dossier.rule.digest != dossier.measure.proposed_rule) == changed
        ]
        why = Sentence("actions.line-law-changed") if changed else ""
        states.move_actions(session, these, "approved", now, this.person.id, why)
    deadlines.meet_deadlines_of_many(
        session, "measure", [dossier.measure.id for dossier in complete], "decide"
    )
    # `first`: an action is approved once, so that no clock of it can be running.
    clocks = [due for dossier in complete for due in _list_deadlines(dossier, now)]
    deadlines.start_deadlines(session, "measure", clocks, first=True)
    emit_action_orders(session, _list_leaving(session, complete), "measure", "", now)


def _compute_end(session: Session, dossier: Dossier, now: datetime) -> datetime | None:
    """When it ends by itself, never later than its law lets it last; counted from an operation's hour where it waits
    for one.
    """
    spans = [span for span in (dossier.kind.lapse_after, dossier.rule.lasts) if span is not None]
    if dossier.kind.lapse_after is None:
        return None
    # Planned days ahead, an action would otherwise be over before its hour.
    operation = session.get(Operation, dossier.measure.operation_id) if dossier.measure.operation_id else None
    return (max(now, operation.hour) if operation else now) + min(spans)


def _list_deadlines(dossier: Dossier, now: datetime) -> list[deadlines.NewDeadline]:
    measure, warn = dossier.measure, dossier.kind.warn_before
    if measure.until is None:
        return []
    due = [deadlines.NewDeadline(measure.id, "lapse", measure.until, measure.case_id)]
    # A warning that would be due at once warns of nothing: who approved has just seen the end.
    if warn is not None and measure.until - warn > now:
        due.append(deadlines.NewDeadline(measure.id, "lapse_warning", measure.until - warn, measure.case_id))
    return due


def _list_leaving(session: Session, complete: list[Dossier]) -> list[Dossier]:
    """Dossiers whose orders leave at once: those of no operation, and those whose operation has its go."""
    # Approved after the go: the others have left, and nobody says go a second time for this one.
    operation_ids = {one.measure.operation_id for one in complete if one.measure.operation_id is not None}
    query = select(Operation.id).where(Operation.id.in_(operation_ids), Operation.state == "go")
    free = {None, *(session.scalars(query) if operation_ids else ())}
    return [one for one in complete if one.measure.operation_id in free]


def _build_log_detail(dossier: Dossier, seen: str) -> dict[str, object]:
    measure = dossier.measure
    return {
        "kind": measure.kind,
        "digest": seen,
        "state": measure.state,
        "rule": [dossier.rule.id, dossier.rule.digest],
        "law_changed": dossier.rule.digest != measure.proposed_rule,
        "until": measure.until,
    }


def decline_action(
    ledger: Ledger, officer: Officer, measure_id: int, reason: str, *, key: str, now: datetime | None = None
) -> ActionView:
    """Decide against a proposed action, with a reason; one officer who may approve it is enough.

    Raises NotAllowed, NotFound, or NotPossible without a reason or where it is decided already.
    """
    reason = require_reason(reason, "actions.decline-reason-missing")
    with open_decision(ledger, officer, now=now) as this:
        measure = lock_action_for_officer(this, measure_id, *steps.DECLINE.may)
        if this.find_earlier_result(key, "measure.decline", measure_id, reason) is None:
            if measure.state != "proposed":
                raise states.make_decided_error(measure)
            # No digest is required: a refusal holds whatever documents are attached, and does no harm.
            states.move_actions(this.session, [measure], "declined", this.now, this.person.id, reason)
            deadlines.meet_deadlines(this.session, "measure", measure.id)
            this.save_result(measure.id)
            log_action(this, "measure.declined", measure, {"reason": reason})
        return build_action_view(this.session, measure, this.now)
