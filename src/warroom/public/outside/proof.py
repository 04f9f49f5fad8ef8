"""Proof of submission: a row of the room's log with the hash of what was sent, and its inclusion proof under a signed
checkpoint (RFC 9162, 2.1.3.2). Verification needs this module, the file and the log's key, and no other part of the program:

    python -m warroom.public.outside.proof FILE KEY
"""

import base64
import hashlib
import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

ORIGIN = "warroom.example/audit"
LONGEST = 64 * 1024
"""Bytes read of a proof file, at most: one of ours has about four thousand."""


@dataclass(frozen=True, slots=True)
class Proved:
    """The statement of a valid proof: the SHA-256 (hex) of what was sent, and the time of its log row (ISO 8601)."""

    seal: str
    at: str


def verify_receipt(content: bytes, key: bytes) -> Proved | None:
    """Verify a receipt file under the log's public key (32 bytes); None for an invalid proof."""
    try:
        receipt = json.loads(content[:LONGEST])
        leaf = str(receipt["leaf"]).encode()
        row = json.loads(leaf)
        size, root = _verify_checkpoint(str(receipt["checkpoint"]), key)
        hashed = hashlib.sha256(b"\x00" + leaf).digest()
        hashes = [bytes.fromhex(hash_hex) for hash_hex in receipt["hashes"]]
        good = row["verb"] == "public.received" and is_included(
            hashed, int(row["sequence"]) - 1, size, hashes, root
        )
        return Proved(str(row["detail"]["seal"]), str(row["at"])) if good else None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, InvalidSignature):
        return None


def is_included(hashed: bytes, index: int, size: int, hashes: list[bytes], root: bytes) -> bool:
    """Whether the hashes lead from the leaf at `index` (from 0) to the root over `size` leaves."""
    place, last, node = index, size - 1, hashed
    if not 0 <= index < size:
        return False
    for other in hashes:
        if last == 0:
            return False
        if place & 1 or place == last:
            node = _hash_node(other, node)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            node = _hash_node(node, other)
        place, last = place >> 1, last >> 1
    return last == 0 and node == root


def _hash_node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def _verify_checkpoint(note: str, key: bytes) -> tuple[int, bytes]:
    """Size and root of a checkpoint that this key signed (C2SP signed-note); raises InvalidSignature or ValueError otherwise."""
    body, _, lines = note.partition("\n\n")
    origin, size, root = body.split("\n")[:3]
    if origin != ORIGIN:
        raise ValueError(origin)
    named = [line.split(" ") for line in lines.splitlines()]
    [signature] = [words[2] for words in named if len(words) == 3 and words[1] == ORIGIN]
    # The first four bytes identify the key (C2SP signed-note), the signature follows.
    Ed25519PublicKey.from_public_bytes(key).verify(base64.b64decode(signature)[4:], f"{body}\n".encode())
    return int(size), base64.b64decode(root, validate=True)


def file_of(proof: Mapping[str, Any]) -> bytes:
    """The receipt file for the reporter to keep."""
    return json.dumps({"of": "warroom receipt", **proof}, indent=1, ensure_ascii=False).encode()


if __name__ == "__main__":
    proved = verify_receipt(Path(sys.argv[1]).read_bytes(), bytes.fromhex(sys.argv[2]))
    print(f"sent {proved.seal} by {proved.at}" if proved else "this file proves nothing")
    sys.exit(0 if proved else 1)
