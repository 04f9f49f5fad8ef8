"""Converting a file's columns to a table's rows: every value is read and checked, failing rows are set aside."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from warroom.records import numbers, texts, times
from warroom.records.batch import RAW_LIMIT, Batch, Reject
from warroom.records.flaws import Flaw, flaw, sentence
from warroom.records.job import Job
from warroom.records.joined import joined
from warroom.records.plan import Field, Plan
from warroom.records.table import Column

Source = Mapping[str, pa.Array]
Raw = Callable[[int], str]
Lines = npt.NDArray[np.int64]


def convert(job: Job, plan: Plan, source: Source, lines: Lines, raw: Raw | None = None) -> Batch:
    """A batch from the file's columns, by their names, and the line of each row.

    `raw` gives a row as it was, by its position, for the quarantine; without it, the row's needed columns are
    written as JSON.
    """
    source = {**source, **joined(plan, source)}
    arrays: list[pa.Array] = []
    wrong: dict[int, tuple[Field, str]] = {}
    for field in plan.fields:
        array, found = _column(job, field, source, len(lines))
        arrays.append(array)
        for each in found:
            for row in each.rows.tolist():
                # The first flaw of a row: an officer corrects one thing, and the
                # others are often its consequences.
                wrong.setdefault(row, (field, each.code))
    names = [field.column.name for field in plan.fields]
    rows = _table(names, arrays, lines)
    if not wrong:
        return Batch(rows)
    positions = sorted(wrong)
    keep = np.ones(len(lines), dtype=np.bool_)
    keep[positions] = False
    show = raw or (lambda row: as_json(plan.needed, [source[name] for name in plan.needed], row))
    rejects = [_reject(position, *wrong[position], source, lines, show) for position in positions]
    return Batch(rows.filter(pa.array(keep)), rejects)


def _table(names: Sequence[str], arrays: Sequence[pa.Array], lines: Lines) -> pa.Table:
    at = 2 if names[1] == "received_at" else 1
    return pa.Table.from_arrays(
        [*arrays[:at], pa.array(lines), *arrays[at:]], names=[*names[:at], "line", *names[at:]]
    )


def _column(job: Job, field: Field, source: Source, size: int) -> tuple[pa.Array, list[Flaw]]:
    column = field.column
    if field.theirs is not None:
        array, found = read(job, column, source[field.theirs], job.received_at)
    elif field.value is not None:
        # Checked once, then repeated: a constant that is wrong is wrong in every row.
        one, found = read(job, column, pa.array([field.value]), job.received_at)
        array = pa.repeat(one[0], size)
        found = [Flaw(each.code, np.arange(size)) for each in found]
    else:
        return pa.nulls(size, column.type), []
    if column.required and array.null_count:
        found = found + flaw("required", texts.mask_of(pc.is_null(array)))
    return array, found


def read(job: Job, column: Column, array: pa.Array, received_at: datetime) -> tuple[pa.Array, list[Flaw]]:
    """The values of one column with their flaws; a flawed value may be null."""
    if pa.types.is_null(array.type):
        return pa.nulls(len(array), column.type), []
    if pa.types.is_dictionary(array.type):
        array = array.cast(array.type.value_type)
    mapping = job.mapping
    values = mapping.values.get(column.name)
    match column.kind:
        case "money":
            return numbers.money(array, column, mapping.decimal)
        case "number":
            return numbers.number(array, column, mapping.decimal)
        case "integer":
            return numbers.integer(array, column, mapping.decimal)
        case "time":
            return times.times(array, column, mapping.time_rule(column.name), received_at)
        case "flag":
            return texts.flag(array, column, values)
        case "account":
            return texts.account(array, column, values, mapping.strip)
        case "bank":
            return texts.bank(array, column, values)
        case "currency":
            return texts.currency(array, column, values)
        case "list":
            return texts.texts(array, column, values)
    return texts.text(array, column, values)


def _reject(row: int, field: Field, code: str, source: Source, lines: Lines, raw: Raw) -> Reject:
    column = field.column
    value = field.value if field.theirs is None else source[field.theirs][row].as_py()
    return Reject(int(lines[row]), column.name, code, sentence(code, column, value), raw(row)[:RAW_LIMIT])


def as_json(names: Sequence[str], arrays: Sequence[pa.Array], row: int) -> str:
    """One row as a JSON object of the file's own columns."""
    values = {name: array[row].as_py() for name, array in zip(names, arrays, strict=True)}
    return dumps(values)


def dumps(values: Mapping[str, object]) -> str:
    """A row as the JSON the quarantine keeps."""
    return json.dumps(values, ensure_ascii=False, default=str)
