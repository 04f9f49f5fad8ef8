"""LightGBM's trees as flat arrays, and a compiled walk over them.

The arrays follow LightGBM's text format, version 4: a child below zero is the leaf `-child - 1`, and a value goes left
where it is at most the threshold. https://lightgbm.readthedocs.io (src/io/tree.cpp, `Tree::ToString`).
"""

from collections.abc import Iterator
from typing import NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from warroom.money.compiled import compile_cached_kernel

Number = TypeVar("Number", np.int32, np.float64)
Matrix = npt.NDArray[np.float32]
# Bits of LightGBM's decision_type.
_MISSING_IS_NAN, _DEFAULT_LEFT = 8, 2
MOST = 32
"""Leaves of a tree that a mask has bits for."""
BLOCK = 256
"""Rows at a time: their columns and a tree fit the first-level cache."""
# The inverse of de Bruijn's sequence 0x077CB531, for `_find_lowest_bit`.
PLACES = np.zeros(32, np.int64)
for _place in range(32):
    PLACES[((0x077CB531 << _place) & 0xFFFFFFFF) >> 27] = _place
NODE = np.dtype(
    [("feature", np.int32), ("threshold", np.float32), ("left", np.int32), ("right", np.int32)], align=True
)
"""`feature` is shifted left by two bits; bit 0: a missing value goes left, bit 1: missing values have a way at all."""


class Trees(NamedTuple):
    """All trees, one after the other. `roots`: the first node of each; the root of a tree of one leaf is
    negative.
    """

    nodes: npt.NDArray[np.void]
    leaves: npt.NDArray[np.float64]
    roots: npt.NDArray[np.int32]


@compile_cached_kernel
def walk_trees(trees: Trees, rows: Matrix, out: npt.NDArray[np.float64]) -> None:
    """Add the sum of the leaves that each row (n, features) falls into to `out` (n,)."""
    for row in range(len(rows)):
        total = 0.0
        for root in trees.roots:
            at = root
            while at >= 0:
                node = trees.nodes[at]
                value, kind = rows[row, node.feature >> 2], node.feature & 3
                # True of NaN alone.
                if value != value:
                    # Where a tree saw no missing value LightGBM reads NaN as 0.
                    left = kind & 1 if kind & 2 else node.threshold >= 0.0
                else:
                    left = value <= node.threshold
                at = node.left if left else node.right
            total += trees.leaves[-at - 1]
        out[row] += total


class Sieve(NamedTuple):
    """The same trees for many rows at once: which leaves a row cannot fall into once it goes right at a node.

    `masks` (nodes,): a bit for each leaf of the node's tree, from the left, 0 for those left of where the row goes;
    `leaves`: of each tree from the left. `ends`: where the nodes of each tree end.
    """

    feature: npt.NDArray[np.int32]
    threshold: npt.NDArray[np.float32]
    missing_left: npt.NDArray[np.bool_]
    masks: npt.NDArray[np.uint32]
    leaves: npt.NDArray[np.float64]
    ends: npt.NDArray[np.int64]


def build_sieve(trees: Trees) -> Sieve | None:
    """The sieve of these trees; None where one of them has more leaves than a mask has bits."""
    nodes = trees.nodes
    ends = np.append(trees.roots[1:], len(nodes)).astype(np.int64)
    # A tree of one leaf has no nodes of its own, and its root is no place among them.
    if (trees.roots < 0).any() or (ends - trees.roots >= MOST).any():
        return None
    masks, leaves = np.zeros(len(nodes), np.uint32), np.empty(len(trees.leaves))
    _fill_masks(trees, ends, masks, leaves)
    kind, threshold = nodes["feature"] & 3, np.ascontiguousarray(nodes["threshold"])
    # As in `walk_trees`: where a tree saw no missing value it is read as 0.
    missing = np.where(kind & 2, kind & 1, threshold >= 0.0).astype(np.bool_)
    return Sieve((nodes["feature"] >> 2).astype(np.int32), threshold, missing, masks, leaves, ends)


@compile_cached_kernel
def _fill_masks(
    trees: Trees, ends: npt.NDArray[np.int64], masks: npt.NDArray[np.uint32], leaves: npt.NDArray[np.float64]
) -> None:
    below, left_of = np.zeros(len(masks), np.int64), np.zeros(len(masks), np.int64)
    first = 0
    for tree in range(len(ends)):
        root, end = trees.roots[tree], ends[tree]
        # Children come after their parents: from the end, the leaves below both are counted already.
        for node in range(end - 1, root - 1, -1):
            for child in (trees.nodes[node].left, trees.nodes[node].right):
                below[node] += below[child] if child >= 0 else 1
        for node in range(root, end):
            left, right = trees.nodes[node].left, trees.nodes[node].right
            count = below[left] if left >= 0 else 1
            masks[node] = ~np.uint32(((1 << count) - 1) << left_of[node])
            for child, place in ((left, left_of[node]), (right, left_of[node] + count)):
                if child >= 0:
                    left_of[child] = place
                else:
                    leaves[first + place] = trees.leaves[-child - 1]
        first += end - root + 1


@compile_cached_kernel
def apply_sieve(sieve: Sieve, rows: Matrix, out: npt.NDArray[np.float64]) -> None:
    """As `walk_trees`, to the last bit, for many rows: every node strikes out leaves of all rows at once, without a branch.

    The leftmost leaf that is left is the one a row falls into. Lucchese and others, QuickScorer, SIGIR 2015.
    """
    columns = np.empty((rows.shape[1], BLOCK), np.float32)
    left, total = np.empty(BLOCK, np.uint32), np.empty(BLOCK)
    for low in range(0, len(rows), BLOCK):
        count = min(BLOCK, len(rows) - low)
        for name in range(rows.shape[1]):
            columns[name, :count] = rows[low : low + count, name]
        total[:] = 0.0
        node = first = 0
        for end in sieve.ends:
            left[:] = np.uint32(0xFFFFFFFF)
            size = end - node + 1
            while node < end:
                _strike_out(
                    columns[sieve.feature[node]],
                    sieve.threshold[node],
                    sieve.missing_left[node],
                    sieve.masks[node],
                    left,
                )
                node += 1
            for row in range(count):
                total[row] += sieve.leaves[first + _find_lowest_bit(left[row])]
            first += size
        # Added once a block, in the order of trees: equal to the plain walk to the last bit.
        out[low : low + count] += total[:count]


@compile_cached_kernel
def _strike_out(
    values: npt.NDArray[np.float32],
    threshold: float,
    missing_left: bool,
    mask: int,
    left: npt.NDArray[np.uint32],
) -> None:
    # Two loops: NaN compares as false with everything, so each says by itself where it goes.
    if missing_left:
        for row in range(BLOCK):
            left[row] &= mask if values[row] > threshold else np.uint32(0xFFFFFFFF)
    else:
        for row in range(BLOCK):
            left[row] &= np.uint32(0xFFFFFFFF) if values[row] <= threshold else mask


@compile_cached_kernel
def _find_lowest_bit(bits: int) -> int:
    """The place of the lowest bit: what a multiplication by de Bruijn's number puts into the upper five bits."""
    alone = np.uint32(bits & (~bits + np.uint32(1)))
    return PLACES[np.uint32(alone * np.uint32(0x077CB531)) >> np.uint32(27)]  # type: ignore[no-any-return]


def parse_trees(text: str) -> Trees:
    """The trees of a LightGBM model's text. Only numeric splits are understood; ours has no others."""
    nodes, leaves, roots = [], [], []
    count = leaf_count = 0
    for tree in iter_tree_lines(text):
        tree_nodes, values = (
            _parse_nodes(tree, count, leaf_count),
            _parse_numbers(tree["leaf_value"], np.float64),
        )
        roots.append(count if len(tree_nodes) else -leaf_count - 1)
        nodes.append(tree_nodes)
        leaves.append(values)
        count, leaf_count = count + len(tree_nodes), leaf_count + len(values)
    return Trees(
        np.concatenate(nodes) if nodes else np.zeros(0, NODE),
        np.concatenate(leaves) if leaves else np.zeros(0),
        np.array(roots, np.int32),
    )


def iter_tree_lines(text: str) -> Iterator[dict[str, str]]:
    """Each tree's lines as key and value."""
    for block in text.split("\nTree=")[1:]:
        lines = block.split("\n\n", 1)[0].splitlines()[1:]
        yield dict(line.split("=", 1) for line in lines if "=" in line)


def _parse_nodes(tree: dict[str, str], first: int, first_leaf: int) -> npt.NDArray[np.void]:
    feature = _parse_numbers(tree.get("split_feature", ""), np.int32)
    kind = _parse_numbers(tree.get("decision_type", ""), np.int32)
    nodes = np.zeros(len(feature), NODE)
    nan, left = (kind & 12) == _MISSING_IS_NAN, (kind & _DEFAULT_LEFT) != 0
    nodes["feature"] = (feature << 2) | (nan << 1) | left
    # Features are float32; a threshold rounded up would send an equal value the other way.
    nodes["threshold"] = round_down_to_float32(_parse_numbers(tree.get("threshold", ""), np.float64))
    for side in ("left", "right"):
        child = _parse_numbers(tree.get(f"{side}_child", ""), np.int32)
        nodes[side] = np.where(child >= 0, child + first, child - first_leaf)
    return nodes


def round_down_to_float32(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float32]:
    """The largest 32-bit numbers not above `values`: a 32-bit feature is below one as it is below the other."""
    near = values.astype(np.float32)
    return np.where(near > values, np.nextafter(near, np.float32(-np.inf)), near).astype(np.float32)


def _parse_numbers(text: str, kind: type[Number]) -> npt.NDArray[Number]:
    return np.array(text.split(), dtype=kind)
