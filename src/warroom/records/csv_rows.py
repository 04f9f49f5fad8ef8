"""From lines to the rows of a CSV file, where a quoted value may run over several lines.

A quote that is opened and never closed must not swallow what follows: a line with an odd number of quotes is
either whole by itself, or the beginning of a row that the next such line ends, or set aside alone.
"""

import csv
from collections.abc import Iterable, Iterator

import numpy as np
import numpy.typing as npt

from warroom.records.batch import Reject
from warroom.records.lines import LineBlock
from warroom.sentences.sentence import Sentence

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

# A row that never ends must not keep the file in memory.
LONGEST_ROW = 4 << 20
"""Bytes a row may have that runs over several lines."""


def iter_row_blocks(
    blocks: Iterable[LineBlock], delimiter: str, columns: int, longest: int = LONGEST_ROW
) -> Iterator[LineBlock]:
    """Blocks whose `starts`, `ends` and `lines` are of rows of up to `longest` bytes; empty lines are left out."""
    rest: LineBlock | None = None
    for block in blocks:
        rows, rest = _split_rows(_join_blocks(rest, block), delimiter, columns, longest, last=False)
        yield rows
    if rest is not None:
        yield _split_rows(rest, delimiter, columns, longest, last=True)[0]


def parse_row(text: str, delimiter: str) -> list[str] | None:
    """The values of one row by the strict rules; None where its quotes do not add up."""
    try:
        rows = list(csv.reader(text.splitlines(keepends=True), delimiter=delimiter, strict=True))
    except csv.Error:
        return None
    return rows[0] if len(rows) == 1 else None


def _join_blocks(rest: LineBlock | None, block: LineBlock) -> LineBlock:
    if rest is None:
        return block
    shift = len(rest.data)
    return LineBlock(
        rest.data + block.data,
        np.concatenate((rest.starts, block.starts + shift)),
        np.concatenate((rest.ends, block.ends + shift)),
        np.concatenate((rest.lines, block.lines)),
        block.rejects,
    )


def _split_rows(
    block: LineBlock, delimiter: str, columns: int, longest: int, *, last: bool
) -> tuple[LineBlock, LineBlock | None]:
    rest = None
    if b'"' in block.data:
        block, rest = _join_quoted_lines(block, delimiter, columns, longest, last=last)
    lengths = block.ends - block.starts
    # At most two bytes, carriage return and newline: only such lines can be empty, and most files have none.
    if len(lengths) and int(lengths.min()) <= 2:
        block = _drop_empty_lines(block)
    return block, rest


def _drop_empty_lines(block: LineBlock) -> LineBlock:
    # The bytes themselves decide: a line of one letter is short and not empty.
    short = np.flatnonzero(block.ends - block.starts <= 2)
    keep = np.ones(len(block.lines), dtype=np.bool_)
    for row in short:
        keep[row] = bool(block.data[block.starts[row] : block.ends[row]].strip())
    return block if keep.all() else block.filter_lines(keep)


def _join_quoted_lines(
    block: LineBlock, delimiter: str, columns: int, longest: int, *, last: bool
) -> tuple[LineBlock, LineBlock | None]:
    """Join the lines of rows that run over several; what may end in the next block waits for it."""
    odd = _find_odd_quote_lines(block)
    keep = np.ones(len(block.lines), dtype=np.bool_)
    ends = block.ends.copy()
    gone: list[tuple[int, int]] = []
    position = 0
    while position < len(odd):
        row = int(odd[position])
        # An odd number of quotes and whole all the same: a quote inside a value
        # that is not quoted, as in 5" pipe.
        if parse_row(block.get_line_text(row), delimiter) is not None:
            position += 1
            continue
        # The row's end may lie in the next block: it waits, but only up to `longest`.
        if position + 1 == len(odd) and not last and int(block.ends[-1] - block.starts[row]) < longest:
            return _cut_block(block, row, keep, ends, gone)
        closing = int(odd[position + 1]) if position + 1 < len(odd) else -1
        # Only where both lines together have the file's number of columns: two broken
        # lines must not become one row.
        if closing > 0 and _is_complete_row(block, row, closing, delimiter, columns):
            keep[row + 1 : closing + 1] = False
            ends[row] = block.ends[closing]
            position += 2
        else:
            block.rejects.append(_make_quote_reject(block, row))
            gone.append((row, row + 1))
            position += 1
    return _cut_block(block, len(block.lines), keep, ends, gone)


def _find_odd_quote_lines(block: LineBlock) -> Ints:
    quotes = np.flatnonzero(np.frombuffer(block.data, dtype=np.uint8) == 34)
    # Quotes of all lines in one pass: almost every line has none, and a loop over
    # lines would take most of the time.
    counts = np.bincount(np.searchsorted(block.ends, quotes, side="right"), minlength=len(block.lines))
    return np.flatnonzero(counts & 1)


def _is_complete_row(block: LineBlock, first: int, closing: int, delimiter: str, columns: int) -> bool:
    start, end = block.starts[first], block.ends[closing]
    # Also here: the closing quote may be megabytes further on, and parsing the whole span would take that
    # memory.
    if end - start > LONGEST_ROW:
        return False
    values = parse_row(block.data[start:end].decode().rstrip("\r\n"), delimiter)
    return values is not None and len(values) == columns


def _make_quote_reject(block: LineBlock, row: int) -> Reject:
    return Reject(int(block.lines[row]), "", "quote", Sentence("flaws.quote"), block.get_line_text(row))


def _cut_block(
    block: LineBlock, upto: int, keep: Mask, ends: Ints, gone: list[tuple[int, int]]
) -> tuple[LineBlock, LineBlock | None]:
    """The rows before line `upto`, and the lines from there on as they were."""
    for first, end in gone:
        keep[first:end] = False
    mask = keep[:upto]
    rows = LineBlock(
        block.data, block.starts[:upto][mask], ends[:upto][mask], block.lines[:upto][mask], block.rejects
    )
    whole = np.ones(len(rows.lines), dtype=np.bool_)
    rows = rows.filter_lines(whole) if gone or upto < len(block.lines) else rows
    if upto == len(block.lines):
        return rows, None
    start = int(block.starts[upto])
    rest = LineBlock(
        block.data[start:], block.starts[upto:] - start, block.ends[upto:] - start, block.lines[upto:], []
    )
    return rows, rest
