"""Held money behind the wall: how each hold stands is told to who has the code of its notice.

It is written when the log says that something became of a hold; it lies under the keyed digest of the code.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from warroom import keys
from warroom.access.agencies import bank_name
from warroom.cases.schema import AppealRow, Hold
from warroom.ledger.bookmarks import keep_bookmark
from warroom.ledger.ledger import Ledger
from warroom.ledger.schema import AuditLine, Bookmark
from warroom.public.outside.codes import digest_of
from warroom.public.publishing import baht, local
from warroom.public.schema import PublishedReceipt
from warroom.public.wall import CODES

MARK = "public.held"
AT_ONCE = 2_000
NAMED = "hold:"


def publish_held(ledger: Ledger, now: datetime) -> int:
    """Tell anew of each hold that the log names since the last time; returns how many."""
    key = keys.secret(ledger.home, CODES)
    with ledger.session() as session:
        done = int(session.scalar(select(Bookmark.value).where(Bookmark.name == MARK)) or 0)
        rows = session.execute(
            select(AuditLine.sequence, AuditLine.subject, AuditLine.verb)
            .where(AuditLine.sequence > done)
            .order_by(AuditLine.sequence)
            .limit(AT_ONCE)
        ).all()
        if not rows:
            return 0
        ids = {int(one.subject[len(NAMED) :]) for one in rows if _of_hold(one.subject)}
        for hold in session.scalars(select(Hold).where(Hold.id.in_(ids))):
            _write(session, digest_of(NAMED + hold.reference, key), _body(ledger, session, hold))
        keep_bookmark(session, MARK, str(rows[-1].sequence))
        return len(ids)


def _of_hold(subject: str) -> bool:
    return subject.startswith(NAMED) and subject[len(NAMED) :].isdecimal()


def _write(session: Session, digest: bytes, body: dict[str, Any]) -> None:
    said = insert(PublishedReceipt).values(code_hash=digest, seal=b"", body=body, ends_at=None)
    session.execute(
        said.on_conflict_do_update(index_elements=["code_hash"], set_={"body": said.excluded.body})
    )


def _body(ledger: Ledger, session: Session, hold: Hold) -> dict[str, Any]:
    """What the holder may see: no name, no account, no officer, no case."""
    newest = select(AppealRow).where(AppealRow.hold_id == hold.id).order_by(AppealRow.id.desc())
    appeal = session.scalars(newest.limit(1)).first()
    bank = bank_name(ledger, hold.bank)
    return {
        "state": hold.state,
        "held": baht(hold.held),
        "amount": baht(hold.amount),
        "bank": {"th": bank.th, "en": bank.en} if bank else {"th": hold.bank, "en": hold.bank},
        "until": local(hold.until),
        "notice": {"th": hold.notice_th, "en": hold.notice_en},
        "reference": hold.reference,
        "appeal": appeal.state if appeal else "",
        "due": local(appeal.due_at) if appeal else "",
        "limit": local(appeal.limit_at) if appeal else "",
        "reason": appeal.reason if appeal else "",
    }
