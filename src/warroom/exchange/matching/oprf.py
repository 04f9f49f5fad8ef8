"""The three protocols of RFC 9497: plain (mode 0), verifiable (mode 1) and partially oblivious (mode 2, with public input).

Matching uses mode 2. The others stand here because the RFC's vectors test what all three share.
"""

import hashlib
from dataclasses import dataclass
from typing import Literal

from warroom.exchange.matching.group import (
    UnfitElement,
    add_elements,
    hash_to_element,
    hash_to_scalar,
    invert_scalar,
    make_random_scalar,
    multiply_base,
    multiply_element,
    require_element,
    with_length,
)

Mode = Literal[0, 1, 2]
PLAIN: Mode = 0
VERIFIABLE: Mode = 1
PARTIAL: Mode = 2
# Tries of RFC 9497 section 3.2.1; each fails with a chance of 2 to the power of -252.
KEY_TRIES = 256


@dataclass(frozen=True, slots=True)
class KeyPair:
    """A server's key; `secret` stays in its room, `public` (32 bytes) goes to partners."""

    secret: int
    public: bytes


@dataclass(frozen=True, slots=True)
class BlindedInput:
    """An input with the scalar that hides it, and the element that is sent."""

    content: bytes
    blind: int
    element: bytes


def derive_key_pair(seed: bytes, purpose: bytes, mode: Mode) -> KeyPair:
    """The key of a seed of 32 bytes (RFC 9497 section 3.2.1); `purpose` is the key's own info."""
    for counter in range(KEY_TRIES):
        message = seed + with_length(purpose) + bytes([counter])
        if secret := hash_to_scalar(message, mode, b"DeriveKeyPair"):
            return KeyPair(secret, multiply_base(secret))
    raise UnfitElement("seed")


def blind_input(content: bytes, mode: Mode, blind: int | None = None) -> BlindedInput:
    """An input made unreadable by a fresh scalar; `blind` is given by test vectors alone."""
    scalar = make_random_scalar() if blind is None else blind
    return BlindedInput(content, scalar, multiply_element(scalar, hash_to_element(content, mode)))


def tweak_secret(key: KeyPair, info: bytes) -> int:
    """The secret under public input (mode 2): key + hash(info)."""
    return key.secret + _hash_info(info)


def tweak_public(public: bytes, info: bytes) -> bytes:
    """The public key under public input; what a proof of mode 2 is checked with."""
    return require_element(add_elements(multiply_base(_hash_info(info)), require_element(public)))


def _hash_info(info: bytes) -> int:
    return hash_to_scalar(b"Info" + with_length(info), PARTIAL)


def find_evaluating_scalar(key: KeyPair, mode: Mode, info: bytes = b"") -> int:
    """What a server multiplies blinded elements with: its secret, in mode 2 the inverse of the tweaked one."""
    return invert_scalar(tweak_secret(key, info)) if mode == PARTIAL else key.secret


def finalize_output(blinded: BlindedInput, evaluated: bytes, mode: Mode, info: bytes = b"") -> bytes:
    """The output (64 bytes) of an evaluated element. A proof is checked before, for the whole batch."""
    element = multiply_element(invert_scalar(blinded.blind), evaluated)
    return hash_output(blinded.content, element, mode, info)


def evaluate_own_input(scalar: int, content: bytes, mode: Mode, info: bytes = b"") -> bytes:
    """The output of a server's own input, by the scalar of `find_evaluating_scalar`."""
    return hash_output(content, multiply_element(scalar, hash_to_element(content, mode)), mode, info)


def hash_output(content: bytes, element: bytes, mode: Mode, info: bytes) -> bytes:
    """SHA-512 over the input, the public input in mode 2, and the element."""
    middle = with_length(info) if mode == PARTIAL else b""
    return hashlib.sha512(with_length(content) + middle + with_length(element) + b"Finalize").digest()
