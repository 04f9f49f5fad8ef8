"""Who may see and handle the evidence of a case."""

from datetime import datetime

from sqlalchemy.orm import Session

from warroom.cases import purposes
from warroom.cases.schema import Case
from warroom.cases.sealing import case_of
from warroom.errors import NotFound
from warroom.evidence.schema import EvidenceItem
from warroom.ledger import officers
from warroom.ledger.officers import Officer
from warroom.ledger.schema import OfficerRow

WALL = "screener"


def case_for(
    session: Session, officer: Officer, number: str, *roles: str, reading: datetime | None = None
) -> tuple[OfficerRow, Case]:
    """The officer's row and the case, where the officer may know of it and has one of these roles.

    `reading` is the moment where what is in the case is shown or handled: then a purpose must be in force. Raises
    NotAllowed for the roles, NotFound alike for no such case and for one sealed to others, PurposeNeeded.
    """
    person = officers.require(session, officer, *roles)
    case = case_of(session, person, number)
    if reading is not None:
        purposes.may_read(session, person, case, reading)
    return person, case


def item_for(
    session: Session, officer: Officer, number: int, *roles: str, reading: datetime
) -> tuple[OfficerRow, Case, EvidenceItem]:
    """The same for one item. What survivors gave is there for the screening team alone."""
    person = officers.require(session, officer, *roles)
    item = session.get(EvidenceItem, number)
    if item is None or (item.protected and WALL not in person.roles):
        raise _no_item(number)
    try:
        known = session.get_one(Case, item.case_id).number
        person, case = case_for(session, officer, known, *roles, reading=reading)
    except NotFound:
        raise _no_item(number) from None
    return person, case, item


def _no_item(number: int) -> NotFound:
    return NotFound("evidence.no-such-item", number=number)
