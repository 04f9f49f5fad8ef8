"""Finding cases by what people have in their hands: a number of a case, account, transfer, report or notice.

Only what stands in the ledger's own cases is looked at, and only whole numbers: no part of one, no name.
"""

from sqlalchemy import ColumnElement, or_, select

from warroom.errors import NotFound
from warroom.operations import access, audit, officers
from warroom.operations.boards import READERS, board_row
from warroom.operations.ledger import Ledger
from warroom.operations.schema import Action, Case, CaseReportRow, Claim, Proposal
from warroom.operations.views import BoardRow, Officer

MOST = 50
LONGEST = 80
NO_HIT = "No case has this number; type the whole number of a case, account, transfer, report or notice, such as C-12."


def find_cases(ledger: Ledger, officer: Officer, words: str) -> tuple[BoardRow, ...]:
    """Cases that know this number, the newest first, at most 50; raises NotFound for none, and NotAllowed.

    The log names the cases that were found and never the words: people type other things into a search.
    """
    asked = words.replace("\x00", "").strip()[:LONGEST]
    with ledger.session() as session:
        person = officers.require(session, officer, *READERS)
        query = (
            select(Case)
            .where(_knows(asked), access.visible(person))
            .order_by(Case.opened_at.desc(), Case.id.desc())
        )
        found = tuple(board_row(row) for row in session.scalars(query.limit(MOST))) if asked else ()
        detail = {"cases": [row.number for row in found]}
        audit.append(session, officer, "case.searched", "cases", detail)
    if not found:
        raise NotFound(NO_HIT)
    return found


def _knows(asked: str) -> ColumnElement[bool]:
    number = f"C-{asked}" if asked.isdigit() else asked.upper()
    # An account is typed with or without its dashes.
    plain = asked.replace("-", "").replace(" ", "")
    accounts = (asked, plain)
    claimed = or_(
        Claim.record_id == asked,
        Claim.uetr == asked.lower(),
        Claim.end_to_end_id == asked,
        Claim.payer.in_(accounts),
        Claim.payee.in_(accounts),
    )
    return or_(
        Case.number == number,
        Case.id.in_(select(CaseReportRow.case_id).where(CaseReportRow.record_id == asked)),
        Case.id.in_(select(Claim.case_id).where(claimed)),
        Case.id.in_(select(Proposal.case_id).where(Proposal.account.in_(accounts))),
        Case.id.in_(select(Action.case_id).where(Action.reference == asked.upper())),
    )
