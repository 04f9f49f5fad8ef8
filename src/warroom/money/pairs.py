"""Which rows speak of the same transfer: corrections of one record, and copies that two sources delivered."""

from dataclasses import dataclass

import numpy as np

from warroom.lake.hashing import U64
from warroom.money.world import NEVER, Array, Ints


@dataclass(frozen=True)
class Rows:
    """Some transfers, in columns; `number` as in the index, `record` the hash of the record number."""

    number: Ints
    record: U64
    source: Array
    received: Ints
    correction: Array
    amount: Ints
    payer: Array
    payee: Array

    def __len__(self) -> int:
        return len(self.number)


def _edges(*columns: Array) -> Array:
    """In sorted columns: whether each row begins a new group."""
    first = np.ones(len(columns[0]), bool)
    if len(first):
        first[1:] = np.logical_or.reduce([column[1:] != column[:-1] for column in columns])
    return first


def corrected(rows: Rows) -> tuple[Ints, Ints]:
    """Of rows that hold every version of their records: the numbers of those a later version replaces, and when.

    Versions stand in the order of receipt; of two received at once a correction is the later.
    """
    order = np.lexsort((rows.number, rows.correction, rows.received, rows.source, rows.record))
    record, source, received = rows.record[order], rows.source[order], rows.received[order]
    last = np.append(_edges(record, source)[1:], True)[: len(order)]
    until = np.append(received[1:], NEVER)
    return rows.number[order][~last], until[~last]


def copies(reference: U64, rows: Rows, parties: bool) -> tuple[Ints, Ints]:
    """Pairs (copy, earlier row) of one transfer delivered by different sources.

    The same transfer means: the same reference and amount, and where `parties` asks for it the same payer and payee.
    Where a source delivered several such records, the first of one source is paired with the first of the other.
    """
    payer = rows.payer if parties else np.zeros(len(rows), np.int64)
    payee = rows.payee if parties else np.zeros(len(rows), np.int64)
    same = (payee, payer, rows.amount, reference)
    rank = _rank(same, rows)
    order = np.lexsort((rows.number, rows.correction, rows.received, rank, *same))
    begins = _edges(rank[order], *(column[order] for column in same))
    group, source, number = np.cumsum(begins), rows.source[order], rows.number[order]
    later: list[Ints] = []
    earlier: list[Ints] = []
    for lag in range(1, len(rows)):
        together = group[lag:] == group[:-lag]
        if not together.any():
            break
        pair = together & (source[lag:] != source[:-lag])
        later.append(number[lag:][pair])
        earlier.append(number[:-lag][pair])
    none = np.empty(0, np.int64)
    return np.concatenate([none, *later]), np.concatenate([none, *earlier])


def _rank(same: tuple[Array, ...], rows: Rows) -> Ints:
    """For each row, the how-manieth record of its source among those alike it is, in the order of first receipt."""
    order = np.lexsort((rows.number, rows.received, rows.record, rows.source, *same))
    begins = _edges(rows.record[order], rows.source[order], *(column[order] for column in same))
    starts = np.flatnonzero(begins)
    if not len(starts):
        return np.empty(0, np.int64)
    heads = order[starts]
    by_receipt = np.lexsort(
        (rows.number[heads], rows.received[heads], rows.source[heads], *(c[heads] for c in same))
    )
    sorted_heads = heads[by_receipt]
    new = _edges(rows.source[sorted_heads], *(column[sorted_heads] for column in same))
    at = np.arange(len(heads))
    rank_sorted = at - np.maximum.accumulate(np.where(new, at, 0))
    rank_of_head = np.empty(len(heads), np.int64)
    rank_of_head[by_receipt] = rank_sorted
    rank = np.empty(len(rows), np.int64)
    rank[order] = rank_of_head[np.cumsum(begins) - 1]
    return rank
