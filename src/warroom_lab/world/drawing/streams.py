"""Random numbers by name: each process, day and case has a stream of its own.

What one process draws never shifts another's numbers, so a twin of the same seed differs only in what an action
changed, and the order of work or the number of threads changes nothing.
"""

import hashlib

import numpy as np


def make_generator(seed: int, *names: str | int) -> np.random.Generator:
    """The generator of this name in the country of this seed: Philox, keyed by the sha256 of both."""
    text = "\x1f".join(str(part) for part in (seed, *names))
    key = np.frombuffer(hashlib.sha256(text.encode()).digest()[:16], np.uint64)
    return np.random.Generator(np.random.Philox(key=key))
