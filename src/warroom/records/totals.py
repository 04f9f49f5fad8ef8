"""Totals and footers below the last record: no records and no faults, and totals are checked against the rows read.

A row whose time is empty and that says "รวม" or "Total" is no payment. Whether its sum is that of the rows says whether
the file is whole, which nothing else in a CSV file or a sheet does. A footer is words in one column alone, such as "End of
report" or the number of a page.
"""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import combinations

import pyarrow.compute as pc

from warroom.records.batch import Reject, RowBatch
from warroom.records.job import ReadJob
from warroom.records.plan import ReadPlan
from warroom.sentences.sentence import Sentence
from warroom.subjects.spelling import THAI_DIGITS

_WORD = re.compile(
    r"^\W*((grand|sub|sum)[\s-]*)?(total|sum|รวม|ยอดรวม|ผลรวม|จำนวนรวม|จำนวนเงินรวม|รวมเงิน|รวมทั้งสิ้น|ยอดสุทธิ)(?![a-z])",
    re.IGNORECASE,
)
_PAGE = re.compile(r"^\W*(page|หน้า(ที่)?)\W*[0-9๐-๙]|^[-–—]\s*[0-9๐-๙]+\s*[-–—]$", re.IGNORECASE)
_WORDS = re.compile(r"^[^0-9๐-๙]*[^\W\d_][^0-9๐-๙]*$")
# Vowels above and below and the marks of Thai are no letters to a regular expression, and parts of its words all the same.
_SENTENCE = re.compile(r"([^\W\d_]|[\u0e31\u0e34-\u0e3a\u0e47-\u0e4e]){2,}\s")
SHORTEST, LONGEST = 5, 200
"""Signs of a footer: a line that is cut off after the code of a bank is a record."""
_SWAPPED = str.maketrans(",.", ".,")
_HINT = re.compile("total|sum|รวม|สุทธิ", re.IGNORECASE)
_NUMBER = re.compile(r"[0-9][0-9,]*(?:\.[0-9]+)?")


def is_total_label(text: str) -> bool:
    """Whether a cell says that its row is a total."""
    return bool(_WORD.match(text))


class TotalsFilter:
    """Removes totals and footers at the end of a file from its batches.

    A note for each says what it is, and whether a total agrees with the rows.
    """

    def __init__(self, job: ReadJob, plan: ReadPlan, delimiter: str, notes: list[Sentence]) -> None:
        self._job, self._delimiter, self._notes = job, delimiter, notes
        time = job.table.time_column
        self._required = {
            name for field in plan.fields if field.column.required for name in field.columns_read
        }
        self._time = [
            name for field in plan.fields if field.column.name == time for name in field.columns_read
        ]
        amount = [
            name for field in plan.fields if field.column.name == "amount" for name in field.columns_read
        ]
        way = job.mapping.direction
        # Of a statement, what was paid out and what was paid in stand in columns of their own.
        self._amounts = [*way.out, *way.into] if way and way.has_two_amount_columns else amount
        self._sum, self._rows = Decimal(0), 0
        self._rejected: list[Reject] = []

    def remove_totals(self, batches: Iterable[RowBatch]) -> Iterator[RowBatch]:
        """The same batches; a row that looks like a total or footer and that records follow stays a reject."""
        held: list[Reject] = []
        for batch in batches:
            self._add_batch(batch)
            # Only below the last record of the batch: a total between records may be a payment.
            last = int(pc.max(batch.rows["line"]).as_py() or 0)
            later = [
                reject for reject in batch.rejects if reject.line > last and self._is_total_or_footer(reject)
            ]
            lines = {reject.line for reject in later}
            rejects = [reject for reject in batch.rejects if reject.line not in lines]
            if batch.rows.num_rows:
                rejects, held = [*held, *rejects], []
            held += later
            # 10,000, chosen: rows in quarantine may complete the total, and more of them are not kept in
            # memory.
            self._rejected += rejects[: 10_000 - len(self._rejected)]
            yield replace(batch, rejects=rejects)
        self._notes.extend(self._describe_total(reject) for reject in held)

    def _add_batch(self, batch: RowBatch) -> None:
        self._rows += batch.rows.num_rows
        if "amount" in batch.rows.column_names:
            self._sum += pc.sum(batch.rows["amount"]).as_py() or 0

    def _is_total_or_footer(self, reject: Reject) -> bool:
        return self._is_total(reject) or self._is_footer(reject)

    def _is_footer(self, reject: Reject) -> bool:
        """Whether it is words in one column. With a figure among them they may be a record that lost its other cells:
        where these must stand, and where there is no more than a number or an id.
        """
        # What is too long, is in no encoding or has half a quote is no row whose cells are known.
        if not reject.column and reject.code != "ragged":
            return False
        cells = self._parse_cells(reject)
        named = cells.items() if isinstance(cells, dict) else enumerate(cells)
        filled = [(name, str(value).strip()) for name, value in named if str(value or "").strip()]
        # In a file of one column every record is words in one column alone.
        if len(filled) != 1 or (isinstance(cells, dict) and len(cells) < 2):
            return False
        ((name, text),) = filled
        if len(text) > LONGEST:
            return False
        if _PAGE.search(text) or (len(text) >= SHORTEST and _WORDS.match(text)):
            return True
        return isinstance(cells, dict) and name not in self._required and bool(_SENTENCE.search(text))

    def _is_total(self, reject: Reject) -> bool:
        if not _HINT.search(reject.raw):
            return False
        cells = self._parse_cells(reject)
        times = [str(cells.get(name) or "").strip() for name in self._time] if isinstance(cells, dict) else []
        if any(time and not _WORD.match(time) for time in times):
            return False
        return any(_WORD.match(text) for text in _list_texts(cells))

    def _parse_cells(self, reject: Reject) -> dict[str, object] | list[str]:
        try:
            cells = json.loads(reject.raw)
            if isinstance(cells, dict):
                return cells
        except ValueError:
            pass
        # As a file and not as a line: one that holds a return alone is two to the reader, which would refuse it as one.
        csv_rows = csv.reader(io.StringIO(reject.raw, newline=""), delimiter=self._delimiter)
        try:
            return next((cells for cells in csv_rows if cells), [])
        except csv.Error:  # a cell beyond what the reader takes
            return [reject.raw]

    def _describe_total(self, reject: Reject) -> Sentence:
        texts = [text.strip() for text in _list_texts(self._parse_cells(reject)) if text.strip()]
        line, text = str(reject.line), " ".join(texts)[:120]
        if not self._is_total(reject):
            return Sentence("files.footer", line=line, text=text)
        written_numbers = [number for text in texts for number in self._parse_numbers(text)]
        if not self._amounts or not written_numbers:
            return Sentence("files.total", line=line, text=text)
        rows = f"{self._rows:,}"
        if _is_sum_among(written_numbers, self._sum):
            return Sentence("files.total-agrees", line=line, text=text, rows=rows)
        waiting = self._list_waiting_amounts()
        if waiting and _is_sum_among(written_numbers, self._sum + sum(waiting)):
            return Sentence(
                "files.total-agrees-waiting", line=line, text=text, rows=rows, waiting=f"{len(waiting):,}"
            )
        return Sentence("files.total-disagrees", line=line, text=text, rows=rows, sum=f"{self._sum:,.2f}")

    def _list_waiting_amounts(self) -> list[Decimal]:
        """The amounts of rows in quarantine, as far as they can be read."""
        amounts: list[Decimal] = []
        for reject in self._rejected:
            cells = self._parse_cells(reject)
            if isinstance(cells, dict):
                numbers = [self._parse_numbers(str(cells.get(name) or "")) for name in self._amounts]
                row_amounts = [cell_numbers[0] for cell_numbers in numbers if cell_numbers]
                amounts += [sum(row_amounts, Decimal(0))] if row_amounts else []
        return amounts

    def _parse_numbers(self, text: str) -> list[Decimal]:
        text = text.translate(THAI_DIGITS)
        if self._job.mapping.decimal == ",":
            text = text.translate(_SWAPPED)
        return [Decimal(match.replace(",", "")) for match in _NUMBER.findall(text)]


def _list_texts(cells: dict[str, object] | list[str]) -> list[str]:
    return [
        str(value) for value in (cells.values() if isinstance(cells, dict) else cells) if value is not None
    ]


def _is_sum_among(found: Sequence[Decimal], total: Decimal) -> bool:
    """Whether one of the row's numbers is the sum, or two are together: of what was paid in and what was paid out."""
    # The first 20 numbers: pairs grow with the square, and a row of totals has a few.
    return total in found or any(a + b == total for a, b in combinations(found[:20], 2))
