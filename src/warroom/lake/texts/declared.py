"""Which columns of which tables are searched by their words, and which name something: a number, a telephone, a domain.

The columns say so themselves (`records.tables`); here it is worked out once. A table that is not here is not searched; every
other is also found by its record's number.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from warroom.records.table import Table, Typed
from warroom.records.tables import TABLES


@dataclass(frozen=True, slots=True)
class SearchedColumns:
    """The columns of a table searched by words, long texts first, and those that name something."""

    words: tuple[str, ...]
    names: Mapping[str, Typed]


def make_searched_columns(table: Table) -> SearchedColumns:
    """How a table is searched."""
    long_first = sorted(table.columns, key=lambda one: not one.long)
    return SearchedColumns(
        tuple(one.name for one in long_first if one.words),
        {one.name: one.typed for one in table.columns if one.typed},
    )


SEARCHED: dict[str, SearchedColumns] = {
    name: make_searched_columns(table) for name, table in TABLES.items() if table.is_searched
}

WORDS = tuple(name for name, searched in SEARCHED.items() if searched.words)
"""The tables that are searched by words."""
