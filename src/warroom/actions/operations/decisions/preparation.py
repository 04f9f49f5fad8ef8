"""Preparing an operation: readiness, its documents, and the approval of all its actions at once."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from warroom.access import role_groups
from warroom.actions.decisions.approvals import record_approvals
from warroom.actions.decisions.documents import make_document, to_log_detail
from warroom.actions.dossier import load_dossiers
from warroom.actions.operations.render import RAID, build_operation_view, compute_table_digest
from warroom.actions.operations.rows import (
    add_timeline_line,
    list_visible_ids,
    lock_actions,
    lock_operation_for_officer,
    log_operation,
    require_state,
)
from warroom.actions.operations.unchanged import refuse_if_decided_on
from warroom.actions.operations.views import OperationView, Readiness
from warroom.actions.schema import Action, Operation, OperationAgency
from warroom.cases.stated import REASON_SIGNS
from warroom.errors import NotAllowed, NotPossible
from warroom.law.kinds.declarations import load_kind
from warroom.law.kinds.named import translate_words
from warroom.ledger.decision import Decision, open_decision
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.sentences.sentence import Sentence


def say_readiness(
    ledger: Ledger,
    officer: Officer,
    operation_id: int,
    readiness: Readiness,
    reason: str = "",
    *,
    key: str,
    now: datetime | None = None,
) -> OperationView:
    """Record an agency's own readiness; each change stays in the time line.

    Raises NotAllowed for an officer whose agency takes no part, NotFound, or NotPossible where it is not ready without
    saying why, or all is decided already.
    """
    reason = reason.strip()[:REASON_SIGNS]
    if readiness == "not_ready" and not reason:
        raise NotPossible("actions.readiness-reason-missing")
    with open_decision(ledger, officer, now=now) as this:
        operation = lock_operation_for_officer(this, operation_id, *role_groups.ACTION_TEAMS)
        row = _lock_own_agency(this, operation)
        if this.find_earlier_result(key, "joint.ready", operation_id, readiness, reason) is None:
            # After the go a changed readiness would have no effect and look as if it had.
            require_state(operation, "planned")
            row.readiness, row.reason, row.officer_id, row.at = readiness, reason, this.person.id, this.now
            add_timeline_line(this, operation, "readiness", _format_readiness(row))
            this.save_result(operation.id)
            detail = {"agency": row.agency, "readiness": readiness, "reason": reason}
            log_operation(this, "joint.readiness", operation, detail)
        return build_operation_view(this.session, operation, this.now, this.person)


def _format_readiness(row: OperationAgency) -> Sentence:
    if row.readiness == "not_ready":
        return Sentence("actions.line-not-ready", agency=row.agency, why=row.reason)
    if row.reason:
        return Sentence("actions.line-ready-because", agency=row.agency, why=row.reason)
    return Sentence("actions.line-ready", agency=row.agency)


def _lock_own_agency(this: Decision, operation: Operation) -> OperationAgency:
    # Nobody, not even a commander, declares another agency ready: readiness is a condition of the go.
    found = this.session.get(OperationAgency, (operation.id, this.person.agency), with_for_update=True)
    if found is None:
        raise NotAllowed("actions.agency-takes-no-part")
    return found


def attach_document(
    ledger: Ledger,
    officer: Officer,
    operation_id: int,
    prerequisite: str,
    content: Mapping[str, Any],
    *,
    key: str,
    now: datetime | None = None,
) -> OperationView:
    """Attach a document to the whole operation: it counts for every action of it that requires such a document.

    Raises NotAllowed, NotFound, or NotPossible where a field does not fit, nothing in the operation asks for it, or all
    is decided.
    """
    with open_decision(ledger, officer, now=now) as this:
        operation = lock_operation_for_officer(this, operation_id, *role_groups.OPERATION_PLANNERS)
        if this.find_earlier_result(key, "joint.attach", operation_id, prerequisite, dict(content)) is None:
            require_state(operation, "planned")
            if prerequisite not in _list_asked_documents(this.session, operation):
                raise NotPossible(
                    "actions.operation-document-not-asked-for", document=translate_words(prerequisite[:64])
                )
            refuse_if_decided_on(this.session, operation, prerequisite)
            row = make_document(this, prerequisite, content)
            row.operation_id = operation.id
            this.session.add(row)
            add_timeline_line(this, operation, "document", prerequisite)
            this.save_result(operation.id)
            log_operation(this, "joint.document", operation, to_log_detail(row))
        return build_operation_view(this.session, operation, this.now, this.person)


def _list_asked_documents(session: Session, operation: Operation) -> set[str]:
    query = select(Action.kind).where(Action.operation_id == operation.id).distinct()
    wanted = {name for kind in session.scalars(query) for name in load_kind(kind).requires}
    return wanted | (set(RAID) if operation.raid else set())


def approve_all(
    ledger: Ledger, officer: Officer, operation_id: int, digest: str, *, key: str, now: datetime | None = None
) -> OperationView:
    """Approve all actions of an operation that wait for this officer, in one transaction: all of them or none.

    An action stays the kinds' business: each needs the roles, documents, law and number of officers its own kind asks
    for. Those that this officer approved before or may not know of are left to the next one. `digest` is
    `OperationView.table` as seen. Raises what `approvals.approve_action` raises.
    """
    with open_decision(ledger, officer, now=now, clash="actions.decided-meanwhile") as this:
        operation = lock_operation_for_officer(this, operation_id, *role_groups.ACTION_TEAMS)
        if this.find_earlier_result(key, "joint.approve", operation_id, digest) is None:
            # Under way too: what was proposed late may still join the others.
            require_state(operation, "planned", "go")
            known = list_visible_ids(this.session, this.person, operation)
            waiting = lock_actions(this.session, operation, "proposed")
            waiting = [measure for measure in waiting if measure.id in known]
            # After the locks, or the dossier could change between reading and approving it.
            if compute_table_digest(this.session, operation, this.now) != digest:
                raise NotPossible("actions.table-changed")
            for kind in sorted({measure.kind for measure in waiting}):
                this.require_role(*load_kind(kind).approves)
            waiting_dossiers = load_dossiers(this.session, waiting, this.now).values()
            mine = [
                dossier
                for dossier in waiting_dossiers
                if this.person.id not in dossier.list_approvers(dossier.digest)
            ]
            if not mine:
                raise NotPossible("actions.operation-none-for-you")
            record_approvals(this, mine)
            this.save_result(operation.id)
        return build_operation_view(this.session, operation, this.now, this.person)
