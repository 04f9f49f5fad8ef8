"""Opening the index: what is on disk is used, what is missing or outgrown is built.

A base holds most transfers; a delta, rebuilt when files arrive, holds what was committed since; when the
delta grows past a tenth of the base, or files vanish from the lake (erasure, compaction), the base is built
again. Folders are filled under another name and renamed whole.
"""

import hashlib
import json
import os
import shutil
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa

from warroom import keys
from warroom.home import Home, LastHomes
from warroom.lake.commit import LakeFile
from warroom.lake.hashing import U64
from warroom.lake.lake import Lake
from warroom.money.index import registers, returning
from warroom.money.index.account_index import Index, find_known_numbers
from warroom.money.index.build import FORMAT, build_segment, make_draft_folder
from warroom.money.index.folder import OpenSegment
from warroom.money.index.locks import waiting_for
from warroom.money.index.names import HashNumbers, Key, derive_hash_keys
from warroom.money.index.registers import AccountRegister
from warroom.money.index.rows import Registry
from warroom.money.index.transfer_graph import Array, Short

DELTA_SHARE = 0.1
"""The delta may hold this share of the base before the base is built again."""
SMALL = 300_000
"""Below this many transfers the base is rebuilt each time: it takes a second."""


@dataclass
class ContinuedNumbers:
    """Gives numbers to hashes that the base does not know; those it knows keep theirs."""

    base: OpenSegment
    name: str
    first: int
    new: HashNumbers = field(default_factory=HashNumbers)

    def assign_numbers(self, wanted: U64) -> tuple[Short, Array]:
        found = find_known_numbers([self.base], wanted, self.name)
        missing = np.flatnonzero(found < 0)
        numbers, fresh = self.new.assign_numbers(wanted[missing])
        found[missing] = numbers.astype(np.int64) + self.first
        return found.astype(np.int32), missing[fresh]

    def list_own_hashes(self) -> U64:
        return self.new.list_own_hashes()


_OPEN = LastHomes[Index]()
_LOCK = threading.Lock()


def open_index(home: Home, lake: Lake) -> Index:
    """The index of the lake as it is now: what is on disk is used, what is missing is built.

    Builds wait for each other, across processes; raises HomeBusy where that takes too long.
    """
    with _LOCK:
        opened = _OPEN.get(home.root)
        head = lake.head
        # The index may be deleted at any time without loss; then it is rebuilt, not read on from
        # files that are gone.
        if opened is not None and opened.head == head and opened.base.path.exists():
            return opened
        home.index.mkdir(mode=0o700, exist_ok=True)
        with waiting_for(home, "index"):
            index = _refresh_index(home, lake)
        _OPEN[home.root] = index
        return index


def open_index_to(home: Home, lake: Lake, moment: int) -> Index:
    """An index of all that was received by a moment (microseconds): the one this process has open, where it reaches that far and
    the lake still has all of its files, else that of the lake as it is now.
    """
    opened = _OPEN.get(home.root)
    if opened is not None and opened.last_received >= moment and opened.base.path.exists():
        known = {file.name for file in lake.list_files("transfers")}
        # Files that are gone may have been erased: nothing of them is shown any longer.
        if all(name in known for part in opened.parts for name in part.meta["files"]):
            return opened
    return open_index(home, lake)


def _refresh_index(home: Home, lake: Lake) -> Index:
    head, files = lake.head, lake.list_files("transfers")
    hash_keys = derive_hash_keys(keys.load_secret(home, "money"))
    base = _find_usable_segment(home.index, "base", files)
    old = set(base.meta["files"]) if base is not None else set()
    new = [file for file in files if file.name not in old]
    rows = sum(file.rows for file in files)
    if base is None or (new and (rows < SMALL or sum(f.rows for f in new) > DELTA_SHARE * base.meta["rows"])):
        base, new = (
            _build_segment_anew(
                home.index, "base", files, Registry(hash_keys, HashNumbers(), HashNumbers(), []), None
            ),
            [],
        )
    returns = returning.load_returns(lake)
    delta = None
    # Returned money is always in the delta: so one return never forces a rebuild of the base.
    if new or returns.returned_transfers.num_rows:
        delta = _find_usable_segment(
            home.index, "delta", new, base, returns.returned_transfers
        ) or _build_segment_anew(
            home.index, "delta", new, _make_delta_registry(base, hash_keys), base, returns.returned_transfers
        )
    return _with_sides(home.index, lake, head, base, delta, hash_keys).with_returns(returns)


def _make_delta_registry(base: OpenSegment, hash_keys: dict[str, Key]) -> Registry:
    accounts = ContinuedNumbers(base, "account", base.meta["accounts"])
    devices = ContinuedNumbers(base, "device", len(base.lookups["device"].hash))
    return Registry(hash_keys, accounts, devices, list(base.meta["sources"]))


def _segment_name(
    kind: str, files: Sequence[LakeFile], base: OpenSegment | None, more: pa.Table | None = None
) -> str:
    # Named by what it is made of, so that two processes that build the same build the same folder.
    made_of = [FORMAT, sorted((f.name, f.sha256) for f in files), base.path.name if base else ""]
    if more is not None and more.num_rows:
        made_of.append(str(more.to_pylist()))
    text = json.dumps(made_of)
    return f"{kind}-{hashlib.sha256(text.encode()).hexdigest()[:20]}"


def _find_usable_segment(
    folder: Path,
    kind: str,
    files: Sequence[LakeFile],
    base: OpenSegment | None = None,
    more: pa.Table | None = None,
) -> OpenSegment | None:
    """A built segment: the delta of exactly these files, or a base none of whose files is gone."""
    if kind == "delta":
        path = folder / _segment_name(kind, files, base, more)
        return OpenSegment.load(path) if path.exists() else None
    now = {file.name: file.sha256 for file in files}
    # The newest first. A base of fewer files than the lake has is good, the delta holds the rest; a base of a
    # file that is gone (erased, compacted) would show rows that the lake no longer has.
    for path in sorted(folder.glob("base-*"), key=os.path.getmtime, reverse=True):
        part = OpenSegment.load(path)
        if part.meta["format"] == FORMAT and part.meta["files"].items() <= now.items():
            return part
    return None


def _build_segment_anew(
    folder: Path,
    kind: str,
    files: Sequence[LakeFile],
    registry: Registry,
    base: OpenSegment | None,
    more: pa.Table | None = None,
) -> OpenSegment:
    name = _segment_name(kind, files, base, more)
    draft = make_draft_folder(folder, name)
    build_segment(draft, files, registry, base, more)
    for old in folder.glob(f"{kind}-*"):
        shutil.rmtree(old, ignore_errors=True)
    draft.rename(folder / name)
    return OpenSegment.load(folder / name)


def _with_sides(
    folder: Path,
    lake: Lake,
    head: int,
    base: OpenSegment,
    delta: OpenSegment | None,
    hash_keys: dict[str, Key],
) -> Index:
    """Open the side tables, writing those whose files or accounts have changed."""
    parts = f"{base.path.name}|{delta.path.name if delta else ''}"
    bare = Index(head, base, delta, hash_keys, *3 * (AccountRegister.make_empty(),))
    read = registers.make_lake_reader(lake)
    makers = registers.get_side_builders(read, hash_keys["record"], bare.account_ids, bare.payees_of)
    opened = {}
    for name, make in makers.items():
        listed = [(f.name, f.sha256) for table in registers.MADE_OF[name] for f in lake.list_files(table)]
        digest = hashlib.sha256(json.dumps([FORMAT, parts, listed]).encode()).hexdigest()[:20]
        path = folder / f"{name}-{digest}.arrow"
        if not path.exists():
            # Under another name, then renamed: a reader sees the whole file or none.
            registers.write_side(folder / f".{path.name}", make())
            for old in folder.glob(f"{name}-*.arrow"):
                old.unlink()
            (folder / f".{path.name}").rename(path)
        opened[name] = AccountRegister.load(path)
    return Index(head, base, delta, hash_keys, opened["facts"], opened["balances"], opened["reports"])
