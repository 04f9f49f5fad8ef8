"""Flags as they speak beside what stands around them: digits are a code, and *tell nobody* a warning, only beside a word for a code."""

import re
import tomllib
from collections.abc import Iterator, Sequence
from functools import cache
from importlib import resources

from warroom.signals.messages.flags import Found, places_of

CODE, KEEP, SECRET, ACCOUNT, AMOUNT, PHONE = (
    "code",
    "keep_code",
    "secret",
    "masked_account",
    "amount",
    "phone",
)
BEFORE, BEHIND = 40, 25
"""Letters between a word for a code and its digits."""
AROUND = 60
"""Letters between such a word and one that forbids to share."""


def in_context(text: str, found: Sequence[Found]) -> list[Found]:
    """The flags of a text that speak as they seem to: without codes and warnings that are none, with what asks for silence."""
    words = _spans(text, "words")
    words = [one for one in words if not _touches(one, _spans(text, "others"))]
    silence = _spans(text, "silence")
    nobody = [one for one in _spans(text, "nobody") if not _touches(one, silence)]
    secret = [*silence, *(one for one in nobody if not _beside(one, words, AROUND, AROUND))]
    kept = [one for one in found if _speaks(text, one, found, words, secret)]
    known = [(one.start, one.end) for one in kept if one.flag == SECRET]
    return [*kept, *(Found(SECRET, *span) for span in secret if not _touches(span, known))]


def _speaks(
    text: str,
    one: Found,
    found: Sequence[Found],
    words: list[tuple[int, int]],
    secret: list[tuple[int, int]],
) -> bool:
    span = one.start, one.end
    if one.flag == KEEP:
        return not _touches(span, secret) and _beside(span, words, AROUND, AROUND)
    if one.flag == CODE:
        others = [(each.start, each.end) for each in found if each.flag in (ACCOUNT, AMOUNT, PHONE)]
        return (
            _stands_alone(text, *span) and not _touches(span, others) and _beside(span, words, BEFORE, BEHIND)
        )
    return True


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Whether digits are no part of a longer number, a word of letters and digits, or a sum."""
    before, behind = text[max(0, start - 6) : start], text[end : end + 12]
    if re.search(r"[\w@)][ ().-]?$", before) and (before[-1:].isalnum() and before[-1:].isascii()):
        return False
    if re.search(r"\d[ ().-]{1,2}$", before) or re.match(r"[ ().-]{1,2}\d", behind):
        return False
    if re.match(r"[a-z0-9]", behind):
        return False
    return not behind.strip().startswith(_lists()["sums"])


def _beside(span: tuple[int, int], words: list[tuple[int, int]], before: int, behind: int) -> bool:
    """Whether such a word ends so many letters before a place, or begins so many behind it."""
    start, end = span
    return any(first - end <= behind and start - last <= before for first, last in words)


def _touches(span: tuple[int, int], others: list[tuple[int, int]]) -> bool:
    return any(span[0] < end and start < span[1] for start, end in others)


def _spans(text: str, name: str) -> list[tuple[int, int]]:
    return sorted(_found(text, name))


def _found(text: str, name: str) -> Iterator[tuple[int, int]]:
    for word in _lists()[name]:
        if word in text:
            yield from places_of(word, text)


@cache
def _lists() -> dict[str, tuple[str, ...]]:
    read = resources.files(__package__).joinpath("codes.toml").read_text(encoding="utf-8")
    return {name: tuple(words) for name, words in tomllib.loads(read).items()}
