"""Builds a segment of the index from files of the lake: read day by day, then sorted by account by counting.

Memory stays bounded by a day of transfers and the tables of accounts; the rest are mapped files.
"""

import json
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa

from warroom.lake.commit import LakeFile
from warroom.money.index import lookup
from warroom.money.index.endings import Endings, write_endings
from warroom.money.index.folder import KINDS, NOWHERE, OpenSegment, TextWriter, save_array
from warroom.money.index.names import Key
from warroom.money.index.pairing import find_pairings
from warroom.money.index.rows import Registry, TransferDay, iter_days
from warroom.money.index.segment import (
    compute_latest_receipts,
    count_postings,
    make_empty_segment,
    note_places,
    scatter_postings,
    sort_arrivals_first,
)
from warroom.money.index.transfer_graph import COPY, CORRECTED, Array, Ints

# Version of a segment's files: an index of another version is rebuilt.
FORMAT = 5
RANGE = 20_000_000
"""Postings sorted at a time, 25 bytes each: random writes need them in memory, not in a mapped file."""
SORTED = ("t", "amount", "peer", "transfer", "flags")
NO_TIMES = np.empty(0, np.int64)
RAW = {
    "t": np.int64, "payer": np.int32, "payee": np.int32, "amount": np.int64, "flags": np.uint8,
    "received": np.int64, "correction": np.bool_, "source": np.uint16, "record": np.uint64, "uetr": np.uint64,
    "end_to_end": np.uint64, "device": np.int32,
}  # fmt: skip
SPARSE = {"uetr": 0, "end_to_end": 0, "device": -1}


@dataclass
class SegmentMeta:
    """What a segment was built from and how much is in it."""

    files: dict[str, str]
    rows: int = 0
    accounts: int = 0
    first: int = 0
    first_account: int = 0
    first_device: int = 0
    last_received: int = 0
    sources: list[str] = field(default_factory=list)
    paying: list[str] | None = None
    """Banks whose accounts pay; None where they are unknown."""
    format: int = FORMAT


class ColumnFiles:
    """The columns of all transfers in order, written day by day and then mapped."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.rows = folder, 0
        self._files = {name: (folder / f"raw.{name}").open("wb") for name in RAW}
        self._used: set[str] = set()

    def append_day(self, day: TransferDay) -> None:
        """Append a day; a sparse column nobody used so far is not written."""
        for name, kind in RAW.items():
            values: Array = getattr(day, name)
            if name in SPARSE:
                if not len(values) and name not in self._used:
                    continue
                # The first day with a value fills in all days before it. A bank that never
                # names devices costs no file of -1.
                if name not in self._used:
                    self._used.add(name)
                    self._fill_column(name, self.rows)
                if not len(values):
                    self._fill_column(name, len(day.t))
            np.ascontiguousarray(values, kind).tofile(self._files[name])
        self.rows += len(day.t)

    def _fill_column(self, name: str, rows: int) -> None:
        np.full(rows, SPARSE[name], RAW[name]).tofile(self._files[name])

    def close(self) -> None:
        for file in self._files.values():
            file.close()

    def read_column(self, name: str) -> Array:
        """A whole column, mapped; empty where nobody used it."""
        path = self.folder / f"raw.{name}"
        if path.stat().st_size == 0:
            return np.empty(0, RAW[name])
        return np.asarray(np.memmap(path, RAW[name], "c"))


def build_segment(
    folder: Path,
    files: Sequence[LakeFile],
    registry: Registry,
    base: OpenSegment | None,
    more: pa.Table | None = None,
) -> None:
    """Write a segment into an empty folder; `base` is the segment it continues, `more` are rows that are in
    no file.
    """
    meta = SegmentMeta({file.name: file.sha256 for file in files})
    if base is not None:
        meta.first, meta.first_account = base.meta["rows"], base.meta["accounts"]
        meta.first_device = len(base.lookups["device"].hash)
    endings = Endings()
    raw = _write_days(folder, iter_days(files, registry, more), registry, meta, endings)
    write_endings(folder, endings)
    meta.paying = endings.list_paying_banks(raw.read_column("payer"), meta.first_account, base)
    _sort_by_account(folder, raw, meta)
    _write_lookups(folder, raw, registry)
    _write_pairs(folder, raw, meta, base, registry.keys["record"])
    for path in folder.glob("raw.*"):
        path.unlink()
    (folder / "meta.json").write_text(json.dumps(asdict(meta)))


def _write_days(
    folder: Path, listed: Iterator[TransferDay], registry: Registry, meta: SegmentMeta, endings: Endings
) -> ColumnFiles:
    raw = ColumnFiles(folder)
    records = TextWriter(folder / "records.arrow", ["record_id"])
    accounts = TextWriter(folder / "accounts.arrow", ["bank", "number", "currency"])
    for day in listed:
        raw.append_day(day)
        records.write_batch(pa.record_batch({"record_id": day.record_ids}))
        accounts.write_batch(day.new_accounts)
        if day.new_accounts.num_rows:
            endings.add_accounts(day.new_accounts)
        meta.last_received = max(meta.last_received, int(day.received.max()))
    for writer in (raw, records, accounts):
        writer.close()
    meta.rows, meta.accounts = raw.rows, meta.first_account + accounts.rows
    meta.sources = registry.sources
    return raw


def _sort_by_account(folder: Path, raw: ColumnFiles, meta: SegmentMeta) -> None:
    payer, payee = raw.read_column("payer"), raw.read_column("payee")
    degree = np.zeros(meta.accounts + 1, np.int64)
    count_postings(degree, payer, payee)
    ptr = np.cumsum(degree)
    save_array(folder, "ptr", ptr)
    place = np.full(meta.rows, NOWHERE, KINDS["place"])
    t, amount, flags = (raw.read_column(name) for name in ("t", "amount", "flags"))
    outs = [(folder / f"{name}.bin").open("wb") for name in SORTED]
    # Every range reads all transfers once more, but in order. One pass that wrote at random over a file
    # larger than memory would wait for the disk at nearly every posting.
    for low, high in _split_account_ranges(ptr):
        start, end = int(ptr[low]), int(ptr[high])
        part = make_empty_segment(high - low, end - start, NO_TIMES)._replace(ptr=ptr[low : high + 1] - start)
        scatter_postings(part, part.ptr[:-1].copy(), low, t, payer, payee, amount, flags)
        sort_arrivals_first(part)
        note_places(part, start, place)
        for name, out in zip(SORTED, outs, strict=True):
            getattr(part, name).tofile(out)
    for out in outs:
        out.close()
    save_array(folder, "place", place)
    save_array(folder, "received_by", compute_latest_receipts(raw.read_column("received")))
    for name in ("received", "source", "device"):
        # These are by transfer already, so the raw column is the array; the link
        # lets `raw.column` still read it.
        (folder / f"raw.{name}").rename(folder / f"{name}.bin")
        (folder / f"raw.{name}").symlink_to(folder / f"{name}.bin")


def _split_account_ranges(ptr: Ints) -> Iterator[tuple[int, int]]:
    """Ranges of accounts with about RANGE postings each."""
    low, accounts = 0, len(ptr) - 1
    while low < accounts:
        high = int(np.searchsorted(ptr, ptr[low] + RANGE, "right")) - 1
        # One account may have more postings than a range: it is then a range of its own.
        high = min(max(high, low + 1), accounts)
        yield low, high
        low = high


def _write_lookups(folder: Path, raw: ColumnFiles, registry: Registry) -> None:
    numbers = np.arange(raw.rows, dtype=np.uint32)
    lookup.write_lookup(folder / "record", raw.read_column("record"), numbers)
    for name in ("uetr", "end_to_end"):
        column = raw.read_column(name)
        if len(column):
            # 0 stands for no reference; kept, all rows without one would be copies of each other.
            lookup.write_lookup(folder / name, column[column != 0], numbers[column != 0])
    for name in ("account", "device"):
        known = getattr(registry, f"{name}s").list_own_hashes()
        lookup.write_lookup(folder / name, known[:, 0], np.arange(len(known), dtype=np.uint32))
        save_array(folder, f"{name}_second", known[:, 1])


def _write_pairs(
    folder: Path, raw: ColumnFiles, meta: SegmentMeta, base: OpenSegment | None, key: Key
) -> None:
    references = {name: lookup.load_lookup(folder / name) for name in ("uetr", "end_to_end")}
    pairings = find_pairings(raw, references, meta.first, base, key)
    for name, values in pairings._asdict().items():
        save_array(folder, name, values)
    _mark_postings(folder, meta.first, pairings.until_key, CORRECTED)
    _mark_postings(folder, meta.first, np.append(pairings.copy_key, pairings.charge_key), COPY)


def _mark_postings(folder: Path, first: int, numbers: Ints, flag: int) -> None:
    """Set a flag on both postings of transfers of this segment."""
    if not len(numbers):
        return
    # The postings are sorted and written by now, so the marks are set in the file; both
    # postings of a transfer carry them.
    flags = np.memmap(folder / "flags.bin", np.uint8, "r+")
    transfer = np.memmap(folder / "transfer.bin", np.uint32, "r")
    marked = np.zeros(int(np.fromfile(folder / "place.bin", np.uint32).size), bool)
    marked[numbers[numbers >= first] - first] = True
    flags[marked[transfer]] |= flag


def make_draft_folder(parent: Path, name: str) -> Path:
    """An empty folder next to the others, which is filled and then renamed in one step."""
    folder = parent / f".{name}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700, parents=True)
    return folder
