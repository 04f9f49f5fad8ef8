"""What a partner pushes: a JSON array of records, or one record a line, cut into records without touching them."""

import json
from dataclasses import dataclass

from warroom.errors import RecordsError

MOST_RECORDS = 10_000
"""Records of one push; more are more pushes."""

_SPACE = " \t\n\r"
_DECODER = json.JSONDecoder()


@dataclass(frozen=True, slots=True)
class PushRecords:
    """The records of a push as they were written, one line each, and the number of each in it: its line, or its place
    in the array.
    """

    texts: list[str]
    numbers: list[int]


def parse_push(body: bytes) -> PushRecords:
    """Cut a push into its records; raises RecordsError in one sentence where that cannot be done as a whole.

    A line that is no object is a record too: what is wrong with it is for the checks to say.
    """
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise RecordsError("streams.push-not-utf-8", byte=problem.start) from None
    records = _parse_array(text) if text.lstrip(_SPACE)[:1] == "[" else _parse_lines(text)
    if not records.texts:
        raise RecordsError("streams.push-empty")
    if len(records.texts) > MOST_RECORDS:
        raise RecordsError("streams.push-too-long", count=f"{len(records.texts):,}", most=f"{MOST_RECORDS:,}")
    return records


def _parse_lines(text: str) -> PushRecords:
    lines = [(number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
    return PushRecords([line.strip() for _, line in lines], [number for number, _ in lines])


def _parse_array(text: str) -> PushRecords:
    texts: list[str] = []
    at = _skip_space(text, _skip_space(text, 0) + 1)
    if text[at : at + 1] == "]":
        return _finish_array(text, at, texts)
    while True:
        # The record's own text and not what it parses to: the quarantine shows what was sent, digit by digit.
        end = _find_value_end(text, at)
        # Between the parts of a record a line break is only white space; a JSON string cannot contain one.
        texts.append(text[at:end].replace("\r", " ").replace("\n", " "))
        at = _skip_space(text, end)
        if text[at : at + 1] == "]":
            return _finish_array(text, at, texts)
        if text[at : at + 1] != ",":
            raise _make_json_error(at)
        at = _skip_space(text, at + 1)


def _finish_array(text: str, at: int, texts: list[str]) -> PushRecords:
    if _skip_space(text, at + 1) != len(text):
        raise _make_json_error(at + 1)
    return PushRecords(texts, list(range(1, len(texts) + 1)))


def _find_value_end(text: str, at: int) -> int:
    try:
        return _DECODER.raw_decode(text, at)[1]
    except (ValueError, RecursionError):
        raise _make_json_error(at) from None


def _skip_space(text: str, at: int) -> int:
    while at < len(text) and text[at] in _SPACE:
        at += 1
    return at


def _make_json_error(at: int) -> RecordsError:
    return RecordsError("streams.push-not-json", at=at + 1)
