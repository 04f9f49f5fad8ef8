"""Carrying out, finishing, withdrawing and lifting actions, and how each ends and its partner is told."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from warroom import clock
from warroom.actions import states
from warroom.actions.ending import _orders, end
from warroom.actions.render import view
from warroom.actions.rows import case_number, locked
from warroom.actions.schema import Action, Operation
from warroom.actions.views import UNDER_WAY, ActionView
from warroom.cases.holds import REASON_SIGNS
from warroom.errors import NotPossible
from warroom.law.kinds.declarations import Kind
from warroom.law.kinds.named import named
from warroom.ledger import deadlines, idempotency
from warroom.ledger.audit import writing
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.ledger.schema import OfficerRow

Step = Callable[[Session, Action, Kind, OfficerRow, str, datetime], None]


def carry_out(
    ledger: Ledger, officer: Officer, measure_id: int, what: str, *, key: str, now: datetime | None = None
) -> ActionView:
    """Say that an approved action which no partner carries out has been carried out, and how: it is in effect.

    Raises NotAllowed, NotFound, or NotPossible where a partner's answer decides that, or its joint operation has no go.
    """
    return _act(ledger, officer, measure_id, "carried_out", _carry_out, what, key, now, "carries_out")


def finish(
    ledger: Ledger, officer: Officer, measure_id: int, what: str, *, key: str, now: datetime | None = None
) -> ActionView:
    """Say that an action in effect has done its work and nothing of it is left to end. Raises as `carry_out` does."""
    return _act(ledger, officer, measure_id, "done", _finish, what, key, now, "carries_out")


def withdraw(
    ledger: Ledger, officer: Officer, measure_id: int, reason: str, *, key: str, now: datetime | None = None
) -> ActionView:
    """Take an action back before it has left; where that is in doubt the partner is told so too.

    Raises NotAllowed, NotFound, or NotPossible where it has left: then it is lifted, if its kind can be.
    """
    return _act(ledger, officer, measure_id, "withdrawn", _withdraw, reason, key, now, "proposes", "approves")


def lift(
    ledger: Ledger, officer: Officer, measure_id: int, reason: str, *, key: str, now: datetime | None = None
) -> ActionView:
    """End an action that has left: here at once, and its partner is told again and again until it confirms.

    One officer is enough: what eases needs no second word. Raises NotAllowed, NotFound, or NotPossible where the kind
    cannot be undone or the action is not under way.
    """
    return _act(ledger, officer, measure_id, "lifted", _lift, reason, key, now, "approves", "carries_out")


def _act(
    ledger: Ledger,
    officer: Officer,
    measure_id: int,
    verb: str,
    step: Step,
    said: str,
    key: str,
    now: datetime | None,
    *may: str,
) -> ActionView:
    now = now or clock.now()
    said = said.strip()[:REASON_SIGNS]
    if not said:
        raise NotPossible("actions.words-missing")
    with ledger.session() as session:
        measure, kind, person = locked(session, officer, measure_id, now, *may)
        if idempotency.first_time(session, person, key, [f"measure.{verb}", measure_id, said], now) is None:
            step(session, measure, kind, person, said, now)
            idempotency.keep(session, person, key, [measure.id])
            detail = {"kind": measure.kind, "reason": said, "state": measure.state}
            subject, number = f"measure:{measure.id}", case_number(session, measure)
            writing.append(session, officer, f"measure.{verb}", subject, detail, case=number, at=now)
        return view(session, measure, now)


def _carry_out(
    session: Session, measure: Action, kind: Kind, person: OfficerRow, said: str, now: datetime
) -> None:
    if measure.state != "approved":
        raise states.decided(measure)
    if _ordered(session, measure):
        raise NotPossible("actions.carried-out-by-partner")
    if measure.operation_id is not None and not _has_go(session, measure):
        raise NotPossible("actions.operation-without-go")
    _not_lapsed(measure, now)
    states.move(session, [measure], "in_effect", now, person.id, said)


def _has_go(session: Session, measure: Action) -> bool:
    joint = session.get_one(Operation, measure.operation_id, populate_existing=True)
    return joint.state in ("go", "ended")


def _finish(
    session: Session, measure: Action, kind: Kind, person: OfficerRow, said: str, now: datetime
) -> None:
    if "done" not in kind.ends:
        raise NotPossible(
            "actions.does-not-end-as-done", kind=named(kind.id), ends=named(" or ".join(kind.ends))
        )
    if measure.state not in ("in_effect", "partly"):
        raise states.decided(measure)
    _not_lapsed(measure, now)
    states.move(session, [measure], "done", now, person.id, said)
    deadlines.meet(session, "measure", measure.id)


def _not_lapsed(measure: Action, now: datetime) -> None:
    if measure.until is not None and measure.until <= now:
        raise NotPossible("actions.time-over")


def _withdraw(
    session: Session, measure: Action, kind: Kind, person: OfficerRow, said: str, now: datetime
) -> None:
    if measure.state not in ("proposed", "approved"):
        raise _cannot_withdraw(measure, kind)
    end(session, measure, "withdrawn", person.id, said, now)


def _cannot_withdraw(measure: Action, kind: Kind) -> NotPossible:
    if measure.state not in UNDER_WAY:
        return states.decided(measure)
    way = (
        "lift it instead" if kind.undo == "lift" else "ask the partner by telephone what can still be stopped"
    )
    return NotPossible("actions.left-already", way=way)


def _lift(
    session: Session, measure: Action, kind: Kind, person: OfficerRow, said: str, now: datetime
) -> None:
    if measure.state not in UNDER_WAY:
        raise states.decided(measure)
    if kind.undo != "lift":
        raise NotPossible("actions.cannot-be-lifted", kind=named(kind.id))
    if measure.state == "approved" and not _ordered(session, measure):
        raise NotPossible("actions.not-left-yet")
    end(session, measure, "lifted", person.id, said, now)


def _ordered(session: Session, measure: Action) -> bool:
    return bool(_orders(session, measure))
