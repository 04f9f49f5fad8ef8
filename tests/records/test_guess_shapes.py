"""Shapes of files from banks that nobody described: each is read right by its proposal, or asks what decides it.

One trail, written in many ways: 50,000.00 arrives at a mule, who passes on 30,000.25 and 15,000.50; of the first, 10,000.00 leaves
as cash and 5,000.10 goes on. `answers` are what somebody who knows the file answers to what was asked, and nothing else.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.records.exports import csv
from tests.records.reading import read
from warroom.errors import RecordsError
from warroom.records import mapping_file
from warroom.records.guess.guess import Guess, guess_mapping
from warroom.records.guess.toml import format_mapping_file

Row = list[Any]
Make = Callable[[Path], Path]
PAID = (
    ("R1", datetime(2026, 11, 20, 10, 0), "KTB", "1000000001", "KBANK", "2000000002", Decimal("50000.00"), "transfer"),
    ("R2", datetime(2026, 11, 20, 10, 5), "KBANK", "2000000002", "SCB", "3000000003", Decimal("30000.25"), "transfer"),
    ("R3", datetime(2026, 11, 20, 10, 7), "KBANK", "2000000002", "BBL", "4000000004", Decimal("15000.50"), "transfer"),
    ("R4", datetime(2026, 11, 20, 10, 20), "SCB", "3000000003", "SCB", "9000000009", Decimal("10000.00"), "cash"),
    ("R5", datetime(2026, 11, 20, 10, 30), "SCB", "3000000003", "KTB", "5000000005", Decimal("5000.10"), "transfer"),
)  # fmt: skip
HEADS = ["Ref", "Date Time", "From Bank", "From Account", "To Bank", "To Account", "Amount", "Channel"]
WORDS = {"transfer": "Transfer", "cash": "Cash"}
COLUMNS = ("record_id", "time", "payer_bank", "payer", "payee_bank", "payee", "amount", "channel")
MEANT = dict(zip(COLUMNS, HEADS, strict=True))


@dataclass(frozen=True)
class Shape:
    """A file, the codes of what must be asked, the answers to it, and what must then be read: by default the whole trail."""

    name: str
    make: Make
    asked: Sequence[str] = ()
    answers: dict[str, Any] = field(default_factory=dict)
    paid: Sequence[tuple[Any, ...]] = PAID
    refused: Sequence[str] = ()
    unasked: Sequence[str] = ()


def rows(**other: Callable[[tuple[Any, ...]], Any]) -> list[Row]:
    """The trail as texts, with some columns written otherwise."""
    usual: dict[str, Callable[[tuple[Any, ...]], Any]] = {
        "record_id": lambda row: row[0],
        "time": lambda row: f"{row[1]:%Y-%m-%d %H:%M:%S}",
        "payer_bank": lambda row: row[2],
        "payer": lambda row: row[3],
        "payee_bank": lambda row: row[4],
        "payee": lambda row: row[5],
        "amount": lambda row: f"{row[6]}",
        "channel": lambda row: WORDS[row[7]],
    }
    return [[(usual | other)[name](row) for name in COLUMNS] for row in PAID]


def table(
    heads: Sequence[str] = HEADS,
    *above: Row,
    below: Sequence[Row] = (),
    **other: Callable[[tuple[Any, ...]], Any],
) -> Make:
    """A CSV file of the trail."""
    return csv(*above, list(heads), *rows(**other), *below, delimiter=";")


def named(**heads: str) -> list[str]:
    """The usual names with some others."""
    return [heads.get(ours, theirs) for ours, theirs in zip(COLUMNS, HEADS, strict=True)]


def with_column(name: str, values: Sequence[str], more: Sequence[Row] = ()) -> Make:
    """The trail with one column more, and with more rows."""
    return csv(
        [*HEADS, name],
        *([*row, value] for row, value in zip([*rows(), *more], values, strict=True)),
        delimiter=";",
    )


def extra(number: int, amount: str, *, time: str = "2026-11-20 10:06:00", channel: str = "Transfer") -> Row:
    """A row that is no payment of the trail: it pays a stranger."""
    return [f"X{number}", time, "KBANK", "2000000002", "BBL", "8000000008", amount, channel]


def answered(found: Guess, answers: dict[str, Any]) -> dict[str, Any]:
    """The tree of a proposal with the zone, and what else is answered: `section.key` to a value, None to take it out."""
    tree = {name: dict(section) for name, section in found.tree.items()}
    tree.setdefault("time", {}).setdefault("zone", "UTC")
    for place, value in answers.items():
        section, _, key = place.partition(".")
        if value is None:
            tree.get(section, {}).pop(key, None)
        elif isinstance(value, dict):
            tree.setdefault(section, {})[key] = {**tree.get(section, {}).get(key, {}), **value}
        else:
            tree.setdefault(section, {})[key] = value
    tree["time"]["zone"] = "UTC"
    return {name: section for name, section in tree.items() if section}


def satang(row: tuple[Any, ...]) -> str:
    return str(int(row[6] * 100))


def thousands(row: tuple[Any, ...]) -> str:
    return f"{row[6] / 1000:f}"


UNITS = [
    Shape(f"unit-{heading}", table(named(amount=heading), amount=how), ["guess.unit"])
    for heading, how in (
        ("จำนวนเงิน (สตางค์)", satang),
        ("amount_minor", satang),
        ("Amount in cents", satang),
        ("AmountMinorUnits", satang),
        ("จำนวนเงิน (พันบาท)", thousands),
        ("Amount (THB '000)", thousands),
        ("Amount (in thousands)", thousands),
        ("Amount KTHB", thousands),
        ("ยอดเงิน (ล้านบาท)", lambda row: f"{row[6] / 1_000_000:f}"),
        ("Amount (millions)", lambda row: f"{row[6] / 1_000_000:f}"),
        ("จำนวนเงิน (แสนบาท)", lambda row: f"{row[6] / 100_000:f}"),
    )
] + [
    Shape(f"unit-above-{line}", table(HEADS, [line], amount=thousands), ["guess.unit"])
    for line in ("หน่วย: พันบาท", "รายงานการโอน (หน่วย : พันบาท)", "All amounts in thousands of baht", "Amounts in THB '000")
] + [
    Shape("unit-below", table(HEADS, below=[["หมายเหตุ: จำนวนเงินเป็นสตางค์", *[""] * 7]], amount=satang), ["guess.unit"]),
    Shape("no-unit-of-capital", table(HEADS, ["ธนาคารกรุงไทย ทุนจดทะเบียน 72,000 ล้านบาท"]), unasked=["guess.unit"]),
    Shape("unit-not-whole", table(named(amount="จำนวนเงิน (สตางค์)"), amount=lambda row: f"{row[6] * 100:.1f}" if row[0] != "R5" else "500010.5"),
          ["guess.unit"], paid=PAID[:4], refused=["fraction"]),
]  # fmt: skip


def two(heads: Sequence[str], cells: Callable[[Decimal], Sequence[str]], start: int = 6) -> Make:
    """The trail with several columns of amounts and currencies in the place of one."""
    usual = rows()
    body = [[*row[:start], *cells(paid[6]), row[7]] for row, paid in zip(usual, PAID, strict=True)]
    return csv([*HEADS[:start], *heads, HEADS[7]], *body, delimiter=";")


TWO = [
    Shape("from-to", two(["From Amount", "From Currency", "To Amount", "To Currency"], lambda baht: [f"{baht / 35:.2f}", "USD", str(baht), "THB"]), ["guess.two-amounts"]),
    Shape("foreign-and-equivalent", two(["Foreign Amount (USD)", "THB Equivalent"], lambda baht: [f"{baht / 35:.2f}", str(baht)]), ["guess.two-amounts"]),
    Shape("thai-foreign", two(["จำนวนเงินต่างประเทศ", "สกุลเงิน", "เทียบเท่าบาท"], lambda baht: [f"{baht / 35:.2f}", "USD", str(baht)]), ["guess.two-amounts"]),
    Shape("instructed-settled", two(["Instructed Amount", "Instructed Currency", "Settlement Amount", "Settlement Currency"], lambda baht: [f"{baht / 35:.2f}", "EUR", str(baht), "THB"]), ["guess.two-amounts"]),
    Shape("satang-beside-baht", two(["Amount (satang)", "Amount (baht)"], lambda baht: [str(int(baht * 100)), str(baht)]), ["guess.two-amounts"]),
    Shape("same-twice", two(["Amount Paid", "Amount Received"], lambda baht: [str(baht), str(baht)])),
]  # fmt: skip

DEPOSITS = [
    Shape(f"deposit-{word}", table(channel=lambda row, word=word: word if row[0] == "R2" else WORDS[row[7]]), ["guess.paid-in"])
    for word in ("ฝากเงินสด", "Cash Deposit", "เงินฝาก", "CDM deposit", "ฝากเงินสดผ่านตู้", "Cash In", "นำฝากเช็ค", "Deposit")
] + [
    Shape("deposit-turned", csv(HEADS, *(
        row if row[0] != "R2" else [*row[:2], *row[4:6], *row[2:4], row[6], "CASH_IN"] for row in rows()), delimiter=";"),
        ["guess.paid-in"], {"turned.Channel": ["CASH_IN"]}),
]  # fmt: skip


def status(
    name: str,
    ok: str,
    bad: str,
    asked: Sequence[str] = ("guess.status",),
    code: str = "unpaid",
    **answers: Any,
) -> Shape:
    """The trail with a column that says of a sixth row that its payment did not go through."""
    make = with_column(name, [ok] * 5 + [bad], [extra(1, "40000.00")])
    return Shape(f"status-{name}-{bad}", make, asked, answers.get("answers", {}), refused=[code])


STATUSES = [
    status("Response Code", "00", "51"),
    status("RC", "00", "05"),
    status("Resp Code", "000", "116"),
    status("ผลการทำรายการ", "สำเร็จ", "ไม่สำเร็จ"),
    status("สถานะ", "สำเร็จ", "ยกเลิก"),
    status("Approved", "Y", "N"),
    status("Approval", "APPROVED", "DECLINED"),
    status("Reversal Flag", "N", "Y", ["guess.status", "guess.taken-back"], "taken_back"),
    status("Is Reversed", "false", "true", ["guess.status", "guess.taken-back"], "taken_back"),
    status("Rvsl", "", "Y", ["guess.status", "guess.taken-back"], "taken_back"),
    status("Status", "Success", "Reversed", ["guess.status", "guess.taken-back"], "taken_back"),
    status("Remark", "OK", "FAIL"),
    status("Result", "0", "91", ["guess.failed"], answers={"status.Result": {"paid": ["0"]}}),
]

PLAIN = PAID


def spoiled(value: str, **other: Callable[[tuple[Any, ...]], Any]) -> Make:
    return table(below=[extra(1, value)], **other)


KEPT = [
    Shape("days-of-excel", csv(HEADS, *rows(amount=lambda row: f"{30000 + float(row[6]) / 10:.2f}"), delimiter=";"),
          paid=[(*row[:6], Decimal(f"{30000 + float(row[6]) / 10:.2f}"), row[7]) for row in PAID]),
    Shape("scientific", csv(HEADS, *rows(amount=lambda row: "5.0E+04" if row[0] == "R1" else str(row[6])), delimiter=";"), ["guess.shortened-amounts"]),
    Shape("all-scientific", csv(HEADS, *rows(amount=lambda row: f"{row[6]:.6E}"), delimiter=";"), ["guess.shortened-amounts"]),
    Shape("no-break-spaces", table(amount=lambda row: f"{row[6]:,}".replace(",", "\u00a0"))),
    Shape("thin-spaces", table(amount=lambda row: f"{row[6]:,}".replace(",", "\u202f"))),
    Shape("apostrophes", table(amount=lambda row: f"{row[6]:,}".replace(",", "'"))),
    Shape("curved-apostrophes", table(amount=lambda row: f"{row[6]:,}".replace(",", "’"))),
    Shape("no-break-comma", table(amount=lambda row: f"{row[6]:,}".replace(",", "\u00a0").replace(".", ","))),
    Shape("marks-of-direction", table(amount=lambda row: f"\u200e{row[6]}\u200f")),
    Shape("text-marks", table(amount=lambda row: f"'{row[6]}")),
    Shape("n-a", spoiled("N/A"), ["guess.odd-values"], refused=["number"]),
    Shape("dollars-of-baht", spoiled("$40.00"), refused=["unit"]),
    Shape("dots", spoiled("1.234.50.00"), ["guess.odd-values"], refused=["number"]),
    Shape("brackets", spoiled("(15,000.50)"), ["guess.less-than-nothing"], refused=["not_positive"]),
    Shape("minus", spoiled("-15000.50"), ["guess.less-than-nothing"], refused=["not_positive"]),
    *(Shape(f"zone-{zone}", table(time=lambda row, zone=zone: f"{row[1].replace(hour=row[1].hour + 7):%d/%m/%Y %H:%M:%S}{zone}"), unasked=["guess.zone"])
      for zone in (" ICT", " GMT+7", " UTC+07:00", " (GMT+07:00)", " gmt+7")),
    Shape("days-both-ways", table(time=lambda row: f"{row[1]:%d/%m/%Y %H:%M}" if row[0] != "R5" else f"{row[1]:%m/%d/%Y %H:%M}"),
          ["guess.days-both-ways"], paid=PAID[:4], refused=["time"]),
    Shape("days-jump", csv(HEADS, *rows(time=lambda row: f"{row[1]:%d/%m/%Y %H:%M}"), ["X1", "11/05/2026 10:06", *extra(1, "7.00")[2:]], delimiter=";"),
          ["guess.days-jump"], paid=[*PAID, ("X1", datetime(2026, 5, 11, 10, 6), "KBANK", "2000000002", "BBL", "8000000008", Decimal("7.00"), "transfer")]),
]  # fmt: skip


def sheet(*pages: tuple[str, str, list[Row]]) -> Make:
    """A workbook of pages: name, state and rows."""

    def make(folder: Path) -> Path:
        book = openpyxl.Workbook()
        assert book.active is not None
        book.remove(book.active)
        for name, state, cells in pages:
            page = book.create_sheet(name)
            page.sheet_state = state
            for row in cells:
                page.append(row)
        book.save(folder / "book.xlsx")
        return folder / "book.xlsx"

    return make


def swapped(row: tuple[Any, ...]) -> Any:
    """A time of the fifth as a US spreadsheet keeps it, one of the twentieth as the text that it stayed."""
    return row[1].replace(month=5, day=11) if row[0] in ("R1", "R2") else f"{row[1]:%d/%m/%Y %H:%M:%S}"


EARLY = tuple((row[0], row[1].replace(day=5), *row[2:]) if row[0] in ("R1", "R2") else row for row in PAID)
OLD = [HEADS, *rows(amount=lambda row: "1.00")]
BOOKS = [
    Shape("us-workbook", sheet(("A", "visible", [HEADS, *rows(time=swapped)])), ["guess.cells-swapped"], paid=EARLY),
    Shape("hidden-first", sheet(("old", "hidden", OLD), ("new", "visible", [HEADS, *rows()])), ["guess.hidden-too"]),
    Shape("hidden-last", sheet(("new", "visible", [HEADS, *rows()]), ("old", "veryHidden", OLD)), ["guess.hidden-too"]),
    Shape("only-hidden", sheet(("cover", "visible", [["Bank", "Report"], ["x", "y"]]), ("data", "hidden", [HEADS, *rows()])), ["guess.hidden-sheet"]),
]  # fmt: skip
BATCHES = [
    Shape("batch-number", with_column("Batch No", ["1", "2", "3", "4", "5"]), ["guess.batch"]),
    Shape("batch-total", csv([*HEADS, "Batch Ref"], *([*row, "B1"] for row in [*rows()[1:3], extra(1, "45000.75")]), delimiter=";"), ["guess.batch-total"],
          paid=[*PAID[1:3], ("X1", datetime(2026, 11, 20, 10, 6), "KBANK", "2000000002", "BBL", "8000000008", Decimal("45000.75"), "transfer")]),
    Shape("way-unused", with_column("Dr/Cr", ["DR", "DR", "CR", "DR", "DR"]), ["guess.way-unused"], {"turned.Dr/Cr": ["CR"]},
          paid=[row if row[0] != "R3" else (*row[:2], *row[4:6], *row[2:4], *row[6:]) for row in PAID]),
]  # fmt: skip
UNSEEN = [
    *(Shape(f"unit-{heading}", table(named(amount=heading), amount=how), ["guess.unit"]) for heading, how in (
        ("ยอดโอน หน่วย:สตางค์", satang), ("Txn Amt (x1000)", thousands), ("มูลค่า (พัน บาท)", thousands), ("Amount (000)", thousands),
        ("Amount (1/100 THB)", satang), ("Amount/K THB", thousands), ("Amount (2 implied decimals)", satang),
        ("Amt in Lakhs", lambda row: f"{row[6] / 100_000:f}"))),
    Shape("unit-in-a-second-line", csv(HEADS, [*[""] * 6, "(พันบาท)", ""], *rows(amount=thousands), delimiter=";"), ["guess.unit"], refused=["required"]),
    Shape("unit-on-the-right", table(HEADS, [*[""] * 7, "หน่วย : สตางค์"], amount=satang), ["guess.unit"]),
    Shape("unit-of-a-sheet", sheet(("หน่วยพันบาท", "visible", [HEADS, *rows(amount=thousands)])), ["guess.unit"]),
    Shape("unit-column", csv([*HEADS, "Unit"], *([*row, "สตางค์"] for row in rows(amount=satang)), delimiter=";"), ["guess.unit"]),
    Shape("no-unit-in-words", csv([*HEADS, "In words"], *([*row, "ห้าหมื่นบาทถ้วน"] for row in rows()), delimiter=";"), unasked=["guess.unit"]),
    Shape("debit-credit-list", two(["Debit Amount", "Debit Ccy", "Credit Amount", "Credit Ccy"], lambda baht: [f"{baht / 35:.2f}", "USD", str(baht), "THB"]), ["guess.two-amounts"]),
    Shape("instd-settled", two(["InstdAmt", "InstdCcy", "IntrBkSttlmAmt", "SttlmCcy"], lambda baht: [f"{baht / 35:.2f}", "USD", str(baht), "THB"]), ["guess.two-amounts"]),
    Shape("lcy-fcy", two(["FCY Amount", "FCY Currency", "LCY Amount"], lambda baht: [f"{baht / 35:.2f}", "USD", str(baht)]), ["guess.two-amounts"],
          {"columns.currency": None, "constants.currency": "THB"}),
    Shape("principal-total", two(["Principal", "Total Charged"], lambda baht: [str(baht), str(baht + 25)]), ["guess.two-amounts"], {"columns.amount": "Principal"}),
    Shape("thai-net", two(["ยอดสั่งโอน", "ค่าธรรมเนียม", "ยอดสุทธิที่ได้รับ"], lambda baht: [str(baht + 10), "10.00", str(baht)]), ["guess.two-amounts"]),
    *(Shape(f"deposit-{word}", table(channel=lambda row, word=word: word if row[0] == "R2" else WORDS[row[7]]), ["guess.paid-in"])
      for word in ("รับฝากเงิน", "เติมเงินวอลเล็ต", "Over-the-counter deposit", "Cash Lodgment", "Branch cash-in")),
    status("Settled?", "Yes", "No", ["guess.failed"], answers={"status.Settled?": {"paid": ["Yes"]}}),
    status("Cancelled", "0", "1"),
    status("Error Code", "", "E51"),
    status("Decline Reason", "", "Insufficient funds"),
    status("MTI", "0200", "0400", ["guess.failed"], answers={"status.MTI": {"paid": ["0200"]}}),
    status("Tran Code", "TRF", "REV", ["guess.failed", "guess.taken-back"], "unpaid", answers={"status.Tran Code": {"paid": ["TRF"]}}),
    status("Posting Status", "Posted", "Not posted"),
    status("หมายเหตุ", "", "ยกเลิกโดยลูกค้า"),
    status("รหัสผล", "00", "99"),
    status("Narrative", "", "Reversal of R2"),
    status("Correction", "", "C", ["guess.failed"], answers={"status.Correction": {"paid": [""]}}),
    status("ข้อความผิดพลาด", "", "ยอดเงินไม่เพียงพอ"),
    status("Rec Type", "D", "T", ["guess.failed"], answers={"status.Rec Type": {"paid": ["D"]}}),
    Shape("unit-before-a-gap", table(amount=lambda row: f"THB\u00a0{row[6]:,}")),
    Shape("baht-and-a-dash", table(amount=lambda row: f"{row[6]:,}".replace(".00", ".-"))),
    Shape("brackets-described", csv([*HEADS, "Description"], *([*row, "Payment"] for row in rows()), [*extra(1, "(15,000.50)"), "Reversal"], delimiter=";"),
          ["guess.less-than-nothing"], refused=["not_positive"]),
    *(Shape(f"time-{name}", table(time=how)) for name, how in (
        ("java", lambda row: f"{row[1]:%Y-%m-%dT%H:%M:%S}+00:00[Europe/London]"), ("oracle", lambda row: f"{row[1]:%d-%b-%y %I.%M.%S.000000 %p}".upper()),
        ("together", lambda row: f"{row[1]:%Y%m%d %H%M%S}"), ("weekday", lambda row: f"{row[1]:%A, %d %B %Y %H:%M}"))),
    Shape("days-jump-though-all-may-be-months", table(time=lambda row: f"{row[1].replace(day=5):{'%m/%d' if row[0] == 'R5' else '%d/%m'}/%Y %H:%M}"),
          ["guess.day-or-month", "guess.days-jump"],
          paid=[(row[0], row[1].replace(day=5) if row[0] != "R5" else row[1].replace(month=5, day=11), *row[2:]) for row in PAID]),
    Shape("half-of-the-day", with_column("AM/PM", ["AM"] * 5), ["guess.half-unused"]),
    *(Shape(f"zone-column-{zone}", with_column(name, [zone] * 5), ["guess.zone-column"], unasked=["guess.zone", "guess.zone-said", "guess.zone-thai"])
      for name, zone in (("UTC Offset", "+0700"), ("Timezone", "UTC"), ("TZ", "ICT"), ("Zone", "GMT+7"), ("เขตเวลา", "Asia/Bangkok"), ("Offset", "+06:30"))),
    Shape("zones-that-differ", with_column("TZ", ["ICT", "UTC", "ICT", "ICT", "ICT"]), ["guess.zone-column"], unasked=["guess.failed", "guess.status"]),
    Shape("split-with-zone", csv([HEADS[0], "Date", "Time", *HEADS[2:]], *(
        [row[0], f"{paid[1]:%d/%m/%Y}", f"{paid[1].replace(hour=paid[1].hour + 7):%H:%M:%S} ICT", *row[2:]] for row, paid in zip(rows(), PAID, strict=True)), delimiter=";")),
    Shape("debit-account", table([*HEADS[:2], "Dr Bank", "Dr Account", "Cr Bank", "Cr Account", *HEADS[6:]])),
    Shape("grouped-total", csv([*HEADS, "Group No"], *([*row, "G"] for row in rows()[1:3]), [*extra(1, "45000.75"), "G"], delimiter=";"), ["guess.batch-total"],
          paid=[*PAID[1:3], ("X1", datetime(2026, 11, 20, 10, 6), "KBANK", "2000000002", "BBL", "8000000008", Decimal("45000.75"), "transfer")]),
]  # fmt: skip
ALL = [*UNITS, *TWO, *DEPOSITS, *STATUSES, *KEPT, *BOOKS, *BATCHES, *UNSEEN]


@pytest.mark.parametrize("shape", ALL, ids=lambda each: each.name)
def test_a_foreign_shape_is_read_right_or_asks(shape: Shape, tmp_path: Path) -> None:
    path = shape.make(tmp_path)
    found = guess_mapping(path, "transfers")
    codes = {each.sentence.code for each in found.doubts}
    asked = "\n".join(each.render_in("en") for each in found.doubts)
    assert set(shape.asked) <= codes, asked
    assert not set(shape.unasked) & codes, asked
    for each in found.doubts:
        assert each.render_in("th") != each.render_in("en")
    (tmp_path / "map.toml").write_text(format_mapping_file(found, path.name), encoding="utf-8")
    mapping_file.load_mapping(tmp_path / "map.toml")
    got = read(path, mapping=mapping_file.parse_mapping(answered(found, shape.answers), "answered"))
    paid = [tuple(row[name] for name in COLUMNS) for row in got.rows]
    assert [(row[0], row[1].replace(tzinfo=None), *row[2:]) for row in paid] == list(shape.paid), asked
    assert sorted(code for _, _, code in got.codes) == sorted(shape.refused)


@pytest.mark.parametrize("shape", [*UNITS, *TWO, *DEPOSITS, *STATUSES], ids=lambda each: each.name)
def test_what_is_asked_says_where_its_answer_goes(shape: Shape, tmp_path: Path) -> None:
    found = guess_mapping(shape.make(tmp_path), "transfers")
    for each in found.doubts:
        if each.sentence.code in shape.asked:
            assert " → [" in each.render_in("en")


MT940 = ":20:STMT1\r\n:25:KASITHBK/2000000002\r\n:28C:1/1\r\n:60F:C261120THB1000,00\r\n:61:2611201120D30000,25NTRFR2//B2\r\n:86:TO SCB 3000000003\r\n:62F:D261120THB29000,25\r\n-}"
MT103 = ":20:R1\r\n:23B:CRED\r\n:32A:261120THB50000,00\r\n:50K:/1000000001\r\nSOMCHAI\r\n:59:/2000000002\r\nSOMSRI\r\n:71A:SHA\r\n-}"


def blocks(number: str, way: str = "O") -> str:
    return f"{{1:F01KASITHBKAXXX0000000000}}{{2:{way}{number}1200261120BKKBTHBKAXXX00000000002611201200N}}{{4:\r\n"


@pytest.mark.parametrize("before", ["", "\r\n", "\x01", "\ufeff"])
@pytest.mark.parametrize(
    ("text", "message", "instead"),
    [
        (MT940, "MT940", "camt.053"),
        (blocks("940") + MT940, "MT940", "camt.053"),
        (blocks("103", "I") + MT103, "MT103", "pacs.008"),
        (MT103, "MT103", "pacs.008"),
        ("{4:\r\n" + MT103, "MT103", "pacs.008"),
        (":20:A\r\n:25:1\r\n:28C:1\r\n:34F:THB0,\r\n:13D:2611201200+0700\r\n:61:2611201120D1,NTRFX\r\n:86:X\r\n", "MT942", "camt.052"),
        (":20:A\r\n:25:1\r\n:28C:1\r\n:60F:C261120THB0,\r\n:61:2611201120D1,NTRFX\r\n:62F:C261120THB0,\r\n", "MT950", "camt.053"),
        (":20:A\r\n:21:B\r\n:25:1\r\n:32A:261120THB1,\r\n:52A:X\r\n:58A:KASITHBK\r\n", "MT202", "pacs.009"),
        (blocks("910") + ":20:A\r\n", "MT910", "camt.054"),
    ],
)  # fmt: skip
def test_an_older_message_of_swift_is_named_with_what_to_ask_for(
    tmp_path: Path, text: str, message: str, instead: str, before: str
) -> None:
    path = tmp_path / "file.txt"
    path.write_text(before + text, encoding="utf-8")
    for opened in (lambda: guess_mapping(path, "transfers"), lambda: read(path)):
        with pytest.raises(RecordsError) as refused:
            opened()
        assert message in str(refused.value)
        assert instead in str(refused.value)
        assert message in refused.value.render_in("th")


def test_another_message_of_swift_is_named_as_one(tmp_path: Path) -> None:
    path = tmp_path / "file.txt"
    path.write_text(blocks("799") + ":20:A\r\n:79:HELLO\r\n-}")
    with pytest.raises(RecordsError, match="SWIFT's older messages"):
        read(path)


@pytest.mark.parametrize(
    ("below", "code"),
    [
        ([], "guess.no-records"),
        ([["R1", "2026-11-20"]], "guess.torn"),
        ([["R1"], ["R2", "x", "y"]], "guess.torn"),
    ],
)
def test_a_file_without_a_whole_row_is_told_one_thing(tmp_path: Path, below: list[Row], code: str) -> None:
    found = guess_mapping(csv(HEADS, *below, delimiter=";")(tmp_path), "transfers")
    assert [each.sentence.code for each in found.doubts] == [code]


def test_a_mapping_keeps_what_these_answers_say() -> None:
    tree = {
        "amount": {"unit": "satang"},
        "status": {"RC": {"paid": ["00", ""], "back": ["R"]}},
        "turned": {"Type": ["CASH_IN"]},
        "time": {"cells_swapped": True},
    }
    mapping = mapping_file.parse_mapping(tree, "here")
    assert mapping_file.parse_mapping_json(mapping.as_json()) == mapping
    assert mapping.compute_fingerprint() != mapping_file.parse_mapping({}, "here").compute_fingerprint()
    assert (
        mapping_file.parse_mapping({"amount": {"unit": "one"}}, "here").as_json()
        == mapping_file.parse_mapping({}, "here").as_json()
    )


@pytest.mark.parametrize(
    "tree",
    [
        {"amount": {"unit": "dozen"}},
        {"status": {"paid": ["00"]}},
        {"status": {"RC": {"paid": []}}},
        {"status": {"RC": {"paid": ["00"], "back": ["00"]}}},
        {"turned": {"Type": [True]}},
    ],
)
def test_a_wrong_answer_is_one_sentence(tree: dict[str, Any]) -> None:
    with pytest.raises(RecordsError):
        mapping_file.parse_mapping(tree, "here")


def test_a_column_that_is_consulted_and_not_there_is_named(tmp_path: Path) -> None:
    tree = {"status": {"RC": {"paid": ["00"]}}, "columns": MEANT}
    with pytest.raises(RecordsError, match="no column 'RC'"):
        read(table()(tmp_path), mapping=mapping_file.parse_mapping(tree, "here"))


def test_hundredths_of_a_currency_without_them_wait(tmp_path: Path) -> None:
    currencies = ("THB", "JPY", "KWD", "USD", "THB")
    cells = [[*row, currency] for row, currency in zip(rows(amount=satang), currencies, strict=True)]
    tree = {"columns": MEANT, "time": {"zone": "UTC"}, "amount": {"unit": "cent"}}
    got = read(
        csv([*HEADS, "currency"], *cells, delimiter=";")(tmp_path),
        mapping=mapping_file.parse_mapping(tree, "here"),
    )
    assert [code for _, _, code in got.codes] == ["minor", "minor"]
    assert got.column("amount") == [PAID[row][6] for row in (0, 3, 4)]
