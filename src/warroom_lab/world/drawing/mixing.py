"""Numbers scrambled without a generator: the same number gives the same scramble, in any order, on any machine.

Used where a draw belongs to a thing (a person's favourite shop, a payment's reference) and not to a process.
"""

import numpy as np

from warroom_lab.world.drawing.columns import Array

_STEP = 0x9E3779B97F4A7C15
_FIRST, _SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_ROUNDS = (0x5BD1E995, 0x27D4EB2F, 0x165667B1, 0x2C1B3C6D)


def mix_bits(values: Array, salt: int = 0) -> Array:
    """64 scrambled bits for each integer: the finaliser of splitmix64, a permutation of all 64-bit numbers."""
    bits = values.astype(np.uint64) + np.uint64(_STEP * (salt + 1) % 2**64)
    bits ^= bits >> np.uint64(30)
    bits *= _FIRST
    bits ^= bits >> np.uint64(27)
    bits *= _SECOND
    bits ^= bits >> np.uint64(31)
    return bits


def hash_to_uniform(values: Array, salt: int = 0) -> Array:
    """A float in [0, 1) for each integer."""
    return (mix_bits(values, salt) >> np.uint64(11)).astype(np.float64) * 2.0**-53


def permute_30_bits(values: Array) -> Array:
    """A permutation of the numbers below 2**30: four rounds of a Feistel network over halves of 15 bits."""
    numbers = values.astype(np.uint32)
    left, right = numbers >> np.uint32(15), numbers & np.uint32(0x7FFF)
    for key in _ROUNDS:
        turned = (right + np.uint32(key & 0x7FFF)) * np.uint32(key)
        left, right = right, left ^ ((turned >> np.uint32(13)) & np.uint32(0x7FFF))
    return (left << np.uint32(15)) | right


def permute_number(number: int) -> int:
    """`permute_30_bits` of one number, without an array."""
    left, right = number >> 15, number & 0x7FFF
    for key in _ROUNDS:
        turned = (right + (key & 0x7FFF)) * key & 0xFFFFFFFF
        left, right = right, left ^ (turned >> 13 & 0x7FFF)
    return left << 15 | right
