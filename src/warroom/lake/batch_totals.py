"""Payments that are the sum of others: a bank that lists a batch and its parts sends the same money twice.

A row looks like the total of a batch where its amount is the sum of two or more others of the same payer at
the same moment. Where only the day is known, many payments of a payer share a moment by chance: there all
others have to add up to it, or three that are next to it.
"""

from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from warroom.kernels import compile_kernel
from warroom.lake.hashing import U64, hash_contents
from warroom.records.grain import DAY, compute_time_grain
from warroom.records.tables import TABLES

TRANSFERS = TABLES["transfers"]
PAYER = tuple(TRANSFERS.by_name[name] for name in ("payer_bank", "payer", "currency"))
FEWEST = 3
"""Rows of a batch: a total and two parts."""
# Chosen: the sums of 12 rows are at most 4,096, those of 30 a thousand million.
FEW = 12
"""So many rows of one moment are added up in every way; of more, only neighbours are."""


def find_batch_totals(rows: pa.Table, secret: bytes) -> list[int]:
    """The places of transfers that look like the sum of others of their payer and moment; `rows` has one chunk a column."""
    times = rows["time"].cast(pa.int64()).to_numpy()
    places = np.flatnonzero(_find_shared_moments(times))
    if len(places) < FEWEST:
        return []
    shared = (
        rows.select([*(column.name for column in PAYER), "amount"]).take(pa.array(places)).combine_chunks()
    )
    payers, moments = hash_contents(shared, PAYER, secret), times[places]
    # Whole numbers: sums of decimals in Python would take most of the time.
    satang = [int(amount * 100) for amount in shared["amount"].to_pylist()]
    coarse = compute_time_grain(moments) == DAY
    total_places = [
        int(places[group[at]])
        for group in _group_by_payer_and_time(payers, moments)
        for at in _find_totals([satang[member] for member in group], coarse=bool(coarse[group[0]]))
    ]
    return sorted(total_places)


def _group_by_payer_and_time(payers: U64, times: npt.NDArray[np.int64]) -> Iterator[list[int]]:
    """The places of rows of one payer and moment, in their order, where they are enough for a batch."""
    order = np.lexsort((times, payers))
    moved = (payers[order][1:] != payers[order][:-1]) | (times[order][1:] != times[order][:-1])
    for group in np.split(order, np.flatnonzero(moved) + 1):
        if len(group) >= FEWEST:
            yield group.tolist()


def _find_totals(amounts: Sequence[int], *, coarse: bool) -> list[int]:
    """Which of some amounts is the sum of others among them."""
    whole, most = sum(amounts), max(amounts)
    # The usual case at once: the largest is the sum of all others.
    if 2 * most == whole:
        return [amounts.index(most)]
    # Banks list a batch and its parts together, so of many rows only neighbours are added up.
    if coarse or len(amounts) > FEW:
        parts = FEWEST if coarse else FEWEST - 1
        return [at for at in range(len(amounts)) if _is_sum_of_next(amounts, at, parts)]
    return [at for at in range(len(amounts)) if _is_sum(amounts[at], [*amounts[:at], *amounts[at + 1 :]])]


def _is_sum_of_next(amounts: Sequence[int], at: int, parts: int) -> bool:
    """Whether an amount is the sum of so many or more that follow it, or that precede it."""
    for neighbours in (amounts[at + 1 :], amounts[:at][::-1]):
        for count, total in enumerate(accumulate(neighbours), 1):
            if total >= amounts[at]:
                if total == amounts[at] and count >= parts:
                    return True
                break
    return False


def _is_sum(amount: int, others: Sequence[int]) -> bool:
    """Whether two or more of these add up to an amount."""
    sums = {(0, 0)}
    for other in others:
        sums |= {(total + other, min(2, count + 1)) for total, count in sums if total + other <= amount}
    return (amount, 2) in sums


@compile_kernel(nogil=True, cache=True)
def _find_shared_moments(times: Any) -> Any:
    """Which rows share their moment with two others."""
    size = 16
    while size < 2 * len(times):
        size *= 2
    slots, counts = np.full(size, -1, np.int32), np.zeros(size, np.int32)
    places = np.empty(len(times), np.int32)
    for i in range(len(times)):
        # Moments are multiples of a second or more: only the upper half of the product spreads them.
        at = np.int64((np.uint64(times[i]) * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(32)) & (size - 1)
        while slots[at] >= 0 and times[slots[at]] != times[i]:
            at = (at + 1) & (size - 1)
        slots[at] = i
        counts[at] += 1
        places[i] = at
    shared = np.zeros(len(times), np.bool_)
    for i in range(len(times)):
        shared[i] = counts[places[i]] >= 3
    return shared
