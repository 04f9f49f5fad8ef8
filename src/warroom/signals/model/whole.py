"""Validating a model's trees before anything walks them: compiled code follows indices without bounds checks.

The checksum in a file protects against accidents only. A forged file could make a node its own child, so that
a walk never ends, or name a leaf or a feature outside the arrays, which crashes the process.
"""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from warroom.signals.model.trees import Trees, iter_tree_lines, parse_trees

Numbers = npt.NDArray[np.int64]
# The bit of LightGBM's decision_type for a categorical split.
_CATEGORICAL = 1
_PER_NODE = ("split_feature", "threshold", "decision_type", "left_child", "right_child")


def check_trees(text: str, features: int) -> None:
    """Raises ValueError with the reason where LightGBM's text is not a set of valid trees over `features`
    features.
    """
    lines = list(iter_tree_lines(text))
    for number, tree in enumerate(lines):
        _check_lines(number, tree)
    if not lines:
        raise ValueError("it has no tree")
    _check_head(text, features)
    _check_links(parse_trees(text), features)


def _check_lines(number: int, tree: Mapping[str, str]) -> None:
    counts = {len(tree.get(name, "").split()) for name in _PER_NODE}
    leaves = len(tree.get("leaf_value", "").split())
    if len(counts) != 1 or leaves != counts.pop() + 1:
        raise ValueError(f"tree {number} has not one leaf more than nodes")
    if int(tree.get("num_leaves", leaves)) != leaves:
        raise ValueError(f"tree {number} counts other leaves than it has")
    sorts = np.array(tree.get("decision_type", "").split(), np.int64)
    if int(tree.get("num_cat", 0)) or (sorts & _CATEGORICAL).any() or int(tree.get("is_linear", 0)):
        raise ValueError(f"tree {number} splits by more than numbers")


def _check_head(text: str, features: int) -> None:
    said = dict(line.split("=", 1) for line in text.split("\nTree=", 1)[0].splitlines() if "=" in line)
    if int(said.get("max_feature_idx", features - 1)) != features - 1:
        raise ValueError("its trees are of other features than it names")


def _check_links(trees: Trees, features: int) -> None:
    """Check that every node and leaf has one parent, before it and in its own tree, and that no index leads
    elsewhere.
    """
    nodes, leaves = trees.nodes, trees.leaves
    # An infinite threshold is valid: trainers use it to separate missing values from all others.
    if np.isnan(nodes["threshold"]).any() or not np.isfinite(leaves).all():
        raise ValueError("a threshold or a leaf is no number")
    feature = nodes["feature"] >> 2
    if ((feature < 0) | (feature >= features)).any():
        raise ValueError("a node asks for a feature that there is not")
    children = np.stack([nodes["left"], nodes["right"]]).astype(np.int64)
    parents = np.broadcast_to(np.arange(len(nodes)), children.shape)
    inner, outer = children[children >= 0], -children[children < 0] - 1
    if (inner <= parents[children >= 0]).any() or (inner >= len(nodes)).any() or (outer >= len(leaves)).any():
        raise ValueError("a node leads back or out of the model")
    tree = _tree_of(trees)
    if (tree[0][inner] != tree[0][parents[children >= 0]]).any() or (
        tree[1][outer] != tree[0][parents[children < 0]]
    ).any():
        raise ValueError("a node leads into another tree")
    roots = trees.roots[trees.roots >= 0]
    # One parent for each node: no cycles and no shared subtrees.
    hangs = np.bincount(inner, minlength=len(nodes))
    hangs[roots] += 1
    alone = -trees.roots[trees.roots < 0] - 1
    held = np.bincount(np.concatenate([outer, alone]).astype(np.int64), minlength=len(leaves))
    if (hangs != 1).any() or (held != 1).any():
        raise ValueError("a node or a leaf hangs on several, or on none")


def _tree_of(trees: Trees) -> tuple[Numbers, Numbers]:
    """The number of the tree that each node, and each leaf, is of."""
    inner = trees.roots >= 0
    places = np.where(inner, trees.roots, 0)
    sizes = np.zeros(len(trees.roots), np.int64)
    starts = places[inner]
    sizes[inner] = np.diff(np.append(starts, len(trees.nodes)))
    numbers = np.arange(len(trees.roots))
    return np.repeat(numbers, sizes), np.repeat(numbers, sizes + 1)
