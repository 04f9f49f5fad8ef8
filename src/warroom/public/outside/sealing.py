"""What somebody sends, sealed to the room: X25519 with a key of its own for each, HKDF-SHA256, ChaCha20-Poly1305.

The public process has the public half alone. A seal is filled up to whole kilobytes, since its length would tell how much was said.
"""

import json
import os
import re
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from warroom.errors import LedgerError

KEY = 32
BLOCK = 1024
_ZERO = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
_HEAD = 8  # bytes that say how long the content is


def to_canonical_json(body: dict[str, Any]) -> bytes:
    """One form of what was sent, over which its hash is taken."""
    return json.dumps(body, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def seal(to: bytes, body: dict[str, Any], files: bytes = b"") -> bytes:
    """Sealed to a public key of 32 bytes: what was said, and the bytes of attached files behind it."""
    content = to_canonical_json(body)
    whole = len(content).to_bytes(_HEAD, "big") + content + files
    padded = len(whole).to_bytes(_HEAD, "big") + whole + bytes(-(_HEAD + len(whole)) % BLOCK)
    own, nonce = X25519PrivateKey.generate(), os.urandom(12)
    half = own.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    shared = own.exchange(X25519PublicKey.from_public_bytes(to))
    return half + nonce + ChaCha20Poly1305(_derive_key(shared, half, to)).encrypt(nonce, padded, half)


def unseal(private: bytes, sealed: bytes) -> tuple[dict[str, Any], bytes]:
    """What was said, and the files' bytes; raises LedgerError where key or seal is another, or what opens is nothing that one of
    our forms can have sent.
    """
    secret = X25519PrivateKey.from_private_bytes(private)
    to = secret.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    half, nonce, rest = sealed[:KEY], sealed[KEY : KEY + 12], sealed[KEY + 12 :]
    try:
        shared = secret.exchange(X25519PublicKey.from_public_bytes(half))
        padded = ChaCha20Poly1305(_derive_key(shared, half, to)).decrypt(nonce, rest, half)
    except (InvalidTag, ValueError):
        raise LedgerError("public.cannot-be-opened") from None
    whole = padded[_HEAD : _HEAD + int.from_bytes(padded[:_HEAD], "big")]
    size = int.from_bytes(whole[:_HEAD], "big")
    return _parse_content(whole[_HEAD : _HEAD + size]), whole[_HEAD + size :]


def _parse_content(content: bytes) -> dict[str, Any]:
    """Whoever took the public process over can seal anything: half a sign or a zero in a text, which no table takes, a thousand
    lists in each other. It must not stop what others sent.
    """
    try:
        body = json.loads(content, parse_constant=_no_number)
        if isinstance(body, dict) and not _ZERO.search(to_canonical_json(body)):
            return body
    except (ValueError, RecursionError):
        pass
    raise LedgerError("public.cannot-be-opened")


def _no_number(said: str) -> float:
    raise ValueError(said)


def public_half(private: bytes) -> bytes:
    """The half that the public process may have."""
    return (
        X25519PrivateKey.from_private_bytes(private).public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    )


def _derive_key(shared: bytes, half: bytes, to: bytes) -> bytes:
    return HKDF(SHA256(), 32, half + to, b"warroom public").derive(shared)
