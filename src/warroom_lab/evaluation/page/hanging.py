"""The page's part on what a headline hangs on: a tornado beside each, what all ranges at once say, and every number."""

from html import escape

from warroom_lab.evaluation.assumptions import build_assumptions
from warroom_lab.evaluation.evaluate import Evaluation
from warroom_lab.evaluation.page.plot import TornadoBar, draw_tornado
from warroom_lab.evaluation.page.words import load_words, render_text
from warroom_lab.evaluation.sensitivity import HEADLINES, Sensitivity
from warroom_lab.evaluation.table import compute_chance_correlation, format_assumption_moves, format_ratio
from warroom_lab.evaluation.tools import EVERY

SHOWN = 12
"""Assumptions in a tornado; the table below has every one."""


def render_sensitivity(evaluation: Evaluation) -> str:
    """The part; empty where nobody looked."""
    hangs = evaluation.sensitivity
    if hangs is None:
        return ""
    intro = render_text(
        "sensitivity",
        "intro",
        seeds=str(len(hangs.seeds)),
        count=str(len(hangs.ends)),
        points=str(len(hangs.cube)),
        chance=f"{compute_chance_correlation(len(hangs.cube)):.2f}",
        few=f"{len(hangs.ends) / 20:.0f}",
    )
    plots = "".join(_render_figure(hangs, metric) for metric in HEADLINES)
    return (
        f"<h2>{render_text('sensitivity', 'title')}</h2><p>{intro}</p><p>{render_text('sensitivity', 'marks')}</p>"
        f'<div class="plots">{plots}</div>{_render_table(hangs)}'
    )


def _render_figure(analysis: Sensitivity, metric: str) -> str:
    usual = analysis.usual[metric]
    bars = [
        bar
        for name in analysis.rank_assumptions(metric)[:SHOWN]
        if (bar := _make_bar(analysis, metric, name)) is not None
    ]
    if usual is None or not bars:
        return ""
    label = f"h-{metric}"
    caption = f"{render_text('metrics', metric)}<small>{format_ratio(usual)}</small>"
    return (
        f'<figure><figcaption id="{label}">{caption}</figcaption>{draw_tornado(bars, usual, label)}'
        f"<p>{_render_overall(analysis, metric)}</p></figure>"
    )


def _make_bar(found: Sensitivity, metric: str, name: str) -> TornadoBar | None:
    low, high = found.ends[name].low[metric], found.ends[name].high[metric]
    if low is None or high is None or low.value == high.value:
        return None
    texts = load_words()["assumptions"][name]
    return TornadoBar((texts["en"], texts["th"]), low.value, high.value)


def _render_overall(analysis: Sensitivity, metric: str) -> str:
    spread, above = analysis.compute_spread(metric), analysis.share_above_one(metric)
    if spread is None or above is None:
        return render_text("sensitivity", "nowhere")
    count = len(analysis.list_cube_ratios(metric))
    return render_text(
        "sensitivity",
        "over_all",
        count=str(count),
        above=str(round(above * count)),
        middle=f"{spread.value:.2f}",
        low=f"{spread.low:.2f}",
        high=f"{spread.high:.2f}",
    )


def _render_table(analysis: Sensitivity) -> str:
    heads = "".join(
        f"<th>{render_text('metrics', metric)}</th><th>{render_text('sensitivity', 'rho')}</th>"
        for metric in HEADLINES
    )
    rows = "".join(_render_row(analysis, name) for name in analysis.rank_assumptions(HEADLINES[0]))
    return (
        f"<details><summary>{render_text('sensitivity', 'all')}</summary>"
        f'<div class="wide"><table><thead><tr><th>{render_text("sensitivity", "assumption")}</th>'
        f"{heads}</tr></thead><tbody>{rows}</tbody></table></div></details>"
    )


def _render_row(found: Sensitivity, name: str) -> str:
    cells = "".join(
        f"<td>{escape(cell)}</td>"
        for metric in HEADLINES
        for cell in format_assumption_moves(found, metric, name)
    )
    return f"<tr><td>{render_text('assumptions', name)}<br><small>{escape(_format_range(found, name))}</small></td>{cells}</tr>"


def _format_range(found: Sensitivity, name: str) -> str:
    """The parameters of an axis, from end to end; of a list the first."""
    axis = build_assumptions(found.scenario, EVERY)[name]
    low, high = axis.get_values_at(0.0), axis.get_values_at(1.0)
    return ", ".join(
        f"{'.'.join(each)} {_format_first(low[each])}..{_format_first(high[each])}"
        for each in axis.parameters
    )


def _format_first(value: float | list[float]) -> str:
    return f"{value[0]:.3g}, ..." if isinstance(value, list) else f"{value:.6g}"
