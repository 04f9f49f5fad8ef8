"""The rows in effect at a moment: received by then, and of each record the newest version of then.

Versions are ordered by received_at, then delivery, then line. Corrections are in files of their own, so that
only the few records that were ever corrected need a window function; all others are read directly.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from warroom import clock
from warroom.lake.commit import LakeFile
from warroom.lake.engine.base import Engine
from warroom.records.table import Table

Days = tuple[date, date]

IDENTITY = ["source", "record_id"]
NEWEST_FIRST = ("received_at", "delivery_id", "line")


def query_visible_rows(
    engine: Engine, table: Table, files: Sequence[LakeFile], as_of: datetime | None, days: Days | None
) -> ir.Table:
    """The visible rows of a table's files, as an expression; `days` are UTC days, both included."""
    # Whole files out of the question by what the commit says of them, before the engine opens any.
    knowable = [file for file in files if as_of is None or file.first_received <= clock.to_micros(as_of)]
    corrections = [file for file in knowable if file.corrections]
    wanted = [file for file in knowable if days is None or days[0] <= file.day <= days[1]]
    rows = _query_received(engine, table, wanted, as_of)
    if not corrections:
        return rows
    corrected = _query_received(engine, table, corrections, as_of).select(*IDENTITY).distinct()
    # Unless some correction is older than what it stands beside, a record's versions lie in the files asked
    # for and in those of corrections; else any file may hold the newest.
    pool = knowable if any(file.late for file in corrections) else _union_files(wanted, corrections)
    versions = _query_received(engine, table, pool, as_of).semi_join(corrected, IDENTITY)
    newest = _select_newest(versions)
    return rows.anti_join(corrected, IDENTITY).union(_filter_days(newest, table, days))


def query_stored_rows(engine: Engine, table: Table, files: Sequence[LakeFile]) -> ir.Table:
    """Every stored version of a table's rows as an expression, with a column `correction` (whether it is
    one).
    """
    kinds = [
        engine.read_parquet(
            [file.path for file in files if (file.corrections > 0) == corrects], table.schema
        ).mutate(correction=ibis.literal(corrects))
        for corrects in (False, True)
    ]
    return kinds[0].union(kinds[1])


def filter_by_values(rows: ir.Table, column: str, values: Iterable[str]) -> ir.Table:
    """The rows whose column has one of many values; a join, since there may be a million values."""
    asked = ibis.memtable(pa.table({"_asked": pa.array(sorted(set(values)), pa.string())}))
    return rows.semi_join(asked, rows[column] == asked._asked)


def _query_received(
    engine: Engine, table: Table, files: Sequence[LakeFile], as_of: datetime | None
) -> ir.Table:
    rows = engine.read_parquet([file.path for file in files], table.schema)
    # No filter where it would keep every row: it would still be computed for each.
    if as_of is None or all(file.last_received <= clock.to_micros(as_of) for file in files):
        return rows
    return rows.filter(rows.received_at <= ibis.literal(as_of.astimezone(UTC)))


def _select_newest(versions: ir.Table) -> ir.Table:
    order = [ibis.desc(versions[name]) for name in NEWEST_FIRST]
    ranked = versions.mutate(_rank=ibis.row_number().over(group_by=IDENTITY, order_by=order))
    return ranked.filter(ranked._rank == 0).drop("_rank")


def _filter_days(rows: ir.Table, table: Table, days: Days | None) -> ir.Table:
    """Rows of some days: the newest version of a record may be on another day than the older ones."""
    if days is None:
        return rows
    start = datetime.combine(days[0], datetime.min.time(), UTC)
    end = datetime.combine(days[1] + timedelta(days=1), datetime.min.time(), UTC)
    moment = rows.received_at
    if table.time_column is not None:
        moment = ibis.coalesce(rows[table.time_column], rows.received_at)
    return rows.filter((moment >= ibis.literal(start)) & (moment < ibis.literal(end)))


def _union_files(one: Iterable[LakeFile], other: Iterable[LakeFile]) -> list[LakeFile]:
    return list({file.name: file for file in (*one, *other)}.values())
