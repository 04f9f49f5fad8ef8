"""Preparing an operation: readiness, its documents, and the approval of all its actions at once."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from warroom import clock
from warroom.access import role_groups
from warroom.actions.decisions.approvals import agree
from warroom.actions.decisions.documents import as_logged, document
from warroom.actions.dossier import dossiers
from warroom.actions.joint.decisions.go_ahead import _log
from warroom.actions.joint.render import RAID, table_digest, view
from warroom.actions.joint.rows import in_state, locked, locked_measures, note, open_to
from warroom.actions.joint.unchanged import refuse_if_decided_on
from warroom.actions.joint.views import OperationView, Readiness
from warroom.actions.schema import Action, Operation, OperationAgency
from warroom.cases.holds import REASON_SIGNS
from warroom.errors import NotAllowed, NotPossible
from warroom.law.kinds.declarations import kind_of
from warroom.law.kinds.named import named
from warroom.ledger import idempotency, officers
from warroom.ledger.audit import writing
from warroom.ledger.canonical_json import plain
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.ledger.schema import OfficerRow


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
    now = now or clock.now()
    reason = reason.strip()[:REASON_SIGNS]
    if readiness == "not_ready" and not reason:
        raise NotPossible("actions.readiness-reason-missing")
    with ledger.session() as session:
        operation, person = locked(session, officer, operation_id, now, *role_groups.ACTION_TEAMS)
        row = _own(session, operation, person)
        if (
            idempotency.first_time(
                session, person, key, ["joint.ready", operation_id, readiness, reason], now
            )
            is None
        ):
            in_state(operation, "planned")
            row.readiness, row.reason, row.officer_id, row.at = readiness, reason, person.id, now
            words = f"{row.agency}: {'ready' if readiness == 'ready' else 'not ready'}. {reason}".strip()
            note(session, operation, person, "readiness", words, now)
            idempotency.keep(session, person, key, [operation.id])
            detail = {"agency": row.agency, "readiness": readiness, "reason": reason}
            _log(session, officer, operation, "joint.readiness", detail, now)
        return view(session, operation, now, person)


def _own(session: Session, operation: Operation, person: OfficerRow) -> OperationAgency:
    found = session.get(OperationAgency, (operation.id, person.agency), with_for_update=True)
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
    now = now or clock.now()
    with ledger.session() as session:
        operation, person = locked(session, officer, operation_id, now, *role_groups.OPERATION_PLANNERS)
        request = ["joint.attach", operation_id, prerequisite, plain(dict(content))]
        if idempotency.first_time(session, person, key, request, now) is None:
            in_state(operation, "planned")
            if prerequisite not in _asked(session, operation):
                raise NotPossible(
                    "actions.operation-document-not-asked-for", document=named(prerequisite[:64])
                )
            refuse_if_decided_on(session, operation, prerequisite)
            row = document(person, prerequisite, content, now)
            row.operation_id = operation.id
            session.add(row)
            note(session, operation, person, "document", prerequisite, now)
            idempotency.keep(session, person, key, [operation.id])
            _log(session, officer, operation, "joint.document", as_logged(row), now)
        return view(session, operation, now, person)


def _asked(session: Session, operation: Operation) -> set[str]:
    query = select(Action.kind).where(Action.operation_id == operation.id).distinct()
    wanted = {name for kind in session.scalars(query) for name in kind_of(kind).requires}
    return wanted | (set(RAID) if operation.raid else set())


def approve_all(
    ledger: Ledger, officer: Officer, operation_id: int, digest: str, *, key: str, now: datetime | None = None
) -> OperationView:
    """Approve all actions of an operation that wait for this officer, in one transaction: all of them or none.

    An action stays the kinds' business: each needs the roles, documents, law and number of officers its own kind asks
    for. Those that this officer approved before or may not know of are left to the next one. `digest` is `OperationView.table` as seen.
    Raises as `measures.approve` does.
    """
    now = now or clock.now()
    try:
        with ledger.session() as session:
            operation, person = locked(session, officer, operation_id, now, *role_groups.ACTION_TEAMS)
            if (
                idempotency.first_time(session, person, key, ["joint.approve", operation_id, digest], now)
                is None
            ):
                in_state(operation, "planned", "go")
                known = open_to(session, person, operation)
                waiting = [one for one in locked_measures(session, operation, "proposed") if one.id in known]
                if table_digest(session, operation, now) != digest:
                    raise NotPossible("actions.table-changed")
                _roles(session, officer, waiting)
                found = dossiers(session, waiting, now).values()
                mine = [one for one in found if person.id not in one.agreed(one.digest)]
                if not mine:
                    raise NotPossible("actions.operation-none-for-you")
                entries = agree(session, officer, person, mine, now)
                idempotency.keep(session, person, key, [operation.id])
                writing.append_many(session, entries)
            return view(session, operation, now, person)
    except IntegrityError as problem:
        raise NotPossible("actions.decided-meanwhile") from problem


def _roles(session: Session, officer: Officer, waiting: Sequence[Action]) -> None:
    for kind in sorted({one.kind for one in waiting}):
        officers.require(session, officer, *kind_of(kind).approves)
