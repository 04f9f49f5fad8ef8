"""Publishes the state of each hold, and of what waits at an account, for people with the code on its notice.

A page is updated when the log has a new row about the hold; it is stored under a keyed digest of the code.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from warroom import keys, settings
from warroom.access.agencies import bank_name
from warroom.cases.schema import AppealAddition, AppealRow, Hold, HoldRelease
from warroom.incoming import holders
from warroom.incoming.schema import IncomingHoldRow, WaitingPayment
from warroom.ledger.bookmarks import save_bookmark
from warroom.ledger.ledger import Ledger
from warroom.ledger.schema import AuditLine, Bookmark
from warroom.public.keys import CODES
from warroom.public.outside.codes import digest_of
from warroom.public.publishing import format_receipt_baht, format_receipt_time
from warroom.public.schema import PublishedReceipt

MARK = "public.held"
# Log rows a round: a round ends within a second or so, and the next one continues. Chosen, not measured.
AT_ONCE = 2_000
NAMED = "hold:"


def publish_held(ledger: Ledger, now: datetime) -> int:
    """Update the page of each hold in the log rows since the last call; returns the number of holds."""
    key = keys.load_secret(ledger.home, CODES)
    with ledger.open_session() as session:
        done = int(session.scalar(select(Bookmark.value).where(Bookmark.name == MARK)) or 0)
        rows = session.execute(
            select(AuditLine.sequence, AuditLine.subject, AuditLine.verb)
            .where(AuditLine.sequence > done)
            .order_by(AuditLine.sequence)
            .limit(AT_ONCE)
        ).all()
        if not rows:
            return 0
        ids = {int(log_row.subject[len(NAMED) :]) for log_row in rows if _is_about_hold(log_row.subject)}
        for hold in session.scalars(select(Hold).where(Hold.id.in_(ids))):
            _save_receipt(session, digest_of(NAMED + hold.reference, key), _build_body(ledger, session, hold))
        for incoming in _list_told_incoming(session, [log_row.subject for log_row in rows]):
            body = _build_incoming_body(ledger, session, incoming)
            _save_receipt(session, digest_of(NAMED + incoming.reference, key), body)
        save_bookmark(session, MARK, str(rows[-1].sequence))
        return len(ids)


def _is_about_hold(subject: str) -> bool:
    return subject.startswith(NAMED) and subject[len(NAMED) :].isdecimal()


def _save_receipt(session: Session, digest: bytes, body: dict[str, Any]) -> None:
    said = insert(PublishedReceipt).values(code_hash=digest, seal=b"", body=body, ends_at=None)
    session.execute(
        said.on_conflict_do_update(index_elements=["code_hash"], set_={"body": said.excluded.body})
    )


def _build_body(ledger: Ledger, session: Session, hold: Hold) -> dict[str, Any]:
    """The published content: no name, no account, no officer, no case."""
    newest = select(AppealRow).where(AppealRow.hold_id == hold.id).order_by(AppealRow.id.desc())
    appeal = session.scalars(newest.limit(1)).first()
    release = session.get(HoldRelease, hold.id)
    bank = bank_name(ledger, hold.bank)
    return {
        "state": hold.state,
        "held": format_receipt_baht(hold.held),
        "amount": format_receipt_baht(hold.amount),
        "bank": {"th": bank.th, "en": bank.en} if bank else {"th": hold.bank, "en": hold.bank},
        "until": format_receipt_time(hold.until),
        "notice": {"th": hold.notice_th, "en": hold.notice_en},
        "reference": hold.reference,
        "appeal": appeal.state if appeal else "",
        "due": format_receipt_time(appeal.due_at) if appeal else "",
        "limit": format_receipt_time(appeal.limit_at) if appeal else "",
        "reason": appeal.reason if appeal else "",
        "filed": format_receipt_time(appeal.filed_at) if appeal else "",
        "more": _count_additions(session, appeal.id) if appeal else 0,
        "answered": format_receipt_time(appeal.answered_at) if appeal and appeal.answered_at else "",
        "ended": format_receipt_time(release.at) if release else "",
        "lifted": format_receipt_time(release.lifted_at) if release and release.lifted_at else "",
        "telephone": settings.get_text("WARROOM_HOLDER_TELEPHONE"),
    }


def _list_told_incoming(session: Session, subjects: Sequence[str]) -> Sequence[IncomingHoldRow]:
    """The holds of what comes in that these log rows are about, of those whose holders were told."""
    named = [subject.partition(":") for subject in subjects]
    ids = {int(number) for about, _, number in named if about == "incoming" and number.isdecimal()}
    payments = {int(number) for about, _, number in named if about == "payment" and number.isdecimal()}
    if not ids and not payments:
        return []
    of_payments = select(WaitingPayment.hold_id).where(WaitingPayment.id.in_(payments))
    query = select(IncomingHoldRow).where(
        IncomingHoldRow.told_at.is_not(None),
        or_(IncomingHoldRow.id.in_(ids), IncomingHoldRow.id.in_(of_payments)),
    )
    return session.scalars(query).all()


def _build_incoming_body(ledger: Ledger, session: Session, hold: IncomingHoldRow) -> dict[str, Any]:
    """What waits at an account, as its holder sees it: no payer, no account, no officer."""
    view = holders.build_public_view(session, hold)
    bank = bank_name(ledger, hold.bank)
    return {
        "kind": "incoming",
        "state": "in_effect" if view.active else "ended",
        "waiting": view.waiting,
        "held": format_receipt_baht(view.waiting_sum),
        "amount": format_receipt_baht(view.waiting_sum),
        "sent_back": view.sent_back,
        "bank": {"th": bank.th, "en": bank.en} if bank else {"th": hold.bank, "en": hold.bank},
        "until": format_receipt_time(view.until) if view.until else "",
        "notice": {"th": view.notice.th, "en": view.notice.en},
        "reference": view.reference,
        "appeal": view.appeal_state,
        "due": format_receipt_time(view.appeal_due) if view.appeal_due else "",
        "limit": format_receipt_time(view.appeal_limit) if view.appeal_limit else "",
        "reason": view.appeal_reason,
        "filed": format_receipt_time(view.appeal_filed) if view.appeal_filed else "",
        "answered": format_receipt_time(view.appeal_answered) if view.appeal_answered else "",
        "ended": format_receipt_time(hold.ended_at) if hold.ended_at else "",
        "telephone": settings.get_text("WARROOM_HOLDER_TELEPHONE"),
    }


def _count_additions(session: Session, appeal: int) -> int:
    query = select(func.count()).select_from(AppealAddition).where(AppealAddition.appeal_id == appeal)
    return session.scalar(query) or 0
