"""The figures as a table for the terminal."""

from collections import defaultdict
from collections.abc import Iterator

from rich.box import SIMPLE_HEAD
from rich.table import Table

from warroom.evaluation.bands import Band, kind_of_band
from warroom.evaluation.evaluate import COMPARED, Evaluation
from warroom.evaluation.missing import Missing
from warroom.evaluation.scores import METRICS

WIDTH = 118
"""Columns of a table that goes to a file and not to a terminal."""


def table_of(found: Evaluation) -> Table:
    """A row a figure, a column a policy: the mean, and below it the band where there is more than one seed."""
    many = len(found.seeds) > 1
    title = f"{found.size}, {len(found.seeds)} seed{'s' if many else ''}"
    caption = f"mean, {kind_of_band(len(found.seeds))}" if many else None
    table = Table("figure", "unit", *found.policies, title=title, caption=caption, box=SIMPLE_HEAD)
    for column in table.columns[2:]:
        column.justify = "right"
    for name, unit, *shown in _rows(found, many):
        table.add_row(name, unit, *shown)
    return table


def _rows(found: Evaluation, many: bool) -> Iterator[tuple[str, ...]]:
    for metric in METRICS:
        shown = [cell(found.band(name, metric.name), metric.unit, many, "\n") for name in found.policies]
        if any(text != "-" for text in shown):
            yield (metric.name, metric.unit, *shown)
    for key, pair in COMPARED.items():
        value = found.ratio(*pair)
        if not isinstance(value, Missing):
            compared = cell(value, "share", many, "\n")
            yield (key, "share", *(compared if name == "warroom" else "" for name in found.policies))


def why_null(found: Evaluation) -> list[str]:
    """A sentence for each reason: which figures of which policies there are not."""
    reasons: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for name in found.policies:
        for metric in METRICS:
            value = found.band(name, metric.name)
            if isinstance(value, Missing):
                reasons[value.why][metric.name].append(name)
    lines = []
    for why, metrics in reasons.items():
        policies = list(dict.fromkeys(name for names in metrics.values() for name in names))
        lines.append(f"{', '.join(policies)}: no {', '.join(metrics)}: {why}.")
    return lines


def cell(value: Band | Missing, unit: str, many: bool, between: str = " ") -> str:
    """One figure with its band; '-' where there is none."""
    if isinstance(value, Missing):
        return "-"
    text = number(value.mean, unit)
    return f"{text}{between}{number(value.low, unit)}..{number(value.high, unit)}" if many else text


def number(value: float, unit: str) -> str:
    """A figure as a person reads it."""
    if unit == "share":
        return f"{value:.3f}"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.1f}"
