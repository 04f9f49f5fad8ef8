"""Sentences with a count: "1 row", "2 rows".

`{count:row|rows}` stands for `row` where the count is 1 and for `rows` otherwise; the count itself is a hole of its own, as in
`{count} {count:row|rows}`. A text with such a hole is a `CountedText`, and filled like any other: `text.format(count=1)`.
"""

import re
from collections.abc import Iterator
from string import Formatter
from typing import Any

FORMS = re.compile(r"\{(\w+):([^{}|]*)\|([^{}|]*)\}")
"""A hole with the word for one and the word for several."""


class _Counting(Formatter):
    def format_field(self, value: Any, format_spec: str) -> str:
        one, bar, several = format_spec.partition("|")
        if not bar:
            return str(super().format_field(value, format_spec))
        return one if _is_one(value) else several


class CountedText(str):
    """A text with words for one and for several."""

    __slots__ = ()

    def format(self, *args: object, **facts: object) -> str:
        """The text filled in; raises KeyError for a hole without a value, as any text does."""
        return _Counting().vformat(self, args, facts)


def as_counted(text: str) -> str:
    """A text that fills its words for one and for several itself; a text without such words as it is."""
    return CountedText(text) if FORMS.search(text) else text


def list_forms(text: str) -> Iterator[str]:
    """A text as it reads for several and, where it has words for one, for one: with plain holes alone."""
    names = list(dict.fromkeys(match[1] for match in FORMS.finditer(text)))
    for mask in range(2 ** len(names)):
        yield _form_of(text, {name for place, name in enumerate(names) if mask >> place & 1})


def _form_of(text: str, ones: set[str]) -> str:
    return FORMS.sub(lambda match: match[2] if match[1] in ones else match[3], text)


def _is_one(value: object) -> bool:
    # Rounded as it is written: 1.2 times is shown as 1.
    return f"{value:.0f}" == "1" if isinstance(value, float) else str(value) == "1"
