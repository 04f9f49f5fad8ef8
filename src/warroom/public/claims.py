"""Files claims of refunds that arrive through the public process."""

from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlalchemy import select

from warroom.assets.refunds.claims import file_claim
from warroom.errors import NotFound, NotPossible
from warroom.ledger.audit import writing
from warroom.ledger.ledger import Ledger
from warroom.public.schema import Submission


def file_public_claim(ledger: Ledger, submission: int, fields: dict[str, Any], now: datetime) -> None:
    """File a claim from outside as of when it was sent; a refusal is recorded in the log, and the claim's page shows how it stands."""
    with ledger.open_session() as session:
        sent_at = session.scalar(select(Submission.sent_at).where(Submission.id == submission)) or now
    words = {name: str(fields.get(name, "")) for name in ("code", "bank", "account", "text")}
    try:
        file_claim(
            ledger,
            words["code"],
            _parse_satang(str(fields.get("amount", ""))),
            words["bank"],
            words["account"],
            words["text"],
            sent_at,
            now=now,
        )
    except (NotFound, NotPossible) as problem:
        with ledger.open_session() as session:
            detail = {"why": str(problem)[:200]}
            subject = f"submission:{submission}"
            writing.write_audit_row(session, "public", "refund.claim-not-filed", subject, detail, at=now)


def _parse_satang(baht: str) -> int:
    """Satang of a sum in digits; 0 for anything else, which no claim can be of."""
    try:
        satang = Decimal(baht) * 100
        return int(satang) if satang == int(satang) else 0
    # Somebody who took over the public process may send any words here.
    except (InvalidOperation, ValueError, OverflowError):
        return 0
