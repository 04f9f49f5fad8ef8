"""Which rows speak of the same transfer: corrections of one record, and copies in several records."""

from dataclasses import dataclass

import numpy as np

from warroom.lake.hashing import U64
from warroom.money.index.references import MANY, cluster_by_uetr, cluster_transfers
from warroom.money.index.transfer_graph import NEVER, Array, Ints


@dataclass(frozen=True)
class PairingRows:
    """Some transfers, in columns; `number` as in the index, `record` the hash of the record number."""

    number: Ints
    record: U64
    source: Array
    received: Ints
    correction: Array
    amount: Ints
    payer: Array
    payee: Array
    t: Ints

    def select_rows(self, chosen: Array) -> "PairingRows":
        """Some of the rows, by position or mask."""
        return PairingRows(*(column[chosen] for column in vars(self).values()))

    def __len__(self) -> int:
        return len(self.number)


def _group_starts(*columns: Array) -> Array:
    """In sorted columns: whether each row begins a new group."""
    first = np.ones(len(columns[0]), bool)
    if len(first):
        first[1:] = np.logical_or.reduce([column[1:] != column[:-1] for column in columns])
    return first


def find_superseded_versions(rows: PairingRows) -> tuple[Ints, Ints]:
    """Of rows that hold every version of their records: the numbers of those a later version replaces, and when.

    Versions are in the order of receipt; of two received at once a correction is the later.
    """
    # lexsort's last key sorts first: record, then source, then receipt. Two banks may use one record number.
    order = np.lexsort((rows.number, rows.correction, rows.received, rows.source, rows.record))
    record, source, received = rows.record[order], rows.source[order], rows.received[order]
    last = np.append(_group_starts(record, source)[1:], True)[: len(order)]
    until = np.append(received[1:], NEVER)
    return rows.number[order][~last], until[~last]


@dataclass(frozen=True)
class UetrComparison:
    """How rows with the same uetr relate, by their numbers.

    `copies`: (row, row that counts before it); `charged`: (row, row of the same payment with more in it,
    satang more); `different_payments`: (row, row of another payment that uses the same uetr).
    """

    copies: tuple[Ints, Ints]
    charged: tuple[Ints, Ints, Ints]
    different_payments: tuple[Ints, Ints]


def compare_uetr_rows(reference: U64, rows: PairingRows) -> UetrComparison:
    """A uetr is one payment whatever was deducted on the way: the row with the least in it says what arrived.

    Rows that cannot be one payment are `different_payments`; see `references.cluster_by_uetr`.
    """
    order = np.lexsort((rows.number, rows.correction, rows.received, reference))
    rows = rows.select_rows(order)
    group = np.cumsum(_group_starts(reference[order]))
    first = cluster_by_uetr(group, rows.t, rows.payer, rows.payee, rows.source, rows.record)
    begin = np.searchsorted(group, group)
    apart = first != first[begin]
    # Least first: what counts is what arrived. Of equals the first received, so that a copy changes nothing.
    order = np.lexsort((np.arange(len(rows)), rows.amount, first))
    later, earlier = (
        order[positions] for positions in _pair_positions(first[order], rows.select_rows(order))
    )
    number, more = rows.number, rows.amount[later] - rows.amount[earlier]
    fuller = more > 0
    return UetrComparison(
        (number[later], number[earlier]),
        (number[earlier][fuller], number[later][fuller], more[fuller]),
        (np.append(number[apart], number[begin[apart]]), np.append(number[begin[apart]], number[apart])),
    )


def find_copies(reference: U64, rows: PairingRows) -> tuple[Ints, Ints]:
    """Pairs (copy, earlier row) of rows with the same end-to-end id and amount that different sources
    delivered.

    `references.cluster_transfers` decides which belong together; where very many share an id, both parties
    must be equal too.
    """
    same = (rows.amount, reference)
    order = np.lexsort((rows.number, rows.correction, rows.received, *same))
    group = np.cumsum(_group_starts(*(column[order] for column in same)))
    # A payroll run with one id on 50,000 rows would take more than a billion comparisons;
    # equal parties are found by sorting.
    few = np.bincount(group, minlength=1)[group] <= MANY
    pairs = (
        _pair_likely_copies(group[few], rows.select_rows(order[few])),
        _pair_equal_parties(reference[order[~few]], rows.select_rows(order[~few])),
    )
    return np.concatenate([pair[0] for pair in pairs]), np.concatenate([pair[1] for pair in pairs])


def _pair_likely_copies(group: Ints, rows: PairingRows) -> tuple[Ints, Ints]:
    first = cluster_transfers(group, rows.t, rows.payer, rows.payee, rows.source, rows.record)
    order = np.argsort(first, kind="stable")
    return _pair_numbers(first[order], rows.select_rows(order))


def _pair_equal_parties(reference: U64, rows: PairingRows) -> tuple[Ints, Ints]:
    """Rows of equal parties; the first record of one source is paired with the first of the other, and so on."""
    same = (rows.payee, rows.payer, rows.amount, reference)
    rank = _rank_by_receipt(same, rows)
    order = np.lexsort((rows.number, rows.correction, rows.received, rank, *same))
    begins = _group_starts(rank[order], *(column[order] for column in same))
    return _pair_numbers(np.cumsum(begins), rows.select_rows(order))


def _pair_numbers(group: Ints, rows: PairingRows) -> tuple[Ints, Ints]:
    """The numbers of `_pair_positions`."""
    later, earlier = _pair_positions(group, rows)
    return rows.number[later], rows.number[earlier]


def _pair_positions(group: Ints, rows: PairingRows) -> tuple[Ints, Ints]:
    """Every row of a group with the rows before it (of very many the nearest) that are no versions of its record."""
    later: list[Ints] = []
    earlier: list[Ints] = []
    # Row i with row i - lag, whole columns at a time: groups are short, so after
    # a few lags nothing is together.
    for lag in range(1, min(len(rows), MANY)):
        together = group[lag:] == group[:-lag]
        if not together.any():
            break
        other = (rows.source[lag:] != rows.source[:-lag]) | (rows.record[lag:] != rows.record[:-lag])
        positions = np.flatnonzero(together & other)
        later.append(positions + lag)
        earlier.append(positions)
    none = np.empty(0, np.int64)
    return np.concatenate([none, *later]), np.concatenate([none, *earlier])


def _rank_by_receipt(same: tuple[Array, ...], rows: PairingRows) -> Ints:
    """For each row, the how-manieth record of its source among those alike it is, in the order of first receipt."""
    order = np.lexsort((rows.number, rows.received, rows.record, rows.source, *same))
    begins = _group_starts(rows.record[order], rows.source[order], *(column[order] for column in same))
    starts = np.flatnonzero(begins)
    if not len(starts):
        return np.empty(0, np.int64)
    heads = order[starts]
    by_receipt = np.lexsort(
        (rows.number[heads], rows.received[heads], rows.source[heads], *(c[heads] for c in same))
    )
    sorted_heads = heads[by_receipt]
    new = _group_starts(rows.source[sorted_heads], *(column[sorted_heads] for column in same))
    at = np.arange(len(heads))
    rank_sorted = at - np.maximum.accumulate(np.where(new, at, 0))
    rank_of_head = np.empty(len(heads), np.int64)
    rank_of_head[by_receipt] = rank_sorted
    rank = np.empty(len(rows), np.int64)
    rank[order] = rank_of_head[np.cumsum(begins) - 1]
    return rank
