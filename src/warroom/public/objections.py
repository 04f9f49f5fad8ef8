"""What a holder objects outside, taken in as an appeal."""

from datetime import datetime
from typing import Any

from warroom.cases.references import read_reference
from warroom.errors import NotFound, NotPossible, TooLarge
from warroom.ledger.audit import writing
from warroom.ledger.ledger import Ledger
from warroom.public import appeals


def file_appeal(
    ledger: Ledger, submission: int, fields: dict[str, Any], receipt: bytes, now: datetime
) -> None:
    """An objection that came from outside becomes an appeal; one that cannot be is told in the log and the hold's page says why:
    it has ended, or an appeal is open already.
    """
    who, text = str(fields.get("phone", "")), str(fields.get("text", ""))
    try:
        # The name is not asked: the bank knows whose account it is.
        appeals.submit_appeal(
            ledger, read_reference(str(fields.get("code", ""))), who or "—", text, receipt, now=now
        )
    except (NotFound, NotPossible, TooLarge) as problem:
        with ledger.open_session() as session:
            detail = {"why": str(problem)[:200]}
            writing.write_audit_row(
                session, "public", "appeal.not-filed", f"submission:{submission}", detail, at=now
            )
