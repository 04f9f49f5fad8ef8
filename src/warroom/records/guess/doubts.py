"""What a proposal is not sure of."""

from dataclasses import dataclass

from warroom.bilingual.texts import Texts
from warroom.records.table import Column
from warroom.sentences.sentence import Sentence


@dataclass(frozen=True, slots=True)
class Doubt:
    """A sentence that says between what and what, and where in the mapping the answer goes: `slot`, as in `columns.payer`."""

    slot: str
    sentence: Sentence


def doubt(slot: str, code: str, **params: object) -> Doubt:
    """A doubt by the code of its sentence."""
    return Doubt(slot, Sentence(code, **params))


def called(column: Column) -> Texts:
    """What a column of ours is called in a doubt: by the name that a mapping gives it, and in Thai by its label too."""
    return Texts(f"{column.label.th} ({column.name})", column.name)


def quoted(names: list[str] | tuple[str, ...], most: int = 8) -> str:
    """Names as a sentence shows them."""
    shown = ", ".join(f"'{name[:60]}'" for name in names[:most])
    return f"{shown} (+{len(names) - most})" if len(names) > most else shown
