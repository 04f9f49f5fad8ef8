"""Forgets senders: a digest of the network links submissions within a day. After the day the key of the digests is
destroyed, and the digests are erased. Other marks of a day (`Mention.mark`) are under that key too.
"""

from sqlalchemy import delete, func, select, text, update

from warroom.errors import LedgerError
from warroom.ledger.bookmarks import save_bookmark
from warroom.ledger.ledger import Ledger
from warroom.ledger.schema import Bookmark
from warroom.public.keys import seal_key
from warroom.public.outside.sealing import public_half, seal, unseal
from warroom.public.reported import OLD_MARKS
from warroom.public.schema import PublicReport, SenderOutside, Submission

OLD = "public.old-marks"
"""A bookmark: the newest submission that may still have marks in it from before there was a key of the day."""
# Submissions re-encrypted a round: each may be 32 MiB. Chosen, not measured.
AT_ONCE = 50
OLD_WEEK = "of_week"


def forget_senders(ledger: Ledger) -> None:
    """Destroy the keys of past days, and erase the digests under them."""
    with ledger.open_session() as session:
        session.execute(text("SELECT outside_forget_key()"))
        session.execute(delete(SenderOutside).where(SenderOutside.day < func.current_date()))
        # Submissions that were not ingested yet keep theirs: they are ranked by sender first.
        over = (
            Submission.sender != b"",
            Submission.sent_at < func.current_date(),
            Submission.taken_at.is_not(None),
        )
        ids = session.scalars(
            update(Submission).where(*over).values(sender=b"").returning(Submission.id)
        ).all()
        if ids:
            reports = update(PublicReport).where(
                PublicReport.submission_id.in_(ids), PublicReport.sender != b""
            )
            session.execute(reports.values(sender=b""))
    _forget_old_marks(ledger)


def _forget_old_marks(ledger: Ledger) -> None:
    """Re-encrypt, some at a time, old submissions without the marks of networks that were made under a permanent key."""
    with ledger.open_session() as session:
        newest = int(session.scalar(select(Bookmark.value).where(Bookmark.name == OLD)) or 0)
        if not newest:
            return
        query = select(Submission.id).where(Submission.id <= newest).order_by(Submission.id.desc())
        ids = session.scalars(query.limit(AT_ONCE)).all()
        for number in ids:
            sealed = session.scalars(select(Submission.sealed).where(Submission.id == number)).one()
            clean = _strip_marks(seal_key(ledger.home), bytes(sealed))
            if clean != sealed:
                session.execute(update(Submission).where(Submission.id == number).values(sealed=clean))
        save_bookmark(session, OLD, str(min(ids, default=1) - 1))


def _strip_marks(private: bytes, sealed: bytes) -> bytes:
    """The same seal where it has no such marks or cannot be decrypted, else a new one without them."""
    try:
        body, files = unseal(private, sealed)
    except LedgerError:
        return sealed
    if OLD_MARKS not in body and OLD_WEEK not in body:
        return sealed
    # The named identifiers still count; only the marks of the networks are removed.
    named = body.get(OLD_MARKS)
    kept = {name: value for name, value in body.items() if name not in (OLD_MARKS, OLD_WEEK)}
    if isinstance(named, list):
        kept[OLD_MARKS] = [[old_mark[0], ""] for old_mark in named if isinstance(old_mark, list) and old_mark]
    return seal(public_half(private), kept, files)
