"""Sealed cases: for the officers of named agencies alone. To everybody else such a case is not there."""

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session

from warroom.errors import NotFound
from warroom.operations.schema import Case, OfficerRow
from warroom.operations.schema.access import CaseAccess


def not_there(number: str) -> NotFound:
    """The one sentence for a case that is not there and for one that is not this officer's to know of."""
    return NotFound(f"There is no case {number}; open the board again.")


def may_see(session: Session, person: OfficerRow, case: Case, told: str = "") -> None:
    """Raises NotFound where the case is sealed and not to the officer's agency, as for no case at all.

    `told` is the sentence for what was asked for, where that is something else than the case by its number: the same
    as for something that is not there.
    """
    agencies = set(session.scalars(select(CaseAccess.agency).where(CaseAccess.case_id == case.id)))
    if agencies and person.agency not in agencies:
        raise NotFound(told) if told else not_there(case.number)


def visible(person: OfficerRow, case_id: object = Case.id) -> ColumnElement[bool]:
    """A condition for lists: cases, or rows with such a `case_id` column, that the officer may know of."""
    own = CaseAccess.case_id == case_id
    return or_(
        ~exists().where(own).correlate_except(CaseAccess),
        exists().where(own, CaseAccess.agency == person.agency).correlate_except(CaseAccess),
    )


def hidden(session: Session, person: OfficerRow) -> set[str]:
    """The numbers of the cases that are not this officer's to know of: for lists that name cases in words."""
    return set(session.scalars(select(Case.number).where(~visible(person))))
