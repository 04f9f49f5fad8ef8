"""Which rows of a segment are versions or copies of others, those of its base included."""

from collections.abc import Mapping
from typing import NamedTuple, Protocol

import numpy as np
import pyarrow as pa

from warroom.lake.hashing import U64
from warroom.money.index.folder import Part
from warroom.money.index.lookup import Lookup, among
from warroom.money.index.names import Key
from warroom.money.index.pairs import Rows, copies, corrected, one_payment
from warroom.money.index.rows import identities_of
from warroom.money.index.transfer_graph import Array, Ints


class Raw(Protocol):
    """The columns of a segment's transfers in order; a sparse column nobody used is empty."""

    def column(self, name: str) -> Array: ...


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


def pairings(
    raw: Raw,
    references: Mapping[str, Lookup],
    first: int,
    base: Part | None,
    key: Key,
    in_base: Mapping[str, Array] | None = None,
) -> Pairings:
    """The versions and copies among a segment's transfers, numbered from `first`, and with those of its base.

    `in_base`: which of the references the base has too, where that is known already.
    """
    met = in_base or {
        name: among(base.lookups[name].hash, references[name].hash)
        if base is not None
        else np.zeros(len(references[name].hash), bool)
        for name in ("uetr", "end_to_end")
    }
    until = _corrections(raw, first, base, key)
    order = np.argsort(until[0])
    uetr = one_payment(*_sharing("uetr", raw, references["uetr"], met["uetr"], first, base, key))
    ends = references["end_to_end"], met["end_to_end"]
    told = copies(*_sharing("end_to_end", raw, *ends, first, base, key))
    pairs = np.unique(np.concatenate([np.column_stack(pair) for pair in (uetr.copies, told)]), axis=0)
    sorted_by_key = [np.unique(np.column_stack(columns), axis=0) for columns in (uetr.charged, uetr.apart)]
    columns = [column for rows in (pairs, *sorted_by_key) for column in rows.T]
    return Pairings(until[0][order], until[1][order], *columns)


def _rows_of(raw: Raw, numbers: Ints, first: int) -> Rows:
    names = ("record", "source", "received", "correction", "amount", "payer", "payee", "t")
    return Rows(numbers + first, *(raw.column(name)[numbers] for name in names))


def _corrections(raw: Raw, first: int, base: Part | None, key: Key) -> tuple[Ints, Ints]:
    correction, record = raw.column("correction"), raw.column("record")
    # Only records that somebody corrected: for all others the first version is the
    # only one, and nothing is sorted.
    wanted = np.unique(record[correction]) if len(correction) else record
    numbers = np.flatnonzero(np.isin(record, wanted)) if len(wanted) else np.empty(0, np.int64)
    return corrected(_with_base(_rows_of(raw, numbers, first), base, "record", wanted, key))


def _sharing(
    name: str, raw: Raw, found: Lookup, in_base: Array, first: int, base: Part | None, key: Key
) -> tuple[U64, Rows]:
    """The references that stand on more than one row, and those rows."""
    column = raw.column(name)
    if not len(found.hash):
        return np.empty(0, np.uint64), _rows_of(raw, np.empty(0, np.int64), first)
    # The lookup is sorted by hash, so equal neighbours are the references met
    # more than once. Most are met once.
    twice = np.zeros(len(found.hash), bool)
    twice[1:] = found.hash[1:] == found.hash[:-1]
    twice[:-1] |= twice[1:]
    twice |= in_base
    numbers = np.sort(found.row[twice]).astype(np.int64)
    wanted = np.unique(column[numbers])
    rows = _with_base(_rows_of(raw, numbers, first), base, name, wanted, key)
    reference = np.concatenate([column[numbers], matches(base, name, wanted)[1]])
    return reference, rows


def matches(base: Part | None, name: str, wanted: U64) -> tuple[Ints, U64]:
    """Transfers of the base whose text of this kind has one of these (sorted) hashes, and the hash of each."""
    if base is None or not len(wanted):
        return np.empty(0, np.int64), np.empty(0, np.uint64)
    known = base.lookups[name]
    low, high = np.searchsorted(known.hash, wanted, "left"), np.searchsorted(known.hash, wanted, "right")
    sizes = high - low
    at = np.repeat(low - np.append(0, np.cumsum(sizes)[:-1]), sizes) + np.arange(sizes.sum())
    return known.row[at].astype(np.int64), known.hash[at]


def _with_base(rows: Rows, base: Part | None, name: str, wanted: U64, key: Key) -> Rows:
    """These rows, and after them the base's that share a hash."""
    numbers, _ = matches(base, name, wanted)
    if base is None or not len(numbers):
        return rows
    place = base.place[numbers].astype(np.int64)
    texts = pa.array(base.records.take(numbers.tolist(), "record_id"), pa.string())
    older = Rows(
        numbers,
        identities_of(texts, key),
        base.source[numbers],
        base.segment.received[numbers],
        # They only ever stand before newer rows; what they corrected themselves was
        # settled when the base was built.
        np.zeros(len(numbers), bool),
        base.segment.amount[place],
        base.payer(place),
        base.payee(place),
        base.segment.t[place],
    )
    columns = zip(vars(rows).values(), vars(older).values(), strict=True)
    return Rows(*(np.concatenate(pair) for pair in columns))
