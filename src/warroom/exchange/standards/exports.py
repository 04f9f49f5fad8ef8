"""The registry of formats in which a chart can be taken along: one line each, in the order of their buttons."""

from warroom.exchange.standards import chart_csv, ftm, graphml
from warroom.exchange.standards.chart_export import ChartExport

EXPORTS: tuple[ChartExport, ...] = (
    graphml.EXPORT,
    ftm.EXPORT,
    chart_csv.NODES,
    chart_csv.TIES,
)
