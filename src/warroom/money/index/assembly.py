"""A segment of the index in memory: the same arrays that `build` writes and `folder` maps, made from columns at hand."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from warroom.lake.hashing import U64
from warroom.money.index.folder import KINDS, NOWHERE, OpenSegment
from warroom.money.index.lookup import GrowingLookup, Lookup
from warroom.money.index.names import Key, to_plain_texts
from warroom.money.index.pairing import Pairings, find_pairings
from warroom.money.index.rows import TransferDay
from warroom.money.index.segment import make_segment
from warroom.money.index.transfer_graph import COPY, CORRECTED, Array, Ints

SPARSE = {"uetr": 0, "end_to_end": 0, "device": -1}


@dataclass(frozen=True)
class ColumnTexts:
    """Rows of texts in memory."""

    columns: dict[str, pa.Array]

    def read_texts(self, rows: Sequence[int], column: str) -> list[str]:
        """The texts of a column at these rows."""
        found: list[str] = self.columns[column].take(pa.array(rows, pa.int64())).to_pylist()
        return found


def gather_account_texts(batches: list[pa.RecordBatch]) -> ColumnTexts:
    """The names of new accounts, as their batches came."""
    names = ("bank", "number", "currency")
    if not batches:
        return ColumnTexts({name: pa.array([], pa.string()) for name in names})
    return ColumnTexts(
        {name: pa.concat_arrays([to_plain_texts(b.column(name)) for b in batches]) for name in names}
    )


@dataclass(frozen=True)
class DayColumns:
    """A day's columns as `pairing` asks for them."""

    day: TransferDay

    def read_column(self, name: str) -> Array:
        values: Array = getattr(self.day, name)
        return values


@dataclass(frozen=True)
class SegmentNames:
    """The accounts and devices that a segment names first, in the order of their numbers."""

    accounts: U64
    devices: U64
    texts: ColumnTexts
    sources: list[str]


def merge_days(days: Sequence[TransferDay]) -> TransferDay:
    """The rows of several days as one, in order of time, then as they came."""
    return sort_by_time(concatenate_days(days))


def concatenate_days(days: Sequence[TransferDay]) -> TransferDay:
    """The rows of several days one after the other."""
    columns: dict[str, Any] = {}
    for field in fields(TransferDay):
        parts = [getattr(day, field.name) for day in days]
        if field.name == "new_accounts":
            columns[field.name] = parts[0].slice(0, 0)
        elif field.name == "record_ids":
            columns[field.name] = pa.concat_arrays(parts)
        else:
            columns[field.name] = _concatenate_column(field.name, parts, [len(day.t) for day in days])
    return TransferDay(**columns)


def _concatenate_column(name: str, parts: list[Array], lengths: list[int]) -> Array:
    """A sparse column is filled where some of the parts have it."""
    if name in SPARSE and any(len(part) for part in parts):
        parts = [
            part if len(part) == rows else np.full(rows, SPARSE[name], KINDS.get(name, np.uint64))
            for part, rows in zip(parts, lengths, strict=True)
        ]
    return np.concatenate(parts)


def sort_by_time(day: TransferDay) -> TransferDay:
    """The rows in order of time; equal ones stay as they came."""
    if not len(day.t) or bool((day.t[1:] >= day.t[:-1]).all()):
        return day
    # Stable, because equal times are in file order and the trace depends on it.
    return select_rows(day, np.argsort(day.t, kind="stable"))


def select_rows(day: TransferDay, order: Ints) -> TransferDay:
    """The rows of a day at these places."""
    columns = {
        field.name: getattr(day, field.name) for field in fields(TransferDay) if field.name != "new_accounts"
    }
    moved = {
        name: values.take(pa.array(order))
        if name == "record_ids"
        else values[order]
        if len(values)
        else values
        for name, values in columns.items()
    }
    return TransferDay(**moved, new_accounts=day.new_accounts)


@dataclass
class GrowingDelta:
    """The rows of a delta as one day in order, with their names sorted: what comes is put among them, and nothing of what
    was there is sorted or looked for in the base again.
    """

    day: TransferDay
    grown_lookups: dict[str, GrowingLookup]

    @classmethod
    def from_day(cls, day: TransferDay, base: OpenSegment) -> "GrowingDelta":
        """Rows of the first days, in order."""
        return cls(day, _build_name_lookups(day, np.arange(len(day.t)), base))

    def with_days(self, days: Sequence[TransferDay], base: OpenSegment) -> "GrowingDelta":
        """The same with the rows of days that came since."""
        before, new = len(self.day.t), concatenate_days(days)
        both = concatenate_days([self.day, new])
        order = np.argsort(both.t, kind="stable")
        moved = np.empty(len(order), np.int64)
        moved[order] = np.arange(len(order))
        met = _build_name_lookups(new, moved[before:], base)
        return GrowingDelta(
            select_rows(both, order),
            {name: self.grown_lookups[name].with_rows(moved[:before], met[name]) for name in met},
        )

    @property
    def lookups(self) -> dict[str, Lookup]:
        return {name: each.lookup for name, each in self.grown_lookups.items()}

    @property
    def in_base(self) -> dict[str, Array]:
        return {name: each.in_base for name, each in self.grown_lookups.items()}


def _build_name_lookups(day: TransferDay, place: Ints, base: OpenSegment) -> dict[str, GrowingLookup]:
    """The names that rows of a day have; `place`: the position of each row."""
    met_names = {}
    for name in ("record", "uetr", "end_to_end"):
        column: U64 = getattr(day, name)
        # A record number is what every row has; of the others 0 stands for none.
        some = np.arange(len(column)) if name == "record" else np.flatnonzero(column != 0)
        known = base.lookups[name].hash if name != "record" else column[:0]
        met_names[name] = GrowingLookup.from_hashes(column[some], place[some], known)
    return met_names


def assemble_part(
    day: TransferDay,
    names: SegmentNames,
    base: OpenSegment | None,
    key: Key,
    grown: GrowingDelta | None = None,
) -> OpenSegment:
    """The segment of a day's rows, which must be in order; `base` is the segment it continues.

    `grown`: the day with its names sorted, where that is done already.
    """
    first = int(base.meta["rows"]) if base is not None else 0
    first_account = int(base.meta["accounts"]) if base is not None else 0
    lookups = _build_lookups(day, names, grown.lookups if grown else {})
    payment_pairs = find_pairings(
        DayColumns(day), lookups, first, base, key, grown.in_base if grown else None
    )
    accounts = first_account + len(names.accounts)
    segment, place = make_segment(
        accounts,
        day.t,
        day.payer,
        day.payee,
        day.amount,
        _mark_flags(day, payment_pairs, first),
        day.received,
    )
    arrays = {
        **segment._asdict(),
        **payment_pairs._asdict(),
        "place": np.where(place < 0, NOWHERE, place).astype(np.uint32),
        "source": day.source,
        "device": day.device,
        "account_second": names.accounts[:, 1],
        "device_second": names.devices[:, 1],
    }
    meta = {
        "rows": len(day.t),
        "first": first,
        "accounts": accounts,
        "first_account": first_account,
        "first_device": len(base.lookups["device"].hash) if base is not None else 0,
        "last_received": int(day.received.max()) if len(day.t) else 0,
        "sources": names.sources,
    }
    records = ColumnTexts({"record_id": day.record_ids})
    return OpenSegment(Path(), meta, segment, arrays, lookups, records, names.texts)


def _mark_flags(day: TransferDay, found: Pairings, first: int) -> Array:
    flags = day.flags.copy()
    told = ((found.until_key, CORRECTED), (found.copy_key, COPY), (found.charge_key, COPY))
    for numbers, flag in told:
        flags[numbers[numbers >= first] - first] |= flag
    return flags


def _build_lookups(day: TransferDay, names: SegmentNames, known: dict[str, Lookup]) -> dict[str, Lookup]:
    lookups = {"account": _build_lookup(names.accounts[:, 0]), "device": _build_lookup(names.devices[:, 0])}
    if known:
        return {**lookups, **known}
    lookups["record"] = _build_lookup(day.record)
    for name in ("uetr", "end_to_end"):
        column: U64 = getattr(day, name)
        lookups[name] = _build_lookup(column, np.flatnonzero(column != 0))
    return lookups


def _build_lookup(hashes: U64, rows: Array | None = None) -> Lookup:
    chosen = np.arange(len(hashes)) if rows is None else rows
    order = chosen[np.argsort(hashes[chosen], kind="stable")]
    return Lookup(hashes[order], order.astype(np.uint32))
