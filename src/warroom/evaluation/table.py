"""The figures as a table for the terminal."""

from rich.table import Table

from warroom.evaluation.bands import Band, kind_of_band
from warroom.evaluation.evaluate import COMPARED, Evaluation
from warroom.evaluation.missing import Missing
from warroom.evaluation.scores import METRICS


def table_of(found: Evaluation) -> Table:
    """A row a figure, a column a policy: the mean, and the band in brackets where there is more than one seed."""
    many = len(found.seeds) > 1
    title = f"{found.size}, {len(found.seeds)} seed{'s' if many else ''}"
    band = f"mean [{kind_of_band(len(found.seeds))}]" if many else ""
    table = Table("figure", "unit", *found.policies, title=title, caption=band)
    for column in table.columns[2:]:
        column.justify = "right"
    for metric in METRICS:
        shown = [cell(found.band(name, metric.name), metric.unit, many) for name in found.policies]
        if any(text != "-" for text in shown):
            table.add_row(metric.name, metric.unit, *shown)
    for key, pair in COMPARED.items():
        value = found.ratio(*pair)
        if not isinstance(value, Missing):
            blanks = ["" if name != "warroom" else cell(value, "share", many) for name in found.policies]
            table.add_row(key, "share", *blanks)
    return table


def cell(value: Band | Missing, unit: str, many: bool) -> str:
    """One figure with its band; '-' where there is none."""
    if isinstance(value, Missing):
        return "-"
    text = number(value.mean, unit)
    return f"{text} [{number(value.low, unit)}..{number(value.high, unit)}]" if many else text


def number(value: float, unit: str) -> str:
    """A figure as a person reads it."""
    if unit == "share":
        return f"{value:.3f}"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.1f}"
