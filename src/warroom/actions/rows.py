"""Finding and locking actions: by whom they may be seen, and always the action before what belongs to it."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from warroom.access import role_groups
from warroom.actions import visibility
from warroom.actions.schema import Action
from warroom.cases.schema import Case
from warroom.cases.sealing import is_visible_to
from warroom.errors import NotFound
from warroom.law.kinds.declarations import load_kind
from warroom.ledger.decision import Decision, LoggedRead


def load_visible_action(this: LoggedRead, measure_id: int, *, lock: bool = False) -> Action:
    """An action that this officer may know of, locked where asked; raises NotAllowed, and NotFound for none and for
    another agency's sealed case alike.
    """
    person = this.require_role(*role_groups.CASE_READERS)
    # The seal is in the query and not a check after it: an officer who may not know never holds the lock
    # either.
    query = select(Action).where(Action.id == measure_id, is_visible_to(person, Action.case_id))
    measure = this.session.scalars(query.with_for_update(of=Action) if lock else query).first()
    if measure is None:
        raise NotFound("actions.no-such-action", action=measure_id)
    return measure


def lock_action_for_officer(this: Decision, measure_id: int, *may: str) -> Action:
    """The action, locked, for an officer whom its kind lets do one of these things (`proposes`, `approves`,
    `carries_out`) and who works on its case by that; raises NotFound or NotAllowed.
    """
    measure = load_visible_action(this, measure_id, lock=True)
    kind = load_kind(measure.kind)
    # After the lookup: the kind says who may, and a sealed action must not say of which kind it is.
    this.require_role(*(role for permission in may for role in getattr(kind, permission)))
    visibility.note_work(this.session, this.person, measure.case_id, this.now)
    return measure


def lock_action(session: Session, measure_id: int) -> Action:
    """The action, locked, for what happens by itself."""
    return session.get_one(Action, measure_id, with_for_update=True, populate_existing=True)


def find_case_number(session: Session, measure: Action) -> str | None:
    """The number of the case an action serves, None where it serves none."""
    if measure.case_id is None:
        return None
    return session.get_one(Case, measure.case_id).number


def log_action(this: LoggedRead, verb: str, measure: Action, detail: Mapping[str, Any] | None = None) -> None:
    """Say in the log what was decided about an action, or that it was read."""
    this.log_entry(verb, f"measure:{measure.id}", detail, case=find_case_number(this.session, measure))
