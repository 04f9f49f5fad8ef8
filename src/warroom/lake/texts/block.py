"""A block of the index: up to 65,536 rows of one table, and for each gram of three letters the rows that
contain it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from warroom.lake.texts.fold import FIELD, ROW
from warroom.lake.texts.query import GRAM, TextQuery, Units

ROWS = 1 << 16
"""Rows of a block: their numbers fit two bytes, which halves the index."""
BATCH = 512
"""Rows unpacked at a time to show one."""
_ROW, _FIELD = np.uint64(ord(ROW)), np.uint64(ord(FIELD))
_16, _32 = np.uint64(16), np.uint64(32)
_TYPES: dict[str, Any] = {"keys": np.uint64, "starts": np.uint32, "rows": np.uint16}

Numbers = npt.NDArray[Any]


def build_grams(texts: Sequence[str]) -> tuple[Numbers, Numbers, Numbers]:
    """Every three units in a row in folded texts: sorted keys, where each key's rows begin, and the rows.

    Two separators follow each text, so that its last two letters begin a gram too: any two letters are found
    as a range of keys.
    """
    # UTF-16, so that nearly every sign is one number: three of them and a row fit 64 bits, and
    # sorting those is all the work.
    units = np.frombuffer((ROW * 2).join([*texts, ""]).encode("utf-16-le"), np.uint16).astype(np.uint64)
    if len(units) < GRAM:
        return np.empty(0, np.uint64), np.zeros(1, np.uint32), np.empty(0, np.uint16)
    row = np.cumsum(units == _ROW)[:-2].astype(np.uint64) // np.uint64(2)
    first, second, third = units[:-2], units[1:-1], units[2:]
    third = np.where(second == _ROW, _ROW, third)
    begins = (first != _ROW) & (first != _FIELD)
    pairs = ((first << _32 | second << _16 | third) << _16 | row)[begins]
    pairs.sort()
    pairs = pairs[np.concatenate([[True], pairs[1:] != pairs[:-1]])] if len(pairs) else pairs
    keys = pairs >> _16
    starts = (
        np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1]]))
        if len(keys)
        else np.empty(0, np.int64)
    )
    return keys[starts], np.append(starts, len(keys)).astype(np.uint32), pairs.astype(np.uint16)


def write_block(folder: Path, number: int, rows: pa.Table, texts: Sequence[str] | None) -> None:
    """Write a block: its rows, and the grams of their texts where the table has words."""
    # Compressed in pieces of `BATCH` rows: showing one record unpacks one piece.
    options = pa.ipc.IpcWriteOptions(compression="zstd")
    with pa.ipc.new_file(str(folder / f"{number}.arrow"), rows.schema, options=options) as out:
        out.write_table(rows, max_chunksize=BATCH)
    if texts is not None:
        for name, values in zip(_TYPES, build_grams(texts), strict=True):
            np.ascontiguousarray(values, _TYPES[name]).tofile(folder / f"{number}.{name}")


@dataclass(frozen=True)
class TextBlock:
    """An opened block. `files` are the lake's files its rows come from, in order, each with where its rows end."""

    table: str
    first: int
    files: tuple[tuple[str, int], ...]
    last_time: int
    keys: Numbers
    starts: Numbers
    rows: Numbers
    batches: Any

    @classmethod
    def open(cls, folder: Path, number: int, meta: dict[str, Any]) -> "TextBlock":
        """Map a block into memory: the folder may go while it is in use."""
        arrays = {name: _map_array(folder / f"{number}.{name}", kind) for name, kind in _TYPES.items()}
        opened = pa.ipc.open_file(pa.memory_map(str(folder / f"{number}.arrow")))
        files = tuple((name, end) for name, end in meta["files"])
        return cls(meta["table"], number << 16, files, meta["last_time"], batches=opened, **arrays)

    def find_candidates(self, query: TextQuery) -> Numbers:
        """Rows that hold all grams of all words, ascending: nearly all of them hold the words."""
        lists: list[Numbers] = []
        for word in query.word_units:
            word_lists = self._find_row_lists(word)
            if word_lists is None:
                return np.empty(0, np.uint16)
            lists += word_lists
        # From the rarest on: each further list can only make the result shorter.
        lists.sort(key=len)
        kept = lists[0]
        table = np.zeros(ROWS, np.bool_)
        for other in lists[1:]:
            if not len(kept):
                break
            # A table of all rows instead of sorted intersections: set, ask, and
            # clear what was set. It never grows.
            table[other] = True
            kept = kept[table[kept]]
            table[other] = False
        return kept

    def _find_row_lists(self, word: Units) -> list[Numbers] | None:
        if len(word) < GRAM:
            return [self._find_by_prefix(word)]
        units = word.astype(np.uint64)
        wanted = np.unique(units[:-2] << _32 | units[1:-1] << _16 | units[2:])
        # `wanted` is sorted, so the last place is the largest: one comparison guards the look-up below.
        at = np.searchsorted(self.keys, wanted)
        if not len(self.keys) or at[-1] >= len(self.keys) or bool((self.keys[at] != wanted).any()):
            return None
        return [self.rows[self.starts[place] : self.starts[place + 1]] for place in at.tolist()]

    def _find_by_prefix(self, word: Units) -> Numbers:
        """Rows with a gram that begins with a word shorter than a gram."""
        low = sum(int(unit) << (32 - 16 * place) for place, unit in enumerate(word))
        high = low + (1 << (32 - 16 * (len(word) - 1)))
        first, last = np.searchsorted(self.keys, np.array([low, high], np.uint64)).tolist()
        return np.unique(self.rows[self.starts[first] : self.starts[last]]) if len(self.keys) else self.rows

    def load_row(self, number: int, opened: dict[tuple[int, int], pa.RecordBatch]) -> dict[str, Any]:
        """One row; what was unpacked for it is kept in `opened` for its neighbours."""
        key = (id(self), number // BATCH)
        if key not in opened:
            opened[key] = self.batches.get_batch(number // BATCH)
        one: dict[str, Any] = opened[key].slice(number % BATCH, 1).to_pylist()[0]
        return one

    def get_file_name(self, number: int) -> str:
        """The lake's file a row comes from."""
        return next(name for name, end in self.files if number < end)


def _map_array(path: Path, kind: Any) -> Numbers:
    if not path.exists() or path.stat().st_size == 0:
        return np.empty(0, kind)
    return np.asarray(np.memmap(path, kind, "r"))
