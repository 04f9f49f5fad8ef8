"""Detects duplicate reports: the same payment reported twice, or nearly the same text. By keyed digests, since the content
stays sealed.
"""

import hashlib
import hmac
import os
import re
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import numpy as np
from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import Session

from warroom.public.matching import list_accounts
from warroom.public.ranking import BORNE_OUT
from warroom.public.schema import PublicReport

# Digests of networks are forgotten when the day is over, so older reports cannot be compared by sender.
WITHIN = timedelta(hours=24)
NEAR, ALIKE = 4, 12
"""Bits of 64 in which two likenesses may differ for duplicates, and for wordings of one text; unrelated texts differ in about
32. Chosen, not measured.
"""
PIECE = 4  # signs
LATELY = 2_000
"""Recent reports with which new ones are compared; closed ones too, since a wave continues after its first reports were read.
Chosen, not measured."""
# Characters of a text: fewer could match by chance, more are not compared. Chosen, not measured.
LONG_ENOUGH, LONGEST = 40, 2_000
_ALL = (1 << 64) - 1
_SIGNS = re.compile(r"[\W_]+")


def compute_identity_mark(
    key: bytes, kind: str, fields: Mapping[str, Any] | None, transfers: Sequence[str]
) -> bytes | None:
    """The digest by which duplicates are found: of the matched transfers, else of account and amount, else of the text. None
    where the report says too little.
    """
    if not fields:
        return None
    account = ",".join(sorted(list_accounts(fields.get("to", ""))))
    text = normalise_words(fields)
    if transfers:
        known = "transfers:" + ",".join(sorted(transfers))
    elif kind == "money_left":
        known = f"paid:{account}:{fields.get('amount')}:{fields.get('bank', '')}" if account else ""
    else:
        known = f"words:{text}" if len(text) >= LONG_ENOUGH else ""
    return hmac.digest(key, f"{kind}:{known}".encode(), "sha256")[:16] if known else None


def compute_likeness(key: bytes, kind: str, fields: Mapping[str, Any] | None) -> int | None:
    """A SimHash of 64 bits, as a signed integer: similar texts differ in few bits (Charikar, 2002). For money reports it is of the
    account. None where the report says too little.
    """
    if not fields:
        return None
    text = (
        "".join(list_accounts(fields.get("to", ""))[:1]) if kind == "money_left" else normalise_words(fields)
    )
    if len(text) < (1 if kind == "money_left" else LONG_ENOUGH):
        return None
    pieces = (
        [text] if kind == "money_left" else {text[at : at + PIECE] for at in range(len(text) - PIECE + 1)}
    )
    hashed = b"".join(
        hashlib.blake2b(piece.encode(), digest_size=8, key=key[:32]).digest() for piece in pieces
    )
    bits = np.unpackbits(np.frombuffer(hashed, np.uint8).reshape(-1, 8), axis=1)
    packed_bits = np.packbits(2 * bits.sum(axis=0) > len(pieces)).tobytes()
    return int.from_bytes(packed_bits, "big", signed=True)


def normalise_words(said: Mapping[str, Any]) -> str:
    """The text of a report in its form for comparison: letters and digits, the first `LONGEST` of them."""
    words = " ".join(str(value) for name, value in sorted(said.items()) if isinstance(value, str))
    return _SIGNS.sub("", words.casefold())[:LONGEST]


def make_comparable_sender(sender: bytes) -> bytes:
    """The sender for comparison; a forgotten one becomes random, so that it equals no other."""
    return sender or os.urandom(16)


@dataclass(frozen=True, slots=True)
class ReportTrace:
    """What is compared of a report: its number, 0 where no report may be joined to it; kind, the digest of its network, the
    two digests of its content, and whether it matches the records.
    """

    root: int
    kind: str
    sender: bytes
    same: bytes | None
    likeness: int | None
    borne_out: bool = False

    def is_near(self, other: "ReportTrace") -> bool:
        """Whether both texts are nearly the same (at most `NEAR` bits differ)."""
        if self.likeness is None or other.likeness is None or self.kind != other.kind:
            return False
        return ((self.likeness ^ other.likeness) & _ALL).bit_count() <= NEAR

    def is_duplicate_of(self, other: "ReportTrace") -> bool:
        """Whether both are duplicates: by equal content, or because one network sent nearly the same text twice."""
        if self.same is not None and self.same == other.same:
            return True
        return self.kind != "money_left" and self.sender == other.sender and self.is_near(other)


class KnownReports:
    """Reports of the last 24 hours."""

    def __init__(self, by_same: Iterable[tuple[bytes, int]], sent: Iterable[tuple[bytes, int, int]]) -> None:
        self.by_same = dict(by_same)
        self.sent: Counter[bytes] = Counter()
        self.borne_out: Counter[bytes] = Counter()
        for sender, count, borne_out in sent:
            self.sent[sender], self.borne_out[sender] = count, borne_out
        self.by_sender: defaultdict[bytes, list[ReportTrace]] = defaultdict(list)
        self._words: defaultdict[str, array[int]] = defaultdict(partial(array, "Q"))
        self._paid = _PaymentCounts()

    def find_original(self, one: ReportTrace) -> int | None:
        """The number of the existing report that this one duplicates; None for none."""
        if one.same is not None and one.same in self.by_same:
            return self.by_same[one.same]
        mine = self.by_sender[one.sender]
        return next((other.root for other in mine if other.root and one.is_duplicate_of(other)), None)

    def add_report(self, trace: ReportTrace) -> None:
        """Add an existing report."""
        self.by_sender[trace.sender].append(trace)
        if trace.likeness is None:
            return
        if trace.kind == "money_left":
            self._paid.add_report(trace)
        else:
            self._words[trace.kind].append(trace.likeness & _ALL)

    def add_new_report(self, one: ReportTrace) -> None:
        """Add a new report of this round, which has no number yet."""
        told = any(other.same == one.same for other in self.by_sender[one.sender])
        self.sent[one.sender] += 1
        self.borne_out[one.sender] += one.borne_out and not told
        self.add_report(one)

    @property
    def share(self) -> float:
        """The share of money reports with an account that match the records; a quarter before there are any (prior of 1 in 4)."""
        return (self._paid.borne_out + 1) / (self._paid.counts[None, None] + 4)

    def count_alike(self, trace: ReportTrace) -> tuple[int, float]:
        """The number of reports in the same wave, and the number expected if its network were like all others: for payments,
        those from one network into one account, since one account can have many victims; for texts, similar ones from any network.
        """
        if trace.likeness is None:
            return 0, 0.0
        if trace.kind == "money_left":
            return self._paid.count_payments_into(trace.sender, trace.likeness)
        others = np.frombuffer(self._words[trace.kind], np.uint64)
        apart = np.bitwise_count(others ^ np.uint64(trace.likeness & _ALL))
        return int((apart <= ALIKE).sum()), 0.0


class _PaymentCounts:
    """Counts of reported payments by network and account, each payment once; None stands for any."""

    def __init__(self) -> None:
        self.counts: Counter[tuple[bytes | None, int | None]] = Counter()
        self.borne_out = 0
        self._told: set[bytes | None] = set()

    def add_report(self, one: ReportTrace) -> None:
        if one.same not in self._told:
            self._told.add(one.same)
            network, account = one.sender, one.likeness
            self.counts.update(((network, account), (network, None), (None, account), (None, None)))
            self.borne_out += one.borne_out

    def count_payments_into(self, sender: bytes, account: int) -> tuple[int, float]:
        """Reports of this network that name this account, and the number expected at the rate of all other networks."""
        mine, sent = self.counts[sender, account], self.counts[sender, None]
        others = self.counts[None, None] - sent
        return mine, sent * (self.counts[None, account] - mine) / others if others else 0.0


def load_known_reports(session: Session, coming: Sequence[ReportTrace], now: datetime) -> KnownReports:
    """Load what new reports are compared with: recent reports, and counts for their senders."""
    since, is_open = PublicReport.received_at > now - WITHIN, PublicReport.state != "closed"
    root = func.coalesce(PublicReport.duplicate_of, PublicReport.id)
    sames, senders = {trace.same for trace in coming if trace.same}, {trace.sender for trace in coming}
    by_same = select(PublicReport.same, func.min(root)).where(PublicReport.same.in_(sames), since, is_open)
    borne_out = and_(PublicReport.kind == "money_left", PublicReport.rank >= BORNE_OUT)
    # Distinct payments: one payment reported a hundred times excuses no more than once.
    borne_out_count = func.count(PublicReport.same.distinct()).filter(borne_out)
    sent = select(PublicReport.sender, func.count(), borne_out_count)
    sent = sent.where(PublicReport.sender.in_(senders), since).group_by(PublicReport.sender)
    number = case((is_open, root), else_=0)
    marks = PublicReport.kind, PublicReport.sender, PublicReport.same, PublicReport.likeness
    lately = select(number, *marks, borne_out).where(since, PublicReport.likeness.is_not(None))
    known_reports = KnownReports(
        [
            (bytes(same), first)
            for same, first in session.execute(by_same.group_by(PublicReport.same))
            if same
        ],
        [(bytes(sender), count, known) for sender, count, known in session.execute(sent)],
    )
    for row in session.execute(lately.order_by(PublicReport.id.desc()).limit(LATELY)):
        number, kind, sender, *more = row
        known_reports.add_report(ReportTrace(number, kind, make_comparable_sender(bytes(sender)), *more))
    return known_reports
