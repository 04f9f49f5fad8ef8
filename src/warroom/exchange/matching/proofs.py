"""Proofs that every element of a batch was evaluated under one key, RFC 9497 section 2.2: a key for one asker alone would tell
who asked.
"""

import hashlib
import hmac
from collections.abc import Iterator, Sequence

from warroom.exchange.matching.group import (
    ELEMENT_BYTES,
    IDENTITY,
    ORDER,
    UnfitElement,
    add_elements,
    hash_to_scalar,
    make_context,
    make_random_scalar,
    multiply_base,
    multiply_element,
    with_length,
)

MOST_ELEMENTS = 2**16 - 1
"""Elements of one proof: their place is written in two bytes."""


def prove_same_scalar(
    scalar: int,
    public: bytes,
    before: Sequence[bytes],
    after: Sequence[bytes],
    mode: int,
    random_scalar: int | None = None,
) -> bytes:
    """64 bytes that prove `after[i] = scalar * before[i]` for all, and `public = scalar * generator`.

    `random_scalar` is given by test vectors alone.
    """
    total = _sum_weighted(_iter_weights(public, before, after, mode), before)
    product = multiply_element(scalar, total)
    drawn = make_random_scalar() if random_scalar is None else random_scalar
    challenge = _make_challenge(
        public, total, product, multiply_base(drawn), multiply_element(drawn, total), mode
    )
    answer = (drawn - challenge * scalar) % ORDER
    return challenge.to_bytes(ELEMENT_BYTES, "little") + answer.to_bytes(ELEMENT_BYTES, "little")


def is_proved(
    public: bytes, before: Sequence[bytes], after: Sequence[bytes], proof: bytes, mode: int
) -> bool:
    """Whether a proof holds for these elements and this public key."""
    if len(proof) != 2 * ELEMENT_BYTES or len(before) != len(after) or not before:
        return False
    challenge = int.from_bytes(proof[:ELEMENT_BYTES], "little")
    answer = int.from_bytes(proof[ELEMENT_BYTES:], "little")
    if not (0 < challenge < ORDER and 0 < answer < ORDER):
        return False
    try:
        weights = list(_iter_weights(public, before, after, mode))
        total, product = _sum_weighted(weights, before), _sum_weighted(weights, after)
        first = add_elements(multiply_base(answer), multiply_element(challenge, public))
        second = add_elements(multiply_element(answer, total), multiply_element(challenge, product))
    except UnfitElement:
        return False
    expected = _make_challenge(public, total, product, first, second, mode)
    return hmac.compare_digest(
        expected.to_bytes(ELEMENT_BYTES, "little"), challenge.to_bytes(ELEMENT_BYTES, "little")
    )


def _iter_weights(public: bytes, before: Sequence[bytes], after: Sequence[bytes], mode: int) -> Iterator[int]:
    if not 0 < len(before) <= MOST_ELEMENTS:
        raise UnfitElement("batch size")
    tag = b"Seed-" + make_context(mode)
    seed = hashlib.sha512(with_length(public) + with_length(tag)).digest()
    for place, (element, evaluated) in enumerate(zip(before, after, strict=True)):
        message = (
            with_length(seed)
            + place.to_bytes(2, "big")
            + with_length(element)
            + with_length(evaluated)
            + b"Composite"
        )
        yield hash_to_scalar(message, mode)


def _sum_weighted(weights: Iterator[int] | list[int], elements: Sequence[bytes]) -> bytes:
    total = IDENTITY
    for weight, element in zip(weights, elements, strict=True):
        total = add_elements(total, multiply_element(weight, element))
    return total


def _make_challenge(
    public: bytes, total: bytes, product: bytes, first: bytes, second: bytes, mode: int
) -> int:
    parts = (public, total, product, first, second)
    return hash_to_scalar(b"".join(map(with_length, parts)) + b"Challenge", mode)
