"""Publishes for each report a proof that the log has the hash of what was sent. The reporter keeps it and can show it
later, even if everything else were deleted.
"""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from warroom.errors import NotPossible
from warroom.keys import format_public_key
from warroom.ledger.audit.proofs import build_inclusion_proof
from warroom.ledger.bookmarks import save_bookmark
from warroom.ledger.ledger import Ledger
from warroom.ledger.schema import AuditLine, Bookmark, Checkpoint
from warroom.public.published import publish_page
from warroom.public.schema import PublicReport

MARK = "public.proved"
# Proofs a round: the next round continues. Chosen, not measured.
AT_ONCE = 200


def publish_proofs(ledger: Ledger, now: datetime) -> int:
    """Publish proofs for log rows under the newest checkpoint that have none yet; returns their number."""
    with ledger.open_session() as session:
        publish_page(session, "log", {"key": format_public_key(ledger.home)}, now)
        newest = session.execute(
            select(Checkpoint.size, Checkpoint.root, Checkpoint.note)
            .order_by(Checkpoint.size.desc())
            .limit(1)
        ).first()
        done = int(session.scalar(select(Bookmark.value).where(Bookmark.name == MARK)) or 0)
        if newest is None or newest.size <= done:
            return 0
        rows = session.execute(
            select(AuditLine.sequence, AuditLine.subject, AuditLine.leaf)
            .where(AuditLine.sequence > done, AuditLine.sequence <= newest.size)
            .where(AuditLine.verb == "public.received")
            .order_by(AuditLine.sequence)
            .limit(AT_ONCE)
        ).all()
        for sequence, subject, leaf in rows:
            _save_proof(session, sequence, subject, bytes(leaf), newest, now)
        save_bookmark(session, MARK, str(rows[-1].sequence if len(rows) == AT_ONCE else newest.size))
        return len(rows)


def _save_proof(
    session: Session,
    sequence: int,
    subject: str,
    leaf: bytes,
    signed: "tuple[int, bytes, str]",
    now: datetime,
) -> None:
    size, root, note = signed
    try:
        made = build_inclusion_proof(session, sequence, size)
    except NotPossible:
        # The nightly check reports what is wrong with the log; the receipt shows that it has no proof.
        return
    if made.root != bytes(root):
        return
    hashes = [sibling.hex() for sibling in made.hashes]
    whole = {"leaf": leaf.decode(), "hashes": hashes, "checkpoint": note}
    number = int(subject.partition(":")[2])
    session.execute(
        update(PublicReport).where(PublicReport.submission_id == number).values(proof=whole, told_at=None)
    )
