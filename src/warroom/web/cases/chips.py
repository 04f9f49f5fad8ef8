"""Reasons for a hold and signs of the holder's innocence as chips of two or three words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from warroom.cases.views import ProposalView
from warroom.sentences.catalogue import list_words
from warroom.web.kit.formats import Say

# Reasons in a row of the table: the others are in the column under it.
MOST_AGAINST = 1
# Letters of the chips that speak for the holder: so many are never cut at 1,440 pixels, in either language.
WIDEST_FOR = 34
# Days; and the number below which decimals are shown.
YEAR, SMALL = 365, 10
LEAST_SHOWN = 0.1
OLD_ACCOUNT = "old_account"
"""The column of ages says it: a chip would say it twice, rounded otherwise."""


@dataclass(frozen=True, slots=True)
class Chip:
    """A few words; `innocent` where they speak for the holder."""

    words: str
    innocent: bool


def choose_chips(proposal: ProposalView, say: Say) -> list[Chip]:
    """The chips of a hold: what speaks for the holder first, how much more of it there is, and the weightiest reason."""
    against = _render_chips(proposal.reasons, "cases.chip-against", say)
    speaks = _render_chips(
        (
            reason
            for reason in proposal.innocent_evidence
            if not (reason["code"] == OLD_ACCOUNT and proposal.opened_at)
        ),
        "cases.chip-for",
        say,
    )
    kept = speaks[:1]
    kept += [words for words in speaks[1:2] if len(kept[0]) + len(words) <= WIDEST_FOR]
    if rest := len(speaks) - len(kept):
        kept[-1] += f" +{rest}"
    chips = [Chip(words, True) for words in kept]
    return chips + [Chip(words, False) for words in against[:MOST_AGAINST]]


def is_old_account(one: ProposalView) -> bool:
    """Whether the age of the account speaks for its holder."""
    return any(reason["code"] == OLD_ACCOUNT for reason in one.innocent_evidence)


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
    """A float below `SMALL` with one decimal, any other number without; never as 0.0 what is more than nothing."""
    if isinstance(value, float) and 0 < value < LEAST_SHOWN:
        return f"<{LEAST_SHOWN}"
    if isinstance(value, float) and value < SMALL:
        return f"{value:.1f}".removesuffix(".0")
    return f"{value:,.0f}" if isinstance(value, int | float) else str(value)
