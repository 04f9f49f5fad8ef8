"""JSON Lines: one object a line."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa

from warroom.errors import RecordsError
from warroom.records.batch import RAW_LIMIT, Batch, Reject
from warroom.records.convert import convert
from warroom.records.iso20022.names import refuse_in_json
from warroom.records.job import Job
from warroom.records.lines import Block, Lines
from warroom.records.merge import merged
from warroom.records.parallel import in_order
from warroom.records.plan import Plan, make_plan
from warroom.sentences.sentence import Sentence


class _TwiceError(Exception):
    """A key that an object has more than once."""


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of its pairs; raises _TwiceError where one would win over another without a word."""
    made = dict(pairs)
    if len(made) < len(pairs):
        names = [name for name, _ in pairs]
        raise _TwiceError(next(name for name in names if names.count(name) > 1))
    return made


class _Number(str):
    """A number of JSON as it was written."""


# Numbers stay as they were written: 0.1 as a float is not the amount that was sent.
_DECODER = json.JSONDecoder(
    parse_float=_Number, parse_int=str, parse_constant=str, object_pairs_hook=_each_once
)
_ROWS_INSIDE = re.compile(r'"([^"\\]+)"\s*:\s*\[\s*\{')
NUMBERS = ("money", "number", "integer")
LOOKED_AT = 1_000
"""Objects whose keys are taken for the columns of the file."""


class JsonLinesReader:
    """A JSON Lines file; a key that an object lacks is null there, or the column's default."""

    format = "jsonl"
    sheet = ""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._lines = Lines(
            job.path, None, job.name, job.block
        )  # JSON has one encoding; a declared one is of the CSV files
        self.size_bytes = self._lines.size_bytes
        keys = _keys(self._lines.sample.splitlines()[:LOOKED_AT])
        if not keys:
            _refuse_whole(self._lines.sample, job)
            raise RecordsError("records.jsonl-no-objects", name=job.name)
        try:
            self._plan = json_plan(job, keys)
        except RecordsError:
            _refuse_whole(self._lines.sample, job)
            raise
        self.notes, self.unused = list(self._plan.notes), self._plan.unused

    def position(self) -> int:
        """Bytes of the file read so far."""
        return self._lines.position()

    def batches(self) -> Iterator[Batch]:
        """The rows in the file's order."""
        return merged(in_order(self._batch, self._lines.blocks()))

    def _batch(self, block: Block) -> Batch:
        texts = [(int(line), block.text(row)) for row, line in enumerate(block.lines)]
        batch = read_objects(self._job, self._plan, [each for each in texts if each[1].strip()])
        rejects = sorted([*block.rejects, *batch.rejects], key=lambda each: each.line)
        return replace(batch, rejects=rejects)


def _refuse_whole(sample: str, job: Job) -> None:
    """Raise RecordsError where the file is one object with a list of rows inside, or begins as one, or a message."""
    refuse_in_json(sample[:100_000], job.name)
    inside = _ROWS_INSIDE.search(sample[:100_000])
    if inside and sample.count("\n{") < 1:
        key = inside[1]
        raise RecordsError("records.json-nested", name=job.name, key=key)


def json_plan(job: Job, keys: Sequence[str]) -> Plan:
    """The plan for objects with these keys; an optional column may still come in a later object."""
    optional = [column.name for column in job.table if not column.required or column.default is not None]
    # The first thousand objects may all lack an optional key that a later one has.
    late = ["record_id", *optional, *job.mapping.read, *job.mapping.consulted]
    return make_plan(job.table, job.mapping, keys, job.name, late=late)


def stream_plan(job: Job) -> Plan:
    """The plan for objects of a stream, which has no first lines to look at: a key that one lacks is its own flaw."""
    named = [*job.mapping.read, *job.mapping.consulted, "record_id", *(column.name for column in job.table)]
    return json_plan(job, list(dict.fromkeys(named)))


def read_objects(job: Job, plan: Plan, texts: Sequence[tuple[int, str]]) -> Batch:
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
    source = _columns(plan, objects, _amounts(job, plan) if job.mapping.decimal == "," else set())
    batch = convert(job, plan, source, np.array(lines, dtype=np.int64), lambda row: raws[row])
    return replace(batch, rejects=sorted([*rejects, *batch.rejects], key=lambda each: each.line))


def parse_object(text: str) -> dict[str, Any] | Sentence:
    """The object of a line, numbers as they are written; a sentence where there is none."""
    try:
        parsed = _DECODER.decode(text)
    except _TwiceError as twice:
        return Sentence("flaws.json-twice", name=str(twice))
    except (ValueError, RecursionError) as problem:
        return Sentence("flaws.no-json", problem=problem)
    if not isinstance(parsed, dict):
        return Sentence("flaws.no-object")
    return Sentence("flaws.half-sign") if _half_signs(text, parsed) else parsed


def _half_signs(text: str, parsed: dict[str, Any]) -> bool:
    """Whether a text in the object holds half of a sign alone, as \\ud800: JSON allows it, UTF-8 has none."""
    if "\\ud" not in text and "\\uD" not in text:  # looked at first: nearly no line has one
        return False
    try:
        json.dumps(parsed, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return True
    return False


def _keys(lines: Iterable[str]) -> list[str]:
    keys: dict[str, None] = {}
    for line in lines:
        parsed = parse_object(line)
        if isinstance(parsed, dict):
            keys.update(dict.fromkeys(parsed))
    return list(keys)


def _columns(plan: Plan, objects: Sequence[Mapping[str, Any]], swapped: set[str]) -> dict[str, pa.Array]:
    """The columns' texts; in those of `swapped` a number's point is written as the comma that the mapping says of texts."""
    return {
        name: pa.array(
            [(with_comma if name in swapped else text_of)(each.get(name, default)) for each in objects],
            pa.string(),
        )
        for name, default in plan.defaults.items()
    }


def _amounts(job: Job, plan: Plan) -> set[str]:
    """The file's columns that are read as numbers."""
    rule = job.mapping.direction
    stated = (
        {*rule.out, *rule.into}
        if rule and rule.two_columns
        else {job.mapping.columns.get("amount", "amount")}
    )
    numbers = {name for field in plan.fields if field.column.kind in NUMBERS for name in field.reads}
    return numbers & stated if rule else numbers


def with_comma(value: Any) -> str | None:
    """A value as `text_of` has it; a number with a comma before its decimals: 1.5 in JSON is a number, whatever texts mean by it."""
    return value.replace(".", ",") if isinstance(value, _Number) else text_of(value)


def text_of(value: Any) -> str | None:
    """A value of an object as text; what is no text as JSON, and null as None."""
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)
