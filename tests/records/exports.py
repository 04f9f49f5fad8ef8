"""Exports as banks, data sets and other offices write them, each with what its columns mean."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import openpyxl

START = datetime(2025, 11, 17, 9, 5, 7)
ROWS = 60
BANKS = ("กสิกรไทย", "กรุงไทย", "ไทยพาณิชย์")
CODES = ("KBANK", "KTB", "SCB")


@dataclass(frozen=True)
class Export:
    """A file, and the columns as somebody who knows it would map them; `time` as [time] would say it."""

    name: str
    make: Callable[[Path], Path]
    columns: dict[str, Any]
    table: str = "transfers"
    time: dict[str, Any] = field(default_factory=dict)
    direction: dict[str, Any] = field(default_factory=dict)
    header: Any = None
    encoding: str | None = None
    delimiter: str | None = None


def at(number: int) -> datetime:
    """When a payment was made: over nine days, so that a day above twelve is among them."""
    return START + timedelta(hours=4 * number, minutes=7 * number, seconds=number)


def thai_day(number: int, form: str = "{d:02}/{m:02}/{y}") -> str:
    """A day in the Buddhist calendar."""
    moment = at(number)
    return form.format(d=moment.day, m=moment.month, y=moment.year + 543, yy=(moment.year + 543) % 100)


def account(number: int) -> str:
    """An account as Thai banks write it."""
    return f"{100 + number % 7}-{number % 9}-{12345 + number:05}-{number % 10}"


def thai(number: int, amount: str | None = None, when: str | None = None) -> list[str]:
    """A transfer in Thai."""
    return [
        f"T{number:05}", when or f"{thai_day(number)} {at(number):%H:%M:%S}", CODES[number % 3], account(number),
        CODES[(number + 1) % 3], account(number + 40), amount or f"{1000 + 37.5 * number:,.2f}", ("โอน", "พร้อมเพย์", "ถอนเงินสด")[number % 3],
    ]  # fmt: skip


THAI = ["เลขที่รายการ", "วันเวลา", "ธนาคารผู้โอน", "บัญชีผู้โอน", "ธนาคารผู้รับ", "บัญชีผู้รับ", "จำนวนเงิน", "ช่องทาง"]
OURS = ("record_id", "time", "payer_bank", "payer", "payee_bank", "payee", "amount", "channel")
MEANING = dict(zip(OURS, THAI, strict=True))
TITLE = [["ธนาคารกรุงไทย จำกัด (มหาชน)"], ["รายงานการโอนเงินระหว่างวันที่ 17/11/2568 ถึง 30/11/2568"], []]
BUDDHIST = {"calendar": "buddhist", "format": "%d/%m/%Y %H:%M:%S", "zone": "Asia/Bangkok"}


def csv(*rows: list[str], encoding: str = "utf-8", delimiter: str = ",") -> Callable[[Path], Path]:
    """A CSV file of rows."""

    def make(folder: Path) -> Path:
        def cell(text: str) -> str:
            return f'"{text}"' if delimiter in text else text

        path = folder / "export.csv"
        path.write_bytes("".join(delimiter.join(map(cell, row)) + "\r\n" for row in rows).encode(encoding))
        return path

    return make


def workbook(*rows: list[Any], first: list[list[Any]] | None = None) -> Callable[[Path], Path]:
    """A workbook, with a sheet before the one of the records where `first` is given."""

    def make(folder: Path) -> Path:
        book = openpyxl.Workbook()
        page = book.active
        assert page is not None
        if first is not None:
            page.title = "หน้าปก"
            for row in first:
                page.append(row)
            page = book.create_sheet("รายการ")
        for row in rows:
            page.append(row)
        book.save(folder / "export.xlsx")
        return folder / "export.xlsx"

    return make


def lines(*rows: dict[str, Any]) -> Callable[[Path], Path]:
    """A file of JSON Lines."""

    def make(folder: Path) -> Path:
        (folder / "export.jsonl").write_text(
            "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        )
        return folder / "export.jsonl"

    return make


def rows_of(made: Callable[[int], list[Any]]) -> list[list[Any]]:
    """As many rows as an export has here."""
    return [made(number) for number in range(ROWS)]


def split(number: int) -> list[str]:
    row = thai(number)
    return [row[0], thai_day(number), f"{at(number):%H:%M:%S}", *row[2:]]


def statement(number: int) -> list[str]:
    out, amount = number % 2 == 0, f"{500 + 12.25 * number:,.2f}"
    return [thai_day(number), f"{at(number):%H:%M}", "โอน", amount if out else "", "" if out else amount,
            f"{90000 - number:,.2f}", BANKS[number % 3], account(number), ""]  # fmt: skip


def sheet_row(number: int) -> list[Any]:
    row: list[Any] = thai(number)
    return [row[0], at(number).replace(microsecond=0), *row[2:6], 1000 + 37.5 * number, row[7]]


def ibm(number: int) -> list[str]:
    return [f"{at(number):%Y/%m/%d %H:%M}", f"{10 + number % 5:03}", f"80{number:06}A0", f"{20 + number % 7:03}", f"81{number * 7:06}B0",
            f"{100 + number}.25", "US Dollar", f"{100 + number}.25", ("US Dollar", "Euro")[number % 2], ("Wire", "Cheque", "Credit Card", "ACH")[number % 4], "0"]  # fmt: skip


def paysim(number: int) -> list[str]:
    return [str(1 + number // 9), ("PAYMENT", "TRANSFER", "CASH_OUT", "DEBIT", "CASH_IN")[number % 5], f"{181.5 + number * 3}", f"C{1231006815 + number}",
            f"{170136.0 + number}", f"{160296.36 + number}", f"M{1979787155 + number}", "0.0", "0.0", "0", "0"]  # fmt: skip


def saml(number: int) -> list[str]:
    return [f"{at(number):%H:%M:%S}", f"{at(number):%Y-%m-%d}", str(8724731955 + number), str(2769355426 + 3 * number), f"{1459.15 + number}",
            "UK pounds", ("UK pounds", "Euro", "Thai baht")[number % 3], "UK", ("UK", "Germany", "Thailand")[number % 3], ("Cash Deposit", "Cross-border", "ACH", "Cheque")[number % 4], "0", "Normal"]  # fmt: skip


def berka(number: int) -> list[str]:
    moment = date(1993, 1, 1) + timedelta(days=number)
    return [f'"{695247 + number}"', f"{2378 + number % 4}", f"{moment:%y%m%d}", ("PRIJEM", "VYDAJ")[number % 2], ("VKLAD", "VYBER", "PREVOD NA UCET", "PREVOD Z UCTU")[number % 4],
            f"{700 + number}.0", f"{9000 + number}.0", "", ("", "", "AB", "ST")[number % 4], ("", "", str(12345678 + number), str(87654321 - number))[number % 4]]  # fmt: skip


def english(number: int) -> list[str]:
    return [
        f"{at(number):%d-%b-%Y}",
        f"{at(number):%d-%b-%Y}",
        f"TRF {number}",
        f"FT{25000000 + number}",
        f"{25 * number + 10:,.2f}" if number % 2 else "",
        "" if number % 2 else f"{30 * number + 5:,.2f}",
        f"{5000 + number:,.2f}",
    ]


def payments(number: int) -> list[str]:
    return [
        f"PMT-{number:06}",
        f"{at(number):%m/%d/%Y %I:%M %p}",
        CODES[number % 3],
        f"00{1234567 + number}",
        CODES[(number + 1) % 3],
        f"00{7654321 - number}",
        f"{10.5 * number + 3:.2f}",
        "USD",
    ]


def decimal_comma(number: int) -> list[str]:
    amount = f"{1000 + 37.5 * number:,.2f}".translate(str.maketrans(",.", ".,"))
    return [
        f"T{number}",
        f"{at(number):%d.%m.%Y %H:%M:%S}",
        "DEUTDEFF",
        f"DE{10**10 + number}",
        "COBADEFF",
        f"DE{2 * 10**10 + number}",
        amount,
        "EUR",
    ]


def events(number: int) -> dict[str, Any]:
    return {"transactionId": f"t-{number}", "createdAt": f"{at(number):%Y-%m-%dT%H:%M:%S}+07:00", "debtorBank": "KBANK", "debtorAccount": f"{10**9 + number}",
            "creditorBank": "SCB", "creditorAccount": f"{2 * 10**9 + number}", "amount": 100.25 + number, "currency": "THB"}  # fmt: skip


def calls(number: int) -> list[str]:
    return [
        f"08{10000000 + number}",
        f"09{20000000 + number}",
        f"{thai_day(number)} {at(number):%H:%M:%S}",
        str(30 + number),
        f"52001-{number % 5}",
        f"35{10**12 + number}",
    ]


def customers(number: int) -> list[str]:
    return [
        f"H{number:04}",
        ("บุคคลธรรมดา", "นิติบุคคล")[number % 2],
        "30-39",
        "เชียงใหม่",
        "ไทย",
        ("ชาย", "หญิง")[number % 2],
    ]


TWO_LINES = [
    ["เลขที่รายการ", "วันเวลา", "ผู้โอน", "", "ผู้รับ", "", "จำนวนเงิน", "ช่องทาง"],
    ["", "", "ธนาคาร", "บัญชี", "ธนาคาร", "บัญชี", "", ""],
]
JOINED = MEANING | {
    "payer_bank": "ผู้โอน ธนาคาร",
    "payer": "ผู้โอน บัญชี",
    "payee_bank": "ผู้รับ ธนาคาร",
    "payee": "ผู้รับ บัญชี",
}
WITH_CLOCK = [THAI[0], "วันที่", "เวลา", *THAI[2:]]
STATEMENT = ["วันที่", "เวลา", "รายการ", "ถอน", "ฝาก", "คงเหลือ", "ธนาคารคู่บัญชี", "บัญชีคู่รายการ", "หมายเหตุ"]
IBM = [
    "Timestamp",
    "From Bank",
    "Account",
    "To Bank",
    "Account",
    "Amount Received",
    "Receiving Currency",
    "Amount Paid",
    "Payment Currency",
    "Payment Format",
    "Is Laundering",
]
PAYSIM = [
    "step",
    "type",
    "amount",
    "nameOrig",
    "oldbalanceOrg",
    "newbalanceOrig",
    "nameDest",
    "oldbalanceDest",
    "newbalanceDest",
    "isFraud",
    "isFlaggedFraud",
]
SAML = [
    "Time",
    "Date",
    "Sender_account",
    "Receiver_account",
    "Amount",
    "Payment_currency",
    "Received_currency",
    "Sender_bank_location",
    "Receiver_bank_location",
    "Payment_type",
    "Is_laundering",
    "Laundering_type",
]
BERKA = [
    "trans_id",
    "account_id",
    "date",
    "type",
    "operation",
    "amount",
    "balance",
    "k_symbol",
    "bank",
    "account",
]

ALL = (
    Export("th", csv(THAI, *rows_of(thai)), MEANING, time=BUDDHIST),
    Export("th_title", csv(*TITLE, THAI, *rows_of(thai)), MEANING, time=BUDDHIST, header=4),
    Export("th_title_wide", csv(*([*row, *[""] * 7][:8] for row in TITLE), THAI, *rows_of(thai)), MEANING, time=BUDDHIST, header=4),
    Export("th_2line_header", csv(*TWO_LINES, *rows_of(thai)), JOINED, time=BUDDHIST, header=[1, 2]),
    Export("th_statement", csv(["ธนาคารกสิกรไทย จำกัด (มหาชน)"], ["เลขที่บัญชี 123-4-56789-0"], STATEMENT, *rows_of(statement)), {"time": ["วันที่", "เวลา"], "channel": "รายการ"},
           time={"calendar": "buddhist", "format": "%d/%m/%Y %H:%M"}, header=3,
           direction={"bank": "KBANK", "account": "123-4-56789-0", "out": "ถอน", "in": "ฝาก", "counterparty": "บัญชีคู่รายการ", "counterparty_bank": "ธนาคารคู่บัญชี"}),
    Export("th_datetime_split", csv(WITH_CLOCK, *rows_of(split)), MEANING | {"time": ["วันที่", "เวลา"]}, time=BUDDHIST),
    Export("th_baht", csv(THAI, *rows_of(lambda n: thai(n, f"{800.75 + n:,.2f} บาท"))), MEANING, time=BUDDHIST),
    Export("th_bahtsign", csv(THAI, *rows_of(lambda n: thai(n, f"฿{800.75 + n:,.2f}"))), MEANING, time=BUDDHIST),
    Export("th_parens", csv(["วันที่", "บัญชี", "จำนวนเงิน (บาท)", "บัญชีคู่รายการ", "ธนาคารคู่บัญชี"], *rows_of(lambda n: [thai_day(n), account(0), f"({800 + n}.75)" if n % 2 else f"{800 + n}.75", account(n + 9), CODES[n % 3]])),
           {"time": "วันที่", "amount": "จำนวนเงิน (บาท)"}, direction={"account_column": "บัญชี", "sign": "minus is out", "counterparty": "บัญชีคู่รายการ", "counterparty_bank": "ธนาคารคู่บัญชี"}),
    Export("th_month_names", csv(THAI, *rows_of(lambda n: thai(n, when=thai_day(n, "{d} พ.ย. {yy}") + f" {at(n):%H:%M} น."))), MEANING, time={"calendar": "buddhist", "format": "%d %b %y %H:%M น."}),
    Export("th_cp874", csv(THAI, *rows_of(thai), encoding="cp874"), MEANING, time=BUDDHIST, encoding="cp874"),
    Export("th_utf16_tabs", csv(THAI, *rows_of(thai), encoding="utf-16", delimiter="\t"), MEANING, time=BUDDHIST, delimiter="\t"),
    Export("th_excel", workbook(*TITLE, THAI, *rows_of(sheet_row)), MEANING, header=4),
    Export("th_excel_cover", workbook(THAI, *rows_of(sheet_row), first=[["ธนาคารกรุงไทย"], ["จัดทำโดย", "ฝ่ายสอบสวน"]]), MEANING),
    Export("th_excel_split", workbook(WITH_CLOCK, *rows_of(lambda n: [thai(n)[0], at(n).date(), time(n % 24, 5, 7), *thai(n)[2:6], 1000 + n, "โอน"])), MEANING | {"time": ["วันที่", "เวลา"]}),
    Export("th_total", csv(THAI, *rows_of(thai), ["รวม", "", "", "", "", "", "126,375.00", ""]), MEANING, time=BUDDHIST),
    Export("both_languages", csv(["วันเวลา/Date-Time", "ธนาคารต้นทาง/From Bank", "เลขที่บัญชีต้นทาง/From A/C", "ธนาคารปลายทาง/To Bank", "เลขที่บัญชีปลายทาง/To A/C", "จำนวนเงิน/Amount (THB)", "เลขที่รายการ/Txn No."], *rows_of(lambda n: [thai(n)[at_] for at_ in (1, 2, 3, 4, 5, 6, 0)])),
           {"time": "วันเวลา/Date-Time", "payer_bank": "ธนาคารต้นทาง/From Bank", "payer": "เลขที่บัญชีต้นทาง/From A/C", "payee_bank": "ธนาคารปลายทาง/To Bank", "payee": "เลขที่บัญชีปลายทาง/To A/C", "amount": "จำนวนเงิน/Amount (THB)", "record_id": "เลขที่รายการ/Txn No."}, time=BUDDHIST),
    Export("ibm_aml", csv(IBM, *rows_of(ibm)), {"time": "Timestamp", "payer_bank": "From Bank", "payer": "Account#1", "payee_bank": "To Bank", "payee": "Account#2", "amount": "Amount Paid", "currency": "Payment Currency", "channel": "Payment Format"}, time={"format": "%Y/%m/%d %H:%M"}),
    Export("paysim", csv(PAYSIM, *rows_of(paysim)), {"time": "step", "channel": "type", "amount": "amount", "payer": "nameOrig", "payee": "nameDest"}),
    Export("saml_d", csv(SAML, *rows_of(saml)), {"time": ["Date", "Time"], "payer": "Sender_account", "payee": "Receiver_account", "amount": "Amount", "currency": "Payment_currency", "channel": "Payment_type"}),
    Export("berka", csv(BERKA, *rows_of(berka), delimiter=";"), {"record_id": "trans_id", "time": "date", "amount": "amount", "channel": "operation"}, time={"format": "%y%m%d", "century": 1900},
           direction={"account_column": "account_id", "column": "type", "out": ["VYDAJ"], "in": ["PRIJEM"], "counterparty": "account", "counterparty_bank": "bank"}, delimiter=";"),
    Export("amlsim", csv(["sourceNodeId", "targetNodeId", "value", "time"], *rows_of(lambda n: [str(n % 9), str(n % 13 + 20), f"{163.3 + n}", str(1 + n // 8)])), {"payer": "sourceNodeId", "payee": "targetNodeId", "amount": "value", "time": "time"}),
    Export("en_statement", csv(["Account Number: 00-12-345678"], ["Transaction Date", "Value Date", "Description", "Reference", "Debit", "Credit", "Balance"], *rows_of(english)), {"time": "Transaction Date", "record_id": "Reference"}, header=2,
           time={"format": "%d-%b-%Y"}, direction={"account": "00-12-345678", "out": "Debit", "in": "Credit"}),
    Export("en_us_dates", csv(["Payment ID", "Payment Date", "Sending Bank", "Sender Acct No", "Receiving Bank", "Beneficiary Account No.", "Amount", "Ccy"], *rows_of(payments)),
           {"record_id": "Payment ID", "time": "Payment Date", "payer_bank": "Sending Bank", "payer": "Sender Acct No", "payee_bank": "Receiving Bank", "payee": "Beneficiary Account No.", "amount": "Amount", "currency": "Ccy"}, time={"format": "%m/%d/%Y %I:%M %p"}),
    Export("decimal_comma", csv(["id", "booking_time", "debtor_bic", "debtor_iban", "creditor_bic", "creditor_iban", "amount", "currency"], *rows_of(decimal_comma), delimiter=";"),
           {"record_id": "id", "time": "booking_time", "payer_bank": "debtor_bic", "payer": "debtor_iban", "payee_bank": "creditor_bic", "payee": "creditor_iban", "amount": "amount", "currency": "currency"}, time={"format": "%d.%m.%Y %H:%M:%S"}, delimiter=";"),
    Export("json_lines", lines(*(events(n) for n in range(ROWS))), {"record_id": "transactionId", "time": "createdAt", "payer_bank": "debtorBank", "payer": "debtorAccount", "payee_bank": "creditorBank", "payee": "creditorAccount", "amount": "amount", "currency": "currency"}),
    Export("th_calls", csv(["เบอร์ต้นทาง", "เบอร์ปลายทาง", "วันเวลาที่โทร", "ระยะเวลา (วินาที)", "รหัสเซลล์", "IMEI"], *rows_of(calls)), {"from": "เบอร์ต้นทาง", "to": "เบอร์ปลายทาง", "time": "วันเวลาที่โทร", "duration_s": "ระยะเวลา (วินาที)", "cell": "รหัสเซลล์", "imei": "IMEI"}, table="calls", time=BUDDHIST),
    Export("th_holders", csv(["รหัสลูกค้า", "ประเภท", "ช่วงอายุ", "จังหวัด", "สัญชาติ", "เพศ"], *rows_of(customers)), {"record_id": "รหัสลูกค้า", "kind": "ประเภท", "age_band": "ช่วงอายุ", "province": "จังหวัด"}, table="holders"),
    Export("en_balances", csv(["Bank Code", "Account No", "As Of Date", "Ledger Balance", "Available Balance"], *rows_of(lambda n: [CODES[n % 3], f"00{10**8 + n}", f"{at(n):%Y-%m-%d %H:%M:%S}", f"{1000 + n}.50", f"{900 + n}.50"])),
           {"bank": "Bank Code", "account": "Account No", "time": "As Of Date", "amount": "Ledger Balance", "available": "Available Balance"}, table="balances"),
)  # fmt: skip
