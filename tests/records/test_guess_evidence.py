"""What a file's rows say against its proposal is asked: each class by several spellings, and a plain file not at all."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.records.exports import csv
from tests.records.reading import read
from warroom.records import mapping_file
from warroom.records.guess.guess import Guess, guess_mapping

HEADS = ["Txn ID", "Date Time", "From Bank", "From Account", "To Bank", "To Account", "Amount", "Currency"]
START = datetime(2026, 11, 20, 8, 5, 10)
AMOUNTS = ["50000.00", "30000.25", "15000.50", "10000.00", "5000.10", "742.35", "9120.07", "661.00"]
MOMENTS = [START + timedelta(hours=3 * at, minutes=7 * at) for at in range(len(AMOUNTS))]


def rows(**other: Any) -> list[list[str]]:
    """Eight payments; columns by their place are written otherwise by functions of the row's number."""
    usual = [
        lambda at: f"T{7001 + at * 3}",
        lambda at: f"{MOMENTS[at]:%d/%m/%Y %H:%M:%S}",
        lambda at: ("KBANK", "SCB")[at % 2],
        lambda at: f"10000000{11 + at % 3}",
        lambda at: ("BBL", "KTB")[at % 2],
        lambda at: f"20000000{31 + at % 4}",
        lambda at: AMOUNTS[at],
        lambda at: "THB",
    ]
    how = [other.get(f"c{place}", each) for place, each in enumerate(usual)]
    return [[each(at) for each in how] for at in range(len(AMOUNTS))]


def proposed(folder: Path, *lines: Sequence[str]) -> Guess:
    return guess_mapping(csv(*map(list, lines), delimiter=";")(folder), "transfers")


def codes(found: Guess) -> set[str]:
    return {each.sentence.code for each in found.doubts}


def test_a_plain_file_is_asked_nothing_of_this(tmp_path: Path) -> None:
    assert codes(proposed(tmp_path, HEADS, *rows())) == {"guess.zone", "guess.no-channel"}


@pytest.mark.parametrize(
    "format_", ["%d/%m/%Y %I:%M:%S", "%Y-%m-%d %I:%M", "%Y%m%d%I%M%S", "%d-%b-%Y %I.%M.%S"]
)
def test_afternoons_that_look_like_mornings_are_asked_about(tmp_path: Path, format_: str) -> None:
    found = proposed(tmp_path, HEADS, *rows(c1=lambda at: MOMENTS[at].strftime(format_)))
    assert "guess.hours-of-twelve" in codes(found)


@pytest.mark.parametrize("format_", ["%I:%M", "%I:%M:%S", "%I%M%S"])
def test_so_are_times_of_day_in_a_column_of_their_own(tmp_path: Path, format_: str) -> None:
    lines = rows(c1=lambda at: f"{MOMENTS[at]:%d/%m/%Y}")
    found = proposed(
        tmp_path,
        [*HEADS, "Time"],
        *([*line, moment.strftime(format_)] for line, moment in zip(lines, MOMENTS, strict=True)),
    )
    assert "guess.hours-of-twelve" in codes(found)


@pytest.mark.parametrize("hours", [range(8, 16), range(8), range(9, 17)])
def test_a_morning_or_a_day_of_24_hours_is_not(tmp_path: Path, hours: range) -> None:
    found = proposed(tmp_path, HEADS, *rows(c1=lambda at: f"20/11/2026 {hours[at]:02}:05:00"))
    assert "guess.hours-of-twelve" not in codes(found)


@pytest.mark.parametrize("width", [0, 12, 15])
def test_whole_amounts_with_odd_ends_are_asked_about(tmp_path: Path, width: int) -> None:
    odd = [str(int(Decimal(text) * 100) + 3).zfill(width) for text in AMOUNTS]
    assert "guess.whole-amounts" in codes(proposed(tmp_path, HEADS, *rows(c6=lambda at: odd[at])))


@pytest.mark.parametrize(
    ("amounts", "currency"),
    [([str(at * 500) for at in range(1, 9)], "THB"), ([str(at * 12_347) for at in range(1, 9)], "VND")],
)
def test_whole_amounts_as_people_pay_them_are_not(tmp_path: Path, amounts: list[str], currency: str) -> None:
    found = proposed(tmp_path, HEADS, *rows(c6=lambda at: amounts[at], c7=lambda at: currency))
    assert "guess.whole-amounts" not in codes(found)


@pytest.mark.parametrize("place", [3, 5])
@pytest.mark.parametrize("written", ["{}", "000000{}", "{}000000", "x{}"])
def test_parts_of_account_numbers_are_asked_about(tmp_path: Path, place: int, written: str) -> None:
    column = {f"c{place}": lambda at: written.format(4711 + at % 4)}
    found = proposed(tmp_path, HEADS, *rows(**column))
    assert codes(found) & {"guess.short-accounts", "guess.masked"}


def test_names_of_people_are_no_accounts(tmp_path: Path) -> None:
    found = proposed(
        tmp_path,
        [*HEADS[:3], "Sender", *HEADS[4:], "Sender Account"],
        *([*line[:3], "Somchai Jaidee", *line[4:], line[3]] for line in rows()),
    )
    assert found.tree["columns"]["payer"] == "Sender Account"


@pytest.mark.parametrize(
    "line", ["Failed transactions", "รายการไม่สำเร็จ", "Reversed", "รายการยกเลิก", "Pending"]
)
def test_a_part_of_payments_that_failed_is_asked_about(tmp_path: Path, line: str) -> None:
    above, below = rows()[:5], rows()[5:]
    assert "guess.lines-between" in codes(proposed(tmp_path, HEADS, *above, [line, *[""] * 7], *below))


def test_rows_that_name_other_rows_are_asked_about(tmp_path: Path) -> None:
    named = ["", "", "", "T7001", "", "", "T7004", ""]
    lines = [[*line, name] for line, name in zip(rows(), named, strict=True)]
    assert "guess.names-other-rows" in codes(proposed(tmp_path, [*HEADS, "Link"], *lines))


def test_a_row_printed_twice_is_one_with_its_number_and_is_asked_about_without(tmp_path: Path) -> None:
    lines = rows()
    lines.insert(4, lines[3])
    found = proposed(tmp_path, HEADS, *lines)
    assert found.tree["columns"]["record_id"] == "Txn ID"
    assert "guess.rows-again" not in codes(found)
    assert "guess.rows-again" in codes(proposed(tmp_path, ["Xyz", *HEADS[1:]], *lines))


def test_two_equal_payments_without_a_number_are_two(tmp_path: Path) -> None:
    lines = [line[1:] for line in rows()]
    assert "guess.rows-again" not in codes(proposed(tmp_path, HEADS[1:], *lines, lines[-1]))


def statement(way: str, *, is_turned: bool, is_newest_first: bool) -> list[list[str]]:
    """A statement of eight rows, every third paid in; the names may say the contrary of the balance."""
    balance, lines = Decimal(200_000), []
    for at, text in enumerate(AMOUNTS):
        amount, is_in = Decimal(text), at % 3 == 0
        balance += amount if is_in else -amount
        is_called_in = is_in != is_turned
        cells = {
            "two": ["" if is_called_in else text, text if is_called_in else ""],
            "words": [text, "CR" if is_called_in else "DR"],
            "sign": [text if is_called_in else f"-{text}"],
        }[way]
        when = f"{MOMENTS[at]:%d/%m/%Y %H:%M:%S}"
        lines.append([f"T{7001 + at * 3}", when, "KBANK", f"20000000{31 + at % 4}", *cells, str(balance)])
    names = {"two": ["Debit", "Credit"], "words": ["Amount", "DR/CR"], "sign": ["Amount"]}[way]
    above = ["Txn ID", "Date Time", "Counterparty Bank", "Counterparty Account", *names, "Balance"]
    return [above, *(lines[::-1] if is_newest_first else lines)]


@pytest.mark.parametrize("way", ["two", "words", "sign"])
@pytest.mark.parametrize("is_newest_first", [False, True])
def test_a_balance_turns_the_way_of_the_money(tmp_path: Path, way: str, is_newest_first: bool) -> None:
    plain = proposed(tmp_path, *statement(way, is_turned=False, is_newest_first=is_newest_first))
    turned = proposed(tmp_path, *statement(way, is_turned=True, is_newest_first=is_newest_first))
    assert "guess.turned-by-balance" not in codes(plain)
    assert "guess.turned-by-balance" in codes(turned)
    first, second = plain.tree["direction"], turned.tree["direction"]
    if way == "sign":
        assert (first["sign"], second["sign"]) == ("minus is out", "minus is in")
    else:
        assert (first["out"], first["in"]) == (second["in"], second["out"])


@pytest.mark.parametrize(
    "above",
    [["Currency", "SGD"], ["Currency: SGD"], ["สกุลเงิน : SGD"], ["Account 1234567890 (SGD)"]],
)
def test_a_currency_above_the_names_is_proposed(tmp_path: Path, above: list[str]) -> None:
    heads = HEADS[:-1]
    found = proposed(tmp_path, [*above, *[""] * (7 - len(above))], heads, *(line[:-1] for line in rows()))
    assert found.tree["constants"]["currency"] == "SGD"


def test_a_thai_file_of_other_currencies_is_proposed_no_zone(tmp_path: Path) -> None:
    heads = [*HEADS[:1], "วันเวลา", *HEADS[2:]]
    found = proposed(tmp_path, heads, *rows(c7=lambda at: "MMK"))
    assert "guess.zone" in codes(found)
    assert "guess.zone-thai" in codes(proposed(tmp_path, heads, *rows()))


def test_a_hidden_column_that_is_read_is_asked_about(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.append(HEADS)
    for line in rows():
        page.append(line)
    for column in "GH":
        page.column_dimensions[column].hidden = True
    book.save(tmp_path / "file.xlsx")
    told = [each.render_in("en") for each in guess_mapping(tmp_path / "file.xlsx", "transfers").doubts]
    assert [
        sum("hidden" in text and name in text for text in told) for name in ("'Amount'", "'Currency'")
    ] == [1, 1]


@pytest.mark.parametrize(
    "line", ["Currency: USD", "สกุลเงิน: USD", "Account No: 123-4-56789-0", "บัญชีเลขที่ 1234567890"]
)
def test_a_line_among_the_rows_that_changes_what_they_mean_is_asked_about(tmp_path: Path, line: str) -> None:
    above, below = rows()[:5], rows()[5:]
    assert "guess.lines-between" in codes(proposed(tmp_path, HEADS, *above, [line, *[""] * 7], *below))


@pytest.mark.parametrize(
    ("heading", "zone"),
    [
        ("Time (UTC+8)", "Etc/GMT-8"), ("Time GMT+08:00", "Etc/GMT-8"), ("Time (MYT)", "Asia/Kuala_Lumpur"), ("Time (SGT)", "Asia/Singapore"),
        ("Time (+0630)", "Asia/Yangon"), ("วันเวลา (Hong Kong time)", "Asia/Hong_Kong"), ("วันเวลา UTC", "UTC"), ("Time UTC+7", "Asia/Bangkok"),
        ("Time (GMT-05:00)", "Etc/GMT+5"),
    ],
)  # fmt: skip
def test_a_zone_in_a_heading_is_proposed(tmp_path: Path, heading: str, zone: str) -> None:
    found = proposed(tmp_path, [HEADS[0], heading, *HEADS[2:]], *rows())
    assert found.tree["time"]["zone"] == zone
    assert "guess.zone-said" in codes(found)


@pytest.mark.parametrize("form", ["%y/%m/%d %H:%M", "%y-%m-%d %H:%M:%S", "%y.%m.%d %H:%M"])
def test_a_year_of_two_digits_in_front_is_one(tmp_path: Path, form: str) -> None:
    found = proposed(tmp_path, HEADS, *rows(c1=lambda at: MOMENTS[at].replace(day=12 + at).strftime(form)))
    assert found.tree["time"]["format"] == form
    assert "guess.day-or-month" in codes(found)


@pytest.mark.parametrize("branch", ["{} - Silom", "{} สาขาสีลม", "{} Silom Branch", "{} (Silom)"])
def test_a_bank_with_its_branch_is_that_bank(tmp_path: Path, branch: str) -> None:
    found = proposed(tmp_path, HEADS, *rows(c4=lambda at: branch.format("KBANK") if at % 2 else "SCB"))
    assert set(found.tree.get("values", {}).get("payee_bank", {}).values()) in ({"KBANK"}, {"KBANK", "SCB"})


def test_an_account_that_lost_its_zero_in_one_column_is_asked_about(tmp_path: Path) -> None:
    number = lambda at: f"0{812345670 + at % 2}"  # noqa: E731
    found = proposed(tmp_path, HEADS, *rows(c3=number, c5=lambda at: number(at + 1).lstrip("0")))
    assert "guess.zeros-lost" in codes(found)


def test_a_branch_beside_a_short_account_is_asked_about(tmp_path: Path) -> None:
    heads = [*HEADS[:3], "Branch Code", *HEADS[3:]]
    short = rows(c3=lambda at: f"{1234560 + at % 3}")
    assert "guess.branch-apart" in codes(proposed(tmp_path, heads, *([*x[:3], "412", *x[3:]] for x in short)))
    assert "guess.branch-apart" not in codes(
        proposed(tmp_path, heads, *([*x[:3], "412", *x[3:]] for x in rows()))
    )


@pytest.mark.parametrize("is_changed", [False, True])
def test_rows_that_share_their_number_are_asked_about(tmp_path: Path, is_changed: bool) -> None:
    lines = rows()
    lines.insert(3, [*lines[2][:6], "777.00" if is_changed else lines[2][6], "THB" if is_changed else "USD"])
    assert "guess.number-shared" in codes(proposed(tmp_path, HEADS, *lines))


@pytest.mark.parametrize(
    ("words", "paid"),
    [
        (("Paid", "Submitted"), "Paid"),
        (("Completed", "At cashier"), "Completed"),
        (("สำเร็จ", "รอผล"), "สำเร็จ"),
    ],
)
@pytest.mark.parametrize("heading", ["Workflow", "ขั้นตอน", "Xyz"])
def test_words_of_what_went_through_beside_others_are_a_status(
    tmp_path: Path, words: tuple[str, str], paid: str, heading: str
) -> None:
    lines = [[*line, words[at in (2, 5)]] for at, line in enumerate(rows())]
    assert proposed(tmp_path, [*HEADS, heading], *lines).tree["status"][heading]["paid"] == [paid]


def test_signs_in_a_column_of_their_own_are_asked_about(tmp_path: Path) -> None:
    lines = [[*line, "+-"[at in (2, 5)]] for at, line in enumerate(rows())]
    assert {"guess.way-unused", "guess.failed"} & codes(proposed(tmp_path, [*HEADS, "Sign"], *lines))


@pytest.mark.parametrize("text", ["HOLD", "กันวงเงิน", "Pending settlement", "รอดำเนินการ"])
def test_a_note_of_money_that_has_not_moved_is_asked_about(tmp_path: Path, text: str) -> None:
    lines = [[*line, text if at == 4 else "rent"] for at, line in enumerate(rows())]
    assert codes(proposed(tmp_path, [*HEADS, "Remarks"], *lines)) & {"guess.status", "guess.failed"}


@pytest.mark.parametrize("total", ["TOTAL", "Total", "Grand Total", "รวมทั้งสิ้น"])
def test_a_total_that_looks_like_a_payment_is_set_aside(tmp_path: Path, total: str) -> None:
    lines = rows()
    lines.append([*lines[-1][:3], total, lines[-1][4], "ALL", "121185.27", "THB"])
    found = proposed(tmp_path, HEADS, *lines)
    tree = {**found.tree, "time": {**found.tree["time"], "zone": "Asia/Bangkok"}}
    got = read(tmp_path / "export.csv", mapping=mapping_file.parse_mapping(tree, "answered"))
    assert (len(got.rows), len(got.rejects)) == (8, 1)


@pytest.mark.parametrize("is_newest_first", [False, True])
def test_a_balance_before_each_row_turns_nothing(tmp_path: Path, is_newest_first: bool) -> None:
    heads, *lines = statement("two", is_turned=False, is_newest_first=is_newest_first)
    moved = [Decimal(line[5] or 0) - Decimal(line[4] or 0) for line in lines]
    before = [
        [*line[:4], str(Decimal(line[6]) - move), *line[4:]] for line, move in zip(lines, moved, strict=True)
    ]
    found = proposed(tmp_path, [*heads[:4], "Balance before", *heads[4:6], "Balance after"], *before)
    assert "guess.turned-by-balance" not in codes(found)
    assert (found.tree["direction"]["out"], found.tree["direction"]["in"]) == ("Debit", "Credit")


def test_debits_that_are_written_with_a_minus_are_money_out_all_the_same(tmp_path: Path) -> None:
    heads, *lines = statement("two", is_turned=False, is_newest_first=False)
    signed = [[*line[:4], f"-{line[4]}" if line[4] else "", *line[5:]] for line in lines]
    assert "guess.turned-by-balance" not in codes(proposed(tmp_path, heads, *signed))


@pytest.mark.parametrize(
    ("mark", "zone"), [("SGT", "Asia/Singapore"), ("HKT", "Asia/Hong_Kong"), ("MMT", "Asia/Yangon")]
)
def test_a_zone_behind_each_time_is_proposed(tmp_path: Path, mark: str, zone: str) -> None:
    found = proposed(tmp_path, HEADS, *rows(c1=lambda at: f"{MOMENTS[at]:%Y-%m-%d %H:%M:%S} {mark}"))
    assert found.tree["time"]["zone"] == zone
