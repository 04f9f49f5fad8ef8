"""Payment messages: whole entries are accepted, broken ones set aside alone with their element and reason."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from lxml import etree

from tests.records import payments
from tests.records.payments import entry, header, message, uetr, write
from tests.records.reading import again, mapping, read
from warroom.errors import RecordsError
from warroom.records.iso20022 import split
from warroom.records.iso20022.schema import MessageShape, build_schema, list_schema_errors

SHAPE = MessageShape(payments.NAMESPACE, "GrpHdr", "CdtTrfTxInf")


def _swap(old: str, new: str) -> Callable[[str], str]:
    def change(text: str) -> str:
        assert old in text
        return text.replace(old, new)

    return change


AMOUNT = '<IntrBkSttlmAmt Ccy="THB">1500.00</IntrBkSttlmAmt>'
BROKEN: dict[str, tuple[Callable[[str], str], str]] = {
    "no end-to-end id": (_swap("<EndToEndId>E2E-5</EndToEndId>", ""), "PmtId/TxId"),
    "no payment id": (
        lambda text: text[: text.index("<PmtId>")] + text[text.index("</PmtId>") + 8 :],
        "IntrBkSttlmAmt",
    ),
    "no amount": (_swap(AMOUNT, ""), "IntrBkSttlmDt"),
    "no charge bearer": (_swap("<ChrgBr>SLEV</ChrgBr>", ""), "Dbtr"),
    "no debtor": (_swap("<Dbtr><Nm>Payer 5</Nm></Dbtr>", ""), "DbtrAcct"),
    "no creditor agent": (
        _swap("<CdtrAgt><FinInstnId><BICFI>BKKBTHBK</BICFI></FinInstnId></CdtrAgt>", ""),
        "Cdtr",
    ),
    "a BIC of eleven signs too many": (_swap("BKKBTHBK", "BKKBTHBKXXXX"), "CdtrAgt/FinInstnId/BICFI"),
    "a broken IBAN": (_swap("<Othr><Id>20000005</Id></Othr>", "<IBAN>1234</IBAN>"), "CdtrAcct/Id/IBAN"),
    "a UETR that is no UUID 4": (_swap(uetr(5), uetr(5).replace("-4", "-1")), "PmtId/UETR"),
    "a currency in small letters": (_swap('"THB"', '"thb"'), "IntrBkSttlmAmt"),
    "an id of 36 signs": (_swap("TX-5", "T" * 36), "PmtId/TxId"),
    "a negative amount": (_swap("1500.00", "-1500.00"), "IntrBkSttlmAmt"),
    "not a number": (_swap("1500.00", "NaN"), "IntrBkSttlmAmt"),
    "20 digits": (_swap("1500.00", "12345678901234567890"), "IntrBkSttlmAmt"),
    "six decimals": (_swap("1500.00", "1500.000001"), "IntrBkSttlmAmt"),
    "an unknown element": (_swap("<ChrgBr>", "<Sex>F</Sex><ChrgBr>"), "Sex"),
    "a bad date": (_swap("<IntrBkSttlmDt>2026-11-20", "<IntrBkSttlmDt>2026-02-30"), "IntrBkSttlmDt"),
    "two accounts in one": (
        _swap("<Othr><Id>20000005</Id></Othr>", "<IBAN>TH12AB</IBAN><Othr><Id>1</Id></Othr>"),
        "CdtrAcct/Id/Othr",
    ),
    "elements in another order": (_swap("<ChrgBr>SLEV</ChrgBr>", ""), "Dbtr"),
}
REFUSED: dict[str, tuple[Callable[[str], str], tuple[str, str]]] = {
    "a zero amount": (_swap("1500.00", "0.00"), ("amount", "not_positive")),
    "three decimals": (_swap("1500.00", "1500.001"), ("amount", "decimals")),
    "no payer account": (
        _swap("<DbtrAcct><Id><Othr><Id>10000005</Id></Othr></Id></DbtrAcct>", ""),
        ("payer", "no_account"),
    ),
    "an account that is not provided": (
        _swap("<Othr><Id>20000005</Id></Othr>", "<Othr><Id>NOTPROVIDED</Id></Othr>"),
        ("payee", "placeholder"),
    ),
    "a time without zone": (_swap("T08:05:00+07:00", "T08:05:00"), ("time", "no_zone")),
    "a Buddhist year": (_swap("<AccptncDtTm>2026", "<AccptncDtTm>2569"), ("time", "buddhist")),
    "a time in the future": (_swap("<AccptncDtTm>2026", "<AccptncDtTm>2027"), ("time", "future")),
    "an agent without a name": (
        _swap("<BICFI>BKKBTHBK</BICFI>", "<Nm>Bank</Nm>"),
        ("payee_bank", "required"),
    ),
}


def _published() -> etree.XMLSchema:
    path = Path(os.environ.get("WARROOM_SHARED", "../shared")) / "data/standards/pacs.008.001.08.xsd"
    if not path.exists():
        pytest.skip("WARROOM_SHARED with data/standards/pacs.008.001.08.xsd is absent")
    return etree.XMLSchema(etree.parse(path))


def test_a_payment_is_read_as_a_transfer(tmp_path: Path) -> None:
    found = read(write(tmp_path / "file.xml", message([entry(5)])))
    assert found.rejects == []
    row = found.rows[0]
    assert row["record_id"] == row["uetr"] == uetr(5)
    assert (row["payer_bank"], row["payer"]) == ("004", "10000005")
    assert (row["payee_bank"], row["payee"]) == ("BBL", "20000005")
    assert (str(row["amount"]), row["currency"], row["channel"]) == ("1500.00", "THB", "transfer")
    assert (row["end_to_end_id"], row["purpose"], row["line"]) == ("E2E-5", "GDDS", 1)
    assert row["time"] == datetime(2026, 11, 20, 1, 5, tzinfo=UTC)


def test_what_is_not_given_is_null_or_taken_from_the_header(tmp_path: Path) -> None:
    bare = entry(5).replace("E2E-5", "NOTPROVIDED").replace(f"<UETR>{uetr(5)}</UETR>", "")
    bare = bare.replace("<AccptncDtTm>2026-11-20T08:05:00+07:00</AccptncDtTm>", "").replace(
        "<TxId>TX-5</TxId>", ""
    )
    head = header(1, batch="<BtchBookg>true</BtchBookg>")
    row = read(write(tmp_path / "file.xml", message([bare], head=head))).rows[0]
    assert (row["record_id"], row["uetr"], row["end_to_end_id"]) == (None, None, None)
    assert row["time"] == datetime(2026, 11, 20, 2, tzinfo=UTC)
    assert row["channel"] == "batch"


def test_an_iban_is_an_account_and_a_missing_uetr_leaves_the_transaction_id(tmp_path: Path) -> None:
    text = entry(5).replace("<Othr><Id>20000005</Id></Othr>", "<IBAN>DE02120300000000202051</IBAN>")
    row = read(write(tmp_path / "file.xml", message([text.replace(f"<UETR>{uetr(5)}</UETR>", "")]))).rows[0]
    assert (row["payee"], row["record_id"]) == ("DE02120300000000202051", "TX-5")


@pytest.mark.parametrize("case", BROKEN)
def test_an_entry_that_breaks_the_schema_is_set_aside_with_its_element(tmp_path: Path, case: str) -> None:
    change, element = BROKEN[case]
    found = read(write(tmp_path / "file.xml", message([entry(4), change(entry(5)), entry(6)])))
    assert found.codes == [(2, element, "schema")]
    assert found.column("line") == [1, 3]
    assert element.split("/")[-1] in found.rejects[0].reason


@pytest.mark.parametrize("case", REFUSED)
def test_an_entry_that_follows_the_schema_may_still_be_no_transfer(tmp_path: Path, case: str) -> None:
    change, (column, code) = REFUSED[case]
    found = read(write(tmp_path / "file.xml", message([entry(4), change(entry(5)), entry(6)])))
    assert found.codes == [(2, column, code)]


def test_of_a_thousand_entries_seventeen_broken_ones_are_set_aside(tmp_path: Path) -> None:
    changes = [change for change, _ in [*BROKEN.values(), *REFUSED.values()]][:17]
    entries = [entry(number) for number in range(1, 1001)]
    places = [17 + 57 * number for number in range(17)]
    for place, change in zip(places, changes, strict=True):
        entries[place] = change(entry(5))
    found = read(write(tmp_path / "file.xml", message(entries)))
    assert len(found.rows) == 983
    assert [each.line for each in found.rejects] == [place + 1 for place in places]
    assert all(each.column and each.reason for each in found.rejects)


@pytest.mark.shared
def test_our_rules_are_the_published_schemas(tmp_path: Path) -> None:
    published, ours = _published(), build_schema(SHAPE)
    changes = [lambda text: text, *(change for change, _ in [*BROKEN.values(), *REFUSED.values()])]
    for change in changes:
        document = etree.fromstring(message([change(entry(5))]).encode())
        alone = etree.fromstring(etree.tostring(document[0][-1]))
        assert ours.validate(alone) == published.validate(document), change(entry(5))


@pytest.mark.parametrize("version", ["02", "06", "08", "09", "10", "12"])
def test_other_versions_are_checked_by_their_own_rules(tmp_path: Path, version: str) -> None:
    text = message([entry(5)], namespace=f"urn:iso:std:iso:20022:tech:xsd:pacs.008.001.{version}")
    if version in ("02", "06"):
        text = text.replace(f"<UETR>{uetr(5)}</UETR>", "")
    if version == "02":
        text = text.replace("BICFI", "BIC")
    assert len(read(write(tmp_path / "file.xml", text)).rows) == 1


def test_prefixes_and_a_business_envelope_are_understood(tmp_path: Path) -> None:
    plain = message([entry(5), entry(6)]).split("?>\n")[1].replace(f' xmlns="{payments.NAMESPACE}"', "")
    prefixed = plain.replace("</", "\0").replace("<", "<p:").replace("\0", "</p:")
    text = f'<Envelope xmlns:p="{payments.NAMESPACE}"><AppHdr><Fr>x</Fr></AppHdr>{prefixed}</Envelope>'
    found = read(write(tmp_path / "file.xml", text))
    assert found.rejects == []
    assert len(found.rows) == 2


@pytest.mark.parametrize("encoding", ["utf-16", "windows-874", "iso-8859-1"])
def test_other_encodings_are_read(tmp_path: Path, encoding: str) -> None:
    name = "é" if encoding == "iso-8859-1" else "ก"
    text = message([entry(5).replace("GDDS", "GDDS").replace("<Cd>GDDS</Cd>", f"<Prtry>{name}</Prtry>")])
    path = tmp_path / "file.xml"
    path.write_bytes(
        text.replace("UTF-8", encoding).encode("cp874" if encoding == "windows-874" else encoding)
    )
    assert read(path).column("purpose") == [name]


def test_a_file_that_is_not_well_formed_loses_only_the_broken_fragments(tmp_path: Path) -> None:
    entries = [entry(number) for number in range(1, 11)]
    entries[1] = entries[1].replace("</ChrgBr>", "")
    entries[3] = entries[3].replace("</CdtTrfTxInf>", "")
    entries[5] = entries[5].replace("<CdtTrfTxInf>", "<CdtTrfTxIn>")
    entries[7] = entries[7].replace("<ChrgBr>", "<!-- never closed <ChrgBr>")
    entries[8] = entries[8].replace("GDDS", "&boom;")
    found = read(write(tmp_path / "file.xml", message(entries)))
    assert [each.code for each in found.rejects] == ["xml"] * 5
    assert found.column("end_to_end_id") == [f"E2E-{number}" for number in (1, 3, 5, 7, 10)]
    assert "line 29" in found.rejects[0].reason
    assert again(tmp_path, found.rejects[:1]).codes == [(1, "", "xml")]


def test_a_cut_file_keeps_its_whole_entries(tmp_path: Path) -> None:
    text = message([entry(number) for number in range(1, 11)])
    found = read(write(tmp_path / "file.xml", text[: text.index("E2E-8")]))
    assert len(found.rows) == 7
    assert found.codes == [(8, "", "xml")]
    assert found.notes == ["The group header announces 10 entries; the file has 8."]


def test_entries_within_comments_are_no_entries(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(split, "CHUNK", 500)
    text = message([entry(1), f"<!-- {entry(2)} {entry(3)} -->", entry(4)])
    found = read(write(tmp_path / "file.xml", text))
    assert found.rejects == []
    assert found.column("end_to_end_id") == ["E2E-1", "E2E-4"]


def test_text_between_entries_is_set_aside_not_skipped(tmp_path: Path) -> None:
    lost = entry(2).replace("CdtTrfTxInf>", "CdtTrfTxInfo>")
    found = read(write(tmp_path / "file.xml", message([entry(1), lost, entry(3)])))
    assert len(found.rows) == 2
    assert found.codes == [(2, "", "xml")]


def test_an_entry_without_end_is_set_aside_in_bounded_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WARROOM_MAX_LINE_MB", "0.1")
    monkeypatch.setattr(split, "CHUNK", 10_000)
    long = entry(2).replace("GDDS", "x" * 3_000_000)
    found = read(write(tmp_path / "file.xml", message([entry(1), long, entry(3)])))
    assert found.column("end_to_end_id") == ["E2E-1", "E2E-3"]
    assert found.codes == [(2, "", "xml")]


BOMB = '<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
OUTSIDE = '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize("definition", [BOMB, OUTSIDE, '<!DOCTYPE d SYSTEM "http://127.0.0.1:1/d.dtd">'])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_document_type_definition_is_refused(tmp_path: Path, definition: str, encoding: str) -> None:
    text = message([entry(1).replace("GDDS", "&x;")]).replace("<Document", f"{definition}<Document", 1)
    path = tmp_path / "file.xml"
    path.write_bytes(text.replace("UTF-8", encoding).encode(encoding))
    with pytest.raises(RecordsError, match="document type definition, which is refused"):
        read(path)


def test_a_definition_after_a_long_comment_is_refused_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(split, "CHUNK", 100)
    text = message([entry(1)]).replace("<Document", f"<!--{'x' * 1000}-->{BOMB}<Document", 1)
    with pytest.raises(RecordsError, match="which is refused"):
        read(write(tmp_path / "file.xml", text))


def test_deep_nesting_costs_only_its_entry(tmp_path: Path) -> None:
    deep = entry(2).replace("<Cd>GDDS</Cd>", "<a>" * 5_000 + "</a>" * 5_000)
    found = read(write(tmp_path / "file.xml", message([entry(1), deep, entry(3)])))
    assert found.codes == [(2, "", "xml")]
    assert len(found.rows) == 2


@pytest.mark.parametrize(
    ("text", "table", "words"),
    [
        ("<html><body/></html>", "transfers", "is a web page without a table"),
        ("<a", "transfers", "no message of ISO 20022|no XML"),
        ("<<<", "transfers", "no message of ISO 20022|no XML"),
        (message([entry(1)]), "reports", "is pacs.008 .*'warroom ingest transfers FILE'"),
        (
            message([entry(1)], namespace=payments.NAMESPACE[:-2] + "99"),
            "transfers",
            "not a published version",
        ),
    ],
)
def test_other_xml_is_refused_in_one_sentence(tmp_path: Path, text: str, table: str, words: str) -> None:
    with pytest.raises(RecordsError, match=words):
        read(write(tmp_path / "file.xml", text), table)


def test_a_wrong_group_header_is_noted_and_its_entries_are_kept(tmp_path: Path) -> None:
    found = read(
        write(tmp_path / "file.xml", message([entry(1)], head=header(1).replace("<MsgId>MSG-1</MsgId>", "")))
    )
    assert len(found.rows) == 1
    assert "group header breaks the published schema" in found.notes[0]


def test_a_declared_zone_stands_for_times_without_one_also_from_the_quarantine(tmp_path: Path) -> None:
    path = write(tmp_path / "file.xml", message([entry(5).replace("T08:05:00+07:00", "T08:05:00")]))
    zone = mapping(tmp_path, '[time]\nzone = "Asia/Bangkok"\n')
    moment = datetime(2026, 11, 20, 1, 5, tzinfo=UTC)
    assert read(path, mapping=zone).column("time") == [moment]
    assert again(tmp_path, read(path).rejects, zone).column("time") == [moment]


def test_what_one_thread_finds_is_never_taken_for_anothers() -> None:
    good = f'<Entries xmlns="{payments.NAMESPACE}">{entry(1)}</Entries>'.encode()
    bad = good.replace(b"</PmtId>", b"</PmtId><Invented/>", 1)
    assert bad != good

    def faults(number: int) -> int:
        return len(list_schema_errors(etree.fromstring(bad if number % 3 else good), SHAPE))

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(faults, range(500)))
    assert [count > 0 for count in found] == [number % 3 > 0 for number in range(500)]


def test_what_a_message_says_itself_is_not_overwritten_by_the_mappings_constants(tmp_path: Path) -> None:
    rule = mapping(
        tmp_path,
        '[constants]\npayer_bank = "KTB"\npayer = "1"\namount = "5"\ncurrency = "USD"\ndevice_id = "D"\n',
    )
    found = read(write(tmp_path / "file.xml", message([entry(5)])), mapping=rule)
    (row,) = found.rows
    assert (row["payer_bank"], row["payer"], str(row["amount"]), row["currency"]) == (
        "004",
        "10000005",
        "1500.00",
        "THB",
    )
    assert row["device_id"] == "D", "what the message does not say, the mapping does"
    (told,) = found.notes
    assert told.startswith("The message says payer_bank, payer, amount, currency itself; ")
