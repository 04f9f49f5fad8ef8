"""The registry of a chart's export formats: one line each, in the order of their buttons."""

from warroom.exchange.standards import case_uco, chart_csv, ftm, graphml, misp, stix
from warroom.exchange.standards.chart_export import ChartExport

EXPORTS: tuple[ChartExport, ...] = (
    graphml.EXPORT,
    ftm.EXPORT,
    stix.EXPORT,
    misp.EXPORT,
    case_uco.EXPORT,
    chart_csv.NODES,
    chart_csv.TIES,
)
