"""Readiness, approval of all actions at once, go and no-go."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from warroom import clock
from warroom.access import role_groups
from warroom.actions.decisions import agree
from warroom.actions.dossier import dossiers
from warroom.actions.emitting import emit
from warroom.actions.joint.render import RAID, board_of, table_digest, view
from warroom.actions.joint.rows import in_state, locked, locked_measures, note, open_to
from warroom.actions.joint.unchanged import refuse_if_changed, refuse_if_decided_on
from warroom.actions.joint.views import OperationView, Readiness
from warroom.actions.proposing import as_logged, document
from warroom.actions.running import end
from warroom.actions.schema import Action, Operation, OperationAgency, OperationWord
from warroom.actions.views import UNDER_WAY
from warroom.cases.holds import REASON_SIGNS
from warroom.cases.schema import Case
from warroom.errors import NotAllowed, NotPossible
from warroom.law.kinds.declarations import kind_of
from warroom.law.kinds.named import named
from warroom.ledger import deadlines, idempotency, officers
from warroom.ledger.audit import leaf, writing
from warroom.ledger.canonical_json import plain
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.ledger.schema import OfficerRow
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
            note(session, operation, person, "readiness", _readiness(row), now)
            idempotency.keep(session, person, key, [operation.id])
            detail = {"agency": row.agency, "readiness": readiness, "reason": reason}
            _log(session, officer, operation, "joint.readiness", detail, now)
        return view(session, operation, now, person)


def _readiness(row: OperationAgency) -> Sentence:
    if row.readiness == "not_ready":
        return Sentence("actions.line-not-ready", agency=row.agency, why=row.reason)
    if row.reason:
        return Sentence("actions.line-ready-because", agency=row.agency, why=row.reason)
    return Sentence("actions.line-ready", agency=row.agency)


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


def go(
    ledger: Ledger, officer: Officer, operation_id: int, digest: str, *, key: str, now: datetime | None = None
) -> OperationView:
    """Say go. With the second officer's word, one of the two a commander, every approved action's order goes out, in
    one transaction.

    `digest` is `OperationView.board` as seen; a word given on another board does not count. Raises NotAllowed,
    NotFound, or NotPossible: where something is missing (a raid's screening plan and shelter, an agency's readiness,
    an approval), the board has changed since, the hour is past, or the officer has said so already.
    """
    now = now or clock.now()
    with ledger.session() as session:
        operation, person = locked(session, officer, operation_id, now, *role_groups.OPERATION_DECIDERS)
        if idempotency.first_time(session, person, key, ["joint.go", operation_id, digest], now) is None:
            in_state(operation, "planned")
            waiting = locked_measures(session, operation, "approved")
            _may_go(session, operation, digest, now)
            refuse_if_changed(session, waiting, now)
            words = _said(session, operation, person, digest, now)
            entries = [_word(session, officer, operation, "go", digest, now)]
            note(session, operation, person, "word", Sentence("actions.line-go"), now)
            if _enough(words):
                entries += _start(session, operation, waiting, now)
            idempotency.keep(session, person, key, [operation.id])
            writing.append_many(session, entries)
        return view(session, operation, now, person)


def _may_go(session: Session, operation: Operation, digest: str, now: datetime) -> None:
    board = board_of(session, operation, now)
    if board.digest != digest:
        raise NotPossible("actions.board-changed")
    if now >= operation.hour:
        raise NotPossible("actions.operation-hour-over")
    if board.missing:
        raise NotPossible(board.missing[0])


def _said(
    session: Session, operation: Operation, person: OfficerRow, digest: str, now: datetime
) -> list[OperationWord]:
    """The words that count on this board, with this officer's."""
    query = select(OperationWord).join(OfficerRow, OfficerRow.id == OperationWord.officer_id)
    said = (OperationWord.word == "go", OperationWord.digest == digest)
    mine = (OperationWord.operation_id == operation.id, OfficerRow.active)
    words = list(session.scalars(query.where(*mine, *said)))
    if person.id in {one.officer_id for one in words}:
        raise NotPossible("actions.go-by-you")
    word = OperationWord(
        operation_id=operation.id,
        officer_id=person.id,
        commander="commander" in person.roles,
        word="go",
        reason="",
        digest=digest,
        at=now,
    )
    session.add(word)
    session.flush()
    return [*words, word]


def _enough(words: Sequence[OperationWord]) -> bool:
    return len({one.officer_id for one in words}) >= 2 and any(one.commander for one in words)


def _start(
    session: Session, operation: Operation, waiting: Sequence[Action], now: datetime
) -> list[leaf.Entry]:
    operation.state = "go"
    session.flush()
    deadlines.meet(session, "joint", operation.id, "hour")
    found = list(dossiers(session, waiting, now).values())
    made = {one.about_id: one for one in emit(session, found, "measure", "", now)}
    number = _number(session, operation)
    return [
        leaf.Entry(
            None,
            "measure.ordered",
            f"measure:{one.id}",
            {"operation": operation.id, "order": made[one.id].order_id if one.id in made else None},
            number,
            now,
        )
        for one in waiting
    ]


def call_off(
    ledger: Ledger, officer: Officer, operation_id: int, reason: str, *, key: str, now: datetime | None = None
) -> OperationView:
    """No-go: one commander or supervisor is enough, before the go or after it. What has not left is withdrawn, what has
    is lifted where its kind can be; the rest stays as it is and the time line says so.
    """
    now = now or clock.now()
    reason = reason.strip()[:REASON_SIGNS]
    if not reason:
        raise NotPossible("actions.no-go-reason-missing")
    with ledger.session() as session:
        operation, person = locked(session, officer, operation_id, now, *role_groups.OPERATION_DECIDERS)
        if idempotency.first_time(session, person, key, ["joint.no_go", operation_id, reason], now) is None:
            in_state(operation, "planned", "go")
            measures = locked_measures(session, operation, "proposed", *UNDER_WAY)
            left = [one for one in measures if not _undo(session, one, person, reason, now)]
            _call_off(session, operation, person, reason, len(left), now)
            idempotency.keep(session, person, key, [operation.id])
            detail = {"reason": reason, "left": [one.id for one in left]}
            undone = [
                leaf.Entry(
                    officer,
                    f"measure.{one.state}",
                    f"measure:{one.id}",
                    {"operation": operation.id, "reason": reason},
                    _number(session, operation),
                    now,
                )
                for one in measures
                if one not in left
            ]
            first = _word(session, officer, operation, "no_go", "", now, detail)
            writing.append_many(session, [first, *undone])
        return view(session, operation, now, person)


def _undo(session: Session, measure: Action, person: OfficerRow, reason: str, now: datetime) -> bool:
    if measure.state in ("proposed", "approved"):
        end(session, measure, "withdrawn", person.id, reason, now)
        return True
    if kind_of(measure.kind).undo == "lift":
        end(session, measure, "lifted", person.id, reason, now)
        return True
    return False


def _call_off(
    session: Session, operation: Operation, person: OfficerRow, reason: str, left: int, now: datetime
) -> None:
    operation.state, operation.ended_at = "no_go", now
    session.add(
        OperationWord(
            operation_id=operation.id,
            officer_id=person.id,
            commander="commander" in person.roles,
            word="no_go",
            reason=reason,
            digest=f"no_go:{operation.id}",
            at=now,
        )
    )
    deadlines.meet(session, "joint", operation.id)
    line = Sentence("actions.line-no-go", why=reason)
    if left:
        line = Sentence("actions.line-no-go-too-late", why=reason, count=left)
    note(session, operation, person, "word", line, now)


def _number(session: Session, operation: Operation) -> str | None:
    return session.get_one(Case, operation.case_id).number if operation.case_id is not None else None


def _word(
    session: Session,
    officer: Officer,
    operation: Operation,
    word: str,
    digest: str,
    now: datetime,
    more: Mapping[str, Any] | None = None,
) -> leaf.Entry:
    detail = {"digest": digest, "state": operation.state, **(more or {})}
    return leaf.Entry(
        officer, f"joint.{word}", f"joint:{operation.id}", detail, _number(session, operation), now
    )


def _log(
    session: Session,
    officer: Officer,
    operation: Operation,
    verb: str,
    detail: Mapping[str, Any],
    now: datetime,
) -> None:
    number = _number(session, operation)
    writing.append(session, officer, verb, f"joint:{operation.id}", detail, case=number, at=now)
