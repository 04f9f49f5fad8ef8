"""Messages of ISO 20022 beside pacs.008: as transfers, balances and returns, and named for what they are."""

import re
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from tests.records import iso, payments
from tests.records.iso import account, balance, booked, details, statement
from tests.records.payments import uetr, write
from tests.records.reading import again, csv_file, mapping, read, transfer
from warroom.errors import RecordsError

BOOKED_AT = datetime(2026, 11, 20, 1, 5, tzinfo=UTC)
CREATED_AT = datetime(2026, 11, 20, 2, tzinfo=UTC)
ZONE = '[time]\nzone = "Asia/Bangkok"\n'


def test_a_rejection_is_read_as_a_return_of_kind_rejected_and_other_statuses_change_nothing(
    tmp_path: Path,
) -> None:
    text = iso.statuses(iso.status(uetr(1)), iso.status(uetr(2), "ACSC"), iso.status(uetr(3), "ACCP"))
    found = read(write(tmp_path / "file.xml", text), "returns")
    (row,) = found.rows
    assert (row["kind"], row["uetr"], row["time"]) == ("rejected", uetr(1), CREATED_AT)
    assert (row["reason"], row["text"], row["amount"]) == ("AC04", "closed", None)
    assert found.rejects == []
    assert found.notes == [
        "Passed over: ACCP 1, ACSC 1. What is told as accepted or on its way changes nothing."
    ]


def test_without_a_uetr_a_rejection_names_its_payment_by_the_other_references(tmp_path: Path) -> None:
    entry = iso.status("E2E-1", name="OrgnlEndToEndId").replace(
        "<TxSts>", "<OrgnlTxId>TX-1</OrgnlTxId><TxSts>"
    )
    (row,) = read(write(tmp_path / "file.xml", iso.statuses(entry)), "returns").rows
    assert (row["uetr"], row["end_to_end_id"], row["transfer_id"]) == (None, "E2E-1", "TX-1")


def test_the_status_of_a_whole_message_is_that_of_the_payments_it_names(tmp_path: Path) -> None:
    entry = iso.status(uetr(1)).replace("<TxSts>RJCT</TxSts>", "")
    group = "<GrpSts>RJCT</GrpSts>"
    path = write(tmp_path / "file.xml", iso.statuses(entry, group=group))
    assert read(path, "returns").column("kind") == ["rejected"]
    with pytest.raises(RecordsError, match="rejects a whole message and names none of its payments"):
        read(write(tmp_path / "file.xml", iso.statuses(group=group)), "returns")


def test_a_return_says_what_went_back(tmp_path: Path) -> None:
    (row,) = read(write(tmp_path / "file.xml", iso.returned(uetr(1))), "returns").rows
    assert (row["record_id"], row["kind"], row["uetr"]) == ("MSG-1/R-1", "returned", uetr(1))
    assert (row["amount"], row["currency"], row["reason"]) == (Decimal("200.00"), "THB", "AC04")
    assert (row["end_to_end_id"], row["transfer_id"]) == ("E2E-1", None)


def test_an_accepted_recall_is_a_return_and_a_refused_one_changes_nothing(tmp_path: Path) -> None:
    (row,) = read(write(tmp_path / "file.xml", iso.resolution(uetr(1))), "returns").rows
    assert (row["kind"], row["uetr"], row["amount"]) == ("returned", uetr(1), None)
    refused = read(write(tmp_path / "file.xml", iso.resolution(uetr(1), "RJCR")), "returns")
    assert (refused.rows, refused.notes[0][:19]) == ([], "Passed over: RJCR 1")


def test_an_answer_to_an_order_of_ours_is_no_return(tmp_path: Path) -> None:
    text = iso.resolution(uetr(1)).replace("<Id>C-1</Id>", "<Id>WR26112711DA91BE1436419D7543</Id>")
    found = read(write(tmp_path / "file.xml", text), "returns")
    assert (found.rows, [each.code for each in found.rejects]) == ([], ["our_order"])
    assert "put the file into the inbox" in found.rejects[0].reason


def test_a_recall_is_kept_as_what_it_is(tmp_path: Path) -> None:
    (row,) = read(write(tmp_path / "file.xml", iso.recall(uetr(1))), "returns").rows
    assert (row["kind"], row["uetr"], row["amount"], row["reason"]) == (
        "recalled",
        uetr(1),
        Decimal("1500.00"),
        "FRAD",
    )


@pytest.mark.parametrize(
    ("amount", "code"),
    [("12345678901234567", "digits"), ("123456789012345678.9", "schema"), ("0.00", "not_positive")],
)
def test_an_amount_that_cannot_be_is_set_aside(tmp_path: Path, amount: str, code: str) -> None:
    found = read(write(tmp_path / "file.xml", iso.returned(uetr(1), amount)), "returns")
    assert [each.code for each in found.rejects] == [code]
    assert again(tmp_path, found.rejects, table="returns").codes[0][2] == code


@pytest.mark.parametrize("name", iso.MESSAGES)
def test_a_statements_entries_are_transfers_of_its_account(tmp_path: Path, name: str) -> None:
    entries = (
        booked("CRDT", "1500.00", details("E1", debtor="555", creditor="111")),
        booked("DBIT", "900.00", details("E2", creditor="777"), number="B-2"),
    )
    text = statement([account("111", *entries, group=iso.MESSAGES[name][2])], name)
    found = read(write(tmp_path / "file.xml", text))
    assert found.rejects == []
    first, second = found.rows
    assert (first["payer_bank"], first["payer"]) == ("KBANK", "555")
    assert (first["payee_bank"], first["payee"]) == ("BBL", "111")
    assert (first["time"], first["amount"], first["currency"]) == (BOOKED_AT, Decimal("1500.00"), "THB")
    assert (second["payer"], second["payee"], second["end_to_end_id"]) == ("111", "777", "E2")
    assert first["record_id"] != second["record_id"]


def test_each_payment_of_an_entry_is_a_transfer(tmp_path: Path) -> None:
    several = (details(f"E{n}", creditor=f"70{n}", amount=f"{n}00.00") for n in (1, 2, 3))
    entries = (booked("DBIT", "600.00", *several), booked("DBIT", "50.00", details("E4", creditor="704")))
    found = read(write(tmp_path / "file.xml", statement([account("111", *entries)])))
    assert found.column("amount") == [Decimal(n) for n in ("100.00", "200.00", "300.00", "50.00")]
    assert found.column("line") == [1, 1, 1, 2]
    assert len(set(found.column("record_id"))) == 4


def test_payments_without_a_reference_never_correct_each_other(tmp_path: Path) -> None:
    one = details("E1", creditor="701", amount="100.00").replace(
        "<EndToEndId>E1</EndToEndId><TxId>E1</TxId>", ""
    )
    entry = booked("DBIT", "200.00", one, one)
    found = read(write(tmp_path / "file.xml", statement([account("111", entry)])))
    assert len(set(found.column("record_id"))) == 2


def test_every_account_of_a_message_speaks_for_its_own_entries(tmp_path: Path) -> None:
    text = statement(
        [
            account("111", booked("CRDT", "10.00", details("E1", debtor="555"))),
            account("112", balance("CLBD", "5.00", "<Dt>2026-11-20</Dt>")),
            account("113", booked("CRDT", "20.00", details("E2", debtor="555"))),
        ]
    )
    assert read(write(tmp_path / "file.xml", text)).column("payee") == ["111", "113"]


SET_ASIDE = {
    "back": booked("DBIT", "10.00", details("E1", creditor="555"), reversal="yes"),
    "pending": booked("DBIT", "10.00", details("E1", creditor="555"), status="PDNG"),
    "other_side": booked("DBIT", "10.00"),
    "mixed": booked(
        "DBIT",
        "10.00",
        details("E1", creditor="555", amount="4.00"),
        details("E2", creditor="556", amount="6.00", currency="USD"),
    ),
}


@pytest.mark.parametrize("code", SET_ASIDE)
def test_an_entry_that_is_no_whole_payment_is_set_aside_with_what_to_do(tmp_path: Path, code: str) -> None:
    good = booked("CRDT", "10.00", details("E9", debtor="555"), number="B-9")
    text = statement([account("111", SET_ASIDE[code], good)])
    found = read(write(tmp_path / "file.xml", text))
    assert [(each.line, each.code) for each in found.rejects] == [(1, code)]
    assert len(found.rows) == (2 if code == "mixed" else 1)
    assert [each.code for each in again(tmp_path, found.rejects).rejects] == [code]


def test_a_statement_that_names_no_bank_takes_the_declared_one(tmp_path: Path) -> None:
    entry = booked("CRDT", "10.00", details("E1", debtor="555"))
    path = write(tmp_path / "file.xml", statement([account("111", entry, bank="")]))
    assert [each.code for each in read(path).rejects] == ["own_bank"]
    declared = mapping(tmp_path, '[direction]\nbank = "BANKA"\n')
    assert read(path, mapping=declared).column("payee_bank") == ["BANKA"]
    with pytest.raises(RecordsError, match="bank alone is enough only for statements of ISO 20022"):
        read(csv_file(tmp_path, transfer()), mapping=declared)


def test_cash_has_no_other_account(tmp_path: Path) -> None:
    text = statement([account("111", booked("DBIT", "10.00", family="CWDL"))])
    (row,) = read(write(tmp_path / "file.xml", text)).rows
    assert (row["channel"], row["payer"], row["payee"], row["payee_bank"]) == (
        "cash",
        "111",
        "CASH",
        "BBL",
    )


def test_an_entry_that_takes_a_payment_back_is_a_return(tmp_path: Path) -> None:
    entries = (SET_ASIDE["back"], booked("CRDT", "10.00", details("E9", debtor="555")))
    found = read(write(tmp_path / "file.xml", statement([account("111", *entries)])), "returns")
    (row,) = found.rows
    assert (row["kind"], row["end_to_end_id"], row["transfer_id"]) == ("returned", "E1", "E1")
    assert (row["amount"], row["time"]) == (Decimal("10.00"), BOOKED_AT)
    assert found.notes[0].startswith("Passed over: payments 1.")


def test_booked_balances_are_read_at_the_end_of_their_day(tmp_path: Path) -> None:
    parts = (
        balance("OPBD", "100.00", "<Dt>2026-11-20</Dt>"),
        balance("CLBD", "40.00", "<Dt>2026-11-20</Dt>", "DBIT"),
        balance("ITBD", "70.00", "<DtTm>2026-11-20T12:00:00+07:00</DtTm>"),
        balance("CLAV", "60.00", "<Dt>2026-11-20</Dt>"),
        booked("CRDT", "10.00", details("E1", debtor="555")),
    )
    found = read(
        write(tmp_path / "file.xml", statement([account("111", *parts)])), "balances", mapping(tmp_path, ZONE)
    )
    assert found.column("amount") == [Decimal("100.00"), Decimal("-40.00"), Decimal("70.00")]
    assert found.column("time") == [
        datetime(2026, 11, 19, 16, 59, 59, 999999, tzinfo=UTC),
        datetime(2026, 11, 20, 16, 59, 59, 999999, tzinfo=UTC),
        datetime(2026, 11, 20, 5, tzinfo=UTC),
    ]
    assert (found.rows[0]["bank"], found.rows[0]["account"]) == ("BBL", "111")
    assert found.notes == ["Passed over: CLAV 1. What is expected or may be drawn is no booked balance."]


def test_days_without_a_time_are_told(tmp_path: Path) -> None:
    entries = (
        booked("CRDT", "10.00", details("E1", debtor="555"), when="<Dt>2026-11-20</Dt>"),
        booked("CRDT", "20.00", details("E2", debtor="555")),
    )
    path = write(tmp_path / "file.xml", statement([account("111", *entries)]))
    assert [each.code for each in read(path).rejects] == ["no_zone"]
    found = read(path, mapping=mapping(tmp_path, ZONE))
    assert found.column("time")[0] == datetime(2026, 11, 19, 17, tzinfo=UTC)
    assert found.notes[0].startswith("LOOK: 1 payment names a day and no time of day")


def test_a_transfer_between_banks_is_a_transfer_where_it_covers_a_customers_payment(tmp_path: Path) -> None:
    covered = read(write(tmp_path / "file.xml", iso.between_banks(uetr(1), iso.UNDERLYING)))
    (row,) = covered.rows
    assert (row["payer"], row["payee"], row["uetr"]) == ("111", "222", uetr(1))
    own = read(write(tmp_path / "file.xml", iso.between_banks(uetr(1))))
    assert own.rows == []
    assert [each.code for each in own.rejects] == ["between_banks"]
    assert "transfer of banks for themselves" in own.rejects[0].reason


def test_what_customers_asked_for_counts_only_where_the_bank_says_that_it_has_paid(tmp_path: Path) -> None:
    path = write(tmp_path / "file.xml", iso.instructed(iso.instruction(1), iso.instruction(2)))
    with pytest.raises(RecordsError, match=r"pain\.001 .* whether the bank paid"):
        read(path)
    found = read(path, mapping=mapping(tmp_path, f"[file]\nexecuted = true\n{ZONE}"))
    assert found.column("payer") == ["111", "111"]
    assert found.column("payee") == ["2221", "2222"]
    assert found.column("amount") == [Decimal("100.00"), Decimal("200.00")]


@pytest.mark.parametrize(
    ("text", "table", "says"),
    [
        (iso.returned(uetr(1)), "transfers", "pacs.004 (payments that are returned): 'warroom ingest returns FILE'."),
        (
            statement([account("111")]),
            "reports",
            "camt.053 (a statement): 'warroom ingest transfers FILE' or 'warroom ingest balances FILE' or "
            "'warroom ingest returns FILE'.",
        ),
        (iso.document("admi.002.001.01", "x", ""), "transfers", "admi.002 (a rejection of a message), and no table takes it"),
        (iso.document("seev.031.001.09", "x", ""), "transfers", "seev.031 (events of securities), and no table"),
        (
            '<AppHdr xmlns="urn:iso:std:iso:20022:tech:xsd:head.001.001.02"/>',
            "transfers",
            "head.001 (the header of a message, without the message)",
        ),
        ("<Document><PmtRtr><GrpHdr/></PmtRtr></Document>", "returns", "pacs.004 (payments that are returned) without its namespace"),
    ],
)  # fmt: skip
def test_any_other_message_is_named_for_what_it_is(tmp_path: Path, text: str, table: str, says: str) -> None:
    with pytest.raises(RecordsError) as refused:
        read(write(tmp_path / "file.xml", text), table)
    assert says in str(refused.value)


@pytest.mark.parametrize("shape", ["{}", "[{}]"])
@pytest.mark.parametrize(
    ("text", "name"),
    [
        ('{"TxTp": "pacs.002.001.12", "FIToFIPmtSts": {"GrpHdr": {}}}', "pacs.002"),
        ('{\n  "FIToFICstmrCdtTrf": {\n    "GrpHdr": {}}}', "pacs.008"),
    ],
)
def test_a_message_in_json_is_named(tmp_path: Path, text: str, name: str, shape: str) -> None:
    path = write(tmp_path / "file.json", shape.replace("{}", text, 1))
    with pytest.raises(RecordsError, match=rf"is {name} .* in JSON; the message is read in XML"):
        read(path)


def test_a_namespace_that_is_declared_and_not_used_is_the_messages(tmp_path: Path) -> None:
    text = payments.message([payments.entry(1), payments.entry(2)]).replace("xmlns=", "xmlns:Doc=")
    found = read(write(tmp_path / "file.xml", f"<Payload>{text[text.index('<Document') :]}</Payload>"))
    assert (len(found.rows), found.rejects) == (2, [])
    assert "its elements have no namespace" in found.notes[0]


@pytest.mark.parametrize("version", range(1, 14))
def test_every_version_of_pacs_008_is_read(tmp_path: Path, version: int) -> None:
    text = payments.message(
        [payments.entry(5)], namespace=f"urn:iso:std:iso:20022:tech:xsd:pacs.008.001.{version:02d}"
    )
    text = text if version > 7 else text.replace(f"<UETR>{uetr(5)}</UETR>", "")
    if version == 1:
        text = text.replace("FIToFICstmrCdtTrf", "pacs.008.001.01").replace("Othr>", "PrtryAcct>")
        text = text.replace("<MmbId>", "<Id>").replace("</MmbId>", "</Id>")
    if version == 13:
        text = text.replace("<AccptncDtTm>", "<AddtlDtTm><AccptncDtTm>")
        text = text.replace("</AccptncDtTm>", "</AccptncDtTm></AddtlDtTm>")
    text = text if version > 2 else text.replace("BICFI", "BIC")
    found = read(write(tmp_path / "file.xml", text))
    assert [each.reason for each in found.rejects] == []
    assert (found.rows[0]["payer"], found.rows[0]["payer_bank"]) == ("10000005", "004")


def test_a_uetr_used_twice_by_mistake_loses_no_payment_and_a_payment_sent_twice_is_one(
    tmp_path: Path,
) -> None:
    other = payments.entry(2).replace(uetr(2), uetr(1))
    leg = payments.entry(1, amount="1490.00")
    text = payments.message([payments.entry(1), other, leg, payments.entry(1), payments.entry(3)])
    found = read(write(tmp_path / "file.xml", text))
    assert found.column("uetr") == [uetr(1)] * 4 + [uetr(3)]
    first, mistake, charged, again, _ = found.column("record_id")
    assert first == again == uetr(1)
    assert len({first, mistake, charged}) == 3


def test_a_statement_that_is_cut_off_keeps_its_whole_entries(tmp_path: Path) -> None:
    entries = (
        booked("CRDT", f"{n}.00", details(f"E{n}", debtor="555"), number=f"B-{n}") for n in range(1, 5)
    )
    text = statement([account("111", *entries)])
    found = read(write(tmp_path / "file.xml", text[: text.index("<EndToEndId>E3")]))
    assert found.column("end_to_end_id") == ["E1", "E2"]
    assert [each.code for each in found.rejects] == ["xml"]


def test_a_document_type_definition_is_refused_in_any_message(tmp_path: Path) -> None:
    text = '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + iso.returned(uetr(1))
    with pytest.raises(RecordsError, match="document type definition, which is refused"):
        read(write(tmp_path / "file.xml", text), "returns")


DAMAGE = {
    "the account": ("<Acct><Id><Othr><Id>112", "<Acct<Id><Othr><Id>112"),
    "the statement": ("</Stmt><Stmt>", "</Stmt><Smt>"),
    "the entry before": ("</Ntry></Stmt>", "</Nty></Stmt>"),
    "the entry after": ("</Acct><Ntry>", "</Acct><Nty>"),
    "both": ("</Ntry></Stmt><Stmt>", "</Stmt><Stmt>"),
}


@pytest.mark.parametrize("place", DAMAGE)
@pytest.mark.parametrize("table", ["transfers", "balances"])
def test_an_entry_whose_account_cannot_be_told_is_nobodys(tmp_path: Path, place: str, table: str) -> None:
    day = "<Dt>2026-11-20</Dt>"
    text = statement(
        [
            account(
                "111", booked("CRDT", "10.00", details("E1", debtor="555")), balance("CLBD", "1.00", day)
            ),
            account(
                "112",
                *(booked("CRDT", "20.00", details(f"E{n}", debtor="555"), number=f"B{n}") for n in (2, 3)),
                balance("CLBD", "2.00", day),
            ),
        ]
    ).replace("</Ntry><Bal>", "</Ntry>\n<Bal>")
    if table == "transfers":
        text = re.sub(r"\n<Bal>.*?</Bal>", "", text)
    old, new = DAMAGE[place]
    before, found_it, after = text.rpartition(old)
    assert found_it or table == "balances"
    damaged = before + (new if found_it else "") + after
    found = read(write(tmp_path / "file.xml", damaged), table, mapping(tmp_path, ZONE))
    ours = {"transfers": ("payee", "end_to_end_id"), "balances": ("account", "amount")}[table]
    told = {(row[ours[0]], str(row[ours[1]])) for row in found.rows}
    assert told <= {("111", "E1"), ("112", "E2"), ("112", "E3"), ("111", "1.00"), ("112", "2.00")}


@pytest.mark.parametrize("name", ["idna", "undefined", "punycode", "unicode_escape", "klingon"])
def test_an_encoding_that_is_none_of_a_text_is_named(tmp_path: Path, name: str) -> None:
    text = Path("examples/bank-b.xml").read_text()
    path = tmp_path / "message.xml"
    path.write_text(text.replace('encoding="UTF-8"', f'encoding="{name}"'))
    assert name in path.read_text()
    with pytest.raises(RecordsError, match=f"declares the encoding {name}, which is unknown"):
        read(path)
