"""Checkpoints as signed notes: C2SP signed-note, tlog-checkpoint and, for witnesses, tlog-cosignature.

Text is the body (origin, size, root), an empty line, and a line for each signature. Pure functions: to check
a note, this module alone is needed.
"""

import base64
import hashlib
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

ORIGIN = "warroom.example/audit"
DASH = "\u2014"
_SIGNED, _COSIGNED = b"\x01", b"\x04"  # signature types of signed-note: a log's own, a witness's with a time


@dataclass(frozen=True, slots=True)
class SignedNote:
    """A checkpoint whose signature was found good: `root` over the first `size` rows."""

    size: int
    root: bytes
    text: str


@dataclass(frozen=True, slots=True)
class WitnessKey:
    """Who cosigns: a name and an Ed25519 key, written `name+id+key` (a verifier key of signed-note)."""

    name: str
    key: Ed25519PublicKey

    @classmethod
    def parse_key(cls, words: str) -> "WitnessKey":
        """Read a verifier key; raises ValueError where it is none."""
        name, named_id, coded = words.split("+", 2)
        raw = base64.b64decode(coded, validate=True)
        # A log's own key has another type byte: its signature must not count as a witness's.
        if not name or raw[:1] != _COSIGNED or len(raw) != 33:
            raise ValueError("no cosignature key")
        witness = cls(name, Ed25519PublicKey.from_public_bytes(raw[1:]))
        if witness.id.hex() != named_id:
            raise ValueError("the key does not have this id")
        return witness

    @property
    def id(self) -> bytes:
        """The four bytes by which a signature line names the key."""
        return _make_key_id(self.name, _COSIGNED, self.key)

    def __str__(self) -> str:
        return (
            f"{self.name}+{self.id.hex()}+{base64.b64encode(_COSIGNED + _get_raw_bytes(self.key)).decode()}"
        )


def make_log_key_id(key: Ed25519PublicKey) -> bytes:
    """The four bytes by which a note names the log's key."""
    return _make_key_id(ORIGIN, _SIGNED, key)


def sign(key: Ed25519PrivateKey, size: int, root: bytes) -> str:
    """A checkpoint: origin, size, root, an empty line and the log's signature line."""
    body = f"{ORIGIN}\n{size}\n{base64.b64encode(root).decode()}\n"
    return f"{body}\n{_format_signature_line(ORIGIN, make_log_key_id(key.public_key()) + key.sign(body.encode()))}"


def find_signed_note(key: Ed25519PublicKey, note: str) -> SignedNote | None:
    """A checkpoint that this key signed, else None; other signatures are left alone."""
    try:
        body, lines = _split_note(note)
        origin, size, root = body.rstrip("\n").split("\n")[:3]
        signature = _find_signature(lines, ORIGIN, make_log_key_id(key))
        if origin != ORIGIN or not size.isdigit() or signature is None:
            return None
        key.verify(signature, body.encode())
        return SignedNote(int(size), base64.b64decode(root, validate=True), note)
    except (ValueError, InvalidSignature):
        return None


def cosign_note(key: Ed25519PrivateKey, name: str, note: str, time: int) -> str:
    """A witness's line over a checkpoint at `time` (seconds since 1970)."""
    signature = key.sign(_make_cosigned_bytes(note, time))
    named = WitnessKey(name, key.public_key()).id
    return _format_signature_line(name, named + time.to_bytes(8, "big") + signature)


def find_cosigned_time(witness: WitnessKey, note: str, lines: str) -> int | None:
    """When this witness cosigned the note, by the line of theirs among `lines`; None where none is good."""
    try:
        blob = _find_signature(lines, witness.name, witness.id)
        if blob is None or len(blob) != 72:
            return None
        time = int.from_bytes(blob[:8], "big")
        witness.key.verify(blob[8:], _make_cosigned_bytes(note, time))
        return time
    except (ValueError, InvalidSignature):
        return None


def parse_size(note: str) -> int | None:
    """The size a note states, without a check of its signature."""
    lines = note.split("\n")
    return int(lines[1]) if len(lines) > 1 and lines[1].isdigit() else None


def _make_cosigned_bytes(note: str, time: int) -> bytes:
    return f"cosignature/v1\ntime {time}\n{_split_note(note)[0]}".encode()


def _split_note(note: str) -> tuple[str, str]:
    body, empty, lines = note.partition("\n\n")
    if not empty:
        raise ValueError("no note")
    return body + "\n", lines


def _find_signature(lines: str, name: str, named_id: bytes) -> bytes | None:
    for line in lines.split("\n"):
        words = line.split(" ")
        if words[:2] == [DASH, name] and len(words) == 3:
            blob = base64.b64decode(words[2], validate=True)
            if blob[:4] == named_id:
                return blob[4:]
    return None


def _format_signature_line(name: str, blob: bytes) -> str:
    return f"{DASH} {name} {base64.b64encode(blob).decode()}\n"


def _get_raw_bytes(key: Ed25519PublicKey) -> bytes:
    return key.public_bytes(Encoding.Raw, PublicFormat.Raw)


def _make_key_id(name: str, kind: bytes, key: Ed25519PublicKey) -> bytes:
    return hashlib.sha256(name.encode() + b"\n" + kind + _get_raw_bytes(key)).digest()[:4]
