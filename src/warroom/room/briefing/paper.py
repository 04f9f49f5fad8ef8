"""A briefing as PDF, in Thai and English side by side: the figures first, then the rows behind them."""

from datetime import datetime
from functools import cache
from importlib import resources
from typing import Any

from warroom.bilingual import texts
from warroom.bilingual.texts import Texts
from warroom.papers import render
from warroom.requests.views import PartnerTimes
from warroom.room.briefing import effect
from warroom.room.briefing.figures import word_of
from warroom.room.briefing.story import format_story
from warroom.room.briefing.views import SECTIONS, BandedFigure, Briefing, BriefingFigure, Unit
from warroom.sentences.catalogue import list_words

# Seconds.
HOUR = 3600


def render_briefing(found: Briefing) -> bytes:
    """The PDF, dated by the briefing's own moment, so that one briefing always gives the same bytes. Raises
    PaperError.
    """
    return render.render(load_briefing_template(), build_briefing_contents(found), found.made_at)


@cache
def load_briefing_template() -> str:
    """The Typst template; its data is what `build_briefing_contents` returns."""
    return resources.files(__package__).joinpath("briefing.typ").read_text(encoding="utf-8")


def build_briefing_contents(briefing: Briefing) -> dict[str, Any]:
    """All that the paper says; a text in both languages is a pair, Thai first."""
    return {
        "exercise": _load_word("page", "exercise") if briefing.exercise else None,
        "words": _load_words("page"),
        "heads": _load_words("heads"),
        "sections": _load_words("sections"),
        "since": _format_moment(briefing.since),
        "until": _format_moment(briefing.until),
        "made_at": _format_moment(briefing.made_at),
        "officer": briefing.officer,
        "story": [
            # Asterisks mark emphasis on the page; the paper has none.
            [wording.replace("*", "") for wording in _to_pair(sentence)]
            for sentence in format_story(briefing.story)
        ],
        "lines": [_to_pair(line) for line in briefing.lines],
        "figures": [
            {
                "section": section,
                "rows": [_format_figure(figure) for figure in briefing.list_figures(section)],
            }
            for section in SECTIONS
        ],
        "actions": [
            [
                _load_word("pillars", action_count.pillar),
                _to_pair(action_count.title),
                translate_note(action_count.state),
                f"{action_count.count:,}",
            ]
            for action_count in briefing.actions
        ],
        "found": [
            [
                translate_note(find_count.kind),
                f"{find_count.count:,}",
                texts.format_baht(find_count.amount) if find_count.amount else "",
                find_count.few,
            ]
            for find_count in briefing.found
        ],
        "effects": [_format_effect(effect_row) for effect_row in briefing.effects],
        "method": _to_pair(effect.describe_band_method()),
        "partners": [_format_partner(partner) for partner in briefing.partners],
        "behind": [_format_rows_behind(figure) for figure in briefing.figures if figure.rows],
    }


def format_amount(value: int | None, unit: Unit) -> str:
    """An amount in the unit that people read: baht, hours with one digit, or a number."""
    if value is None or not unit:
        return ""
    if unit == "satang":
        return texts.format_baht(value)
    return f"{value / HOUR:,.1f}" if unit == "seconds" else f"{value:,}"


def translate_note(code: str) -> list[str]:
    """The note of a row in both languages; names and codes of agencies are returned unchanged."""
    return _load_words("notes").get(code) or [code, code]


def _format_figure(one: BriefingFigure) -> list[Any]:
    unit = _load_word("units", one.unit) if one.unit else ["", ""]
    return [
        _to_pair(one.title),
        "" if one.count is None else f"{one.count:,}",
        format_amount(one.amount, one.unit),
        unit,
    ]


def _format_rows_behind(figure: BriefingFigure) -> dict[str, Any]:
    return {
        "title": [
            f"{section} · {title}"
            for section, title in zip(
                _load_word("sections", figure.section), _to_pair(figure.title), strict=True
            )
        ],
        "rows": [
            [
                row.name,
                _format_moment(row.at) if row.at else "",
                translate_note(row.note),
                format_amount(row.amount, figure.unit),
            ]
            for row in figure.rows
        ],
        "more": format_rows_left_out(figure),
    }


def format_rows_left_out(one: BriefingFigure) -> list[str]:
    """The sentence that only the first rows are shown, in both languages; empty where all are."""
    if one.count is None or one.count <= len(one.rows):
        return []
    return [
        text.format(shown=len(one.rows), count=f"{one.count:,}") for text in _to_pair(word_of("page", "more"))
    ]


def _format_effect(one: BandedFigure) -> list[Any]:
    unit: Unit = one.unit or "number"
    band = "" if one.low is None else f"{format_amount(one.low, unit)} – {format_amount(one.high, unit)}"
    verdict = _load_word("verdicts", one.verdict)
    return [_to_pair(one.title), format_amount(one.value, unit), band, str(one.spans), verdict]


def _format_partner(partner: PartnerTimes) -> list[Any]:
    name = _to_pair(partner.name) if partner.name else [partner.partner, partner.partner]
    late = "" if partner.late_share is None else f"{partner.late_share:.0%}"
    return [
        name,
        "" if partner.told is None else f"{partner.told:,}",
        *(
            _format_duration(value)
            for value in (partner.answered.median, partner.answered.p90, partner.answered.p95)
        ),
        late,
        "" if partner.open is None else f"{partner.open:,}",
        partner.few,
    ]


def _format_duration(seconds: float | None) -> str:
    """Hours and minutes as 3:20, which reads the same in both languages."""
    if seconds is None:
        return "–"
    minutes = round(seconds / 60)
    return f"{minutes // 60}:{minutes % 60:02d}"


def _format_moment(at: datetime) -> str:
    return f"{texts.format_local_time(at, 'th')} / {texts.format_local_time(at, 'en')}"


def _load_word(table: str, code: str) -> list[str]:
    return _to_pair(word_of(table, code))


def _load_words(table: str) -> dict[str, list[str]]:
    return {code: [words["th"], words["en"]] for code, words in list_words(f"briefing.{table}").items()}


def _to_pair(said: Texts) -> list[str]:
    return [said.th, said.en]
