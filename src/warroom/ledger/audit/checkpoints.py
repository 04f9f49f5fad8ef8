"""Checkpoints: the root over all rows so far, signed, kept in the ledger and beside it."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from warroom import clock, files
from warroom.errors import NotPossible
from warroom.keys import load_signing_key, load_verify_key
from warroom.ledger import merkle, signed_notes
from warroom.ledger.audit import head
from warroom.ledger.audit.proofs import LogHashes
from warroom.ledger.schema import AuditLine, Checkpoint

if TYPE_CHECKING:
    from warroom.ledger.ledger import Ledger

SHORT = 65 * 1024
"""Bytes below which a file of leaf hashes still grows: a thousand rows, of 65 bytes each."""
NO_ROWS = merkle.MerkleTree().compute_root()


def get_checkpoint_folder(ledger: "Ledger") -> Path:
    """The folder of the checkpoints outside the database."""
    return ledger.home.evidence / "audit"


def sign_checkpoint(ledger: "Ledger", now: datetime | None = None) -> str:
    """Sign the root over all rows so far and keep it in the ledger and beside it; returns the note.

    Where nothing was added since the last one, that one is returned; also where the rows under it are no longer
    what was signed, since a new signature must not cover that up (`verify_audit` names them).
    """
    cut = head.record_head(ledger)
    place = get_checkpoint_folder(ledger)
    place.mkdir(mode=0o700, exist_ok=True)
    signed = find_last_signed(ledger)
    with ledger.open_session() as session:
        # From the last signed size on: what lies before is vouched for, and
        # reading 800,000 hashes took seconds.
        grown = (
            None
            if cut
            else _grow_tree(session, signed.size if signed else 0, signed.root if signed else NO_ROWS)
        )
        if grown is None:
            return signed.text if signed else ""
        note = signed_notes.sign(load_signing_key(ledger.home), grown.size, grown.compute_root())
        values = {
            "size": grown.size,
            "root": grown.compute_root(),
            "at": now or clock.get_now(),
            "note": note,
        }
        # Two servers may sign one size at the same moment; the notes are equal.
        session.execute(insert(Checkpoint).values(values).on_conflict_do_nothing())
    # Only what is on disk may be known outside: that commit waited for all rows before it.
    with ledger.open_session() as session:
        _save_outside(session, place, grown.size, note)
    return note


def find_last_signed(ledger: "Ledger") -> signed_notes.SignedNote | None:
    """The checkpoint over the most rows that this home signed, in the ledger or beside it."""
    with ledger.open_session() as session:
        texts = list(session.scalars(select(Checkpoint.note).order_by(Checkpoint.size.desc()).limit(1)))
    # Also beside the database: an attacker who cut off its end cannot make the next checkpoint smaller unseen.
    files = sorted(get_checkpoint_folder(ledger).glob("*.checkpoint"))[-1:]
    key = load_verify_key(ledger.home)
    read = [
        signed_notes.find_signed_note(key, text)
        for text in [*texts, *(path.read_text("utf-8") for path in files)]
    ]
    return max((note for note in read if note), key=lambda note: note.size, default=None)


def _grow_tree(session: Session, start: int, root: bytes) -> merkle.MerkleTree | None:
    """The tree over all rows; None where none was added, or where the beginning is not what was signed."""
    try:
        grown = merkle.MerkleTree.from_peaks(start, LogHashes(session).list_peaks(start))
    except NotPossible:
        return None
    if grown.compute_root() != root:
        return None
    for sequence, hashed in iter_stored_hashes(session, start):
        grown.append(hashed)
        # A gap: a row is gone. It must not be signed over.
        if sequence != grown.size:
            return None
    return grown if grown.size > start else None


def iter_stored_hashes(
    session: Session, after: int = 0, until: int | None = None
) -> Iterator[tuple[int, bytes]]:
    """Number and leaf hash of the rows after `after`, in order, streamed."""
    query = select(AuditLine.sequence, AuditLine.hash).where(AuditLine.sequence > after)
    if until is not None:
        query = query.where(AuditLine.sequence <= until)
    query = query.order_by(AuditLine.sequence).execution_options(yield_per=10_000)
    yield from session.execute(query)


def _save_outside(session: Session, place: Path, size: int, note: str) -> None:
    """The leaf hashes since the last file, then the note: what is outside can tell what inside changed. A short file of
    hashes grows into the new one, so that a checkpoint a minute does not fill the folder.
    """
    last = max(list_leaf_files(place), key=lambda path: int(path.stem[13:]), default=None)
    start = int(last.stem[13:]) if last else 0
    if start < size:
        lines = "".join(f"{hashed.hex()}\n" for _, hashed in iter_stored_hashes(session, start, size))
        grows = last is not None and last.stat().st_size < SHORT
        first = int(last.stem[:12]) if last and grows else start + 1
        known = last.read_text("ascii", "replace") if last and grows else ""
        # Leaves before the note: a note without its leaves could say that something changed, and not what.
        files.write_atomically(place / f"{first:012d}-{size:012d}.leaves", (known + lines).encode())
        if last and grows:
            last.unlink(missing_ok=True)
            _drop_note(place, start)
    files.write_atomically(place / f"{size:012d}.checkpoint", note.encode())


def _drop_note(place: Path, size: int) -> None:
    """A note that another one covers goes, unless somebody outside stamped or cosigned it; the ledger keeps all of them."""
    if not any((place / f"{size:012d}.{ending}").exists() for ending in ("tsr", "cosigned")):
        (place / f"{size:012d}.checkpoint").unlink(missing_ok=True)


def read_kept_hashes(place: Path, after: int, until: int) -> str:
    """The leaf hashes kept beside the database of the rows after `after` up to `until`, a line each."""
    lines: dict[int, str] = {}
    for path in list_leaf_files(place):
        start = int(path.stem[:12])
        lines.update(enumerate(path.read_text("ascii", "replace").splitlines(keepends=True), start))
    return "".join(lines.get(row, f"{bytes(32).hex()}\n") for row in range(after + 1, until + 1))


def list_leaf_files(place: Path) -> list[Path]:
    """The files of leaf hashes, in the order of their rows."""
    digits = "[0-9]" * 12
    return sorted(place.glob(f"{digits}-{digits}.leaves"))
