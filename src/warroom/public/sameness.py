"""Reports that are one: the same payment told twice, or texts that read the same. Known by keyed digests, since what was
said stays sealed.
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

from warroom.public.ranking import BORNE_OUT
from warroom.public.schema import PublicReport

WITHIN = timedelta(hours=24)
NEAR, ALIKE = 4, 12
"""Of the 64 bits of two likenesses so many may differ where two texts are one, and where they are wordings of one text; those
of texts that have nothing in common differ in 32 or so.
"""
PIECE = 4  # signs
LATELY = 2_000
"""The newest reports, with which is compared what comes in; closed ones too, since a wave stays one when its first are read."""
LONG_ENOUGH, LONGEST = 40, 2_000
_ALL = (1 << 64) - 1
_SIGNS = re.compile(r"[\W_]+")


def compute_identity_mark(
    key: bytes, kind: str, fields: Mapping[str, Any] | None, transfers: Sequence[str]
) -> bytes | None:
    """By what the same report is known: the transfers that it means, else the account and amount, else its words. None
    where too little was said to be sure.
    """
    if not fields:
        return None
    account = re.sub(r"[^0-9]", "", str(fields.get("to", "")))
    text = normalise_words(fields)
    if transfers:
        known = "transfers:" + ",".join(sorted(transfers))
    elif kind == "money_left":
        known = f"paid:{account}:{fields.get('amount')}:{fields.get('bank', '')}" if account else ""
    else:
        known = f"words:{text}" if len(text) >= LONG_ENOUGH else ""
    return hmac.digest(key, f"{kind}:{known}".encode(), "sha256")[:16] if known else None


def compute_likeness(key: bytes, kind: str, fields: Mapping[str, Any] | None) -> int | None:
    """64 bits, signed, of which few differ where two texts nearly agree (Charikar 2002); of money that left, the account.
    None where too little was said.
    """
    if not fields:
        return None
    text = (
        re.sub(r"[^0-9]", "", str(fields.get("to", ""))) if kind == "money_left" else normalise_words(fields)
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
    """The words of a report as they are compared: without signs between them, and no more than the beginning."""
    words = " ".join(str(value) for name, value in sorted(said.items()) if isinstance(value, str))
    return _SIGNS.sub("", words.casefold())[:LONGEST]


def make_comparable_sender(sender: bytes) -> bytes:
    """A sender as it is compared: one that was forgotten when its day was over is like no other."""
    return sender or os.urandom(16)


@dataclass(frozen=True, slots=True)
class ReportTrace:
    """What is kept of a report to know it again: its number, 0 where nothing can be joined to it; kind, the digest of its network, the
    two marks, and whether the records bear it out.
    """

    root: int
    kind: str
    sender: bytes
    same: bytes | None
    likeness: int | None
    borne_out: bool = False

    def is_near(self, other: "ReportTrace") -> bool:
        """Whether both read nearly the same."""
        if self.likeness is None or other.likeness is None or self.kind != other.kind:
            return False
        return ((self.likeness ^ other.likeness) & _ALL).bit_count() <= NEAR

    def is_duplicate_of(self, other: "ReportTrace") -> bool:
        """Whether both are one report: by what they say, or since one network sent nearly the same words twice."""
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
        """The report of the room that this one is."""
        if one.same is not None and one.same in self.by_same:
            return self.by_same[one.same]
        mine = self.by_sender[one.sender]
        return next((other.root for other in mine if other.root and one.is_duplicate_of(other)), None)

    def add_report(self, trace: ReportTrace) -> None:
        """A report that the room has."""
        self.by_sender[trace.sender].append(trace)
        if trace.likeness is None:
            return
        if trace.kind == "money_left":
            self._paid.add_report(trace)
        else:
            self._words[trace.kind].append(trace.likeness & _ALL)

    def add_new_report(self, one: ReportTrace) -> None:
        """A report of this turn, which has no number yet."""
        told = any(other.same == one.same for other in self.by_sender[one.sender])
        self.sent[one.sender] += 1
        self.borne_out[one.sender] += one.borne_out and not told
        self.add_report(one)

    @property
    def share(self) -> float:
        """Of reports of money that name an account, how many the records bear out; a quarter before there are any."""
        return (self._paid.borne_out + 1) / (self._paid.counts[None, None] + 4)

    def count_alike(self, trace: ReportTrace) -> tuple[int, float]:
        """How many reports are of one wave with this one, and how many would be if its network were as all others: of payments,
        those of one network into one account, since many are deceived into one account; of texts, wordings of one, from whatever networks.
        """
        if trace.likeness is None:
            return 0, 0.0
        if trace.kind == "money_left":
            return self._paid.count_payments_into(trace.sender, trace.likeness)
        others = np.frombuffer(self._words[trace.kind], np.uint64)
        apart = np.bitwise_count(others ^ np.uint64(trace.likeness & _ALL))
        return int((apart <= ALIKE).sum()), 0.0


class _PaymentCounts:
    """Reports of payments into accounts, each payment once, counted by network and account; None is any."""

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
        """How many of this network name this account, and how many would if it named it as often as all others do."""
        mine, sent = self.counts[sender, account], self.counts[sender, None]
        others = self.counts[None, None] - sent
        return mine, sent * (self.counts[None, account] - mine) / others if others else 0.0


def load_known_reports(session: Session, coming: Sequence[ReportTrace], now: datetime) -> KnownReports:
    """What the room knows of reports like these."""
    since, is_open = PublicReport.received_at > now - WITHIN, PublicReport.state != "closed"
    root = func.coalesce(PublicReport.duplicate_of, PublicReport.id)
    sames, senders = {trace.same for trace in coming if trace.same}, {trace.sender for trace in coming}
    by_same = select(PublicReport.same, func.min(root)).where(PublicReport.same.in_(sames), since, is_open)
    borne_out = and_(PublicReport.kind == "money_left", PublicReport.rank >= BORNE_OUT)
    # One payment told a hundred times vouches for no more than told once.
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
