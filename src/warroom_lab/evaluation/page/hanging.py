"""The page's part on what a headline hangs on: a tornado beside each, what all ranges at once say, and every number."""

from html import escape

from warroom_lab.evaluation.assumptions import assumptions
from warroom_lab.evaluation.evaluate import Evaluation
from warroom_lab.evaluation.page.plot import Bar, tornado
from warroom_lab.evaluation.page.words import said, words
from warroom_lab.evaluation.sensitivity import HEADLINES, Sensitivity
from warroom_lab.evaluation.table import chance, moves, times
from warroom_lab.evaluation.tools import EVERY

SHOWN = 12
"""Assumptions in a tornado; the table below has every one."""


def hangs_on(found: Evaluation) -> str:
    """The part; empty where nobody looked."""
    hangs = found.hangs_on
    if hangs is None:
        return ""
    intro = said(
        "sensitivity",
        "intro",
        seeds=str(len(hangs.seeds)),
        count=str(len(hangs.ends)),
        points=str(len(hangs.cube)),
        chance=f"{chance(len(hangs.cube)):.2f}",
        few=f"{len(hangs.ends) / 20:.0f}",
    )
    plots = "".join(_figure(hangs, metric) for metric in HEADLINES)
    return (
        f"<h2>{said('sensitivity', 'title')}</h2><p>{intro}</p><p>{said('sensitivity', 'marks')}</p>"
        f'<div class="plots">{plots}</div>{_table(hangs)}'
    )


def _figure(found: Sensitivity, metric: str) -> str:
    usual = found.usual[metric]
    bars = [bar for name in found.ranked(metric)[:SHOWN] if (bar := _bar(found, metric, name)) is not None]
    if usual is None or not bars:
        return ""
    label = f"h-{metric}"
    caption = f"{said('metrics', metric)}<small>{times(usual)}</small>"
    return (
        f'<figure><figcaption id="{label}">{caption}</figcaption>{tornado(bars, usual, label)}'
        f"<p>{_over_all(found, metric)}</p></figure>"
    )


def _bar(found: Sensitivity, metric: str, name: str) -> Bar | None:
    low, high = found.ends[name].low[metric], found.ends[name].high[metric]
    if low is None or high is None or low.value == high.value:
        return None
    texts = words()["assumptions"][name]
    return Bar((texts["en"], texts["th"]), low.value, high.value)


def _over_all(found: Sensitivity, metric: str) -> str:
    spread, above = found.spread(metric), found.above_one(metric)
    if spread is None or above is None:
        return said("sensitivity", "nowhere")
    count = len(found.cube_ratios(metric))
    return said(
        "sensitivity",
        "over_all",
        count=str(count),
        above=str(round(above * count)),
        middle=f"{spread.value:.2f}",
        low=f"{spread.low:.2f}",
        high=f"{spread.high:.2f}",
    )


def _table(found: Sensitivity) -> str:
    heads = "".join(
        f"<th>{said('metrics', metric)}</th><th>{said('sensitivity', 'rho')}</th>" for metric in HEADLINES
    )
    rows = "".join(_row(found, name) for name in found.ranked(HEADLINES[0]))
    return (
        f"<details><summary>{said('sensitivity', 'all')}</summary>"
        f'<div class="wide"><table><thead><tr><th>{said("sensitivity", "assumption")}</th>'
        f"{heads}</tr></thead><tbody>{rows}</tbody></table></div></details>"
    )


def _row(found: Sensitivity, name: str) -> str:
    cells = "".join(f"<td>{escape(cell)}</td>" for metric in HEADLINES for cell in moves(found, metric, name))
    return f"<tr><td>{said('assumptions', name)}<br><small>{escape(_range(found, name))}</small></td>{cells}</tr>"


def _range(found: Sensitivity, name: str) -> str:
    """The parameters of an axis, from end to end; of a list the first."""
    axis = assumptions(found.scenario, EVERY)[name]
    low, high = axis.at(0.0), axis.at(1.0)
    return ", ".join(
        f"{'.'.join(each)} {_first(low[each])}..{_first(high[each])}" for each in axis.parameters
    )


def _first(value: float | list[float]) -> str:
    return f"{value[0]:.3g}, ..." if isinstance(value, list) else f"{value:.6g}"
