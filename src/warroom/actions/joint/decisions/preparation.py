"""Preparing an operation: readiness, its documents, and the approval of all its actions at once."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from warroom.access import role_groups
from warroom.actions.decisions.approvals import agree
from warroom.actions.decisions.documents import as_logged, document
from warroom.actions.dossier import dossiers
from warroom.actions.joint.render import RAID, table_digest, view
from warroom.actions.joint.rows import in_state, locked, locked_measures, log, note, open_to
from warroom.actions.joint.unchanged import refuse_if_decided_on
from warroom.actions.joint.views import OperationView, Readiness
from warroom.actions.schema import Action, Operation, OperationAgency
from warroom.cases.stated import REASON_SIGNS
from warroom.errors import NotAllowed, NotPossible
from warroom.law.kinds.declarations import kind_of
from warroom.law.kinds.named import named
from warroom.ledger.decision import Decision, decision
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
    """An agency's own word on whether it is ready; each word stays in the time line.

    Raises NotAllowed for an officer whose agency takes no part, NotFound, or NotPossible where it is not ready without
    saying why, or all is decided already.
    """
    reason = reason.strip()[:REASON_SIGNS]
    if readiness == "not_ready" and not reason:
        raise NotPossible("actions.readiness-reason-missing")
    with decision(ledger, officer, now=now) as this:
        operation = locked(this, operation_id, *role_groups.ACTION_TEAMS)
        row = _own(this, operation)
        if this.before(key, "joint.ready", operation_id, readiness, reason) is None:
            # After the go a word taken back would change nothing and look as if it had.
            in_state(operation, "planned")
            row.readiness, row.reason, row.officer_id, row.at = readiness, reason, this.person.id, this.now
            note(this, operation, "readiness", _readiness(row))
            this.keep(operation.id)
            detail = {"agency": row.agency, "readiness": readiness, "reason": reason}
            log(this, "joint.readiness", operation, detail)
        return view(this.session, operation, this.now, this.person)


def _readiness(row: OperationAgency) -> Sentence:
    if row.readiness == "not_ready":
        return Sentence("actions.line-not-ready", agency=row.agency, why=row.reason)
    if row.reason:
        return Sentence("actions.line-ready-because", agency=row.agency, why=row.reason)
    return Sentence("actions.line-ready", agency=row.agency)


def _own(this: Decision, operation: Operation) -> OperationAgency:
    # Nobody says for another house that it is ready, not even a commander: the word counts towards the go.
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
    """Lay a document with the whole operation: it counts for every action of it that asks for such a one.

    Raises NotAllowed, NotFound, or NotPossible where a field does not fit, nothing in the operation asks for it, or all
    is decided.
    """
    with decision(ledger, officer, now=now) as this:
        operation = locked(this, operation_id, *role_groups.OPERATION_PLANNERS)
        if this.before(key, "joint.attach", operation_id, prerequisite, dict(content)) is None:
            in_state(operation, "planned")
            if prerequisite not in _asked(this.session, operation):
                raise NotPossible(
                    "actions.operation-document-not-asked-for", document=named(prerequisite[:64])
                )
            refuse_if_decided_on(this.session, operation, prerequisite)
            row = document(this, prerequisite, content)
            row.operation_id = operation.id
            this.session.add(row)
            note(this, operation, "document", prerequisite)
            this.keep(operation.id)
            log(this, "joint.document", operation, as_logged(row))
        return view(this.session, operation, this.now, this.person)


def _asked(session: Session, operation: Operation) -> set[str]:
    query = select(Action.kind).where(Action.operation_id == operation.id).distinct()
    wanted = {name for kind in session.scalars(query) for name in kind_of(kind).requires}
    return wanted | (set(RAID) if operation.raid else set())


def approve_all(
    ledger: Ledger, officer: Officer, operation_id: int, digest: str, *, key: str, now: datetime | None = None
) -> OperationView:
    """Approve all actions of an operation that wait for this officer, in one transaction: all of them or none.

    An action stays the kinds' business: each needs the roles, documents, law and number of officers its own kind asks
    for. Those that this officer approved before or may not know of are left to the next one. `digest` is
    `OperationView.table` as seen. Raises as `approvals.approve` does.
    """
    with decision(ledger, officer, now=now, clash="actions.decided-meanwhile") as this:
        operation = locked(this, operation_id, *role_groups.ACTION_TEAMS)
        if this.before(key, "joint.approve", operation_id, digest) is None:
            # Under way too: what was proposed late may still join the others.
            in_state(operation, "planned", "go")
            known = open_to(this.session, this.person, operation)
            waiting = locked_measures(this.session, operation, "proposed")
            waiting = [one for one in waiting if one.id in known]
            # After the locks, or the table could change between the look at it and the word on it.
            if table_digest(this.session, operation, this.now) != digest:
                raise NotPossible("actions.table-changed")
            for kind in sorted({one.kind for one in waiting}):
                this.require(*kind_of(kind).approves)
            found = dossiers(this.session, waiting, this.now).values()
            mine = [one for one in found if this.person.id not in one.agreed(one.digest)]
            if not mine:
                raise NotPossible("actions.operation-none-for-you")
            agree(this, mine)
            this.keep(operation.id)
        return view(this.session, operation, this.now, this.person)
