"""A bank has one name, no matter who writes it: BIC, word or code; what a deployment adds goes before nothing and is used at once."""

import time
import tomllib
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import pyarrow as pa
import pytest

from tests.speed import allow_seconds
from warroom.errors import RecordsError
from warroom.subjects import bank_names, spelled_columns, spelling

TABLE = tomllib.loads(resources.files("warroom.subjects").joinpath("banks.toml").read_text(encoding="utf-8"))


@pytest.fixture(autouse=True)
def the_programs_own_table(tmp_path: Path) -> Iterator[None]:
    yield
    bank_names.use_names_file(tmp_path / "none.toml")


def spellings_of(bank: str) -> list[str]:
    entry = TABLE[bank]
    found = [bank, bank.lower(), f" {bank} "]
    if bic := entry.get("bic"):
        found += [
            bic,
            f"{bic}XXX",
            bic.lower(),
            f"{bic}BKK",
            f"{bic}001",
            f"{bic[:4]} {bic[4:6]} {bic[6:]}",
            f"\u200b{bic}",
        ]
        found += [f"{bic} / {entry['names'][0]}"]
    for name in entry["names"]:
        found += [
            name,
            name.upper(),
            name.lower(),
            name.replace(" ", ""),
            f"{name} ",
            f"{entry['code']} - {name}",
        ]
        found += [f"{name} ({entry['code']})", f"{bank} {entry['code']}"]
        if name.isascii():
            found += [f"{name} PCL", f"{name} Public Company Limited", f"{name} PCL."]
        else:
            found += [f"ธนาคาร{name}", f"ธ.{name}", f"ธนาคาร{name} จำกัด (มหาชน)", f"ธนาคาร{name} สาขาสีลม"]
    return found


@pytest.mark.parametrize("bank", TABLE)
def test_every_spelling_of_a_bank_is_one_name(bank: str) -> None:
    written = spellings_of(bank)
    assert {text: spelling.spell_bank(text) for text in written} == dict.fromkeys(written, bank)
    assert spelled_columns.spell_banks(pa.array(written)).to_pylist() == [bank] * len(written)


def test_no_spelling_is_two_banks() -> None:
    for part in ("bic", "code"):
        told = [entry[part] for entry in TABLE.values() if part in entry]
        assert len(told) == len(set(told))
        assert all(bank_names.BIC.fullmatch(text) for text in told if part == "bic")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("DEUTDEFFXXX", "DEUTDEFF"),
        ("deutdeff", "DEUTDEFF"),
        ("DEUTDEFF500", "DEUTDEFF500"),
        ("B01", "B01"),
        ("bankxxx", "BANKXXX"),
        ("004", "004"),
        ("KBANK/014", "KBANK/014"),
        ("004 - ไทยพาณิชย์", "004 - ไทยพาณิชย์"),
        ("ธนาคาร", "ธนาคาร"),
    ],
)
def test_what_the_table_does_not_know_keeps_its_own_name_in_one_spelling(text: str, name: str) -> None:
    assert spelling.spell_bank(text) == name
    assert spelled_columns.spell_banks(pa.array([text, None])).to_pylist() == [name, None]


def test_a_deployment_adds_words_and_banks_of_its_own(tmp_path: Path) -> None:
    file = tmp_path / "banks.toml"
    before = spelling.get_spelling_version()
    file.write_text(
        '[banks.KASITHBK]\nurl = "https://recall.bank.example/orders"\nnames = ["004", "KBTG"]\n'
        '[banks.KBZ]\nnames = ["KBZBMMMY", "ကမ္ဘောဇဘဏ်"]\n',
        encoding="utf-8",
    )
    bank_names.use_names_file(file)
    assert spelling.get_spelling_version() != before
    written = ["004", "KBTG", "KBZBMMMYXXX", "kbzbmmmy", "ကမ္ဘောဇဘဏ်", "KBZ", "SICOTHBK"]
    assert spelled_columns.spell_banks(pa.array(written)).to_pylist() == [
        "KBANK",
        "KBANK",
        "KBZ",
        "KBZ",
        "KBZ",
        "KBZ",
        "SCB",
    ]


@pytest.mark.parametrize(
    "text", ["[banks", '[banks.B]\nnames = "one"', "[banks.B]\nnames = [1]", "banks = 3"]
)
def test_a_table_that_cannot_be_read_is_refused_and_the_one_before_stays(tmp_path: Path, text: str) -> None:
    file = tmp_path / "banks.toml"
    file.write_text('[banks.KBZ]\nnames = ["KBZBMMMY"]\n')
    bank_names.use_names_file(file)
    file.write_text(text)
    with pytest.raises(RecordsError):
        bank_names.use_names_file(file)
    assert spelling.spell_bank("KBZBMMMY") == "KBZ"


@pytest.mark.parametrize("text", [" " * 4000 + "x", "x" + " " * 4000 + "y", "a-" * 2000 + "(", "-123" * 1000])
def test_a_long_text_is_no_bank_and_is_read_in_a_moment(text: str) -> None:
    began = time.process_time()
    assert bank_names.get_active_table().find_bank(text) is None
    assert time.process_time() - began < allow_seconds(0.25)
