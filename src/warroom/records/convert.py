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
from warroom.records.batch import RAW_LIMIT, RawRows, Reject, RowBatch
from warroom.records.currencies import NO_HUNDREDTHS
from warroom.records.flaws import Flaw, format_flaw, make_flaw
from warroom.records.job import ReadJob
from warroom.records.joined import join_columns
from warroom.records.mapping import SCALES
from warroom.records.outcome import find_unpaid_rows, swap_sides
from warroom.records.plan import PlannedColumn, ReadPlan
from warroom.records.statement import build_transfers
from warroom.records.table import TableColumn
from warroom.records.texts import trim_texts
from warroom.records.written import DOLLAR, DOLLARS, parse_written_amounts
from warroom.subjects.spelled_columns import Data, has_any_byte

Source = Mapping[str, pa.Array]
Raw = Callable[[int], str]
Lines = npt.NDArray[np.int64]


def convert(job: ReadJob, plan: ReadPlan, source: Source, lines: Lines, raw: Raw | None = None) -> RowBatch:
    """A batch from the file's columns, by their names, and the line of each row.

    `raw` gives a row as it was, by its position, for the quarantine; without it, the row's needed columns are
    written as JSON.
    """
    # Before the values are read: a payment that failed is rejected as such, whatever else is wrong with its
    # row.
    unpaid = find_unpaid_rows(job.mapping, source) if plan.columns_consulted else []
    source, unclear = _add_derived_columns(job, plan, source, len(lines))
    early = [*unclear, *unpaid]
    arrays: list[pa.Array] = []
    wrong: dict[int, tuple[PlannedColumn, str]] = {
        row: (field, column_flaw.code) for field, column_flaw in early for row in column_flaw.rows.tolist()
    }
    for field in plan.fields:
        array, column_flaws = _convert_field(job, field, source, len(lines))
        arrays.append(array)
        for column_flaw in column_flaws:
            for row in column_flaw.rows.tolist():
                # The first flaw of a row: an officer corrects one thing, and the
                # others are often its consequences.
                wrong.setdefault(row, (field, column_flaw.code))
    for field, column_flaw in _find_wrong_currencies(job, plan, source, arrays):
        for row in column_flaw.rows.tolist():
            wrong.setdefault(row, (field, column_flaw.code))
    if plan.columns_consulted:
        arrays = swap_sides(job.mapping, plan.fields, arrays, source)
    names = [field.column.name for field in plan.fields]
    rows = _build_table(names, arrays, lines)
    show = raw or (
        lambda row: row_as_json(plan.columns_needed, [source[name] for name in plan.columns_needed], row)
    )
    raws = (RawRows(lines, show),)
    if not wrong:
        return RowBatch(rows, raw_rows=raws)
    positions = sorted(wrong)
    # Rejected rows leave the table by one mask: a row is in `rows` or in `rejects`, never in both.
    keep = np.ones(len(lines), dtype=np.bool_)
    keep[positions] = False
    rejects = [_make_reject(position, *wrong[position], source, lines, show) for position in positions]
    return RowBatch(rows.filter(pa.array(keep)), rejects, raws)


def _add_derived_columns(
    job: ReadJob, plan: ReadPlan, source: Source, size: int
) -> tuple[dict[str, pa.Array], list[tuple[PlannedColumn, Flaw]]]:
    """The file's columns with those that are made of several, and what is wrong with rows whose way is not known."""
    made = dict(source)
    field_flaws: list[tuple[PlannedColumn, Flaw]] = []
    rule = job.mapping.direction
    if rule is not None:
        by_name = {field.column.name: field for field in plan.fields}
        channel, _ = _convert_field(job, by_name["channel"], source, size)
        amount = job.mapping.columns.get("amount", "amount")
        sides, unclear = build_transfers(rule, amount, channel, source)
        made |= sides
        amount_field = replace(by_name["amount"], theirs=rule.column or by_name["amount"].theirs)
        field_flaws = [(amount_field, side_flaw) for side_flaw in unclear]
    return made | join_columns(plan, made), field_flaws


def _has_unit(data: Data) -> bool:
    return bool(data.max() > 0x39 or (data.min() <= 0x24 and (data == 0x24).any()))


def _find_wrong_currencies(
    job: ReadJob, plan: ReadPlan, source: Source, arrays: Sequence[pa.Array]
) -> list[tuple[PlannedColumn, Flaw]]:
    """Amounts that were written with the unit of another currency than their row's, or in hundredths that it does not have."""
    by_name = {field.column.name: at for at, field in enumerate(plan.fields)}
    if "currency" not in by_name or "amount" not in by_name:
        return []
    field, currency = plan.fields[by_name["amount"]], arrays[by_name["currency"]]
    if SCALES[job.mapping.unit] < 0:
        # Satang and cents make no sense for yen or dinar: the mapping's unit is wrong for that row.
        other = pc.is_in(currency, NO_HUNDREDTHS)
        return [(field, currency_flaw) for currency_flaw in make_flaw("minor", texts.to_mask(other))]
    written = None if field.theirs is None else source[field.theirs]
    if written is None or not pa.types.is_string(written.type):
        return []
    # A unit has letters or a sign beyond ASCII, and hardly any column of amounts has one.
    if not has_any_byte(written, _has_unit):
        return []
    _, units = parse_written_amounts(trim_texts(written))
    if units is None or units.null_count == len(units):
        return []
    # A bare $ fits any dollar, so it contradicts none of them.
    dollars = pc.and_(pc.equal(units, DOLLAR), pc.is_in(currency, pa.array(DOLLARS)))
    other = pc.and_(pc.not_equal(units, currency), pc.invert(dollars))
    return [(field, currency_flaw) for currency_flaw in make_flaw("unit", texts.to_mask(other))]


def _build_table(names: Sequence[str], arrays: Sequence[pa.Array], lines: Lines) -> pa.Table:
    # `line` follows the common columns that a file may bring, in the order of `COMMON`.
    at = 2 if names[1] == "received_at" else 1
    return pa.Table.from_arrays(
        [*arrays[:at], pa.array(lines), *arrays[at:]], names=[*names[:at], "line", *names[at:]]
    )


def _convert_field(
    job: ReadJob, field: PlannedColumn, source: Source, size: int
) -> tuple[pa.Array, list[Flaw]]:
    column = field.column
    if field.theirs is not None:
        array, flaws = convert_column(job, column, source[field.theirs], job.received_at)
    elif field.value is not None:
        # Checked once, then repeated: a constant that is wrong is wrong in every row.
        constant, flaws = convert_column(job, column, pa.array([field.value]), job.received_at)
        array = pa.repeat(constant[0], size)
        flaws = [Flaw(constant_flaw.code, np.arange(size)) for constant_flaw in flaws]
    else:
        return pa.nulls(size, column.type), []
    if column.required and array.null_count:
        flaws = flaws + make_flaw(field.missing_flaw, texts.to_mask(pc.is_null(array)))
    return array, flaws


def convert_column(
    job: ReadJob, column: TableColumn, array: pa.Array, received_at: datetime
) -> tuple[pa.Array, list[Flaw]]:
    """The values of one column with their flaws; a flawed value may be null."""
    if pa.types.is_null(array.type):
        return pa.nulls(len(array), column.type), []
    if pa.types.is_dictionary(array.type):
        array = array.cast(array.type.value_type)
    mapping = job.mapping
    values = mapping.values.get(column.name)
    match column.kind:
        case "money":
            return numbers.convert_money(array, column, mapping.decimal, SCALES[mapping.unit])
        case "number":
            return numbers.convert_numbers(array, column, mapping.decimal)
        case "integer":
            return numbers.convert_integers(array, column, mapping.decimal)
        case "time":
            return times.convert_times(array, column, mapping.get_time_rule(column.name), received_at)
        case "flag":
            return texts.convert_booleans(array, column, values)
        case "account":
            return texts.convert_accounts(array, column, values, mapping.strip)
        case "bank":
            return texts.convert_banks(array, column, values)
        case "currency":
            return texts.convert_currencies(array, column, values)
        case "list":
            return texts.convert_lists(array, column, values)
    return texts.convert_texts(array, column, values)


def _make_reject(row: int, field: PlannedColumn, code: str, source: Source, lines: Lines, raw: Raw) -> Reject:
    column = field.column
    value = field.value if field.theirs is None else to_python(source[field.theirs][row])
    reason = format_flaw(code, column, value)
    return Reject(int(lines[row]), column.name, code, reason, raw(row)[:RAW_LIMIT])


def to_python(value: pa.Scalar) -> object:
    """A value as Python has it; one that Python has not, such as a day in the year 30000, as its number and type."""
    try:
        return value.as_py()
    except (OverflowError, ValueError):
        return f"{value.value} ({value.type})"


def row_as_json(names: Sequence[str], arrays: Sequence[pa.Array], row: int) -> str:
    """One row as a JSON object of the file's own columns."""
    values = {name: to_python(array[row]) for name, array in zip(names, arrays, strict=True)}
    return dump_row(values)


def dump_row(values: Mapping[str, object]) -> str:
    """A row as the JSON the quarantine keeps."""
    return json.dumps(values, ensure_ascii=False, default=str)
