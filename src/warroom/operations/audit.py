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
from collections.abc import Iterator, Mapping
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
    name = SYSTEM if officer is None else officer if isinstance(officer, str) else officer.username
    at = at or clock.now()
    session.flush()
    session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
    last = session.execute(
        select(AuditLine.sequence, AuditLine.chain).order_by(AuditLine.sequence.desc()).limit(1)
    ).first()
    sequence, chain = (last.sequence + 1, last.chain) if last else (1, START)
    leaf = leaf_of(sequence, at, name, verb, subject, detail or {}, case)
    hashed = tree.leaf_hash(leaf)
    session.execute(
        insert(AuditLine).values(
            sequence=sequence,
            at=at,
            officer=name,
            verb=verb,
            subject=subject,
            case_number=case,
            leaf=leaf,
            hash=hashed,
            chain=next_chain(session.info["chain_key"], chain, hashed),
        )
    )
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
