"""One segment of the index on disk: plain arrays, mapped into memory, and texts as Arrow files."""

import json
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import pyarrow as pa

from warroom.money.index import lookup
from warroom.money.index.lookup import Lookup
from warroom.money.index.transfer_graph import Array, Segment

KINDS: dict[str, Any] = {
    "ptr": np.int64, "t": np.int64, "amount": np.int64, "peer": np.int32, "transfer": np.uint32, "flags": np.uint8,
    "received": np.int64, "received_by": np.int64, "place": np.uint32, "source": np.uint16, "device": np.int32,
    "until_key": np.int64, "until_at": np.int64, "copy_key": np.int64, "copy_of": np.int64,
    "charge_key": np.int64, "charge_by": np.int64, "charge": np.int64, "apart_key": np.int64, "apart_of": np.int64,
    "account_second": np.uint64, "device_second": np.uint64,
}  # fmt: skip
LOOKUPS = ("record", "uetr", "end_to_end", "account", "device", "ending")
NOWHERE = np.iinfo(np.uint32).max


def load_array(folder: Path, name: str) -> Array:
    """An array of the folder. Pages are mapped copy-on-write: marks made in memory never reach the file."""
    path = folder / f"{name}.bin"
    if not path.exists() or path.stat().st_size == 0:
        return np.empty(0, KINDS[name])
    return np.asarray(np.memmap(path, KINDS[name], "c"))


def save_array(folder: Path, name: str, values: Array) -> None:
    """Write a whole array."""
    np.ascontiguousarray(values, KINDS[name]).tofile(folder / f"{name}.bin")


class TextRows(Protocol):
    """Rows of texts, in memory or in a mapped file."""

    def read_texts(self, rows: Sequence[int], column: str) -> list[str]: ...


class StoredTexts:
    """Rows of texts in an Arrow file of many batches, reached by row number without reading the file."""

    def __init__(self, path: Path) -> None:
        self._file = pa.ipc.open_file(pa.memory_map(str(path)))
        self._starts: list[int] = np.fromfile(path.with_suffix(".starts"), np.int64).tolist()
        self._opened: dict[tuple[int, str], tuple[memoryview, memoryview]] = {}

    def _open_batch(self, batch: int, column: str) -> tuple[memoryview, memoryview]:
        """Where each text of a column in a batch begins, and their bytes: views of mapped pages, kept open."""
        opened = self._opened.get((batch, column))
        if opened is None:
            texts = self._file.get_batch(batch).column(column)
            _, bounds, content = texts.buffers()
            bounds = memoryview(bounds).cast("i")[texts.offset :]
            opened = self._opened[batch, column] = (bounds, memoryview(content or b""))
        return opened

    def read_texts(self, rows: Sequence[int], column: str) -> list[str]:
        """The texts of a column at these rows; a text that is missing is empty."""
        # Few rows of many batches are asked for: Arrow's own take costs as much for one row of a batch as for hundreds.
        texts = []
        for row in rows:
            batch = bisect_right(self._starts, row) - 1
            bounds, content = self._open_batch(batch, column)
            place = row - self._starts[batch]
            texts.append(str(content[bounds[place] : bounds[place + 1]], "utf-8"))
        return texts


class TextWriter:
    """Writes batches of texts to be read by `StoredTexts`; empty batches are left out."""

    def __init__(self, path: Path, columns: Sequence[str]) -> None:
        schema = pa.schema([(name, pa.string()) for name in columns])
        self._path, self._starts, self.rows = path, [0], 0
        self._writer = pa.ipc.new_file(str(path), schema)

    def write_batch(self, batch: pa.RecordBatch) -> None:
        if batch.num_rows:
            self._writer.write_batch(batch)
            self.rows += batch.num_rows
            self._starts.append(self.rows)

    def close(self) -> None:
        self._writer.close()
        np.array(self._starts[:-1], np.int64).tofile(self._path.with_suffix(".starts"))


@dataclass(frozen=True)
class OpenSegment:
    """An opened segment folder. Transfers and accounts of a delta are numbered on from those of its base."""

    path: Path
    meta: dict[str, Any]
    segment: Segment
    arrays: dict[str, Array]
    lookups: dict[str, Lookup]
    records: TextRows
    accounts: TextRows

    @classmethod
    def load(cls, path: Path) -> "OpenSegment":
        """Map everything at once: the folder may be replaced by a newer one while this is in use."""
        arrays = {name: load_array(path, name) for name in KINDS}
        if not len(arrays["ptr"]):
            arrays["ptr"] = np.zeros(1, np.int64)
        return cls(
            path=path,
            meta=json.loads((path / "meta.json").read_text()),
            segment=Segment(**{name: arrays[name] for name in Segment._fields}),
            arrays=arrays,
            lookups={name: lookup.load_lookup(path / name) for name in LOOKUPS},
            records=StoredTexts(path / "records.arrow"),
            accounts=StoredTexts(path / "accounts.arrow"),
        )

    @property
    def place(self) -> Array:
        return self.arrays["place"]

    @property
    def source(self) -> Array:
        return self.arrays["source"]

    @property
    def device(self) -> Array:
        return self.arrays["device"]

    def find_payers(self, place: Array) -> Array:
        """Payers of the postings at these places: the account whose posting it is, or its peer (-1: unknown)."""
        # A posting does not say whose it is; `ptr` does, at the cost of a search,
        # and saves four bytes a posting.
        own = np.searchsorted(self.segment.ptr, place, "right") - 1
        return np.where(self.segment.flags[place] & 1, own, self.segment.peer[place])

    def find_payees(self, place: Array) -> Array:
        """Payees of the postings at these places."""
        own = np.searchsorted(self.segment.ptr, place, "right") - 1
        return np.where(self.segment.flags[place] & 1, self.segment.peer[place], own)
