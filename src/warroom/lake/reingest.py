"""Reading quarantined rows again: each as a line of its file, under the delivery it came with."""

import json
import shutil
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from warroom import clock
from warroom.errors import RecordsError
from warroom.lake import quarantine
from warroom.lake.arrival import RowOrigin
from warroom.lake.commit import LakeState
from warroom.lake.intake import Intake
from warroom.lake.steps.tally import IntakeTally
from warroom.lake.stream_load import FOREIGN
from warroom.lake.terms import IngestSummary
from warroom.records import mapping_file
from warroom.records.mapping import FileMapping
from warroom.records.tables import TABLES

Row = dict[str, Any]


def reingest_rows(
    intake: Intake, state: LakeState, mapping: FileMapping | None, *, again: bool = False
) -> list[IngestSummary]:
    """Take every waiting row again, with `mapping` or the one it was read with; a summary for each file."""
    groups: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    for row in quarantine.load_unresolved_rows(state).to_pylist():
        if row["code"] == FOREIGN:  # no mapping makes a record its sender's own
            continue
        groups[row["table"], row["source"], row["record_id"].split(":")[1], row["mapping"]].append(row)
    folder = Path(tempfile.mkdtemp(prefix="warroom-"))
    try:
        return [_take_group(intake, state, rows, mapping, folder, again) for rows in groups.values()]
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _take_group(
    intake: Intake, state: LakeState, rows: list[Row], mapping: FileMapping | None, folder: Path, again: bool
) -> IngestSummary:
    started = time.perf_counter()
    first = rows[0]
    own = mapping or mapping_file.parse_mapping_json(first["mapping"])
    tally, passed = IntakeTally(), []
    for path, part in _write_raw_files(rows, folder):
        origin = _make_origin(state, first, own, [row["line"] for row in part])
        rejected = _reread_file(intake, path, origin, tally, again)
        passed += [row for row in part if row["line"] not in rejected]
    resolved = (
        intake.write_quarantine_versions(
            quarantine.close_rows(pa.Table.from_pylist(passed, quarantine.TABLE.schema))
        )
        if passed
        else 0
    )
    return IngestSummary(
        table=first["table"],
        file=first["file"],
        source=first["source"],
        accepted=tally.accepted,
        duplicates=tally.duplicates,
        corrections=tally.corrections,
        quarantined=len(rows) - len(passed),
        seconds=round(time.perf_counter() - started, 3),
        delivery_id=first["delivery_id"],
        resolved=resolved,
    )


def _reread_file(
    intake: Intake, path: Path | None, origin: RowOrigin, tally: IntakeTally, again: bool
) -> set[int]:
    """Read a file of raw rows; the original lines that are still rejected."""
    assert origin.lines is not None
    everything = set(origin.lines.tolist())
    if path is None:
        return everything
    try:
        intake.take_again(path, origin, tally, is_sure=again)
    # The new mapping does not fit these rows as a whole (a column is missing):
    # they wait on, others are tried.
    except RecordsError:
        return everything
    rejected, tally.rejected = tally.rejected, []
    intake.write_quarantine_versions(quarantine.concat_rows(rejected))
    return {line for part in rejected for line in part["line"].to_pylist()}


def _make_origin(state: LakeState, row: Row, mapping: FileMapping, lines: list[int]) -> RowOrigin:
    delivery = state.deliveries.get(row["delivery_id"])
    return RowOrigin(
        table=TABLES[row["table"]],
        source=row["source"],
        delivery_id=row["delivery_id"],
        sha256=row["sha256"],
        received_at=clock.get_now(),
        backfill=delivery is not None and delivery.backfill,
        seen=False,
        file=row["file"],
        mapping=mapping,
        lines=np.array(lines, np.int64),
        mark=row["record_id"].split(":")[1],
    )


def _write_raw_files(rows: list[Row], folder: Path) -> Iterator[tuple[Path | None, list[Row]]]:
    """Files that a reader can open: JSON objects together, each XML document alone; a torn line has none."""
    objects = [row for row in rows if _is_object(row["raw"])]
    if objects:
        path = folder / "rows.jsonl"
        path.write_text("".join(row["raw"].strip() + "\n" for row in objects), encoding="utf-8")
        yield path, objects
    # Each by itself: an entry keeps its message's head, and two messages in one file are not well-formed.
    for row in rows:
        if row["raw"].lstrip().startswith("<"):
            path = folder / "entry.xml"
            path.write_text(row["raw"], encoding="utf-8")
            yield path, [row]
    torn = [row for row in rows if not _is_object(row["raw"]) and not row["raw"].lstrip().startswith("<")]
    if torn:
        yield None, torn


def _is_object(raw: str) -> bool:
    try:
        return isinstance(json.loads(raw), dict) and "\n" not in raw.strip()
    except ValueError:
        return False
