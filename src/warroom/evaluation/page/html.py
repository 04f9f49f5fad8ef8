"""The page: what the war room saved and cost beside the others, a plot a figure, and all figures."""

from base64 import b64encode
from collections.abc import Mapping
from html import escape
from importlib.resources import files

from warroom.evaluation.bands import Band, kind_of_band
from warroom.evaluation.evaluate import COMPARED, Evaluation
from warroom.evaluation.missing import Missing
from warroom.evaluation.page.plot import Line, plot
from warroom.evaluation.page.words import both, said, unit, why, words
from warroom.evaluation.scores import METRICS, Metric
from warroom.evaluation.table import cell, number

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
    style = files("warroom.evaluation.page").joinpath("style.css").read_text("utf-8")
    title = escape(words()["said"]["title"]["en"])
    head = HEAD.format(title=title, fonts="".join(map(_face, fonts.items())), style=style)
    return (
        head + _intro(found) + _compared(found) + _plots(found) + _figures(found) + "</main></body></html>\n"
    )


def _face(font: tuple[int, bytes]) -> str:
    weight, woff2 = font
    source = f"url(data:font/woff2;base64,{b64encode(woff2).decode()})"
    return f'@font-face {{ font-family: "Page Thai"; font-weight: {weight}; src: {source}; {THAI} }}\n'


def _intro(found: Evaluation) -> str:
    seeds = ", ".join(map(str, found.seeds))
    facts = f"{said('said', 'size')}: {escape(found.size)} · {said('said', 'seeds')}: {seeds}"
    names = "".join(
        f'<li class="p-{escape(name)}"><strong>{escape(name)}</strong> {said("policies", name)}</li>'
        for name in found.policies
    )
    head = f"<h1>{said('said', 'title')}</h1><p>{said('said', 'intro')}</p><p>{facts}</p>"
    return f'{head}<ul class="policies">{names}</ul>'


def _compared(found: Evaluation) -> str:
    cells = []
    for key, pair in COMPARED.items():
        value = found.ratio(*pair)
        if not isinstance(value, Missing):
            text = f"{value.mean:.1%}"
            band = f"{value.low:.1%} .. {value.high:.1%}" if len(found.seeds) > 1 else ""
            cells.append(
                f"<div><strong>{text}</strong>{said('compared', key)}<br><small>{band}</small></div>"
            )
    if not cells:
        return ""
    return f'<h2>{said("said", "compared")}</h2><div class="compared">{"".join(cells)}</div>'


def _plots(found: Evaluation) -> str:
    kind = kind_of_band(len(found.seeds))
    texts = words()["said"]["band"]
    legend = both(texts["en"].format(band=kind), texts["th"].format(band=words()["bands"][kind]))
    plots = "".join(_plot(found, metric) for metric in METRICS)
    head = f"<h2>{said('said', 'plots')}</h2><p>{legend}</p>"
    return f'{head}<div class="plots">{plots}</div>'


def _plot(found: Evaluation, metric: Metric) -> str:
    lines = []
    for name in found.policies:
        band = found.band(name, metric.name)
        if isinstance(band, Missing):
            continue
        values = [found.scores[name][seed][metric.name] for seed in found.seeds]
        known = [value for value in values if not isinstance(value, Missing)]
        lines.append(Line(name, band, known, number(band.mean, metric.unit)))
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
    values = [found.band(name, metric.name) for name in found.policies]
    reasons = {value.why for value in values if isinstance(value, Missing)}
    if len(reasons) == 1 and all(isinstance(value, Missing) for value in values):
        return f'<td colspan="{len(values)}">{_none(reasons.pop())}</td>'
    return "".join(f"<td>{_cell(value, metric, len(found.seeds) > 1)}</td>" for value in values)


def _cell(value: Band | Missing, metric: Metric, many: bool) -> str:
    if isinstance(value, Missing):
        return _none(value.why)
    mean, *band = cell(value, metric.unit, many, "\n").split("\n")
    return escape(mean) + "".join(f"<br><small>{escape(each)}</small>" for each in band)


def _none(reason: str) -> str:
    return f"<small>{said('said', 'none')}: {why(reason)}</small>"
