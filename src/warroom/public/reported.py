"""Which numbers, accounts and links several people reported: counted in the room by digests alone, and published above a threshold.

One network counts once for one identifier, on however many days it reports; reports of one text within ten minutes count once,
from wherever they come. At least `LEAST` must be left. What is not reported again ends after the longest of `WINDOWS`. How many
reported, and who, is published nowhere.
"""

import hashlib
import hmac
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from warroom import keys
from warroom.errors import LedgerError
from warroom.ledger.ledger import Ledger
from warroom.public.channels import our_numbers
from warroom.public.outside.identifiers import digest_of, number_of
from warroom.public.outside.sealing import canonical, unseal
from warroom.public.schema import Mention, ReportedIdentifier, Submission
from warroom.public.wall import NUMBERS, seal_key
from warroom.signals.messages.reading import TYPES

LEAST = 5
"""Independent reporters from which on an identifier is told as reported, and a kind as named. Below it one cannot tell from nothing."""
WINDOWS = (7, 30, 90)
"""Days; the smallest in which there were so many is told."""
ONE_TEXT = timedelta(minutes=10)
AGAIN = timedelta(hours=6)
"""What is published is counted again after this: windows pass also when nobody reports."""
AT_ONCE = 200
_COUNTED = ("tip", "money_left")


def count(ledger: Ledger, now: datetime) -> int:
    """Take in what new reports name, and bring what is published up to date; returns how many identifiers were counted."""
    key = keys.secret(ledger.home, NUMBERS)
    _note(ledger, key, now)
    ours = {digest_of(number_of(number), key) for number in our_numbers(ledger.home)}
    with ledger.session() as session:
        session.execute(delete(Mention).where(Mention.at < now - timedelta(days=WINDOWS[-1])))
        due = _due(session, now)
        for digest in due:
            _publish(session, digest, digest in ours, now)
    return len(due)


def _note(ledger: Ledger, key: bytes, now: datetime) -> None:
    """The mentions of reports that nobody has looked through, each report once."""
    waiting = select(Submission.id).where(Submission.named_at.is_(None), Submission.kind.in_(_COUNTED))
    with ledger.session() as session:
        ids = session.scalars(waiting.order_by(Submission.id).limit(AT_ONCE)).all()
        # One after the other and let go: pictures of two hundred reports would fill the memory.
        each = select(Submission.id, Submission.sealed, Submission.sent_at).where(Submission.id.in_(ids))
        rows = session.execute(each.execution_options(yield_per=4))
        found = [mention for row in rows for mention in _mentions(ledger, key, *row)]
        session.execute(update(Submission).where(Submission.id.in_(ids)).values(named_at=now))
        if found:
            session.execute(insert(Mention).values(found).on_conflict_do_nothing())


def _mentions(
    ledger: Ledger, key: bytes, submission: int, sealed: bytes, sent_at: datetime
) -> Iterator[dict[str, Any]]:
    try:
        body, _ = unseal(seal_key(ledger.home), sealed)
        said = body["said"]
        words = hmac.new(key, canonical(_words(said)), hashlib.sha256).digest()
        scam_type = said.get("scam_type", "")
        for digest, mark in body.get("mentions", ()):
            yield {
                "submission_id": submission,
                "digest": bytes.fromhex(digest),
                "mark": bytes.fromhex(mark),
                "words": words,
                "scam_type": scam_type if scam_type in TYPES else "",
                "at": sent_at,
                "counted": False,
            }
    except (LedgerError, ValueError, KeyError, TypeError, AttributeError):
        # Whoever took the public process over can send what means nothing; it names nobody.
        return


def _words(said: dict[str, Any]) -> dict[str, Any]:
    """What was said, as it is compared: a space more or a capital letter makes no other text."""
    return {name: "".join(str(value).split()).casefold() for name, value in said.items()}


def _due(session: Session, now: datetime) -> Sequence[bytes]:
    """What has new reports, and what was counted long ago."""
    fresh = select(Mention.digest).where(~Mention.counted).distinct().limit(AT_ONCE)
    old = select(ReportedIdentifier.digest).where(ReportedIdentifier.counted_at < now - AGAIN).limit(AT_ONCE)
    return list(dict.fromkeys([*session.scalars(fresh), *session.scalars(old)]))


def _publish(session: Session, digest: bytes, ours: bool, now: datetime) -> None:
    query = select(Mention).where(Mention.digest == digest).order_by(Mention.at, Mention.submission_id)
    found = None if ours else standing(session.scalars(query).all(), now)
    session.execute(update(Mention).where(Mention.digest == digest, ~Mention.counted).values(counted=True))
    if found is None:
        session.execute(delete(ReportedIdentifier).where(ReportedIdentifier.digest == digest))
        return
    said = {"days": found[0], "scam_type": found[1], "counted_at": now}
    row = insert(ReportedIdentifier).values(digest=digest, **said)
    session.execute(row.on_conflict_do_update(index_elements=["digest"], set_=said))


def standing(mentions: Sequence[Mention], now: datetime) -> tuple[int, str] | None:
    """In how many days enough people reported, and which kind so many of them named (empty for none); None below the threshold."""
    apart = independent(mentions)
    for days in WINDOWS:
        late = [one for one in apart if one.at >= now - timedelta(days=days)]
        if len(late) >= LEAST:
            kinds = Counter(one.scam_type for one in late if one.scam_type).most_common(1)
            return days, kinds[0][0] if kinds and kinds[0][1] >= LEAST else ""
    return None


def independent(mentions: Sequence[Mention]) -> list[Mention]:
    """Those of different reporters, the newest of each, without texts that came again within ten minutes; in order of time."""
    newest = {one.mark: one for one in mentions}
    kept: list[Mention] = []
    for one in sorted(newest.values(), key=lambda each: each.at):
        again = (
            other for other in reversed(kept) if other.words == one.words and one.at - other.at <= ONE_TEXT
        )
        if next(again, None) is None:
            kept.append(one)
    return kept
