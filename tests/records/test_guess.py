"""A mapping proposed for a file that nobody described is right, or it asks; it takes in nothing and is never silent."""

import time
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.records.exports import (
    ALL,
    CODES,
    MEANING,
    THAI,
    Export,
    account,
    at,
    csv,
    rows_of,
    thai,
    workbook,
)
from tests.records.reading import read
from tests.speed import allow_seconds
from warroom.errors import RecordsError
from warroom.records import mapping_file
from warroom.records.guess.guess import Guess, guess_mapping
from warroom.records.guess.preview import preview_file
from warroom.records.guess.toml import format_mapping_file, write_mapping_file
from warroom.records.guess.words import normalize_text
from warroom.records.tables import TABLES

FEW = (
    "th",
    "th_title",
    "th_title_wide",
    "th_2line_header",
    "th_datetime_split",
    "th_baht",
    "th_excel",
    "json_lines",
)
"""Exports that are clear: only what a file cannot say is asked about them."""


def made(export: Export, folder: Path) -> Guess:
    return guess_mapping(export.make(folder), export.table)


def asked(found: Guess) -> str:
    return "\n".join(f"{each.slot}: {each.sentence}" for each in found.doubts)


def differing(export: Export, found: Guess) -> dict[str, tuple[Any, Any]]:
    """What was proposed otherwise than somebody who knows the file would write it: proposed, meant."""
    tree = found.tree
    parts = [(tree.get("columns", {}), export.columns)]
    parts += [
        ({key: tree.get(name, {}).get(key) for key in meant}, meant)
        for name, meant in (("time", export.time), ("direction", export.direction))
    ]
    return {
        key: (got.get(key), meant.get(key))
        for got, meant in parts
        for key in {**got, **meant}
        if got.get(key) != meant.get(key)
    }


@pytest.mark.parametrize("export", ALL, ids=lambda each: each.name)
def test_a_guess_is_right_or_asks(export: Export, tmp_path: Path) -> None:
    found = made(export, tmp_path)
    slots = {each.slot.rpartition(".")[2] for each in found.doubts} | {each.slot for each in found.doubts}
    for key, (got, meant) in differing(export, found).items():
        assert key in slots or key in asked(found), (
            f"{key}: {got} for {meant} without a doubt\n{asked(found)}"
        )
    assert found.file["header"] == (export.header or found.file["header"])
    for key in ("encoding", "delimiter"):
        assert getattr(export, key) in (None, found.file[key])
    if "time" in found.tree and export.name != "json_lines":
        assert {"time.zone", "time"} & slots
    if export.table == "transfers" and "currency" not in found.tree["columns"]:
        assert "constants.currency" in slots


@pytest.mark.parametrize("export", ALL, ids=lambda each: each.name)
def test_what_is_written_loads_and_reads_the_file_as_it_was_shown(export: Export, tmp_path: Path) -> None:
    path = export.make(tmp_path)
    found = guess_mapping(path, export.table)
    write_mapping_file(found, path.name, tmp_path / "map.toml")
    mapping = mapping_file.load_mapping(tmp_path / "map.toml")
    assert {
        **mapping.columns,
        **{ours: list(names) for ours, names in mapping.joined.items()},
    } == found.tree.get("columns", {})
    seen = preview_file(path, found.table, found.tree)
    if not any(
        each.sentence.code in ("guess.lacks", "guess.own-bank", "guess.zone", "guess.own-account")
        for each in found.doubts
    ):
        assert read(path, export.table, mapping).table.num_rows == seen.rows_read > 0


def test_clear_files_are_asked_about_only_what_they_cannot_say(tmp_path: Path) -> None:
    for export in ALL:
        if export.name in FEW:
            (tmp_path / export.name).mkdir()
            found = made(export, tmp_path / export.name)
            assert not differing(export, found), export.name
            assert {each.slot for each in found.doubts} <= {
                "time.zone",
                "constants.currency",
                "constants.channel",
                "columns.time",
            }, asked(found)


def test_day_and_month_are_told_by_evidence_or_asked(tmp_path: Path) -> None:
    def days(*written: str) -> Guess:
        return guess_mapping(
            csv(THAI, *([*thai(n)[:1], day, *thai(n)[2:]] for n, day in enumerate(written)))(tmp_path),
            "transfers",
        )

    assert days("20/01/2025 10:00", "03/02/2025 10:00").tree["time"]["format"] == "%d/%m/%Y %H:%M"
    assert days("01/20/2025 10:00", "02/03/2025 10:00").tree["time"]["format"] == "%m/%d/%Y %H:%M"
    unclear = days("01/02/2025 10:00", "03/04/2025 10:00")
    assert "the day first or the month first" in asked(unclear)
    assert "the day first" not in asked(days("01/02/2568 10:00", "03/04/2568 10:00"))


def test_a_column_that_no_table_may_hold_is_named_and_never_mapped(tmp_path: Path) -> None:
    heads = [*THAI, "สัญชาติผู้โอน", "Religion", "payer_sex"]
    found = guess_mapping(
        csv(heads, *([*row, "ไทย", "-", "M"] for row in rows_of(thai)))(tmp_path), "transfers"
    )
    assert found.tree["columns"] == MEANING
    assert "'สัญชาติผู้โอน', 'Religion', 'payer_sex'" in asked(found)
    assert "สัญชาติ" not in str(found.tree) + str(found.columns_found) + str(found.examples)


def test_a_row_number_is_no_number_of_a_record(tmp_path: Path) -> None:
    rows = [[str(n + 1), *thai(n)[1:]] for n in range(30)]
    found = guess_mapping(csv(["ลำดับที่", *THAI[1:]], *rows)(tmp_path), "transfers")
    assert "record_id" not in found.tree["columns"]
    assert "gets a number from the file and its line" in asked(found)


def test_covered_and_shortened_account_numbers_are_told(tmp_path: Path) -> None:
    covered = [[*thai(n)[:3], f"xxx-x-x{1000 + n}-x", *thai(n)[4:]] for n in range(9)]
    assert "covered digits" in asked(guess_mapping(csv(THAI, *covered)(tmp_path), "transfers"))
    short = [[*thai(n)[:3], "1.23457E+11", *thai(n)[4:]] for n in range(9)]
    assert "shortened" in asked(guess_mapping(csv(THAI, *short)(tmp_path), "transfers"))


def test_banks_by_name_become_codes_and_that_is_said(tmp_path: Path) -> None:
    names = ("ธนาคารกสิกรไทย", "ธ.กรุงไทย", "ไทยพาณิชย์")
    rows = [[*thai(n)[:2], names[n % 3], *thai(n)[3:]] for n in range(9)]
    found = guess_mapping(csv(THAI, *rows)(tmp_path), "transfers")
    assert found.tree["values"]["payer_bank"] == dict(zip(names, CODES, strict=True))
    assert "names banks by words" in asked(found)


def test_banks_by_the_numbers_of_the_bank_of_thailand_become_codes_and_are_asked_about(
    tmp_path: Path,
) -> None:
    rows = [[*thai(n)[:2], ("004", "014", "998")[n % 3], *thai(n)[3:]] for n in range(9)]
    found = guess_mapping(csv(THAI, *rows)(tmp_path), "transfers")
    assert found.tree["values"]["payer_bank"] == {"004": "KBANK", "014": "SCB"}
    assert "'004' = KBANK, '014' = SCB" in asked(found)
    assert "numbers that are not known here ('998')" in asked(found)


def test_banks_by_the_numbers_of_another_country_are_asked_about_and_nothing_is_proposed(
    tmp_path: Path,
) -> None:
    rows = [[*thai(n)[:2], ("014", "03208", "70", "1120")[n % 4], *thai(n)[3:]] for n in range(9)]
    found = guess_mapping(csv(THAI, *rows)(tmp_path), "transfers")
    assert "payer_bank" not in found.tree.get("values", {})
    assert "numbers that are not known here ('014', '03208', '70', '1120')" in asked(found)


def test_the_banks_of_a_statement_are_written_as_its_own_bank_is(tmp_path: Path) -> None:
    export = next(each for each in ALL if each.name == "th_statement")
    path = export.make(tmp_path)
    found = guess_mapping(path, "transfers")
    seen = preview_file(path, found.table, found.tree)
    assert '[source]\nname = "KBANK"' in format_mapping_file(found, path.name)
    banks = {row[seen.columns.index(name)] for row in seen.rows for name in ("payer_bank", "payee_bank")}
    assert banks == {"KBANK", "KTB", "SCB"}


def test_payments_that_failed_are_asked_about(tmp_path: Path) -> None:
    rows = [[*thai(n), ("สำเร็จ", "ไม่สำเร็จ")[n % 2]] for n in range(9)]
    assert "whether each payment went through" in asked(
        guess_mapping(csv([*THAI, "สถานะ"], *rows)(tmp_path), "transfers")
    )


def test_a_file_of_odd_headings_and_values_is_looked_at_in_no_time(tmp_path: Path) -> None:
    odd = ["(" + " " * 5_000 + "x", "จ" * 20_000, "1" + "," * 5_000, "-" * 9_000]
    path = csv([f"column {n} {odd[n % 4]}" for n in range(300)], *([odd[n % 4]] * 300 for n in range(9)))(
        tmp_path
    )
    started = time.process_time()
    guess_mapping(path, "transfers")
    assert time.process_time() - started < allow_seconds(10)


def test_two_sheets_with_the_same_names_are_a_question(tmp_path: Path) -> None:
    path = workbook(THAI, *rows_of(lambda n: thai(n)), first=[THAI, *rows_of(lambda n: thai(n))])(tmp_path)
    assert "could be read as well" in asked(guess_mapping(path, "transfers"))


def test_a_file_without_names_is_asked_for_them(tmp_path: Path) -> None:
    found = guess_mapping(csv(*rows_of(thai))(tmp_path), "transfers")
    assert not found.tree
    assert "No line of the file looks like names" in asked(found)


def test_a_message_needs_no_mapping(tmp_path: Path) -> None:
    found = guess_mapping(Path("examples/bank-b.xml"), "transfers")
    assert found.is_message
    assert "needs no mapping" in asked(found)
    assert preview_file(Path("examples/bank-b.xml"), found.table, found.tree).rows_read > 0


def test_what_would_be_refused_is_counted_with_its_reason(tmp_path: Path) -> None:
    rows = [*rows_of(thai), [*thai(98)[:6], "-5.00", "โอน"], [*thai(99)[:1], "วันนี้", *thai(99)[2:]]]
    path = csv(THAI, *rows)(tmp_path)
    found = guess_mapping(path, "transfers")
    seen = preview_file(path, found.table, found.tree)
    assert (seen.rows_read, seen.rows_refused, len(seen.rows)) == (60, 2, 10)
    assert set(seen.reasons) == {("amount", "not_positive"), ("time", "time")}
    assert [reject.line for reject in seen.rejects] == [62, 63]


def test_an_open_question_is_written_as_a_comment_so_that_nothing_is_taken_in_by_mistake(
    tmp_path: Path,
) -> None:
    export = next(each for each in ALL if each.name == "berka")
    path = export.make(tmp_path)
    found = guess_mapping(path, "transfers")
    text = format_mapping_file(found, path.name)
    assert "direction" not in tomllib.loads(text)
    assert tomllib.loads(text)["source"] == {}
    assert '# column = "type"' in text
    assert "# ASK: This looks like the statement of an account" in text
    write_mapping_file(found, path.name, tmp_path / "map.toml")
    with pytest.raises(RecordsError, match="was not touched"):
        write_mapping_file(found, path.name, tmp_path / "map.toml")
    answered = text.replace("# [direction]", "[direction]").replace('# bank = ""', 'bank = "CSOB"')
    for key in ("column", "account_column", "counterparty", "counterparty_bank", "out", "in"):
        answered = answered.replace(f"# {key} = ", f"{key} = ")
    answered = answered.replace("[time]\n", '[time]\nzone = "Europe/Prague"\n')
    (tmp_path / "answered.toml").write_text(answered)
    rows = read(path, mapping=mapping_file.load_mapping(tmp_path / "answered.toml")).rows
    assert len(rows) == 60
    assert (rows[2]["payer"], rows[2]["payee"], rows[2]["time"].year) == ("12345680", "2380", 1993)


def test_words_are_compared_however_they_are_written() -> None:
    assert normalize_text("fromAccount_No") == normalize_text("From account no") == "from account no"
    assert (account(3), at(0).hour) == ("103-3-12348-3", 9)


def test_who_writes_a_mapping_file_reads_beside_each_question_where_its_answer_goes(tmp_path: Path) -> None:
    path = csv(THAI, *rows_of(thai))(tmp_path)
    found = guess_mapping(path, TABLES["transfers"])
    zone = next(each for each in found.doubts if each.slot == "time.zone")
    assert zone.render_in("en").endswith(" → [time] zone")
    assert zone.render_in("th").endswith(" → [time] zone")
    assert f"# ASK: {zone.render_in('en')}" in format_mapping_file(found, path.name)
