"""Payments on a trail that two sources sent without a reference in common: perhaps one payment, counted twice."""

from typing import NamedTuple

import numpy as np

from warroom.money.index.account_index import Index
from warroom.money.index.transfer_graph import Ints, TransferGraph
from warroom.money.trace.flow import Steps
from warroom.records.grain import CLOCKS_APART, may_be_one

MOST = 64
"""Payments of the same parties and sum in a row that are compared with each other."""


class Pair(NamedTuple):
    """Two payments that look like one: their numbers, sources, parties and sum in satang."""

    transfers: tuple[int, int]
    sources: tuple[str, str]
    accounts: tuple[int, int]
    amount: int


def alike(index: Index, world: TransferGraph, steps: Steps) -> list[Pair]:
    """Every two payments of a trail with the same parties and sum, of different sources, at times that may be one.

    One that has a copy in another source is no third payment's twin, and two that each have a uetr are two payments.
    """
    transfers, first = np.unique(steps.transfer, return_index=True)
    payer, payee, amount, t = (
        column[first].astype(np.int64) for column in (steps.payer, steps.payee, steps.amount, steps.t)
    )
    order = np.lexsort((t, amount, payee, payer))
    same = np.column_stack((payer, payee, amount))[order]
    found: list[Pair] = []
    for lag in range(1, min(len(order), MOST)):
        together = (same[lag:] == same[:-lag]).all(axis=1)
        if not together.any():
            break
        at = np.flatnonzero(together & may_be_one(t[order[:-lag]], t[order[lag:]], CLOCKS_APART))
        found += _apart(index, world, transfers[order[at]], transfers[order[at + lag]], same[at])
    return found


def _apart(index: Index, world: TransferGraph, one: Ints, other: Ints, same: Ints) -> list[Pair]:
    """Of pairs, those of two sources that nothing says are two payments."""
    both = np.concatenate([one, other])
    sources = dict(zip(both.tolist(), (source for source, _ in index.records(both.tolist())), strict=True))
    paired = np.isin(both, world.copy_key) | np.isin(both, world.copy_of)
    named = index.with_uetr(both)
    doubt = ~(paired[: len(one)] | paired[len(one) :]) & ~(named[: len(one)] & named[len(one) :])
    return [
        Pair((a, b), (min(names), max(names)), (payer, payee), amount)
        for a, b, (payer, payee, amount) in zip(
            one[doubt].tolist(), other[doubt].tolist(), same[doubt].tolist(), strict=True
        )
        if len(names := {sources[a], sources[b]}) > 1
    ]
