"""The numbers that this room answers matching about: accounts that money of its open cases was followed to."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from warroom.cases.schema import Case, Proposal
from warroom.cases.sealing import is_unsealed


def list_held_numbers(session: Session) -> list[str]:
    """Each as `BANK:ACCOUNT`. Of no sealed case, and of nothing that is not held or was declined: a shop is no lead."""
    query = (
        select(Proposal.bank, Proposal.account)
        .join(Case, Case.id == Proposal.case_id)
        .where(Proposal.state.in_(("open", "approved")), is_unsealed(Proposal.case_id))
        .distinct()
    )
    return [f"{bank}:{account}" for bank, account in session.execute(query)]
