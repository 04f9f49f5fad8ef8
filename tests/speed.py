"""How much slower a machine is now than the quiet one on which tests' seconds were chosen."""

import time

QUIET = 0.033
"""Processor seconds of `_work` on the reference machine (two cores) with nothing beside it."""


def allow_seconds(quiet: float) -> float:
    """The processor seconds that work of `quiet` seconds may take now: a busy neighbour on the same core slows every process."""
    return quiet * max(1.0, min(_work() for _ in range(3)) / QUIET)


def _work() -> float:
    began = time.process_time()
    words: dict[str, int] = {}
    for number in range(100_000):
        word = f"{number % 977}-{number % 31}"
        words[word] = words.get(word, 0) + number
    return time.process_time() - began
