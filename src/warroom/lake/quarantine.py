"""Rows that could not be accepted: kept with their file, line, column and reason until they can.

A quarantine row is a record like any other: its number is table, file and line, so the same file twice does
not double it, and a later version with `resolved_at` closes it. Nothing is ever deleted, save by retention.
"""

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from warroom import clock
from warroom.lake.arrival import RowOrigin
from warroom.lake.commit import LakeState
from warroom.lake.original import load_file
from warroom.lake.repeats import StoredPayment
from warroom.records.batch import Reject
from warroom.records.mapping import FileMapping
from warroom.records.tables import TABLES
from warroom.sentences.sentence import Sentence

TABLE = TABLES["quarantine"]
REUSED, REPEATED = "number_reused", "repeated"
"""Why a row waits that is in order: its number is another record's, or another file brought the same."""


def make_quarantine_rows(rejects: Sequence[Reject], origin: RowOrigin) -> pa.Table:
    """Rejects of a file as rows of the quarantine; one for each line, the first that was found."""
    # Reversed twice: a dictionary keeps the last value of a key, and the first
    # problem of a line is the one to report.
    first = list({reject.line: reject for reject in reversed(rejects)}.values())[::-1]
    count = len(first)
    hashes, where = origin.locate_lines(np.array([reject.line for reject in first], np.int64))
    sha256, lines, marks = hashes.to_pylist(), where.tolist(), origin.make_marks(hashes).to_pylist()
    columns = {
        "record_id": [f"{origin.table.name}:{mark}:{line}" for mark, line in zip(marks, lines, strict=True)],
        "source": [origin.source] * count,
        "delivery_id": [origin.delivery_id] * count,
        "received_at": [origin.received_at] * count,
        "sha256": sha256,
        "line": lines,
        "file": [origin.file_name_of(reject.line) for reject in first],
        "table": [origin.table.name] * count,
        "column": [reject.column for reject in first],
        "code": [reject.code for reject in first],
        "reason": [reject.reason for reject in first],
        "raw": [reject.raw for reject in first],
        "mapping": [origin.mapping.as_json()] * count,
        "mapping_fingerprint": [origin.mapping.compute_fingerprint()] * count,
        "resolved_at": [None] * count,
    }
    return pa.table(columns, schema=TABLE.schema)


def concat_rows(parts: Sequence[pa.Table]) -> pa.Table:
    """Several batches' rows as one table."""
    return pa.concat_tables([TABLE.schema.empty_table(), *parts]).combine_chunks()


def split_by_source(rows: pa.Table) -> Iterator[tuple[pa.Table, RowOrigin]]:
    """Quarantine rows source by source, as records of the lake; each keeps the delivery that its own row names."""
    for source in pc.unique(rows["source"]).to_pylist():
        mine = rows.filter(pc.equal(rows["source"], source)).combine_chunks()
        yield mine, RowOrigin(TABLE, source, "", "", clock.get_now(), False, False, "", FileMapping())


def load_newest_rows(state: LakeState) -> pa.Table:
    """The newest version of every quarantine row, by source and number."""
    files = sorted(
        (f for f in state.files.values() if f.table == TABLE.name), key=lambda f: (f.seq, f.corrections)
    )
    if not files:
        return TABLE.schema.empty_table()
    rows = pa.concat_tables(map(load_file, files))
    order = rows.append_column("_at", pa.array(range(rows.num_rows)))
    last = order.group_by(["source", "record_id"]).aggregate([("_at", "max")])["_at_max"]
    return rows.take(last.combine_chunks().sort())


def load_unresolved_rows(state: LakeState) -> pa.Table:
    """The quarantine rows that are not resolved."""
    rows = load_newest_rows(state)
    return rows.filter(pc.is_null(rows["resolved_at"]))


def make_reused_sentence(number: str, origin: RowOrigin) -> Sentence:
    """That a row's number is another record's."""
    return Sentence("flaws.number-reused", value=f"'{number}'", source=origin.source)


def make_repeated_sentence(standing: StoredPayment, origin: RowOrigin) -> Sentence:
    """That another file brought the same payment."""
    return Sentence("flaws.repeated", line=standing.line, file=standing.file, source=origin.source)


def list_unresolved_lines(state: LakeState, origin: RowOrigin) -> npt.NDArray[np.int64]:
    """The lines of a file that wait in the quarantine."""
    lines: npt.NDArray[np.int64] = _load_rows_of_file(state, origin)["line"].to_numpy()
    return lines


def close_accepted_rows(state: LakeState, origin: RowOrigin, rejected: pa.Table) -> pa.Table:
    """Closing versions for the rows of a file that waited and, at this reading, were rejected no longer."""
    mine = _load_rows_of_file(state, origin)
    return close_rows(mine.filter(pc.invert(pc.is_in(mine["line"], rejected["line"].combine_chunks()))))


def _load_rows_of_file(state: LakeState, origin: RowOrigin) -> pa.Table:
    """The rows of a file that wait."""
    rows = load_unresolved_rows(state)
    same_file = pc.and_(
        pc.equal(rows["sha256"], origin.sha256),
        pc.and_(pc.equal(rows["source"], origin.source), pc.equal(rows["table"], origin.table.name)),
    )
    mine = rows.filter(same_file)
    # One archive or workbook holds several files: what passed in one of them says nothing of another's lines.
    return mine.filter(pc.starts_with(mine["record_id"], f"{origin.table.name}:{origin.mark}:"))


def close_rows(rows: pa.Table) -> pa.Table:
    """The next version of quarantine rows: resolved now."""
    now = pa.array([clock.get_now()] * rows.num_rows, TABLE.schema.field("received_at").type)
    for name in ("received_at", "resolved_at"):
        rows = rows.set_column(rows.schema.get_field_index(name), name, now)
    return rows
