"""What a proposal is not sure of."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from warroom.bilingual.texts import Texts
from warroom.records.table import TableColumn
from warroom.sentences.sentence import Sentence

PARTS = {
    "d": Texts("วัน", "day"),
    "m": Texts("เดือน", "month"),
    "b": Texts("ชื่อเดือน", "month's name"),
    "B": Texts("ชื่อเดือน", "month's name"),
    "Y": Texts("ปี", "year"),
    "y": Texts("ปีสองหลัก", "year in two digits"),
    "H": Texts("ชั่วโมง", "hour"),
    "I": Texts("ชั่วโมง (12)", "hour (of 12)"),
    "p": Texts("AM/PM", "AM/PM"),
    "M": Texts("นาที", "minute"),
    "S": Texts("วินาที", "second"),
    "f": Texts("เศษวินาที", "fraction"),
    "z": Texts("เขตเวลา", "zone"),
}
"""What a directive of a format of times stands for."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """A question about the file, and where in the mapping its answer goes.

    `slot` is the place, as in `columns.payer`; `mapping_hint` says more of it to people who write a mapping
    file.
    """

    slot: str
    sentence: Sentence
    mapping_hint: str = ""

    def render_in(self, language: str) -> str:
        """The question, and where a mapping file answers it."""
        asked = self.sentence.render_in(language)
        return f"{asked} → {place}" if (place := self.mapping_hint or _format_slot(self.slot)) else asked


def _format_slot(slot: str) -> str:
    section, _, key = slot.partition(".")
    if section == "values":
        return f"[{slot}]"
    # What names a whole section asks for no line of it.
    return f"[{section}] {key}" if key else ""


def make_doubt(slot: str, code: str, write: str = "", **params: object) -> Doubt:
    """A doubt by the code of its sentence."""
    return Doubt(slot, Sentence(code, **params), write)


def join_labels(columns: Sequence[TableColumn]) -> Texts:
    """What columns of ours are called in a doubt: by their labels."""
    return Texts(*(", ".join(getattr(one.label, language) for one in columns) for language in ("th", "en")))


def describe_time_format(format_: str) -> Texts:
    """A declared format of times in words, as day/month/year."""
    parts = [
        PARTS.get(part[1:], Texts(part, part)) if part.startswith("%") else Texts(part, part)
        for part in re.split(r"(%.)", format_)
    ]
    return Texts("".join(one.th for one in parts), "".join(one.en for one in parts))


def quote_names(names: list[str] | tuple[str, ...], most: int = 8) -> str:
    """Names as a sentence shows them."""
    shown = ", ".join(f"'{name[:60]}'" for name in names[:most])
    return f"{shown} (+{len(names) - most})" if len(names) > most else shown
