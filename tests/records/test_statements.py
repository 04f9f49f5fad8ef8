"""Statements of one account become transfers; amounts are read with their units, parentheses and minus signs."""

from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.records.reading import Read, again, csv_file, mapping, read, transfer
from warroom.errors import RecordsError
from warroom.records import mapping_file

ZONE = '[time]\nzone = "Asia/Bangkok"\n'
OWN = '[direction]\nbank = "banka"\naccount = "123-4-56789-0"\n'
OTHER = 'counterparty_bank = "bank"\ncounterparty = "to"\n'
TWO = '[columns]\nchannel = "kind"\n[values.channel]\n"ATM" = "cash"\n"โอน" = "transfer"\n' + ZONE + OWN
TWO += 'out = "ถอน"\nin = "ฝาก"\n' + OTHER
HEADER = "time,kind,ถอน,ฝาก,bank,to"
MINE, THEIRS = ("BANKA", "1234567890"), ("KTB", "99")


def sides(found: Read) -> list[tuple[tuple[str, str], tuple[str, str], Decimal]]:
    return [
        ((row["payer_bank"], row["payer"]), (row["payee_bank"], row["payee"]), row["amount"])
        for row in found.rows
    ]


def lines(*rows: str) -> list[str]:
    return [f"2026-11-20 10:0{n}:00,{row}" for n, row in enumerate(rows)]


def test_withdrawals_and_deposits_in_two_columns_say_who_paid_whom(tmp_path: Path) -> None:
    rows = lines("โอน,800.75,,KTB,99", 'โอน,0.00,"1,200.00",ktb,9-9', "โอน,-,5 บาท,KTB,99")
    found = read(csv_file(tmp_path, *rows, header=HEADER), mapping=mapping(tmp_path, TWO))
    assert found.codes == []
    assert sides(found) == [
        (MINE, THEIRS, Decimal("800.75")),
        (THEIRS, MINE, Decimal("1200.00")),
        (THEIRS, MINE, Decimal("5.00")),
    ]


def test_a_row_that_went_both_ways_or_none_waits_with_its_reason_and_is_read_again(tmp_path: Path) -> None:
    rule = mapping(tmp_path, TWO)
    rows = lines("โอน,1,2,KTB,99", "โอน,,,KTB,99", "โอน,1,,KTB,99", "โอน,x,,KTB,99", "โอน,-5,,KTB,99")
    found = read(csv_file(tmp_path, *rows, header=HEADER), mapping=rule)
    assert found.codes == [
        (2, "amount", "one_way"),
        (3, "amount", "one_way"),
        (5, "amount", "number"),
        (6, "amount", "not_positive"),
    ]
    assert [code for _, _, code in again(tmp_path, found.rejects, rule).codes] == [
        code for _, _, code in found.codes
    ]


def test_cash_has_no_other_side_and_nothing_else_may_lack_one(tmp_path: Path) -> None:
    rows = lines("ATM,500,,,", "ATM,,700,,", "โอน,300,,,", "โอน,300,,KTB,")
    found = read(csv_file(tmp_path, *rows, header=HEADER), mapping=mapping(tmp_path, TWO))
    desk = ("BANKA", "CASH")
    assert sides(found) == [(MINE, desk, Decimal(500)), (desk, MINE, Decimal(700))]
    assert found.codes == [(4, "payee_bank", "other_side"), (5, "payee", "other_side")]
    assert "only rows of the channel cash may lack it" in found.rejects[0].reason


def test_words_of_a_column_say_which_way(tmp_path: Path) -> None:
    toml = ZONE + OWN + 'column = "DR/CR"\nout = ["DR", "ถอน"]\nin = ["CR"]\n' + OTHER
    rows = lines("DR,5,KTB,99", " cr ,6,KTB,99", "ถอน,7,KTB,99", "??,8,KTB,99", ",9,KTB,99")
    found = read(
        csv_file(tmp_path, *rows, header="time,DR/CR,amount,bank,to"), mapping=mapping(tmp_path, toml)
    )
    assert [payer for payer, _, _ in sides(found)] == [MINE, THEIRS, MINE]
    assert found.codes == [(5, "amount", "direction"), (6, "amount", "direction")]
    assert "'??' is in neither list" in found.rejects[0].reason


@pytest.mark.parametrize(("sign", "payer"), [("minus is out", MINE), ("minus is in", THEIRS)])
@pytest.mark.parametrize("written", ["-800.75", "(800.75)", "800.75-", "-฿800.75", "(800.75 บาท)", "−800.75"])
def test_the_sign_of_an_amount_says_which_way(
    tmp_path: Path, sign: str, payer: tuple[str, str], written: str
) -> None:
    toml = ZONE + OWN + f'sign = "{sign}"\n' + OTHER
    path = csv_file(tmp_path, *lines(f"{written},KTB,99", "+800.75,KTB,99"), header="time,amount,bank,to")
    found = read(path, mapping=mapping(tmp_path, toml))
    assert found.codes == []
    assert [(one, amount) for one, _, amount in sides(found)] == [
        (payer, Decimal("800.75")),
        (THEIRS if payer == MINE else MINE, Decimal("800.75")),
    ]


def test_a_statement_of_many_accounts_names_them_in_a_column(tmp_path: Path) -> None:
    own = '[direction]\nbank = "BANKA"\naccount_column = "own"\nsign = "minus is out"\n'
    path = csv_file(tmp_path, *lines("7,-5,KTB,99", "8,-5,KTB,99"), header="time,own,amount,bank,to")
    found = read(path, mapping=mapping(tmp_path, ZONE + own + OTHER))
    assert [payer for payer, _, _ in sides(found)] == [("BANKA", "7"), ("BANKA", "8")]


def test_json_lines_and_parquet_are_read_as_csv_is(tmp_path: Path) -> None:
    rule = mapping(tmp_path, TWO)
    json = tmp_path / "a.jsonl"
    head = '{"time": "2026-11-20 10:00:00", "kind": "โอน", "bank": "KTB", "to": "99", '
    json.write_text(f'{head}"ถอน": 800.75}}\n{head}"ฝาก": "5", "ถอน": null}}\n', encoding="utf-8")
    assert sides(read(json, mapping=rule)) == [
        (MINE, THEIRS, Decimal("800.75")),
        (THEIRS, MINE, Decimal("5.00")),
    ]
    parquet = tmp_path / "a.parquet"
    columns = [["2026-11-20 10:00:00"] * 2, ["โอน"] * 2, [800.75, None], [0.0, 5.0], ["KTB"] * 2, ["99"] * 2]
    pq.write_table(pa.table([pa.array(column) for column in columns], names=HEADER.split(",")), parquet)
    assert sides(read(parquet, mapping=rule)) == sides(read(json, mapping=rule))


def test_a_direction_is_kept_with_its_mapping(tmp_path: Path) -> None:
    for toml in (TWO, ZONE + OWN + 'column = "D"\nout = ["D"]\nin = ["C"]\n', OWN + 'sign = "minus is in"\n'):
        rule = mapping(tmp_path, toml)
        assert mapping_file.parse_mapping_json(rule.as_json()) == rule


@pytest.mark.parametrize(
    ("toml", "words"),
    [
        ('[direction]\nbank = "A"\nsign = "minus is out"\n', "whose statement"),
        (OWN, "which way"),
        (OWN + 'out = "a"\n', "which way"),
        (OWN + 'out = "a"\nin = "a"\n', "which way"),
        (OWN + 'sign = "plus"\n', "minus is out or minus is in"),
        (OWN + 'sign = "minus is out"\n[constants]\npayee = "1"\n', "follows from"),
        (OWN + 'out = "gone"\nin = "come"\n', "no column 'gone'"),
    ],
)
def test_a_direction_that_says_too_little_or_too_much_is_told(tmp_path: Path, toml: str, words: str) -> None:
    with pytest.raises(RecordsError, match=words):
        read(csv_file(tmp_path, transfer()), mapping=mapping(tmp_path, toml))


@pytest.mark.parametrize(
    "written", ["800.75 บาท", "฿800.75", "THB 800.75", "800.75THB", "฿ ๘๐๐.๗๕", "thb800.75", "+800.75 baht"]
)
def test_an_amount_is_read_with_its_unit(tmp_path: Path, written: str) -> None:
    found = read(csv_file(tmp_path, transfer(1, amount=written), transfer(2)))
    assert (found.column("amount"), found.codes) == ([Decimal("800.75"), Decimal(100)], [])


def test_thousands_are_read_with_a_unit_and_in_thai_digits(tmp_path: Path) -> None:
    rows = [transfer(1, amount='"๑,๒๓๔.๕๐"'), transfer(2, amount='"฿1,234.50"')]
    assert read(csv_file(tmp_path, *rows)).column("amount") == [Decimal("1234.50")] * 2


def test_a_unit_that_is_not_the_rows_currency_waits(tmp_path: Path) -> None:
    header = "record_id,time,payer_bank,payer,payee_bank,payee,amount,currency"
    rows = [f"{transfer(1, amount='USD 5')},USD", f"{transfer(2, amount='฿5')},USD", f"{transfer(3)},USD"]
    found = read(csv_file(tmp_path, *rows, header=header))
    assert found.codes == [(3, "amount", "unit")]
    assert read(csv_file(tmp_path, transfer(1, amount="US$5"))).codes == [(2, "amount", "unit")], (
        "baht is meant"
    )


@pytest.mark.parametrize("written", ["800.75 apples", "(5", "5)", "-(5)", "-5-", "THB 5 THB", "฿", "5 x 3"])
def test_what_is_no_known_way_of_writing_an_amount_is_set_aside(tmp_path: Path, written: str) -> None:
    found = read(csv_file(tmp_path, transfer(1), transfer(2, amount=written)))
    assert found.codes == [(3, "amount", "number")]


def test_less_than_nothing_is_no_transfer_without_a_direction(tmp_path: Path) -> None:
    rows = [transfer(n, amount=w) for n, w in enumerate(["(5)", "5-", "-5"])]
    assert {code for _, _, code in read(csv_file(tmp_path, *rows)).codes} == {"not_positive"}
