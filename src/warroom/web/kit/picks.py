"""Subjects in forms: a row each, with a note beside it, as its page shows them and as a sent form says them.

Rows of a form are fields of one name, which `typed` keeps as lines: the third subject, its kind and its note are the third
line of three fields.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from warroom.subjects.subject import Subject

SPARE = 3
"""Empty rows in a form, for browsers without scripts. Chosen, not measured."""


@dataclass(frozen=True, slots=True)
class PickRow:
    """One subject as a form's row holds it."""

    text: str = ""
    note: str = ""
    kind: str = ""


def build_pick_rows(given: Mapping[str, str], name: str, spare: int = SPARE) -> list[PickRow]:
    """The rows of a form: what was typed, or came along from another page, and some to fill."""
    filled = [one for one in _parse_rows(given, name) if one.text or one.note]
    return [*filled, *(PickRow() for _ in range(spare))]


def parse_subjects(given: Mapping[str, str], name: str, usual: str) -> list[tuple[Subject, str]]:
    """The subjects of a form and the note of each; `usual` is their kind where the form asks for none."""
    return [
        (Subject(one.kind or usual, one.text), one.note)
        for one in _parse_rows(given, name)
        if one.text or one.note
    ]


def _parse_rows(given: Mapping[str, str], name: str) -> list[PickRow]:
    texts, notes, kinds = (
        [line.strip() for line in given.get(name + more, "").split("\n")] for more in ("", "_note", "_kind")
    )
    # A single kind applies to all rows: a page that prefills the form gives it once.
    kinds = kinds * len(texts) if len(kinds) == 1 else kinds
    return [PickRow(text, _item_at(notes, at), _item_at(kinds, at)) for at, text in enumerate(texts)]


def _item_at(lines: list[str], place: int) -> str:
    return lines[place] if place < len(lines) else ""
