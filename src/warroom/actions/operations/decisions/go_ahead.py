"""Go and no-go: two officers who saw the same board send everything out, one alone calls it off."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from warroom.access import role_groups
from warroom.actions.dossier import load_dossiers
from warroom.actions.emitting import emit_action_orders
from warroom.actions.ending import end_action
from warroom.actions.operations.render import build_operation_view, load_board
from warroom.actions.operations.rows import (
    add_timeline_line,
    lock_actions,
    lock_operation_for_officer,
    log_operation,
    require_state,
)
from warroom.actions.operations.unchanged import refuse_if_changed
from warroom.actions.operations.views import OperationView
from warroom.actions.schema import Action, Operation, OperationWord
from warroom.actions.views import UNDER_WAY
from warroom.cases.belonging import case_number
from warroom.cases.stated import require_reason
from warroom.errors import NotPossible
from warroom.law.kinds.declarations import load_kind
from warroom.ledger import deadlines
from warroom.ledger.audit.leaf import AuditEntry
from warroom.ledger.decision import Decision, open_decision
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.ledger.schema import OfficerRow
from warroom.sentences.sentence import Sentence


def give_go(
    ledger: Ledger, officer: Officer, operation_id: int, digest: str, *, key: str, now: datetime | None = None
) -> OperationView:
    """Give the go. With the second officer's, one of the two a commander, every approved action's order goes
    out, in one transaction.

    `digest` is `OperationView.board` as seen; a go on another board does not count. Raises NotAllowed,
    NotFound, or NotPossible: where something is missing (a raid's screening plan and shelter, an agency's readiness,
    an approval), the board has changed since, the hour is past, or the officer has said so already.
    """
    with open_decision(ledger, officer, now=now) as this:
        operation = lock_operation_for_officer(this, operation_id, *role_groups.OPERATION_DECIDERS)
        if this.find_earlier_result(key, "joint.go", operation_id, digest) is None:
            require_state(operation, "planned")
            # Locked before the board is read: no partner, deadline or withdrawal moves an action under the go.
            waiting = lock_actions(this.session, operation, "approved")
            _may_go(this, operation, digest)
            refuse_if_changed(this.session, waiting, this.now)
            words = [*_load_go_words(this, operation, digest), _add_word(this, operation, "go", digest)]
            add_timeline_line(this, operation, "word", Sentence("actions.line-go"))
            log_operation(this, "joint.go", operation, {"digest": digest, "state": operation.state})
            if _has_enough_words(words):
                _start_operation(this, operation, waiting)
            this.save_result(operation.id)
        return build_operation_view(this.session, operation, this.now, this.person)


def _may_go(this: Decision, operation: Operation, digest: str) -> None:
    board = load_board(this.session, operation, this.now)
    # First of all: whatever is missing on this board, the officer has looked at another one.
    if board.digest != digest:
        raise NotPossible("actions.board-changed")
    if this.now >= operation.hour:
        raise NotPossible("actions.operation-hour-over")
    if board.missing:
        raise NotPossible(board.missing[0])


def _load_go_words(this: Decision, operation: Operation, digest: str) -> list[OperationWord]:
    """The words of others that count on this board."""
    # The go of an officer who has lost their access since does not count, like an approval.
    query = select(OperationWord).join(OfficerRow, OfficerRow.id == OperationWord.officer_id)
    conditions = (OperationWord.word == "go", OperationWord.digest == digest)
    mine = (OperationWord.operation_id == operation.id, OfficerRow.active)
    words = list(this.session.scalars(query.where(*mine, *conditions)))
    if this.person.id in {word.officer_id for word in words}:
        raise NotPossible("actions.go-by-you")
    return words


def _add_word(
    this: Decision, operation: Operation, word: str, digest: str, reason: str = ""
) -> OperationWord:
    made = OperationWord(
        operation_id=operation.id,
        officer_id=this.person.id,
        # The roles as of now: an officer who becomes a commander later did not decide as one.
        commander="commander" in this.person.roles,
        word=word,
        reason=reason,
        digest=digest,
        at=this.now,
    )
    this.session.add(made)
    this.session.flush()
    return made


def _has_enough_words(words: Sequence[OperationWord]) -> bool:
    return len({one.officer_id for one in words}) >= 2 and any(one.commander for one in words)


def _start_operation(this: Decision, operation: Operation, waiting: Sequence[Action]) -> None:
    """Send every approved action's order, with a row of the log for each, by the house itself."""
    operation.state = "go"
    this.session.flush()
    deadlines.meet_deadlines(this.session, "joint", operation.id, "hour")
    waiting_dossiers = list(load_dossiers(this.session, waiting, this.now).values())
    made = {
        order.about_id: order.order_id
        for order in emit_action_orders(this.session, waiting_dossiers, "measure", "", this.now)
    }
    number = case_number(this.session, operation.case_id)
    # A row for each action: its history is read without the operation's, and one without an order shows
    # that.
    for measure in waiting:
        detail = {"operation": operation.id, "order": made.get(measure.id)}
        this.log_entries(
            [AuditEntry(None, "measure.ordered", f"measure:{measure.id}", detail, number, this.now)]
        )


def call_off(
    ledger: Ledger, officer: Officer, operation_id: int, reason: str, *, key: str, now: datetime | None = None
) -> OperationView:
    """No-go: one commander or supervisor is enough, before the go or after it. What has not left is withdrawn, what has
    is lifted where its kind can be; the rest stays as it is and the time line says so.
    """
    reason = require_reason(reason, "actions.no-go-reason-missing")
    with open_decision(ledger, officer, now=now) as this:
        operation = lock_operation_for_officer(this, operation_id, *role_groups.OPERATION_DECIDERS)
        # No digest is required: an officer who stops a raid must not first have to reload a page.
        if this.find_earlier_result(key, "joint.no_go", operation_id, reason) is None:
            require_state(operation, "planned", "go")
            measures = lock_actions(this.session, operation, "proposed", *UNDER_WAY)
            left = [measure.id for measure in measures if not _undo_action(this, measure, reason)]
            _close_as_no_go(this, operation, reason, len(left))
            this.save_result(operation.id)
            detail = {"digest": "", "state": operation.state, "reason": reason, "left": left}
            log_operation(this, "joint.no_go", operation, detail)
            number, why = (
                case_number(this.session, operation.case_id),
                {"operation": operation.id, "reason": reason},
            )
            for measure in measures:
                if measure.id not in left:
                    this.log_entry(f"measure.{measure.state}", f"measure:{measure.id}", why, case=number)
        return build_operation_view(this.session, operation, this.now, this.person)


def _undo_action(this: Decision, measure: Action, reason: str) -> bool:
    """Withdraw or lift an action; False where its kind cannot be undone once it has left."""
    before_it_left = measure.state in ("proposed", "approved")
    if not before_it_left and load_kind(measure.kind).undo != "lift":
        return False
    end_action(
        this.session, measure, "withdrawn" if before_it_left else "lifted", this.person.id, reason, this.now
    )
    return True


def _close_as_no_go(this: Decision, operation: Operation, reason: str, left: int) -> None:
    operation.state, operation.ended_at = "no_go", this.now
    # A digest that no board has: the no-go is stored in the same table and can never count as a go.
    _add_word(this, operation, "no_go", f"no_go:{operation.id}", reason)
    deadlines.meet_deadlines(this.session, "joint", operation.id)
    line = Sentence("actions.line-no-go", why=reason)
    if left:
        line = Sentence("actions.line-no-go-too-late", why=reason, count=left)
    add_timeline_line(this, operation, "word", line)
