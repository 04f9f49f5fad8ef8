"""Queries of an open case page: whether anything has changed since, and which case comes next."""

import time
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import func, or_, select

from warroom.access import masking, role_groups
from warroom.cases import purposes, sealing, visits
from warroom.cases.queries.case_list import QUEUE, TO_DECIDE
from warroom.cases.queries.readings import is_deed
from warroom.cases.schema import Case, Proposal
from warroom.ledger import officers
from warroom.ledger.decision import logged_read
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.ledger.schema import AuditLine
from warroom.marking import AccountNumber
from warroom.units import Satang

# Seconds.
MINUTE = 60
# Cases that "next" passes by before it begins again at the top.
MOST_PASSED = 200


@dataclass(frozen=True, slots=True)
class Before:
    """An amount as an officer had it before them when they decided."""

    id: int
    bank: str
    account: AccountNumber
    amount: Satang


def page_stamp(ledger: Ledger, officer: Officer, number: str) -> str:
    """A stamp that changes when the page of a case would; also records that the page is open.

    It counts as no read of the case: nothing of it is disclosed. Raises what opening the page raises.
    """
    ledger.number_committed_rows()
    with ledger.open_session() as session:
        person = officers.require_role(session, officer, *role_groups.CASE_READERS)
        case = sealing.case_of(session, person, number)
        visits.record_visit(session, case.id, person.id)
        rows = select(func.max(AuditLine.sequence)).where(AuditLine.case_number == number, is_deed())
        others = visits.list_other_visitors(session, case.id, person.id)
        # Deadlines strike and records age without a row of the log: the page is reloaded once a minute.
        minute = int(time.time() // MINUTE)
        return f"{session.scalar(rows) or 0}.{minute}.{len(others)}"


def next_case(ledger: Ledger, officer: Officer, number: str) -> str:
    """The next case of the queue in which a decision, a look or a call can still save something: the officer's or nobody's.

    From one that waits itself it is the one below it, and after the last the first, so that who leaves cases as they
    are passes by all of them; from any other the first. Empty for none.
    """
    with logged_read(ledger, officer, *role_groups.CASE_READERS) as this:
        this.log_list_read("board")
        free = or_(Case.owner_id.is_(None), Case.owner_id == officer.id)
        query = select(Case.number).where(Case.state == "open", Case.queue_group == TO_DECIDE, free)
        seen = query.where(sealing.is_visible_to(this.person))
        numbers = list(this.session.scalars(seen.order_by(*QUEUE).limit(MOST_PASSED)))
    below = numbers[numbers.index(number) + 1 :] if number in numbers else []
    return next((other for other in (*below, *numbers) if other != number), "")


def asked_before(ledger: Ledger, officer: Officer, number: str, ids: Iterable[int]) -> list[Before]:
    """The proposals that an officer decided on, in whatever state they are now; the read is logged."""
    with logged_read(ledger, officer, *role_groups.CASE_READERS) as this:
        case = purposes.read_case(this, number)
        this.log_entry("case.read", f"case:{number}", case=number)
        query = select(Proposal).where(Proposal.case_id == case.id, Proposal.id.in_(list(ids)))
        proposals = this.session.scalars(query.order_by(Proposal.id))
        views = [
            Before(proposal.id, proposal.bank, proposal.account, proposal.amount) for proposal in proposals
        ]
        return masking.redact(officers.to_officer(this.person), views)
