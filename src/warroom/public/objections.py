"""Files appeals that arrive through the public process."""

from datetime import datetime
from typing import Any

from warroom.cases.references import read_reference
from warroom.errors import NotFound, NotPossible, TooLarge
from warroom.ledger.audit import writing
from warroom.ledger.ledger import Ledger
from warroom.public import appeals, incoming


def file_appeal(
    ledger: Ledger, submission: int, fields: dict[str, Any], receipt: bytes, now: datetime
) -> None:
    """File an appeal from outside, or what was sent after it; a refusal is recorded in the log, and the hold's page shows the reason: it has ended, or an
    appeal is open already.
    """
    who, text = str(fields.get("phone", "")), str(fields.get("text", ""))
    code = read_reference(str(fields.get("code", "")))
    try:
        if fields.get("more"):
            appeals.add_evidence(ledger, code, text, receipt, now=now)
            return
        # The form asks for no name: the bank knows the account holder.
        needed_today = bool(fields.get("need"))
        try:
            appeals.submit_appeal(ledger, code, who or "—", text, receipt, needed_today=needed_today, now=now)
        except NotFound:
            # The code of what waits at an account, or of nothing.
            incoming.appeal_incoming(ledger, code, who or "—", text, now=now)
    except (NotFound, NotPossible, TooLarge) as problem:
        with ledger.open_session() as session:
            detail = {"why": str(problem)[:200]}
            writing.write_audit_row(
                session, "public", "appeal.not-filed", f"submission:{submission}", detail, at=now
            )
