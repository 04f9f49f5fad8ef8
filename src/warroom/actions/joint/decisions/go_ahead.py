"""Readiness, approval of all actions at once, go and no-go."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from warroom import clock
from warroom.access import role_groups
from warroom.actions.dossier import dossiers
from warroom.actions.emitting import emit
from warroom.actions.ending import end
from warroom.actions.joint.render import board_of, view
from warroom.actions.joint.rows import in_state, locked, locked_measures, note
from warroom.actions.joint.unchanged import refuse_if_changed
from warroom.actions.joint.views import OperationView
from warroom.actions.schema import Action, Operation, OperationWord
from warroom.actions.views import UNDER_WAY
from warroom.cases.holds import REASON_SIGNS
from warroom.cases.schema import Case
from warroom.errors import NotPossible
from warroom.law.kinds.declarations import kind_of
from warroom.ledger import deadlines, idempotency
from warroom.ledger.audit import leaf, writing
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.ledger.schema import OfficerRow
from warroom.sentences.sentence import Sentence


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
    rest = f" {left} actions have left and cannot be undone." if left else ""
    note(session, operation, person, "word", f"No-go. {reason}{rest}", now)


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
