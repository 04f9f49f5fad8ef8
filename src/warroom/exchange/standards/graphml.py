"""The chart as GraphML (Brandes and others, 2002)."""

from collections.abc import Iterable
from xml.sax.saxutils import escape, quoteattr

from warroom.bilingual.texts import Texts
from warroom.exchange.standards.chart_export import ChartExport
from warroom.exchange.standards.chart_rows import NODE_KEYS, TIE_KEYS, Row, node_row, tie_row, time_text
from warroom.room.chart.views import ChartView


def render(view: ChartView, exercise: str) -> bytes:
    """The chart as a directed GraphML graph; only payments have an amount."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">',
    ]
    for of, keys in (("node", NODE_KEYS), ("edge", TIE_KEYS)):
        lines += [
            f'<key id="{of}-{name}" for="{of}" attr.name="{name}" attr.type="{kind}"/>' for name, kind in keys
        ]
    facts = {
        "case": view.case,
        "as_of": time_text(view.as_of),
        "snapshot": view.snapshot,
        "exercise": exercise,
    }
    lines += [f'<key id="graph-{name}" for="graph" attr.name="{name}" attr.type="string"/>' for name in facts]
    lines.append(f'<graph id={quoteattr(view.case)} edgedefault="directed">')
    lines += [f'<data key="graph-{name}">{escape(value)}</data>' for name, value in facts.items() if value]
    for node in view.nodes:
        lines.append(
            f"<node id={quoteattr(node.id)}>{_render_data('node', NODE_KEYS, node_row(node, view.currency)[1:])}</node>"
        )
    for tie in view.ties:
        ends = f"source={quoteattr(tie.start)} target={quoteattr(tie.end)}"
        lines.append(
            f"<edge id={quoteattr(tie.id)} {ends}>{_render_data('edge', TIE_KEYS, tie_row(tie, view.currency)[2:])}</edge>"
        )
    return "\n".join([*lines, "</graph>", "</graphml>", ""]).encode()


def _render_data(of: str, keys: Iterable[tuple[str, str]], values: Row) -> str:
    return "".join(
        f'<data key="{of}-{name}">{escape(str(value))}</data>'
        for (name, _), value in zip(keys, values, strict=True)
        if value not in (None, "")
    )


EXPORT = ChartExport("graphml", "application/graphml+xml", ".graphml", Texts("GraphML", "GraphML"), render)
