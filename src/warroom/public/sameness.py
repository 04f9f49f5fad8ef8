"""Reports that are one: the same payment told twice, or texts that read the same. Known by keyed digests, since what was
said stays sealed.
"""

import hashlib
import hmac
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from warroom.public.schema import PublicReport

WITHIN = timedelta(hours=24)
NEAR, ALIKE = 4, 12
"""Of the 64 bits of two likenesses so many may differ where two texts are one, and where they are wordings of one text; those
of texts that have nothing in common differ in 32 or so.
"""
PIECE = 4  # signs
LATELY = 2_000
"""The newest reports, with which is compared what comes in."""
LONG_ENOUGH, LONGEST = 40, 2_000
_SIGNS = re.compile(r"[\W_]+")


def same_of(key: bytes, kind: str, said: Mapping[str, Any] | None, transfers: Sequence[str]) -> bytes | None:
    """By what the same report is known: the transfers that it means, else the account and amount, else its words. None
    where too little was said to be sure.
    """
    if not said:
        return None
    account = re.sub(r"[^0-9]", "", str(said.get("to", "")))
    text = plain_of(said)
    if transfers:
        known = "transfers:" + ",".join(sorted(transfers))
    elif kind == "money_left":
        known = f"paid:{account}:{said.get('amount')}:{said.get('bank', '')}" if account else ""
    else:
        known = f"words:{text}" if len(text) >= LONG_ENOUGH else ""
    return hmac.digest(key, f"{kind}:{known}".encode(), "sha256")[:16] if known else None


def likeness_of(key: bytes, kind: str, said: Mapping[str, Any] | None) -> int | None:
    """64 bits, signed, of which few differ where two texts nearly agree (Charikar 2002); of money that left, the account.
    None where too little was said.
    """
    if not said:
        return None
    text = re.sub(r"[^0-9]", "", str(said.get("to", ""))) if kind == "money_left" else plain_of(said)
    if len(text) < (1 if kind == "money_left" else LONG_ENOUGH):
        return None
    pieces = (
        [text] if kind == "money_left" else {text[at : at + PIECE] for at in range(len(text) - PIECE + 1)}
    )
    hashed = b"".join(
        hashlib.blake2b(piece.encode(), digest_size=8, key=key[:32]).digest() for piece in pieces
    )
    bits = np.unpackbits(np.frombuffer(hashed, np.uint8).reshape(-1, 8), axis=1)
    found = np.packbits(2 * bits.sum(axis=0) > len(pieces)).tobytes()
    return int.from_bytes(found, "big", signed=True)


def plain_of(said: Mapping[str, Any]) -> str:
    """The words of a report as they are compared: without signs between them, and no more than the beginning."""
    words = " ".join(str(value) for name, value in sorted(said.items()) if isinstance(value, str))
    return _SIGNS.sub("", words.casefold())[:LONGEST]


@dataclass(frozen=True, slots=True)
class Trace:
    """What is kept of a report to know it again: its number, kind, the digest of its network and the two marks."""

    root: int
    kind: str
    sender: bytes
    same: bytes | None
    likeness: int | None

    def near(self, other: "Trace") -> bool:
        """Whether both read nearly the same."""
        return self._apart(other) <= NEAR

    def alike(self, other: "Trace") -> bool:
        """Whether both may be of one wave: wordings of one text, from whatever networks; of payments, into one account from one
        network, since many are deceived into one account.
        """
        if self.kind == "money_left" and self.sender != other.sender:
            return False
        return self._apart(other) <= ALIKE

    def _apart(self, other: "Trace") -> int:
        if self.likeness is None or other.likeness is None or self.kind != other.kind:
            return 64
        return ((self.likeness ^ other.likeness) & (1 << 64) - 1).bit_count()

    def one_with(self, other: "Trace") -> bool:
        """Whether both are one report: by what they say, or since one network sent nearly the same words twice."""
        if self.same is not None and self.same == other.same:
            return True
        return self.kind != "money_left" and self.sender == other.sender and self.near(other)


class Known:
    """Reports of the last 24 hours."""

    def __init__(self, by_same: Iterable[tuple[bytes, int]], sent: Iterable[tuple[bytes, int]]) -> None:
        self.by_same, self.sent = dict(by_same), defaultdict(int, sent)
        self.lately: list[Trace] = []
        self.by_sender: defaultdict[bytes, list[Trace]] = defaultdict(list)

    def first(self, one: Trace) -> int | None:
        """The report of the room that this one is."""
        if one.same is not None and one.same in self.by_same:
            return self.by_same[one.same]
        mine = self.by_sender[one.sender]
        return next((other.root for other in mine if other.root and one.one_with(other)), None)

    def add(self, one: Trace) -> None:
        """A report that the room has, or one of this turn, which has no number yet."""
        self.lately.append(one)
        self.by_sender[one.sender].append(one)

    def alike(self, one: Trace) -> int:
        """How many reports are of one wave with this one."""
        among = self.by_sender[one.sender] if one.kind == "money_left" else self.lately
        return sum(one.alike(other) for other in among) if one.likeness is not None else 0


def known(session: Session, coming: Sequence[Trace], now: datetime) -> Known:
    """What the room knows of reports like these."""
    since, is_open = PublicReport.received_at > now - WITHIN, PublicReport.state != "closed"
    root = func.coalesce(PublicReport.duplicate_of, PublicReport.id)
    sames, senders = {one.same for one in coming if one.same}, {one.sender for one in coming}
    by_same = select(PublicReport.same, func.min(root)).where(PublicReport.same.in_(sames), since, is_open)
    sent = select(PublicReport.sender, func.count()).where(PublicReport.sender.in_(senders), since)
    lately = (
        select(root, PublicReport.kind, PublicReport.sender, PublicReport.same, PublicReport.likeness)
        .where(since, PublicReport.likeness.is_not(None), is_open)
        .order_by(PublicReport.id.desc())
        .limit(LATELY)
    )
    found = Known(
        [
            (bytes(same), first)
            for same, first in session.execute(by_same.group_by(PublicReport.same))
            if same
        ],
        [(bytes(sender), count) for sender, count in session.execute(sent.group_by(PublicReport.sender))],
    )
    for row in session.execute(lately):
        found.add(Trace(*row))
    return found
