"""The table of a web page as a sheet: internet banking gives one under a name that ends in .xls."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from warroom.errors import RecordsError
from warroom.records.encodings import detect_encoding
from warroom.records.unpacked import open_unpacked

WIDEST = 1_000
"""Columns or rows that one cell may take, as browsers count."""
# Bytes that tell the encoding, and the size of each read.
SAMPLE = 1 << 20
LINES, LINE_END = ("br", "p", "div", "li"), "\u2028"
"""What ends a line within a cell, and how it is marked until white space is tidied: where the page's own text ends a line, a
browser shows a space.
"""
_PAGE = re.compile(
    rb"(?:\s|<\?xml[^>]*>|<!--.*?-->)*+<(?:!doctype\s+html|html|head|body|meta|style|div|table|tr)[\s>]",
    re.IGNORECASE | re.DOTALL,
)

UNSEEN = ("script", "style", "template", "noscript")
_HIDING = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse))", re.IGNORECASE)

Range = tuple[tuple[int, int], tuple[int, int]]


def is_web_page(head: bytes) -> bool:
    """Whether a file begins as a web page."""
    return bool(_PAGE.match(head.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe")))


@dataclass
class HtmlTable:
    """A table as a sheet is: its rows, each of `width` texts, the cells that are merged, counted from 0, and in how many places
    it hides text.
    """

    name: str
    rows: list[list[str]] = field(default_factory=list)
    merged_cell_ranges: list[Range] = field(default_factory=list)
    width: int = 0
    hidden: int = 0
    start = (0, 0)

    @property
    def height(self) -> int:
        """How many rows it has."""
        return len(self.rows)

    def iter_rows(self) -> Iterator[list[str]]:
        """The rows in their order, all of one width."""
        return (row + [""] * (self.width - len(row)) for row in self.rows)


def parse_tables(path: Path) -> list[HtmlTable]:
    """The tables of a page in their order, without those that hold others: these lay out the page."""
    from lxml import etree

    with open_unpacked(path, str(path)) as stream:
        data = b"".join(iter(lambda: stream.read(SAMPLE), b""))
    try:
        encoding, mark = detect_encoding(data[:SAMPLE], None, path)
        data, encoding = data[mark:].decode(encoding, "replace").encode(), "utf-8"
    except RecordsError:
        encoding = ""  # then what the page says of itself
    root = etree.fromstring(
        data, etree.HTMLParser(encoding=encoding or None, no_network=True, huge_tree=True)
    )
    etree.strip_elements(root, *UNSEEN, etree.Comment, with_tail=False)
    # Tables around tables were how pages were laid out; only the innermost hold records.
    leaf_tables = [table for table in root.iter("table") if table.find(".//table") is None]
    return [_parse_table(f"table {number}", table) for number, table in enumerate(leaf_tables, 1)]


def _parse_table(name: str, element: Any) -> HtmlTable:
    table, taken = HtmlTable(name, hidden=_clear_hidden_text(element)), set[tuple[int, int]]()
    for at, line in enumerate(element.iter("tr")):
        row: list[str] = []
        for cell in line.iterchildren("td", "th"):
            while (at, len(row)) in taken:
                row.append("")
            wide, high = _parse_span(cell, "colspan"), _parse_span(cell, "rowspan")
            if wide * high > 1:
                left, right, bottom = len(row), len(row) + wide - 1, at + high - 1
                table.merged_cell_ranges.append(((at, left), (bottom, right)))
                taken |= {(below, x) for below in range(at + 1, bottom + 1) for x in range(left, right + 1)}
            row += [_format_cell(cell), *[""] * (wide - 1)]
        table.rows.append(row)
        table.width = max(table.width, len(row))
    return table


def _clear_hidden_text(element: Any) -> int:
    """Empty what a browser does not show, since a person who looked at the page never saw it; in how many places that was text.
    The cells themselves stay, so that those behind them keep their columns.
    """
    hidden = [
        node
        for node in element.iter()
        if node.get("hidden") is not None or _HIDING.search(node.get("style", ""))
    ]
    filled = [node for node in hidden if "".join(node.itertext()).strip()]
    for node in filled:
        for inside in node.iter():
            inside.text = None
            inside.tail = inside.tail if inside is node else None
    return len(filled)


def _parse_span(cell: Any, name: str) -> int:
    said = cell.get(name, "1").strip()
    # Bounded: a page may declare a span of millions and take all memory.
    return min(max(int(said), 1), WIDEST) if said.isascii() and said.isdigit() else 1


def _format_cell(cell: Any) -> str:
    for line in cell.iter(*LINES):
        line.text, line.tail = f"{LINE_END}{line.text or ''}", f"{LINE_END}{line.tail or ''}"
    lines = (" ".join(line.split()) for line in "".join(cell.itertext()).split(LINE_END))
    return "\n".join(filter(None, lines))
