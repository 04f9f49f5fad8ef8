"""Finding cases by a number that people have: of a case, account, transfer, report or notice.

It searches the ledger's cases only, and whole numbers only. The search over everything (`lookup`) includes
these hits.
"""

import re

from sqlalchemy import ColumnElement, CompoundSelect, Text, literal_column, or_, select, union_all
from sqlalchemy.orm import Session

from warroom.cases import sealing
from warroom.cases.schema import Case, CaseReportRow, Claim, Hold, Proposal, format_account_number
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
    query = select(Case).where(
        Case.id.in_(_select_cases_knowing(asked[:LONGEST])), sealing.is_visible_to(person)
    )
    return list(session.scalars(query.order_by(Case.opened_at.desc(), Case.id.desc()).limit(MOST)))


def _select_cases_knowing(asked: str) -> CompoundSelect[int]:
    """Each part by an index of its own: a condition with OR would look at every case."""
    from warroom.lake.texts.fold import (
        fold_text,
    )  # the lake opens slowly, and most of this floor does without

    # Numbers are typed with or without dashes, in Thai digits, and copied with signs that nobody sees.
    plain = "".join(sign for sign in fold_text(asked) if sign not in "- ./").upper()
    case = CASE.fullmatch(plain)
    number = f"C-{case[1]}" if case else asked.upper()
    account = plain or asked
    return union_all(
        select(Case.id).where(Case.number == number),
        select(CaseReportRow.case_id).where(CaseReportRow.record_id == asked),
        select(Claim.case_id).where(
            or_(
                Claim.record_id == asked,
                Claim.uetr == asked.lower(),
                Claim.end_to_end_id == asked,
                _is_account("payer", account),
                _is_account("payee", account),
            )
        ),
        select(Proposal.case_id).where(_is_account("account", account)),
        select(Hold.case_id).where(Hold.reference == asked.upper()),
    )


def _is_account(column: str, number: str) -> ColumnElement[bool]:
    """Whether a column of a table has an account's number, as `plain` writes what was typed."""
    is_same: ColumnElement[bool] = literal_column(format_account_number(column).text, Text) == number
    return is_same
