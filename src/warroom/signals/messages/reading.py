"""One message read: its language, what it is and how likely, of which type a scam is, and the words that show it."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Literal

import numpy as np

from warroom.reasons.reason import Reason
from warroom.signals.messages.codes import in_context
from warroom.signals.messages.flags import AGAINST, FOR, Found, flags_in, lists, means
from warroom.signals.messages.language import UNKNOWN, language_of
from warroom.signals.messages.model import MessageModel, load
from warroom.signals.messages.normal import LONGEST, Normal, normalise

Kind = Literal["scam", "advert", "otp", "ok"]
Type = Literal[
    "recovery", "agency", "code", "app", "bank", "parcel", "job", "investment", "loan", "friend", "prize", "gambling", "other"
]  # fmt: skip
TYPES: tuple[Type, ...] = (
    "recovery", "agency", "code", "app", "bank", "parcel", "job", "investment", "loan", "friend", "prize", "gambling", "other"
)  # fmt: skip
"""Types of scam; where a message shows two alike, the first of them: whoever offers lost money back uses the others' words."""
LIMIT = 0.5
"""The calibrated probability from which on a message is called a scam, everywhere and fixed."""
SHOWN = 6
"""Reasons that are told, and places that are marked for each."""
_STRETCHES, _SHORTEST = 3, 3


@dataclass(frozen=True, slots=True)
class Marked:
    """A reason and the places (start, end) in the message as it was sent that show it."""

    reason: Reason
    spans: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a message is. `kind` is None where there is nothing to read; then it has no probability either.

    `language`: a code, or und. `type`: of a scam, else None. `probability`: that it is a scam, calibrated on messages that
    people handed in, so that of a hundred such messages `of_100` were scams. `reasons` speak for a scam, `against` against
    it, `doubts` say what should make one doubt the reading itself.
    """

    language: str
    kind: Kind | None
    type: Type | None
    probability: float | None
    of_100: int | None
    reasons: tuple[Marked, ...]
    against: tuple[Marked, ...]
    doubts: tuple[Reason, ...]
    model_version: str


@cache
def shipped() -> MessageModel:
    """The model that comes with the program."""
    # Beside the package of models and not through it: that one brings the lake along, which takes seconds.
    return load(Path(str(resources.files("warroom.signals"))) / "models" / "messages.model")


def read_message(text: str, model: MessageModel | None = None) -> Reading:
    """Read a message as it was sent, of any length and script; nothing raises. `model`: else the one that ships."""
    model = model or shipped()
    message = normalise(text)
    language = language_of(message.text)
    version = f"messages-{model.version}"
    if not any(map(str.isalnum, message.text)):
        doubt = Reason("message_nothing_to_read")
        return Reading(language, None, None, None, None, (), (), (doubt,), version)
    found = flags_in(message)
    chances = model.chances(message, found)
    chance = chances["scam"]
    kind = _kind(chances)
    # The model learned the flags as the lists find them; what is said of them is said beside what stands around.
    told = in_context(message.text, found)
    reasons = _marked(message, told, FOR)
    if kind == "scam" and not reasons:
        reasons = tuple(_by_wording(message, model))
    return Reading(
        language,
        kind,
        _type(found) if kind == "scam" else None,
        chance,
        # Nobody may read that all or none of a hundred were: so many messages were never counted.
        min(max(round(100 * chance), 1), 99),
        reasons,
        _marked(message, told, AGAINST),
        tuple(_doubts(message, language)),
        version,
    )


def pieces(text: str, reading: Reading) -> list[tuple[str, bool]]:
    """A message in pieces, in order, each with whether a reason marks it: what a page shows. Together they are the text."""
    spans = sorted(span for marked in reading.reasons for span in marked.spans)
    found, done = [], 0
    for start, end in spans:
        if end <= done:
            continue
        start = max(start, done)
        found += [(text[done:start], False), (text[start:end], True)]
        done = end
    return [piece for piece in (*found, (text[done:], False)) if piece[0]]


def _kind(chances: dict[str, float]) -> Kind:
    if chances["scam"] >= LIMIT:
        return "scam"
    others: tuple[Kind, ...] = ("ok", "otp", "advert")
    return max(others, key=lambda kind: chances[kind])


def _type(found: Sequence[Found]) -> Type:
    """The type that most of the words point to."""
    of = {each.id: each.of for each in lists() if each.of}
    words: dict[str, set[str]] = defaultdict(set)
    for one in found:
        if one.flag in of:
            words[of[one.flag]].add(f"{one.start}-{one.end}")
    most = max((len(places) for places in words.values()), default=0)
    return next((kind for kind in TYPES if most and len(words[kind]) == most), "other")


def _marked(message: Normal, found: Sequence[Found], signs: str) -> tuple[Marked, ...]:
    """The flags that speak so, those with most words first."""
    places: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for one in sorted(found, key=lambda each: (each.start, -each.end)):
        inside = any(start <= one.start and one.end <= end for start, end in places[one.flag])
        if means()[one.flag] == signs and not inside:
            places[one.flag].append((one.start, one.end))
    shown = sorted(((flag, spans) for flag, spans in places.items() if spans), key=lambda each: -len(each[1]))
    return tuple(_one(message, f"message_{flag}", spans[:SHOWN]) for flag, spans in shown[:SHOWN])


def _one(message: Normal, code: str, places: Sequence[tuple[int, int]]) -> Marked:
    words = dict.fromkeys(message.text[start:end].strip() for start, end in places)
    spans = tuple(message.span(start, end) for start, end in places)
    return Marked(Reason(code, {"words": ", ".join(words)}), spans)


def _by_wording(message: Normal, model: MessageModel) -> Iterator[Marked]:
    """Where no word of a list stands, the stretches that the model heard the scam in."""
    pull = model.pull(message)
    places = []
    for _ in range(_STRETCHES):
        start, end = _strongest(pull)
        if end - start < _SHORTEST:
            break
        places.append((start, end))
        pull[start:end] = -np.inf
    if places:
        yield _one(message, "message_wording", sorted(places))


def _strongest(pull: np.ndarray) -> tuple[int, int]:
    """The stretch with the largest sum (Kadane), beyond the mean of what pulls at all."""
    level = float(np.abs(pull[np.isfinite(pull)]).mean()) if np.isfinite(pull).any() else 0.0
    best, start, total, first = 0.0, 0, 0.0, 0
    end = 0
    for at, each in enumerate(pull):
        total += each - level
        if total <= 0:
            total, first = 0.0, at + 1
        elif total > best:
            best, start, end = total, first, at + 1
    return start, end


def _doubts(message: Normal, language: str) -> Iterator[Reason]:
    if message.cut:
        yield Reason("message_cut", {"letters": LONGEST})
    if language not in ("th", "en"):
        yield Reason("message_language_unmeasured" if language != UNKNOWN else "message_language_unknown")
