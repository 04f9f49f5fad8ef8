"""Access checks for the evidence of a case."""

from warroom.cases import purposes
from warroom.cases.schema import Case
from warroom.cases.sealing import case_of
from warroom.errors import NotFound
from warroom.evidence.schema import EvidenceItem
from warroom.ledger.decision import LoggedRead

WALL = "screener"
"""The only role that may see items that survivors gave."""


def load_evidence_case(this: LoggedRead, number: str, *roles: str, reading: bool = True) -> Case:
    """The case, where the officer may know of it and has one of these roles.

    `reading` is True where content of the case is shown or handled: then a purpose must be in force. Raises NotAllowed
    for the roles, NotFound both for no such case and for one sealed to others, PurposeNeeded.
    """
    person = this.require_role(*roles)
    case = case_of(this.session, person, number)
    if reading:
        purposes.may_read(this.session, person, case, this.now)
    return case


def load_evidence_item(this: LoggedRead, number: int, *roles: str) -> tuple[Case, EvidenceItem]:
    """As `load_evidence_case`, for one item. Items that survivors gave are found by the screening team alone."""
    person = this.require_role(*roles)
    item = this.session.get(EvidenceItem, number)
    # The same error as for no item at all: another answer would reveal that a survivor has spoken.
    if item is None or (item.protected and WALL not in person.roles):
        raise _make_item_not_found(number)
    try:
        known = this.session.get_one(Case, item.case_id).number
        return load_evidence_case(this, known, *roles), item
    except NotFound:
        raise _make_item_not_found(number) from None


def _make_item_not_found(number: int) -> NotFound:
    return NotFound("evidence.no-such-item", number=number)
