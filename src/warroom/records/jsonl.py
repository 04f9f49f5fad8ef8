"""JSON Lines: one object a line."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa

from warroom.errors import RecordsError
from warroom.records.batch import RAW_LIMIT, Reject, RowBatch
from warroom.records.convert import convert
from warroom.records.iso20022.names import check_not_json_message
from warroom.records.job import ReadJob
from warroom.records.lines import LineBlock, LineReader
from warroom.records.merge import merge_batches
from warroom.records.parallel import map_in_order
from warroom.records.plan import ReadPlan, make_plan
from warroom.sentences.sentence import Sentence


class _DuplicateKeyError(Exception):
    """A key that an object has more than once."""


def _make_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of its pairs; raises _DuplicateKeyError for a repeated key, of which one value would be lost."""
    made = dict(pairs)
    if len(made) < len(pairs):
        names = [name for name, _ in pairs]
        raise _DuplicateKeyError(next(name for name in names if names.count(name) > 1))
    return made


class _JsonNumber(str):
    """A number of JSON as it was written."""


# Numbers stay as they were written: 0.1 as a float is not the amount that was sent.
_DECODER = json.JSONDecoder(
    parse_float=_JsonNumber, parse_int=str, parse_constant=str, object_pairs_hook=_make_object
)
_ROWS_INSIDE = re.compile(r'"([^"\\]+)"\s*:\s*\[\s*\{')
NUMBERS = ("money", "number", "integer")
LOOKED_AT = 1_000
"""Objects whose keys are taken for the columns of the file."""


class JsonLinesReader:
    """A JSON Lines file; a key that an object lacks is null there, or the column's default."""

    format = "jsonl"
    sheet = ""

    def __init__(self, job: ReadJob) -> None:
        self._job = job
        self._lines = LineReader(
            job.path, None, job.name, job.block_bytes
        )  # JSON has one encoding; a declared one is of the CSV files
        self.size_bytes = self._lines.size_bytes
        # Columns have to be known before the first batch, since a column without a mapping is a note of the
        # whole file.
        keys = _list_keys(self._lines.sample.splitlines()[:LOOKED_AT])
        if not keys:
            _check_not_one_object(self._lines.sample, job)
            raise RecordsError("records.jsonl-no-objects", name=job.name)
        try:
            self._plan = make_json_plan(job, keys)
        except RecordsError:
            _check_not_one_object(self._lines.sample, job)
            raise
        self.notes, self.unused = list(self._plan.notes), self._plan.columns_unused

    def count_bytes_read(self) -> int:
        """Bytes of the file read so far."""
        return self._lines.count_bytes_read()

    def iter_batches(self) -> Iterator[RowBatch]:
        """The rows in the file's order."""
        return merge_batches(map_in_order(self._build_batch, self._lines.iter_blocks()))

    def _build_batch(self, block: LineBlock) -> RowBatch:
        texts = [(int(line), block.get_line_text(row)) for row, line in enumerate(block.lines)]
        batch = read_objects(self._job, self._plan, [each for each in texts if each[1].strip()])
        rejects = sorted([*block.rejects, *batch.rejects], key=lambda each: each.line)
        return replace(batch, rejects=rejects)


def _check_not_one_object(sample: str, job: ReadJob) -> None:
    """Raise RecordsError where the file is one object with a list of rows inside, or begins as one, or a message."""
    # The first 100,000 characters: the name of a message is at its beginning.
    check_not_json_message(sample[:100_000], job.name)
    inside = _ROWS_INSIDE.search(sample[:100_000])
    if inside and sample.count("\n{") < 1:
        key = inside[1]
        raise RecordsError("records.json-nested", name=job.name, key=key)


def make_json_plan(job: ReadJob, keys: Sequence[str]) -> ReadPlan:
    """The plan for objects with these keys; an optional column may still come in a later object."""
    optional = [column.name for column in job.table if not column.required or column.default is not None]
    # The first thousand objects may all lack an optional key that a later one has.
    late = ["record_id", *optional, *job.mapping.columns_read, *job.mapping.columns_consulted]
    return make_plan(job.table, job.mapping, keys, job.name, late=late)


def make_stream_plan(job: ReadJob) -> ReadPlan:
    """The plan for objects of a stream, which has no first lines to look at: a key that one lacks is its own flaw."""
    named = [
        *job.mapping.columns_read,
        *job.mapping.columns_consulted,
        "record_id",
        *(column.name for column in job.table),
    ]
    return make_json_plan(job, list(dict.fromkeys(named)))


def read_objects(job: ReadJob, plan: ReadPlan, texts: Sequence[tuple[int, str]]) -> RowBatch:
    """A batch from lines of JSON, each with its number."""
    objects: list[Mapping[str, Any]] = []
    lines: list[int] = []
    raws: list[str] = []
    rejects: list[Reject] = []
    for line, text in texts:
        parsed = parse_object(text)
        if isinstance(parsed, str):
            rejects.append(Reject(line, "", "json", parsed, text[:RAW_LIMIT]))
        else:
            objects.append(parsed)
            lines.append(line)
            raws.append(text)
    source = _build_columns(
        plan, objects, _list_number_columns(job, plan) if job.mapping.decimal == "," else set()
    )
    batch = convert(job, plan, source, np.array(lines, dtype=np.int64), lambda row: raws[row])
    return replace(batch, rejects=sorted([*rejects, *batch.rejects], key=lambda reject: reject.line))


def parse_object(text: str) -> dict[str, Any] | Sentence:
    """The object of a line, numbers as they are written; a sentence where there is none."""
    try:
        parsed = _DECODER.decode(text)
    except _DuplicateKeyError as twice:
        return Sentence("flaws.json-twice", name=str(twice))
    except (ValueError, RecursionError) as problem:
        return Sentence("flaws.no-json", problem=problem)
    if not isinstance(parsed, dict):
        return Sentence("flaws.no-object")
    return Sentence("flaws.half-sign") if _has_lone_surrogate(text, parsed) else parsed


def _has_lone_surrogate(text: str, parsed: dict[str, Any]) -> bool:
    """Whether a text in the object holds half of a sign alone, as \\ud800: JSON allows it, UTF-8 has none."""
    if "\\ud" not in text and "\\uD" not in text:  # looked at first: nearly no line has one
        return False
    try:
        json.dumps(parsed, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return True
    return False


def _list_keys(lines: Iterable[str]) -> list[str]:
    keys: dict[str, None] = {}
    for line in lines:
        parsed = parse_object(line)
        if isinstance(parsed, dict):
            keys.update(dict.fromkeys(parsed))
    return list(keys)


def _build_columns(
    plan: ReadPlan, objects: Sequence[Mapping[str, Any]], swapped: set[str]
) -> dict[str, pa.Array]:
    """The columns' texts; in those of `swapped` a number's point is written as the comma that the mapping says of texts."""
    return {
        name: pa.array(
            [
                (format_with_comma if name in swapped else format_json_value)(json_object.get(name, default))
                for json_object in objects
            ],
            pa.string(),
        )
        for name, default in plan.defaults.items()
    }


def _list_number_columns(job: ReadJob, plan: ReadPlan) -> set[str]:
    """The file's columns that are read as numbers."""
    rule = job.mapping.direction
    stated = (
        {*rule.out, *rule.into}
        if rule and rule.has_two_amount_columns
        else {job.mapping.columns.get("amount", "amount")}
    )
    numbers = {name for field in plan.fields if field.column.kind in NUMBERS for name in field.columns_read}
    return numbers & stated if rule else numbers


def format_with_comma(value: Any) -> str | None:
    """A value as `format_json_value` has it; a number with a comma before its decimals: 1.5 in JSON is a number, whatever texts mean by it."""
    return value.replace(".", ",") if isinstance(value, _JsonNumber) else format_json_value(value)


def format_json_value(value: Any) -> str | None:
    """A value of an object as text; what is no text as JSON, and null as None."""
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)
