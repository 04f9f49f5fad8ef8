"""Classifying one message: language, class with probability, type of scam, and the words that show it."""

import re
import unicodedata
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
from warroom.signals.messages.decisive import count_weaker, drop_denied, find_decisive
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
"""The calibrated probability from which on a message is called a scam, in languages without a limit of their own."""
LIMITS = {"th": 0.65, "en": 0.6, "vi": 0.95, "id": 0.7, "ms": 0.7}
"""The same where `LIMIT` accuses more than one honest message in a hundred: of Thai and English by texts left out of the model's own
collections and patterns, of the others by half of a public collection of operators' messages. The other half and what it was
counted on: docs/measurements/check.md."""
SUSPECTS = {"th": 0.65, "en": 0.5}
"""The probability from which on a message is suspicious. Chosen on texts left out of the model's own collections and patterns, where it
accuses at most one honest Thai message in a hundred, and three of the made English ones."""
PAIRED = 0.6
"""The same for a Thai message with two weaker marks. Chosen like `SUSPECTS`."""
DECIDED = 0.6
"""The least probability of a message that a mark decides: well under the share of scams among such messages in public
collections that taught nothing (docs/measurements/check.md)."""
SHOWN = 6
"""Reasons shown, and places marked for each."""
# Stretches marked at most, and letters that one must have to be readable.
_STRETCHES, _SHORTEST = 3, 3
# Vowels that stand before their consonant in Thai and Lao, and those that stand behind it as a letter of their own.
_AHEAD, _BEHIND = frozenset("เแโใไເແໂໃໄ"), frozenset("ะาำๅๆຯະາຳ")
_GLUED = re.compile(r"[a-z0-9-]")


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
    it, `doubts` say what should make one doubt the reading itself. `deciding`: marks that decide alone. `suspicious`: it is a
    scam, or near one, or two weaker marks stand in it.
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
    deciding: tuple[str, ...] = ()
    suspicious: bool = False


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
    # The model learned the flags unfiltered; only the displayed reasons are filtered by context.
    kept_signs = drop_denied(message.text, filter_by_context(message.text, sign_places))
    deciding = tuple(find_decisive(message.text, kept_signs))
    chance = max(chances["scam"], DECIDED) if deciding else chances["scam"]
    # Two words of gambling are no operator's: there the common limit holds in every language.
    gambling = len({place.start for place in kept_signs if place.sign == "gamble"}) > 1
    limit = LIMIT if gambling else LIMITS.get(language, LIMIT)
    kind = _choose_kind(chances, limit, bool(deciding))
    suspicious = kind == "scam" or _is_suspicious(chance, language, count_weaker(kept_signs))
    reasons = _mark_reasons(message, kept_signs, FOR, deciding)
    if kind == "scam" and not reasons:
        reasons = tuple(_iter_wording_reasons(message, model))
    against = _mark_reasons(message, kept_signs, AGAINST)
    return MessageReading(
        language,
        kind,
        _choose_scam_type(sign_places) if kind == "scam" else None,
        chance,
        # Nobody may read that all or none of a hundred were: so many messages were never counted.
        min(max(round(100 * chance), 1), 99),
        reasons,
        tuple(_iter_assurances(against, reasons, suspicious)),
        tuple(_iter_doubts(message, language)),
        version,
        deciding,
        suspicious,
    )


def _is_suspicious(chance: float, language: str, weaker: int) -> bool:
    if language not in SUSPECTS:
        return False
    return chance >= SUSPECTS[language] or (weaker >= 2 and chance >= PAIRED)


def _iter_assurances(
    against: Sequence[MarkedReason], reasons: Sequence[MarkedReason], suspicious: bool
) -> Iterator[MarkedReason]:
    """What speaks for a message: of a suspicious one only a link to the owner's own site, since a scam copies the rest; and
    never words that show a scam too, as "tell us the OTP".
    """
    marked = [span for reason in reasons for span in reason.spans]
    for assurance in against:
        free = all(
            end <= start_marked or end_marked <= start
            for start, end in assurance.spans
            for start_marked, end_marked in marked
        )
        if free and (not suspicious or assurance.reason.code == "message_own_link"):
            yield assurance


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


def _choose_kind(chances: dict[str, float], limit: float, decided: bool) -> MessageClass:
    if decided or chances["scam"] >= limit:
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
    message: NormalisedMessage, sign_places: Sequence[SignMatch], signs: str, first: Sequence[str] = ()
) -> tuple[MarkedReason, ...]:
    """Reasons from flags of this direction, `first` those that decide, then those with most words."""
    places: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for sign_place in sorted(sign_places, key=lambda flag_place: (flag_place.start, -flag_place.end)):
        # A shorter word inside a longer one of the same flag is not counted twice.
        inside = any(
            start <= sign_place.start and sign_place.end <= end for start, end in places[sign_place.sign]
        )
        if map_sign_directions()[sign_place.sign] == signs and not inside:
            places[sign_place.sign].append((sign_place.start, sign_place.end))
    shown = sorted(
        ((flag, spans) for flag, spans in places.items() if spans),
        key=lambda flag_spans: (flag_spans[0] not in first, -len(flag_spans[1])),
    )
    return tuple(
        _make_marked_reason(message, f"message_{flag}", spans[:SHOWN]) for flag, spans in shown[:SHOWN]
    )


def _make_marked_reason(
    message: NormalisedMessage, code: str, places: Sequence[tuple[int, int]]
) -> MarkedReason:
    places = [snap_to_letters(message.text, start, end) for start, end in places]
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


def snap_to_letters(text: str, start: int, end: int) -> tuple[int, int]:
    """A stretch widened to whole letters of Thai and its neighbours, whole Latin words and whole numbers."""
    while 0 < start < len(text) and _is_joined(text[start - 1], text[start]):
        start -= 1
    while start < end < len(text) and _is_joined(text[end - 1], text[end]):
        end += 1
    return start, end


def _is_joined(before: str, after: str) -> bool:
    """Whether two neighbouring characters are read as one: a mark and its letter, two of a Latin word or of a number."""
    if unicodedata.category(after).startswith("M") or after in _BEHIND or before in _AHEAD:
        return not before.isspace() and not after.isspace()
    return bool(_GLUED.match(before) and _GLUED.match(after))


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
