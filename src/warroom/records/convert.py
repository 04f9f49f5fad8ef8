"""Converting a file's columns to a table's rows: every value is read and checked, failing rows are set aside."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from warroom.records import numbers, texts, times
from warroom.records.batch import RAW_LIMIT, Batch, Raws, Reject
from warroom.records.currencies import NO_HUNDREDTHS
from warroom.records.flaws import Flaw, flaw, sentence
from warroom.records.job import Job
from warroom.records.joined import joined
from warroom.records.mapping import SCALES
from warroom.records.outcome import find_unpaid, turn_sides
from warroom.records.plan import Field, Plan
from warroom.records.statement import transfers_of
from warroom.records.table import Column
from warroom.records.texts import tidy
from warroom.records.written import DOLLAR, DOLLARS, bare
from warroom.subjects.spelled_columns import Data, any_byte

Source = Mapping[str, pa.Array]
Raw = Callable[[int], str]
Lines = npt.NDArray[np.int64]


def convert(job: Job, plan: Plan, source: Source, lines: Lines, raw: Raw | None = None) -> Batch:
    """A batch from the file's columns, by their names, and the line of each row.

    `raw` gives a row as it was, by its position, for the quarantine; without it, the row's needed columns are
    written as JSON.
    """
    unpaid = find_unpaid(job.mapping, source) if plan.consulted else []
    source, unclear = _made(job, plan, source, len(lines))
    early = [*unclear, *unpaid]
    arrays: list[pa.Array] = []
    wrong: dict[int, tuple[Field, str]] = {
        row: (field, each.code) for field, each in early for row in each.rows.tolist()
    }
    for field in plan.fields:
        array, found = _column(job, field, source, len(lines))
        arrays.append(array)
        for each in found:
            for row in each.rows.tolist():
                # The first flaw of a row: an officer corrects one thing, and the
                # others are often its consequences.
                wrong.setdefault(row, (field, each.code))
    for field, each in _foreign(job, plan, source, arrays):
        for row in each.rows.tolist():
            wrong.setdefault(row, (field, each.code))
    if plan.consulted:
        arrays = turn_sides(job.mapping, plan.fields, arrays, source)
    names = [field.column.name for field in plan.fields]
    rows = _table(names, arrays, lines)
    show = raw or (lambda row: as_json(plan.needed, [source[name] for name in plan.needed], row))
    raws = (Raws(lines, show),)
    if not wrong:
        return Batch(rows, raws=raws)
    positions = sorted(wrong)
    keep = np.ones(len(lines), dtype=np.bool_)
    keep[positions] = False
    rejects = [_reject(position, *wrong[position], source, lines, show) for position in positions]
    return Batch(rows.filter(pa.array(keep)), rejects, raws)


def _made(
    job: Job, plan: Plan, source: Source, size: int
) -> tuple[dict[str, pa.Array], list[tuple[Field, Flaw]]]:
    """The file's columns with those that are made of several, and what is wrong with rows whose way is not known."""
    made = dict(source)
    found: list[tuple[Field, Flaw]] = []
    rule = job.mapping.direction
    if rule is not None:
        by_name = {field.column.name: field for field in plan.fields}
        channel, _ = _column(job, by_name["channel"], source, size)
        amount = job.mapping.columns.get("amount", "amount")
        sides, unclear = transfers_of(rule, amount, channel, source)
        made |= sides
        told = replace(by_name["amount"], theirs=rule.column or by_name["amount"].theirs)
        found = [(told, each) for each in unclear]
    return made | joined(plan, made), found


def _has_unit(data: Data) -> bool:
    return bool(data.max() > 0x39 or (data.min() <= 0x24 and (data == 0x24).any()))


def _foreign(job: Job, plan: Plan, source: Source, arrays: Sequence[pa.Array]) -> list[tuple[Field, Flaw]]:
    """Amounts that were written with the unit of another currency than their row's, or in hundredths that it does not have."""
    by_name = {field.column.name: at for at, field in enumerate(plan.fields)}
    if "currency" not in by_name or "amount" not in by_name:
        return []
    field, currency = plan.fields[by_name["amount"]], arrays[by_name["currency"]]
    if SCALES[job.mapping.unit] < 0:
        other = pc.is_in(currency, NO_HUNDREDTHS)
        return [(field, each) for each in flaw("minor", texts.mask_of(other))]
    written = None if field.theirs is None else source[field.theirs]
    if written is None or not pa.types.is_string(written.type):
        return []
    # A unit has letters or a sign beyond ASCII, and hardly any column of amounts has one.
    if not any_byte(written, _has_unit):
        return []
    _, units = bare(tidy(written))
    if units is None or units.null_count == len(units):
        return []
    dollars = pc.and_(pc.equal(units, DOLLAR), pc.is_in(currency, pa.array(DOLLARS)))
    other = pc.and_(pc.not_equal(units, currency), pc.invert(dollars))
    return [(field, each) for each in flaw("unit", texts.mask_of(other))]


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
        found = found + flaw(field.empty, texts.mask_of(pc.is_null(array)))
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
            return numbers.money(array, column, mapping.decimal, SCALES[mapping.unit])
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
    value = field.value if field.theirs is None else plain(source[field.theirs][row])
    reason = sentence(code, column, value)
    return Reject(int(lines[row]), column.name, code, reason, raw(row)[:RAW_LIMIT])


def plain(value: pa.Scalar) -> object:
    """A value as Python has it; one that Python has not, such as a day in the year 30000, as its number and type."""
    try:
        return value.as_py()
    except (OverflowError, ValueError):
        return f"{value.value} ({value.type})"


def as_json(names: Sequence[str], arrays: Sequence[pa.Array], row: int) -> str:
    """One row as a JSON object of the file's own columns."""
    values = {name: plain(array[row]) for name, array in zip(names, arrays, strict=True)}
    return dumps(values)


def dumps(values: Mapping[str, object]) -> str:
    """A row as the JSON the quarantine keeps."""
    return json.dumps(values, ensure_ascii=False, default=str)
