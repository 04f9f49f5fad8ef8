"""A LightGBM model's text without what neither scores nor explains, so that it fits in the program's package."""

import numpy as np

from warroom.signals.model.trees import round_down_to_float32

_LEFT_OUT = ("split_gain=", "leaf_weight=", "internal_weight=", "internal_value=", "tree_sizes=")


def slim_trees(text: str) -> str:
    """The same trees: thresholds as the nearest 32-bit numbers below, leaves to seven digits.

    Features are 32-bit, so the thresholds part them as before; LightGBM's loader takes a text without the lines left
    out (src/io/tree.cpp, `Tree::Tree`) and its exact contributions need the counts, which stay.
    """
    lines = text.split("\nend of trees", 1)[0].split("\n")
    kept = [_shorten_line(line) for line in lines if not line.startswith(_LEFT_OUT)]
    return "\n".join(kept) + "\nend of trees\n"


def _shorten_line(line: str) -> str:
    key, _, values = line.partition("=")
    # Nine digits give every 32-bit number back as it was, seven do not.
    if key == "threshold":
        return f"threshold={' '.join(f'{one:.9g}' for one in round_down_to_float32(np.array(values.split(), np.float64)))}"
    if key == "leaf_value":
        return f"leaf_value={' '.join(f'{float(one):.7g}' for one in values.split())}"
    return line
