"""Workbooks: cells as they are meant, and what a sheet can hide is said."""

import json
import re
import resource
import zipfile
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import IO, Any

import pytest

from tests.records.reading import ARRIVED, Read, again, mapping, read
from tests.records.workbooks import NAMES, START, changed, row, workbook
from warroom.errors import RecordsError
from warroom.records.mapping import FileMapping, TimeRule
from warroom.records.reader import open_reader

FULL = 1 << 20
"""Rows that a sheet can have."""
BANGKOK = FileMapping(time=TimeRule(zone="Asia/Bangkok"))


def _read(path: Path, rule: FileMapping = BANGKOK) -> Read:
    return read(path, mapping=rule)


def time_of_processors() -> float:
    """Seconds that the processes which have ended took."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def test_cells_are_taken_as_they_are_meant(tmp_path: Path) -> None:
    found = _read(workbook(tmp_path / "a.xlsx", [NAMES, row(1, payer=1234567890, amount=1234.1)]))
    assert found.rejects == []
    (taken,) = found.rows
    assert taken["time"] == datetime(2026, 11, 20, 3, 1, tzinfo=UTC)
    assert (taken["payer"], taken["payee"], str(taken["amount"])) == ("1234567890", "0200000001", "1234.10")
    assert taken["line"] == 2


def test_every_kind_of_workbook_is_read(tmp_path: Path) -> None:
    found = _read(Path(__file__).parent / "data" / "transfers.xls")
    assert [str(each) for each in found.column("amount")] == ["1001.10", "1002.10"]
    found = _read(Path(__file__).parent / "data" / "transfers.ods")
    assert [str(each) for each in found.column("amount")] == ["1001.10", "1002.10"]


def test_a_number_of_more_digits_than_a_workbook_keeps_is_set_aside(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "a.xlsx", [NAMES, row(1, payer=1234567890123456), row(2, payer=123456789012345)]
    )
    found = _read(path)
    assert found.codes == [(2, "payer", "rounded")]
    assert found.column("payer") == ["123456789012345"]


def test_dates_of_excel_are_read_beside_written_ones(tmp_path: Path) -> None:
    rule = FileMapping(time=TimeRule(zone="Asia/Bangkok", format="%d/%m/%Y %H:%M", calendar="buddhist"))
    rows = [NAMES, row(1), row(2, time="20/11/2569 10:02"), row(3, time=date(2026, 11, 20))]
    found = _read(workbook(tmp_path / "a.xlsx", rows), rule)
    assert found.rejects == []
    assert [each.isoformat() for each in found.column("time")] == [
        "2026-11-20T03:01:00+00:00", "2026-11-20T03:02:00+00:00", "2026-11-19T17:00:00+00:00",
    ]  # fmt: skip


def test_a_number_of_a_workbook_keeps_its_point_whatever_sign_the_texts_beside_it_have(
    tmp_path: Path,
) -> None:
    amounts = [1234.5, 0.75, 120000, "1.234,50", 1234.56]
    path = workbook(tmp_path / "a.xlsx", [NAMES, *(row(n, amount=each) for n, each in enumerate(amounts))])
    found = read(path, mapping=mapping(tmp_path, '[file]\ndecimal = ","\n[time]\nzone = "Asia/Bangkok"\n'))
    assert found.rejects == []
    assert [str(each) for each in found.column("amount")] == [
        "1234.50",
        "0.75",
        "120000.00",
        "1234.50",
        "1234.56",
    ]


def test_the_first_sheet_with_anything_on_it_is_read_and_the_others_are_named(tmp_path: Path) -> None:
    def more(book: Any, page: Any) -> None:
        book.create_sheet("Cover", 0)
        other = book.create_sheet("October")
        other.append(list(NAMES))
        other.append(row(9))

    path = workbook(tmp_path / "a.xlsx", [NAMES, row(1)], sheet="November", more=more)
    found = _read(path)
    assert found.column("record_id") == ["T1"]
    assert "Read was the sheet 'November' and not 'Cover', 'October'" in found.notes[0]
    zone = '[time]\nzone = "Asia/Bangkok"\n[file]\nsheet = '
    assert _read(path, mapping(tmp_path, f'{zone}"October"')).column("record_id") == ["T9"]
    assert _read(path, mapping(tmp_path, f"{zone}3")).column("record_id") == ["T9"]
    with pytest.raises(
        RecordsError, match="no sheet 'May', which the mapping names; it has 'Cover', 'November'"
    ):
        _read(path, mapping(tmp_path, f'{zone}"May"'))


def test_titles_above_the_names_and_a_total_below_are_no_records(tmp_path: Path) -> None:
    rows = [["ธนาคารกรุงไทย"], [], ["งวด", "พ.ย. 2568"], NAMES, row(1), row(2)]
    total = ["รวม", None, None, None, None, None, 2003.2]
    found = _read(workbook(tmp_path / "a.xlsx", [*rows, total]))
    assert (found.column("record_id"), found.rejects) == (["T1", "T2"], [])
    assert "The columns are named in line 4" in found.notes[0]
    assert "Line 7 is a total ('รวม 2003.2') and no record; it agrees with the 2 rows read." in found.notes
    found = _read(workbook(tmp_path / "a.xlsx", [*rows, ["Total", *[None] * 5, 9000.5]]))
    assert "IT DOES NOT AGREE: the 2 rows read add up to 2,003.20" in found.notes[-1]


def test_a_second_table_is_set_aside_and_told(tmp_path: Path) -> None:
    other = ["record_id", "payee", "payer", "time", "payee_bank", "payer_bank", "amount"]
    path = workbook(tmp_path / "a.xlsx", [NAMES, row(1), [], NAMES, row(2), [], [], other, row(3), row(4)])
    found = _read(path)
    assert found.column("record_id") == ["T1", "T2"]
    assert [(each.line, each.code) for each in found.rejects] == [
        (8, "second_table"), (9, "second_table"), (10, "second_table"),
    ]  # fmt: skip
    assert "second table from row 8" in found.notes[-1]


def test_merged_cells_give_their_value_to_the_first_row_alone(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "a.xlsx", [NAMES, row(1), row(2), row(3)], more=lambda _, page: page.merge_cells("D2:D3")
    )
    found = _read(path)
    assert (found.column("record_id"), found.codes) == (["T1", "T3"], [(3, "payer", "merged")])


def test_a_formula_counts_by_its_value_and_one_without_sends_its_row_to_the_quarantine(
    tmp_path: Path,
) -> None:
    path = workbook(tmp_path / "a.xlsx", [NAMES, row(1, amount="=500+1"), row(2), row(3), row(4)])

    def change(xml: bytes) -> bytes:
        xml = xml.replace(b'<c r="F3"', b'<c r="F3" t="e"><v>#REF!</v></c><c r="J3"')
        return xml.replace(b"1003.1", b'1003.1</v></c><c r="K4"><f>1</f><v>2')

    found = _read(changed(path, "xl/worksheets/sheet1.xml", change))
    assert found.codes == [(2, "amount", "formula"), (3, "payee", "fault")]
    assert found.column("record_id") == ["T3", "T4"]
    known = changed(
        path,
        "xl/worksheets/sheet1.xml",
        lambda xml: xml.replace(b"<f>500+1</f><v />", b"<f>500+1</f><v>501</v>").replace(
            b"<f>500+1</f><v></v>", b"<f>500+1</f><v>501</v>"
        ),
    )
    assert str(_read(known).column("amount")[0]) == "501.00"


def test_macros_are_not_run_and_said(tmp_path: Path) -> None:
    path = changed(workbook(tmp_path / "a.xlsx", [NAMES, row(1)]), "xl/vbaProject.bin", lambda _: b"macro")
    assert _read(path).notes == ["The workbook has macros, which were not run."]


def test_a_row_in_quarantine_is_read_again_as_it_was(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", [NAMES, row(1), row(2, payer=4412345678)])
    found = _read(path, FileMapping())
    assert [code for _, _, code in found.codes] == ["no_zone", "no_zone"]
    assert json.loads(found.rejects[1].raw)["payer"] == "4412345678"
    once_more = again(tmp_path, found.rejects, BANGKOK)
    assert once_more.column("time") == _read(path).column("time")


@pytest.mark.parametrize("kept", [200, 3000, -30])
def test_a_workbook_that_is_cut_off_is_refused(tmp_path: Path, kept: int) -> None:
    path = workbook(tmp_path / "a.xlsx", [NAMES, *(row(number) for number in range(200))])
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(RecordsError, match="cut off or damaged; nothing was kept"):
        _read(path)


def test_a_locked_workbook_is_named_as_one(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "EncryptedPackage".encode("utf-16-le") + bytes(600)
    )
    with pytest.raises(RecordsError, match="locked with a password"):
        _read(path)


def test_a_bomb_within_a_workbook_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", [NAMES, row(1)])
    with (
        zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/media/bomb", "w", force_zip64=True) as out,
    ):
        for _ in range(300):
            out.write(bytes(1 << 20))
    with pytest.raises(RecordsError, match="unpacks to more than 100 times its size"):
        _read(path)


def test_a_sheet_that_takes_more_than_memory_allows_is_refused_and_the_program_goes_on(
    tmp_path: Path,
) -> None:
    path = workbook(tmp_path / "a.xlsx", [NAMES, row(1)])
    far = changed(
        path,
        "xl/worksheets/sheet1.xml",
        lambda xml: xml.replace(
            b"</sheetData>", b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
        ),
    )
    with pytest.raises(RecordsError, match="takes more memory than a workbook of its size may"):
        _read(far)


def test_times_alone_and_flags_are_texts(tmp_path: Path) -> None:
    rule = FileMapping(columns={"end_to_end_id": "clock", "purpose": "flag"}, time=BANGKOK.time)
    path = workbook(tmp_path / "a.xlsx", [[*NAMES, "clock", "flag"], [*row(1), time(10, 5), True]])
    (taken,) = _read(path, rule).rows
    assert (taken["end_to_end_id"], taken["purpose"]) == ("10:05:00", "true")


@pytest.mark.parametrize("header", ["3", "[2, 3]"])
def test_the_row_of_names_may_be_declared(tmp_path: Path, header: str) -> None:
    upper = ["", "", "payer", "", "payee", "", "money"] if header == "[2, 3]" else NAMES
    lower = ["record_id", "time", "bank", "account", "bank", "account", "amount"]
    rows = [["Bank of Siam"], upper, lower, row(1)]
    columns = ["", "", "payer bank", "payer account", "payee bank", "payee account", "money amount"]
    if header == "3":
        columns = ["", "", "bank#1", "account#1", "bank#2", "account#2", ""]
    pairs = "".join(f'{ours} = "{theirs}"\n' for ours, theirs in zip(NAMES, columns, strict=True) if theirs)
    rule = mapping(tmp_path, f'[columns]\n{pairs}[time]\nzone = "Asia/Bangkok"\n[file]\nheader = {header}\n')
    (taken,) = _read(workbook(tmp_path / "a.xlsx", rows), rule).rows
    assert (taken["payer_bank"], taken["payer"], taken["payee"]) == ("KTB", "0100000001", "0200000001")
    with pytest.raises(RecordsError, match="no names in line 9, which the mapping gives as header"):
        _read(workbook(tmp_path / "a.xlsx", rows), mapping(tmp_path, "[file]\nheader = 9\n"))


def test_the_second_column_of_a_name_is_named_by_its_number(tmp_path: Path) -> None:
    names = ["record_id", "time", "payer_bank", "Account", "payee_bank", "Account", "amount"]
    zone = '[time]\nzone = "Asia/Bangkok"\n'
    path = workbook(tmp_path / "a.xlsx", [names, row(1)])
    (taken,) = _read(
        path, mapping(tmp_path, f'[columns]\npayer = "Account#1"\npayee = "Account#2"\n{zone}')
    ).rows
    assert (taken["payer"], taken["payee"]) == ("0100000001", "0200000001")
    with pytest.raises(RecordsError, match="the column 'Account' more than once; say which one"):
        _read(path, mapping(tmp_path, f'[columns]\npayer = "Account"\npayee = "Account#2"\n{zone}'))


def test_all_that_a_workbook_can_hide_at_once_costs_its_own_rows_alone(tmp_path: Path) -> None:
    rows = [
        NAMES,
        row(1),
        row(2, amount="=1+1"),
        row(3),
        row(4),
        [],
        ["a", "b", "c", "d", "e", "f", "g"],
        row(9),
    ]
    path = workbook(tmp_path / "a.xlsm", rows, more=lambda _, page: page.merge_cells("D4:D5"))
    found = _read(changed(path, "xl/vbaProject.bin", lambda _: b"macro"))
    assert found.column("record_id") == ["T1", "T3"]
    assert found.codes == [
        (3, "amount", "formula"), (5, "payer", "merged"), (7, "", "second_table"), (8, "", "second_table"),
    ]  # fmt: skip
    assert "The workbook has macros, which were not run." in found.notes


def test_the_mapping_of_another_bank_names_what_the_sheet_lacks(tmp_path: Path) -> None:
    rule = mapping(tmp_path, '[columns]\npayer = "บัญชีผู้โอน"\namount = "จำนวนเงิน"\n')
    with pytest.raises(RecordsError, match="has no column 'บัญชีผู้โอน' for payer; it has 'record_id', 'time'"):
        _read(workbook(tmp_path / "a.xlsx", [NAMES, row(1)]), rule)


def test_words_below_the_rows_of_a_sheet_are_told_as_a_footer(tmp_path: Path) -> None:
    found = _read(workbook(tmp_path / "a.xlsx", [NAMES, row(1), [], ["", "สิ้นสุดรายงาน"], ["", "", "หน้า 1/1"]]))
    assert (found.column("record_id"), found.rejects) == (["T1"], [])
    assert found.notes == [
        "Line 4 is a footer ('สิ้นสุดรายงาน') and no record.", "Line 5 is a footer ('หน้า 1/1') and no record.",
    ]  # fmt: skip


def test_columns_of_dates_and_numbers_give_the_same_texts_however_many_rows_there_are(tmp_path: Path) -> None:
    many = [row(number, time=START + timedelta(seconds=number / 2)) for number in range(1500)]
    found = _read(workbook(tmp_path / "a.xlsx", [NAMES, *many, row(1500, payer=1234567890, amount=7)]))
    assert found.rejects == []
    expected = [
        (START + timedelta(seconds=number / 2, hours=-7)).replace(tzinfo=UTC) for number in range(1500)
    ]
    assert found.column("time")[:1500] == expected
    assert (found.column("payer")[-1], str(found.column("amount")[-1])) == ("1234567890", "7.00")


def test_a_sheet_with_a_tag_that_never_ends_is_refused_at_once(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", [NAMES, row(1)])
    tag = b'<c t="e"><f' + b'r="A1" ' * 400_000 + b'<c r="A1"' * 400_000
    torn = changed(path, "xl/worksheets/sheet1.xml", lambda xml: xml.replace(b"</sheetData>", tag))
    started = time_of_processors()
    with pytest.raises(RecordsError, match="cut off or damaged"):
        _read(torn)
    assert time_of_processors() - started < 20


@pytest.mark.soak
@pytest.mark.timeout(1_800)
def test_a_workbook_of_two_million_rows_is_read_in_bounded_memory(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", [NAMES, row(1)], more=lambda book, _: book.create_sheet("More"))
    large = tmp_path / "large.xlsx"
    with (
        zipfile.ZipFile(path) as old,
        zipfile.ZipFile(large, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new,
    ):
        for name in old.namelist():
            if not name.startswith("xl/worksheets/sheet"):
                new.writestr(name, old.read(name))
                continue
            with new.open(name, "w", force_zip64=True) as out:
                _write_full_sheet(out)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    reader = open_reader(large, "transfers", BANGKOK, ARRIVED)
    assert sum(batch.rows.num_rows for batch in reader.iter_batches()) == FULL - 1
    assert "Read was the sheet 'Sheet1' and not 'More'" in reader.notes[0]
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 600_000


def _write_full_sheet(out: IO[bytes]) -> None:
    """As many rows as a sheet has, the names among them."""

    def cells(values: Iterable[Any]) -> str:
        return "".join(f'<c t="inlineStr"><is><t>{value}</t></is></c>' for value in values)

    begin = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row>'
    out.write(f"{begin}{cells(NAMES)}</row>".encode())
    rest = cells([START + timedelta(seconds=1), "KTB", "0100000001", "SCB", "0200000001", "1234.50"])
    for first in range(1, FULL, 1 << 15):
        numbers = range(first, min(first + (1 << 15), FULL))
        out.write("".join(f"<row>{cells([f'T{each}'])}{rest}</row>" for each in numbers).encode())
    out.write(b"</sheetData></worksheet>")


TWICE = "has row 3, or a cell in it, twice"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (rb'r="([A-G])4"', rb'r="\g<1>3"'),
        (rb'(<row r=")4(".*?)r="[A-G]4" (.*?</row>)', rb"\g<1>3\g<2>\g<3>"),
        (rb'r="B3"', rb'r="A3"'),
        (rb"r=\"([A-G])4\"", rb"r='\g<1>3'"),
    ],
    ids=["cells of another row", "a row", "one cell", "other quotes"],
)
def test_a_sheet_that_names_a_place_twice_is_refused_since_one_would_overwrite_the_other(
    tmp_path: Path, old: bytes, new: bytes
) -> None:
    path = workbook(tmp_path / "a.xlsx", [NAMES, *(row(number) for number in range(1, 5))])
    twice = changed(path, "xl/worksheets/sheet1.xml", lambda xml: re.sub(old, new, xml, flags=re.DOTALL))
    with pytest.raises(RecordsError, match=TWICE):
        _read(twice)


def test_rows_in_any_order_are_all_read(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", [NAMES, *(row(number) for number in range(1, 5))])
    old, new = rb'(<row r="2".*?</row>)(.*)(<row r="5".*?</row>)', rb"\g<3>\g<2>\g<1>"
    found = _read(
        changed(path, "xl/worksheets/sheet1.xml", lambda xml: re.sub(old, new, xml, flags=re.DOTALL))
    )
    assert found.column("record_id") == ["T1", "T2", "T3", "T4"]


def test_a_sheet_whose_rows_and_cells_have_no_numbers_is_read_as_they_stand(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", [NAMES, row(1), row(2)])
    plain = changed(path, "xl/worksheets/sheet1.xml", lambda xml: re.sub(rb' r="[A-Z]*[0-9]+"', b"", xml))
    assert _read(plain).column("record_id") == ["T1", "T2"]


def test_two_numbers_in_one_cell_are_set_aside_and_one_in_groups_is_one(tmp_path: Path) -> None:
    rows = [
        row(1, payer="0100000001 0100000009"),
        row(2, payer="010-0-00000-2\n010-0-00000-9"),
        row(3, payer="010 0 00000 3"),
        row(4, payer="GB29 NWBK 6016 1331 9268 19"),
        row(5, payer="004 1234567890"),
    ]
    found = _read(workbook(tmp_path / "a.xlsx", [NAMES, *rows]))
    assert found.codes == [(2, "payer", "several"), (3, "payer", "several")]
    assert found.column("payer") == ["0100000003", "GB29NWBK60161331926819", "0041234567890"]


OTHER_ORDER = ("record_id", "time", "payee_bank", "payee", "payer_bank", "payer", "amount")


@pytest.mark.parametrize(
    "names", [OTHER_ORDER, ("เลขที่", "วันเวลา", "ธนาคารผู้รับ", "ผู้รับ", "ธนาคารผู้โอน", "ผู้โอน", "จำนวนเงิน")]
)
def test_a_second_table_right_below_the_first_is_set_aside_and_told(
    tmp_path: Path, names: tuple[str, ...]
) -> None:
    found = _read(workbook(tmp_path / "a.xlsx", [NAMES, row(1), row(2), names, row(3), row(4)]))
    assert found.column("record_id") == ["T1", "T2"]
    assert [line for line, _, code in found.codes if code == "second_table"] == [4, 5, 6]
    assert "The sheet has a second table from row 4 on: its rows are in quarantine." in found.notes


def test_the_names_again_are_no_record_also_without_a_gap(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", [NAMES, row(1), NAMES, row(2)])
    found = _read(path)
    assert (found.column("record_id"), found.rejects) == (["T1", "T2"], [])
    holders = workbook(tmp_path / "b.xlsx", [("record_id", "kind"), ("H1", "person"), ("record_id", "kind")])
    assert read(holders, "holders").column("record_id") == ["H1"]


def test_words_in_a_row_of_their_own_are_no_second_table(tmp_path: Path) -> None:
    odd = ("-", "-", "-", "-", "-", "-", "-")
    found = _read(workbook(tmp_path / "a.xlsx", [NAMES, row(1), odd, row(2)]))
    assert found.column("record_id") == ["T1", "T2"]
    assert len(found.rejects) == 1


def test_what_stands_beside_the_table_without_a_name_is_told(tmp_path: Path) -> None:
    rows = [row(1), [*row(2), "", *OTHER_ORDER], [*row(3), "", *row(9)]]
    found = _read(workbook(tmp_path / "a.xlsx", [NAMES, *rows]))
    assert found.column("record_id") == ["T1", "T2", "T3"]
    assert "Columns without a name were not read; the first value is in row 3 ('record_id')." in found.notes


def test_hidden_rows_are_read_and_told(tmp_path: Path) -> None:
    def hide(_: Any, page: Any) -> None:
        page.row_dimensions[3].hidden = True

    found = _read(workbook(tmp_path / "a.xlsx", [NAMES, row(1), row(2)], more=hide))
    assert found.column("record_id") == ["T1", "T2"]
    assert "1 row of the sheet is hidden, the first in row 3; it was read like the others." in found.notes


@pytest.mark.parametrize("far", ["XFD1048576", "XFD20000", "ALL1048576", "NTP400000"])
def test_a_small_workbook_whose_cells_stand_far_apart_is_refused_within_seconds(
    tmp_path: Path, far: str
) -> None:
    number = re.sub("[A-Z]", "", far).encode()
    path = workbook(tmp_path / "a.xlsx", [NAMES, row(1)])
    last = b'<row r="%s"><c r="%s"><v>1</v></c></row></sheetData>' % (number, far.encode())
    bomb = changed(path, "xl/worksheets/sheet1.xml", lambda xml: xml.replace(b"</sheetData>", last))
    started = time_of_processors()
    with pytest.raises(
        RecordsError, match=r"memory than a workbook of its size|longer to read than a workbook"
    ):
        _read(bomb)
    assert time_of_processors() - started < 6
