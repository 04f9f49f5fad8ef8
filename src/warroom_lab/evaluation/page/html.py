"""The page: what the war room saved and cost beside the others, a plot a figure, and all figures."""

from base64 import b64encode
from collections.abc import Mapping
from html import escape
from importlib.resources import files

from warroom_lab.evaluation.evaluate import Evaluation
from warroom_lab.evaluation.intervals import Interval
from warroom_lab.evaluation.missing import Missing
from warroom_lab.evaluation.page.hanging import hangs_on
from warroom_lab.evaluation.page.plot import Line, plot
from warroom_lab.evaluation.page.words import said, unit, why, words
from warroom_lab.evaluation.scores import METRICS, Metric
from warroom_lab.evaluation.sensitivity import BASELINE, OURS
from warroom_lab.evaluation.table import COMPARED, TRIED_ON, cell, number, times, worst_first

Fonts = Mapping[int, bytes]
"""woff2 by weight (400, 600)."""
THAI = "unicode-range: U+0E00-0E7F;"
HEAD = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; font-src data:">
<title>{title}</title><style>{fonts}{style}</style></head><body>
<input type="radio" name="language" id="en" checked><input type="radio" name="language" id="th">
<div class="language"><label for="en" lang="en">English</label><label for="th" lang="th">ไทย</label></div><main>"""


def page(found: Evaluation, fonts: Fonts) -> str:
    """The whole page; it asks no other host for anything. `fonts`: Thai letters for machines that have none."""
    style = files("warroom_lab.evaluation.page").joinpath("style.css").read_text("utf-8")
    title = escape(words()["said"]["title"]["en"])
    head = HEAD.format(title=title, fonts="".join(map(_face, fonts.items())), style=style)
    return (
        head
        + _intro(found)
        + _compared(found)
        + _team(found)
        + hangs_on(found)
        + _plots(found)
        + _figures(found)
        + "</main></body></html>\n"
    )


def _face(font: tuple[int, bytes]) -> str:
    weight, woff2 = font
    source = f"url(data:font/woff2;base64,{b64encode(woff2).decode()})"
    return f'@font-face {{ font-family: "Page Thai"; font-weight: {weight}; src: {source}; {THAI} }}\n'


def _intro(found: Evaluation) -> str:
    seeds = ", ".join(map(str, found.seeds))
    tools = ", ".join(sorted(found.tools))
    facts = (
        f"{said('said', 'size')}: {escape(found.size)} · {said('said', 'seeds')}: {seeds} · "
        f"{said('said', 'tools')}: {escape(tools)} · {said('said', 'scenario')}: {escape(found.asked.scenario)} · "
        f"{said('said', 'gangs')}: {escape(found.asked.gangs)}"
    )
    names = "".join(
        f'<li class="p-{escape(name)}"><strong>{escape(name)}</strong> {said("policies", name)}</li>'
        for name in found.policies
    )
    density = said("said", "density", density=f"{found.density:g}")
    head = f"<h1>{said('said', 'title')}</h1><p>{said('said', 'intro')}</p><p>{density}</p><p>{facts}</p>"
    return f'{head}<ul class="policies">{names}</ul>'


def _compared(found: Evaluation) -> str:
    """The war room over the baseline in large, and every pair in a table: ratios of sums with their intervals."""
    pairs = list(found.pairs())
    if not pairs:
        return ""
    tiles = ""
    if (OURS, BASELINE) in pairs:
        tiles = "".join(_tile(found, metric) for metric in COMPARED)
    heads = "".join(f"<th>{escape(name)} / {escape(to)}</th>" for name, to in pairs)
    rows = "".join(
        f"<tr><td>{said('metrics', metric)}</td>"
        + "".join(f"<td>{_ratio(found.ratio(metric, *pair))}</td>" for pair in pairs)
        + "</tr>"
        for metric in COMPARED
    )
    return (
        f'<h2>{said("said", "compared")}</h2><p>{said("said", "ratios")}</p><div class="compared">{tiles}</div>'
        f'<div class="wide"><table><thead><tr><th>{said("said", "figure")}</th>{heads}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div><p>{said('said', 'carries')}</p>"
    )


def _team(found: Evaluation) -> str:
    """Every gang of the red team, the worst for the war room first; nothing where none was looked for."""
    if not found.team:
        return ""
    units = {metric.name: metric for metric in METRICS}
    heads = "".join(f"<th>{said('metrics', metric)}</th>" for metric in TRIED_ON)
    rows = "".join(
        f"<tr><td>{escape(gang)}</td>"
        + "".join(f"<td>{_cell(found.against(gang, metric), units[metric])}</td>" for metric in TRIED_ON)
        + "</tr>"
        for gang in worst_first(found)
    )
    tried = str(min(len(figures) for figures in found.team.values()))
    return (
        f'<h2>{said("said", "team")}</h2><p>{said("said", "tried", seeds=tried)}</p><div class="wide"><table><thead><tr>'
        f"<th>{said('said', 'gangs')}</th>{heads}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _tile(found: Evaluation, metric: str) -> str:
    value = found.ratio(metric, OURS, BASELINE)
    if isinstance(value, Missing):
        return ""
    band = f"{value.low:.2f} .. {value.high:.2f}"
    return f"<div><strong>{value.value:.2f}</strong>{said('metrics', metric)}<br><small>{band}</small></div>"


def _ratio(value: Interval | Missing) -> str:
    return "-" if isinstance(value, Missing) else times(value)


def _plots(found: Evaluation) -> str:
    plots = "".join(_plot(found, metric) for metric in METRICS)
    head = f"<h2>{said('said', 'plots')}</h2><p>{said('said', 'interval')}</p>"
    return f'{head}<div class="plots">{plots}</div>'


def _plot(found: Evaluation, metric: Metric) -> str:
    lines = []
    for name in found.policies:
        interval = found.mean(name, metric.name)
        if isinstance(interval, Missing):
            continue
        values = [figure.value for figure in found.figures(name, metric.name).values()]
        known = [value for value in values if not isinstance(value, Missing)]
        lines.append(Line(name, interval, known, number(interval.value, metric.unit)))
    if not lines:
        return ""
    label = f"m-{metric.name}"
    better = said("said", "more" if metric.more else "less")
    caption = f"{said('metrics', metric.name)}<small>{unit(metric.unit)}, {better}</small>"
    return f'<figure><figcaption id="{label}">{caption}</figcaption>{plot(lines, label)}</figure>'


def _figures(found: Evaluation) -> str:
    heads = "".join(f"<th>{escape(name)}</th>" for name in found.policies)
    rows = "".join(_row(found, metric) for metric in METRICS)
    return (
        f'<h2>{said("said", "figures")}</h2><div class="wide"><table><thead><tr><th>{said("said", "figure")}</th>'
        f"{heads}</tr></thead><tbody>{rows}</tbody></table></div><p>{said('said', 'made')}</p>"
    )


def _row(found: Evaluation, metric: Metric) -> str:
    cells = _cells(found, metric)
    name = f"{said('metrics', metric.name)}<br><small>{metric.name}, {unit(metric.unit)}</small>"
    return f"<tr><td>{name}</td>{cells}</tr>"


def _cells(found: Evaluation, metric: Metric) -> str:
    """A cell a policy; one for all where none has the figure, for one reason."""
    values = [found.mean(name, metric.name) for name in found.policies]
    reasons = {value.why for value in values if isinstance(value, Missing)}
    if len(reasons) == 1 and all(isinstance(value, Missing) for value in values):
        return f'<td colspan="{len(values)}">{_none(reasons.pop())}</td>'
    return "".join(f"<td>{_cell(value, metric)}</td>" for value in values)


def _cell(value: Interval | Missing, metric: Metric) -> str:
    if isinstance(value, Missing):
        return _none(value.why)
    mean, *band = cell(value, metric.unit, "\n").split("\n")
    return escape(mean) + "".join(f"<br><small>{escape(each)}</small>" for each in band)


def _none(reason: str) -> str:
    return f"<small>{said('said', 'none')}: {why(reason)}</small>"
