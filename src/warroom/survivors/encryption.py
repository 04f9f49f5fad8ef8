"""Encrypting what survivors say: AES-256-GCM with a key derived from the home's for each person.

The key is in the home's `keys`, never in the database, so a dump of the database discloses nothing. The
person, the kind and what it is about are associated data: a row moved to another person cannot be decrypted.
"""

import hmac
import json
import os
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from warroom.errors import LedgerError
from warroom.home import Home
from warroom.keys import load_secret
from warroom.ledger.canonical_json import to_canonical_json

NAME = "survivors"
NONCE = 12  # bytes, as NIST SP 800-38D advises for random nonces
# The length of a ciphertext would disclose how much was said: contents are padded to a multiple of this
# many bytes.
BLOCK = 1024


def seal(home: Home, person: int, kind: str, about: int, body: Mapping[str, Any]) -> bytes:
    """The body as a nonce and a ciphertext."""
    text = to_canonical_json(dict(body)).encode()
    padded = text + b" " * (-len(text) % BLOCK)
    nonce = os.urandom(NONCE)
    return nonce + _make_cipher(home, person).encrypt(
        nonce, padded, _build_associated_data(person, kind, about)
    )


def unseal(home: Home, person: int, kind: str, about: int, content: bytes) -> dict[str, Any]:
    """What was sealed; raises LedgerError where key or row is not the one it was sealed with."""
    try:
        text = _make_cipher(home, person).decrypt(
            content[:NONCE], content[NONCE:], _build_associated_data(person, kind, about)
        )
    except InvalidTag:
        raise LedgerError("survivors.cannot-be-opened") from None
    body: dict[str, Any] = json.loads(text)
    return body


def make_fingerprint(home: Home, value: Any) -> str:
    """A keyed hash of a value, for recognising the same request again without keeping what it said."""
    return hmac.new(load_secret(home, NAME), to_canonical_json(value).encode(), "sha256").hexdigest()


def _make_cipher(home: Home, person: int) -> AESGCM:
    return AESGCM(_derive_key(load_secret(home, NAME), person))


# People whose derived keys stay in memory: a team's, not all.
@lru_cache(maxsize=64)
def _derive_key(master: bytes, person: int) -> bytes:
    return HKDF(SHA256(), 32, None, f"warroom survivors {person}".encode()).derive(master)


def _build_associated_data(person: int, kind: str, about: int) -> bytes:
    return f"{person}/{kind}/{about}".encode()
