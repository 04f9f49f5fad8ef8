"""Which other cases know a subject: the officer's own by number, all others as a count only."""

from dataclasses import dataclass

from sqlalchemy import select, union
from sqlalchemy.orm import Session

from warroom.access import role_groups
from warroom.actions.schema import Action, ActionSubject
from warroom.cases import sealing
from warroom.cases.schema import Case, Claim, Hold, Proposal
from warroom.ledger.decision import logged_read
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.ledger.schema import OfficerRow
from warroom.room.lookup.reach import load_own_cases
from warroom.subjects.subject import Subject


@dataclass(frozen=True, slots=True)
class KnowingCases:
    """Cases that know a subject: `mine` by number, and how many there are `elsewhere`."""

    mine: tuple[str, ...]
    elsewhere: int


def load_knowing_cases(ledger: Ledger, officer: Officer, subject: Subject, *, but: str = "") -> KnowingCases:
    """The other cases that name a subject in a report, a proposal, a hold or an action; raises NotAllowed."""
    with logged_read(ledger, officer, *role_groups.CASE_READERS) as this:
        return load_other_knowing_cases(
            this.session, this.person, set(load_own_cases(this.session, this.person, this.now)), subject, but
        )


def load_other_knowing_cases(
    session: Session, person: OfficerRow, own: set[int], subject: Subject, but: str = ""
) -> KnowingCases:
    """The same for an officer whose own cases are known already."""
    named = [
        select(Action.case_id)
        .join(ActionSubject, ActionSubject.action_id == Action.id)
        .where(ActionSubject.subject.in_(subject.spellings), Action.case_id.is_not(None))
    ]
    # Holds and reported transfers name accounts by bank and number; a number alone may be another bank's.
    if subject.bank:
        for bank, number, case_id in (
            (Claim.payer_bank, Claim.payer, Claim.case_id),
            (Claim.payee_bank, Claim.payee, Claim.case_id),
            (Proposal.bank, Proposal.account, Proposal.case_id),
            (Hold.bank, Hold.account, Hold.case_id),
        ):
            named.append(select(case_id).where(bank == subject.bank, number == subject.number))
    # A case that is sealed to the officer is not even a number: to know that it is there would tell of it.
    query = select(Case.id, Case.number).where(
        Case.id.in_(union(*named)), Case.number != but, sealing.is_visible_to(person)
    )
    case_rows = session.execute(query.order_by(Case.id)).all()
    mine = tuple(number for case_id, number in case_rows if case_id in own)
    return KnowingCases(mine, len(case_rows) - len(mine))
