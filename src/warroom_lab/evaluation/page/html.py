"""The page: what the war room saved and cost beside the others, a plot a figure, and all figures."""

from base64 import b64encode
from collections.abc import Mapping
from html import escape
from importlib.resources import files

from warroom_lab.evaluation.evaluate import Evaluation
from warroom_lab.evaluation.intervals import Interval
from warroom_lab.evaluation.missing import Missing
from warroom_lab.evaluation.page.hanging import render_sensitivity
from warroom_lab.evaluation.page.plot import PlotLine, draw_plot
from warroom_lab.evaluation.page.words import load_words, render_reason, render_text, render_unit
from warroom_lab.evaluation.scores import METRICS, Metric
from warroom_lab.evaluation.sensitivity import BASELINE, OURS
from warroom_lab.evaluation.table import (
    COMPARED,
    TRIED_ON,
    count_tried_seeds,
    format_cell,
    format_number,
    format_optional_ratio,
    format_place,
)
from warroom_lab.evaluation.where import HELD, PLACES

Fonts = Mapping[int, bytes]
"""woff2 by weight (400, 600)."""
THAI = "unicode-range: U+0E00-0E7F;"
HEAD = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; font-src data:">
<title>{title}</title><style>{fonts}{style}</style></head><body>
<input type="radio" name="language" id="en" checked><input type="radio" name="language" id="th">
<div class="language"><label for="en" lang="en">English</label><label for="th" lang="th">ไทย</label></div><main>"""


def render_page(evaluation: Evaluation, fonts: Fonts) -> str:
    """The whole page; it asks no other host for anything. `fonts`: Thai letters for machines that have none."""
    style = files("warroom_lab.evaluation.page").joinpath("style.css").read_text("utf-8")
    title = escape(load_words()["said"]["title"]["en"])
    head = HEAD.format(title=title, fonts="".join(map(_render_font_face, fonts.items())), style=style)
    return (
        head
        + _render_intro(evaluation)
        + _render_comparison(evaluation)
        + _render_where(evaluation)
        + _render_red_team(evaluation)
        + render_sensitivity(evaluation)
        + _render_plots(evaluation)
        + _render_figures(evaluation)
        + "</main></body></html>\n"
    )


def _render_font_face(font: tuple[int, bytes]) -> str:
    weight, woff2 = font
    source = f"url(data:font/woff2;base64,{b64encode(woff2).decode()})"
    return f'@font-face {{ font-family: "Page Thai"; font-weight: {weight}; src: {source}; {THAI} }}\n'


def _render_intro(evaluation: Evaluation) -> str:
    seeds = ", ".join(map(str, evaluation.seeds))
    tools = ", ".join(sorted(evaluation.tools))
    facts = (
        f"{render_text('said', 'size')}: {escape(evaluation.size)} · {render_text('said', 'seeds')}: {seeds} · "
        f"{render_text('said', 'tools')}: {escape(tools)} · {render_text('said', 'scenario')}: {escape(evaluation.asked.scenario)} · "
        f"{render_text('said', 'gangs')}: {escape(evaluation.asked.gangs)}"
    )
    names = "".join(
        f'<li class="p-{escape(name)}"><strong>{escape(name)}</strong> {render_text("policies", name)}</li>'
        for name in evaluation.policies
    )
    density = render_text("said", "density", density=f"{evaluation.density:g}")
    head = f"<h1>{render_text('said', 'title')}</h1><p>{render_text('said', 'intro')}</p><p>{density}</p><p>{facts}</p>"
    return f'{head}<ul class="policies">{names}</ul>'


def _render_comparison(evaluation: Evaluation) -> str:
    """The war room over the baseline in large, and every pair in a table: ratios of sums with their intervals."""
    pairs = list(evaluation.iter_policy_pairs())
    if not pairs:
        return ""
    tiles = ""
    if (OURS, BASELINE) in pairs:
        tiles = "".join(_render_tile(evaluation, metric) for metric in COMPARED)
    heads = "".join(f"<th>{escape(name)} / {escape(to)}</th>" for name, to in pairs)
    rows = "".join(
        f"<tr><td>{render_text('metrics', metric)}</td>"
        + "".join(
            f"<td>{format_optional_ratio(evaluation.compute_ratio(metric, *pair))}</td>" for pair in pairs
        )
        + "</tr>"
        for metric in COMPARED
    )
    return (
        f'<h2>{render_text("said", "compared")}</h2><p>{render_text("said", "ratios")}</p><div class="compared">{tiles}</div>'
        f'<div class="wide"><table><thead><tr><th>{render_text("said", "figure")}</th>{heads}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div><p>{render_text('said', 'carries')}</p>"
    )


def _render_where(evaluation: Evaluation) -> str:
    """Where each stolen baht was lost or held: a row a place, a column a policy."""
    heads = "".join(f"<th>{escape(name)}</th>" for name in evaluation.policies)
    rows = "".join(
        f"<tr{' class=held' if place in HELD else ''}><td>{render_text('where', place)}</td>"
        + "".join(f"<td>{format_place(evaluation, name, place)}</td>" for name in evaluation.policies)
        + "</tr>"
        for place in PLACES
    )
    return (
        f'<h2>{render_text("said", "where")}</h2><p>{render_text("said", "where_read")}</p><div class="wide"><table><thead><tr>'
        f"<th>{render_text('said', 'place')}</th>{heads}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _render_red_team(evaluation: Evaluation) -> str:
    """Every gang of the red team, the worst for the war room first; nothing where none was looked for."""
    if not evaluation.red_team_scores:
        return ""
    units = {metric.name: metric for metric in METRICS}
    heads = f"<th>{render_text('said', 'saved_ratio')}</th>" + "".join(
        f"<th>{render_text('metrics', metric)}</th>" for metric in TRIED_ON
    )
    rows = "".join(
        f"<tr><td>{escape(gang)}</td><td>{format_optional_ratio(evaluation.compute_ratio_against(gang, 'money_saved'))}</td>"
        + "".join(
            f"<td>{_render_cell(evaluation.compute_mean_against(gang, metric), units[metric])}</td>"
            for metric in TRIED_ON
        )
        + "</tr>"
        for gang in evaluation.rank_gangs()
    )
    tried = str(count_tried_seeds(evaluation))
    return (
        f'<h2>{render_text("said", "team")}</h2><p>{render_text("said", "tried", seeds=tried)}</p><div class="wide"><table><thead><tr>'
        f"<th>{render_text('said', 'gangs')}</th>{heads}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _render_tile(found: Evaluation, metric: str) -> str:
    value = found.compute_ratio(metric, OURS, BASELINE)
    if isinstance(value, Missing):
        return ""
    number, *band = format_optional_ratio(value).split(" ", 1)
    small = f"<br><small>{escape(band[0])}</small>" if band else ""
    return f"<div><strong>{number}</strong>{render_text('metrics', metric)}{small}</div>"


def _render_plots(found: Evaluation) -> str:
    plots = "".join(_render_plot(found, metric) for metric in METRICS)
    head = f"<h2>{render_text('said', 'plots')}</h2><p>{render_text('said', 'interval')}</p>"
    return f'{head}<div class="plots">{plots}</div>'


def _render_plot(evaluation: Evaluation, metric: Metric) -> str:
    lines = []
    for name in evaluation.policies:
        interval = evaluation.compute_mean(name, metric.name)
        if isinstance(interval, Missing):
            continue
        values = [figure.value for figure in evaluation.get_figures(name, metric.name).values()]
        known = [value for value in values if not isinstance(value, Missing)]
        lines.append(PlotLine(name, interval, known, format_number(interval.value, metric.unit)))
    if not lines:
        return ""
    label = f"m-{metric.name}"
    better = render_text("said", "more" if metric.more_is_better else "less")
    caption = f"{render_text('metrics', metric.name)}<small>{render_unit(metric.unit)}, {better}</small>"
    return f'<figure><figcaption id="{label}">{caption}</figcaption>{draw_plot(lines, label)}</figure>'


def _render_figures(found: Evaluation) -> str:
    heads = "".join(f"<th>{escape(name)}</th>" for name in found.policies)
    rows = "".join(_render_row(found, metric) for metric in METRICS)
    return (
        f'<h2>{render_text("said", "figures")}</h2><div class="wide"><table><thead><tr><th>{render_text("said", "figure")}</th>'
        f"{heads}</tr></thead><tbody>{rows}</tbody></table></div><p>{render_text('said', 'made')}</p>"
    )


def _render_row(found: Evaluation, metric: Metric) -> str:
    cells = _render_cells(found, metric)
    name = (
        f"{render_text('metrics', metric.name)}<br><small>{metric.name}, {render_unit(metric.unit)}</small>"
    )
    return f"<tr><td>{name}</td>{cells}</tr>"


def _render_cells(found: Evaluation, metric: Metric) -> str:
    """A cell a policy; one for all where none has the figure, for one reason."""
    values = [found.compute_mean(name, metric.name) for name in found.policies]
    reasons = {value.why for value in values if isinstance(value, Missing)}
    if len(reasons) == 1 and all(isinstance(value, Missing) for value in values):
        return f'<td colspan="{len(values)}">{_render_missing(reasons.pop())}</td>'
    return "".join(f"<td>{_render_cell(value, metric)}</td>" for value in values)


def _render_cell(value: Interval | Missing, metric: Metric) -> str:
    if isinstance(value, Missing):
        return _render_missing(value.why)
    mean, *band = format_cell(value, metric.unit, "\n").split("\n")
    return escape(mean) + "".join(f"<br><small>{escape(each)}</small>" for each in band)


def _render_missing(reason: str) -> str:
    return f"<small>{render_text('said', 'none')}: {render_reason(reason)}</small>"
