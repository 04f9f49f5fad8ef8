"""What each agreement is worth: Fellegi and Sunter's weights, learned from the records themselves without a label.

How often values agree by chance (`by_chance`) is counted on pairs drawn at random; how often they agree within one subject (`within`)
comes from expectation and maximisation (Winkler 1988) over all pairs of records, of which those worth comparing are the only ones that
can be one subject's. A rare value agreed on is worth more than a frequent one.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from warroom.subjects.resolution.levels import DIFFERENT, KIN, LEVELS, RENAMED, SAME, UNKNOWN, Levels
from warroom.subjects.resolution.values import ColumnValues

Table = npt.NDArray[np.float64]
_FIRST = np.array([1.0, 0.8, 0.08, 0.04, 0.03, 0.02, 0.02, 0.0, 0.01])
"""Where learning begins: within one subject most values agree."""
MOST_APART = 0.02
"""How often at most two records of one subject bear names of which nothing is alike, names of kin, and names of two families. It is set and never learned:
people who share a telephone and an address would teach it that names may differ.
"""
# Shares of random pairs that agree, by what a column holds; assumed, and outweighed by counts of a large
# file.
_CHANCE: dict[str, float] = {"name": 1e-4, "company": 1e-4, "date": 1e-4, "text": 1e-2}
# Identifiers are given to one: one pair in a million agrees by a slip.
_CHANCE_OF_IDENTIFIERS = 1e-6
_NEAR_BY_CHANCE = np.array([0.0, 0.0, 2e-3, 1e-2, 5e-3, 0.983, 0.0, 0.0, 0.0])
_NAMES_BY_CHANCE = np.array([0.0, 0.0, 2e-3, 1e-2, 5e-3, 0.953, 0.005, 0.015, 0.01])
"""How often two people's values agree before anything was counted: what few records show by themselves is mixed with it."""
_PAIRS_OF_IT, _RECORDS_OF_IT = 10_000, 1_000
"""As how many pairs, and records, that counts."""
# Floors of counted shares: a level never seen among the pairs drawn is rare, not impossible, and its
# logarithm finite.
_LEAST_CHANCE = 1e-6
_FLOOR = 1e-4
_NEVER = 1e-12
"""How often a level comes that a column does not have: its weight is of no pair, and its logarithm is finite."""
# Rounds of expectation and maximisation, a fixed number, so that results never depend on a tolerance.
_ROUNDS = 40
_PAIRS_OF_FIRST = 20.0
"""As how many pairs of one subject that counts."""


@dataclass(frozen=True)
class MatchWeights:
    """`within` and `by_chance` by column and level; `prior` the share of all pairs of records that are one subject's."""

    within: Table
    by_chance: Table
    prior: float

    @property
    def bits(self) -> Table:
        """The weight of each level of each column, in bits; 0 for an unknown value."""
        found = np.log2(np.maximum(self.within, _NEVER) / np.maximum(self.by_chance, _NEVER))
        found[:, UNKNOWN] = 0.0
        return found

    def score_pairs(
        self, levels: Levels, columns: Sequence[ColumnValues], codes: npt.NDArray[np.int32], total: int
    ) -> Table:
        """The weight of each pair in bits, prior included. `codes` (pairs, columns) are the values that they agree on."""
        bits = self.bits
        scores = np.full(len(levels), np.log2(self.prior / (1.0 - self.prior)))
        for number, column in enumerate(columns):
            scores += bits[number, levels[:, number]]
            scores += self._rarity_bits(number, column, levels[:, number], codes[:, number], total)
        return scores

    def _rarity_bits(
        self, number: int, column: ColumnValues, level: Levels, codes: npt.NDArray[np.int32], total: int
    ) -> Table:
        """What an exact agreement is worth more, or less, because its value is rare or frequent."""
        extra = np.zeros(len(level))
        same = np.flatnonzero(level == SAME)
        # Less one: a value of two records of one subject is no sign that others have it.
        others = column.records_per_value[codes[same]] - 1.0 + _RECORDS_OF_IT * _chance_of(column)
        share = others / (total + _RECORDS_OF_IT)
        extra[same] = np.log2(self.by_chance[number, SAME]) - np.log2(np.maximum(share, _LEAST_CHANCE / 10))
        return extra


def learn_weights(
    columns: Sequence[ColumnValues], by_chance: Levels, candidates: Levels, records: int, drawn: float
) -> MatchWeights:
    """Weights from the levels of pairs drawn at random and of pairs worth comparing, among so many records. `drawn`: for how many pairs
    each of those worth comparing stands.
    """
    counted = _level_shares(by_chance, np.ones(len(by_chance)), _LEAST_CHANCE)
    chance = _blend_chance(columns, counted, len(by_chance), records)
    # Pairs with the same levels count once with their number: a few thousand kinds stand for millions of
    # pairs.
    kinds, counts = np.unique(candidates, axis=0, return_counts=True)
    every = max(records * (records - 1) / 2, 1.0)
    within, prior = np.tile(_FIRST, (len(columns), 1)), 1.0 / max(records, 2)
    for _ in range(_ROUNDS if len(candidates) else 0):
        odds = np.full(len(kinds), prior / (1.0 - prior))
        for number in range(len(columns)):
            odds *= _likelihood_ratios(within[number], chance[number])[kinds[:, number]]
        likely = counts * drawn * odds / (1.0 + odds)
        # Of all pairs, not only of those compared: the others agree on too little to be one subject.
        prior = float(np.clip(likely.sum() / every, 1.0 / every, 0.5))
        within = _blended_within(columns, _level_shares(kinds, likely, _FLOOR), float(likely.sum()))
    return MatchWeights(within, chance, prior)


def _blended_within(columns: Sequence[ColumnValues], counted: Table, likely: float) -> Table:
    found: Table = (likely * counted + _PAIRS_OF_FIRST * _FIRST) / (likely + _PAIRS_OF_FIRST)
    found[:, UNKNOWN] = 1.0
    return cap_name_levels(columns, found)


def cap_name_levels(columns: Sequence[ColumnValues], within: Table) -> Table:
    """The table with no more than `MOST_APART` of what parts names."""
    found = np.maximum(within, _LEAST_CHANCE)
    for number, column in enumerate(columns):
        if column.sounds is not None:
            apart = [DIFFERENT, KIN, RENAMED]
            found[number, apart] = np.minimum(found[number, apart], MOST_APART)
    return found


def _blend_chance(columns: Sequence[ColumnValues], counted: Table, drawn: int, records: int) -> Table:
    named = np.array([[column.sounds is not None] for column in columns])
    known = np.where(named, _NAMES_BY_CHANCE, _NEAR_BY_CHANCE)
    known[:, SAME] = [_chance_of(column) for column in columns]
    pairs = min(drawn, records * (records - 1) / 2)
    found: Table = (pairs * counted + _PAIRS_OF_IT * known) / (pairs + _PAIRS_OF_IT)
    found[:, UNKNOWN] = 1.0
    return found


def _chance_of(column: ColumnValues) -> float:
    return _CHANCE.get(column.content, _CHANCE_OF_IDENTIFIERS)


def _likelihood_ratios(within: Table, chance: Table) -> Table:
    found = within / chance
    found[UNKNOWN] = 1.0
    return found


def _level_shares(levels: Levels, counts: Table, least: float) -> Table:
    """The share of each level among pairs of which it is known, by column."""
    shares = np.full((levels.shape[1], LEVELS), least)
    for number in range(levels.shape[1]):
        at = np.bincount(levels[:, number], counts, LEVELS)
        known = at[1:].sum()
        if known > 0:
            shares[number, 1:] = np.maximum(at[1:] / known, least)
        else:
            shares[number, DIFFERENT] = 1.0
    shares[:, UNKNOWN] = 1.0
    return shares
