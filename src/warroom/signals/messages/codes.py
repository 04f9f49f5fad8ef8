"""Filtering flags by context: digits are a one-time code, and *tell nobody* is a bank's warning, only near a
word for a code.
"""

import re
import tomllib
from collections.abc import Iterator, Sequence
from functools import cache
from importlib import resources

from warroom.signals.messages.signs import SignMatch, iter_word_places

CODE, KEEP, SECRET, ACCOUNT, AMOUNT, PHONE = (
    "code",
    "keep_code",
    "secret",
    "masked_account",
    "amount",
    "phone",
)
BEFORE, BEHIND = 40, 25
"""Characters between a word for a code and its digits, before and behind. Chosen, not measured."""
AROUND = 60
"""Characters between such a word and one that forbids sharing. Chosen, not measured."""


def filter_by_context(text: str, sign_places: Sequence[SignMatch]) -> list[SignMatch]:
    """The flags that hold in context: false codes and warnings are removed, demands for secrecy are added."""
    words = _find_spans(text, "words")
    words = [
        word_span for word_span in words if not _is_overlapping_any(word_span, _find_spans(text, "others"))
    ]
    silence = _find_spans(text, "silence")
    nobody = [
        nobody_span
        for nobody_span in _find_spans(text, "nobody")
        if not _is_overlapping_any(nobody_span, silence)
    ]
    secret = [
        *silence,
        *(nobody_span for nobody_span in nobody if not _has_span_near(nobody_span, words, AROUND, AROUND)),
    ]
    kept = [
        sign_place
        for sign_place in sign_places
        if _is_in_context(text, sign_place, sign_places, words, secret)
    ]
    known = [(sign_place.start, sign_place.end) for sign_place in kept if sign_place.sign == SECRET]
    return [*kept, *(SignMatch(SECRET, *span) for span in secret if not _is_overlapping_any(span, known))]


def _is_in_context(
    text: str,
    sign_place: SignMatch,
    sign_places: Sequence[SignMatch],
    words: list[tuple[int, int]],
    secret: list[tuple[int, int]],
) -> bool:
    span = sign_place.start, sign_place.end
    # A bank tells its customer to keep a code; a gang tells its victim to tell nobody anything.
    if sign_place.sign == KEEP:
        return not _is_overlapping_any(span, secret) and _has_span_near(span, words, AROUND, AROUND)
    if sign_place.sign == CODE:
        others = [
            (other_place.start, other_place.end)
            for other_place in sign_places
            if other_place.sign in (ACCOUNT, AMOUNT, PHONE)
        ]
        return (
            _is_separate_number(text, *span)
            and not _is_overlapping_any(span, others)
            and _has_span_near(span, words, BEFORE, BEHIND)
        )
    return True


def _is_separate_number(text: str, start: int, end: int) -> bool:
    """Whether digits are not part of a longer number, of a word or of a sum of money."""
    before, behind = text[max(0, start - 6) : start], text[end : end + 12]
    if re.search(r"[\w@)][ ().-]?$", before) and (before[-1:].isalnum() and before[-1:].isascii()):
        return False
    if re.search(r"\d[ ().-]{1,2}$", before) or re.match(r"[ ().-]{1,2}\d", behind):
        return False
    if re.match(r"[a-z0-9]", behind):
        return False
    return not behind.strip().startswith(_load_word_lists()["sums"])


def _has_span_near(span: tuple[int, int], words: list[tuple[int, int]], before: int, behind: int) -> bool:
    """Whether one of `words` ends at most `before` characters before a span, or begins at most `behind` after
    it.
    """
    start, end = span
    return any(first - end <= behind and start - last <= before for first, last in words)


def _is_overlapping_any(span: tuple[int, int], others: list[tuple[int, int]]) -> bool:
    return any(span[0] < end and start < span[1] for start, end in others)


def _find_spans(text: str, name: str) -> list[tuple[int, int]]:
    return sorted(_iter_spans(text, name))


def _iter_spans(text: str, name: str) -> Iterator[tuple[int, int]]:
    for word in _load_word_lists()[name]:
        if word in text:
            yield from iter_word_places(word, text)


@cache
def _load_word_lists() -> dict[str, tuple[str, ...]]:
    read = resources.files(__package__).joinpath("codes.toml").read_text(encoding="utf-8")
    return {name: tuple(words) for name, words in tomllib.loads(read).items()}
