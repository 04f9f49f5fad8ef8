"""Proofs: that a row stands in the log a checkpoint signs, and that one checkpoint continues another (RFC 9162,
sections 2.1.3 and 2.1.4). They are checked with `merkle.verify_inclusion` and `merkle.verify_consistency` alone.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import psycopg
from sqlalchemy.orm import Session

from warroom.errors import NotPossible
from warroom.ledger import merkle
from warroom.ledger.audit import subtrees
from warroom.ledger.audit.subtrees import HEIGHT, WIDTH


@dataclass(frozen=True, slots=True)
class Proof:
    """Row `sequence` (from 1) with this leaf hash stands among the first `size` rows, whose root is `root`."""

    sequence: int
    size: int
    leaf_hash: bytes
    hashes: tuple[bytes, ...]
    root: bytes

    @property
    def holds(self) -> bool:
        """Whether the hashes lead from the leaf to the root."""
        return merkle.verify_inclusion(self.leaf_hash, self.sequence - 1, self.size, self.hashes, self.root)


def proof(session: Session, sequence: int, size: int) -> Proof:
    """The inclusion proof of a row among the first `size` rows. Raises NotPossible where there are fewer, or
    where the stored hashes contradict each other.
    """
    if not 0 < sequence <= size:
        raise NotPossible("ledger.row-after-checkpoint", sequence=sequence, size=size)
    log = Hashes(session)
    ranges = merkle.inclusion_ranges(sequence - 1, size)
    made = Proof(sequence, size, log.leaf(sequence - 1), log.over(ranges), log.root(size))
    # Tried before it is given out: stored subtrees are a help that anyone with the database may have changed.
    if not made.holds:
        raise NotPossible("ledger.log-changed")
    return made


def consistency(session: Session, old: int, new: int) -> tuple[bytes, ...]:
    """The proof that the first `new` rows begin with the first `old` ones; empty where `old` is 0 or `new`."""
    if not 0 <= old <= new:
        raise NotPossible(f"A log of {new} rows does not continue one of {old}; name the older size first.")
    log = Hashes(session)
    hashes = log.over(merkle.consistency_ranges(old, new))
    if old and not merkle.verify_consistency(old, log.root(old), new, log.root(new), hashes):
        raise NotPossible("ledger.log-changed")
    return hashes


class Hashes:
    """Roots over ranges of rows, from leaf hashes and stored subtrees, 256 read at a time."""

    def __init__(self, session: Session) -> None:
        driver = session.connection().connection.driver_connection
        assert isinstance(driver, psycopg.Connection)
        self._cursor = driver.cursor(binary=True)
        self._tiles: dict[tuple[int, int], list[bytes]] = {}

    def leaf(self, index: int) -> bytes:
        """The leaf hash of the row after `index` others."""
        return self._stored(0, index)

    def root(self, size: int) -> bytes:
        """The root over the first `size` rows."""
        return self._over(0, size) if size else merkle.Tree().root()

    def peaks(self, size: int) -> list[bytes]:
        """The roots of the full subtrees of the first `size` rows, the largest first."""
        return [self._over(start, end) for start, end in merkle.peak_ranges(size)]

    def over(self, ranges: Iterable[tuple[int, int]]) -> tuple[bytes, ...]:
        """The roots over these ranges of rows (start counted from 0, end not included)."""
        return tuple(self._over(start, end) for start, end in ranges)

    def _over(self, start: int, end: int) -> bytes:
        half = merkle.largest_power_below(end - start)
        if end - start == 1 or half * 2 == end - start:
            height = (end - start).bit_length() - 1
            return self._complete(height, start >> height)
        return merkle.node_hash(self._over(start, start + half), self._over(start + half, end))

    def _complete(self, height: int, number: int) -> bytes:
        if height % HEIGHT == 0:
            return self._stored(height // HEIGHT, number)
        left = self._complete(height - 1, 2 * number)
        return merkle.node_hash(left, self._complete(height - 1, 2 * number + 1))

    def _stored(self, level: int, number: int) -> bytes:
        tile = (level, number // WIDTH)
        if tile not in self._tiles:
            self._tiles[tile] = subtrees.stored(self._cursor, level, tile[1] * WIDTH, WIDTH)
        found, place = self._tiles[tile], number % WIDTH
        if place >= len(found):
            raise NotPossible("ledger.log-changed")
        return found[place]
