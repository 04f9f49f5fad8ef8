"""Opening the text index: uses what is on disk, builds what is missing, and drops at once what the lake has
erased.

Batches grow with the deliveries: a new batch takes in those that are not larger than twice itself, so that
every row is written a few times at most and a search reads a few batches. Rows of a file that the lake no
longer has are never returned, even before their batch is rebuilt.
"""

import hashlib
import json
import shutil
import threading
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import numpy as np
import pyarrow as pa

from warroom import keys
from warroom.errors import HomeBusy
from warroom.home import Home, LastHomes
from warroom.lake.commit import LakeFile, LakeState
from warroom.lake.hashing import derive_key, hash_record_ids
from warroom.lake.texts.batch import FORMAT, Key, TextBatch, build_batch
from warroom.lake.texts.block import Numbers, TextBlock
from warroom.lake.texts.declared import SEARCHED, WORDS
from warroom.lake.texts.query import TextQuery
from warroom.lake.texts.record import IndexedRecord

LARGER = 2
"""A new batch takes in batches of up to so many times its rows."""
SMALL = 5_000
"""Up to so many new rows the first search indexes itself, which is quick; more are left to the background."""
_HIGH = np.uint64(32)

_OPEN: LastHomes["TextIndex"] = LastHomes()
_LOCK = threading.Lock()


@dataclass(frozen=True)
class TextIndex:
    """An opened index as of one commit of the lake.

    `missing_rows` counts rows of the lake that are not in it yet.
    """

    head: int
    key: Key
    batches: tuple[TextBatch, ...]
    files: frozenset[str]
    missing_rows: int
    corrected: frozenset[str]
    _opened: dict[tuple[int, int], pa.RecordBatch] = field(default_factory=dict, repr=False)

    def copy_for_request(self) -> "TextIndex":
        """The same for one request: what it unpacks is let go with it."""
        return TextIndex(self.head, self.key, self.batches, self.files, self.missing_rows, self.corrected)

    def find_places(self, forms: Collection[str]) -> Numbers:
        """The places of rows that name one of these forms, ascending."""
        if not forms:
            return np.empty(0, np.uint64)
        wanted = np.unique(hash_record_ids(pa.array(list(forms), pa.string()), self.key)[:, 0])
        place_lists = [
            batch.find_places(wanted).astype(np.uint64) | np.uint64(number) << _HIGH
            for number, batch in enumerate(self.batches)
        ]
        return np.concatenate([np.empty(0, np.uint64), *place_lists])

    def find_by_forms(
        self,
        forms: Collection[str],
        as_of: datetime | None = None,
        tables: Collection[str] = (),
        most: int = 200,
    ) -> list[IndexedRecord]:
        """Records that say one of these forms, the newest first, at most `most` of those `tables` (all where none)."""
        return sorted(
            self.load_records(self.find_places(forms), tables, most, as_of),
            key=lambda record: record.time,
            reverse=True,
        )

    def load_records(
        self, places: Numbers, tables: Collection[str] = (), most: int = 200, as_of: datetime | None = None
    ) -> list[IndexedRecord]:
        """The records at these places, the last first, at most `most` of those `tables` (all where none)."""
        records: list[IndexedRecord] = []
        for place in places[::-1].tolist():
            if tables and self._get_block(place).table not in tables:
                continue
            record = self._find_record(place, as_of)
            if record is not None:
                records.append(record)
            if len(records) == most:
                break
        return records

    def iter_matches(
        self, query: TextQuery, table: str, as_of: datetime | None = None, within: Numbers | None = None
    ) -> Iterator[IndexedRecord]:
        """Records of a table whose words hold the query, the newest blocks first; `within` some places alone."""
        for number, block in self._list_blocks(table):
            rows = block.find_candidates(query)
            if within is not None:
                rows = np.intersect1d(rows, _rows_inside(within, number, block))
            for row in rows[::-1].tolist():
                record = self._find_record(number << 32 | block.first | row, as_of)
                if record is not None and query.is_in_text(record.fold_words()):
                    yield record

    def _list_blocks(self, table: str) -> list[tuple[int, TextBlock]]:
        mine = [
            (n, one) for n, batch in enumerate(self.batches) for one in batch.blocks if one.table == table
        ]
        return sorted(mine, key=lambda pair: (pair[1].last_time, pair[1].first), reverse=True)

    def _get_block(self, place: int) -> TextBlock:
        return self.batches[place >> 32].blocks[(place & 0xFFFFFFFF) >> 16]

    def _find_record(self, place: int, as_of: datetime | None) -> IndexedRecord | None:
        """The record at a place, if it is still in the lake and no newer version of it was known then."""
        record = self._find_version(place, as_of)
        # Few tables are ever corrected: for all others the one version is the newest.
        if record is None or record.table not in self.corrected:
            return record
        same = (
            self._find_version(other, as_of) for other in self.find_places([f"r{record.record_id}"]).tolist()
        )
        versions = [
            version
            for version in same
            if version
            and (version.table, version.source, version.record_id)
            == (record.table, record.source, record.record_id)
        ]
        return record if max(versions, key=_make_version_key).place == place else None

    def _find_version(self, place: int, as_of: datetime | None) -> IndexedRecord | None:
        block, row = self._get_block(place), place & 0xFFFF
        # Erased or compacted away since: the batch still has it, an answer must not.
        if block.get_file_name(row) not in self.files:
            return None
        record = IndexedRecord(block.table, place, block.load_row(row, self._opened))
        return record if as_of is None or record.received_at <= as_of else None


def _make_version_key(record: IndexedRecord) -> tuple[datetime, str, int]:
    return record.received_at, record.delivery_id, record.values.get("line") or 0


def _rows_inside(places: Numbers, batch: int, block: TextBlock) -> Numbers:
    """The rows of a block among places."""
    first = batch << 32 | block.first
    low, high = np.searchsorted(places, np.array([first, first + (1 << 16)], np.uint64)).tolist()
    return places[low:high].astype(np.uint16)


def load_index(home: Home, state: LakeState) -> TextIndex:
    """The index as built, with the rows received since where they are few."""
    opened = _OPEN.get(home.root)
    if (
        opened is not None
        and opened.head == state.seq
        and (opened.missing_rows == 0 or opened.missing_rows > SMALL)
    ):
        return opened.copy_for_request()
    if opened is None or opened.head != state.seq:
        opened = _OPEN[home.root] = _open_index(home, state)
    if 0 < opened.missing_rows <= SMALL:
        opened = refresh_index(home, state)
    return opened.copy_for_request()


def refresh_index(home: Home, state: LakeState) -> TextIndex:
    """Bring the index up to the lake's state; who comes second waits for the first."""
    opened = _OPEN.get(home.root)
    if opened is not None and opened.head == state.seq and not opened.missing_rows:
        return opened
    # The lock of this process before that of the home: threads queue here, processes only look.
    with _LOCK, _try_build_lock(home) as alone:
        index = _open_index(home, state)
        missing = _list_missing_files(index.batches, state)
        stale = [batch for batch in index.batches if not _is_whole(batch, state)]
        if alone and (missing or stale):
            _grow_index(
                home,
                state,
                [kept_batch for kept_batch in index.batches if kept_batch not in stale],
                stale,
                index.key,
            )
            index = _open_index(home, state)
        _OPEN[home.root] = index
        return index


@contextmanager
def _try_build_lock(home: Home) -> Iterator[bool]:
    """Whether this process may build; if another server builds, its result is read once it is done."""
    with ExitStack() as stack:
        try:
            stack.enter_context(home.take_lock("texts"))
        except HomeBusy:
            yield False
            return
        yield True


def forget_files(home: Home, gone: Collection[str]) -> None:
    """Remove every batch with rows of these files of the lake: what had to go is gone from the index as well."""
    for path in _list_batch_folders(home):
        named = json.loads((path / "meta.json").read_bytes())["files"]
        if not set(named).isdisjoint(gone):
            shutil.rmtree(path, ignore_errors=True)


def _list_batch_folders(home: Home) -> list[Path]:
    return sorted(path.parent for path in (home.index / "texts").glob("batch-*/meta.json"))


def _open_index(home: Home, state: LakeState) -> TextIndex:
    batches = []
    for path in _list_batch_folders(home):
        try:
            batch = TextBatch.open(path)
        except FileNotFoundError:  # another process has built a larger one from it
            continue
        # A batch of another format is ignored, so its files count as missing and are indexed again.
        if batch.meta["format"] == FORMAT:
            batches.append(batch)
    behind = sum(file.rows for file in _list_missing_files(batches, state))
    files = frozenset(state.files)
    corrected = frozenset(table for batch in batches for table in batch.meta["corrected"])
    key = derive_key(keys.load_secret(home, "texts"), "texts:name")
    return TextIndex(state.seq, key, tuple(batches), files, behind, corrected)


def _is_whole(batch: TextBatch, state: LakeState) -> bool:
    return batch.files.keys() <= state.files.keys()


def _list_missing_files(batches: Iterable[TextBatch], state: LakeState) -> list[LakeFile]:
    known = {name for batch in batches for name in batch.files}
    return [file for file in state.files.values() if file.table in SEARCHED and file.name not in known]


def _grow_index(
    home: Home, state: LakeState, whole: list[TextBatch], stale: Sequence[TextBatch], key: Key
) -> None:
    """Build a batch of what no whole batch has, taking small ones in, and put it in their place."""
    missing = _list_missing_files(whole, state)
    gone = list(stale)
    # From the smallest up, each time against what has been taken in so far: sizes stay apart by a factor, so
    # a row is written again only logarithmically often.
    for batch in sorted(whole, key=lambda batch: int(batch.meta["rows"])):
        if batch.meta["rows"] <= LARGER * sum(file.rows for file in missing):
            gone.append(batch)
            missing += [state.files[name] for name in batch.files]
    if missing:
        _write_batch(home, missing, key)
    # After the new one is in place: a search in between finds a row twice at worst, and never not at all.
    for batch in gone:
        shutil.rmtree(batch.path, ignore_errors=True)


def _write_batch(home: Home, files: Sequence[LakeFile], key: Key) -> None:
    folder = home.index / "texts"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    text = json.dumps([FORMAT, sorted((file.name, file.sha256) for file in files)])
    name = f"batch-{hashlib.sha256(text.encode()).hexdigest()[:20]}"
    draft = folder / f"draft-{name}"
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700)
    build_batch(draft, files, key)
    # The rename makes the batch visible at once and whole.
    draft.rename(folder / name)


__all__ = ["WORDS", "TextIndex", "forget_files", "load_index", "refresh_index"]
