"""The tables are the contract's: their columns, their meanings, and what none of them holds."""

import os
import re
from pathlib import Path

import pytest

from warroom.records.plan import NEVER
from warroom.records.table import COMMON
from warroom.records.tables import TABLES
from warroom.subjects.kinds import KINDS

OWN = {"signals", "proposals", "quarantine", "returns", "waiting_payments"}


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
def test_every_table_and_column_has_a_label_in_thai_and_english(table) -> None:
    for said, label in ((one.name, one.label) for one in (table, *COMMON, *table.columns)):
        assert re.search("[ก-๙]", label.th), (
            f"{said} of {table.name} has no Thai label; write one where it is declared"
        )
        assert label.en, f"{said} of {table.name} has no English label; write one where it is declared"


@pytest.mark.parametrize("table", TABLES.values(), ids=list(TABLES))
def test_what_a_column_says_of_subjects_and_ties_is_known(table) -> None:
    for column in table.columns:
        assert not column.subject or column.subject in KINDS, f"no kind of subject is called {column.subject}"
        assert not column.beside or column.beside in table.by_name, f"{table.name} has no {column.beside}"
        assert not (column.subject == "account" and not column.beside), (
            f"{column.name}: say which column is its bank"
        )
    for tied in table.ties:
        for name in (tied.start, tied.end):
            named = table.by_name[name]
            assert named.subject or named.beside or (name == "record_id" and table.subject), (
                f"{name} names nothing"
            )


@pytest.mark.parametrize("table", TABLES.values(), ids=list(TABLES))
def test_no_table_says_where_anyone_is_from_or_what_anyone_believes(table) -> None:
    assert not set(NEVER) & {name.lower() for name in table.schema.names}
