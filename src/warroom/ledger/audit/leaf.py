"""A row of the log as bytes: its leaf (canonical JSON) and its place in the keyed chain."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from warroom.ledger.canonical_json import to_canonical_json
from warroom.ledger.officers import Officer

SYSTEM = "warroom"
START = bytes(32)
_quoted = json.JSONEncoder(ensure_ascii=False).encode


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """A row to be: who did what to which subject; None as officer is the program itself, None as `at` is now."""

    officer: Officer | str | None
    verb: str
    subject: str
    detail: Mapping[str, Any] = field(default_factory=dict)
    case: str | None = None
    at: datetime | None = None

    @property
    def name(self) -> str:
        """The user name that is written down."""
        if self.officer is None:
            return SYSTEM
        return self.officer if isinstance(self.officer, str) else self.officer.username


def build_leaf(
    sequence: int,
    at: datetime,
    officer: str,
    verb: str,
    subject: str,
    detail: Mapping[str, Any],
    case: str | None,
) -> bytes:
    """The bytes that are hashed: canonical JSON with sorted keys, no spaces, UTF-8."""
    return assemble_leaf(sequence, at, officer, verb, subject, to_canonical_json(dict(detail)), case)


def assemble_leaf(
    sequence: int, at: datetime, officer: str, verb: str, subject: str, detail: str, case: str | None
) -> bytes:
    """`build_leaf` for a detail that is canonical JSON already; the keys are written in canonical order."""
    moment = at.astimezone(UTC).isoformat(timespec="microseconds")
    about = f'"case":{_quoted(case)},' if case else ""
    return (
        f'{{"at":"{moment}",{about}"detail":{detail},"officer":{_quoted(officer)},"sequence":{sequence},'
        f'"subject":{_quoted(subject)},"verb":{_quoted(verb)}}}'
    ).encode()


def compute_next_chain(key: bytes, before: bytes, hashed: bytes) -> bytes:
    """HMAC-SHA-256 over the chain so far and the next leaf hash, under the home's secret."""
    return hmac.digest(key, before + hashed, hashlib.sha256)
