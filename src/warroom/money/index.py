"""The index of the lake's transfers by account: opened, built or brought up to date.

Derived and rebuildable: deleting home.index loses nothing. A base holds most transfers; a delta, built anew when
files arrive, holds what was committed since; when the delta grows past a tenth of the base, or files vanish from the
lake (erasure, compaction), the base is built again. Folders are filled under another name and renamed whole.
"""

import hashlib
import json
import os
import shutil
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
import pyarrow as pa

from warroom import keys
from warroom.home import Home
from warroom.lake import Lake, LakeFile
from warroom.lake.hashing import U64, identities
from warroom.money import sides
from warroom.money.build import FORMAT, build, fresh_folder, matches
from warroom.money.folder import NOWHERE, Part
from warroom.money.locks import waiting_for
from warroom.money.names import Key, Numbers, account_hashes, hashes, keys_of, plain
from warroom.money.rows import HOME_CURRENCY, Registry
from warroom.money.sides import SHOP, Side
from warroom.money.trail import Account
from warroom.money.world import COPY, CORRECTED, NEVER, Array, Ints, Segment, Short, World

DELTA_SHARE = 0.1
"""The delta may hold this share of the base before the base is built again."""
SMALL = 300_000
"""Below this many transfers a base is built anew each time: it takes a second."""

_EMPTY = Segment(
    np.zeros(1, np.int64), np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.int32),
    np.empty(0, np.uint32), np.empty(0, np.uint8), np.empty(0, np.int64), np.empty(0, np.int64),
)  # fmt: skip


@dataclass(frozen=True)
class Index:
    """An opened index, as of one commit of the lake (`head`). It stays usable while newer ones are built."""

    head: int
    base: Part
    delta: Part | None
    keys: dict[str, Key]
    facts: Side
    balances: Side
    reports: Side
    _world: list[World] = field(default_factory=list)

    @property
    def rows(self) -> int:
        """How many rows of transfers it holds, versions and copies included."""
        return sum(int(part.meta["rows"]) for part in self.parts)

    @property
    def parts(self) -> tuple[Part, ...]:
        return (self.base,) if self.delta is None else (self.base, self.delta)

    @property
    def last_received(self) -> int:
        return max(int(part.meta["last_received"]) for part in self.parts)

    def world(self, as_of: int) -> World:
        """What a trace as of a moment (microseconds) reads."""
        if not self._world:
            self._world.append(_world(self))
        return self._world[0]._replace(as_of=as_of, all_received=as_of >= self.last_received)

    def find(self, kind: str, text: str) -> list[int]:
        """Transfers with this `record` number, `uetr` or `end_to_end` reference."""
        wanted = identities(pa.array([text]), self.keys["record"])[:, 0]
        return [int(n) + part.meta["first"] for part in self.parts for n in matches(part, kind, wanted)[0]]

    def part_of(self, transfer: int) -> tuple[Part, int]:
        """The segment a transfer lies in, and its number there."""
        if self.delta is not None and transfer >= self.delta.meta["first"]:
            return self.delta, transfer - self.delta.meta["first"]
        return self.base, transfer

    def sides(self, transfer: int) -> tuple[int, int, int]:
        """A transfer's payer and payee (-1: unknown), and a posting of it (1 << 62: there is none)."""
        part, number = self.part_of(transfer)
        place = np.array([part.place[number]], np.int64)
        if place[0] == NOWHERE:
            return -1, -1, 1 << 62
        payer, payee = int(part.payer(place)[0]), int(part.payee(place)[0])
        return payer, payee, int(place[0]) if part is self.base else -1 - int(place[0])

    def records(self, transfers: Sequence[int]) -> list[tuple[str, str]]:
        """Each transfer's (source, record number)."""
        found: dict[int, tuple[str, str]] = {}
        for part in self.parts:
            mine = [n for n in transfers if self.part_of(n)[0] is part]
            local = [n - part.meta["first"] for n in mine]
            texts = part.records.take(local, "record_id") if mine else []
            for number, here, text in zip(mine, local, texts, strict=True):
                found[number] = (part.meta["sources"][int(part.source[here])], text)
        return [found[n] for n in transfers]

    def accounts(self, ids: Sequence[int]) -> list[Account]:
        """The names of accounts."""
        found: dict[int, Account] = {-1: Account("", "")}
        for part in self.parts:
            low, high = part.meta["first_account"], part.meta["accounts"]
            mine = sorted({i for i in ids if low <= i < high})
            if mine:
                texts = [part.accounts.take([i - low for i in mine], name) for name in ("bank", "number")]
                found.update(zip(mine, map(Account, *texts), strict=True))
        return [found[i] for i in ids]

    def currency(self, account: int) -> str:
        """The currency of an account's pot."""
        for part in self.parts:
            if part.meta["first_account"] <= account < part.meta["accounts"]:
                return (
                    part.accounts.take([account - part.meta["first_account"]], "currency")[0] or HOME_CURRENCY
                )
        return HOME_CURRENCY

    def account_ids(self, bank: pa.Array, number: pa.Array) -> Ints:
        """Numbers of accounts in the home's currency, -1 where no transfer names them."""
        wanted = account_hashes(
            hashes(bank, self.keys["bank"]),
            hashes(number, self.keys["number"]),
            np.zeros((len(bank), 2), np.uint64),
        )
        return known_accounts(self.parts, wanted)

    def device(self, transfers: Ints) -> Ints:
        """Devices that ordered transfers, -1 where none is named."""
        found = np.full(len(transfers), -1, np.int64)
        for part in self.parts:
            if len(part.device):
                mine = (transfers >= part.meta["first"]) & (
                    transfers < part.meta["first"] + part.meta["rows"]
                )
                found[mine] = part.device[transfers[mine] - part.meta["first"]]
        return found

    @cached_property
    def shops(self) -> Array:
        """Positions in `facts` of rows that say an account is a shop."""
        return np.flatnonzero(self.facts.numbers["kind"] == SHOP)


def known_accounts(parts: Sequence[Part], wanted: U64, name: str = "account") -> Ints:
    """Numbers of hashes in the parts, -1 where none has them."""
    found = np.full(len(wanted), -1, np.int64)
    for part in parts:
        known, second = part.lookup(name), part.array(f"{name}_second")
        if not len(known.hash):
            continue
        at = np.minimum(np.searchsorted(known.hash, wanted[:, 0]), len(known.hash) - 1)
        row = known.row[at].astype(np.int64)
        hit = (known.hash[at] == wanted[:, 0]) & (second[row] == wanted[:, 1])
        found[hit] = row[hit] + (
            part.meta["first_account"] if name == "account" else part.meta["first_device"]
        )
    return found


def _world(index: Index) -> World:
    parts = index.parts
    until = [np.concatenate([part.array(name) for part in parts]) for name in ("until_key", "until_at")]
    copy = [np.concatenate([part.array(name) for part in parts]) for name in ("copy_key", "copy_of")]
    order = np.lexsort((until[1], until[0]))
    pairs = np.argsort(copy[0], kind="stable")
    if index.delta is not None:
        _mark(index.base, index.delta.array("until_key"), CORRECTED)
        _mark(index.base, index.delta.array("copy_key"), COPY)
    facts, stated = index.facts, index.balances
    return World(
        base=index.base.segment,
        delta=index.delta.segment if index.delta is not None else _EMPTY,
        first_delta=int(index.base.meta["rows"]),
        all_received=True,
        as_of=0,
        until_key=until[0][order],
        until_at=until[1][order],
        copy_key=copy[0][pairs],
        copy_of=copy[1][pairs],
        shop_key=facts.account[index.shops],
        shop_from=facts.numbers["since"][index.shops],
        shop_until=facts.numbers["until"][index.shops],
        balance_key=stated.account,
        balance_time=stated.numbers["time"],
        balance_from=stated.numbers["since"],
        balance_until=stated.numbers["until"],
        balance_amount=stated.numbers["amount"],
    )


def _mark(base: Part, numbers: Ints, flag: int) -> None:
    """Mark transfers of the base that the delta speaks of, in memory only."""
    for number in numbers[numbers < base.meta["rows"]]:
        place = int(base.place[number])
        if place == NOWHERE:
            continue
        base.segment.flags[place] |= flag
        peer = int(base.segment.peer[place])
        low, high = (int(base.segment.ptr[peer]), int(base.segment.ptr[peer + 1])) if peer >= 0 else (0, 0)
        base.segment.flags[low:high][base.segment.transfer[low:high] == number] |= flag


@dataclass
class Continued:
    """Gives numbers to hashes that the base does not know; those it knows keep theirs."""

    base: Part
    name: str
    first: int
    new: Numbers = field(default_factory=Numbers)

    def assign(self, wanted: U64) -> tuple[Short, Array]:
        found = known_accounts([self.base], wanted, self.name)
        missing = np.flatnonzero(found < 0)
        numbers, fresh = self.new.assign(wanted[missing])
        found[missing] = numbers.astype(np.int64) + self.first
        return found.astype(np.int32), missing[fresh]

    def own(self) -> U64:
        return self.new.own()


_OPEN: dict[Path, Index] = {}
_LOCK = threading.Lock()


def open_index(home: Home, lake: Lake) -> Index:
    """The index of the lake as it is now: what is on disk is used, what is missing is built.

    Builds wait for each other, across processes; raises HomeBusy where that takes too long.
    """
    with _LOCK:
        found = _OPEN.get(home.root)
        head = lake.head
        if found is not None and found.head == head and found.base.path.exists():
            return found
        home.index.mkdir(mode=0o700, exist_ok=True)
        with waiting_for(home, "index"):
            index = _refresh(home, lake)
        _OPEN[home.root] = index
        return index


def _refresh(home: Home, lake: Lake) -> Index:
    head, files = lake.head, lake.files("transfers")
    hash_keys = keys_of(keys.secret(home, "money"))
    base = _usable(home.index, "base", files)
    old = set(base.meta["files"]) if base is not None else set()
    new = [file for file in files if file.name not in old]
    rows = sum(file.rows for file in files)
    if base is None or (new and (rows < SMALL or sum(f.rows for f in new) > DELTA_SHARE * base.meta["rows"])):
        base, new = _built(home.index, "base", files, Registry(hash_keys, Numbers(), Numbers(), []), None), []
    delta = None
    if new:
        delta = _usable(home.index, "delta", new, base) or _built(
            home.index, "delta", new, _next(base, hash_keys), base
        )
    return _with_sides(home.index, lake, head, base, delta, hash_keys)


def _next(base: Part, hash_keys: dict[str, Key]) -> Registry:
    accounts = Continued(base, "account", base.meta["accounts"])
    devices = Continued(base, "device", len(base.lookup("device").hash))
    return Registry(hash_keys, accounts, devices, list(base.meta["sources"]))


def _name(kind: str, files: Sequence[LakeFile], base: Part | None) -> str:
    text = json.dumps([FORMAT, sorted((f.name, f.sha256) for f in files), base.path.name if base else ""])
    return f"{kind}-{hashlib.sha256(text.encode()).hexdigest()[:20]}"


def _usable(folder: Path, kind: str, files: Sequence[LakeFile], base: Part | None = None) -> Part | None:
    """A built segment: the delta of exactly these files, or a base none of whose files is gone."""
    if kind == "delta":
        path = folder / _name(kind, files, base)
        return Part.open(path) if path.exists() else None
    now = {file.name: file.sha256 for file in files}
    for path in sorted(folder.glob("base-*"), key=os.path.getmtime, reverse=True):
        part = Part.open(path)
        if part.meta["format"] == FORMAT and part.meta["files"].items() <= now.items():
            return part
    return None


def _built(folder: Path, kind: str, files: Sequence[LakeFile], registry: Registry, base: Part | None) -> Part:
    name = _name(kind, files, base)
    draft = fresh_folder(folder, name)
    build(draft, files, registry, base)
    for old in folder.glob(f"{kind}-*"):
        shutil.rmtree(old, ignore_errors=True)
    draft.rename(folder / name)
    return Part.open(folder / name)


def _with_sides(
    folder: Path, lake: Lake, head: int, base: Part, delta: Part | None, hash_keys: dict[str, Key]
) -> Index:
    """Open the side tables, writing those whose files or accounts have changed."""
    parts = f"{base.path.name}|{delta.path.name if delta else ''}"
    bare = Index(head, base, delta, hash_keys, _no_side(), _no_side(), _no_side())
    key = hash_keys["record"]
    made: dict[str, tuple[tuple[str, ...], Callable[[], pa.Table]]] = {
        "facts": (("accounts", "holders"), lambda: sides.facts(lake, key, bare.account_ids)),
        "balances": (("balances",), lambda: sides.balances(lake, key, bare.account_ids)),
        "reports": (("reports",), lambda: sides.reports(lake, key, lambda ids: _payees(bare, ids))),
    }
    opened = {}
    for name, (tables, make) in made.items():
        listed = [(f.name, f.sha256) for table in tables for f in lake.files(table)]
        digest = hashlib.sha256(json.dumps([FORMAT, parts, listed]).encode()).hexdigest()[:20]
        path = folder / f"{name}-{digest}.arrow"
        if not path.exists():
            sides.write(folder / f".{path.name}", make())
            for old in folder.glob(f"{name}-*.arrow"):
                old.unlink()
            (folder / f".{path.name}").rename(path)
        opened[name] = Side.read(path)
    return Index(head, base, delta, hash_keys, opened["facts"], opened["balances"], opened["reports"])


def _no_side() -> Side:
    none = np.empty(0, np.int64)
    return Side(
        none, {"kind": none, "since": none, "until": none, "time": none, "amount": none}, pa.table({})
    )


def _payees(index: Index, record_ids: pa.Array) -> tuple[Ints, Array]:
    """The payees of transfers by record number, and which of the numbers are known: the first that has it counts."""
    wanted = identities(plain(record_ids), index.keys["record"])[:, 0]
    account = np.full(len(wanted), NEVER)
    for part in reversed(index.parts):
        known = part.lookup("record")
        if not len(known.hash):
            continue
        at = np.minimum(np.searchsorted(known.hash, wanted), len(known.hash) - 1)
        hit = known.hash[at] == wanted
        place = part.place[known.row[at[hit]]].astype(np.int64)
        account[hit] = part.payee(np.minimum(place, len(part.segment.t) - 1))
    kept = (account != NEVER) & (account >= 0)
    return account[kept], np.flatnonzero(kept)
