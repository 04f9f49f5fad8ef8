"""How many payers asked about a payee within the last one or two days and did not pay: it detects a gang with many payers.

Counts are in tables of fixed size (a count-min sketch: Cormode and Muthukrishnan, 2005): a payee may be counted
too high where others share both its places, never too low.
"""

import mmap
import time
from collections.abc import Callable

from warroom.payee.generations import Generations

SPAN = 24 * 3600.0
"""Seconds of a counting span; counts cover the last 24 to 48 hours."""
PLACES = 1 << 24
"""Counters in each row, one byte each: a thousand checks a second for two days leave ten in a counter, far below the limit."""
# The largest value of a counter, one byte; it saturates there.
MOST = 255
BITS = 1 << 27
"""Bits of the set of payees asked about today: 16 MiB."""


class LookBack:
    """Counts by digests of payees. Not safe for two threads."""

    def __init__(self, timer: Callable[[], float] = time.monotonic) -> None:
        self._timer, self._turned = timer, timer()
        self._new, self._old = _make_rows(), _make_rows()
        self._abandoned: Generations[int] = Generations(SPAN, timer)

    def record_asked(self, payee: int) -> None:
        """Count one more payer asked about this payee."""
        self._rotate_spans()
        for row, place in zip(self._new, _find_places(payee), strict=True):
            if row[place] < MOST:
                row[place] += 1

    def record_paid(self, payee: int) -> None:
        """Subtract a payer who paid, as a bank reports."""
        self._rotate_spans()
        for new, old, place in zip(self._new, self._old, _find_places(payee), strict=True):
            row = new if new[place] else old
            if row[place]:
                row[place] -= 1

    def record_abandoned(self, payee: int) -> None:
        """Count a payment that was abandoned after the answer "no concern"."""
        # Looked up first: the lookup rotates the spans, so that the value is put into the current one.
        self._abandoned.put(payee, (self._abandoned.find_current(payee) or 0) + 1)

    def count_asked(self, payee: int) -> int:
        """Payers asked about and not known to have paid; an upper bound."""
        self._rotate_spans()
        rows = zip(self._new, self._old, _find_places(payee), strict=True)
        return min(new[place] + old[place] for new, old, place in rows)

    def count_abandoned(self, payee: int) -> int:
        """Payments abandoned after the answer "no concern"."""
        return (self._abandoned.find_current(payee) or 0) + (self._abandoned.find_previous(payee) or 0)

    def _rotate_spans(self) -> None:
        spans = (self._timer() - self._turned) // SPAN
        if spans < 1:
            return
        self._old = self._new if spans < 2 else _make_rows()
        self._new = _make_rows()
        self._turned += spans * SPAN


class SeenToday:
    """The set of digests since the day began, as a bitmap. Not safe for two threads.

    False positives where digests share a bit (one in seven at twenty million), no false negatives: so no bank is
    refused too early.
    """

    def __init__(self, timer: Callable[[], float] = time.monotonic) -> None:
        self._timer, self._turned = timer, timer()
        self._bits = _make_bits()

    def has_digest(self, digest: int) -> bool:
        """Whether it was added since the day began."""
        if self._timer() - self._turned >= SPAN:
            self._turned, self._bits = self._timer(), _make_bits()
        place = digest % BITS
        return bool(self._bits[place >> 3] >> (place & 7) & 1)

    def add_digest(self, digest: int) -> None:
        place = digest % BITS
        self._bits[place >> 3] |= 1 << (place & 7)


def _make_bits() -> mmap.mmap:
    return mmap.mmap(-1, BITS >> 3, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)


def _find_places(payee: int) -> tuple[int, int]:
    # A digest is uniformly distributed: its two halves serve as two hashes.
    return payee % PLACES, (payee >> 32) % PLACES


def _make_rows() -> tuple[mmap.mmap, mmap.mmap]:
    return _make_row(), _make_row()


def _make_row() -> mmap.mmap:
    # Anonymous memory, allocated by the kernel on first use: a room that no bank asks does not spend the 64
    # MiB.
    return mmap.mmap(-1, PLACES, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
