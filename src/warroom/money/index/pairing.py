"""Which rows of a segment are versions or copies of others, those of its base included."""

from collections.abc import Mapping
from typing import NamedTuple, Protocol

import numpy as np
import pyarrow as pa

from warroom.lake.hashing import U64
from warroom.money.index.folder import OpenSegment
from warroom.money.index.lookup import Lookup, mark_known
from warroom.money.index.names import Key
from warroom.money.index.pairs import PairingRows, compare_uetr_rows, find_copies, find_superseded_versions
from warroom.money.index.rows import hash_texts_short
from warroom.money.index.transfer_graph import Array, Ints


class ColumnReader(Protocol):
    """The columns of a segment's transfers in order; a sparse column nobody used is empty."""

    def read_column(self, name: str) -> Array: ...


class Pairings(NamedTuple):
    """Sorted by key, as in `TransferGraph`: what a later record corrects, pairs of a copy and the row before it, what
    more another row of the same payment holds, and rows of other payments under the same uetr.
    """

    until_key: Ints
    until_at: Ints
    copy_key: Ints
    copy_of: Ints
    charge_key: Ints
    charge_by: Ints
    charge: Ints
    apart_key: Ints
    apart_of: Ints


def find_pairings(
    raw: ColumnReader,
    references: Mapping[str, Lookup],
    first: int,
    base: OpenSegment | None,
    key: Key,
    in_base: Mapping[str, Array] | None = None,
) -> Pairings:
    """The versions and copies among a segment's transfers, numbered from `first`, and with those of its base.

    `in_base`: which of the references the base has too, where that is known already.
    """
    met = in_base or {
        name: mark_known(base.lookups[name].hash, references[name].hash)
        if base is not None
        else np.zeros(len(references[name].hash), bool)
        for name in ("uetr", "end_to_end")
    }
    until = _find_corrections(raw, first, base, key)
    order = np.argsort(until[0])
    uetr = compare_uetr_rows(
        *_find_shared_references("uetr", raw, references["uetr"], met["uetr"], first, base, key)
    )
    ends = references["end_to_end"], met["end_to_end"]
    end_to_end_copies = find_copies(*_find_shared_references("end_to_end", raw, *ends, first, base, key))
    pairs = np.unique(
        np.concatenate([np.column_stack(pair) for pair in (uetr.copies, end_to_end_copies)]), axis=0
    )
    sorted_by_key = [
        np.unique(np.column_stack(columns), axis=0) for columns in (uetr.charged, uetr.different_payments)
    ]
    columns = [column for rows in (pairs, *sorted_by_key) for column in rows.T]
    return Pairings(until[0][order], until[1][order], *columns)


def _rows_of(raw: ColumnReader, numbers: Ints, first: int) -> PairingRows:
    names = ("record", "source", "received", "correction", "amount", "payer", "payee", "t")
    return PairingRows(numbers + first, *(raw.read_column(name)[numbers] for name in names))


def _find_corrections(raw: ColumnReader, first: int, base: OpenSegment | None, key: Key) -> tuple[Ints, Ints]:
    correction, record = raw.read_column("correction"), raw.read_column("record")
    # Only records that somebody corrected: for all others the first version is the
    # only one, and nothing is sorted.
    wanted = np.unique(record[correction]) if len(correction) else record
    numbers = np.flatnonzero(np.isin(record, wanted)) if len(wanted) else np.empty(0, np.int64)
    return find_superseded_versions(
        _append_base_rows(_rows_of(raw, numbers, first), base, "record", wanted, key)
    )


def _find_shared_references(
    name: str,
    raw: ColumnReader,
    lookup: Lookup,
    in_base: Array,
    first: int,
    base: OpenSegment | None,
    key: Key,
) -> tuple[U64, PairingRows]:
    """The references of more than one row, and those rows."""
    column = raw.read_column(name)
    if not len(lookup.hash):
        return np.empty(0, np.uint64), _rows_of(raw, np.empty(0, np.int64), first)
    # The lookup is sorted by hash, so equal neighbours are the references met
    # more than once. Most are met once.
    twice = np.zeros(len(lookup.hash), bool)
    twice[1:] = lookup.hash[1:] == lookup.hash[:-1]
    twice[:-1] |= twice[1:]
    twice |= in_base
    numbers = np.sort(lookup.row[twice]).astype(np.int64)
    wanted = np.unique(column[numbers])
    rows = _append_base_rows(_rows_of(raw, numbers, first), base, name, wanted, key)
    reference = np.concatenate([column[numbers], find_matching_transfers(base, name, wanted)[1]])
    return reference, rows


def find_matching_transfers(base: OpenSegment | None, name: str, wanted: U64) -> tuple[Ints, U64]:
    """Transfers of the base whose text of this kind has one of these (sorted) hashes, and the hash of each."""
    if base is None or not len(wanted):
        return np.empty(0, np.int64), np.empty(0, np.uint64)
    known = base.lookups[name]
    low, high = np.searchsorted(known.hash, wanted, "left"), np.searchsorted(known.hash, wanted, "right")
    sizes = high - low
    at = np.repeat(low - np.append(0, np.cumsum(sizes)[:-1]), sizes) + np.arange(sizes.sum())
    return known.row[at].astype(np.int64), known.hash[at]


def _append_base_rows(
    rows: PairingRows, base: OpenSegment | None, name: str, wanted: U64, key: Key
) -> PairingRows:
    """These rows, and after them the base's that share a hash."""
    numbers, _ = find_matching_transfers(base, name, wanted)
    if base is None or not len(numbers):
        return rows
    place = base.place[numbers].astype(np.int64)
    texts = pa.array(base.records.read_texts(numbers.tolist(), "record_id"), pa.string())
    older = PairingRows(
        numbers,
        hash_texts_short(texts, key),
        base.source[numbers],
        base.segment.received[numbers],
        # They only ever stand before newer rows; what they corrected themselves was
        # settled when the base was built.
        np.zeros(len(numbers), bool),
        base.segment.amount[place],
        base.find_payers(place),
        base.find_payees(place),
        base.segment.t[place],
    )
    columns = zip(vars(rows).values(), vars(older).values(), strict=True)
    return PairingRows(*(np.concatenate(pair) for pair in columns))
