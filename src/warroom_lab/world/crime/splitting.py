"""How a sum is broken: just under the threshold, or in a few parts, round or not."""

import numpy as np

from warroom_lab.world.drawing.columns import BAHT, Array

THRESHOLD = 50_000
"""Baht from which a face is scanned for each payment (P, August 2025: domain 2.5)."""
MOST_CHUNKS = 24
WORTH_SPLITTING = 4_000
"""Baht below which a part is not worth a payment of its own (A)."""


def split_layer_sums(
    amount: Array, width: Array, under: Array, rng: np.random.Generator
) -> tuple[Array, Array]:
    """(number of parts of each sum, parts one after the other); the parts of a sum add up to it."""
    baht = amount // BAHT
    below = (rng.random(len(amount)) < under) & (baht > THRESHOLD)
    count = np.where(below, -(-baht // (THRESHOLD - 500)), np.minimum(width, baht // WORTH_SPLITTING))
    whole = ~below & (baht < THRESHOLD) & (rng.random(len(amount)) < 0.6)
    count = np.clip(np.where(whole, 1, count), 1, MOST_CHUNKS)
    owner = np.repeat(np.arange(len(amount)), count)
    just_under = below & (count < MOST_CHUNKS)
    parts = np.where(just_under[owner], _draw_just_below(owner, rng), _draw_shares(amount, owner, rng))
    return count, _add_rest(amount, count, parts)


def split_exit_sums(
    amount: Array, largest: int, most: int, step: int, rng: np.random.Generator
) -> tuple[Array, Array]:
    """(number of parts, parts) of about `largest` baht, at most `most`, each a multiple of `step` baht; a rest may stay."""
    baht = amount // BAHT
    count = np.clip(-(-baht // largest), 1, most)
    owner = np.repeat(np.arange(len(amount)), count)
    share = amount[owner] / count[owner] * (1 - 0.2 * rng.random(len(owner)) * (count[owner] > 1))
    return count, (share / (step * BAHT)).astype(np.int64) * step * BAHT


def _draw_just_below(owner: Array, rng: np.random.Generator) -> Array:
    return (THRESHOLD - 1000 + (rng.random(len(owner)) * 1000).astype(np.int64)) * BAHT


def _draw_shares(amount: Array, owner: Array, rng: np.random.Generator) -> Array:
    weight = np.exp(0.6 * rng.standard_normal(len(owner)))
    share = amount[owner] * weight / np.bincount(owner, weight, len(amount))[owner]
    step = np.where(share > 2_000_000, 100_000, 10_000)
    step = np.where(rng.random(len(owner)) < 0.55, step, BAHT)
    return np.maximum(1, (share / step).astype(np.int64)) * step


def _add_rest(amount: Array, count: Array, parts: Array) -> Array:
    """The last part takes what the others leave; where they leave nothing, all are made equal."""
    last = np.cumsum(count) - 1
    owner = np.repeat(np.arange(len(amount)), count)
    others = np.bincount(owner, parts, len(amount)).astype(np.int64) - parts[last]
    short = others >= amount
    parts = np.where(short[owner], amount[owner] // count[owner], parts)
    others = np.where(short, (amount // count) * (count - 1), others)
    # To the satang: whatever was rounded is in the last part.
    parts[last] = amount - others
    return parts
