"""The chart as a PDF for the court: the drawing with its legend, the nodes, each tie with its records and the SHA-256 of the files
they were read from, and who made it and when.
"""

from collections import Counter
from datetime import datetime
from functools import cache
from importlib import resources
from typing import Any

from warroom.lake.lake import Lake
from warroom.ledger.officers import Officer
from warroom.networks.shapes import TieSource
from warroom.papers import render
from warroom.reasons.reason import format_unit
from warroom.room.chart import queries as service
from warroom.room.chart.views import ChartTie, ChartView
from warroom.web.chart.asked import DrawingChoice
from warroom.web.chart.drawn import format_svg
from warroom.web.chart.picture import build_picture, list_lit_nodes
from warroom.web.chart.words import format_node_names, make_chart_words
from warroom.web.kit.formats import Say

MOST_TIES, MOST_RECORDS = 300, 12
"""Ties in the PDF, the largest first; and records listed per tie. The PDF says how many are left out. Chosen, not measured."""
_PARTS = ("year", "month", "day", "hour", "minute", "second")


def render_pdf(
    view: ChartView, drawn: DrawingChoice, lake: Lake, say: Say, officer: Officer, exercise: bool
) -> bytes:
    """The PDF, in the reader's language. Raises PaperError."""
    return render.render(
        _load_template("chart.typ"), build_contents(view, drawn, lake, say, officer, exercise), say.now
    )


def render_svg(view: ChartView, drawn: DrawingChoice, say: Say, exercise: str) -> bytes:
    """The current drawing as an SVG file."""
    return _draw_picture(view, drawn, say, exercise)[0].encode()


def render_png(view: ChartView, drawn: DrawingChoice, say: Say, exercise: str) -> bytes:
    """The current drawing as a PNG file with a title. Raises PaperError."""
    picture, width = _draw_picture(view, drawn, say, exercise)
    _ = say.catalog.gettext
    as_of = _("as of %(moment)s") % {"moment": say.moment(view.as_of)}
    title = f"{_('Link chart of case %(case)s') % {'case': view.case}} · {as_of}"
    said = {"title": title, "picture": picture, "width": width}
    return render.render_pictures(_load_template("picture.typ"), said, say.now)[0]


def _draw_picture(view: ChartView, drawn: DrawingChoice, say: Say, exercise: str) -> tuple[str, float]:
    picture = build_picture(view, say, drawn.each, drawn.unfolded, drawn.chosen)
    return format_svg(picture, list_lit_nodes(picture, drawn.chosen), exercise), max(picture.width, 200)


@cache
def _load_template(name: str) -> str:
    return resources.files(__package__).joinpath(name).read_text(encoding="utf-8")


def build_contents(
    view: ChartView, drawn: DrawingChoice, lake: Lake, say: Say, officer: Officer, exercise: bool
) -> dict[str, Any]:
    """The content of the PDF, as its Typst template expects it."""
    _, names = say.catalog.gettext, format_node_names(view, say)
    numbers = {node.id: str(at) for at, node in enumerate(view.nodes, 1)}
    ties = view.ties[:MOST_TIES]
    named = {name for tie in ties for name in (tie.start, tie.end)}
    files = dict(service.file_hashes(lake, view, ties))
    picture = build_picture(view, say, drawn.each, drawn.unfolded, drawn.chosen)
    letters = _assign_file_letters(ties, files)
    rows = [_format_tie_row(tie, names, numbers, letters, files, view.currency, say) for tie in ties]
    return {
        "title": _("Link chart of case %(case)s") % {"case": view.case},
        "lang": say.language,
        "author": officer.name,
        "created": {name: getattr(say.to_local(say.now), name) for name in _PARTS},
        "exercise": ["การฝึกซ้อม · EXERCISE"] if exercise else None,
        "watermark": "EXERCISE",
        "facts": _list_facts(view, say, officer),
        "picture": format_svg(picture, list_lit_nodes(picture, drawn.chosen)),
        "wide": picture.width > picture.height,
        "folded": _(
            "More than 60 nodes: the largest are drawn, the others as bundles of those whom one account paid, or of one hop."
        )
        if picture.folded
        else "",
        "legend": _format_legend(say),
        "words": _build_words(view, say, len(ties)),
        "nodes": [
            [
                numbers[chart_node.id],
                names[chart_node.id],
                ", ".join(make_chart_words(say)("mark", mark) for mark in chart_node.marks),
                _format_sum(chart_node.still_there, say),
            ]
            for chart_node in view.nodes
            if chart_node.id in named or chart_node.marks
        ],
        "ties": rows,
        "unknown": _("[?]: this record is not in the lake, or not any more.") if "[?]" in str(rows) else "",
        "files": [[letter, sha256] for sha256, letter in letters.items()],
    }


def _list_facts(view: ChartView, say: Say, officer: Officer) -> list[list[str]]:
    _ = say.catalog.gettext
    span = [(_("From"), view.look.since), (_("Until"), view.look.until)]
    return [
        [_("As of"), say.moment(view.as_of)],
        *([name, say.moment(at)] for name, at in span if at is not None),
        [_("Made by"), f"{officer.name}, {officer.agency}"],
        [_("Made at"), f"{say.moment(say.now)} ({say.zone.key})"],
        [_("SHA-256 of the trail"), view.snapshot or "–"],
        [_("Opened beyond the trail"), say.count(len(view.look.opened))],
    ]


def _format_legend(say: Say) -> str:
    _ = say.catalog.gettext
    return " ".join(
        (
            _(
                "A circle is an account, a square a holder, a company or where money left, a diamond a device, a SIM card or an honest shop, a triangle anything else."
            ),
            _(
                "Money runs from the left to the right. The area of a circle and the width of a line are baht; a thin grey line is another tie."
            ),
            _("A second ring is a hold in effect."),
            _("A tie or a group is no accusation: it says what the records below it say."),
        )
    )


def _build_words(view: ChartView, say: Say, shown: int) -> dict[str, str]:
    _ = say.catalog.gettext
    left = len(view.ties) - shown + view.left_out_ties
    return {
        "nodes": _("Nodes"),
        "ties": _("Ties and the records that show them"),
        "files": _("Files"),
        "node_head": _("Node"),
        "marks": _("Marks"),
        "still": _("Still there, %(unit)s") % {"unit": format_unit(view.currency, say.language)},
        "from_to": _("From, to"),
        "what": _("What"),
        "when": _("When"),
        "records": _("Records"),
        "sha256": _("SHA-256 of the file"),
        "left": _("Ties with less money that are not on this paper: %(count)s; the CSV has all.")
        % {"count": say.count(left)}
        if left
        else "",
    }


def _assign_file_letters(ties: tuple[ChartTie, ...], files: dict[tuple[str, str], str]) -> dict[str, str]:
    """A short name (F1, F2, …) for each file by its SHA-256, the file with most records first."""
    count = Counter(_find_sha256(one, files) for tie in ties for one in tie.sources[:MOST_RECORDS])
    # Records whose file is not known get no name; the table marks them with [?].
    del count[""]
    return {sha256: f"F{at}" for at, (sha256, _) in enumerate(count.most_common(), 1)}


def _find_sha256(one: TieSource, files: dict[tuple[str, str], str]) -> str:
    return one.sha256 or files.get((one.source, one.record_id), "")


def _format_tie_row(
    tie: ChartTie,
    names: dict[str, str],
    numbers: dict[str, str],
    letters: dict[str, str],
    files: dict[tuple[str, str], str],
    currency: str,
    say: Say,
) -> list[str]:
    what = make_chart_words(say)("relation", tie.relation)
    if tie.moves:
        what = f"{say.format_amount(tie.amount, currency)} · {tie.count}×"
    shown = [
        f"{source.source}:{source.record_id} [{letters.get(_find_sha256(source, files), '?')}]"
        for source in tie.sources[:MOST_RECORDS]
    ]
    more = len(tie.sources) - len(shown)
    records = ", ".join(shown) + (f" +{more}" if more else "")
    ends = f"{numbers[tie.start]} {names[tie.start]} → {numbers[tie.end]} {names[tie.end]}"
    return [ends, what, _format_span(tie.first, tie.last, say), records]


def _format_span(first: datetime, last: datetime | None, say: Say) -> str:
    start = say.moment(first)
    return start if last is None or last == first else f"{start} – {say.moment(last)}"


def _format_sum(satang: int, say: Say) -> str:
    return say.baht(satang) if satang else ""
