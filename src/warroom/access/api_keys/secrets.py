"""The form of a partner's key, and the hash that is kept of it."""

import hashlib
import hmac
import secrets
from typing import NamedTuple

ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without 0, 1, i, l and o, which are mistaken for one another when read aloud."""
# Characters of 31 letters: 39 bits, so two keys of one installation do not collide (the column is unique).
PREFIX_SIGNS = 8
SECRET_BYTES = 32
"""256 random bits: nobody guesses them, so no slow hash is needed."""
HEAD = "wr"
# Characters: a key has 55 (2 + 1 + 8 + 1 + 43); the rest is room for a longer secret.
LONGEST = 80
# The longest key that BLAKE2b takes (RFC 7693). Made at each start, and never stored.
_QUICK = secrets.token_bytes(64)


class Secret(NamedTuple):
    """A key as its partner holds it: `wr_PREFIX_RANDOM`."""

    prefix: str
    text: str


def make_secret() -> Secret:
    """A new random key."""
    prefix = "".join(secrets.choice(ALPHABET) for _ in range(PREFIX_SIGNS))
    return Secret(prefix, f"{HEAD}_{prefix}_{secrets.token_urlsafe(SECRET_BYTES)}")


def prefix_of(text: str) -> str:
    """The prefix of a text in the form of a key; empty where the text has another form."""
    # The random part may hold the same sign, so the text is cut from the front.
    head, _, rest = text.partition("_")
    prefix, _, _ = rest.partition("_")
    # Before anything is computed: a text too long to be a key must not cost a hash.
    return prefix if head == HEAD and len(text) <= LONGEST else ""


def hash_key(pepper: bytes, text: str) -> bytes:
    """HMAC-SHA-256 of a key under the home's secret."""
    # Keyed, so that write access to the database alone is not enough to plant a key.
    return hmac.digest(pepper, text.encode(), hashlib.sha256)


def compute_quick_digest(text: str) -> bytes:
    """A digest that only this process can make; it recognises a key that was verified once by its hash."""
    # Not HMAC: OpenSSL's call releases the interpreter's lock, and at a thousand checks a second waiting
    # for it again costs more than the digest.
    return hashlib.blake2b(text.encode(), key=_QUICK).digest()
