"""Files appeals that arrive through the public process."""

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
    """File an appeal from outside; a refusal is recorded in the log, and the hold's page shows the reason: it has ended, or an
    appeal is open already.
    """
    who, text = str(fields.get("phone", "")), str(fields.get("text", ""))
    try:
        # The form asks for no name: the bank knows the account holder.
        appeals.submit_appeal(
            ledger, read_reference(str(fields.get("code", ""))), who or "—", text, receipt, now=now
        )
    except (NotFound, NotPossible, TooLarge) as problem:
        with ledger.open_session() as session:
            detail = {"why": str(problem)[:200]}
            writing.write_audit_row(
                session, "public", "appeal.not-filed", f"submission:{submission}", detail, at=now
            )
