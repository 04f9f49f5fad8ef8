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
class InclusionProof:
    """Row `sequence` (from 1) with this leaf hash is among the first `size` rows, whose root is `root`."""

    sequence: int
    size: int
    leaf_hash: bytes
    hashes: tuple[bytes, ...]
    root: bytes

    @property
    def is_valid(self) -> bool:
        """Whether the hashes lead from the leaf to the root."""
        return merkle.verify_inclusion(self.leaf_hash, self.sequence - 1, self.size, self.hashes, self.root)


def build_inclusion_proof(session: Session, sequence: int, size: int) -> InclusionProof:
    """The inclusion proof of a row among the first `size` rows. Raises NotPossible where there are fewer, or
    where the stored hashes contradict each other.
    """
    if not 0 < sequence <= size:
        raise NotPossible("ledger.row-after-checkpoint", sequence=sequence, size=size)
    log = LogHashes(session)
    ranges = merkle.inclusion_ranges(sequence - 1, size)
    made = InclusionProof(
        sequence, size, log.leaf_hash(sequence - 1), log.roots_over(ranges), log.root_over(size)
    )
    # Tried before it is given out: stored subtrees are a help that anyone with the database may have changed.
    if not made.is_valid:
        raise NotPossible("ledger.log-changed")
    return made


def build_consistency_proof(session: Session, old: int, new: int) -> tuple[bytes, ...]:
    """The proof that the first `new` rows begin with the first `old` ones; empty where `old` is 0 or `new`."""
    if not 0 <= old <= new:
        raise NotPossible(f"A log of {new} rows does not continue one of {old}; name the older size first.")
    log = LogHashes(session)
    hashes = log.roots_over(merkle.consistency_ranges(old, new))
    if old and not merkle.verify_consistency(old, log.root_over(old), new, log.root_over(new), hashes):
        raise NotPossible("ledger.log-changed")
    return hashes


class LogHashes:
    """Roots over ranges of rows, from leaf hashes and stored subtrees, 256 read at a time."""

    def __init__(self, session: Session) -> None:
        driver = session.connection().connection.driver_connection
        assert isinstance(driver, psycopg.Connection)
        self._cursor = driver.cursor(binary=True)
        self._tiles: dict[tuple[int, int], list[bytes]] = {}

    def leaf_hash(self, index: int) -> bytes:
        """The leaf hash of the row after `index` others."""
        return self._load_hash(0, index)

    def root_over(self, size: int) -> bytes:
        """The root over the first `size` rows."""
        return self._root_over(0, size) if size else merkle.MerkleTree().compute_root()

    def list_peaks(self, size: int) -> list[bytes]:
        """The roots of the full subtrees of the first `size` rows, the largest first."""
        return [self._root_over(start, end) for start, end in merkle.peak_ranges(size)]

    def roots_over(self, ranges: Iterable[tuple[int, int]]) -> tuple[bytes, ...]:
        """The roots over these ranges of rows (start counted from 0, end not included)."""
        return tuple(self._root_over(start, end) for start, end in ranges)

    def _root_over(self, start: int, end: int) -> bytes:
        half = merkle.largest_power_below(end - start)
        if end - start == 1 or half * 2 == end - start:
            height = (end - start).bit_length() - 1
            return self._subtree_root(height, start >> height)
        return merkle.node_hash(self._root_over(start, start + half), self._root_over(start + half, end))

    def _subtree_root(self, height: int, number: int) -> bytes:
        if height % HEIGHT == 0:
            return self._load_hash(height // HEIGHT, number)
        left = self._subtree_root(height - 1, 2 * number)
        return merkle.node_hash(left, self._subtree_root(height - 1, 2 * number + 1))

    def _load_hash(self, level: int, number: int) -> bytes:
        tile = (level, number // WIDTH)
        if tile not in self._tiles:
            self._tiles[tile] = subtrees.load_hashes(self._cursor, level, tile[1] * WIDTH, WIDTH)
        found, place = self._tiles[tile], number % WIDTH
        if place >= len(found):
            raise NotPossible("ledger.log-changed")
        return found[place]
