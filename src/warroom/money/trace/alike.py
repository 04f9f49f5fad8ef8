"""Payments on a trail that two sources sent without a reference in common: perhaps one payment, counted twice."""

from typing import NamedTuple

import numpy as np

from warroom.money.index.account_index import Index
from warroom.money.index.transfer_graph import Ints, TransferGraph
from warroom.money.trace.flow import TracedSteps
from warroom.records.grain import CLOCKS_APART, may_be_same_payment

MOST = 64
"""Payments of the same parties and sum in a row that are compared with each other."""


class PossibleDuplicate(NamedTuple):
    """Two payments that look like one: their numbers, sources, parties and sum in satang."""

    transfers: tuple[int, int]
    sources: tuple[str, str]
    accounts: tuple[int, int]
    amount: int


def find_possible_duplicates(
    index: Index, world: TransferGraph, steps: TracedSteps
) -> list[PossibleDuplicate]:
    """Every two payments of a trail with the same parties and sum, of different sources, at times that may be one.

    One that has a copy in another source is no third payment's twin, and two that each have a uetr are two payments.
    """
    transfers, first = np.unique(steps.transfer, return_index=True)
    payer, payee, amount, t = (
        column[first].astype(np.int64) for column in (steps.payer, steps.payee, steps.amount, steps.t)
    )
    order = np.lexsort((t, amount, payee, payer))
    same = np.column_stack((payer, payee, amount))[order]
    pairs: list[PossibleDuplicate] = []
    for lag in range(1, min(len(order), MOST)):
        together = (same[lag:] == same[:-lag]).all(axis=1)
        if not together.any():
            break
        at = np.flatnonzero(together & may_be_same_payment(t[order[:-lag]], t[order[lag:]], CLOCKS_APART))
        pairs += _drop_known_different(
            index, world, transfers[order[at]], transfers[order[at + lag]], same[at]
        )
    return pairs


def _drop_known_different(
    index: Index, world: TransferGraph, first_transfers: Ints, other: Ints, same: Ints
) -> list[PossibleDuplicate]:
    """Of pairs, those of two sources that nothing says are two payments."""
    both = np.concatenate([first_transfers, other])
    sources = dict(
        zip(both.tolist(), (source for source, _ in index.list_record_ids(both.tolist())), strict=True)
    )
    paired = np.isin(both, world.copy_key) | np.isin(both, world.copy_of)
    named = index.have_uetr(both)
    doubt = ~(paired[: len(first_transfers)] | paired[len(first_transfers) :]) & ~(
        named[: len(first_transfers)] & named[len(first_transfers) :]
    )
    return [
        PossibleDuplicate((a, b), (min(names), max(names)), (payer, payee), amount)
        for a, b, (payer, payee, amount) in zip(
            first_transfers[doubt].tolist(), other[doubt].tolist(), same[doubt].tolist(), strict=True
        )
        if len(names := {sources[a], sources[b]}) > 1
    ]
