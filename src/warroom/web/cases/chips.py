"""Reasons for a hold and signs of the holder's innocence as chips of two or three words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from warroom.cases.views import ProposalView
from warroom.sentences.catalogue import list_words
from warroom.web.kit.formats import Say

# Chips in a row of the table: more do not fit on one line.
MOST = 3
# Days; and the number below which decimals are shown.
YEAR, SMALL = 365, 10


@dataclass(frozen=True, slots=True)
class Chip:
    """A few words; `innocent` where they speak for the holder."""

    words: str
    innocent: bool


def choose_chips(one: ProposalView, say: Say) -> list[Chip]:
    """At most three chips of a hold, with at least one of each side if both have any."""
    against = _render_chips(one.reasons, "cases.chip-against", say)
    speaks = _render_chips(one.innocent_evidence, "cases.chip-for", say)
    room = max(1, MOST - len(against)) if speaks else 0
    told = [Chip(words, True) for words in speaks[:room]]
    return [Chip(words, False) for words in against[: MOST - len(told)]] + told


def _render_chips(reasons: Iterable[Mapping[str, Any]], table: str, say: Say) -> list[str]:
    known = {reason["code"]: reason.get("params", {}) for reason in reasons}
    told = (
        _format_chip(words[say.language], known[code])
        for code, words in list_words(table).items()
        if code in known
    )
    return [one for one in told if one]


def _format_chip(template: str, params: Mapping[str, Any]) -> str:
    facts = {name: _format_figure(value) for name, value in params.items()}
    days = params.get("days")
    if isinstance(days, int | float):
        facts["years"] = _format_figure(max(1, round(days / YEAR)))
    try:
        return template.format(**facts)
    except KeyError:
        # A reason frozen by another version has other parameters; its full sentence is in the columns below.
        return ""


def _format_figure(value: Any) -> str:
    """A float below `SMALL` with one decimal, any other number without."""
    if isinstance(value, float) and value < SMALL:
        return f"{value:.1f}"
    return f"{value:,.0f}" if isinstance(value, int | float) else str(value)
