"""Finding cases by a number that people have: of a case, account, transfer, report or notice.

It searches the ledger's cases only, and whole numbers only. The search over everything (`lookup`) includes
these hits.
"""

import re

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from warroom.cases import sealing
from warroom.cases.schema import Case, CaseReportRow, Claim, Hold, Proposal
from warroom.ledger.schema import OfficerRow

# Cases; chosen, not measured: a whole number is usually in a few.
MOST = 50
# Characters of the query that are compared.
LONGEST = 300
CASE = re.compile("(?:C|คดี)?([0-9]{1,18})")


def cases_knowing(session: Session, person: OfficerRow, asked: str) -> list[Case]:
    """The cases an officer may know of that know this number, the newest first, at most 50."""
    if not asked:
        return []
    # Sealed ones are left out before the limit: a shorter list would tell that there are more.
    query = select(Case).where(_is_case_knowing(asked[:LONGEST]), sealing.is_visible_to(person))
    return list(session.scalars(query.order_by(Case.opened_at.desc(), Case.id.desc()).limit(MOST)))


def _is_case_knowing(asked: str) -> ColumnElement[bool]:
    from warroom.lake.texts.fold import (
        fold_text,
    )  # the lake opens slowly, and most of this floor does without

    # Numbers are typed with or without dashes, in Thai digits, and copied with signs that nobody sees.
    plain = "".join(sign for sign in fold_text(asked) if sign not in "- ./").upper()
    case = CASE.fullmatch(plain)
    number = f"C-{case[1]}" if case else asked.upper()
    account = plain or asked
    claimed = or_(
        Claim.record_id == asked,
        Claim.uetr == asked.lower(),
        Claim.end_to_end_id == asked,
        _strip_account(Claim.payer) == account,
        _strip_account(Claim.payee) == account,
    )
    return or_(
        Case.number == number,
        Case.id.in_(select(CaseReportRow.case_id).where(CaseReportRow.record_id == asked)),
        Case.id.in_(select(Claim.case_id).where(claimed)),
        Case.id.in_(select(Proposal.case_id).where(_strip_account(Proposal.account) == account)),
        Case.id.in_(select(Hold.case_id).where(Hold.reference == asked.upper())),
    )


def _strip_account(account: InstrumentedAttribute[str]) -> ColumnElement[str]:
    """A stored account's number as `plain` writes what was typed."""
    return func.upper(func.translate(account, "- ./", ""))
