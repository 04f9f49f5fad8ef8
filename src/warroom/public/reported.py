"""Numbers, accounts and links that several people reported: counted in the room by digests alone, published above a threshold.

One network counts once a day for one identifier, since its mark is forgotten after the day; reports with the same text within ten
minutes count once, from any network. Only reports that an officer has accepted count: kept as a tip, or closed as acted on or
passed on; of duplicates only the first. At least `LEAST` must remain. An entry ends after the longest of `WINDOWS` without
reports. Neither the number of reporters nor their identity is published. After a withdrawal counting starts at zero.
"""

import hashlib
import hmac
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, or_, select, union_all, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from warroom import keys
from warroom.errors import LedgerError
from warroom.incoming.silence import list_silent_accounts
from warroom.ledger.ledger import Ledger
from warroom.ledger.schema import AuditLine, WaitingLine
from warroom.public.channels import list_official_numbers
from warroom.public.keys import NUMBERS, seal_key
from warroom.public.outside.identifiers import digest_of, identifiers_in, number_of, only_identifier
from warroom.public.outside.sealing import to_canonical_json, unseal
from warroom.public.schema import Mention, PublicReport, ReportedIdentifier, Submission, Withdrawal
from warroom.public.views import BELIEVED
from warroom.signals.messages.reading import TYPES

LEAST = 5
"""Independent reporters from which on an identifier is published as reported, and a kind as named. Below it, it looks like an
identifier without reports. Chosen, not measured."""
WINDOWS = (7, 30, 90)
"""Days; the smallest window with enough reporters is published. Chosen, not measured."""
# Repeated sending of one text within this time is one campaign of reports. Chosen, not measured.
ONE_TEXT = timedelta(minutes=10)
AGAIN = timedelta(hours=6)
"""The age at which an entry is counted again: windows also expire without new reports. Chosen, not measured."""
# Reports and digests a round: the next round continues. Chosen, not measured.
AT_ONCE = 200
OLD_MARKS = "mentions"
"""The field of marks in old submissions, from before there was a key of the day."""
_COUNTED = ("tip", "money_left")


def count_mentions(ledger: Ledger, now: datetime) -> int:
    """Record the identifiers in new reports, and update the published ones; returns the number of identifiers counted."""
    key = keys.load_secret(ledger.home, NUMBERS)
    _record_mentions(ledger, key, now)
    ours = {digest_of(number_of(number), key) for number in list_official_numbers(ledger.home)}
    with ledger.open_session() as session:
        session.execute(delete(Mention).where(Mention.at < now - timedelta(days=WINDOWS[-1])))
        silent = {digest_of(number_of(account.number), key) for account in list_silent_accounts(session, now)}
        # It stays due: a number on a trail is published once money of it is held.
        due = [digest for digest in _list_due_digests(session, now) if digest not in silent]
        for digest in due:
            _publish_identifier(session, digest, digest in ours, now)
    return len(due)


def _record_mentions(ledger: Ledger, key: bytes, now: datetime) -> None:
    """Record the mentions of reports that were not processed yet, each report once."""
    waiting = select(Submission.id).where(Submission.named_at.is_(None), Submission.kind.in_(_COUNTED))
    with ledger.open_session() as session:
        ids = session.scalars(waiting.order_by(Submission.id).limit(AT_ONCE)).all()
        # Streamed four at a time: the pictures of two hundred reports would fill the memory.
        query = select(Submission.id, Submission.sealed, Submission.sent_at).where(Submission.id.in_(ids))
        rows = session.execute(query.execution_options(yield_per=4))
        mentions = [mention for row in rows for mention in _iter_mentions(ledger, key, *row)]
        session.execute(update(Submission).where(Submission.id.in_(ids)).values(named_at=now))
        if mentions:
            session.execute(insert(Mention).values(mentions).on_conflict_do_nothing())
            # Reports that an officer accepted before they were processed here.
            refresh_accepted(session, ids)


def refresh_accepted(session: Session, submissions: Sequence[int]) -> None:
    """Update whether the mentions of these reports are accepted, and mark the changed ones to be counted again."""
    believed = select(PublicReport.submission_id).where(
        PublicReport.submission_id.in_(submissions), _is_believed()
    )
    accepted = Mention.submission_id.in_(believed)
    changed = update(Mention).where(Mention.submission_id.in_(submissions), Mention.accepted != accepted)
    session.execute(
        changed.values(accepted=accepted, counted=False).execution_options(synchronize_session=False)
    )


def _is_believed() -> ColumnElement[bool]:
    kept = and_(PublicReport.kind != "money_left", PublicReport.record_id != "")
    return and_(
        PublicReport.duplicate_of.is_(None),
        PublicReport.outcome != "untrue",
        or_(PublicReport.outcome.in_(BELIEVED), kept),
    )


def find_named_digest(ledger: Ledger, text: str) -> bytes | None:
    """The digest of the one number, account, link or LINE name that a text names; None for none or several."""
    alone = only_identifier(text)
    named = [alone] if alone else identifiers_in(text)
    return digest_of(named[0], keys.load_secret(ledger.home, NUMBERS)) if len(named) == 1 else None


def list_supporting_reports(session: Session, digest: bytes) -> list[PublicReport]:
    """The accepted reports that name an identifier, since its last withdrawal."""
    query = select(PublicReport).join(Mention, Mention.submission_id == PublicReport.submission_id)
    query = query.where(
        Mention.digest == digest, Mention.accepted, Mention.at > _find_withdrawn_at(session, digest)
    )
    return list(session.scalars(query.order_by(PublicReport.id)))


def list_tip_keepers(session: Session, reports: Sequence[PublicReport]) -> set[str]:
    """The user names of officers who kept one of these as a tip, from the log, including rows that wait to be sequenced."""
    subjects = [f"public-report:{report.id}" for report in reports if report.record_id]
    if not subjects:
        return set()
    query = union_all(
        *(
            select(log_table.officer).where(log_table.verb == "public.kept", log_table.subject.in_(subjects))
            for log_table in (AuditLine, WaitingLine)
        )
    )
    return set(session.scalars(query))


def is_withdrawn(session: Session, digest: bytes) -> bool:
    """Whether an officer withdrew an identifier and it is not published as reported again."""
    return session.get(Withdrawal, digest) is not None and session.get(ReportedIdentifier, digest) is None


def withdraw_identifier(
    session: Session, digest: bytes, report_id: int, officer_id: int, now: datetime
) -> None:
    """Withdraw an identifier: it is no longer published as reported, and reports until now do not count any more."""
    said = {"at": now, "report_id": report_id, "officer_id": officer_id}
    row = insert(Withdrawal).values(digest=digest, **said)
    session.execute(row.on_conflict_do_update(index_elements=["digest"], set_=said))
    session.execute(delete(ReportedIdentifier).where(ReportedIdentifier.digest == digest))


def _find_withdrawn_at(session: Session, digest: bytes) -> datetime:
    row = session.get(Withdrawal, digest)
    return row.at if row else datetime.min.replace(tzinfo=UTC)


def _iter_mentions(
    ledger: Ledger, key: bytes, submission: int, sealed: bytes, sent_at: datetime
) -> Iterator[dict[str, Any]]:
    try:
        body, _ = unseal(seal_key(ledger.home), sealed)
        fields = body["said"]
        words = hmac.new(key, to_canonical_json(_normalise_words(fields)), hashlib.sha256).digest()
        scam_type, of_day = fields.get("scam_type", ""), bytes.fromhex(body.get("of_day", ""))[:32]
        # Old marks can be computed by anybody with the room's keys, so each is replaced by a random one.
        before = ((digest, os.urandom(32).hex()) for digest, _ in body.get(OLD_MARKS, ()))
        for digest, mark in (*body.get("named", ()), *before):
            yield {
                "submission_id": submission,
                "digest": bytes.fromhex(digest),
                "mark": bytes.fromhex(mark),
                "of_day": of_day,
                "words": words,
                "scam_type": scam_type if scam_type in TYPES else "",
                "at": sent_at,
                "counted": False,
                "accepted": False,
            }
    except (LedgerError, ValueError, KeyError, TypeError, AttributeError):
        # An attacker in the public process can send malformed content; it mentions nothing.
        return


def _normalise_words(said: dict[str, Any]) -> dict[str, Any]:
    """The fields in their form for comparison: without white space and letter case."""
    return {name: "".join(str(value).split()).casefold() for name, value in said.items()}


def _list_due_digests(session: Session, now: datetime) -> Sequence[bytes]:
    """Identifiers with new reports, and entries that were counted longer than `AGAIN` ago."""
    fresh = select(Mention.digest).where(~Mention.counted).distinct().limit(AT_ONCE)
    old = select(ReportedIdentifier.digest).where(ReportedIdentifier.counted_at < now - AGAIN).limit(AT_ONCE)
    return list(dict.fromkeys([*session.scalars(fresh), *session.scalars(old)]))


def _publish_identifier(session: Session, digest: bytes, ours: bool, now: datetime) -> None:
    since = _find_withdrawn_at(session, digest)
    query = select(Mention).where(Mention.digest == digest, Mention.accepted, Mention.at > since)
    query = query.order_by(Mention.at, Mention.submission_id)
    tally = None if ours else find_reported_window(session.scalars(query).all(), now)
    session.execute(update(Mention).where(Mention.digest == digest, ~Mention.counted).values(counted=True))
    if tally is None:
        session.execute(delete(ReportedIdentifier).where(ReportedIdentifier.digest == digest))
        return
    columns = {"days": tally[0], "scam_type": tally[1], "counted_at": now}
    row = insert(ReportedIdentifier).values(digest=digest, **columns)
    session.execute(row.on_conflict_do_update(index_elements=["digest"], set_=columns))


def find_reported_window(mentions: Sequence[Mention], now: datetime) -> tuple[int, str] | None:
    """The smallest window in days with enough reporters, and the kind that enough of them named (else empty); None below the
    threshold.
    """
    apart = select_independent(mentions)
    for days in WINDOWS:
        late = [mention for mention in apart if mention.at >= now - timedelta(days=days)]
        if len(late) >= LEAST:
            kinds = Counter(mention.scam_type for mention in late if mention.scam_type).most_common(1)
            return days, kinds[0][0] if kinds and kinds[0][1] >= LEAST else ""
    return None


def select_independent(mentions: Sequence[Mention]) -> list[Mention]:
    """The newest mention of each reporter, without texts repeated within ten minutes; in order of time."""
    newest = {mention.mark: mention for mention in mentions}
    kept: list[Mention] = []
    for mention in sorted(newest.values(), key=lambda mention: mention.at):
        again = (
            other
            for other in reversed(kept)
            if other.words == mention.words and mention.at - other.at <= ONE_TEXT
        )
        if next(again, None) is None:
            kept.append(mention)
    return kept
