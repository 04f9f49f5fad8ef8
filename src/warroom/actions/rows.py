"""Finding and locking actions: by whom they may be seen, and always the action before what belongs to it."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from warroom.access import role_groups
from warroom.actions import visibility
from warroom.actions.schema import Action
from warroom.cases.schema import Case
from warroom.cases.sealing import visible
from warroom.errors import NotFound
from warroom.law.kinds.declarations import Kind, kind_of
from warroom.ledger import officers
from warroom.ledger.officers import Officer
from warroom.ledger.schema import OfficerRow


def seen(
    session: Session, officer: Officer, measure_id: int, *, lock: bool = False
) -> tuple[Action, OfficerRow]:
    """An action that this officer may know of, locked where asked; raises NotFound for none and for another agency's
    sealed case alike.
    """
    person = officers.require(session, officer, *role_groups.CASE_READERS)
    query = select(Action).where(Action.id == measure_id, visible(person, Action.case_id))
    found = session.scalars(query.with_for_update(of=Action) if lock else query).first()
    if found is None:
        raise NotFound("actions.no-such-action", action=measure_id)
    return found, person


def locked(
    session: Session, officer: Officer, measure_id: int, now: datetime, *may: str
) -> tuple[Action, Kind, OfficerRow]:
    """The action, locked, for an officer whom its kind lets do one of these things (`proposes`, `approves`,
    `carries_out`) and who works on its case by that; raises NotFound or NotAllowed.
    """
    found, person = seen(session, officer, measure_id, lock=True)
    kind = kind_of(found.kind)
    officers.require(session, officer, *(role for each in may for role in getattr(kind, each)))
    visibility.note_work(session, person, found.case_id, now)
    return found, kind, person


def lock(session: Session, measure_id: int) -> Action:
    """The action, locked, for what happens by itself."""
    return session.get_one(Action, measure_id, with_for_update=True, populate_existing=True)


def case_number(session: Session, measure: Action) -> str | None:
    """The number of the case an action serves, None where it serves none."""
    if measure.case_id is None:
        return None
    return session.get_one(Case, measure.case_id).number
