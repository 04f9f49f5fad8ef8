"""How many payers asked about a payee within the last day or two and did not pay: one gang's hundreds of payers together.

Counts lie in tables of fixed size, whatever comes (a count-min sketch: Cormode and Muthukrishnan, 2005): a payee may be counted
too high where others share both its places, never too low.
"""

import mmap
import time
from collections.abc import Callable

from warroom.payee.generations import Generations

SPAN = 24 * 3600.0
"""Seconds over which is counted: the last 24 to 48 hours."""
PLACES = 1 << 24
"""Of each row, a byte each: a thousand checks a second for two days leave ten in a place, far below what counts as probing."""
MOST = 255
BITS = 1 << 27
"""Of what was seen today: 16 MiB."""


class LookBack:
    """Counts by digests of payees. Not safe for two threads."""

    def __init__(self, timer: Callable[[], float] = time.monotonic) -> None:
        self._timer, self._turned = timer, timer()
        self._new, self._old = _make_rows(), _make_rows()
        self._abandoned: Generations[int] = Generations(SPAN, timer)

    def record_asked(self, payee: int) -> None:
        """One more payer was asked about."""
        self._rotate_spans()
        for row, place in zip(self._new, _find_places(payee), strict=True):
            if row[place] < MOST:
                row[place] += 1

    def record_paid(self, payee: int) -> None:
        """A bank says that one of them paid."""
        self._rotate_spans()
        for new, old, place in zip(self._new, self._old, _find_places(payee), strict=True):
            row = new if new[place] else old
            if row[place]:
                row[place] -= 1

    def record_abandoned(self, payee: int) -> None:
        """A bank says that one of them let go of a payment against which nothing had been said."""
        # Looked up first: that turns the generations, and what is put counts from there.
        self._abandoned.put(payee, (self._abandoned.find_current(payee) or 0) + 1)

    def count_asked(self, payee: int) -> int:
        """Payers who were asked about and are not known to have paid; perhaps too many, never too few."""
        self._rotate_spans()
        rows = zip(self._new, self._old, _find_places(payee), strict=True)
        return min(new[place] + old[place] for new, old, place in rows)

    def count_abandoned(self, payee: int) -> int:
        """Payments let go against which nothing had been said."""
        return (self._abandoned.find_current(payee) or 0) + (self._abandoned.find_previous(payee) or 0)

    def _rotate_spans(self) -> None:
        spans = (self._timer() - self._turned) // SPAN
        if spans < 1:
            return
        self._old = self._new if spans < 2 else _make_rows()
        self._new = _make_rows()
        self._turned += spans * SPAN


class SeenToday:
    """Whether something was counted since the day began, by its digest. Not safe for two threads.

    One bit for each of many places: something may be taken for seen where others share its place (one in seven among
    twenty million), never the other way, so nobody is refused too early.
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
    # A digest's bits are even: its two halves are two hashes.
    return payee % PLACES, (payee >> 32) % PLACES


def _make_rows() -> tuple[mmap.mmap, mmap.mmap]:
    return _make_row(), _make_row()


def _make_row() -> mmap.mmap:
    # Zeros that take memory only where somebody is counted: a room that no bank asks keeps 64 MiB free.
    return mmap.mmap(-1, PLACES, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
