"""A script as a template: the words common to its copies, and the slots that each copy fills in."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

SAMPLE = 12
"""Copies that a template is built from: more change it little and cost time (each is aligned with the first)."""
SHARE = 0.7
"""Share of the copies that must have a word for it to be the script's. Chosen, not measured."""
LEAST, TOGETHER = 0.1, 4
"""A template is worth showing if at least LEAST of it is common, in pieces of TOGETHER characters or more."""
# Characters of a copy: the alignment is quadratic in the worst case.
LONGEST = 1_500
# Values shown of a slot.
VALUES = 4
_WORDS = re.compile(r"[A-Za-zÀ-ỹ]+|\d[\d.,]*|\s+|[^\sA-Za-zÀ-ỹ\d]", re.S)


@dataclass(frozen=True, slots=True)
class TemplatePiece:
    """A part of a template: common `text`, or a slot with the `values` that copies have there."""

    text: str = ""
    values: tuple[str, ...] = ()

    @property
    def is_slot(self) -> bool:
        """Whether copies differ here."""
        return not self.text


def build_template(texts: Sequence[str]) -> tuple[TemplatePiece, ...]:
    """The template of copies of one script, in the order of the first."""
    base, *others = ([*_WORDS.findall(text[:LONGEST])] for text in list(dict.fromkeys(texts))[:SAMPLE])
    places = [_match_word_places(base, other) for other in others]
    fixed = [
        not others or sum(at in text_places for text_places in places) >= SHARE * len(others)
        for at in range(len(base))
    ]
    pieces: list[TemplatePiece] = []
    at = 0
    while at < len(base):
        end = at
        while end < len(base) and fixed[end] == fixed[at]:
            end += 1
        own = "".join(base[at:end])
        if fixed[at] or own.isspace():
            pieces.append(TemplatePiece(own))
        else:
            filled = [
                own,
                *(
                    _extract_slot_text(other, text_places, at, end)
                    for other, text_places in zip(others, places, strict=True)
                ),
            ]
            pieces.append(
                TemplatePiece(
                    values=tuple(dict.fromkeys(value.strip() for value in filled if value.strip()))[:VALUES]
                )
            )
        at = end
    return tuple(pieces)


def has_common_words(pieces: Sequence[TemplatePiece]) -> bool:
    """Whether copies share enough text, word for word, for a template to be worth showing."""
    own = sum(len(one.text) for one in pieces if len(one.text.strip()) >= TOGETHER)
    slots = sum(len(one.values[0]) for one in pieces if one.values)
    return own >= LEAST * (own + slots)


def _match_word_places(base: Sequence[str], other: Sequence[str]) -> dict[int, int]:
    """Positions of the first copy's words in another copy, by alignment."""
    # autojunk would drop the commonest words, which are the script's own.
    blocks = SequenceMatcher(None, base, other, autojunk=False).get_matching_blocks()
    return {block.a + step: block.b + step for block in blocks for step in range(block.size)}


def _extract_slot_text(other: Sequence[str], places: dict[int, int], start: int, end: int) -> str:
    """What another copy has between the words before and after a slot."""
    before = next((places[at] for at in range(start - 1, -1, -1) if at in places), -1)
    after = next((places[at] for at in range(end, end + len(places) + 1) if at in places), len(other))
    return "".join(other[before + 1 : after])[:80]
