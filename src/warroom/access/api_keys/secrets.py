"""What a partner's key looks like, and what is kept of it."""

import hashlib
import hmac
import secrets
from typing import NamedTuple

ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""No sign that is taken for another one when read aloud."""
PREFIX_SIGNS = 8
SECRET_BYTES = 32
"""256 random bits: nobody guesses them, so no slow hash is needed."""
HEAD = "wr"
LONGEST = 80
_QUICK = secrets.token_bytes(64)


class Secret(NamedTuple):
    """A key as its partner holds it: `wr_PREFIX_RANDOM`."""

    prefix: str
    text: str


def make_secret() -> Secret:
    """A key that nobody has had before."""
    prefix = "".join(secrets.choice(ALPHABET) for _ in range(PREFIX_SIGNS))
    return Secret(prefix, f"{HEAD}_{prefix}_{secrets.token_urlsafe(SECRET_BYTES)}")


def prefix_of(text: str) -> str:
    """The prefix a key says it has; empty where it is none."""
    # The random part may hold the same sign, so the text is cut from the front.
    head, _, rest = text.partition("_")
    prefix, _, _ = rest.partition("_")
    # Before anything is computed: what is too long to be a key must not cost a hash.
    return prefix if head == HEAD and len(text) <= LONGEST else ""


def hash_key(pepper: bytes, text: str) -> bytes:
    """HMAC-SHA-256 of a key under the home's secret."""
    # Keyed, so that whoever can write to the database alone cannot plant a key.
    return hmac.digest(pepper, text.encode(), hashlib.sha256)


def compute_quick_digest(text: str) -> bytes:
    """A digest that only this process can make: by it, a key is known again that was proved by its hash."""
    # Not HMAC: OpenSSL's call gives the interpreter's lock away, and at a thousand checks a second waiting
    # for it again costs more than the digest.
    return hashlib.blake2b(text.encode(), key=_QUICK).digest()
