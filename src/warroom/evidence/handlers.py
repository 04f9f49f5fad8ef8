"""Who may see and handle the evidence of a case."""

from warroom.cases import purposes
from warroom.cases.schema import Case
from warroom.cases.sealing import case_of
from warroom.errors import NotFound
from warroom.evidence.schema import EvidenceItem
from warroom.ledger.decision import LoggedRead

WALL = "screener"
"""The role behind the wall: what survivors said or gave is there for it alone."""


def load_evidence_case(this: LoggedRead, number: str, *roles: str, reading: bool = True) -> Case:
    """The case, where the officer may know of it and has one of these roles.

    `reading` where what is in the case is shown or handled: then a purpose must be in force. Raises NotAllowed for the
    roles, NotFound alike for no such case and for one sealed to others, PurposeNeeded.
    """
    person = this.require_role(*roles)
    case = case_of(this.session, person, number)
    if reading:
        purposes.may_read(this.session, person, case, this.now)
    return case


def load_evidence_item(this: LoggedRead, number: int, *roles: str) -> tuple[Case, EvidenceItem]:
    """The same for one item. What survivors gave is there for the screening team alone."""
    person = this.require_role(*roles)
    item = this.session.get(EvidenceItem, number)
    # The same words as for no item at all: a number that answers otherwise would tell that somebody has spoken.
    if item is None or (item.protected and WALL not in person.roles):
        raise _make_item_not_found(number)
    try:
        known = this.session.get_one(Case, item.case_id).number
        return load_evidence_case(this, known, *roles), item
    except NotFound:
        raise _make_item_not_found(number) from None


def _make_item_not_found(number: int) -> NotFound:
    return NotFound("evidence.no-such-item", number=number)
