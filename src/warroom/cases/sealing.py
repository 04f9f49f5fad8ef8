"""Sealed cases: visible to officers of named agencies only. To everybody else such a case is answered as
absent.
"""

from typing import Any

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session

from warroom.cases.schema import Case, CaseAccess
from warroom.errors import NotFound
from warroom.ledger.decision import logged_read
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.ledger.schema import OfficerRow


def make_case_not_found(number: str) -> NotFound:
    """The one error for an absent case and for one sealed to the officer: the answer must not tell them
    apart.
    """
    return NotFound("cases.no-such-case", number=number)


def may_see(session: Session, person: OfficerRow, case: Case, not_found: str = "") -> None:
    """Raises NotFound where the case is sealed and not to the officer's agency, as for no case at all.

    `not_found` is the sentence for what was asked for, where that is something else than the case by its number: the same
    as for something that is not there.
    """
    agencies = agencies_of(session, case)
    # An officer without an agency is of none: a sealed case is shut to them.
    if agencies and person.agency not in agencies:
        raise NotFound(not_found) if not_found else make_case_not_found(case.number)


def case_of(session: Session, person: OfficerRow, number: str, *, lock: bool = False) -> Case:
    """A case by its number; raises NotFound for none, and in the same words for one sealed to others."""
    query = select(Case).where(Case.number == number)
    # The lock first, then the check: a seal that is being set meanwhile is waited for.
    case = session.scalars(query.with_for_update() if lock else query).first()
    if case is None:
        raise make_case_not_found(number)
    may_see(session, person, case)
    return case


def is_visible_to(person: OfficerRow, case_id: object = Case.id) -> ColumnElement[bool]:
    """A condition for lists: cases, or rows with such a `case_id` column, that the officer may know of."""
    own = CaseAccess.case_id == case_id
    return or_(
        ~exists().where(own).correlate_except(CaseAccess),
        exists().where(own, CaseAccess.agency == person.agency).correlate_except(CaseAccess),
    )


def is_unsealed(case_id: object = Case.id) -> ColumnElement[bool]:
    """A condition for what everybody sees: cases, or rows with such a `case_id` column, that are sealed to nobody."""
    return ~exists().where(CaseAccess.case_id == case_id).correlate_except(CaseAccess)


def over_many(seen: ColumnElement[bool], case_id: ColumnElement[int] | Any = Case.id) -> ColumnElement[bool]:
    """The condition `seen` for statements over thousands of cases, or of rows with such a `case_id` column.

    Few cases are sealed: these are looked up once, where `seen` itself would look up every case scanned.
    """
    sealed = select(Case.id).where(Case.id.in_(select(CaseAccess.case_id)), ~seen).correlate(None)
    return case_id.not_in(sealed)


def list_hidden_cases(session: Session, person: OfficerRow) -> set[str]:
    """The numbers of the cases that are not this officer's to know of: for lists that name cases in words."""
    return set(session.scalars(select(Case.number).where(~is_visible_to(person))))


def sealed_to(ledger: Ledger, officer: Officer, number: str) -> tuple[str, ...]:
    """The agencies a case is sealed to, none where it is open to all; raises NotFound as `may_see` does."""
    with logged_read(ledger, officer) as this:
        return agencies_of(this.session, case_of(this.session, this.person, number))


def agencies_of(session: Session, case: Case) -> tuple[str, ...]:
    """The agencies a case is sealed to by code, none where it is open to all."""
    query = select(CaseAccess.agency).where(CaseAccess.case_id == case.id)
    return tuple(session.scalars(query.order_by(CaseAccess.agency)))
