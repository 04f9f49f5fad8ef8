"""Sentences that come back from the database as English: what its own guards say, and what the ledger wrote down.

They are found by their literal parts, each looked for once from left to right. A pattern that tries one place after the
other for every hole would need minutes for a text that somebody wrote to be slow.
"""

from functools import cache
from itertools import pairwise
from string import Formatter

from warroom.sentences.catalogue import list_codes, load_texts
from warroom.sentences.counted import list_forms
from warroom.sentences.sentence import Sentence

Parts = tuple[tuple[str, str], ...]
"""A sentence's literal parts, each with the name of the parameter that follows it; empty after the last."""


def parse_sentence(sentence: str) -> tuple[str, dict[str, str]] | None:
    """The code and the parameters, as text, of an English sentence; None for words that are not of the catalogue."""
    for code, parts in _list_patterns():
        if (holes := _match_holes(sentence, parts)) is not None:
            return code, holes
    return None


def translate_sentence(sentence: str, language: str) -> str:
    """A kept sentence in a language; words that are not of the catalogue as they are."""
    found = parse_sentence(sentence)
    return Sentence(found[0], **found[1]).render_in(language) if found else sentence


@cache
def _list_patterns() -> list[tuple[str, Parts]]:
    said = [(code, load_texts(code).get(name)) for code in list_codes() for name in ("en", "guard")]
    written = [
        (code, _parse_pattern(form)) for code, sentence in said if sentence for form in list_forms(sentence)
    ]
    # The more a sentence says itself, the earlier it is tried.
    return sorted(written, key=lambda one: -sum(len(literal) for literal, _ in one[1]))


def _parse_pattern(english: str) -> Parts:
    parts = tuple((literal, hole or "") for literal, hole, _, _ in Formatter().parse(english))
    return parts if parts and not parts[-1][1] else (*parts, ("", ""))


def _match_holes(sentence: str, parts: Parts) -> dict[str, str] | None:
    """The parameters' values; None where the sentence is another one. Each value ends where the next literal
    first occurs.
    """
    first, last = parts[0][0], parts[-1][0]
    at, end = len(first), len(sentence) - len(last)
    if len(parts) == 1:
        return {} if sentence == first else None
    if at > end or not (sentence.startswith(first) and sentence.endswith(last)):
        return None
    values_by_hole: dict[str, str] = {}
    for place, ((_, hole), (literal, _)) in enumerate(pairwise(parts), 2):
        until = sentence.find(literal, at, end) if place < len(parts) else end
        if until < at:
            return None
        # Said twice, a parameter has one value: else two sentences of the same words could be taken for each other.
        if values_by_hole.setdefault(hole, sentence[at:until]) != sentence[at:until]:
            return None
        at = until + len(literal)
    return values_by_hole
