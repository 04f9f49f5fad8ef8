"""Who is held out, by chance: areas alike stand in one block, and a seed that nobody chose draws from each block.

A cluster is a whole province, since a message spreads to whoever lives beside its reader. The seed follows from threat and week
(`drawing`); its digest stands in the log when approval is asked, and the seed itself once all is over: so anybody can draw again
and see that nobody chose who was left without a warning.
"""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FEWEST_DRAWS = 1_000
"""A hold-out that chance can draw in fewer ways shows nothing that chance would not."""
Held = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Area:
    """A province: what was counted there before, and how many account holders are known there."""

    code: str
    before: int
    people: int


def new_seed() -> str:
    """A seed of 256 bits."""
    return secrets.token_hex(32)


def digest_of(seed: str) -> str:
    """What the log holds of a seed before it is told."""
    return hashlib.sha256(seed.encode()).hexdigest()


def blocks_of(areas: Sequence[Area], share: float) -> NDArray[np.int64]:
    """The block of each area: areas of alike counts stand together, so many that one of them is the share."""
    size = max(2, round(1 / share))
    order = sorted(range(len(areas)), key=lambda n: (-areas[n].before, -areas[n].people, areas[n].code))
    blocks = np.zeros(len(areas), dtype=np.int64)
    # What is left over joins the last block: a block of one would be no draw.
    last = max(1, len(areas) // size) - 1
    for place, n in enumerate(order):
        blocks[n] = min(place // size, last)
    return blocks


def count_draws(blocks: NDArray[np.int64]) -> float:
    """In how many ways one of each block can be drawn."""
    return float(np.prod(np.bincount(blocks).astype(float))) if len(blocks) else 0.0


def draw_held_areas(blocks: NDArray[np.int64], seed: str) -> Held:
    """Which areas are held out: one of each block, by the seed and nothing else."""
    held = np.zeros(len(blocks), dtype=bool)
    for block in range(int(blocks.max()) + 1 if len(blocks) else 0):
        inside = np.flatnonzero(blocks == block)
        # By a digest and not by a generator: the same draw in any language, on any version of any library.
        ticket = hashlib.sha256(f"{seed}:{block}".encode()).digest()
        held[inside[int.from_bytes(ticket[:8], "big") % len(inside)]] = True
    return held


def simulate_draws(blocks: NDArray[np.int64], count: int, generator: np.random.Generator) -> Held:
    """So many draws that chance could have made, one a row."""
    held = np.zeros((count, len(blocks)), dtype=bool)
    rows = np.arange(count)
    for block in range(int(blocks.max()) + 1 if len(blocks) else 0):
        inside = np.flatnonzero(blocks == block)
        held[rows, inside[generator.integers(len(inside), size=count)]] = True
    return held


def assign_arms(areas: Sequence[Area], share: float, seed: str) -> Mapping[str, tuple[int, bool]]:
    """By area its block and whether it is held out."""
    blocks = blocks_of(areas, share)
    held = draw_held_areas(blocks, seed)
    return {area.code: (int(block), bool(out)) for area, block, out in zip(areas, blocks, held, strict=True)}
