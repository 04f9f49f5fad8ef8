"""The audit log: who asked, saw, decided and sent what. It only grows.

A row's leaf is canonical JSON; its hash is the leaf hash of RFC 6962, so that any tool for such logs can
check it. A chain keyed with a secret of the home (not in the database) names the row that somebody with all
rights in the database changed; signed checkpoints, kept beside the database and given to witnesses, bind
the whole.
"""

import hashlib
import hmac
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from warroom import clock
from warroom.keys import signing_key
from warroom.operations import tree
from warroom.operations.canon import canonical
from warroom.operations.ledger import Ledger
from warroom.operations.schema import AuditLine, Checkpoint
from warroom.operations.views import AuditRow, Officer

SYSTEM = "warroom"
LOCK = 20_567  # held from the append to the commit, so that rows are numbered without gaps
START = bytes(32)


@dataclass(frozen=True, slots=True)
class Entry:
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


def append(
    session: Session,
    officer: Officer | str | None,
    verb: str,
    subject: str,
    detail: Mapping[str, Any] | None = None,
    *,
    case: str | None = None,
    at: datetime | None = None,
) -> int:
    """Add a row in the running transaction; None as officer is the program itself. Returns its number.

    Append last in a transaction: the log's lock is held until the commit.
    """
    return append_many(session, [Entry(officer, verb, subject, detail or {}, case, at)])


def append_many(session: Session, entries: Sequence[Entry]) -> int:
    """Add rows in this order in the running transaction, in one statement. Returns the number of the last."""
    session.flush()
    session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
    last = session.execute(
        select(AuditLine.sequence, AuditLine.chain).order_by(AuditLine.sequence.desc()).limit(1)
    ).first()
    sequence, chain = (last.sequence, last.chain) if last else (0, START)
    key, now, lines = session.info["chain_key"], clock.now(), []
    for entry in entries:
        sequence, at = sequence + 1, entry.at or now
        leaf = leaf_of(sequence, at, entry.name, entry.verb, entry.subject, entry.detail, entry.case)
        hashed = tree.leaf_hash(leaf)
        chain = next_chain(key, chain, hashed)
        lines.append(
            {
                "sequence": sequence,
                "at": at,
                "officer": entry.name,
                "verb": entry.verb,
                "subject": entry.subject,
                "case_number": entry.case,
                "leaf": leaf,
                "hash": hashed,
                "chain": chain,
            }
        )
    if lines:
        session.execute(insert(AuditLine), lines)
    return sequence


def leaf_of(
    sequence: int,
    at: datetime,
    officer: str,
    verb: str,
    subject: str,
    detail: Mapping[str, Any],
    case: str | None,
) -> bytes:
    """The bytes that are hashed: canonical JSON with sorted keys, no spaces, UTF-8."""
    body = {
        "sequence": sequence,
        "at": at.isoformat(timespec="microseconds"),
        "officer": officer,
        "verb": verb,
        "subject": subject,
        "detail": dict(detail),
    }
    if case:
        body["case"] = case
    return canonical(body).encode()


def next_chain(key: bytes, before: bytes, hashed: bytes) -> bytes:
    """HMAC-SHA-256 over the chain so far and the next leaf hash, under the home's secret."""
    return hmac.new(key, before + hashed, hashlib.sha256).digest()


def rows(
    ledger: Ledger, *, case: str | None = None, limit: int = 100, before: int | None = None
) -> list[AuditRow]:
    """The newest rows first, of one case or of all; `before` a row number to page on."""
    query = select(AuditLine).order_by(AuditLine.sequence.desc()).limit(limit)
    if case:
        query = query.where(AuditLine.case_number == case)
    if before:
        query = query.where(AuditLine.sequence < before)
    with ledger.session() as session:
        return [row_view(line) for line in session.scalars(query)]


def row_view(line: AuditLine) -> AuditRow:
    """A stored row as people see it."""
    detail = json.loads(line.leaf).get("detail", {})
    return AuditRow(line.sequence, line.at, line.officer, line.verb, line.subject, detail, line.hash.hex())


def folder(ledger: Ledger) -> Path:
    """Where checkpoints lie outside the database."""
    return ledger.home.evidence / "audit"


def checkpoint(ledger: Ledger, now: datetime | None = None) -> str:
    """Sign the root over all rows so far and keep it in the ledger and beside it; returns the note.

    Where nothing was added since the last one, that one is returned; also where the rows under it are no longer
    what was signed, since a new signature must not cover that up (`verify_audit` names them).
    """
    with ledger.session() as session:
        before = session.scalars(select(Checkpoint).order_by(Checkpoint.size.desc()).limit(1)).first()
        start, signed = (before.size, before.root) if before else (0, tree.Tree().root())
        # Rows become visible in their order, so what is read is a whole beginning, without holding up writers.
        grown, fresh, intact = tree.Tree(), [], start == 0
        for sequence, hashed in stored_hashes(session):
            grown.append(hashed)
            if grown.size == start:
                intact = grown.root() == signed
            if sequence > start:
                fresh.append(hashed)
        if not fresh or not intact or grown.size != start + len(fresh):
            return before.note if before else ""
        note = tree.sign(signing_key(ledger.home), grown.size, grown.root())
        values = {"size": grown.size, "root": grown.root(), "at": now or clock.now(), "note": note}
        session.execute(insert(Checkpoint).values(values).on_conflict_do_nothing())
        _keep(folder(ledger), start, fresh, note)
    return note


def stored_hashes(session: Session) -> Iterator[tuple[int, bytes]]:
    """Number and leaf hash of every row, in order, streamed."""
    query = select(AuditLine.sequence, AuditLine.hash).order_by(AuditLine.sequence)
    yield from session.execute(query.execution_options(yield_per=10_000))


def _keep(place: Path, start: int, hashes: list[bytes], note: str) -> None:
    """The leaf hashes since the last checkpoint, then the note: what is outside can tell what inside
    changed.
    """
    place.mkdir(mode=0o700, exist_ok=True)
    end = start + len(hashes)
    _write(place / f"{start + 1:012d}-{end:012d}.leaves", "".join(f"{hashed.hex()}\n" for hashed in hashes))
    _write(place / f"{end:012d}.checkpoint", note)


def _write(path: Path, content: str) -> None:
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    draft.replace(path)
