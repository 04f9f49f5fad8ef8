"""What vouches for the rows from outside: checkpoints in the ledger, beside it and at witnesses, and their stamps."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from warroom.home import Home
from warroom.keys import load_verify_key
from warroom.ledger import signed_notes
from warroom.ledger.audit import stamps, witnesses
from warroom.ledger.schema import Checkpoint, CheckpointStamp, Cosignature
from warroom.ledger.verify.rows import AuditWalk
from warroom.ledger.views import AuditFault


@dataclass(frozen=True, slots=True)
class CheckpointCopy:
    """A checkpoint and its place; `kind` is witness for a copy that an outside witness keeps."""

    place: str
    text: str
    kind: Literal["checkpoint", "witness"]

    @property
    def size(self) -> int | None:
        return signed_notes.parse_size(self.text)


def list_note_copies(session: Session, place: Path) -> list[CheckpointCopy]:
    """Every copy of every checkpoint that can be reached."""
    stored = session.execute(select(Checkpoint.size, Checkpoint.note).order_by(Checkpoint.size))
    copies = [
        CheckpointCopy(f"the ledger's checkpoint at row {size}", note, "checkpoint") for size, note in stored
    ]
    for folder in (place, *list_witness_folders()):
        kind: Literal["checkpoint", "witness"] = "checkpoint" if folder == place else "witness"
        paths = sorted(folder.glob("*.checkpoint")) if folder.is_dir() else []
        copies += [CheckpointCopy(_format_place(path, kind), _read_text(path), kind) for path in paths]
    return copies


def list_witness_folders() -> list[Path]:
    """The folders among the configured witnesses."""
    return [each.folder for each in witnesses.list_witnesses() if each.folder is not None]


def find_voucher_faults(
    home: Home, session: Session, place: Path, copies: list[CheckpointCopy], walk: AuditWalk
) -> list[AuditFault]:
    """Every note, stamp and cosignature that does not fit the rows or the key of this home."""
    faults = list(_check_notes(home, copies, walk))
    stored = {row.size: row.note for row in session.scalars(select(Checkpoint))}
    faults += _check_stamps(session, place, stored)
    faults += _check_cosignatures(session, stored)
    return faults


def _check_notes(home: Home, copies: list[CheckpointCopy], walk: AuditWalk) -> Iterator[AuditFault]:
    key = load_verify_key(home)
    for copy in copies:
        note = signed_notes.find_signed_note(key, copy.text)
        if note is None:
            words = f"The signature of {copy.place} is not this home's."
            yield AuditFault(copy.size or 0, copy.kind, words)
        elif note.size > walk.last:
            words = f"Rows up to {note.size} were witnessed by {copy.place}; the log ends at row {walk.last}."
            yield AuditFault(note.size, "missing", words)
        elif walk.roots.get(note.size) != note.root:
            words = f"The rows up to {note.size} no longer add up to the root signed in {copy.place}."
            yield AuditFault(note.size, copy.kind, words)


def _check_stamps(session: Session, place: Path, stored: dict[int, str]) -> Iterator[AuditFault]:
    roots = stamps.load_authorities()
    kept = {row.size: bytes(row.response) for row in session.scalars(select(CheckpointStamp))}
    for path in sorted(place.glob("*.tsr")):
        if not (path.stem.isascii() and path.stem.isdigit()):
            yield AuditFault(0, "stamp", f"{path.name} is no stamp of this log; look who put it there.")
            continue
        size, beside = int(path.stem), path.read_bytes()
        if kept.setdefault(size, beside) != beside:
            yield AuditFault(size, "stamp", f"The stamp in {path.name} is another than the ledger's.")
    for size, response in sorted(kept.items()):
        problem = stamps.find_stamp_problem(stored.get(size, ""), response, roots)
        if problem:
            yield AuditFault(size, "stamp", f"The stamp of the checkpoint at row {size} {problem}.")


def _check_cosignatures(session: Session, stored: dict[int, str]) -> Iterator[AuditFault]:
    known = {each.key.name: each.key for each in witnesses.list_witnesses() if each.key}
    for row in session.scalars(select(Cosignature).order_by(Cosignature.size)):
        witness = known.get(row.witness)
        if witness and signed_notes.find_cosigned_time(witness, stored.get(row.size, ""), row.line) is None:
            words = f"What {row.witness} cosigned is not the checkpoint at row {row.size}."
            yield AuditFault(row.size, "witness", words)


def _format_place(path: Path, kind: str) -> str:
    return f"the witness's copy {path}" if kind == "witness" else path.name


def _read_text(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace")
