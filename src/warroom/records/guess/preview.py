"""A file read as a proposal would have it read, without taking anything in."""

import tempfile
from collections import Counter
from collections.abc import Iterator
from collections.abc import Mapping as AnyMapping
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa

from warroom import clock
from warroom.errors import RecordsError
from warroom.records import archive, mapping_file
from warroom.records.batch import Reject
from warroom.records.reader import open_reader
from warroom.records.table import Table
from warroom.sentences.sentence import Sentence

# Rows and rejects shown on the page.
SHOWN = 10
BLOCK = 64 << 10
"""Bytes read at once. Small, so that reading can stop early: an unreadable row may have two bytes, and each
row costs a sentence.
"""
MOST_REFUSED = 2_000
"""Refused rows after which reading stops where most rows are refused: the mapping is wrong, and more rows
show nothing new.
"""
MOST_IN_ALL = 100_000
"""Refused rows after which reading stops in any case. Chosen, as is the other: an officer waits meanwhile."""
UNKNOWN = "?"
"""What stands for an answer that is not given yet."""
TEXTS = ("text", "account", "bank")


@dataclass(frozen=True)
class Preview:
    """What would be read: how many rows, the first of them; what would be refused, the first of it, and how often for what
    (our column and code) with the first row of each kind; what the readers remark; the sentence that refuses the file as a
    whole; and of transfers all rows.
    """

    rows_read: int = 0
    rows_refused: int = 0
    columns: list[str] = field(default_factory=list)
    rows: list[list[Any]] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    reasons: dict[tuple[str, str], int] = field(default_factory=dict)
    examples: dict[tuple[str, str], Reject] = field(default_factory=dict)
    notes: list[Sentence] = field(default_factory=list)
    problem: RecordsError | None = None
    transfers: pa.Table | None = None


@contextmanager
def open_first_file(path: Path, name: str) -> Iterator[archive.InputFile]:
    """The file itself, or the first one of an archive, unpacked for the length of a block."""
    with tempfile.TemporaryDirectory(prefix="warroom-") as folder:
        parts = archive.iter_files(path, name, Path(folder))
        part = next(iter(parts), None)
        if part is None:
            raise RecordsError("records.no-file-in-it", name=name)
        try:
            yield part
        finally:
            parts.close()  # type: ignore[attr-defined]


def preview_file(
    path: Path, table: Table, tree: AnyMapping[str, Any], name: str = "", message: bool = False
) -> Preview:
    """Read a file by the tree of a mapping, with stand-ins where an answer is still to be given: `?` for a bank or an account,
    and UTC for a zone.
    """
    rejects: Counter[tuple[str, str]] = Counter()
    read, kept, refused, paid = 0, list[pa.Table](), list[Reject](), list[pa.Table]()
    examples: dict[tuple[str, str], Reject] = {}
    try:
        mapping = mapping_file.parse_mapping(fill_open_answers(tree, table, message), "the mapping")
        reader = open_reader(path, table, mapping, clock.get_now(), name, BLOCK)
        for batch in reader.iter_batches():
            if batch.rows.num_rows and sum(part.num_rows for part in kept) < SHOWN:
                kept.append(batch.rows.slice(0, SHOWN))
            if table.name == "transfers" and batch.rows.num_rows:
                # Transfers are kept whole: the page checks them against what the lake has.
                paid.append(batch.rows)
            refused += batch.rejects[: SHOWN - len(refused)]
            rejects.update((reject.column, reject.code) for reject in batch.rejects)
            for reject in batch.rejects:
                examples.setdefault((reject.column, reject.code), reject)
            read += batch.rows.num_rows
            _check_not_hopeless(read, rejects.total(), name or path.name)
        notes = list(reader.notes)
    except RecordsError as problem:
        return Preview(
            read, rejects.total(), rejects=refused, reasons=dict(rejects), examples=examples, problem=problem
        )
    columns, rows = _list_first_rows(table, mapping, kept)
    whole = pa.concat_tables(paid) if paid else None
    reasons = dict(rejects.most_common())
    return Preview(read, rejects.total(), columns, rows, refused, reasons, examples, notes, transfers=whole)


def _check_not_hopeless(read: int, refused: int, name: str) -> None:
    """Raise RecordsError for a file of which so much is refused that it is another one, or its mapping is."""
    if refused > MOST_IN_ALL or (refused > MOST_REFUSED and refused > read):
        raise RecordsError("guess.hopeless", file=Path(name).name, refused=refused, read=read)


def _list_first_rows(table: Table, mapping: Any, kept: list[pa.Table]) -> tuple[list[str], list[list[Any]]]:
    """The columns that have something in them, and the first rows."""
    if not kept:
        return [], []
    rows = pa.concat_tables(kept).slice(0, SHOWN)
    names = [name for name in rows.column_names if name != "line" and rows[name].null_count < rows.num_rows]
    return names, [list(row.values()) for row in rows.select(names).to_pylist()]


def fill_open_answers(tree: AnyMapping[str, Any], table: Table, message: bool = False) -> dict[str, Any]:
    """A tree with which the file can be read though some answers are not given yet; a message of ISO 20022 states its sides itself,
    and what stood in for them would overwrite them.
    """
    full: dict[str, Any] = deepcopy(dict(tree))
    full.setdefault("time", {}).setdefault("zone", "UTC")
    if message:
        return full
    way = full.get("direction")
    if way is not None:
        _fill_open_direction(way)
    given = {*full.get("columns", {}), *full.get("constants", {})}
    if way is not None:
        given |= {"payer", "payer_bank", "payee", "payee_bank", "amount"}
    for column in table:
        open_ = column.required and column.default is None and column.name not in given
        if open_ and column.kind in TEXTS and not column.values:
            full.setdefault("constants", {})[column.name] = UNKNOWN
    return full


def _fill_open_direction(way: dict[str, Any]) -> None:
    way["bank"] = way.get("bank") or UNKNOWN
    if not way.get("account_column"):
        way["account"] = way.get("account") or UNKNOWN
    if isinstance(way.get("column"), str):
        for key in ("out", "in"):
            way[key] = way.get(key) or [f"{UNKNOWN} {key}"]
