"""Who may see and handle the evidence of a case."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from warroom.errors import NotFound
from warroom.operations import officers
from warroom.operations.access.seals import may_see, not_there
from warroom.operations.schema import Case, OfficerRow
from warroom.operations.schema.evidence import EvidenceItem
from warroom.operations.views import Officer

SEERS = (
    "custodian",
    "investigator",
    "prosecutor",
    "officer",
    "supervisor",
    "commander",
    "auditor",
    "screener",
)
ADDERS = ("custodian", "investigator", "officer", "supervisor", "screener")
# Whoever may be given an item to keep.
KEEPERS = ("custodian", "investigator", "prosecutor", "officer", "supervisor", "screener")
BUNDLERS = ("custodian", "investigator", "prosecutor")
WALL = "screener"


def case_for(session: Session, officer: Officer, number: str, *roles: str) -> tuple[OfficerRow, Case]:
    """The officer's row and the case, where the officer is one of its people with one of these roles.

    Raises NotAllowed for the roles, NotFound alike for no such case and for a case of others.
    """
    person = officers.require(session, officer, *roles)
    case = session.scalars(select(Case).where(Case.number == number)).first()
    if case is None:
        raise not_there(number)
    may_see(session, person, case)
    return person, case


def item_for(
    session: Session, officer: Officer, number: int, *roles: str
) -> tuple[OfficerRow, Case, EvidenceItem]:
    """The same for one item. What survivors gave is there for the screening team alone."""
    person = officers.require(session, officer, *roles)
    item = session.get(EvidenceItem, number)
    if item is None or (item.protected and WALL not in person.roles):
        raise _no_item(number)
    try:
        case = case_for(session, officer, session.get_one(Case, item.case_id).number, *roles)[1]
    except NotFound:
        raise _no_item(number) from None
    return person, case, item


def _no_item(number: int) -> NotFound:
    return NotFound(f"There is no evidence E-{number}; open the case's list again.")
