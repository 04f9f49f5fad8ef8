"""Classifying one message: language, class with probability, type of scam, and the words that show it."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Literal

import numpy as np

from warroom.reasons.reason import Reason
from warroom.signals.messages.codes import filter_by_context
from warroom.signals.messages.language import UNKNOWN, detect_language
from warroom.signals.messages.model import MessageModel, load_message_model
from warroom.signals.messages.normal import LONGEST, NormalisedMessage, normalise_message
from warroom.signals.messages.signs import (
    AGAINST,
    FOR,
    SignMatch,
    find_message_signs,
    load_message_signs,
    map_sign_directions,
)

MessageClass = Literal["scam", "advert", "otp", "ok"]
Type = Literal[
    "recovery", "agency", "code", "app", "bank", "parcel", "job", "investment", "loan", "friend", "prize", "gambling", "other"
]  # fmt: skip
TYPES: tuple[Type, ...] = (
    "recovery", "agency", "code", "app", "bank", "parcel", "job", "investment", "loan", "friend", "prize", "gambling", "other"
)  # fmt: skip
"""Types of scam by precedence: on a tie the first, since recovery scams use the words of the others."""
LIMIT = 0.5
"""The calibrated probability from which on a message is called a scam; the same everywhere."""
SHOWN = 6
"""Reasons shown, and places marked for each."""
# Stretches marked at most, and letters that one must have to be readable.
_STRETCHES, _SHORTEST = 3, 3


@dataclass(frozen=True, slots=True)
class MarkedReason:
    """A reason and the places (start, end) in the message as it was sent that show it."""

    reason: Reason
    spans: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class MessageReading:
    """What a message is. `kind` is None where there is nothing to read; then it has no probability either.

    `language`: a code, or und. `type`: of a scam, else None. `probability`: that it is a scam, calibrated on messages that
    people handed in, so that of a hundred such messages `of_100` were scams. `reasons` speak for a scam, `against` against
    it, `doubts` say what should make one doubt the reading itself.
    """

    language: str
    kind: MessageClass | None
    type: Type | None
    probability: float | None
    of_100: int | None
    reasons: tuple[MarkedReason, ...]
    against: tuple[MarkedReason, ...]
    doubts: tuple[Reason, ...]
    model_version: str


@cache
def load_shipped_model() -> MessageModel:
    """The model that comes with the program."""
    # By path and not through the package of models: importing that loads the lake's libraries, which
    # takes seconds.
    return load_message_model(Path(str(resources.files("warroom.signals"))) / "models" / "messages.model")


def read_message(text: str, model: MessageModel | None = None) -> MessageReading:
    """Classify a message of any length and script; raises nothing. `model`: the shipped one by default."""
    model = model or load_shipped_model()
    message = normalise_message(text)
    language = detect_language(message.text)
    version = f"messages-{model.version}"
    if not any(map(str.isalnum, message.text)):
        doubt = Reason("message_nothing_to_read")
        return MessageReading(language, None, None, None, None, (), (), (doubt,), version)
    sign_places = find_message_signs(message)
    chances = model.predict_probabilities(message, sign_places)
    chance = chances["scam"]
    kind = _choose_kind(chances)
    # The model learned the flags unfiltered; only the displayed reasons are filtered by context.
    kept_signs = filter_by_context(message.text, sign_places)
    reasons = _mark_reasons(message, kept_signs, FOR)
    if kind == "scam" and not reasons:
        reasons = tuple(_iter_wording_reasons(message, model))
    return MessageReading(
        language,
        kind,
        _choose_scam_type(sign_places) if kind == "scam" else None,
        chance,
        # Nobody may read that all or none of a hundred were: so many messages were never counted.
        min(max(round(100 * chance), 1), 99),
        reasons,
        _mark_reasons(message, kept_signs, AGAINST),
        tuple(_iter_doubts(message, language)),
        version,
    )


def split_marked_pieces(text: str, reading: MessageReading) -> list[tuple[str, bool]]:
    """A message in pieces, in order, each with whether a reason marks it: what a page shows. Together they are the text."""
    spans = sorted(span for marked in reading.reasons for span in marked.spans)
    parts, done = [], 0
    for start, end in spans:
        if end <= done:
            continue
        start = max(start, done)
        parts += [(text[done:start], False), (text[start:end], True)]
        done = end
    return [piece for piece in (*parts, (text[done:], False)) if piece[0]]


def _choose_kind(chances: dict[str, float]) -> MessageClass:
    if chances["scam"] >= LIMIT:
        return "scam"
    others: tuple[MessageClass, ...] = ("ok", "otp", "advert")
    return max(others, key=lambda kind: chances[kind])


def _choose_scam_type(sign_places: Sequence[SignMatch]) -> Type:
    """The type that most of the words point to."""
    of = {word_list.id: word_list.of for word_list in load_message_signs() if word_list.of}
    words: dict[str, set[str]] = defaultdict(set)
    for sign_place in sign_places:
        if sign_place.sign in of:
            words[of[sign_place.sign]].add(f"{sign_place.start}-{sign_place.end}")
    most = max((len(places) for places in words.values()), default=0)
    return next((kind for kind in TYPES if most and len(words[kind]) == most), "other")


def _mark_reasons(
    message: NormalisedMessage, sign_places: Sequence[SignMatch], signs: str
) -> tuple[MarkedReason, ...]:
    """Reasons from flags of this direction, those with most words first."""
    places: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for sign_place in sorted(sign_places, key=lambda flag_place: (flag_place.start, -flag_place.end)):
        # A shorter word inside a longer one of the same flag is not counted twice.
        inside = any(
            start <= sign_place.start and sign_place.end <= end for start, end in places[sign_place.sign]
        )
        if map_sign_directions()[sign_place.sign] == signs and not inside:
            places[sign_place.sign].append((sign_place.start, sign_place.end))
    shown = sorted(
        ((flag, spans) for flag, spans in places.items() if spans), key=lambda flag_spans: -len(flag_spans[1])
    )
    return tuple(
        _make_marked_reason(message, f"message_{flag}", spans[:SHOWN]) for flag, spans in shown[:SHOWN]
    )


def _make_marked_reason(
    message: NormalisedMessage, code: str, places: Sequence[tuple[int, int]]
) -> MarkedReason:
    words = dict.fromkeys(message.text[start:end].strip() for start, end in places)
    spans = tuple(message.find_typed_span(start, end) for start, end in places)
    return MarkedReason(Reason(code, {"words": ", ".join(words)}), spans)


def _iter_wording_reasons(message: NormalisedMessage, model: MessageModel) -> Iterator[MarkedReason]:
    """Without words of a list: the stretches whose letters weigh most for a scam."""
    pull = model.weigh_letters(message)
    places = []
    for _ in range(_STRETCHES):
        start, end = _find_strongest_stretch(pull)
        if end - start < _SHORTEST:
            break
        places.append((start, end))
        pull[start:end] = -np.inf
    if places:
        yield _make_marked_reason(message, "message_wording", sorted(places))


def _find_strongest_stretch(pull: np.ndarray) -> tuple[int, int]:
    """The stretch with the largest sum (Kadane), beyond the mean of what pulls at all."""
    level = float(np.abs(pull[np.isfinite(pull)]).mean()) if np.isfinite(pull).any() else 0.0
    best, start, total, first = 0.0, 0, 0.0, 0
    end = 0
    for at, letter_pull in enumerate(pull):
        total += letter_pull - level
        if total <= 0:
            total, first = 0.0, at + 1
        elif total > best:
            best, start, end = total, first, at + 1
    return start, end


def _iter_doubts(message: NormalisedMessage, language: str) -> Iterator[Reason]:
    if message.cut:
        yield Reason("message_cut", {"letters": LONGEST})
    if language not in ("th", "en"):
        yield Reason("message_language_unmeasured" if language != UNKNOWN else "message_language_unknown")
