"""The index as it is now: what is on disk is used, what is missing is built, what lost its rows goes at once.

Batches grow as deliveries come: a new one takes in those that are not larger than twice itself, so that every row is
written a few times at most and a search asks a few batches. A file that the lake no longer has is never read from, even
before its batch is built anew.
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
from warroom.lake.commit import LakeFile, State
from warroom.lake.hashing import identities, key_for
from warroom.lake.texts.batch import FORMAT, Batch, Key, build
from warroom.lake.texts.block import Block, Numbers
from warroom.lake.texts.declared import SEARCHED, WORDS
from warroom.lake.texts.query import Query
from warroom.lake.texts.record import Record

LARGER = 2
"""A new batch takes in batches of up to so many times its rows."""
SMALL = 5_000
"""So many rows are taken in by whoever asks first, in a moment; more wait for the background."""
_HIGH = np.uint64(32)

_OPEN: LastHomes["Texts"] = LastHomes()
_LOCK = threading.Lock()


@dataclass(frozen=True)
class Texts:
    """An opened index as of one commit of the lake. `behind` counts rows of the lake that are not in it yet."""

    head: int
    key: Key
    batches: tuple[Batch, ...]
    files: frozenset[str]
    behind: int
    corrected: frozenset[str]
    _opened: dict[tuple[int, int], pa.RecordBatch] = field(default_factory=dict, repr=False)

    def reader(self) -> "Texts":
        """The same for one request: what it unpacks is let go with it."""
        return Texts(self.head, self.key, self.batches, self.files, self.behind, self.corrected)

    def places(self, forms: Collection[str]) -> Numbers:
        """The places of rows that name one of these forms, ascending."""
        if not forms:
            return np.empty(0, np.uint64)
        wanted = np.unique(identities(pa.array(list(forms), pa.string()), self.key)[:, 0])
        found = [
            batch.named(wanted).astype(np.uint64) | np.uint64(number) << _HIGH
            for number, batch in enumerate(self.batches)
        ]
        return np.concatenate([np.empty(0, np.uint64), *found])

    def named(
        self,
        forms: Collection[str],
        as_of: datetime | None = None,
        tables: Collection[str] = (),
        most: int = 200,
    ) -> list[Record]:
        """Records that say one of these forms, the newest first, at most `most` of those `tables` (all where none)."""
        return sorted(
            self.at(self.places(forms), tables, most, as_of), key=lambda one: one.time, reverse=True
        )

    def at(
        self, places: Numbers, tables: Collection[str] = (), most: int = 200, as_of: datetime | None = None
    ) -> list[Record]:
        """The records at these places, the last first, at most `most` of those `tables` (all where none)."""
        found: list[Record] = []
        for place in places[::-1].tolist():
            if tables and self._block(place).table not in tables:
                continue
            record = self._record(place, as_of)
            if record is not None:
                found.append(record)
            if len(found) == most:
                break
        return found

    def saying(
        self, query: Query, table: str, as_of: datetime | None = None, within: Numbers | None = None
    ) -> Iterator[Record]:
        """Records of a table whose words hold the query, the newest blocks first; `within` some places alone."""
        for number, block in self._blocks(table):
            rows = block.candidates(query)
            if within is not None:
                rows = np.intersect1d(rows, _inside(within, number, block))
            for row in rows[::-1].tolist():
                record = self._record(number << 32 | block.first | row, as_of)
                if record is not None and query.stands_in(record.folded()):
                    yield record

    def _blocks(self, table: str) -> list[tuple[int, Block]]:
        mine = [
            (n, one) for n, batch in enumerate(self.batches) for one in batch.blocks if one.table == table
        ]
        return sorted(mine, key=lambda pair: (pair[1].last_time, pair[1].first), reverse=True)

    def _block(self, place: int) -> Block:
        return self.batches[place >> 32].blocks[(place & 0xFFFFFFFF) >> 16]

    def _record(self, place: int, as_of: datetime | None) -> Record | None:
        """The record at a place, if it is still in the lake and no newer version of it was known then."""
        record = self._version(place, as_of)
        # Few tables are ever corrected: for all others the one version is the newest.
        if record is None or record.table not in self.corrected:
            return record
        same = (self._version(other, as_of) for other in self.places([f"r{record.record_id}"]).tolist())
        versions = [
            one
            for one in same
            if one
            and (one.table, one.source, one.record_id) == (record.table, record.source, record.record_id)
        ]
        return record if max(versions, key=_version_of).place == place else None

    def _version(self, place: int, as_of: datetime | None) -> Record | None:
        block, row = self._block(place), place & 0xFFFF
        # Erased or compacted away since: the batch still has it, an answer must not.
        if block.file_of(row) not in self.files:
            return None
        record = Record(block.table, place, block.row(row, self._opened))
        return record if as_of is None or record.received_at <= as_of else None


def _version_of(record: Record) -> tuple[datetime, str, int]:
    return record.received_at, record.delivery_id, record.values.get("line") or 0


def _inside(places: Numbers, batch: int, block: Block) -> Numbers:
    """The rows of a block among places."""
    first = batch << 32 | block.first
    low, high = np.searchsorted(places, np.array([first, first + (1 << 16)], np.uint64)).tolist()
    return places[low:high].astype(np.uint16)


def current(home: Home, state: State) -> Texts:
    """The index as it stands, with what came in the meantime where that is little."""
    found = _OPEN.get(home.root)
    if found is not None and found.head == state.seq and (found.behind == 0 or found.behind > SMALL):
        return found.reader()
    if found is None or found.head != state.seq:
        found = _OPEN[home.root] = _opened(home, state)
    if 0 < found.behind <= SMALL:
        found = refresh(home, state)
    return found.reader()


def refresh(home: Home, state: State) -> Texts:
    """Bring the index up to the lake's state; who comes second waits for the first."""
    opened = _OPEN.get(home.root)
    if opened is not None and opened.head == state.seq and not opened.behind:
        return opened
    # The lock of this process before that of the home: threads queue here, processes only look.
    with _LOCK, _alone(home) as alone:
        found = _opened(home, state)
        missing = _missing(found.batches, state)
        stale = [batch for batch in found.batches if not _whole(batch, state)]
        if alone and (missing or stale):
            _grow(home, state, [one for one in found.batches if one not in stale], stale, found.key)
            found = _opened(home, state)
        _OPEN[home.root] = found
        return found


@contextmanager
def _alone(home: Home) -> Iterator[bool]:
    """Whether nobody else builds; where another server does, its work is read once it is done."""
    with ExitStack() as stack:
        try:
            stack.enter_context(home.hold("texts"))
        except HomeBusy:
            yield False
            return
        yield True


def forget(home: Home, gone: Collection[str]) -> None:
    """Remove every batch with rows of these files of the lake: what had to go is gone from the index as well."""
    for path in _folders(home):
        named = json.loads((path / "meta.json").read_bytes())["files"]
        if not set(named).isdisjoint(gone):
            shutil.rmtree(path, ignore_errors=True)


def _folders(home: Home) -> list[Path]:
    return sorted(path.parent for path in (home.index / "texts").glob("batch-*/meta.json"))


def _opened(home: Home, state: State) -> Texts:
    batches = []
    for path in _folders(home):
        try:
            batch = Batch.open(path)
        except FileNotFoundError:  # another process has built a larger one from it
            continue
        if batch.meta["format"] == FORMAT:
            batches.append(batch)
    behind = sum(file.rows for file in _missing(batches, state))
    files = frozenset(state.files)
    corrected = frozenset(table for batch in batches for table in batch.meta["corrected"])
    key = key_for(keys.secret(home, "texts"), "texts:name")
    return Texts(state.seq, key, tuple(batches), files, behind, corrected)


def _whole(batch: Batch, state: State) -> bool:
    return batch.files.keys() <= state.files.keys()


def _missing(batches: Iterable[Batch], state: State) -> list[LakeFile]:
    known = {name for batch in batches for name in batch.files}
    return [file for file in state.files.values() if file.table in SEARCHED and file.name not in known]


def _grow(home: Home, state: State, whole: list[Batch], stale: Sequence[Batch], key: Key) -> None:
    """Build a batch of what no whole batch has, taking small ones in, and put it in their place."""
    missing = _missing(whole, state)
    gone = list(stale)
    # From the smallest up, each time against what has been taken in so far: sizes stay apart by a factor, so
    # a row is written again only logarithmically often.
    for batch in sorted(whole, key=lambda one: int(one.meta["rows"])):
        if batch.meta["rows"] <= LARGER * sum(file.rows for file in missing):
            gone.append(batch)
            missing += [state.files[name] for name in batch.files]
    if missing:
        _put(home, missing, key)
    # After the new one is in place: a search in between finds a row twice at worst, and never not at all.
    for batch in gone:
        shutil.rmtree(batch.path, ignore_errors=True)


def _put(home: Home, files: Sequence[LakeFile], key: Key) -> None:
    folder = home.index / "texts"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    text = json.dumps([FORMAT, sorted((file.name, file.sha256) for file in files)])
    name = f"batch-{hashlib.sha256(text.encode()).hexdigest()[:20]}"
    draft = folder / f"draft-{name}"
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700)
    build(draft, files, key)
    draft.rename(folder / name)


__all__ = ["WORDS", "Texts", "current", "forget", "refresh"]
