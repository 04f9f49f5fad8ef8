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
from warroom.room.briefing.story import sentences
from warroom.room.briefing.views import SECTIONS, Briefing, Effect, Figure, Unit
from warroom.sentences.catalogue import list_words

HOUR = 3600


def write(found: Briefing) -> bytes:
    """The paper, dated by the briefing's own moment: the same briefing is the same bytes. Raises PaperError."""
    return render.render(template(), contents(found), found.made_at)


@cache
def template() -> str:
    """The briefing's form; it finds `contents` as its data."""
    return resources.files(__package__).joinpath("briefing.typ").read_text(encoding="utf-8")


def contents(found: Briefing) -> dict[str, Any]:
    """All that the paper says; a text in both languages is a pair, Thai first."""
    return {
        "exercise": _word("page", "exercise") if found.exercise else None,
        "words": _words("page"),
        "heads": _words("heads"),
        "sections": _words("sections"),
        "since": _moment(found.since),
        "until": _moment(found.until),
        "made_at": _moment(found.made_at),
        "officer": found.officer,
        "story": [[one.replace("*", "") for one in _both(said)] for said in sentences(found.story)],
        "lines": [_both(one) for one in found.lines],
        "figures": [
            {"section": section, "rows": [_figure(one) for one in found.of(section)]} for section in SECTIONS
        ],
        "actions": [
            [_word("pillars", one.pillar), _both(one.title), note(one.state), f"{one.count:,}"]
            for one in found.actions
        ],
        "found": [
            [note(one.kind), f"{one.count:,}", texts.baht(one.amount) if one.amount else "", one.few]
            for one in found.found
        ],
        "effects": [_effect(one) for one in found.effects],
        "method": _both(effect.method()),
        "partners": [_partner(one) for one in found.partners],
        "behind": [_behind(one) for one in found.figures if one.rows],
    }


def amount(value: int | None, unit: Unit) -> str:
    """An amount in the unit that people read: baht, hours with one digit, or a number."""
    if value is None or not unit:
        return ""
    if unit == "satang":
        return texts.baht(value)
    return f"{value / HOUR:,.1f}" if unit == "seconds" else f"{value:,}"


def note(code: str) -> list[str]:
    """A word on a row in both languages; names and codes of agencies stand as they are."""
    return _words("notes").get(code) or [code, code]


def _figure(one: Figure) -> list[Any]:
    unit = _word("units", one.unit) if one.unit else ["", ""]
    return [
        _both(one.title),
        "" if one.count is None else f"{one.count:,}",
        amount(one.amount, one.unit),
        unit,
    ]


def _behind(one: Figure) -> dict[str, Any]:
    return {
        "title": [
            f"{section} · {title}"
            for section, title in zip(_word("sections", one.section), _both(one.title), strict=True)
        ],
        "rows": [
            [row.name, _moment(row.at) if row.at else "", note(row.note), amount(row.amount, one.unit)]
            for row in one.rows
        ],
        "more": more(one),
    }


def more(one: Figure) -> list[str]:
    """The sentence that only the first rows are shown, in both languages; empty where all are."""
    if one.count is None or one.count <= len(one.rows):
        return []
    return [
        text.format(shown=len(one.rows), count=f"{one.count:,}") for text in _both(word_of("page", "more"))
    ]


def _effect(one: Effect) -> list[Any]:
    unit: Unit = one.unit or "number"
    band = "" if one.low is None else f"{amount(one.low, unit)} – {amount(one.high, unit)}"
    verdict = _word("verdicts", one.verdict)
    return [_both(one.title), amount(one.value, unit), band, str(one.spans), verdict]


def _partner(one: PartnerTimes) -> list[Any]:
    name = _both(one.name) if one.name else [one.partner, one.partner]
    late = "" if one.late_share is None else f"{one.late_share:.0%}"
    return [
        name,
        "" if one.told is None else f"{one.told:,}",
        *(_minutes(value) for value in (one.answered.median, one.answered.p90, one.answered.p95)),
        late,
        "" if one.open is None else f"{one.open:,}",
        one.few,
    ]


def _minutes(seconds: float | None) -> str:
    """Hours and minutes as 3:20, which reads the same in both languages."""
    if seconds is None:
        return "–"
    minutes = round(seconds / 60)
    return f"{minutes // 60}:{minutes % 60:02d}"


def _moment(at: datetime) -> str:
    return f"{texts.local(at, 'th')} / {texts.local(at, 'en')}"


def _word(table: str, code: str) -> list[str]:
    return _both(word_of(table, code))


def _words(table: str) -> dict[str, list[str]]:
    return {code: [words["th"], words["en"]] for code, words in list_words(f"briefing.{table}").items()}


def _both(said: Texts) -> list[str]:
    return [said.th, said.en]
