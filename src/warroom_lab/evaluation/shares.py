"""What a signal's number comes true at: of accounts that it finds so likely, the share that are mules', counted as in life.

A threshold such as "more likely right than not" is one of these shares. A model's own number is none: accounts to which the shipped
one gives .1 to .25 are mules' two times of three, and the rule's number is hardly ever one's. The tables are of `measuring_shares`,
over three countries of the size town (seeds 71001 to 71003, the clock of 2025): 33 seconds of one core.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from warroom.signals.model.model import TreeModel
from warroom.signals.mules import rule
from warroom.signals.mules.models import load_shipped_model
from warroom_lab.world.drawing.columns import Array

SignalName = Literal["model", "rule"]
"""Which number looks for mules: the model that ships, or a plain rule without one."""
EDGES = (0.02, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9)
"""Of the numbers that a share is told of; below the first an account is nobody's suspicion."""


@dataclass(frozen=True)
class TrueShares:
    """Of a signal of this version: the share at each of EDGES and up to the next."""

    version: str
    shares: tuple[float, ...]

    def find_shares(self, chance: Array) -> Array:
        """The share that is true of each number, float32; 0 below the first edge."""
        return np.array((0.0, *self.shares), np.float32)[np.searchsorted(EDGES, chance, side="right")]


TRUE_SHARES = {
    "model": TrueShares("e5d4f5cc0fc6", (0.176, 0.427, 0.668, 0.668, 0.752, 0.899, 0.899)),
    "rule": TrueShares(rule.VERSION, (0.0008, 0.0008, 0.0012, 0.0018, 0.0041, 0.02, 0.051)),
}


def load_signal_model(signal: SignalName) -> TreeModel | None:
    """The model behind a signal; None for the rule."""
    return load_shipped_model() if signal == "model" else None
