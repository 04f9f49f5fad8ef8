"""The sixteen red flags of an advert, each with the words that show it, and assurances that speak for its
poster.

R15, the same script or contact in other adverts, needs the others: `lures`. R16, words of somebody in distress, is no
flag of an advert: it opens a way to help and never counts.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from warroom.signals.adverts.lexicon import (
    accented_patterns,
    assurance_patterns,
    load_wages,
    negation_patterns,
    place_patterns,
    red_flag_patterns,
)
from warroom.signals.adverts.pay import list_pays
from warroom.signals.adverts.reading import AdvertText, Span, normalise_advert_text
from warroom.signals.adverts.text_model import WordingScore, score_wording

NUMBERS = {
    "pay": "R1",
    "desk_role": "R2",
    "no_experience": "R3",
    "place": "R4",
    "employer_pays": "R5",
    "papers_held": "R6",
    "irregular_crossing": "R7",
    "chat_only": "R8",
    "hurry": "R9",
    "language_or_look": "R10",
    "age": "R11",
    "copied_name": "R12",
    "no_interview": "R13",
    "debt_penalty": "R14",
    "seen_elsewhere": "R15",
    "distress": "R16",
}
"""The flags with their numbers in the list of red flags that they are taken from."""
# Flags whose words contain those of an assurance.
_DENYING = ("no_experience", "irregular_crossing", "papers_held", "no_interview", "debt_penalty")
# Its own words are a negation: "no fee is charged".
_NEGATIVE = ("fee_honest",)
_NEGATION_REACH = 60
_PEOPLE_BEFORE = re.compile("(?:คน|ชาว|แรงงาน|ภาษา|พูด|[Nn]gười |[Tt]iếng |ជនជាតិ|ភាសា)$")
_PEOPLE_AFTER = re.compile("人|语|語|籍|စကား|လူမျိုး|သား")
_CHAT_NUMBER = re.compile(r"(?:whats ?app|zalo|viber|telegram|wechat|line|imo)\W{0,6}\+?[\d ()-]{7,18}")
SPANS = 6
"""Places marked of one flag at most: a text of repeated words must not cost more than one of few."""
_TELEPHONE = re.compile(r"(?<![\d,.])(?:\+\d{1,3}|0)[\d ()-]{6,14}\d(?![\d,])|[\w.]+@[\w-]+\.[a-z.]{2,}")


@dataclass(frozen=True, slots=True)
class RedFlag:
    """One flag and the positions of its words in the advert."""

    name: str
    spans: tuple[Span, ...]

    @property
    def number(self) -> str:
        """R1 to R16."""
        return NUMBERS[self.name]


@dataclass(frozen=True, slots=True)
class AdvertFindings:
    """Findings in an advert: red flags, classes of its places, and assurances of an honest offer.

    `explained`: flags that other words explain away (high pay by skill), with the positions of those words. `wordings`: log-odds of a lure by how it is written (`text_model`), of the whole text and without each sentence in turn.
    """

    reading: AdvertText
    flags: tuple[RedFlag, ...]
    places: frozenset[str]
    assurances: tuple[RedFlag, ...]
    explained: tuple[RedFlag, ...] = ()
    wordings: tuple[WordingScore, ...] = ()

    @property
    def wording_points(self) -> float:
        """Log-odds of a lure by how the whole text is written."""
        return self.wordings[0].points if self.wordings else 0.0

    def list_red_flag_words(self, flag: RedFlag) -> tuple[str, ...]:
        """The words that show a flag, as written."""
        return tuple(self.reading.source[start:end] for start, end in flag.spans)


def find_red_flags(text: str) -> AdvertFindings:
    """Look for every flag in a text."""
    reading = normalise_advert_text(text)
    spans_by_flag = {
        name: _find_spans(reading, pattern, "flags", name) for name, pattern in red_flag_patterns().items()
    }
    assured = {
        name: _find_spans(reading, pattern, "assurances", name)
        for name, pattern in assurance_patterns().items()
    }
    places = {
        name: [span for span in _find_spans(reading, pattern) if not _is_ethnonym(reading.source, span)]
        for name, pattern in place_patterns().items()
    }
    spans_by_flag["place"] = [*places["hub"], *places["border"], *spans_by_flag.pop("place_vague", [])][
        :SPANS
    ]
    is_desk = bool(spans_by_flag["desk_role"])
    spans_by_flag["pay"] = _high_pay(reading, is_desk, bool(assured["skilled"]), places)
    reached = [*assured["address"], *_find_telephones(reading)]
    apps, only = spans_by_flag.pop("chat_app"), spans_by_flag.pop("chat_only_words")
    # A number or an address beside a chat program answers only for those who did not say "chat only".
    spans_by_flag["chat_only"] = only or ([] if reached else apps)
    explained = {"chat_only": reached if apps and not only else []}
    if assured["skilled"] and not spans_by_flag["pay"] and _high_pay(reading, is_desk, False, places):
        explained["pay"] = assured["skilled"]
    denied = [span for name in _DENYING for span in spans_by_flag[name]]
    # "No experience" holds "experience", and "without a work permit" a permit.
    assured = {
        name: [assured_span for assured_span in spans if not _is_overlapping_any(assured_span, denied)]
        for name, spans in assured.items()
    }
    if assured["licence"]:
        # A licensed agency names the department that licensed it.
        explained["copied_name"] = assured["licence"] if spans_by_flag["copied_name"] else []
        spans_by_flag["copied_name"] = []
    flags = tuple(RedFlag(name, tuple(spans_by_flag[name])) for name in NUMBERS if spans_by_flag.get(name))
    return AdvertFindings(
        reading,
        flags,
        frozenset(name for name, spans in places.items() if spans),
        tuple(RedFlag(name, tuple(spans)) for name, spans in assured.items() if spans),
        tuple(RedFlag(name, tuple(spans)) for name, spans in explained.items() if spans),
        score_wording(reading),
    )


def _find_spans(reading: AdvertText, pattern: re.Pattern[str], part: str = "", name: str = "") -> list[Span]:
    spans: list[Span] = []
    at = 0
    while len(spans) < SPANS and (match := pattern.search(reading.text, at)):
        start, end = match.span()
        if end > start and _has_fitting_accents(reading, start, end, part, name):
            if not _is_negated(reading, start, end, part, name):
                spans.append(reading.find_source_span(start, end))
            at = end
        else:
            # A match without its accents may hide one that begins inside it.
            at = start + 1
    return spans


def _has_fitting_accents(reading: AdvertText, start: int, end: int, part: str, name: str) -> bool:
    """Whether a match has the accents of the pattern, where it is written with accents at all."""
    said, plain = reading.restore_marks(start, end), reading.text[start:end]
    if not part or said == plain:
        return True
    own, others = accented_patterns(part)[name]
    return bool(own.fullmatch(said) or others.fullmatch(plain))


def _is_negated(reading: AdvertText, start: int, end: int, part: str, name: str) -> bool:
    """Whether the words around a match say the opposite: "never come on a tourist visa", "no social security"."""
    negation = negation_patterns().get("assurances" if part == "assurances" else name)
    if negation is None or name in _NEGATIVE:
        return False
    clause = negation.urging.sub("\n", reading.text[max(0, start - _NEGATION_REACH) : start])
    # Without an urging word the clause is as long as what it was cut from, and its positions are the text's.
    if denial := negation.before.search(clause):
        gap_start = start - len(clause) + denial.start()
        return not reading.has_space_within(gap_start, start)
    return bool(
        negation.after.match(reading.text, end)
        or negation.inside.search(reading.text, start, end)
        or negation.unlike.match(reading.source, reading.starts[start])
    )


def _is_overlapping_any(one: Span, others: list[Span]) -> bool:
    return any(one[0] < end and start < one[1] for start, end in others)


def _high_pay(reading: AdvertText, desk: bool, skilled: bool, places: dict[str, list[Span]]) -> list[Span]:
    """Positions of sums of pay above the limit for such work at such a place (`wages.toml`)."""
    limits = load_wages()["limits"]
    abroad = bool(places["abroad"]) and not places["hub"]
    month = (
        limits["abroad"]
        if abroad
        else limits["skilled"]
        if skilled and not places["hub"]
        else limits["desk" if desk else "other"]
    )
    # 26 working days a month; abroad or in a skilled trade a day pays about three times as much.
    day = limits["daily_desk" if desk else "daily_other"] * 26 * (3 if abroad or skilled else 1)
    return [
        pay.span
        for pay in list_pays(reading)
        if pay.baht >= (day if pay.daily else month) * (1 if abroad else pay.market)
    ][:SPANS]


def _is_ethnonym(source: str, place: Span) -> bool:
    """Whether the name of a country is that of its people or language: "Burmese workers" says nothing of where the work is."""
    start, end = place
    return bool(_PEOPLE_BEFORE.search(source, max(0, start - 12), start) or _PEOPLE_AFTER.match(source, end))


def _find_telephones(reading: AdvertText) -> list[Span]:
    """Positions of telephone numbers and mailboxes."""
    # A number of a chat program is no telephone that anybody answers.
    text = _CHAT_NUMBER.sub(lambda match: " " * len(match[0]), reading.text)
    return [reading.find_source_span(*match.span()) for match in _TELEPHONE.finditer(text)][:SPANS]


def map_red_flags_by_name(flags: Iterable[RedFlag]) -> dict[str, RedFlag]:
    """Flags by name."""
    return {flag.name: flag for flag in flags}
