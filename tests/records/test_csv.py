"""CSV files as partners really send them: nothing is lost, and lines are counted as an editor counts them."""

import gzip
import tracemalloc
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.records.reading import HEADER, csv_file, mapping, read, transfer
from warroom.errors import RecordsError
from warroom.records import lines
from warroom.records.mapping import FileMapping
from warroom.records.reader import open_reader

WITH_PURPOSE = HEADER + ",purpose"


def test_lines_are_physical_lines_also_after_quoted_newlines_and_empty_lines(tmp_path: Path) -> None:
    path = csv_file(
        tmp_path,
        transfer(1) + ',"two\nlines"',
        "",
        transfer(2) + ",one",
        transfer(3, amount="x") + ",",
        header=WITH_PURPOSE,
    )
    found = read(path)
    assert found.column("line") == [2, 5]
    assert found.column("purpose") == ["two\nlines", "one"]
    assert found.codes == [(6, "amount", "number")]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp874", "tis-620"]
)
@pytest.mark.parametrize("declared", [True, False])
def test_thai_is_read_in_every_encoding_declared_or_not(
    tmp_path: Path, encoding: str, declared: bool
) -> None:
    path = csv_file(tmp_path, transfer() + ",ค่าสินค้า", header=WITH_PURPOSE, encoding=encoding)
    rule = FileMapping(encoding=encoding) if declared else None
    assert read(path, mapping=rule).column("purpose") == ["ค่าสินค้า"]


def test_a_western_encoding_is_told_from_thai(tmp_path: Path) -> None:
    lines = [transfer(number) + ",Überweisung für Café Zürich" for number in range(9)]
    path = csv_file(tmp_path, *lines, header=WITH_PURPOSE, encoding="cp1252")
    assert set(read(path).column("purpose")) == {"Überweisung für Café Zürich"}


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_delimiters_and_line_ends_are_found(tmp_path: Path, delimiter: str, end: str) -> None:
    path = tmp_path / "file.csv"
    text = end.join([HEADER, transfer(1), transfer(2), ""]).replace(",", delimiter)
    path.write_bytes(text.encode())
    assert read(path).column("line") == [2, 3]


def test_a_wrong_delimiter_names_the_likely_one(tmp_path: Path) -> None:
    path = csv_file(tmp_path, transfer(1), transfer(2))
    with pytest.raises(RecordsError, match="looks parted by comma, so declare delimiter"):
        read(path, mapping=FileMapping(delimiter=";"))


def test_a_missing_column_names_those_found_and_how_to_map_one(tmp_path: Path) -> None:
    path = csv_file(tmp_path, "1,2", header="record_id,time")
    with pytest.raises(
        RecordsError, match=r"no column 'payer_bank'; it has 'record_id', 'time': map one with --map"
    ):
        read(path)


def test_a_column_named_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RecordsError, match="'amount' more than once"):
        read(csv_file(tmp_path, transfer() + ",1", header=HEADER + ",amount"))


def test_mixed_encodings_cost_only_the_lines_that_differ(tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    rows = [
        f"{transfer(number)},ค่าสินค้า\n".encode("cp874" if number in (3, 7) else "utf-8")
        for number in range(10)
    ]
    path.write_bytes(f"{WITH_PURPOSE}\n".encode() + b"".join(rows))
    found = read(path)
    assert found.codes == [(5, "", "encoding"), (9, "", "encoding")]
    assert len(found.rows) == 8
    assert found.rejects[0].raw.startswith("T3,")
    other = read(path, mapping=FileMapping(encoding="cp874"))
    assert other.column("line") == [5, 9]
    assert len(other.rejects) == 8


def test_short_thai_words_are_not_taken_for_another_encoding(tmp_path: Path) -> None:
    path = csv_file(tmp_path, transfer() + ",วง", header=WITH_PURPOSE, encoding="cp874")
    assert read(path, mapping=FileMapping(encoding="cp874")).column("purpose") == ["วง"]


def test_bytes_that_are_no_utf_16_cost_only_their_line(tmp_path: Path) -> None:
    path = csv_file(
        tmp_path,
        transfer(1) + ",a",
        transfer(2) + ",?",
        transfer(3) + ",b",
        header=WITH_PURPOSE,
        encoding="utf-16",
    )
    path.write_bytes(path.read_bytes().replace("?".encode("utf-16-le"), b"\x00\xd8"))
    found = read(path)
    assert found.codes == [(3, "", "encoding")]
    assert found.column("record_id") == ["T1", "T3"]


def test_rows_of_another_width_are_set_aside(tmp_path: Path) -> None:
    found = read(csv_file(tmp_path, transfer(1), "T2,x", transfer(3), transfer(4) + ",more"))
    assert found.codes == [(3, "", "ragged"), (5, "", "ragged")]
    assert found.rejects[0].reason == "The row has 2 columns; the file has 7."
    assert found.rejects[1].raw == transfer(4) + ",more"


def test_an_unbalanced_quote_does_not_swallow_the_file(tmp_path: Path) -> None:
    many = [transfer(number) + ",x" for number in range(10, 60)]
    path = csv_file(
        tmp_path,
        transfer(1) + ',"never closed',
        *many,
        transfer(2) + ',"closed\nlater"',
        transfer(3) + ',5" pipe',
        transfer(4) + ',a"b,"c',
        transfer(5) + ',"again',
        header=WITH_PURPOSE,
    )
    found = read(path)
    assert {line for line, _, _ in found.codes} == {2, 56, 57}
    assert {code for _, _, code in found.codes} == {"quote", "ragged"}
    assert len(found.rows) == 52
    assert found.column("purpose")[-2:] == ["closed\nlater", '5" pipe']


def test_a_stray_carriage_return_costs_its_row_only(tmp_path: Path) -> None:
    path = csv_file(
        tmp_path, transfer(1) + ",a", transfer(2) + ",b\rc", transfer(3) + ",d", header=WITH_PURPOSE
    )
    found = read(path)
    assert found.column("record_id") == ["T1", "T3"]
    assert [line for line, _, _ in found.codes] == [3]


def test_rows_over_the_border_of_two_blocks_are_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lines, "CHUNK", 997)
    rows = [transfer(number) + (',"a\nb ""c"", d"' if number % 3 else ",ก") for number in range(500)]
    found = read(csv_file(tmp_path, *rows, header=WITH_PURPOSE))
    assert found.rejects == []
    assert found.column("record_id") == [f"T{number}" for number in range(500)]
    assert found.column("purpose")[1] == 'a\nb "c", d'
    starts, line = [], 2
    for row in rows:
        starts.append(line)
        line += 1 + row.count("\n")
    assert found.column("line") == starts


def test_a_line_without_end_is_set_aside_in_bounded_memory_and_reading_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WARROOM_MAX_LINE_MB", "1")
    monkeypatch.setattr(lines, "CHUNK", 1 << 20)
    path = tmp_path / "file.csv"
    with path.open("w") as file:
        file.write(f"{HEADER}\n{transfer(1)}\n")
        for _ in range(64):
            file.write("x" * (1 << 20))
        file.write(f"\n{transfer(2)}\n")
    tracemalloc.start()
    found = read(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found.codes == [(3, "", "line_too_long")]
    assert found.column("line") == [2, 4]
    assert peak < 24 << 20


def test_a_long_line_within_a_block_is_set_aside_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WARROOM_MAX_LINE_MB", "0.01")
    found = read(csv_file(tmp_path, transfer(1), "y" * 20_000, transfer(2), "z" * 20_000))
    assert found.codes == [(3, "", "line_too_long"), (5, "", "line_too_long")]
    assert found.column("line") == [2, 4]


def test_gzip_is_read_and_a_cut_one_is_refused(tmp_path: Path) -> None:
    plain = csv_file(tmp_path, *(transfer(number) for number in range(1000)))
    zipped = tmp_path / "file.csv.gz"
    zipped.write_bytes(gzip.compress(plain.read_bytes()))
    assert len(read(zipped).rows) == 1000
    zipped.write_bytes(zipped.read_bytes()[:-20])
    with pytest.raises(RecordsError, match="cannot be read to its end"):
        read(zipped)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"\n\n", "no row of column names"),
        (b"PK\x03\x04rest", "cut off or damaged"),
        (b"%PDF-1.7", "a PDF"),
    ],
)
def test_what_is_no_csv_is_refused_in_one_sentence(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes(content)
    with pytest.raises(RecordsError, match=words):
        read(path)


def test_a_missing_file_and_an_unknown_table_are_refused(tmp_path: Path) -> None:
    with pytest.raises(RecordsError, match="No such file"):
        read(tmp_path / "none.csv")
    with pytest.raises(RecordsError, match="no table 'transfer'; the tables are"):
        read(csv_file(tmp_path, transfer()), "transfer")


def test_only_column_names_give_no_rows(tmp_path: Path) -> None:
    assert read(csv_file(tmp_path)).rows == []


def test_the_progress_ends_at_the_size_of_the_file(tmp_path: Path) -> None:
    path = csv_file(tmp_path, transfer())
    reader = open_reader(path, "transfers", None, datetime.now(UTC))
    list(reader.iter_batches())
    assert reader.count_bytes_read() == reader.size_bytes == path.stat().st_size


def test_a_spreadsheets_first_line_may_name_the_delimiter(tmp_path: Path) -> None:
    path = csv_file(tmp_path, HEADER.replace(",", ";"), transfer().replace(",", ";"), header="sep=;")
    assert read(path).column("line") == [3]


def test_thai_column_names_are_mapped(tmp_path: Path) -> None:
    rule = mapping(tmp_path, '[columns]\namount = "จำนวนเงิน"\n')
    path = csv_file(tmp_path, transfer(), header=HEADER.replace("amount", "จำนวนเงิน"), encoding="cp874")
    assert len(read(path, mapping=rule).rows) == 1


def test_a_total_below_the_records_is_told_and_checked(tmp_path: Path) -> None:
    rows = [transfer(1, amount="1000.00"), transfer(2, time="2026-11-20T10:01:07+07:00", amount="500.50")]
    found = read(csv_file(tmp_path, *rows, "รวม,,,,,,1500.50"))
    assert (found.column("record_id"), found.rejects) == (["T1", "T2"], [])
    assert found.notes == ["Line 4 is a total ('รวม 1500.50') and no record; it agrees with the 2 rows read."]
    found = read(csv_file(tmp_path, *rows, "Grand total,,,,,,9000.00"))
    assert "IT DOES NOT AGREE: the 2 rows read add up to 1,500.50" in found.notes[0]
    found = read(csv_file(tmp_path, *rows[:1], "รวม,,,,,,1000.00", *rows[1:]))
    assert found.codes == [(3, "time", "required")]


def test_the_total_of_a_statement_agrees_with_its_rows_and_those_that_wait(tmp_path: Path) -> None:
    rule = mapping(
        tmp_path,
        '[direction]\nbank = "KTB"\naccount = "1234567890"\nout = "ถอน"\nin = "ฝาก"\ncounterparty = "acc"\n'
        'counterparty_bank = "bank"\n',
    )
    rows = [
        "2026-11-20T10:00:00+07:00,1000.00,,SCB,200001",
        "2026-11-20T11:00:00+07:00,,500.50,SCB,200002",
        "soon,200.00,,SCB,200003",
        "soon,,30.00,SCB,200004",
    ]
    path = csv_file(tmp_path, *rows, "รวม,1200.00,530.50,,", header="time,ถอน,ฝาก,bank,acc")
    found = read(path, mapping=rule)
    assert found.codes == [(4, "time", "time"), (5, "time", "time")]
    assert "it agrees with the 2 rows read and the 2 in quarantine" in found.notes[-1]
    path = csv_file(tmp_path, *rows, "รวม,1200.00,630.50,,", header="time,ถอน,ฝาก,bank,acc")
    assert "IT DOES NOT AGREE" in read(path, mapping=rule).notes[-1]


@pytest.mark.parametrize(
    "line",
    [
        "End of report,,,,,,", "สิ้นสุดรายงาน,,,,,,", ",*** END OF FILE ***,,,,,", "End of report", "Page 3 of 3,,,,,,",
        "หน้า ๓/๓", "- 3 -,,,,,,", "พิมพ์เมื่อ 27/11/2569 11:00,,,,,,", "Printed 20/11/2026 by Somchai,,,,,,",
    ],
)  # fmt: skip
def test_a_footer_below_the_records_is_told_and_no_fault(tmp_path: Path, line: str) -> None:
    found = read(csv_file(tmp_path, transfer(1), line))
    assert (found.column("record_id"), found.rejects) == (["T1"], [])
    assert found.notes == [f"Line 3 is a footer ('{line.strip(',')}') and no record."]


@pytest.mark.parametrize(
    "line",
    ["T2,,,,,,", "T2", "KTB", ",2026-11-20T10:00:00+07:00,,,,,", ",,,100002,,,", "1500.00", ",,,,,,9.00"],
)
def test_a_record_that_lost_its_other_cells_is_no_footer(tmp_path: Path, line: str) -> None:
    found = read(csv_file(tmp_path, transfer(1), line))
    assert [each.line for each in found.rejects] == [3]


def test_words_that_records_follow_are_no_footer(tmp_path: Path) -> None:
    found = read(csv_file(tmp_path, transfer(1), "Page 1 of 2,,,,,,", transfer(2)))
    assert found.codes == [(3, "time", "required")]


@pytest.mark.parametrize("header", ["3", "[2, 3]"])
def test_the_line_of_names_may_be_declared(tmp_path: Path, header: str) -> None:
    upper = ",,payer,,payee,,money" if header == "[2, 3]" else HEADER
    lower = "record_id,time,bank,account,bank,account,amount"
    names = ("payer bank", "payer account", "payee bank", "payee account", "money amount")
    if header == "3":
        names = ("bank#1", "account#1", "bank#2", "account#2", "amount")
    ours = ("payer_bank", "payer", "payee_bank", "payee", "amount")
    pairs = "".join(f'{one} = "{theirs}"\n' for one, theirs in zip(ours, names, strict=True))
    rule = mapping(tmp_path, f"[columns]\n{pairs}[file]\nheader = {header}\n")
    path = csv_file(tmp_path, upper, lower, transfer(1), header="Bank of Siam")
    (taken,) = read(path, mapping=rule).rows
    assert (taken["payer"], taken["payee"], taken["line"]) == ("100001", "200001", 4)
    with pytest.raises(RecordsError, match="no names in line 9, which the mapping gives as header"):
        read(path, mapping=mapping(tmp_path, "[file]\nheader = 9\n"))


def test_the_second_column_of_a_name_is_named_by_its_number(tmp_path: Path) -> None:
    names = HEADER.replace("payer,", "Account,").replace("payee,", "Account,")
    rule = mapping(tmp_path, '[columns]\npayer = "Account#1"\npayee = "Account#2"\n')
    (taken,) = read(csv_file(tmp_path, transfer(1), header=names), mapping=rule).rows
    assert (taken["payer"], taken["payee"]) == ("100001", "200001")


def test_the_mapping_of_another_bank_names_what_the_file_lacks(tmp_path: Path) -> None:
    rule = mapping(tmp_path, '[columns]\npayer = "บัญชีผู้โอน"\n')
    with pytest.raises(RecordsError, match="has no column 'บัญชีผู้โอน' for payer; it has 'record_id', 'time'"):
        read(csv_file(tmp_path, transfer(1)), mapping=rule)


@pytest.mark.parametrize(
    ("head", "words"),
    [
        (b"\x89PNG\r\n\x1a\n", "is a picture"), (b"\xff\xd8\xff\xe0", "is a picture"), (b"GIF89a", "is a picture"),
        (b"%PDF-1.7", "is a PDF; ask for the CSV file or workbook"), (b"Rar!\x1a\x07", "an archive of a kind"),
        (b"7z\xbc\xaf\x27\x1c", "an archive of a kind"), (b"SQLite format 3\0", "is an SQLite database"),
        (b'<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>\n<Workbook xmlns="urn:schemas-'
         b'microsoft-com:office:spreadsheet"><Worksheet><Table ><Row/></Table></Worksheet></Workbook>',
         "is a workbook in the XML of Excel 2003"),
    ],
)  # fmt: skip
def test_what_is_no_file_of_records_is_named_for_what_it_is(tmp_path: Path, head: bytes, words: str) -> None:
    path = tmp_path / "transfers.csv"
    path.write_bytes(head + bytes(range(256)) * 20 if head[:1] != b"<" else head)
    with pytest.raises(RecordsError, match=words):
        read(path)


def test_a_second_table_with_its_columns_in_another_order_is_set_aside_and_told(tmp_path: Path) -> None:
    swapped = "record_id,time,payee_bank,payee,payer_bank,payer,amount"
    path = csv_file(tmp_path, transfer(1), transfer(2), swapped, transfer(3), transfer(4))
    found = read(path)
    assert found.column("record_id") == ["T1", "T2"]
    assert [(line, code) for line, _, code in found.codes] == [(line, "second_table") for line in (4, 5, 6)]
    assert "A second table begins in line 4 of this file" in found.rejects[0].reason
    assert any("second table from line 4 on" in note for note in found.notes)


def test_the_same_names_again_begin_no_other_table(tmp_path: Path) -> None:
    found = read(csv_file(tmp_path, transfer(1), HEADER, transfer(2)))
    assert found.column("record_id") == ["T1", "T2"]
    assert [line for line, _, _ in found.codes] == [3]
