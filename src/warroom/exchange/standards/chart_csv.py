"""The chart as two tables of comma-separated values (RFC 4180), for table programs."""

import csv
import io
from collections.abc import Iterable

from warroom.bilingual.texts import Texts
from warroom.exchange.standards.chart_export import ChartExport
from warroom.exchange.standards.chart_rows import NODE_KEYS, TIE_KEYS, Row, node_row, tie_row
from warroom.room.chart.views import ChartView

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""Characters at the start of a cell by which a spreadsheet may take it for a formula (OWASP, CSV Injection)."""


def render_nodes(view: ChartView, exercise: str) -> bytes:
    """Nodes, one a row."""
    return _render_csv(
        ("id", *(name for name, _ in NODE_KEYS)),
        (node_row(one, view.currency) for one in view.nodes),
        exercise,
    )


def render_ties(view: ChartView, exercise: str) -> bytes:
    """Ties, one a row."""
    return _render_csv(
        ("from", "to", *(name for name, _ in TIE_KEYS)),
        (tie_row(one, view.currency) for one in view.ties),
        exercise,
    )


def _render_csv(head: Row, rows: Iterable[Row], exercise: str) -> bytes:
    """UTF-8 with a byte order mark, so that spreadsheets read Thai; in an exercise every row has a last column that says so."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([*head, *(["exercise"] if exercise else [])])
    for row in rows:
        writer.writerow([*(_format_cell(value) for value in row), *([exercise] if exercise else [])])
    return text.getvalue().encode("utf-8-sig")


def _format_cell(value: object) -> str:
    text = "" if value is None else str(value)
    # A name or note from outside must not run as a formula on an officer's machine.
    return f"'{text}" if text.startswith(FORMULA) else text


NODES = ChartExport("nodes-csv", "text/csv", "-nodes.csv", Texts("ตารางจุด", "Nodes (CSV)"), render_nodes)
TIES = ChartExport("ties-csv", "text/csv", "-ties.csv", Texts("ตารางความเชื่อมโยง", "Ties (CSV)"), render_ties)
