"""Witnesses: who keeps a copy of our checkpoints, so that not even this house can rewrite its log unseen.

A witness is a folder (a stick, a share of another agency) or an address that speaks C2SP tlog-witness. It gets each
checkpoint with the proof that it continues the one before, and may cosign it. Sending is the work of
`warroom.exchange`.
"""

import base64
import binascii
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from warroom import files, settings
from warroom.errors import NotPossible, SettingError
from warroom.ledger import merkle, signed_notes
from warroom.ledger.audit.checkpoints import find_last_signed, get_checkpoint_folder, read_kept_hashes
from warroom.ledger.audit.proofs import build_consistency_proof
from warroom.ledger.schema import Checkpoint, Cosignature

if TYPE_CHECKING:
    from warroom.ledger.ledger import Ledger

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


@dataclass(frozen=True, slots=True)
class ConfiguredWitness:
    """A configured witness: where it is reached, and the key it cosigns with, where it does."""

    words: str
    key: signed_notes.WitnessKey | None

    @property
    def folder(self) -> Path | None:
        """The folder, where it is one."""
        return None if "://" in self.words else Path(self.words).expanduser()

    @property
    def name(self) -> str:
        """By which what was handed over is remembered."""
        return self.key.name if self.key else self.words


def list_witnesses() -> list[ConfiguredWitness]:
    """The witnesses of WARROOM_WITNESSES; raises SettingError for one that cannot be used."""
    words = settings.get_text("WARROOM_WITNESSES").split(",")
    return [_parse_witness(each.strip()) for each in words if each.strip()]


def _parse_witness(words: str) -> ConfiguredWitness:
    where, _, key = words.partition("#")
    parts = urlsplit(where)
    if "://" in where and not (
        parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
    ):
        raise SettingError(
            f"WARROOM_WITNESSES: {where} must begin with https:// or be a folder; nothing is sent in the clear."
        )
    try:
        return ConfiguredWitness(where, signed_notes.WitnessKey.parse_key(key) if key else None)
    except (ValueError, binascii.Error):
        raise SettingError(
            f"WARROOM_WITNESSES: what stands after # at {where} is no verifier key; write it as name+id+key."
        ) from None


def build_witness_request(ledger: "Ledger", old: int, note: signed_notes.SignedNote) -> str:
    """What a witness is asked, as C2SP tlog-witness has it: the size they hold, the proof from there, the note."""
    with ledger.open_session() as session:
        hashes = build_consistency_proof(session, old, note.size)
    lines = "".join(f"{base64.b64encode(each).decode()}\n" for each in hashes)
    return f"old {old}\n{lines}\n{note.text}"


def parse_request(words: str) -> tuple[int, list[bytes], str]:
    """Old size, proof and note of a request; raises NotPossible where it is none."""
    head, _, note = words.partition("\n\n")
    first, *lines = head.split("\n")
    try:
        if not first.startswith("old "):
            raise ValueError
        return int(first[4:]), [base64.b64decode(line, validate=True) for line in lines], note
    except ValueError:
        raise NotPossible("This is no checkpoint to witness; take the newest *.request file.") from None


def verify_request(words: str, key: Ed25519PublicKey, held: str) -> signed_notes.SignedNote:
    """What a witness does with a request, offline: the log's signature, and that the new checkpoint continues
    the one they hold (`held`, empty at first). Returns the new one; raises NotPossible saying what is wrong.
    """
    old, proof, text = parse_request(words)
    fresh = signed_notes.find_signed_note(key, text)
    if fresh is None:
        raise NotPossible("The checkpoint is not signed by this log's key; do not keep it, and ask the room.")
    if not held:
        return fresh
    before = signed_notes.find_signed_note(key, held)
    if before is None:
        raise NotPossible("The checkpoint you hold is not signed by this log's key; look for the right one.")
    if old != before.size and fresh.size != before.size:
        raise NotPossible(
            f"The proof starts at row {old} and you hold row {before.size}; ask for one that starts there."
        )
    # They hold the new size already: then nothing but equal roots will do.
    hashes = proof if old == before.size else []
    if not merkle.verify_consistency(before.size, before.root, fresh.size, fresh.root, hashes):
        raise NotPossible(
            f"The log was rewritten: its {fresh.size} rows do not continue the {before.size} you hold. "
            "Keep both files and tell the auditor."
        )
    return fresh


def write_for_witness(ledger: "Ledger", target: Path) -> signed_notes.SignedNote:
    """Write the newest checkpoint for a witness into a folder: the note, the request with its proof from the last
    one there, and the leaf hashes by which a changed row is named. Takes what they cosigned.

    Raises NotPossible where nothing was signed yet, or where their copy contradicts ours.
    """
    note = find_last_signed(ledger)
    if note is None:
        raise NotPossible("There is no checkpoint yet; sign one with 'warroom audit checkpoint'.")
    target.mkdir(parents=True, exist_ok=True)
    held = max((int(path.stem) for path in target.glob("*.checkpoint")), default=0)
    # Their copy is longer than the log: rows are gone, and a new request would cover that up.
    if held > note.size:
        raise NotPossible(
            f"{target} holds a checkpoint of {held} rows and this log has {note.size}; verify the log."
        )
    if held < note.size:
        files.write_atomically(
            target / f"{note.size:012d}.request", build_witness_request(ledger, held, note).encode()
        )
        # Without these a witness could say that the log was rewritten, and not which row.
        hashes = read_kept_hashes(get_checkpoint_folder(ledger), held, note.size)
        files.write_atomically(target / f"{held + 1:012d}-{note.size:012d}.leaves", hashes.encode())
        files.write_atomically(target / f"{note.size:012d}.checkpoint", note.text.encode())
    return note


def import_cosignatures(ledger: "Ledger", place: ConfiguredWitness) -> int:
    """Keep the lines that a folder's witness wrote beside our checkpoints (`*.cosigned`); returns how many were
    new. Only lines of the configured key are believed.
    """
    if place.folder is None or place.key is None:
        return 0
    return sum(
        path.stem.isdigit()
        and save_cosignature(ledger, place.key, int(path.stem), path.read_text("utf-8", "replace"))
        for path in sorted(place.folder.glob("*.cosigned"))
    )


def save_cosignature(ledger: "Ledger", witness: signed_notes.WitnessKey, size: int, lines: str) -> bool:
    """Keep a witness's cosignature of the checkpoint at `size`, in the ledger and beside it; False where it is
    known already or not theirs.
    """
    with ledger.open_session() as session:
        note = session.scalar(select(Checkpoint.note).where(Checkpoint.size == size))
        time = signed_notes.find_cosigned_time(witness, note or "", lines)
        if note is None or time is None or session.get(Cosignature, (size, witness.name)) is not None:
            return False
        line = next(
            line for line in lines.split("\n") if line.startswith(f"{signed_notes.DASH} {witness.name} ")
        )
        at = datetime.fromtimestamp(time, UTC)
        values = {"size": size, "witness": witness.name, "line": line + "\n", "at": at}
        session.execute(insert(Cosignature).values(values).on_conflict_do_nothing())
        every = select(Cosignature.line).where(Cosignature.size == size).order_by(Cosignature.witness)
        cosigned = note + "".join(session.scalars(every))
    files.write_atomically(get_checkpoint_folder(ledger) / f"{size:012d}.cosigned", cosigned.encode())
    return True
