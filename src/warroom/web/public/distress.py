"""Hears a cry for help in whatever a form of the public pages sends: its sender is shown help first, and it is filed first."""

import re
import threading
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources
from typing import Any, Literal

from warroom.public.outside.answers import ADVERT
from warroom.public.outside.urgency import DISTRESS, URGENCIES
from warroom.signals.adverts.red_flags import find_red_flags, map_red_flags_by_name
from warroom.signals.adverts.score import compute_probability, score_advert
from warroom.subjects.spelling import UNSEEN
from warroom.unread import UnreadTexts

Cry = Literal["", "held", "despair"]
"""Whose words they are: nobody's in need, somebody's who is held or hurt, somebody's who speaks of ending their life."""
UNREAD = 1
"""The least urgency of a report whose text could not be analysed."""
LONGEST = 20_000
"""Characters of all fields together that are read. A field takes 4,000; what lies beyond is read by an officer."""
CLOSED = frozenset(
    [
        "once",
        "code",
        "need",
        "notice",
        "practice",
        "group",
        "tries",
        "answer",
        "scam_type",
        "kind",
        "l",
        "a",
        "way",
        "threat",
        "g1",
        "g2",
        "g3",
        "g4",
        "g5",
    ]
)
"""Fields in which nobody writes: keys, codes and choices."""
_FIRST = threading.Lock()


def read_lexicons() -> None:
    """Once a process and by one thread: it takes seconds, and nothing the second time."""
    with _FIRST:
        find_red_flags("")


def find_cry(text: str) -> Cry:
    """Whether somebody in need wrote a text; "" also for one that the program fails at."""
    heard = UnreadTexts("cries").try_reading("words", _match_cry, text)
    return heard or ""


def find_cry_in_form(fields: Iterable[tuple[str, Any]]) -> Cry:
    """`find_cry` over every field of a posted form in which somebody can write."""
    words = [value for name, value in fields if isinstance(value, str) and value and name not in CLOSED]
    return find_cry("\n".join(words)[:LONGEST]) if words else ""


def read_cry(name: str) -> Cry:
    """A cry by its name, as a form carries it; "" for any other."""
    return "held" if name == "held" else "despair" if name == "despair" else ""


def read_urgency(kind: str, answers: Mapping[str, Any]) -> tuple[int, dict[str, Any]]:
    """How urgent a report is, and what is filed of it: `DISTRESS` where its words are of somebody in need, whatever its kind.

    A report whose words the program fails at is never lost by it: it is filed, marked for officers as one that no machine has read.
    """
    text = "\n".join(value for value in answers.values() if isinstance(value, str) and value)
    unread = UnreadTexts("reports")
    is_urgent = unread.try_reading(kind, _match_cry, text)
    if unread.count:
        return max(URGENCIES[kind], UNREAD), {**answers, "unread": str(unread)}
    return DISTRESS if is_urgent else URGENCIES[kind], dict(answers)


def _match_cry(text: str) -> Cry:
    read_lexicons()
    plain = _flatten_text(text)
    if _load_cries()["despair"].search(plain):
        # Of both, this one: its page has the numbers of the other too.
        return "despair"
    return "held" if _load_cries()["held"].search(plain) or _has_words_of_distress(text) else ""


def _has_words_of_distress(text: str) -> bool:
    """Whether the lexicons of adverts find words of distress. In an advert "we keep the passport" is a sign of a lure, and nobody's cry."""
    findings = find_red_flags(text)
    flags = map_red_flags_by_name(findings.flags)
    if "distress" not in flags:
        return False
    if compute_probability(score_advert(findings)) < ADVERT:
        return True
    papers = flags["papers_held"].spans if "papers_held" in flags else ()
    return any(
        all(end <= first or last <= start for first, last in papers) for start, end in flags["distress"].spans
    )


def _flatten_text(text: str) -> str:
    return " ".join(re.sub(f"[{UNSEEN}]", "", unicodedata.normalize("NFKC", text)).casefold().split())


@cache
def _load_cries() -> dict[str, re.Pattern[str]]:
    """Both lists of `cries.toml`, of all languages together: people write in another language than they read."""
    file = resources.files(__package__) / "cries.toml"
    lists = tomllib.loads(file.read_text(encoding="utf-8"))
    return {
        name: re.compile("|".join(_flatten_text(phrase) for some in words.values() for phrase in some))
        for name, words in lists.items()
    }
