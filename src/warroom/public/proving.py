"""For each report that came in, the proof that the log holds the hash of what was sent: its sender keeps it and can show it
later, though all else were deleted.
"""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from warroom.errors import NotPossible
from warroom.keys import public_hex
from warroom.ledger.audit.proofs import proof
from warroom.ledger.bookmarks import keep_bookmark
from warroom.ledger.ledger import Ledger
from warroom.ledger.schema import AuditLine, Bookmark, Checkpoint
from warroom.public.published import publish_page
from warroom.public.schema import PublicReport

MARK = "public.proved"
AT_ONCE = 200


def prove(ledger: Ledger, now: datetime) -> int:
    """Proofs for the rows under the newest checkpoint that have none yet; returns how many."""
    with ledger.session() as session:
        publish_page(session, "log", {"key": public_hex(ledger.home)}, now)
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
            _keep(session, sequence, subject, bytes(leaf), newest, now)
        keep_bookmark(session, MARK, str(rows[-1].sequence if len(rows) == AT_ONCE else newest.size))
        return len(rows)


def _keep(
    session: Session,
    sequence: int,
    subject: str,
    leaf: bytes,
    signed: "tuple[int, bytes, str]",
    now: datetime,
) -> None:
    size, root, note = signed
    try:
        made = proof(session, sequence, size)
    except NotPossible:
        # The night's look names what is wrong with the log; a receipt without a proof says that it has none.
        return
    if made.root != bytes(root):
        return
    hashes = [one.hex() for one in made.hashes]
    whole = {"leaf": leaf.decode(), "hashes": hashes, "checkpoint": note}
    number = int(subject.partition(":")[2])
    session.execute(
        update(PublicReport).where(PublicReport.submission_id == number).values(proof=whole, told_at=None)
    )
