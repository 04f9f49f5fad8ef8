"""Rows of the quarantine read again, after the mapping was corrected or the checks were."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import pyarrow as pa

from warroom.errors import RecordsError
from warroom.records.batch import Batch, Reject
from warroom.records.jsonl import json_plan, parse_object, read_objects
from warroom.records.mapping import Mapping
from warroom.records.merge import merged
from warroom.records.pacs.reader import PacsReader
from warroom.records.reader import Job, table_of
from warroom.records.table import Table


def read_again(
    table: Table | str, items: Sequence[tuple[int, str]], mapping: Mapping | None, received_at: datetime
) -> Batch:
    """Rows of one file from their lines and raw texts, as `Reject` kept them.

    Objects and payment entries are read with `mapping`; a bare line cannot be, since nobody knows its
    columns, and is rejected again. Raises RecordsError where the mapping does not fit the rows.
    """
    job = Job(Path("the quarantine"), table_of(table), mapping or Mapping(), received_at)
    objects = [(line, raw) for line, raw in items if raw.lstrip().startswith("{")]
    entries = [(line, raw) for line, raw in items if raw.lstrip().startswith("<")]
    others = [(line, raw) for line, raw in items if raw.lstrip()[:1] not in ("{", "<")]
    batches = [_objects(job, objects)] if objects else []
    batches += [_entry(job, line, raw) for line, raw in entries]
    batches.append(Batch(job.no_rows(), [_bare(line, raw) for line, raw in others]))
    return next(merged(batches, rows=len(items) + 1))


def _objects(job: Job, items: Sequence[tuple[int, str]]) -> Batch:
    keys: dict[str, None] = {}
    for _, raw in items:
        parsed = parse_object(raw)
        keys.update(dict.fromkeys(parsed if isinstance(parsed, dict) else ()))
    return read_objects(job, json_plan(job, list(keys)), items)


def _entry(job: Job, line: int, raw: str) -> Batch:
    try:
        reader = PacsReader(job, raw.encode())
    except RecordsError as problem:
        return Batch(job.no_rows(), [Reject(line, "", "xml", problem.sentence, raw)])
    batch = next(iter(reader.batches()))
    at = batch.rows.schema.get_field_index("line")
    rows = batch.rows.set_column(at, "line", pa.array([line] * batch.rows.num_rows, pa.int64()))
    return Batch(
        rows, [Reject(line, each.column, each.code, each.reason, each.raw) for each in batch.rejects]
    )


def _bare(line: int, raw: str) -> Reject:
    reason = "The line is no row of its file; correct it there and ingest the file again."
    return Reject(line, "", "text", reason, raw)
