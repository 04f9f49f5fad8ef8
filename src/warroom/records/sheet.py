"""A sheet of a workbook as columns of texts, read in a process of its own: `python -m warroom.records.sheet FILE SHEET CALENDAR DECIMAL`.

The library that reads workbooks holds a sheet whole, and takes memory for every cell between its first and its last; it
is also code that strangers' files are fed to. So it runs where it may take what it wants, and be ended.

Standard output is a stream of Arrow: the facts of the workbook as JSON in the schema's metadata, then its rows. Where
there are none, standard error is one word and the exit code is 3.
"""

import gc
import json
import math
import re
import resource
import sys
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path
from time import process_time
from typing import IO, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from warroom.records.html_table import is_web_page, parse_tables
from warroom.records.places import find_row_with_repeat, parse_column_letters
from warroom.records.unpacked import compute_unpack_limit, is_listing_complete, is_packed, read_first_bytes

MEMORY, SPARE, A_BYTE = 6 << 30, 512 << 20, 48
"""Bytes that a workbook may take at most; and those that any may, with so many for each byte of what it holds: a sheet of
cells that stand far apart is small, and takes a place for every cell between them.
"""
SECONDS, A_MEGABYTE = 3, 0.2
"""Processor seconds that any may take, and those for each MiB of what it holds: three times what rows of records take."""
SWELLS, SMALL = 100, 32 << 20
"""How many times its size a workbook may unpack to, and what any may: rows of records swell by 5 to 40."""
# Rows of a piece, chosen: bounds the cells that are Python objects at one time.
ROWS = 50_000
TOP = 1_000
"""Rows of the first piece: below titles and names, which are texts, a column mostly has cells of one kind."""
AHEAD = 543
"""Years by which the Buddhist calendar is ahead."""
LOST = 10**15
"""From here on a number has more digits than the 15 that a workbook keeps."""
WIDEST = 16_384
"""Columns of a sheet."""
# Bytes of a part of the workbook that are searched at once.
CHUNK = 4 << 20
_OFFICE = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
# A tag is looked through once, to its end or to the next one's beginning: what is found is kept (`?>`, `*+`) and not tried
# again, or a part without a single tag's end would take hours.
_NAMED_CELL = rb"(?>[^<>]*?\br=\"([A-Z]{1,3})([0-9]{1,7})\")"
_EMPTY_FORMULA = re.compile(
    rb"<(?:\w+:)?c\b" + _NAMED_CELL + rb"[^<>]*+>"
    rb"(?><(?:\w+:)?f\b[^<>]*+(?<=/)>|<(?:\w+:)?f\b[^<>]*+>[^<]*+</(?:\w+:)?f>)"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*+</(?:\w+:)?v>)?</(?:\w+:)?c>"
)
_FAULT = re.compile(rb"<(?:\w+:)?c\b(?=[^<>]*\bt=\"e\")" + _NAMED_CELL)
_HIDDEN = re.compile(rb"<(?:\w+:)?row\b(?=[^<>]*\bhidden=\"(?:1|true)\")(?>[^<>]*?\br=\"([0-9]{1,7})\")")
_HIDDEN_COLUMNS = re.compile(rb"<(?:\w+:)?col\b(?=[^<>]*\bhidden=\"(?:1|true)\")[^<>]*>")
_SPAN = re.compile(rb"\b(?:min|max)=\"([0-9]{1,5})\"")

Cell = tuple[int, int, str]
"""Row, column, and why the cell has no value of its own."""


@dataclass(frozen=True, slots=True)
class SheetScan:
    """What a part of a workbook says of its cells: those without a value, how many hold anything, and which rows and columns are hidden."""

    cells_without_value: list[Cell] = field(default_factory=list)
    cells: int = 0
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[int] = field(default_factory=list)


class UnreadableWorkbook(Exception):
    """Why a workbook cannot be read, in one word."""


def main(path: str, sheet: str, calendar: str, decimal: str) -> int:
    """Write a sheet's rows to standard output, its dates in a calendar and its numbers with a decimal sign; `sheet` is JSON: a
    name, a number from 1, or null.
    """
    # Millions of cells in lists and nothing in circles: looking for circles would take a tenth of the time.
    gc.disable()
    try:
        _limit_resources(Path(path))
        _write_sheet(Path(path), json.loads(sheet), calendar == "buddhist", decimal)
    except UnreadableWorkbook as problem:
        sys.stderr.write(str(problem))
        return 3
    except MemoryError:
        sys.stderr.write("memory")
        return 3
    return 0


def _limit_resources(path: Path) -> None:
    """Take from this process what a workbook of this size does not need."""
    size = _count_unpacked_bytes(path)
    own = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    # On top of what the interpreter and its libraries take already, which differs by machine.
    memory = own + min(MEMORY, SPARE + A_BYTE * size)
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    # Processor time, not time of day: on a busy machine a good workbook must not be cut off.
    seconds = int(process_time() + SECONDS + A_MEGABYTE * size / (1 << 20))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))


def _count_unpacked_bytes(path: Path) -> int:
    """The bytes of all parts of a workbook. One that packs more than it says fails its checksums."""
    size = path.stat().st_size * (SWELLS if is_packed(path) else 1)
    try:
        with zipfile.ZipFile(path) as archive:
            held = sum(info.file_size for info in archive.infolist())
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError):
        return size
    if held > compute_unpack_limit(size, SWELLS, SMALL):
        raise UnreadableWorkbook("bomb")
    return held


def _write_sheet(path: Path, wanted: str | int | None, buddhist: bool, decimal: str) -> None:
    # In parallel to the library, which lets other threads run while it reads a sheet.
    with ThreadPoolExecutor(1) as pool:
        looking = pool.submit(_scan_parts, path)
        try:
            sheet, names, hidden = (
                _choose_page_table(path, wanted)
                if _is_web_page(path)
                else _choose_sheet(_open_workbook(path), wanted)
            )
        finally:
            # Raised here, what is wrong with the archive goes before what the library says of it.
            macros, parts = looking.result()
    rows = iter(sheet.iter_rows())
    top, left = sheet.start or (0, 0)
    stands = _find_sheet_part(path, sheet.name) or ""
    part = parts.get(stands, SheetScan())
    facts = {
        "sheet": sheet.name,
        "first": top + 1,
        "rows": sheet.height,
        "others": [name for name in names if name != sheet.name],
        "hidden_sheets": hidden,
        "merged": _list_merged_ranges(sheet, left),
        "empty": [(row, column - left, why) for row, column, why in part.cells_without_value],
        "macros": macros,
        "hidden_rows": part.hidden_rows,
        "hidden_columns": [column - left for column in part.hidden_columns],
        "hidden_texts": getattr(sheet, "hidden", 0),
    }
    schema = pa.schema(
        [(str(index), pa.string()) for index in range(sheet.width)], {b"facts": json.dumps(facts).encode()}
    )
    read, size = 0, TOP
    with pa.ipc.new_stream(sys.stdout.buffer, schema) as out:
        while piece := list(islice(rows, size)):
            columns = [_format_column(column, buddhist, decimal) for column in zip(*piece, strict=True)]
            out.write_batch(pa.record_batch(columns, schema=schema))
            read += sum(map(_count_filled, columns))
            size = ROWS
    # Where the workbook does not say which part holds the sheet, it may be any.
    suspects = [stands] if stands in parts else [name for name in parts if "/worksheets/" in name]
    # Nearly always as many were read as there are; else some may only hold an empty text.
    if suspects and read != sum(parts[name].cells for name in suspects):
        _check_no_repeat(path, suspects)


def _count_filled(texts: pa.Array) -> int:
    return int(pc.sum(pc.not_equal(pc.binary_length(texts), 0)).as_py() or 0)


def _check_no_repeat(path: Path, parts: Sequence[str]) -> None:
    """Raise UnreadableWorkbook where a place comes twice in a sheet's XML: one of its cells was not read."""
    with zipfile.ZipFile(path) as archive:
        for name in parts:
            with archive.open(name) as part:
                if row := find_row_with_repeat(_iter_whole_rows(part)):
                    raise UnreadableWorkbook(f"twice {row}")


def _open_workbook(path: Path) -> Any:
    import python_calamine

    try:
        return python_calamine.CalamineWorkbook.from_path(str(path))
    except python_calamine.PasswordError:
        raise UnreadableWorkbook("password") from None
    # Also what its Rust code panics with, which is no Exception.
    except BaseException as problem:
        raise UnreadableWorkbook("memory" if isinstance(problem, MemoryError) else "damaged") from None


def _is_web_page(path: Path) -> bool:
    return is_web_page(read_first_bytes(path, str(path)))


def _choose_page_table(path: Path, wanted: str | int | None) -> tuple[Any, list[str], list[str]]:
    """A table of a web page, where none is named the longest, the names of all, and of those that are hidden: none is."""
    tables = {table.name: table for table in parse_tables(path) if table.height > 1}
    if not tables:
        raise UnreadableWorkbook("page")
    if isinstance(wanted, int):
        wanted = f"table {wanted}"
    if wanted is not None and wanted not in tables:
        raise UnreadableWorkbook("no-sheet " + json.dumps([*tables]))
    longest = max(tables.values(), key=lambda table: table.height)
    return longest if wanted is None else tables[wanted], [*tables], []


def _choose_sheet(book: Any, wanted: str | int | None) -> tuple[Any, list[str], list[str]]:
    """A sheet of a workbook, the names of all, and of those that are hidden."""
    names = book.sheet_names
    shown = [
        metadata.name for metadata in book.sheets_metadata if str(metadata.visible).endswith(".Visible")
    ] or names
    if isinstance(wanted, int):
        wanted = names[wanted - 1] if wanted <= len(names) else ""
    if wanted is not None and wanted not in names:
        raise UnreadableWorkbook("no-sheet " + json.dumps(names))
    for name in shown if wanted is None else [wanted]:
        try:
            sheet = book.get_sheet_by_name(name)
        except MemoryError:
            raise
        except BaseException:
            raise UnreadableWorkbook("damaged") from None
        if sheet.height and any(cell != "" for row in sheet.iter_rows() for cell in row):
            return sheet, names, [name for name in names if name not in shown]
    raise UnreadableWorkbook("empty")


def _list_merged_ranges(sheet: Any, left: int) -> list[tuple[int, int, int, int]]:
    """First row, first column, last row, last column of merged cells: rows as in the sheet, columns as they are written here."""
    return [
        (top + 1, first - left, bottom + 1, last - left)
        for (top, first), (bottom, last) in sheet.merged_cell_ranges or []
    ]


def _scan_parts(path: Path) -> tuple[bool, dict[str, SheetScan]]:
    """Whether a workbook that is a zip has macros, and by part what its XML says of cells.

    Every part is read to its end once, in bounded memory.
    """
    with path.open("rb") as file:
        if file.read(4) != b"PK\x03\x04":
            return False, {}
    try:
        with zipfile.ZipFile(path) as archive:
            infos = archive.infolist()
            if not is_listing_complete(archive, path):
                raise UnreadableWorkbook("damaged")
            parts = {}
            for info in infos:
                with archive.open(info) as part:
                    parts[info.filename] = _scan_part(part)
            return any(info.filename.endswith("vbaProject.bin") for info in infos), parts
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError):
        raise UnreadableWorkbook("damaged") from None


def _scan_part(part: IO[bytes]) -> SheetScan:
    """How many cells of a sheet hold anything, and those whose formula was never calculated or that show a fault.

    The library gives the latter as empty. Only xlsx says it in text.
    """
    empty_cells: list[Cell] = []
    hidden: list[int] = []
    columns: list[int] = []
    cells = 0
    for xml in _iter_whole_rows(part):
        cells += xml.count(b"</c>")
        # Both are rare: finding that there is none costs a tenth of looking for them.
        if b"<f" in xml or b":f>" in xml:
            empty_cells += [
                (int(row), parse_column_letters(name), "formula") for name, row in _EMPTY_FORMULA.findall(xml)
            ]
        if b't="e"' in xml:
            empty_cells += [
                (int(row), parse_column_letters(name), "fault") for name, row in _FAULT.findall(xml)
            ]
        if b"hidden=" in xml:
            hidden += map(int, _HIDDEN.findall(xml))
            columns += _list_hidden_columns(xml)
    return SheetScan(empty_cells, cells, hidden, columns)


def _list_hidden_columns(xml: bytes) -> list[int]:
    """The columns that a sheet's XML hides, from 0."""
    spans = [[int(edge) for edge in _SPAN.findall(tag)] for tag in _HIDDEN_COLUMNS.findall(xml)]
    return [at - 1 for span in spans if span for at in range(min(span), min(max(span), WIDEST) + 1)]


def _iter_whole_rows(part: IO[bytes]) -> Iterator[bytes]:
    """A part piece by piece, none of which ends within a row."""
    kept = b""
    while chunk := part.read(CHUNK):
        buffer = kept + chunk
        cut = buffer.rfind(b"</row>") + 6 if b"</row>" in buffer else len(buffer)
        kept = buffer[cut:]
        yield buffer[:cut]


def _find_sheet_part(path: Path, sheet: str) -> str | None:
    """The part of an xlsx file that holds a sheet."""
    from lxml import etree

    plain = etree.XMLParser(resolve_entities=False, no_network=True)
    try:
        with zipfile.ZipFile(path) as archive:
            book = etree.fromstring(archive.read("xl/workbook.xml"), plain)
            ties = etree.fromstring(archive.read("xl/_rels/workbook.xml.rels"), plain)
    except (KeyError, etree.XMLSyntaxError, zipfile.BadZipFile):
        return None
    target = {tie.get("Id"): tie.get("Target", "") for tie in ties}
    for element in book.iter():
        if str(element.tag).endswith("}sheet") and element.get("name") == sheet:
            name = target.get(element.get(_OFFICE), "")
            return name[1:] if name.startswith("/") else f"xl/{name}"
    return None


def _format_column(column: Sequence[Any], buddhist: bool, decimal: str) -> pa.Array:
    """A column's cells as texts; nearly all columns hold nothing else already, or are of one kind."""
    kinds = set(map(type, column))
    if kinds == {datetime} and not buddhist:
        return _format_times(pa.array(column, pa.timestamp("us")))
    if kinds == {float} and _are_whole_numbers(numbers := np.array(column)):
        return pa.array(numbers.astype(np.int64)).cast(pa.string())
    return pa.array(
        column if kinds == {str} else [_format_cell(cell, buddhist, decimal) for cell in column], pa.string()
    )


def _format_times(times: pa.Array) -> pa.Array:
    """Times as `_format_cell` writes each: with parts of a second only where there are any."""
    whole = times.cast(pa.timestamp("s"), safe=False)
    return pc.if_else(pc.equal(whole, times), whole.cast(pa.string()), times.cast(pa.string()))


def _are_whole_numbers(numbers: npt.NDArray[np.float64]) -> bool:
    return bool(((np.abs(numbers) < LOST) & (numbers == np.trunc(numbers))).all())


def _format_cell(cell: Any, buddhist: bool, decimal: str) -> str:
    """A cell as the text that a CSV file would have: times in ISO 8601, numbers with the 15 digits that a workbook keeps."""
    if type(cell) is str:
        return cell
    if type(cell) is float or type(cell) is int:
        # Seventeen digits would show the dust of a binary number: 1234.1 as 1234.0999999999999.
        # The sign that the mapping says of the sheet's texts: a number read as such a text would lose its point.
        whole = abs(cell) < LOST or not math.isfinite(cell)
        return f"{cell:.15g}".replace(".", decimal) if whole else f"{cell:.14E}"
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, date):
        text = cell.isoformat(" ") if isinstance(cell, datetime) else cell.isoformat()
        # A date of Excel is one of the Gregorian calendar, however it is shown; the file's other dates may be written.
        return f"{cell.year + AHEAD}{text[4:]}" if buddhist and cell.year < AHEAD + 1700 else text
    if isinstance(cell, time):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        seconds = round(cell.total_seconds())
        return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    return str(cell)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:5]))
