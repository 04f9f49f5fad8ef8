"""The chart as files for other programs: GraphML (Brandes and others, 2002) and CSV. Amounts are decimals beside their
currency (ISO 4217), times RFC 3339 in UTC.
"""

import csv
import io
from collections.abc import Iterable
from datetime import UTC, datetime
from xml.sax.saxutils import escape, quoteattr

from warroom.room.chart.views import ChartNode, ChartTie, ChartView

NODE_KEYS = (
    ("kind", "string"),
    ("label", "string"),
    ("bank", "string"),
    ("hop", "int"),
    ("still_there", "double"),
    ("marks", "string"),
    ("group", "int"),
    ("currency", "string"),
)
TIE_KEYS = (
    ("relation", "string"),
    ("amount", "double"),
    ("traced", "double"),
    ("count", "int"),
    ("first", "string"),
    ("last", "string"),
    ("records", "string"),
    ("currency", "string"),
)
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a table program may take for a formula where a cell begins with it."""
Row = tuple[object, ...]


def graphml(view: ChartView, exercise: str) -> bytes:
    """The chart as a directed GraphML graph; ties that are no payments have no amount."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">',
    ]
    for of, keys in (("node", NODE_KEYS), ("edge", TIE_KEYS)):
        lines += [
            f'<key id="{of}-{name}" for="{of}" attr.name="{name}" attr.type="{kind}"/>' for name, kind in keys
        ]
    facts = {"case": view.case, "as_of": _time(view.as_of), "snapshot": view.snapshot, "exercise": exercise}
    lines += [f'<key id="graph-{name}" for="graph" attr.name="{name}" attr.type="string"/>' for name in facts]
    lines.append(f'<graph id={quoteattr(view.case)} edgedefault="directed">')
    lines += [f'<data key="graph-{name}">{escape(value)}</data>' for name, value in facts.items() if value]
    for node in view.nodes:
        lines.append(
            f"<node id={quoteattr(node.id)}>{_data('node', NODE_KEYS, node_row(node, view.currency)[1:])}</node>"
        )
    for tie in view.ties:
        ends = f"source={quoteattr(tie.start)} target={quoteattr(tie.end)}"
        lines.append(
            f"<edge id={quoteattr(tie.id)} {ends}>{_data('edge', TIE_KEYS, tie_row(tie, view.currency)[2:])}</edge>"
        )
    return "\n".join([*lines, "</graph>", "</graphml>", ""]).encode()


def _data(of: str, keys: Iterable[tuple[str, str]], values: Row) -> str:
    return "".join(
        f'<data key="{of}-{name}">{escape(str(value))}</data>'
        for (name, _), value in zip(keys, values, strict=True)
        if value not in (None, "")
    )


def node_row(node: ChartNode, currency: str) -> Row:
    """A node's id and the values of NODE_KEYS."""
    # Of what the trail did not reach nothing is known; a zero would say that nothing is there.
    still = _baht(node.still_there) if node.hop is not None else ""
    marks, unit = " ".join(node.marks), currency if still else ""
    return node.id, node.kind, node.label, node.bank, node.hop, still, marks, node.group, unit


def tie_row(tie: ChartTie, currency: str) -> Row:
    """A tie's ends and the values of TIE_KEYS; records as TABLE:SOURCE:RECORD_ID."""
    money = bool(tie.moves)
    sums = (_baht(tie.amount), _baht(tie.traced)) if money else ("", "")
    records = " ".join(f"{one.table}:{one.source}:{one.record_id}" for one in tie.sources)
    last = _time(tie.last) if tie.last else ""
    unit = currency if money else ""
    return tie.start, tie.end, tie.relation, *sums, tie.count, _time(tie.first), last, records, unit


def nodes_csv(view: ChartView, exercise: str) -> bytes:
    """Nodes, one a row."""
    return _csv(
        ("id", *(name for name, _ in NODE_KEYS)),
        (node_row(one, view.currency) for one in view.nodes),
        exercise,
    )


def ties_csv(view: ChartView, exercise: str) -> bytes:
    """Ties, one a row."""
    return _csv(
        ("from", "to", *(name for name, _ in TIE_KEYS)),
        (tie_row(one, view.currency) for one in view.ties),
        exercise,
    )


def _csv(head: Row, rows: Iterable[Row], exercise: str) -> bytes:
    """UTF-8 with a mark, so that table programs read Thai; in an exercise a last column says so in every row."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([*head, *(["exercise"] if exercise else [])])
    for row in rows:
        writer.writerow([*(_cell(value) for value in row), *([exercise] if exercise else [])])
    return text.getvalue().encode("utf-8-sig")


def _cell(value: object) -> str:
    text = "" if value is None else str(value)
    # A name or note that somebody else wrote must not compute on an officer's machine.
    return f"'{text}" if text.startswith(FORMULA) else text


def _baht(satang: int) -> str:
    return f"{satang // 100}.{satang % 100:02d}"


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")
