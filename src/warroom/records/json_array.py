"""JSON arrays: one list of objects, read one after another in bounded memory."""

import codecs
import json
import re
from collections.abc import Iterator
from itertools import islice

from warroom import settings
from warroom.errors import RecordsError
from warroom.records.batch import RowBatch
from warroom.records.encodings import detect_encoding
from warroom.records.iso20022.names import check_not_json_message
from warroom.records.job import ReadJob
from warroom.records.jsonl import LOOKED_AT, make_json_plan, parse_object, read_objects
from warroom.records.merge import merge_batches
from warroom.records.parallel import map_in_order
from warroom.records.unpacked import UnpackedStream, open_unpacked

# Bytes read at a time.
CHUNK = 1 << 20
# Objects a thread takes at once, chosen: enough that handing them over costs little.
TOGETHER = 10_000
_SPACE = re.compile(r"[ \t\r\n]*")
# Numbers are not converted here: this decoder only finds where a value ends.
_DECODER = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=str)

Entry = tuple[int, str]


class JsonEntries:
    """The entries of a file that is one JSON array: number from 1, and text as it is written, on one line.

    `position` is the bytes read so far. Raises RecordsError where the array is cut off or is no JSON.
    """

    def __init__(self, job: ReadJob) -> None:
        self._job, self.position = job, 0
        self._longest = int(settings.get_number("WARROOM_MAX_LINE_MB") * (1 << 20))

    def __iter__(self) -> Iterator[Entry]:
        with open_unpacked(self._job.path, self._job.name) as stream:
            texts = self._iter_texts(stream)
            text, at, number, last = next(texts).lstrip()[1:], 0, 1, False
            while True:
                at = _skip_space(text, at)
                if text[at : at + 1] == "]":
                    return self._check_nothing_follows(text[at + 1 :], texts)
                end = _find_value_end(text, at) if at < len(text) else None
                # A number at the end of a piece may go on in the next one; so an entry counts when more is seen.
                if end is None or (_skip_space(text, end) == len(text) and not last):
                    if last or len(text) - at > self._longest:
                        raise self._make_syntax_error(text, at, number, last)
                    more = next(texts, "")
                    text, at, last = text[at:] + more, 0, not more
                    continue
                # Outside of texts a line's end is white space: the quarantine keeps a row on one line.
                yield number, text[at:end].replace("\n", " ").replace("\r", " ")
                at, number = _skip_space(text, end), number + 1
                if text[at : at + 1] == ",":
                    at += 1
                elif text[at : at + 1] != "]":
                    raise self._make_syntax_error(text, at, number, last)

    def _iter_texts(self, stream: UnpackedStream) -> Iterator[str]:
        head = stream.read(CHUNK)
        encoding, mark = detect_encoding(head, None if b"\0" in head[:4] else "utf-8", self._job.name)
        decoder = codecs.getincrementaldecoder(encoding)()
        chunk = head[mark:]
        while chunk:
            try:
                yield decoder.decode(chunk)
            except UnicodeDecodeError:
                raise RecordsError("records.json-encoding", name=self._job.name, encoding=encoding) from None
            chunk = stream.read(CHUNK)
            self.position = stream.count_packed_bytes_read()

    def _check_nothing_follows(self, rest: str, texts: Iterator[str]) -> None:
        if rest.strip() or any(text.strip() for text in texts):
            raise RecordsError("records.json-goes-on", name=self._job.name)

    def _make_syntax_error(self, text: str, at: int, number: int, ended: bool) -> RecordsError:
        if (ended and at >= len(text.rstrip())) or (ended and _is_cut_off(text[at:])):
            return RecordsError("records.json-cut-off", name=self._job.name, number=number)
        return RecordsError("records.json-wrong-from", name=self._job.name, number=number)


class JsonArrayReader:
    """A file that is one JSON array of objects; a row's line is its number in the array, from 1.

    Raises RecordsError where the array is cut off or is no JSON: what follows a fault cannot be told apart.
    """

    format = "json array"
    sheet = ""

    def __init__(self, job: ReadJob) -> None:
        self._job = job
        self.size_bytes = job.path.stat().st_size
        self._entries = JsonEntries(job)
        keys: dict[str, None] = {}
        first = ""
        for _, text in islice(self._entries, LOOKED_AT):
            first = first or text
            parsed = parse_object(text)
            keys.update(dict.fromkeys(parsed) if isinstance(parsed, dict) else {})
        if not keys:
            raise RecordsError("records.json-no-objects", name=job.name)
        try:
            self._plan = make_json_plan(job, list(keys))
        except RecordsError:
            check_not_json_message(first, job.name)
            raise
        self.notes, self.unused = list(self._plan.notes), self._plan.columns_unused

    def count_bytes_read(self) -> int:
        """Bytes of the file read so far."""
        return self._entries.position

    def iter_batches(self) -> Iterator[RowBatch]:
        """The rows in the file's order."""
        return merge_batches(map_in_order(self._build_batch, self._iter_groups()))

    def _build_batch(self, entries: list[Entry]) -> RowBatch:
        return read_objects(self._job, self._plan, entries)

    def _iter_groups(self) -> Iterator[list[Entry]]:
        entries = iter(self._entries)
        while group := list(islice(entries, TOGETHER)):
            yield group


def _skip_space(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


def _find_value_end(text: str, at: int) -> int | None:
    """Where the value that begins here ends; None where it does not, or not yet."""
    try:
        return _DECODER.raw_decode(text, at)[1]
    except (ValueError, RecursionError):
        return None


def _is_cut_off(text: str) -> bool:
    """Whether a value is only begun: the decoder fails at its very end."""
    try:
        _DECODER.raw_decode(text)
    except json.JSONDecodeError as problem:
        return problem.pos >= len(text.rstrip()) - 1 or problem.msg.startswith("Unterminated")
    except RecursionError:
        return False
    return True
