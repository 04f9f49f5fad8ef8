"""Features of a message: hashed character n-grams of two to five, and flags."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from warroom.signals.messages.decisive import list_structures
from warroom.signals.messages.normal import NormalisedMessage
from warroom.signals.messages.signs import SignMatch, list_sign_names

# 262,144 buckets: the model's file stays near a megabyte. Part of its format.
BITS = 18
BUCKETS = 1 << BITS
RUNS = (2, 3, 4, 5)
"""Lengths of n-grams, each one more than the last, as `locate_runs` extends each n-gram by one letter."""
SIGN_WEIGHT = 0.2
"""Scale of a flag relative to the n-gram vector, which has length 1."""
# The FNV-1 prime, and 2**64 divided by the golden ratio (Knuth).
_STEP, _SPREAD = np.uint64(0x100000001B3), np.uint64(0x9E3779B97F4A7C15)

Buckets = npt.NDArray[np.int64]
Values = npt.NDArray[np.float64]


def count_runs(message: NormalisedMessage) -> tuple[Buckets, Values]:
    """The buckets of a message's n-grams, and their damped counts 1 + ln(n).

    Digits count as one: which number it is must not be learned. Multiplicative hashing (Knuth, vol. 3, 6.4).
    """
    bucket_runs = [buckets for _, buckets in locate_runs(message)]
    if not bucket_runs:
        return np.zeros(0, np.int64), np.zeros(0)
    buckets, counts = np.unique(np.concatenate(bucket_runs), return_counts=True)
    return buckets, 1.0 + np.log(counts)


def locate_runs(message: NormalisedMessage) -> list[tuple[int, Buckets]]:
    """For each length the buckets of all n-grams in order; the first begins at a space put before the text."""
    codes = np.frombuffer(f" {message.masked} ".encode("utf-32-le", "replace"), np.uint32).astype(np.uint64)
    running, runs = codes.copy(), []
    for length in RUNS:
        if len(codes) < length:
            break
        running = running[:-1] * _STEP + codes[length - 1 :]
        spread = ((running ^ np.uint64(length)) * _SPREAD) >> np.uint64(64 - BITS)
        runs.append((length, spread.astype(np.int64)))
    return runs


def mark_signs(found: Sequence[SignMatch]) -> npt.NDArray[np.bool_]:
    """Which signs a message shows, in the order of `list_sign_names`."""
    signs = {place.sign for place in found}
    shown = signs | set(list_structures(signs))
    return np.fromiter((name in shown for name in list_sign_names()), np.bool_, len(list_sign_names()))
