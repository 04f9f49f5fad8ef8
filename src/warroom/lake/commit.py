"""What a commit says: files added and removed, deliveries taken in or gone on, deliveries erased, streams read so far."""

import json
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from warroom import clock

Tree = dict[str, Any]


def _fields_to_dict(one: Any) -> Tree:
    """Fields by name, not copied deeply: a commit has hundreds, and their values never change."""
    return {name: getattr(one, name) for name in one.__slots__}


@dataclass(frozen=True, slots=True)
class LakeFile:
    """A Parquet file of the lake; times are microseconds since 1970, `seq` the commit that added it.

    `corrections` counts rows that correct an earlier row; `late`: some may be older than the row they
    correct. `delivery_id` is empty where the rows of several deliveries share the file.
    """

    path: Path
    name: str
    table: str
    day: date
    rows: int
    sha256: str
    bytes: int
    seq: int
    deliveries: tuple[str, ...]
    sources: tuple[str, ...]
    corrections: int
    late: bool
    first_time: int
    last_time: int
    first_received: int
    last_received: int

    @property
    def delivery_id(self) -> str:
        return self.deliveries[0] if len(self.deliveries) == 1 else ""

    def to_tree(self) -> Tree:
        """As it stands in a commit."""
        tree = _fields_to_dict(self)
        del tree["path"]
        # Without the path, which differs between machines: a backup restored elsewhere must have the same
        # commits.
        return {**tree, "day": self.day.isoformat()}

    @classmethod
    def from_tree(cls, tree: Tree, root: Path) -> "LakeFile":
        """From a commit of the lake at `root`."""
        return cls(
            **{
                **tree,
                "path": root / tree["name"],
                "day": date.fromisoformat(tree["day"]),
                "deliveries": tuple(tree["deliveries"]),
                "sources": tuple(tree["sources"]),
            }
        )


@dataclass(frozen=True, slots=True)
class Delivery:
    """A file that was taken in, with its terms; kept in the lake's log and as a row of the table
    `deliveries`.
    """

    delivery_id: str
    table: str
    source: str
    file: str
    sha256: str
    bytes: int
    received_at: datetime
    retention_until: datetime
    partner: str
    legal_basis: str
    purpose: str
    backfill: bool
    mapping_fingerprint: str
    accepted: int
    duplicates: int
    corrections: int
    quarantined: int
    member: str = ""
    """Its name in the archive, or its sheet, where the file that was sent holds several."""
    unnumbered: int = 0
    """How many of its rows were taken in by their file and line, because they bring no record number."""

    def to_tree(self) -> Tree:
        """As it stands in a commit."""
        times = {name: getattr(self, name).isoformat() for name in ("received_at", "retention_until")}
        return {**_fields_to_dict(self), **times}

    @classmethod
    def from_tree(cls, tree: Tree) -> "Delivery":
        times = {name: datetime.fromisoformat(tree[name]) for name in ("received_at", "retention_until")}
        return cls(**{**tree, **times})


@dataclass(frozen=True, slots=True)
class Tombstone:
    """The record of a removed file: its hash, how many rows were erased with it, and why."""

    name: str
    table: str
    sha256: str
    rows: int
    rows_erased: int
    reason: str


@dataclass(frozen=True, slots=True)
class DeliveryErasure:
    """A delivery whose rows were erased: how many of them in which table, and when it had to go."""

    delivery_id: str
    source: str
    file_sha256: str
    retention_until: datetime
    rows: dict[str, int]
    at: datetime
    seq: int

    def to_tree(self) -> Tree:
        return {
            **asdict(self),
            "retention_until": self.retention_until.isoformat(),
            "at": self.at.isoformat(),
        }

    @classmethod
    def from_tree(cls, tree: Tree) -> "DeliveryErasure":
        times = {name: datetime.fromisoformat(tree[name]) for name in ("retention_until", "at")}
        return cls(**{**tree, **times})


@dataclass(frozen=True, slots=True)
class CommitDraft:
    """What the next commit will say."""

    added: list[LakeFile] = field(default_factory=list)
    removed: list[Tombstone] = field(default_factory=list)
    deliveries: list[Delivery] = field(default_factory=list)
    erased: list[DeliveryErasure] = field(default_factory=list)
    positions: dict[str, int] = field(default_factory=dict)
    """How far streams are in the lake with this commit, by the name of each: what came before is never taken again."""
    spelling_mark: str = ""
    """By which rules and names of banks all accounts of the lake stand in one spelling from this commit on; empty: as before."""

    def to_tree(self) -> Tree:
        """As it stands in a commit."""
        return {
            "added": [file.to_tree() for file in self.added],
            "removed": [asdict(stone) for stone in self.removed],
            "deliveries": [delivery.to_tree() for delivery in self.deliveries],
            "erased": [erasure.to_tree() for erasure in self.erased],
            **({"positions": self.positions} if self.positions else {}),
            **({"spelled": self.spelling_mark} if self.spelling_mark else {}),
        }


@dataclass(frozen=True)
class LakeState:
    """The lake after a commit. `touched` says for each (table, source) which commit last changed its rows."""

    seq: int = 0
    sha256: str = ""
    files: dict[str, LakeFile] = field(default_factory=dict)
    deliveries: dict[str, Delivery] = field(default_factory=dict)
    erasures: tuple[DeliveryErasure, ...] = ()
    touched: dict[tuple[str, str], tuple[int, str]] = field(default_factory=dict)
    positions: dict[str, int] = field(default_factory=dict)
    spelling_mark: str = ""

    def apply_commit(self, commit: Tree, sha256: str, root: Path) -> "LakeState":
        """The state that a commit leads to."""
        # A new state each time: readers hold the old one without a lock while this is made.
        files = dict(self.files)
        gone = [files.pop(stone["name"]) for stone in commit["removed"]]
        added = [LakeFile.from_tree(tree, root) for tree in commit["added"]]
        files.update((file.name, file) for file in added)
        deliveries = {**self.deliveries}
        deliveries.update((tree["delivery_id"], Delivery.from_tree(tree)) for tree in commit["deliveries"])
        mark = (commit["seq"], sha256)
        touched = {(file.table, source): mark for file in (*gone, *added) for source in file.sources}
        return LakeState(
            commit["seq"],
            sha256,
            files,
            deliveries,
            (*self.erasures, *map(DeliveryErasure.from_tree, commit["erased"])),
            {**self.touched, **touched},
            {**self.positions, **commit.get("positions", {})},
            str(commit.get("spelled", "")) or self.spelling_mark,
        )

    def to_tree(self) -> Tree:
        """As it stands in a checkpoint."""
        return {
            "seq": self.seq,
            "sha256": self.sha256,
            "files": [file.to_tree() for file in self.files.values()],
            "deliveries": [delivery.to_tree() for delivery in self.deliveries.values()],
            "erasures": [erasure.to_tree() for erasure in self.erasures],
            "touched": [[*pair, *mark] for pair, mark in self.touched.items()],
            "positions": self.positions,
            "spelled": self.spelling_mark,
        }

    @classmethod
    def from_tree(cls, tree: Tree, root: Path) -> "LakeState":
        """From a checkpoint of the lake at `root`."""
        files = [LakeFile.from_tree(file, root) for file in tree["files"]]
        deliveries = [Delivery.from_tree(delivery) for delivery in tree["deliveries"]]
        return cls(
            tree["seq"],
            tree["sha256"],
            {file.name: file for file in files},
            {delivery.delivery_id: delivery for delivery in deliveries},
            tuple(map(DeliveryErasure.from_tree, tree["erasures"])),
            {(table, source): (seq, sha256) for table, source, seq, sha256 in tree["touched"]},
            tree.get("positions", {}),  # a checkpoint from before there were streams has none
            str(tree.get("spelled", "")),
        )


def to_canonical_bytes(tree: Tree) -> bytes:
    """The bytes that are hashed and signed."""
    # Sorted and without spaces, so that the same commit is the same bytes in every version of Python.
    return json.dumps(tree, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def rename_file(file: LakeFile, name: str, root: Path) -> LakeFile:
    """The same file under another name."""
    return replace(file, name=name, path=root / name)


def format_now() -> str:
    """This moment as a commit states it."""
    return clock.get_now().isoformat()
