"""Carrying out, finishing, withdrawing and lifting actions: the steps after the proposal."""

from collections.abc import Callable
from datetime import datetime

from warroom.actions import states, steps
from warroom.actions.ending import end_action, list_orders
from warroom.actions.render import build_action_view
from warroom.actions.rows import lock_action_for_officer, log_action
from warroom.actions.schema import Action, Operation
from warroom.actions.views import UNDER_WAY, ActionView
from warroom.cases.stated import require_reason
from warroom.errors import NotPossible
from warroom.law.kinds.declarations import load_kind
from warroom.law.kinds.named import translate_words
from warroom.ledger import deadlines
from warroom.ledger.decision import Decision, open_decision
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer

CourseStep = Callable[[Decision, Action, str], None]


def carry_out_action(
    ledger: Ledger, officer: Officer, measure_id: int, what: str, *, key: str, now: datetime | None = None
) -> ActionView:
    """Say that an approved action which no partner carries out has been carried out, and how: it is in effect.

    Raises NotAllowed, NotFound, or NotPossible where a partner's answer decides that, or its joint operation has no go.
    """
    return _take_step(
        ledger, officer, measure_id, "carried_out", _apply_carry_out, what, key, now, *steps.CARRY_OUT.may
    )


def finish_action(
    ledger: Ledger, officer: Officer, measure_id: int, what: str, *, key: str, now: datetime | None = None
) -> ActionView:
    """Say that an action in effect has done its work and nothing of it is left to end. Raises as `carry_out_action` does."""
    return _take_step(ledger, officer, measure_id, "done", _apply_finish, what, key, now, *steps.FINISH.may)


def withdraw_action(
    ledger: Ledger, officer: Officer, measure_id: int, reason: str, *, key: str, now: datetime | None = None
) -> ActionView:
    """Withdraw an action before its order has left; where that is in doubt the partner gets an order to
    withdraw too.

    Raises NotAllowed, NotFound, or NotPossible where it has left: then it is lifted, if its kind can be.
    """
    return _take_step(
        ledger, officer, measure_id, "withdrawn", _apply_withdrawal, reason, key, now, *steps.WITHDRAW.may
    )


def lift_action(
    ledger: Ledger, officer: Officer, measure_id: int, reason: str, *, key: str, now: datetime | None = None
) -> ActionView:
    """End an action that has left: at once here, and the order to undo is repeated until its partner confirms.

    One officer is enough: what relieves somebody needs no second approval. Raises NotAllowed, NotFound, or
    NotPossible where the kind cannot be undone or the action is not under way.
    """
    return _take_step(ledger, officer, measure_id, "lifted", _apply_lift, reason, key, now, *steps.LIFT.may)


def _take_step(
    ledger: Ledger,
    officer: Officer,
    measure_id: int,
    verb: str,
    step: CourseStep,
    reason: str,
    key: str,
    now: datetime | None,
    *may: str,
) -> ActionView:
    reason = require_reason(reason, "actions.words-missing")
    with open_decision(ledger, officer, now=now) as this:
        measure = lock_action_for_officer(this, measure_id, *may)
        if this.find_earlier_result(key, f"measure.{verb}", measure_id, reason) is None:
            step(this, measure, reason)
            this.save_result(measure.id)
            detail = {"kind": measure.kind, "reason": reason, "state": measure.state}
            log_action(this, f"measure.{verb}", measure, detail)
        return build_action_view(this.session, measure, this.now)


def _apply_carry_out(this: Decision, measure: Action, reason: str) -> None:
    if measure.state not in steps.CARRY_OUT.states:
        raise states.make_decided_error(measure)
    # Only the partner's answer puts an action into effect; an officer's statement would run ahead of it.
    if list_orders(this.session, measure):
        raise NotPossible("actions.carried-out-by-partner")
    # All at one hour: a raid before the go would warn everybody at the other places.
    if measure.operation_id is not None and not _has_go(this, measure):
        raise NotPossible("actions.operation-without-go")
    _check_not_lapsed(this, measure)
    states.move_actions(this.session, [measure], "in_effect", this.now, this.person.id, reason)


def _has_go(this: Decision, measure: Action) -> bool:
    # Read afresh and not locked: an operation is locked before its actions, and this action is locked already.
    operation = this.session.get_one(Operation, measure.operation_id, populate_existing=True)
    return operation.state in ("go", "ended")


def _apply_finish(this: Decision, measure: Action, reason: str) -> None:
    kind = load_kind(measure.kind)
    # What stays in effect (a line that is cut) must be undone and not only be called done.
    if "done" not in kind.ends:
        raise NotPossible(
            "actions.does-not-end-as-done",
            kind=translate_words(kind.id),
            ends=translate_words(" or ".join(kind.ends)),
        )
    if measure.state not in steps.FINISH.states:
        raise states.make_decided_error(measure)
    _check_not_lapsed(this, measure)
    states.move_actions(this.session, [measure], "done", this.now, this.person.id, reason)
    deadlines.meet_deadlines(this.session, "measure", measure.id)


def _check_not_lapsed(this: Decision, measure: Action) -> None:
    # Its end may not have struck yet; by law it is over all the same.
    if measure.until is not None and measure.until <= this.now:
        raise NotPossible("actions.time-over")


def _apply_withdrawal(this: Decision, measure: Action, said: str) -> None:
    if measure.state not in steps.WITHDRAW.states:
        raise _make_withdraw_error(measure)
    end_action(this.session, measure, "withdrawn", this.person.id, said, this.now)


def _make_withdraw_error(measure: Action) -> NotPossible:
    if measure.state not in UNDER_WAY:
        return states.make_decided_error(measure)
    lifts = load_kind(measure.kind).undo == "lift"
    way = "lift it instead" if lifts else "ask the partner by telephone what can still be stopped"
    return NotPossible("actions.left-already", way=way)


def _apply_lift(this: Decision, measure: Action, reason: str) -> None:
    if measure.state not in steps.LIFT.states:
        raise states.make_decided_error(measure)
    if load_kind(measure.kind).undo != "lift":
        raise NotPossible("actions.cannot-be-lifted", kind=translate_words(measure.kind))
    # Approved within an operation, no order is made before its go: there is nothing to lift, it is withdrawn.
    if measure.state == "approved" and not list_orders(this.session, measure):
        raise NotPossible("actions.not-left-yet")
    end_action(this.session, measure, "lifted", this.person.id, reason, this.now)
