"""The files of examples/ are what the docs say, and they fit together."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from tests.records.reading import read
from warroom.records import mapping_file

EXAMPLES = Path(__file__).parents[2] / "examples"


def _entries() -> list[dict[str, Any]]:
    return json.loads((EXAMPLES / "manifest.json").read_text(encoding="utf-8"))["files"]


def _read(entry: dict[str, Any]) -> Any:
    rule = mapping_file.load_mapping(EXAMPLES / entry["mapping"]) if "mapping" in entry else None
    return read(EXAMPLES / entry["file"], entry["table"], rule)


@pytest.mark.parametrize("entry", _entries(), ids=lambda entry: entry["file"])
def test_every_row_of_every_example_is_accepted(entry: dict[str, Any]) -> None:
    found = _read(entry)
    assert found.rejects == []
    assert found.rows


def test_the_reports_name_transfers_and_the_accounts_name_holders() -> None:
    found: dict[str, list[dict[str, Any]]] = {}
    for entry in _entries():
        found.setdefault(entry["table"], []).extend(_read(entry).rows)
    transfers = {row["record_id"] for row in found["transfers"]}
    assert len(transfers) == len(found["transfers"]) == 22
    named = {each for row in found["reports"] for each in row["transfer_ids"]}
    assert named <= transfers
    assert {row["holder_id"] for row in found["accounts"]} <= {row["record_id"] for row in found["holders"]}


def test_the_readme_names_every_file() -> None:
    page = (EXAMPLES / "README.md").read_text(encoding="utf-8")
    for path in EXAMPLES.iterdir():
        assert path.name == "README.md" or f"`{path.name}`" in page
    assert "`payments.csv`" in page


@pytest.mark.shared
def test_the_payment_message_follows_the_published_schema() -> None:
    path = Path(os.environ.get("WARROOM_SHARED", "../shared")) / "data/standards/pacs.008.001.08.xsd"
    if not path.exists():
        pytest.skip("WARROOM_SHARED with data/standards/pacs.008.001.08.xsd is absent")
    schema = etree.XMLSchema(etree.parse(path))
    schema.assertValid(etree.parse(EXAMPLES / "bank-b.xml"))


@pytest.mark.shared
def test_the_amlsim_sample_is_read_whole() -> None:
    path = Path(os.environ.get("WARROOM_SHARED", "../shared")) / "data/money/amlsim_20k/transactions.csv"
    if not path.exists():
        pytest.skip("WARROOM_SHARED with data/money/amlsim_20k is absent")
    found = read(path, mapping=mapping_file.load_mapping(EXAMPLES / "amlsim.toml"))
    assert found.rejects == []
    assert found.table.num_rows == 120_558
    rows = found.table.select(["payer", "payee"]).to_pylist()
    assert sum(row["payer"] == row["payee"] for row in rows) == 15
