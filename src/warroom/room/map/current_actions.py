"""What officers have under way, and where: actions on lines and buildings, and the places of joint operations."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Row, or_, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from warroom.actions import visibility
from warroom.actions.schema import Action, ActionSubject, ActionTransition, Operation, OperationPlace
from warroom.actions.views import UNDER_WAY
from warroom.cases import purposes
from warroom.cases.schema import Case
from warroom.cases.sealing import is_visible_to
from warroom.law.kinds.declarations import load_kind
from warroom.ledger import officers
from warroom.ledger.rows import make_view
from warroom.ledger.schema import OfficerRow
from warroom.room.map.days import WINDOW
from warroom.room.map.views import ActionSpot, OperationSpot
from warroom.sites.gazetteer import Gazetteer
from warroom.sites.network import SupplyNetwork
from warroom.sites.views import Position

# The pillar whose actions have a place: cuts of power and network.
PILLAR = "infrastructure"
SUBJECTS = ("supply", "link", "mast", "terminal", "site")
"""Kinds of subject with a place: their id is the record id of a line or a building."""
# Marks on the map, and rows of its table.
MOST = 500


def list_current_actions(
    session: Session, person: OfficerRow, lines: SupplyNetwork, as_of: datetime
) -> tuple[ActionSpot, ...]:
    """Actions on lines and sites that were under way at a moment, the newest first, one for each subject."""
    # From the transitions: the state in the action's own row may be later than the day that is shown.
    last = (
        select(ActionTransition.action_id, ActionTransition.after)
        .ext(distinct_on(ActionTransition.action_id))
        .where(ActionTransition.at <= as_of)
        .order_by(ActionTransition.action_id, ActionTransition.id.desc())
        .subquery()
    )
    query = (
        select(Action, ActionSubject, last.c.after)
        .join(last, last.c.action_id == Action.id)
        .join(ActionSubject, ActionSubject.action_id == Action.id)
        .where(Action.pillar == PILLAR, last.c.after.in_(UNDER_WAY), ActionSubject.kind.in_(SUBJECTS))
        .where(is_visible_to(person, Action.case_id))
        .order_by(Action.id.desc(), ActionSubject.place)
    )
    return _build_spots(person, lines, session.execute(query.limit(MOST)))


def list_line_actions(
    session: Session, person: OfficerRow, lines: SupplyNetwork, names: Iterable[str]
) -> tuple[ActionSpot, ...]:
    """Every action about any of these lines, the newest first."""
    query = (
        select(Action, ActionSubject, Action.state)
        .join(ActionSubject, ActionSubject.action_id == Action.id)
        .where(ActionSubject.subject.in_(sorted(set(names))), ActionSubject.kind.in_(SUBJECTS))
        .where(is_visible_to(person, Action.case_id))
        .order_by(Action.id.desc(), ActionSubject.place)
    )
    return _build_spots(person, lines, session.execute(query.limit(MOST)))


def _build_spots(
    person: OfficerRow, lines: SupplyNetwork, rows: Iterable[Row[Action, ActionSubject, str]]
) -> tuple[ActionSpot, ...]:
    officer = officers.to_officer(person)
    return tuple(
        make_view(
            ActionSpot,
            measure,
            title=load_kind(measure.kind).title,
            state=state,
            subject=visibility.mask_subject(officer, measure.kind, [subject.kind], subject.subject),
            at=find_place(lines, subject.subject),
            supply=subject.subject if subject.subject in lines.line_row else "",
        )
        for measure, subject, state in rows
    )


def find_place(lines: SupplyNetwork, name: str) -> Position | None:
    """The position of a line or building, rounded to 4 decimals of a degree (11 m); None where no record has
    one.
    """
    if name in lines.line_row:
        return find_line_position(lines, lines.line_row[name])
    if name in lines.building_row:
        lat, lon = lines.place[lines.building_row[name]]
        return round(float(lat), 4), round(float(lon), 4)
    return None


def find_line_position(lines: SupplyNetwork, line: int) -> Position | None:
    """A line is placed at its building, or in the middle of the buildings on it; a mast or second feed at the
    line it belongs to.
    """
    if (house := int(lines.premises[line])) >= 0:
        lat, lon = lines.place[house]
        return round(float(lat), 4), round(float(lon), 4)
    # Nothing more is guessed: what has no place is listed in the tables only.
    for other in (line, int(lines.feeds[line]), int(lines.upstream[line])):
        if other >= 0 and len(buildings := lines.buildings_of(lines.find_rows_below(other))):
            return lines.compute_middle(buildings)
    return None


def list_current_operations(
    session: Session, person: OfficerRow, places: Gazetteer, as_of: datetime
) -> tuple[OperationSpot, ...]:
    """Places of joint operations planned by a moment and not over for longer than the window, by their hour.

    Where an operation serves a case that the officer has not said why they open, its places stay closed.
    """
    query = (
        select(Operation, OperationPlace)
        .join(OperationPlace, OperationPlace.operation_id == Operation.id)
        .where(Operation.proposed_at <= as_of, is_visible_to(person, Operation.case_id))
        .where(or_(Operation.ended_at.is_(None), Operation.ended_at > as_of - WINDOW))
        .order_by(Operation.hour, Operation.id, OperationPlace.place)
    )
    rows = list(session.execute(query.limit(MOST)))
    opened = {operation.id: _may_see_places(session, person, operation, as_of) for operation, _ in rows}
    return tuple(
        _build_operation_spot(operation, where, places, opened[operation.id], as_of)
        for operation, where in rows
    )


def _may_see_places(session: Session, person: OfficerRow, one: Operation, now: datetime) -> bool:
    return one.case_id is None or purposes.has_purpose_in_force(
        session, person, session.get_one(Case, one.case_id), now
    )


def _build_operation_spot(
    operation: Operation, where: OperationPlace, places: Gazetteer, opened: bool, as_of: datetime
) -> OperationSpot:
    spot = places.find_place(where.province) if opened else None
    return OperationSpot(
        operation=operation.id,
        title=operation.title,
        hour=operation.hour,
        state=_state_at(operation, as_of),
        place=where.name if opened else "",
        province=where.province if opened else "",
        at=(spot.lat, spot.lon) if spot else None,
    )


# Derived from its times: an operation has no history of states as an action has.
def _state_at(one: Operation, as_of: datetime) -> str:
    """As it was then: an end that came later had not come."""
    if one.ended_at is not None and one.ended_at > as_of:
        return "planned" if one.hour > as_of else "go"
    return one.state
