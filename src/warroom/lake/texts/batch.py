"""A batch of the index: the rows of some files of the lake in blocks, and where each number and name is said."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from warroom import files as disk
from warroom.lake import original
from warroom.lake.commit import LakeFile
from warroom.lake.hashing import hash_record_ids
from warroom.lake.texts import block, naming
from warroom.lake.texts.block import ROWS, Numbers, TextBlock
from warroom.lake.texts.declared import SEARCHED
from warroom.lake.texts.fold import FIELD, ROW, fold_text
from warroom.records.tables import TABLES

# Version of a batch's files: an index of another version is rebuilt.
FORMAT = 1
LETTERS = 8_000_000
"""Letters of a block at most: about 400 MB while it is sorted."""
AT_ONCE = 2_000
"""Texts folded in one go: longer, and requests would wait for the interpreter."""

Key = tuple[Any, Any]


def build_batch(folder: Path, files: Sequence[LakeFile], key: Key) -> None:
    """Write the index of some files into an empty folder."""
    by_table: dict[str, list[LakeFile]] = defaultdict(list)
    for file in sorted(files, key=lambda file: (file.day, file.seq, file.name)):
        by_table[file.table].append(file)
    metas: list[dict[str, Any]] = []
    named: list[tuple[Numbers, Numbers]] = []
    for table, mine in sorted(by_table.items()):
        for rows, parts in _iter_blocks(table, mine):
            named.append(_write_block(folder, len(metas), table, rows, key))
            last = max(file.last_time for file, _ in parts)
            metas.append(
                {"table": table, "files": [[file.name, end] for file, end in parts], "last_time": last}
            )
    _write_names(folder, named)
    # `index.forget_files` goes by these names: every file with a row in here has to be among them.
    listed = {file.name: file.sha256 for file in files}
    corrected = sorted({file.table for file in files if file.corrections})
    meta = {
        "format": FORMAT,
        "files": listed,
        "rows": sum(f.rows for f in files),
        "corrected": corrected,
        "blocks": metas,
    }
    disk.write_atomically(folder / "meta.json", json.dumps(meta).encode())


def _iter_blocks(
    table: str, files: Sequence[LakeFile]
) -> Iterator[tuple[pa.Table, list[tuple[LakeFile, int]]]]:
    """The rows of a table's files in blocks, each with the files its rows come from and where they end."""
    waiting: list[pa.Table] = []
    parts: list[tuple[LakeFile, int]] = []
    count = letters = 0
    for file in files:
        for rows, size in _iter_pieces(table, file):
            if waiting and (count + rows.num_rows > ROWS or letters + size > LETTERS):
                yield pa.concat_tables(waiting), parts
                waiting, parts, count, letters = [], [], 0, 0
            count, letters = count + rows.num_rows, letters + size
            waiting.append(rows)
            parts.append((file, count))
    if waiting:
        yield pa.concat_tables(waiting), parts


def _iter_pieces(table: str, file: LakeFile) -> Iterator[tuple[pa.Table, int]]:
    """Pieces of a file, each with about how many letters its words have."""
    columns = [name for name in TABLES[table].schema.names if name != "sha256"]
    schema = pa.schema([TABLES[table].schema.field(name) for name in columns])
    rows = original.load_columns(file, columns).cast(schema)
    for start in range(0, rows.num_rows, AT_ONCE):
        piece = rows.slice(start, AT_ONCE)
        letter_counts = (pc.sum(pc.utf8_length(piece[name])).as_py() or 0 for name in SEARCHED[table].words)
        yield piece, sum(letter_counts)


def _write_block(folder: Path, number: int, table: str, rows: pa.Table, key: Key) -> tuple[Numbers, Numbers]:
    searched = SEARCHED[table]
    rows = rows.combine_chunks()
    texts = _fold_rows(rows, searched.words) if searched.words else None
    block.write_block(folder, number, rows, texts)
    name_forms = [naming.make_row_forms(rows, searched)]
    if texts is not None:
        name_forms.append(naming.find_forms_in_texts(texts))
    hashed = np.concatenate([hash_record_ids(names, key)[:, 0] for names, _ in name_forms])
    places = np.concatenate([row for _, row in name_forms]) + (number << 16)
    return hashed, places.astype(np.uint32)


def _fold_rows(rows: pa.Table, words: Sequence[str]) -> list[str]:
    """The words of each row, folded, the columns parted."""
    columns = []
    for name in words:
        column = rows[name].fill_null("")
        for sign in (ROW, FIELD):
            column = pc.replace_substring(column, pattern=sign, replacement=" ")
        columns.append(column)
    joined = pc.binary_join_element_wise(*columns, FIELD).to_pylist()
    made: list[str] = []
    for start in range(0, len(joined), AT_ONCE):
        made += fold_text(ROW.join(joined[start : start + AT_ONCE])).split(ROW)
    return made


def _write_names(folder: Path, named: Sequence[tuple[Numbers, Numbers]]) -> None:
    hashed = np.concatenate([np.empty(0, np.uint64), *(one for one, _ in named)])
    places = np.concatenate([np.empty(0, np.uint32), *(one for _, one in named)])
    # Stable: places of one name stay ascending, and are merged without sorting at each search.
    order = np.argsort(hashed, kind="stable")
    hashed[order].tofile(folder / "names.hash")
    places[order].tofile(folder / "names.place")


@dataclass(frozen=True)
class TextBatch:
    """An opened batch."""

    path: Path
    meta: dict[str, Any]
    blocks: tuple[TextBlock, ...]
    hashes: Numbers
    places: Numbers

    @classmethod
    def open(cls, path: Path) -> "TextBatch":
        meta = json.loads((path / "meta.json").read_bytes())
        blocks = tuple(TextBlock.open(path, number, one) for number, one in enumerate(meta["blocks"]))
        hashes = block._map_array(path / "names.hash", np.uint64)
        return cls(path, meta, blocks, hashes, block._map_array(path / "names.place", np.uint32))

    @property
    def files(self) -> dict[str, str]:
        """The lake's files it was made of, each with its sha256."""
        named: dict[str, str] = self.meta["files"]
        return named

    def find_places(self, wanted: Numbers) -> Numbers:
        """The places of rows that say one of these hashes, ascending."""
        low = np.searchsorted(self.hashes, wanted, "left")
        high = np.searchsorted(self.hashes, wanted, "right")
        said = high > low
        pairs = zip(low[said].tolist(), high[said].tolist(), strict=True)
        return _union_places(self.places[start:end] for start, end in pairs)


def _union_places(parts: Iterable[Numbers]) -> Numbers:
    found = list(parts)
    return np.unique(np.concatenate(found)) if found else np.empty(0, np.uint32)
