"""Encrypts submissions to the room: X25519 with an ephemeral key, HKDF-SHA256, ChaCha20-Poly1305.

The public process has only the public key. Content is padded to whole kibibytes, since its length would reveal how much was
written.
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

# Bytes of an X25519 key (RFC 7748, 5).
KEY = 32
# Bytes to whose multiple content is padded. Chosen, not measured.
BLOCK = 1024
_ZERO = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
_HEAD = 8  # bytes that say how long the content is


def to_canonical_json(body: dict[str, Any]) -> bytes:
    """Canonical JSON: the form over which the seal's hash is computed."""
    return json.dumps(body, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def seal(to: bytes, body: dict[str, Any], files: bytes = b"") -> bytes:
    """Encrypt a body and the bytes of attached files to a public key of 32 bytes."""
    content = to_canonical_json(body)
    whole = len(content).to_bytes(_HEAD, "big") + content + files
    padded = len(whole).to_bytes(_HEAD, "big") + whole + bytes(-(_HEAD + len(whole)) % BLOCK)
    own, nonce = X25519PrivateKey.generate(), os.urandom(12)
    half = own.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    shared = own.exchange(X25519PublicKey.from_public_bytes(to))
    return half + nonce + ChaCha20Poly1305(_derive_key(shared, half, to)).encrypt(nonce, padded, half)


def unseal(private: bytes, sealed: bytes) -> tuple[dict[str, Any], bytes]:
    """Decrypt to the body and the files' bytes; raises LedgerError for another key, a damaged seal, or content that none of
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
    """Parse decrypted content; raises LedgerError. An attacker in the public process can encrypt anything: lone surrogates or NUL
    in a text, which no table accepts, or deeply nested lists. It must not stop other people's submissions.
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
    """The public key of a private key (32 bytes each)."""
    return (
        X25519PrivateKey.from_private_bytes(private).public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    )


def _derive_key(shared: bytes, half: bytes, to: bytes) -> bytes:
    return HKDF(SHA256(), 32, half + to, b"warroom public").derive(shared)
