"""Randomised hold-out: similar areas form a block, and a seed that nobody chose draws one area from each block.

The unit is a whole province, since a message spreads to its readers' neighbours. The seed follows from threat and week
(`drawing`); its digest is in the log from the request for approval on, and the seed itself after the measurement: anybody can then
repeat the draw and verify that nobody chose who was left without a warning.
"""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FEWEST_DRAWS = 1_000
"""The least number of possible draws: with fewer, randomisation inference cannot reach a p-value of 0.001. Chosen."""
Held = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Area:
    """A province: its count before the release, and its number of known account holders."""

    code: str
    before: int
    people: int


def new_seed() -> str:
    """A seed of 256 bits."""
    return secrets.token_hex(32)


def digest_of(seed: str) -> str:
    """The SHA-256 of a seed, which the log holds before the seed is published."""
    return hashlib.sha256(seed.encode()).hexdigest()


def blocks_of(areas: Sequence[Area], share: float) -> NDArray[np.int64]:
    """The block of each area: areas of similar counts, in blocks of 1/`share`, at least two."""
    size = max(2, round(1 / share))
    order = sorted(range(len(areas)), key=lambda n: (-areas[n].before, -areas[n].people, areas[n].code))
    blocks = np.zeros(len(areas), dtype=np.int64)
    # Left-over areas join the last block: a block of one area would always be held out.
    last = max(1, len(areas) // size) - 1
    for place, n in enumerate(order):
        blocks[n] = min(place // size, last)
    return blocks


def count_draws(blocks: NDArray[np.int64]) -> float:
    """The number of possible draws of one area from each block."""
    return float(np.prod(np.bincount(blocks).astype(float))) if len(blocks) else 0.0


def draw_held_areas(blocks: NDArray[np.int64], seed: str) -> Held:
    """The held-out areas: one of each block, determined by the seed alone."""
    held = np.zeros(len(blocks), dtype=bool)
    for block in range(int(blocks.max()) + 1 if len(blocks) else 0):
        inside = np.flatnonzero(blocks == block)
        # By a digest and not by a random generator: the draw is the same in any language and version of a
        # library.
        ticket = hashlib.sha256(f"{seed}:{block}".encode()).digest()
        held[inside[int.from_bytes(ticket[:8], "big") % len(inside)]] = True
    return held


def simulate_draws(blocks: NDArray[np.int64], count: int, generator: np.random.Generator) -> Held:
    """`count` random draws from the same blocks, one a row."""
    held = np.zeros((count, len(blocks)), dtype=bool)
    rows = np.arange(count)
    for block in range(int(blocks.max()) + 1 if len(blocks) else 0):
        inside = np.flatnonzero(blocks == block)
        held[rows, inside[generator.integers(len(inside), size=count)]] = True
    return held


def assign_arms(areas: Sequence[Area], share: float, seed: str) -> Mapping[str, tuple[int, bool]]:
    """By area code its block and whether it is held out."""
    blocks = blocks_of(areas, share)
    held = draw_held_areas(blocks, seed)
    return {area.code: (int(block), bool(out)) for area, block, out in zip(areas, blocks, held, strict=True)}
