"""Sentences that come back from the database as English: what its own guards say, and what the ledger wrote down."""

import re
from functools import cache

from warroom.sentences.catalogue import codes, texts

HOLE = re.compile(r"\{(\w+)\}")


def recall(sentence: str) -> tuple[str, dict[str, str]] | None:
    """The code and the parameters, as text, of an English sentence; None for words that are not of the catalogue."""
    for pattern, code in _patterns():
        if match := pattern.fullmatch(sentence):
            return code, match.groupdict()
    return None


@cache
def _patterns() -> list[tuple[re.Pattern[str], str]]:
    written = {code: texts(code)["en"] for code in codes()}
    # The more a sentence says itself, the earlier it is tried.
    said = sorted(written, key=lambda code: -len(HOLE.sub("", written[code])))
    return [(_pattern(written[code]), code) for code in said]


def _pattern(english: str) -> re.Pattern[str]:
    parts, seen = HOLE.split(english), set[str]()
    for place in range(1, len(parts), 2):
        name = parts[place]
        # Said twice, a parameter has one value; else two sentences of the same words could be taken for each
        # other.
        parts[place] = f"(?P={name})" if name in seen else f"(?P<{name}>.*?)"
        seen.add(name)
    parts[::2] = map(re.escape, parts[::2])
    return re.compile("".join(parts), re.DOTALL)
