"""The group ristretto255 with SHA-512 as RFC 9497 section 4.1 uses it. Elements and scalars are 32 bytes."""

import hashlib
from functools import cache
from typing import cast

import rbcl

ORDER = 2**252 + 27742317777372353535851937790883648493
"""Number of elements of the group (RFC 9496 section 4)."""
ELEMENT_BYTES = 32
UNIFORM_BYTES = 64
IDENTITY = bytes(ELEMENT_BYTES)
SUITE = b"ristretto255-SHA512"
# SHA-512 works on blocks of 128 bytes; RFC 9380 section 5.3.1 begins with one of zeros, hashed once here.
_ZEROS = hashlib.sha512(bytes(128))


class UnfitElement(ValueError):
    """Bytes that are no element of the group, the identity, or a scalar out of range."""


@cache
def make_context(mode: int) -> bytes:
    """The context string of a mode (0 to 2), RFC 9497 section 3.1."""
    return b"OPRFV1-" + bytes([mode]) + b"-" + SUITE


def with_length(content: bytes) -> bytes:
    """The content after its length in two bytes."""
    return len(content).to_bytes(2, "big") + content


def expand_message(message: bytes, tag: bytes) -> bytes:
    """64 uniform bytes of a message and a domain's tag: expand_message_xmd of RFC 9380 section 5.3.1."""
    ending = tag + bytes([len(tag)])
    first = _ZEROS.copy()
    first.update(message + UNIFORM_BYTES.to_bytes(2, "big") + b"\x00" + ending)
    return hashlib.sha512(first.digest() + b"\x01" + ending).digest()


def hash_to_element(message: bytes, mode: int) -> bytes:
    """The element of a message, of which nobody knows a logarithm."""
    tag = b"HashToGroup-" + make_context(mode)
    return cast(bytes, rbcl.crypto_core_ristretto255_from_hash(expand_message(message, tag)))


def hash_to_scalar(message: bytes, mode: int, tag: bytes = b"HashToScalar-") -> int:
    """The scalar of a message."""
    return int.from_bytes(expand_message(message, tag + make_context(mode)), "little") % ORDER


def make_random_scalar() -> int:
    """A scalar that nobody can guess; never 0."""
    return int.from_bytes(rbcl.crypto_core_ristretto255_scalar_random(), "little")


def invert_scalar(scalar: int) -> int:
    """The inverse; raises UnfitElement for 0, which has none."""
    if scalar % ORDER == 0:
        raise UnfitElement("scalar 0")
    return pow(scalar, -1, ORDER)


def multiply_element(scalar: int, element: bytes) -> bytes:
    """The element times a scalar. Raises UnfitElement where that is the identity, or the element is none."""
    if len(element) != ELEMENT_BYTES:
        raise UnfitElement("element length")
    try:
        return cast(
            bytes,
            rbcl.crypto_scalarmult_ristretto255((scalar % ORDER).to_bytes(ELEMENT_BYTES, "little"), element),
        )
    except RuntimeError:
        raise UnfitElement("element") from None


def multiply_base(scalar: int) -> bytes:
    """The generator times a scalar; raises UnfitElement for 0."""
    if scalar % ORDER == 0:
        raise UnfitElement("scalar 0")
    return cast(
        bytes, rbcl.crypto_scalarmult_ristretto255_base((scalar % ORDER).to_bytes(ELEMENT_BYTES, "little"))
    )


def add_elements(first: bytes, second: bytes) -> bytes:
    """The sum of two elements."""
    return cast(bytes, rbcl.crypto_core_ristretto255_add(first, second))


def require_element(element: bytes) -> bytes:
    """The same bytes; raises UnfitElement where they are no element or the identity (RFC 9497 section 2.1)."""
    if (
        len(element) != ELEMENT_BYTES
        or element == IDENTITY
        or not rbcl.crypto_core_ristretto255_is_valid_point(element)
    ):
        raise UnfitElement("element")
    return element
