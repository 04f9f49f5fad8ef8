"""The Merkle tree of RFC 6962 section 2.1 over leaf hashes, and what proofs in it must show (RFC 9162, 2.1.3 and
2.1.4). Pure functions: to check a proof, this module alone is needed.
"""

import hashlib
from collections.abc import Iterable, Sequence

Range = tuple[int, int]  # leaves from start (counted from 0) to end, end not included


def leaf_hash(leaf: bytes) -> bytes:
    """SHA-256(0x00 || leaf)."""
    # 0x00 and 0x01 keep leaves and nodes apart: else a leaf made of two hashes would pass for their parent.
    return hashlib.sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 || left || right)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class MerkleTree:
    """A tree that grows leaf by leaf, keeping only the roots of its full subtrees (at most 64 hashes)."""

    def __init__(self) -> None:
        self.size = 0
        self._peaks: list[bytes] = []

    @classmethod
    def from_peaks(cls, size: int, peaks: Sequence[bytes]) -> "MerkleTree":
        """A tree of `size` leaves, of which only the roots of its full subtrees are known, the largest first."""
        grown = cls()
        grown.size, grown._peaks = size, list(peaks)
        return grown

    def append(self, hashed: bytes) -> None:
        """Add a leaf hash at the right end."""
        self._peaks.append(hashed)
        self.size += 1
        full = self.size
        # As in binary counting: every trailing zero of the size is a pair of equal subtrees that become one.
        while full % 2 == 0:
            right, left = self._peaks.pop(), self._peaks.pop()
            self._peaks.append(node_hash(left, right))
            full //= 2

    def compute_root(self) -> bytes:
        """The root over all leaves so far; of no leaves it is SHA-256 of nothing."""
        if not self._peaks:
            return hashlib.sha256(b"").digest()
        return _fold_peaks(self._peaks)

    def compute_root_with(self, rest: Sequence[bytes]) -> bytes:
        """The root where the leaves of this tree are roots of full subtrees, and `rest` are the leaf hashes after
        them, fewer than one subtree has.
        """
        partial = MerkleTree()
        for hashed in rest:
            partial.append(hashed)
        peaks = self._peaks + partial._peaks
        return _fold_peaks(peaks) if peaks else self.compute_root()


def _fold_peaks(peaks: Sequence[bytes]) -> bytes:
    root = peaks[-1]
    # From the smallest to the largest: that is the shape that RFC 6962 gives to a tree that is not full.
    for peak in reversed(peaks[:-1]):
        root = node_hash(peak, root)
    return root


def compute_full_root(hashes: Sequence[bytes]) -> bytes:
    """The root over as many leaf hashes as a power of two, level by level: a quarter of the time of `compute_root`."""
    level = list(hashes)
    sha256 = hashlib.sha256
    while len(level) > 1:
        level = [
            sha256(b"\x01" + left + right).digest()
            for left, right in zip(level[::2], level[1::2], strict=True)
        ]
    return level[0]


def compute_root(hashes: Iterable[bytes]) -> bytes:
    """The root over these leaf hashes."""
    tree = MerkleTree()
    for hashed in hashes:
        tree.append(hashed)
    return tree.compute_root()


def largest_power_below(count: int) -> int:
    """The largest power of two smaller than `count` (1 for 1)."""
    return 1 << max(count - 1, 1).bit_length() - 1


def peak_ranges(size: int) -> list[Range]:
    """The full subtrees of a tree of `size` leaves, the largest first."""
    ranges, start = [], 0
    for bit in reversed(range(size.bit_length())):
        if size >> bit & 1:
            ranges.append((start, start + (1 << bit)))
            start += 1 << bit
    return ranges


def inclusion_ranges(index: int, size: int) -> list[Range]:
    """The ranges whose roots prove leaf `index` (from 0) in a tree of `size`, the lowest first."""
    ranges, start, end = [], 0, size
    while end - start > 1:
        # The left half is always full, see RFC 6962, 2.1: a proof stays good whatever is added at the right.
        middle = start + largest_power_below(end - start)
        if index < middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start = middle
    return ranges[::-1]


def consistency_ranges(old: int, new: int) -> list[Range]:
    """The ranges whose roots prove that a tree of `new` leaves begins with one of `old`, the lowest first."""
    if old in (0, new):
        return []
    ranges, start, end = [], 0, new
    while end != old:
        middle = start + largest_power_below(end - start)
        if old <= middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start = middle
    if start:  # else the old root itself is known to who asks
        ranges.append((start, end))
    return ranges[::-1]


def verify_inclusion(hashed: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether `proof` leads from a leaf hash at `index` (from 0) to the root over `size` leaves (RFC 9162,
    2.1.3.2).
    """
    if not 0 <= index < size:
        return False
    place, last, node = index, size - 1, hashed
    for sibling in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            node = node_hash(sibling, node)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            node = node_hash(node, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and node == root


def verify_consistency(old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether `proof` shows that the `new` leaves under one root begin with the `old` ones under the other
    (RFC 9162, 2.1.4.2). An empty log is continued by every other.
    """
    if not 0 <= old <= new:
        return False
    if old in (0, new):
        # Both cases have an empty proof; one that is not is of something else.
        return not proof and (old_root == new_root if old == new else old_root == MerkleTree().compute_root())
    # An old size that is a power of two is one full subtree: its root is the old
    # root, which the proof leaves out.
    hashes = list(proof) if old & (old - 1) else [old_root, *proof]
    if not hashes:
        return False
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    first = second = hashes[0]
    for sibling in hashes[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            first, second = node_hash(sibling, first), node_hash(sibling, second)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            second = node_hash(second, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and (first, second) == (old_root, new_root)
