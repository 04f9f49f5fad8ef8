"""A table of the lake as a Delta table: a log over links to the files that are in the lake already.

The log uses the protocol's first reader version, which every engine knows. Its only statistic of a file is
the number of rows: least and greatest values would outlive the rows that are erased.
"""

import json
import os
import uuid
from collections.abc import Container, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deltalake import DeltaTable

from warroom import __version__, clock, files
from warroom.errors import LakeError
from warroom.lake import sync
from warroom.lake.commit import LakeFile
from warroom.records.table import ColumnKind, Table, TableColumn

DeltaAction = dict[str, Any]

# Versions; the default of Delta's own writers.
CHECKPOINT_EVERY = 10
LOG = "_delta_log"
PARTS = {
    "day": ("date", "The UTC day of the table's own time, else of its arrival."),
    "written_as": ("string", "new, or correction: another version of a record that was here before."),
}
"""Columns that stand in the log and in the names of folders, and not in the files: Polars looks at the names alone."""
TYPES: dict[ColumnKind, Any] = {
    "text": "string",
    "account": "string",
    "bank": "string",
    "currency": "string",
    "time": "timestamp",
    "money": "decimal(18,2)",
    "integer": "long",
    "number": "double",
    "flag": "boolean",
    "list": {"type": "array", "elementType": "string", "containsNull": True},
}


@dataclass(frozen=True, slots=True)
class DeltaChange:
    """How many files were added to a Delta table, and how many were removed."""

    added: int
    removed: int


def update_delta_table(root: Path, table: Table, lake_files: Sequence[LakeFile], commit: int) -> DeltaChange:
    """Let the Delta table at `root` hold exactly these files, which the lake has at `commit`, in one new version, or none
    where it holds them. The caller keeps others away; a call that was killed is made good by the next. Raises LakeError for a
    folder that is a link.
    """
    _refuse_links(root)
    for folder in (root, root / LOG):  # each for itself: a mode is not that of parents
        folder.mkdir(mode=0o700, exist_ok=True)
    wanted = {_make_link_name(file): file for file in lake_files}
    _link_files(root, wanted)
    standing = DeltaTable(str(root)) if DeltaTable.is_deltatable(str(root)) else None
    held = set(standing.get_add_actions()["path"].to_pylist() if standing else [])
    actions = [
        *_make_metadata_actions(table, standing),
        *(_make_add_action(name, wanted[name]) for name in sorted(wanted.keys() - held)),
        *(_make_remove_action(name) for name in sorted(held - wanted.keys())),
    ]
    if actions:
        _write_version(root, standing.version() + 1 if standing else 0, [_make_commit_info(commit), *actions])
    # Last: a reader of the version before still finds the files that the lake still has.
    _remove_stale_links(root, wanted.keys())
    return DeltaChange(len(wanted.keys() - held), len(held - wanted.keys()))


def _refuse_links(root: Path) -> None:
    """Raise LakeError where a folder of the table is a link: what is written or taken away there would be somewhere else."""
    for folder in (root, root / LOG, *root.glob("day=*"), *root.glob("day=*/*")):
        if folder.is_symlink():
            raise LakeError("lake.publish-link", folder=folder)


def build_delta_schema(table: Table) -> DeltaAction:
    """The columns of a table as Delta writes them down."""
    own = [
        _describe_field(column.name, TYPES[column.kind], _describe_column(column))
        for column in table.by_name.values()
    ]
    return {
        "type": "struct",
        "fields": [*own, *(_describe_field(name, *field_facts) for name, field_facts in PARTS.items())],
    }


def _describe_field(name: str, kind: Any, meaning: str) -> DeltaAction:
    return {"name": name, "type": kind, "nullable": True, "metadata": {"comment": meaning}}


def _describe_column(column: TableColumn) -> str:
    return f"{column.meaning} ({column.unit})" if column.unit else column.meaning


def _make_link_name(file: LakeFile) -> str:
    # Of its content too: a lake that goes on from an older backup gives a name a second time.
    folders = "/".join(f"{part}={value}" for part, value in _get_partition_values(file).items())
    return f"{folders}/{file.path.stem}-{file.sha256[:8]}.parquet"


def _get_partition_values(file: LakeFile) -> dict[str, str]:
    return {"day": file.day.isoformat(), "written_as": "correction" if file.corrections else "new"}


def _link_files(root: Path, wanted: dict[str, LakeFile]) -> None:
    """A symbolic link for each file, no hard link: what is erased in the lake is gone here at the same
    moment.
    """
    changed = set()
    for name, file in wanted.items():
        path, target = root / name, file.path.absolute()
        if path.is_symlink() and path.readlink() == target:
            continue
        for folder in (path.parents[1], path.parent):
            folder.mkdir(mode=0o700, exist_ok=True)
        path.unlink(missing_ok=True)
        path.symlink_to(target)
        changed |= {*path.parents[:2], root}
    sync.sync_paths(root, [], sorted(changed))


def _remove_stale_links(root: Path, wanted: Container[str]) -> None:
    """Take away links that no file is named by, and drafts of calls that were killed."""
    for path in root.glob("day=*/*/*"):
        # What is no link is nothing that was put here by a call.
        if path.is_symlink() and str(path.relative_to(root)) not in wanted:
            path.unlink(missing_ok=True)
    for folder in (*root.glob("day=*/*"), *root.glob("day=*")):
        with suppress(OSError):  # there are links in it
            folder.rmdir()
    for draft in (root / LOG).glob(".*.draft"):
        draft.unlink(missing_ok=True)


def _make_metadata_actions(table: Table, standing: DeltaTable | None) -> list[DeltaAction]:
    """The actions that describe the table, where its description has changed; else none."""
    schema = build_delta_schema(table)
    if standing and json.loads(standing.schema().to_json()) == schema:
        return []
    metadata = {
        "id": standing.metadata().id if standing else str(uuid.uuid4()),
        "name": table.name,
        "description": table.meaning,
        "format": {"provider": "parquet", "options": {}},
        "schemaString": json.dumps(schema, ensure_ascii=False),
        "partitionColumns": list(PARTS),
        # Seven days: older versions name links that were removed, so they could not be read anyway.
        "configuration": {"delta.logRetentionDuration": "interval 7 days"},
        "createdTime": _now_millis(),
    }
    return [{"protocol": {"minReaderVersion": 1, "minWriterVersion": 2}}, {"metaData": metadata}]


def _make_add_action(name: str, file: LakeFile) -> DeltaAction:
    return {
        "add": {
            "path": name,
            "partitionValues": _get_partition_values(file),
            "size": file.bytes,
            "modificationTime": _now_millis(),
            "dataChange": True,
            "stats": json.dumps({"numRecords": file.rows}),
        }
    }


def _make_remove_action(name: str) -> DeltaAction:
    return {"remove": {"path": name, "deletionTimestamp": _now_millis(), "dataChange": True}}


def _make_commit_info(commit: int) -> DeltaAction:
    said = {
        "timestamp": _now_millis(),
        "operation": "WRITE",
        "operationParameters": {"lakeCommit": str(commit)},
    }
    return {"commitInfo": said | {"engineInfo": f"warroom {__version__}"}}


def _write_version(root: Path, version: int, actions: Sequence[DeltaAction]) -> None:
    """Write a version, whole or not at all; raises FileExistsError where another process has written it."""
    path = root / LOG / f"{version:020}.json"
    draft = files.make_draft_path(path)
    sync.write_synced(
        draft, "".join(json.dumps(action, ensure_ascii=False) + "\n" for action in actions).encode()
    )
    try:
        # A link fails where the name exists: two publishers cannot both make one version.
        os.link(draft, path)
    finally:
        draft.unlink()
    sync.sync_path(path.parent)
    if version % CHECKPOINT_EVERY == 0 and version:
        table = DeltaTable(str(root))
        table.create_checkpoint()
        table.cleanup_metadata()


def _now_millis() -> int:
    """Milliseconds since 1970, by the machine's clock: engines compare them with their own."""
    return int(clock.get_real_now().timestamp() * 1000)
