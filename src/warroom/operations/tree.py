"""The Merkle tree of RFC 6962 section 2.1 over leaf hashes, and checkpoints as signed notes (C2SP
tlog-checkpoint).
"""

import base64
import hashlib
from collections.abc import Iterable

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

ORIGIN = "warroom.example/audit"
_ED25519 = b"\x01"  # signature type of C2SP signed-note


def leaf_hash(leaf: bytes) -> bytes:
    """SHA-256(0x00 || leaf)."""
    return hashlib.sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 || left || right)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Tree:
    """A tree that grows leaf by leaf, keeping only the roots of its full subtrees (at most 64 hashes)."""

    def __init__(self) -> None:
        self.size = 0
        self._peaks: list[bytes] = []

    def append(self, hashed: bytes) -> None:
        """Add a leaf hash at the right end."""
        self._peaks.append(hashed)
        self.size += 1
        full = self.size
        while full % 2 == 0:
            right, left = self._peaks.pop(), self._peaks.pop()
            self._peaks.append(node_hash(left, right))
            full //= 2

    def root(self) -> bytes:
        """The root over all leaves so far; of no leaves it is SHA-256 of nothing."""
        if not self._peaks:
            return hashlib.sha256(b"").digest()
        root = self._peaks[-1]
        for peak in reversed(self._peaks[:-1]):
            root = node_hash(peak, root)
        return root


def root_of(hashes: Iterable[bytes]) -> bytes:
    """The root over these leaf hashes."""
    tree = Tree()
    for hashed in hashes:
        tree.append(hashed)
    return tree.root()


def key_id(key: Ed25519PublicKey) -> bytes:
    """The four bytes by which a note names its key."""
    raw = key.public_bytes(Encoding.Raw, PublicFormat.Raw)
    return hashlib.sha256(ORIGIN.encode() + b"\n" + _ED25519 + raw).digest()[:4]


def sign(key: Ed25519PrivateKey, size: int, root: bytes) -> str:
    """A checkpoint: origin, size, root, an empty line and the signature line."""
    body = f"{ORIGIN}\n{size}\n{base64.b64encode(root).decode()}\n"
    signed = base64.b64encode(key_id(key.public_key()) + key.sign(body.encode())).decode()
    return f"{body}\n\u2014 {ORIGIN} {signed}\n"


def read(key: Ed25519PublicKey, note: str) -> tuple[int, bytes] | None:
    """Size and root of a checkpoint whose signature is this key's, else None."""
    body, _, signature_line = note.partition("\n\n")
    body += "\n"
    try:
        origin, size, root = body.rstrip("\n").split("\n")[:3]
        signed = base64.b64decode(signature_line.split()[-1], validate=True)
        if origin != ORIGIN or signed[:4] != key_id(key):
            return None
        key.verify(signed[4:], body.encode())
        return int(size), base64.b64decode(root, validate=True)
    except (ValueError, IndexError, InvalidSignature):
        return None
