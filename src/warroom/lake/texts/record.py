"""A record found by the text index: its row as the lake stores it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from warroom.lake.texts.declared import SEARCHED
from warroom.lake.texts.fold import FIELD, fold_text, remove_separators
from warroom.records.tables import TABLES


@dataclass(frozen=True, slots=True)
class IndexedRecord:
    """A row of a table; `place` is its position in the index that found it."""

    table: str
    place: int
    values: dict[str, Any]

    @property
    def source(self) -> str:
        return str(self.values["source"])

    @property
    def record_id(self) -> str:
        return str(self.values["record_id"])

    @property
    def delivery_id(self) -> str:
        return str(self.values["delivery_id"])

    @property
    def received_at(self) -> datetime:
        moment: datetime = self.values["received_at"]
        return moment

    @property
    def time(self) -> datetime:
        """When it happened, or else when it was received."""
        column = TABLES[self.table].time_column
        moment: datetime = (self.values.get(column) if column else None) or self.received_at
        return moment

    def get_searched_words(self) -> dict[str, str]:
        """What is searched by words, by column."""
        named = ((name, self.values.get(name)) for name in SEARCHED[self.table].words)
        return {name: str(said) for name, said in named if said}

    def fold_words(self) -> str:
        """All its words as they are compared."""
        said = (self.values.get(name) or "" for name in SEARCHED[self.table].words)
        return fold_text(FIELD.join(remove_separators(str(text)) for text in said))
