"""The folder of the runs of known records: whether they still match the log, and how they are rebuilt."""

import hashlib
import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from warroom.lake import original, runs, sync
from warroom.lake.commit import LakeFile, LakeState, Tree
from warroom.lake.hashing import U64, as_one_chunk, derive_key, hash_contents_and_marks, hash_record_ids
from warroom.lake.identity import SPILL
from warroom.lake.log import CommitLog
from warroom.lake.runs import WIDTH, KeyRun
from warroom.records.table import Table
from warroom.records.tables import TABLES


class KnownKeys:
    """The runs of a home's lake; only the writer touches them."""

    def __init__(self, root: Path, log: CommitLog, secret: bytes) -> None:
        self._folder, self._log, self._secret = root / "keys", log, secret
        self._opened: dict[Path, tuple[tuple[int, int], KeyRun]] = {}

    def make_entries(self, rows: pa.Table, table: Table) -> U64:
        """The entries of rows in one chunk a column: identity, content, received_at, mark; shape (rows, 5)."""
        out = np.empty((rows.num_rows, WIDTH), np.uint64)
        out[:, :2] = self.hash_record_ids(rows)
        out[:, 2], out[:, 4] = self.hash_contents(rows, table)
        out[:, 3] = get_received_micros(rows).view(np.uint64)
        return out

    def hash_record_ids(self, rows: pa.Table) -> U64:
        """The keyed 128 bits of each record number."""
        return hash_record_ids(as_one_chunk(rows["record_id"]), derive_key(self._secret, "identity"))

    def hash_contents(self, rows: pa.Table, table: Table) -> tuple[U64, U64]:
        """The keyed 64 bits of each row's own columns, and its mark: some bits of each column that says what it is about."""
        return hash_contents_and_marks(rows, table, self._secret)

    def load_runs(self, table: str, source: str) -> list[KeyRun]:
        """All runs of a table and source, the oldest first, after building what is missing."""
        state = self._log.load_state()
        mark = state.touched.get((table, source))
        card = self._read_card(table, source)
        if mark is None:
            return []
        # Anything that does not fit is thrown away: the runs are a cache of the lake,
        # and a wrong one loses records.
        if card is None or not self._is_continued_by(card, mark, table):
            shutil.rmtree(self.folder_of(table, source), ignore_errors=True)
            card = {"mark": (0, ""), "runs": []}
        known = [self._open_run(self.folder_of(table, source) / name) for name in card["runs"]]
        if tuple(card["mark"]) == mark:
            return known
        files = [file for file in list_source_files(state, table, source) if file.seq > card["mark"][0]]
        return self.publish_runs(table, source, known, self._build_runs(files, source), mark)

    def publish_runs(
        self, table: str, source: str, known: list[KeyRun], new: list[KeyRun], mark: tuple[int, str]
    ) -> list[KeyRun]:
        """Move new runs to the known ones and record that they cover the log up to `mark`."""
        folder = self.folder_of(table, source)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        moved = []
        for number, run in enumerate(new):
            target = folder / f"{mark[0]:08}-{number:04}.npy"
            # Numbered by commit, so that a killed publication's files are overwritten by the
            # next one's, not taken for runs.
            run.path.rename(target)
            moved.append(replace(run, path=target))
        everything = runs.limit_runs([*known, *moved])
        names = [run.path.name for run in everything]
        card = {
            "table": table,
            "source": source,
            "mark": mark,
            "runs": names,
            "shape": _describe_entry(table),
        }
        # The card last: until it names them, the moved files do not count and the old runs are still valid.
        sync.replace_unsynced(folder / "card.json", json.dumps(card).encode())
        # Those merged away, and what a killed process moved here and never named.
        for path in folder.glob("*.npy"):
            if path.name not in names:
                path.unlink()
                self._opened.pop(path, None)
        self._opened |= {run.path: (_make_file_mark(run.path), run) for run in everything}
        return everything

    def drop_runs(self, table: str, source: str) -> None:
        """Drop the runs of a table and source; the next writer builds them from the lake."""
        shutil.rmtree(self.folder_of(table, source), ignore_errors=True)

    def advance_mark(self, table: str, source: str, before: tuple[int, str], after: tuple[int, str]) -> None:
        """Let runs that covered the log up to `before` cover it up to `after`, a commit that moved rows and changed none."""
        card = self._read_card(table, source)
        if card is not None and tuple(card["mark"]) == before:
            sync.replace_unsynced(
                self.folder_of(table, source) / "card.json", json.dumps({**card, "mark": after}).encode()
            )

    def folder_of(self, table: str, source: str) -> Path:
        """The folder of a source's runs, named by a hash, since a source's name may contain any character."""
        return self._folder / f"{table}-{hashlib.sha256(source.encode()).hexdigest()[:16]}"

    def _open_run(self, path: Path) -> KeyRun:
        """A run, opened once: its file never changes, but another process may have replaced it."""
        mark, run = self._opened.get(path, ((0, 0), None))
        if run is None or mark != _make_file_mark(path):
            run = KeyRun.open(path)
            self._opened[path] = (_make_file_mark(path), run)
        return run

    def _read_card(self, table: str, source: str) -> Tree | None:
        try:
            card: Tree = json.loads((self.folder_of(table, source) / "card.json").read_bytes())
        except (OSError, ValueError):
            return None
        # Runs from before entries had marks are rebuilt: without marks nothing shows that a number was used for
        # another record.
        return card if card.get("shape") == _describe_entry(table) else None

    def _is_continued_by(self, card: Tree, mark: tuple[int, str], table: str) -> bool:
        """Whether the runs cover this very log up to their mark, and nothing they cover was removed since."""
        seq, sha256 = card["mark"]
        if (seq, sha256) == mark:
            return True
        # The hash of the commit, not its number alone: after a restore number 70 may be another commit.
        path = self._log.path_of(seq)
        if not path.exists() or hashlib.sha256(path.read_bytes()).hexdigest() != sha256:
            return False
        between = (
            self._log.load_signed_file(self._log.path_of(later))[0] for later in range(seq + 1, mark[0] + 1)
        )
        # An erasure removed rows whose keys stay in the runs: their records, delivered again, would be
        # duplicates of nothing. A compaction only moves rows, for which there is `advance_mark`.
        return not any(stone["table"] == table for commit in between for stone in commit["removed"])

    def _build_runs(self, files: list[LakeFile], source: str) -> list[KeyRun]:
        """Runs of a source's rows in these files, written into the folder of its runs under draft names."""
        if not files:
            return []
        table = TABLES[files[0].table]
        folder = self.folder_of(table.name, source)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        written: list[KeyRun] = []
        for entries in _pack_entries(
            self.make_entries(rows, table) for rows in _iter_stored_rows(files, table, source)
        ):
            path = folder / f"building-{len(written):04}.npy"
            written.append(runs.write_run(path, entries))
            sync.sync_path(path)
        return written


def _describe_entry(table: str) -> list[Any]:
    """What an entry is made of."""
    return [WIDTH, *(column.name for column in TABLES[table].identifying_columns)]


def _make_file_mark(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_ino, status.st_mtime_ns


def get_received_micros(rows: pa.Table) -> npt.NDArray[np.int64]:
    """received_at in microseconds."""
    micros: npt.NDArray[np.int64] = as_one_chunk(rows["received_at"]).cast(pa.int64()).to_numpy()
    return micros


def list_source_files(state: LakeState, table: str, source: str) -> list[LakeFile]:
    """The files that hold rows of a table and source."""
    return [file for file in state.files.values() if file.table == table and source in file.sources]


def _pack_entries(parts: Iterator[U64]) -> Iterator[U64]:
    """Arrays of up to SPILL entries."""
    kept: list[U64] = []
    for part in parts:
        kept.append(part)
        if sum(map(len, kept)) >= SPILL:
            yield np.concatenate(kept)
            kept = []
    if kept:
        yield np.concatenate(kept)


def _iter_stored_rows(files: list[LakeFile], table: Table, source: str) -> Iterator[pa.Table]:
    """The stored rows of a source in the order they came: a commit's corrections follow what they correct."""

    def get_load_order(file: LakeFile) -> tuple[int, bool]:
        return file.seq, file.corrections > 0

    columns = table.schema.names
    for (_, corrections), group in groupby(sorted(files, key=get_load_order), key=get_load_order):
        tables = (original.load_columns(file, columns) for file in group)
        for rows in [pa.concat_tables(tables)] if corrections else tables:
            mine = rows.filter(pc.equal(rows["source"], source))
            if corrections:
                mine = mine.sort_by([("delivery_id", "ascending"), ("line", "ascending")])
            yield mine.combine_chunks()
