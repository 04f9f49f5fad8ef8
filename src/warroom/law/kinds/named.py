"""Codes and titles of the declarations in sentences: unchanged in English, translated in Thai."""

import re
from functools import cache

from warroom.bilingual.texts import Texts
from warroom.law.kinds.declarations import (
    ActionKind,
    Prerequisite,
    load_kind_words,
    load_kinds,
    load_prerequisites,
)

SECTIONS = ("choices", "subjects", "partners", "endings", "made")
"""Codes of the declarations that sentences name."""
WORDS_APART = re.compile(r", | or ")


def translate_words(declared_words: str) -> Texts:
    """Translate one or several words of the declarations, separated by commas or `or`; other text is the same
    in both languages.
    """
    known = _load_thai_words()
    # Codes of agencies and currencies are written in capitals; in small letters they would be other words.
    parts = [
        known.get(part if part.isupper() else part.lower()) for part in WORDS_APART.split(declared_words)
    ]
    # All words or none: a half in each language is read by nobody.
    return Texts(", ".join(part for part in parts if part) if all(parts) else declared_words, declared_words)


@cache
def _load_thai_words() -> dict[str, str]:
    """Thai words of the declarations by their codes, and by their English ones in small letters."""
    found = {code: texts.th for section in SECTIONS for code, texts in load_kind_words(section).items()}
    declared: list[ActionKind | Prerequisite] = [*load_kinds().values(), *load_prerequisites().values()]
    for one in declared:
        found |= {one.id: one.title.th, one.title.en.lower(): one.title.th}
        found |= {field.label.en.lower(): field.label.th for field in one.inputs}
    return found
