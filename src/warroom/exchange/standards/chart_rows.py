"""The chart as rows of plain values, for tabular formats. Amounts are decimals with a column for their currency (ISO 4217),
times RFC 3339 in UTC.
"""

from datetime import UTC, datetime

from warroom.room.chart.views import ChartNode, ChartTie

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
Row = tuple[object, ...]


def node_row(node: ChartNode, currency: str) -> Row:
    """A node's id and the values of NODE_KEYS."""
    # Empty for a node that the trail did not reach: zero would mean that no money is left.
    still = _format_baht(node.still_there) if node.hop is not None else ""
    marks, unit = " ".join(node.marks), currency if still else ""
    return node.id, node.kind, node.label, node.bank, node.hop, still, marks, node.group, unit


def tie_row(tie: ChartTie, currency: str) -> Row:
    """A tie's ends and the values of TIE_KEYS; records as TABLE:SOURCE:RECORD_ID."""
    money = bool(tie.moves)
    sums = (_format_baht(tie.amount), _format_baht(tie.traced)) if money else ("", "")
    records = " ".join(f"{one.table}:{one.source}:{one.record_id}" for one in tie.sources)
    last = time_text(tie.last) if tie.last else ""
    unit = currency if money else ""
    return tie.start, tie.end, tie.relation, *sums, tie.count, time_text(tie.first), last, records, unit


def _format_baht(satang: int) -> str:
    return f"{satang // 100}.{satang % 100:02d}"


def time_text(moment: datetime) -> str:
    """A moment as RFC 3339 in UTC, to the second."""
    return moment.astimezone(UTC).isoformat(timespec="seconds")
