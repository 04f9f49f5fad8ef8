"""The lake's transfers, read day by day into arrays."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from warroom.lake import original
from warroom.lake.commit import LakeFile
from warroom.lake.hashing import U64
from warroom.money.index.names import Key, hash_accounts, hash_texts, to_plain_texts
from warroom.money.index.transfer_graph import (
    CHANNEL_MASK,
    CHANNEL_SHIFT,
    CHANNELS,
    OTHER,
    RETURN,
    SELF,
    Array,
    Bytes,
    Ints,
    Short,
)

_DICTIONARIES = ["source", "payer_bank", "payee_bank", "currency", "channel"]
NEEDED = [
    "record_id", "source", "received_at", "time", "payer_bank", "payer", "payee_bank", "payee", "amount",
    "currency", "channel", "end_to_end_id", "uetr", "device_id",
]  # fmt: skip
HOME_CURRENCY = "THB"
NO_REFERENCE = ("", "NOTPROVIDED")


@dataclass(frozen=True)
class TransferDay:
    """One day's transfers in order; columns as in the index. Hashes are 0 where a row has no such text."""

    t: Ints
    payer: Short
    payee: Short
    amount: Ints
    flags: Bytes
    received: Ints
    correction: Array
    source: Array
    record: U64
    uetr: U64
    end_to_end: U64
    device: Short
    record_ids: pa.Array
    new_accounts: pa.RecordBatch


class NumberGiver(Protocol):
    """Gives numbers to hashes; see `names.Numbers.assign`."""

    def assign_numbers(self, wanted: U64) -> tuple[Short, Array]: ...
    def list_own_hashes(self) -> U64: ...


@dataclass
class Registry:
    """The numbers given so far: to accounts, devices and sources."""

    keys: dict[str, Key]
    accounts: NumberGiver
    devices: NumberGiver
    sources: list[str]


def iter_days(
    files: Sequence[LakeFile], registry: Registry, more: pa.Table | None = None
) -> Iterator[TransferDay]:
    """The rows of lake files, day by day in order of time, commit, file and row; `more` rows come after them."""
    # By day first: a day of transfers is what fits into memory. Within it by commit, which is the file order
    # that the trace promises at equal times.
    ordered = sorted(files, key=lambda file: (file.day, file.seq, file.name))
    by_day = {day: list(group) for day, group in groupby(ordered, key=lambda file: file.day)}
    others = _by_day(more) if more is not None and more.num_rows else {}
    for day in sorted(by_day.keys() | others.keys()):
        yield _build_day(_load_files(by_day.get(day, []), others.get(day)), registry)


def _by_day(rows: pa.Table) -> dict[date, pa.Table]:
    encoded = _encode_dictionaries(rows.select([*NEEDED, "correction"]))
    day = pc.cast(rows["time"], pa.date32()).combine_chunks()
    return {one.as_py(): encoded.filter(pc.equal(day, one)) for one in pc.unique(day)}


def _load_files(files: list[LakeFile], more: pa.Table | None) -> pa.Table:
    parts = [] if more is None else [more]
    for file in files:
        part = original.load_columns(file, NEEDED, read_dictionary=_DICTIONARIES)
        corrects = pa.repeat(pa.scalar(file.corrections > 0), len(part))
        parts.insert(len(parts) - (more is not None), part.append_column("correction", corrects))
    return _in_order(pa.concat_tables(parts).unify_dictionaries().combine_chunks())


def _in_order(table: pa.Table) -> pa.Table:
    t = to_micros(table["time"])
    # Files are written in order of time, so a day in one file is in order already.
    if bool((t[1:] < t[:-1]).any()):
        table = table.take(pa.array(np.argsort(t, kind="stable"))).combine_chunks()
    return table


def to_micros(column: pa.ChunkedArray) -> Ints:
    """Times as microseconds since 1970."""
    return column.cast(pa.int64()).to_numpy()  # type: ignore[no-any-return]


def to_satang(column: pa.ChunkedArray) -> Ints:
    """Money with two decimals as whole satang; 18 digits fit 64 bits."""
    if not len(column):
        return np.empty(0, np.int64)
    parts = [
        # Every second word: a decimal128 is two little-endian words, and 18 digits never need the upper one.
        np.frombuffer(c.buffers()[1], np.int64)[2 * c.offset : 2 * (c.offset + len(c)) : 2]
        for c in column.chunks
    ]
    return np.concatenate(parts)


def build_sorted_day(table: pa.Table, registry: Registry) -> TransferDay:
    """The given rows of transfers, with the column `correction`, in order of time; equal times keep their
    order.
    """
    return _build_day(_in_order(_encode_dictionaries(table).unify_dictionaries().combine_chunks()), registry)


def _encode_dictionaries(table: pa.Table) -> pa.Table:
    for name in _DICTIONARIES:
        if not pa.types.is_dictionary(table.schema.field(name).type):
            at = table.schema.get_field_index(name)
            table = table.set_column(at, name, table[name].dictionary_encode())
    return table


def _build_day(table: pa.Table, registry: Registry) -> TransferDay:
    keys = registry.keys
    currency = _foreign_currencies(table["currency"])
    # The home's currency hashes to 0 and so drops out of `hash_accounts`: an
    # account is then its bank and number.
    money = hash_texts(currency, keys["currency"])
    money[to_plain_texts(currency).to_numpy(zero_copy_only=False) == ""] = 0
    payer, payee, fresh = _number_accounts(table, money, currency, registry)
    flags = _channel_flags(table["channel"], payer, payee)
    record = hash_texts(table["record_id"], keys["record"])[:, 0].copy()
    # A bank may number a return as the payment it returns: it is no version of it, and no name of it.
    back = (flags >> CHANNEL_SHIFT) & CHANNEL_MASK == RETURN
    record[back] = ~record[back]
    return TransferDay(
        t=to_micros(table["time"]),
        payer=payer,
        payee=payee,
        amount=to_satang(table["amount"]),
        flags=flags,
        received=to_micros(table["received_at"]),
        correction=table["correction"].to_numpy(),
        source=_number_sources(table["source"], registry),
        record=record,
        uetr=_hash_references(table["uetr"], keys["record"]),
        end_to_end=_hash_references(table["end_to_end_id"], keys["record"]),
        device=_number_devices(table["device_id"], registry),
        record_ids=to_plain_texts(table["record_id"]),
        new_accounts=fresh,
    )


def _foreign_currencies(column: pa.ChunkedArray) -> pa.Array:
    """The currency where it is not the home's own, else an empty text."""
    array = column.combine_chunks()
    values = ["" if value in (HOME_CURRENCY, None) else value for value in array.dictionary.to_pylist()]
    return pa.DictionaryArray.from_arrays(array.indices, pa.array(values, pa.string()))


def _number_accounts(
    table: pa.Table, money: U64, currency: pa.Array, registry: Registry
) -> tuple[Short, Short, pa.RecordBatch]:
    """Numbers of payers and payees (-1 where a row names none), and the accounts seen for the first time."""
    banks, numbers, wanted = [], [], []
    for side in ("payer", "payee"):
        bank, number = table[f"{side}_bank"], to_plain_texts(table[side])
        side_hashes = hash_accounts(
            hash_texts(bank, registry.keys["bank"]), hash_texts(number, registry.keys["number"]), money
        )
        banks.append(to_plain_texts(bank))
        numbers.append(number)
        wanted.append(side_hashes)
    ids, first = registry.accounts.assign_numbers(np.concatenate(wanted))
    rows = table.num_rows
    batch = pa.record_batch(
        {
            "bank": _new_account_texts(banks, first, rows),
            "number": _new_account_texts(numbers, first, rows),
            "currency": to_plain_texts(currency).take(pa.array(first % max(rows, 1))),
        }
    )
    # Row by row only where some text is empty at all: offsets of equal
    # neighbours say so without reading texts.
    for at, number in enumerate(numbers):
        if _has_empty(number):
            ids[at * rows : (at + 1) * rows][_equals_text(number, "")] = -1
    return ids[:rows], ids[rows:], batch


def _has_empty(texts: pa.Array) -> bool:
    ends = np.frombuffer(texts.buffers()[1], np.int32)[texts.offset : texts.offset + len(texts) + 1]
    return bool((ends[1:] == ends[:-1]).any())


def _new_account_texts(sides: list[pa.Array], first: Array, rows: int) -> pa.Array:
    low = first < rows
    return pa.concat_arrays(
        [sides[0].take(pa.array(first[low])), sides[1].take(pa.array(first[~low] - rows))]
    )


def _channel_flags(column: pa.ChunkedArray, payer: Short, payee: Short) -> Bytes:
    array = column.combine_chunks()
    codes = [CHANNELS.index(v) if v in CHANNELS else OTHER for v in array.dictionary.to_pylist()]
    rows = array.indices.fill_null(len(codes)).to_numpy(zero_copy_only=False)
    flags = (np.array([*codes, OTHER], np.uint8) << CHANNEL_SHIFT)[rows]
    flags[(payer == payee) & (payer >= 0)] |= SELF
    found: Bytes = flags
    return found


def _number_sources(column: pa.ChunkedArray, registry: Registry) -> Array:
    array = column.combine_chunks()
    for name in array.dictionary.to_pylist():
        if name not in registry.sources:
            registry.sources.append(name)
    codes = np.array([registry.sources.index(name) for name in array.dictionary.to_pylist()], np.uint16)
    found: Array = codes[array.indices.to_numpy(zero_copy_only=False)]
    return found


def _hash_references(column: pa.ChunkedArray, key: Key) -> U64:
    """A reference's hash, 0 where there is none; empty where no row has one."""
    # Most banks send none: an empty column is not stored, not hashed and not searched.
    if column.null_count == len(column):
        return np.empty(0, np.uint64)
    texts = to_plain_texts(column)
    reference_hashes = hash_texts_short(texts, key)
    for empty in NO_REFERENCE:
        reference_hashes[_equals_text(texts, empty)] = 0
    return reference_hashes


def hash_texts_short(texts: pa.Array, key: Key) -> U64:
    """64 bits of each text."""
    return hash_texts(texts, key)[:, 0].copy()


def _equals_text(texts: pa.Array, value: str) -> Array:
    return pc.equal(texts, value).to_numpy(zero_copy_only=False)  # type: ignore[no-any-return]


def _number_devices(column: pa.ChunkedArray, registry: Registry) -> Short:
    """Numbers of devices, -1 where a row names none; empty where no row does."""
    if column.null_count == len(column):
        return np.empty(0, np.int32)
    texts = to_plain_texts(column)
    numbers, _ = registry.devices.assign_numbers(hash_texts(texts, registry.keys["device"]))
    numbers[_equals_text(texts, "")] = -1
    return numbers
