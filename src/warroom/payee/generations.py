"""A cache with expiry: a value is kept for one to two spans and then dropped."""

import time
from collections.abc import Callable
from typing import Generic, TypeVar

V = TypeVar("V")
SHARDS = 64
"""Number of small dicts: a growing dict copies itself, and with one large dict all answers would wait for that."""


class Generations(Generic[V]):
    """Values by evenly distributed integers (digests). Not safe for two threads."""

    def __init__(self, span: float, timer: Callable[[], float] = time.monotonic) -> None:
        """`span`: seconds."""
        self._span, self._timer = span, timer
        self._turned = timer()
        self._new: list[dict[int, V]] = _make_shards()
        self._old: list[dict[int, V]] = _make_shards()

    def find_current(self, key: int) -> V | None:
        """The value put under a key within the current span; None for none."""
        self._rotate_spans()
        return self._new[key % SHARDS].get(key)

    def find_previous(self, key: int) -> V | None:
        """The value put under a key within the previous span; None for none."""
        return self._old[key % SHARDS].get(key)

    def find(self, key: int) -> V | None:
        """The value put under a key last; None where there is none or it has expired."""
        found = self.find_current(key)
        return self.find_previous(key) if found is None else found

    def put(self, key: int, value: V) -> None:
        self._new[key % SHARDS][key] = value

    def drop(self, key: int) -> None:
        """Remove a key from the current span."""
        # The previous span is left alone: a dropped value was put just now, and could not be written to the
        # disk.
        self._new[key % SHARDS].pop(key, None)

    def count_seconds_left(self) -> float:
        """Seconds until the current span ends."""
        return max(0.0, self._turned + self._span - self._timer())

    def _rotate_spans(self) -> None:
        spans = (self._timer() - self._turned) // self._span
        if spans < 1:
            return
        # Two generations: expiry costs one assignment, however many values are dropped, and no value needs
        # a time.
        self._old = self._new if spans < 2 else _make_shards()
        self._new = _make_shards()
        self._turned += (
            spans * self._span
        )  # not now: `count_seconds_left` must not depend on when somebody asks


def _make_shards() -> list[dict[int, V]]:
    return [{} for _ in range(SHARDS)]
