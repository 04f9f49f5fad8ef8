"""A memory that forgets: what was put into it is there for one to two spans, and then gone."""

import time
from collections.abc import Callable
from typing import Generic, TypeVar

V = TypeVar("V")
SHARDS = 64
"""A dict that grows copies itself, and nobody is answered meanwhile: so there are many small ones."""


class Generations(Generic[V]):
    """Values by whole numbers that are spread evenly (digests). Not safe for two threads."""

    def __init__(self, span: float, timer: Callable[[], float] = time.monotonic) -> None:
        """`span`: seconds."""
        self._span, self._timer = span, timer
        self._turned = timer()
        self._new: list[dict[int, V]] = _make_shards()
        self._old: list[dict[int, V]] = _make_shards()

    def find_current(self, key: int) -> V | None:
        """What was put under a key within the span that runs."""
        self._rotate_spans()
        return self._new[key % SHARDS].get(key)

    def find_previous(self, key: int) -> V | None:
        """What was put under it within the span before."""
        return self._old[key % SHARDS].get(key)

    def find(self, key: int) -> V | None:
        """What was put under it last; None where nothing was, or it is forgotten."""
        found = self.find_current(key)
        return self.find_previous(key) if found is None else found

    def put(self, key: int, value: V) -> None:
        self._new[key % SHARDS][key] = value

    def drop(self, key: int) -> None:
        """Forget a key."""
        # Only of the running span: what is dropped was put just now, before it could be written down.
        self._new[key % SHARDS].pop(key, None)

    def count_seconds_left(self) -> float:
        """Seconds until the span that runs is over."""
        return max(0.0, self._turned + self._span - self._timer())

    def _rotate_spans(self) -> None:
        spans = (self._timer() - self._turned) // self._span
        if spans < 1:
            return
        # Two dictionaries in turn: forgetting costs one assignment, however many values go.
        # Nothing is stamped with a time.
        self._old = self._new if spans < 2 else _make_shards()
        self._new = _make_shards()
        self._turned += (
            spans * self._span
        )  # not now: who waits is told when spans end, whoever asks meanwhile


def _make_shards() -> list[dict[int, V]]:
    return [{} for _ in range(SHARDS)]
