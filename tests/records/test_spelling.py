"""One spelling of accounts, banks and currencies, no matter who wrote them; and numbers that a spreadsheet made shorter."""

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.records.reading import HEADER, csv_file, mapping, read
from warroom.subjects import spelling
from warroom.subjects.subject import find_account_in, make_account_subject

WRITTEN = [
    "123-4-56789-0",
    "123 4 56789 0",
    "1234567890",
    "๑๒๓-๔-๕๖๗๘๙-๐",
    "123\u200b4567890",
    "123‑4‑56789‑0",
]


def row(number: int = 1, bank: str = "KTB", payer: str = "1", currency: str = "THB") -> str:
    return f"T{number},2026-11-20T10:00:00+07:00,{bank},{payer},SCB,2,5.00,{currency}"


def of(tmp_path: Path, *rows: str) -> Path:
    return csv_file(tmp_path, *rows, header=f"{HEADER},currency")


def test_an_account_is_one_however_its_number_is_written(tmp_path: Path) -> None:
    found = read(of(tmp_path, *(row(n, payer=written) for n, written in enumerate(WRITTEN))))
    assert set(found.column("payer")) == {"1234567890"}
    assert {spelling.spell_account_number(written) for written in WRITTEN} == {"1234567890"}


@pytest.mark.parametrize("kept", ["1234567890", "TH12KTB9", "00b1", "ร้านค้า"])
def test_a_number_without_signs_stays_as_it_is(tmp_path: Path, kept: str) -> None:
    assert (
        read(of(tmp_path, row(payer=kept))).column("payer") == [kept] == [spelling.spell_account_number(kept)]
    )


def test_a_banks_code_is_one_in_small_and_large_letters(tmp_path: Path) -> None:
    found = read(of(tmp_path, row(1, "ktb"), row(2, " Ktb "), row(3, "KTB"), row(4, "ธนาคาร")))
    assert found.column("payer_bank") == ["KTB", "KTB", "KTB", "ธนาคาร"]


def test_a_number_of_signs_alone_is_no_account(tmp_path: Path) -> None:
    found = read(of(tmp_path, row(1), row(2, payer="- -")))
    assert found.codes == [(3, "payer", "required")]


PLACEHOLDERS = """
    N/A NA n/a 0 000 0000000000 000-0-00000-0 NOTPROVIDED Unknown NONE NULL nan true ไม่ทราบ
    XXX-X-X3334-X xxxxxx3334 XXX-XXX-3334 TH12XXXXXXXX3334 **** ***3334 ••••3334 [1]
    #N/A #REF! #VALUE! ########## ###-#-#3334-# …3334 ...3334 761…3334 ⑦⑥①②②②②②②② ⁷⁶¹²²²²²²² 7612222222¹
"""


@pytest.mark.parametrize("written", [*PLACEHOLDERS.split(), "**** 3334", "not provided"])
@pytest.mark.parametrize("strip", [None, ""])
def test_what_stands_for_no_account_or_hides_its_digits_is_no_account(
    tmp_path: Path, written: str, strip: str | None
) -> None:
    rule = None if strip is None else mapping(tmp_path, f'[accounts]\nstrip = "{strip}"\n')
    if strip == "" and written in ("000-0-00000-0", "not provided"):
        return
    found = read(of(tmp_path, row(1), row(2, payer=written)), mapping=rule)
    assert found.codes == [(3, "payer", "placeholder")]
    assert "Ask for the whole number" in found.rejects[0].reason
    assert found.column("payer") == ["1"]


@pytest.mark.parametrize(
    "kept", ["b1", "CASH", "SHOP", "EXITX1", "X1", "TAX001", "100", "AX12", "NAN1", "MAXX7"]
)
def test_a_short_or_lettered_number_is_an_account(tmp_path: Path, kept: str) -> None:
    assert read(of(tmp_path, row(payer=kept))).column("payer") == [kept]


@pytest.mark.parametrize("value", [True, {"id": "77"}, [1], "N/A"])
def test_a_value_of_json_that_is_no_number_or_text_is_no_account(tmp_path: Path, value: object) -> None:
    names = f"{HEADER},currency".split(",")
    good = dict(zip(names, row(1).split(","), strict=True))
    path = tmp_path / "rows.jsonl"
    path.write_text("\n".join(json.dumps(each) for each in (good, good | {"payee": value})))
    assert read(path).codes == [(2, "payee", "placeholder")]


def test_numbers_of_a_parquet_file_are_spelled_as_those_of_a_text(tmp_path: Path) -> None:
    names = f"{HEADER},currency".split(",")
    cells = zip(*(row(n, "ktb", w).split(",") for n, w in enumerate(WRITTEN)), strict=True)
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table([pa.array(column) for column in cells], names=names), path)
    assert set(read(path).column("payer")) == {"1234567890"}


@pytest.mark.parametrize(("strip", "number"), [("", "12-3 4/5"), ("/", "12-3 45"), ("-/ ", "12345")])
def test_a_bank_whose_signs_mean_something_says_which_ones_go(
    tmp_path: Path, strip: str, number: str
) -> None:
    rule = mapping(tmp_path, f'[accounts]\nstrip = "{strip}"\n')
    assert read(of(tmp_path, row(payer="12-3 4/5")), mapping=rule).column("payer") == [number]


def test_what_an_officer_types_is_spelled_as_the_records_are() -> None:
    assert find_account_in("ktb/123-4-56789-0") == make_account_subject("KTB", "1234567890")


@pytest.mark.parametrize("written", ["thb", " THB ", "Thb"])
def test_a_currency_is_its_code_in_large_letters(tmp_path: Path, written: str) -> None:
    assert read(of(tmp_path, row(currency=written))).column("currency") == ["THB"]


@pytest.mark.parametrize("written", ["บาท", "US Dollar", "Bitcoin", "ZZZ"])
def test_a_word_for_a_currency_is_no_pot_of_its_own(tmp_path: Path, written: str) -> None:
    path = of(tmp_path, row(1), row(2, currency=written), row(3, currency="USD"))
    found = read(path)
    assert found.codes == [(3, "currency", "currency")]
    assert "[values.currency]" in found.rejects[0].reason
    assert found.column("currency") == ["THB", "USD"]
    rule = mapping(tmp_path, f'[values.currency]\n"{written}" = "THB"\n')
    assert read(path, mapping=rule).column("currency") == ["THB", "THB", "USD"]


@pytest.mark.parametrize("column", ["record_id", "payer", "payee", "device_id"])
@pytest.mark.parametrize("short", ["1.23457E+11", "2.02511e+13", "1E+15", "1.112223334E9"])
def test_a_number_that_a_spreadsheet_shortened_names_nobody(tmp_path: Path, column: str, short: str) -> None:
    names = [*HEADER.split(","), "device_id"]
    cells = ["T1", "2026-11-20T10:00:00+07:00", "KTB", "1", "SCB", "2", "5.00", "d1"]
    bad = [short if name == column else cell for name, cell in zip(names, cells, strict=True)]
    found = read(csv_file(tmp_path, ",".join(cells), ",".join(bad), header=",".join(names)))
    assert found.codes == [(3, column, "shortened")]
    assert "a spreadsheet has shortened this number; export the column as text" in found.rejects[0].reason


@pytest.mark.parametrize("written", ["'0112223334", '="0112223334"', "'011-2-22333-4", '"=""0112223334"""'])
def test_a_spreadsheets_mark_of_a_text_is_no_part_of_an_account(tmp_path: Path, written: str) -> None:
    assert read(of(tmp_path, row(1, payer=written), row(2))).column("payer") == ["0112223334", "1"]


def test_a_whole_number_with_a_point_is_the_account_without_it(tmp_path: Path) -> None:
    path = of(tmp_path, row(1, payer="1112223334.0"), row(2, payer="1112223334"), row(3, payer="12.5"))
    assert read(path).column("payer") == ["1112223334", "1112223334", "12.5"]


@pytest.mark.parametrize(
    ("kind", "most"), [(pa.float32(), 2**24 - 1), (pa.float64(), 2**53 - 1), (pa.int64(), 2**62)]
)
def test_a_number_that_a_float_has_rounded_is_no_account(
    tmp_path: Path, kind: pa.DataType, most: int
) -> None:
    names = f"{HEADER},currency".split(",")
    columns = dict(zip(names, (pa.array([each] * 3) for each in row().split(",")), strict=True))
    columns["record_id"] = pa.array(["a", "b", "c"])
    columns["payer"] = pa.array([7, most, most + 2], pa.int64()).cast(kind, safe=False)
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table(columns), path)
    found = read(path)
    rounded = pa.types.is_floating(kind)
    assert found.codes == ([(3, "payer", "rounded")] if rounded else [])
    assert found.column("payer")[:2] == ["7", str(most)]


@pytest.mark.parametrize("kept", ["5E10", "3e42", "1E9"])
def test_a_token_of_hexadecimal_digits_is_not_a_shortened_number(tmp_path: Path, kept: str) -> None:
    assert read(of(tmp_path, row(payer=kept))).column("payer") == [kept]
