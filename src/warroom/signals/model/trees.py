"""LightGBM's trees as flat arrays, and the walk over them that scores one transfer without leaving compiled code.

The arrays follow LightGBM's text format, version 4: a child below zero is the leaf `-child - 1`, and a value goes left
where it is at most the threshold. https://lightgbm.readthedocs.io (src/io/tree.cpp, `Tree::ToString`).
"""

from collections.abc import Iterator
from typing import NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from warroom.money.compiled import compiled

Number = TypeVar("Number", np.int32, np.float64)
Matrix = npt.NDArray[np.float32]
_MISSING_IS_NAN, _DEFAULT_LEFT = 8, 2
NODE = np.dtype(
    [("feature", np.int32), ("threshold", np.float32), ("left", np.int32), ("right", np.int32)], align=True
)
"""`feature` is shifted left by two bits; bit 0: a missing value goes left, bit 1: missing values have a way at all."""


class Trees(NamedTuple):
    """Every tree after the other. `roots`: the first node of each; a tree of one leaf has a root below zero."""

    nodes: npt.NDArray[np.void]
    leaves: npt.NDArray[np.float64]
    roots: npt.NDArray[np.int32]


@compiled
def walk(trees: Trees, rows: Matrix, out: npt.NDArray[np.float64]) -> None:
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


def trees_of(text: str) -> Trees:
    """The trees of a LightGBM model's text. Only numeric splits are understood; ours has no others."""
    nodes, leaves, roots = [], [], []
    count = leaf_count = 0
    for tree in _trees(text):
        found, values = _nodes(tree, count, leaf_count), _numbers(tree["leaf_value"], np.float64)
        roots.append(count if len(found) else -leaf_count - 1)
        nodes.append(found)
        leaves.append(values)
        count, leaf_count = count + len(found), leaf_count + len(values)
    return Trees(
        np.concatenate(nodes) if nodes else np.zeros(0, NODE),
        np.concatenate(leaves) if leaves else np.zeros(0),
        np.array(roots, np.int32),
    )


def _trees(text: str) -> Iterator[dict[str, str]]:
    """Each tree's lines as key and value."""
    for block in text.split("\nTree=")[1:]:
        lines = block.split("\n\n", 1)[0].splitlines()[1:]
        yield dict(line.split("=", 1) for line in lines if "=" in line)


def _nodes(tree: dict[str, str], first: int, first_leaf: int) -> npt.NDArray[np.void]:
    feature = _numbers(tree.get("split_feature", ""), np.int32)
    kind = _numbers(tree.get("decision_type", ""), np.int32)
    nodes = np.zeros(len(feature), NODE)
    nan, left = (kind & 12) == _MISSING_IS_NAN, (kind & _DEFAULT_LEFT) != 0
    nodes["feature"] = (feature << 2) | (nan << 1) | left
    nodes["threshold"] = at_most(_numbers(tree.get("threshold", ""), np.float64))
    for side in ("left", "right"):
        child = _numbers(tree.get(f"{side}_child", ""), np.int32)
        nodes[side] = np.where(child >= 0, child + first, child - first_leaf)
    return nodes


def at_most(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float32]:
    """The largest 32-bit numbers not above `values`: a 32-bit feature is below one as it is below the other."""
    near = values.astype(np.float32)
    return np.where(near > values, np.nextafter(near, np.float32(-np.inf)), near).astype(np.float32)


def _numbers(text: str, kind: type[Number]) -> npt.NDArray[Number]:
    return np.array(text.split(), dtype=kind)
