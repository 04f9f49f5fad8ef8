"""The tables are the contract's: their columns, their meanings, and what none of them holds."""

import os
import re
from pathlib import Path

import pytest

from warroom.records.plan import NEVER
from warroom.records.table import COMMON
from warroom.records.tables import TABLES

OWN = {"signals", "proposals", "quarantine"}


def _contract() -> str:
    page = Path(os.environ.get("WARROOM_SHARED", "../shared")) / "CONTRACT.md"
    if not page.exists():
        pytest.skip("WARROOM_SHARED with CONTRACT.md is absent")
    return page.read_text(encoding="utf-8")


@pytest.mark.shared
def test_every_table_of_the_contract_has_every_column_it_names() -> None:
    rows = re.findall(r"^\| (\w+) \| (.+) \|$", _contract(), re.MULTILINE)
    tables = {name: cells for name, cells in rows if name != "table"}
    assert set(tables) | OWN == set(TABLES)
    for name, cells in tables.items():
        plain = re.sub(r"\([^)]*\)|;.*|\..*", "", cells)
        named = {word.split()[0] for word in plain.split(",") if word.split()}
        missing = named - set(TABLES[name].schema.names) - {"names", "what"}
        assert not missing, f"{name} lacks {missing}"


@pytest.mark.parametrize("table", TABLES.values(), ids=list(TABLES))
def test_a_row_begins_with_the_common_columns_and_every_column_says_what_it_means(table) -> None:
    assert table.schema.names[:6] == ["record_id", "source", "delivery_id", "received_at", "sha256", "line"]
    assert len(set(table.schema.names)) == len(table.schema.names)
    assert all(column.meaning.endswith(".") for column in (*COMMON, *table.columns))
    assert table.meaning.endswith(".")
    assert table.time_column is None or table.by_name[table.time_column].required


@pytest.mark.parametrize("table", TABLES.values(), ids=list(TABLES))
def test_no_table_says_where_anyone_is_from_or_what_anyone_believes(table) -> None:
    assert not set(NEVER) & {name.lower() for name in table.schema.names}
