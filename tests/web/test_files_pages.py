"""Files that an officer brings: upload, the questions with their answers, and what was taken in, without a script."""

import gzip
import json
import os
import re
import zipfile
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from httpx import Response

from tests.cases.due import run_due
from tests.records import workbooks
from tests.records.exports import ALL, THAI, csv, rows_of, sheet_row, statement, thai, workbook
from tests.records.payments import entry, message
from tests.web.conftest import Night, Visitor, without_word_marks
from tests.web.leftovers import whole_in_both
from warroom import clock, unwell
from warroom.access import masking
from warroom.cases.following import refresh_case
from warroom.deliveries import uploads
from warroom.marking import Mark
from warroom.runtime import rounds

Enter = Callable[..., Visitor]
TERMS = {"source": "KTB", "legal_basis": "section 4", "purpose": "following reports", "confirmed": "yes"}
SELECT = re.compile(r'<select name="([^"]+)"[^>]*>(.*?)</select>', re.DOTALL)
CHOSEN = re.compile(r'<option value="([^"]*)" selected>')
TYPED = re.compile(r'<input name="([^"]+)"[^>]* value="([^"]*)"')


def bring(who: Visitor, path: Path, table: str = "transfers") -> Response:
    """Upload a file; the answer is its page."""
    fields = who.fields("/files", "/files") | {"table": table}
    return who.client.post("/files", data=fields, files={"file": (path.name, path.read_bytes())})


def filled(page: str) -> dict[str, str]:
    """What stands in the form of a file's page, as a browser would send it."""
    hidden = dict(
        re.findall(
            r'<input type="hidden" name="(csrf|key)" value="([^"]*)"', page.partition('action="/files/')[2]
        )
    )
    chosen = {
        name: (found[1] if (found := CHOSEN.search(inside)) else "") for name, inside in SELECT.findall(page)
    }
    return {
        name: unescape(value) for name, value in {**chosen, **dict(TYPED.findall(page)), **hidden}.items()
    }


def send(who: Visitor, at: Response, **answers: str) -> Response:
    """The page's form with some answers of one's own."""
    return who.client.post(str(at.url), data=filled(at.text) | answers)


@pytest.fixture
def anna(night: Night, enter: Enter) -> Visitor:
    return enter("anna")


def test_a_workbook_in_thai_is_brought_looked_at_and_taken_in(
    anna: Visitor, night: Night, tmp_path: Path
) -> None:
    page = bring(anna, workbook(THAI, *rows_of(sheet_row))(tmp_path))
    assert page.status_code == 200
    assert "Asia/Bangkok is proposed because the file is Thai" in page.text
    assert night.lake.head == 0, "nothing is taken in yet"
    refused = send(anna, page, accept="yes", **{**TERMS, "confirmed": ""})
    assert "tick that the answers are right" in refused.text
    assert 'value="section 4"' in refused.text
    done = send(anna, page, accept="yes", **TERMS)
    assert "The file is taken in" in done.text
    assert night.lake.query_rows("transfers").count().to_pyarrow().as_py() == 60
    (delivery,) = [each for each in night.lake.list_deliveries() if each.table == "transfers"]
    assert (delivery.source, delivery.legal_basis, delivery.purpose) == (
        "KTB",
        "section 4",
        "following reports",
    )
    assert [path.name for path in (night.home.run / "files").glob("*/*")] == ["taken.json"], (
        "the upload is gone"
    )


def test_the_log_says_who_took_what_in_before_and_after(anna: Visitor, enter: Enter, tmp_path: Path) -> None:
    page = bring(anna, csv(THAI, *rows_of(thai))(tmp_path))
    send(anna, page, accept="yes", **TERMS)
    log = enter("dara").page("/audit")
    assert "file accepted" in log
    assert "file taken in" in log


def test_an_answer_changes_what_is_shown_and_what_is_taken_in(
    anna: Visitor, night: Night, tmp_path: Path
) -> None:
    rows = [[*thai(n)[:7], ("เช็ค", "โอน")[n % 2]] for n in range(10)]
    page = bring(anna, csv(THAI, *rows)(tmp_path))
    assert "เช็ค" in page.text
    assert "it must be one of" in page.text
    word = next(name for name in filled(page.text) if name.startswith("values.channel"))
    again = send(anna, page, look="yes", **{word: "other"})
    assert "it must be one of" not in again.text
    send(anna, again, accept="yes", **TERMS)
    found = night.lake.query_rows("transfers").to_pyarrow().to_pylist()
    assert sorted(row["channel"] for row in found) == ["other"] * 5 + ["transfer"] * 5


def test_a_bank_by_number_has_a_field_also_where_a_statement_names_the_other_side(
    anna: Visitor, night: Night, tmp_path: Path
) -> None:
    head = ["วันที่", "เวลา", "รายการ", "ถอน", "ฝาก", "คงเหลือ", "ธนาคารคู่บัญชี", "บัญชีคู่รายการ", "-"]
    rows = [[*statement(n)[:6], ("014", "998")[n % 2], *statement(n)[7:]] for n in range(8)]
    page = bring(anna, csv(["ธนาคารกสิกรไทย จำกัด (มหาชน)"], head, *rows)(tmp_path))
    fields = filled(page.text)
    assert (fields["values.payer_bank.0"], fields["values.payer_bank.1"]) == ("SCB", "")
    again = send(anna, page, look="yes", **{"values.payer_bank.1": "SMEB", "direction.account": "1234567890"})
    assert filled(again.text)["values.payer_bank.1"] == "SMEB"
    done = send(anna, again, accept="yes", **TERMS)
    assert "The file is taken in" in done.text
    found = night.lake.query_rows("transfers").to_pyarrow().to_pylist()
    assert {row[side] for row in found for side in ("payer_bank", "payee_bank")} <= {"KBANK", "SCB", "SMEB"}
    assert "The file is taken in" in anna.get(str(page.url)).text


def test_whether_the_total_below_the_rows_agrees_is_told_before_and_after(
    anna: Visitor, tmp_path: Path
) -> None:
    page = bring(anna, csv(THAI, *rows_of(thai), ["รวม", "", "", "", "", "", "9.00", ""])(tmp_path))
    assert "IT DOES NOT AGREE: the 60 rows read" in page.text
    assert "60 แถวที่อ่านได้รวมเป็น" in anna.page(str(page.url.path), "th")
    assert "60 แถวที่อ่านได้รวมเป็น" in send(anna, page, accept="yes", **TERMS).text


def test_a_file_with_an_open_question_is_not_taken_in(anna: Visitor, night: Night, tmp_path: Path) -> None:
    export = next(each for each in ALL if each.name == "th_parens")
    page = bring(anna, export.make(tmp_path))
    assert "nothing says at which bank" in page.text
    assert "is still open" in send(anna, page, accept="yes", **TERMS).text
    assert night.lake.head == 0
    done = send(anna, page, accept="yes", **TERMS, **{"direction.bank": "KTB"})
    assert "The file is taken in" in done.text
    row = night.lake.query_rows("transfers").to_pyarrow().to_pylist()[0]
    assert "KTB" in (row["payer_bank"], row["payee_bank"])


def test_rows_that_wait_are_told_with_line_and_reason(anna: Visitor, tmp_path: Path) -> None:
    page = bring(anna, csv(THAI, *rows_of(thai), [*thai(99)[:6], "-5.00", "โอน"])(tmp_path))
    told = "line 62: amount is &#39;-5.00&#39;; it must be more than zero."
    assert told in page.text
    done = send(anna, page, accept="yes", **TERMS)
    assert told in done.text
    assert "ต้องมากกว่าศูนย์" in anna.page(str(done.url.path), "th")


def test_a_file_is_its_officers_alone_and_others_may_not_bring_any(
    anna: Visitor, enter: Enter, night: Night, tmp_path: Path
) -> None:
    page = bring(anna, csv(THAI, *rows_of(thai))(tmp_path))
    night.officer("inge", "investigator")
    assert enter("inge").get(str(page.url)).status_code == 404
    assert enter("chai").get("/files").status_code == 403
    assert enter("lek").get("/files").status_code == 403


def test_what_is_no_file_of_records_and_what_is_too_large_is_said(
    anna: Visitor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.7 something")
    assert "is a PDF" in bring(anna, tmp_path / "a.pdf").text
    monkeypatch.setattr(uploads, "MOST", 1000)
    page = bring(anna, csv(THAI, *rows_of(thai))(tmp_path))
    assert page.status_code == 413
    assert "larger than" in page.text
    anna.page("/files", "th")
    assert "เป็น PDF โปรดขอ" in without_word_marks(bring(anna, tmp_path / "a.pdf").text)


def test_every_question_of_the_page_is_about_a_column_of_the_bank_and_none_about_a_key_of_a_mapping(
    anna: Visitor, tmp_path: Path
) -> None:
    # Two lines of names, days without a year of four digits, a word for a channel, banks by words, two columns of numbers.
    titles = (["ธนาคารกรุงไทย จำกัด (มหาชน)"], ["รายงานการโอน"])
    head = ["เลขที่", "วันที่", "ธ.ผู้โอน", "เลขบัญชี", "ธ.ผู้รับ", "เลขบัญชีผู้รับ", "จำนวน", "ช่องทาง"]
    rows = [
        [
            str(n),
            f"0{n % 9 + 1}/11/68",
            "กสิกรไทย",
            f"01000000{n:02}",
            "014",
            f"02000000{n:02}",
            "1,234.00",
            "ฝาก",
        ]
        for n in range(10, 40)
    ]
    page = bring(anna, csv(*titles, head, *rows)(tmp_path))
    for language in ("en", "th"):
        text = anna.page(str(page.url.path), language)
        asked = re.findall(r"<b>\?</b>(.*?)</p>", text, re.DOTALL)
        assert len(asked) > 4
        for question in asked:
            assert not re.search(r"\[[a-z_.]+\]|[a-z]+_[a-z]+|%[YmdH]", unescape(question)), question
        options = re.findall(r'<option value="[^"]*"[^>]*>([^<]*)<', text)
        assert not [one for one in options if "%d" in one]


def test_the_pages_are_whole_in_both_languages(anna: Visitor, tmp_path: Path) -> None:
    rows = csv(
        ["ธนาคารกสิกรไทย จำกัด (มหาชน)"],
        ["วันที่", "เวลา", "รายการ", "ถอน", "ฝาก", "คงเหลือ", "ธนาคารคู่บัญชี", "บัญชีคู่รายการ", "-"],
        *rows_of(statement),
    )
    page = bring(anna, rows(tmp_path))
    assert "โปรด" in anna.page(str(page.url.path), "th")
    whole_in_both(anna, ["/files"], "warroom ingest")


def test_a_small_file_that_unpacks_to_millions_of_lines_is_refused_before_it_is_read(
    anna: Visitor, tmp_path: Path
) -> None:
    (tmp_path / "a.csv").write_bytes(gzip.compress(b'header\n"' + b"a\n" * 70_000_000, 1))
    page = bring(anna, tmp_path / "a.csv")
    assert page.status_code == 413
    assert "unpacks to more than 128 MiB" in page.text


def test_a_file_of_which_nothing_can_be_read_is_not_read_to_its_end_nor_taken_in(
    anna: Visitor, night: Night, tmp_path: Path
) -> None:
    (tmp_path / "a.csv").write_bytes(csv(THAI, *rows_of(thai))(tmp_path).read_bytes() + b"a\n" * 300_000)
    page = bring(anna, tmp_path / "a.csv")
    assert "It may be another file than you think" in page.text
    assert "It may be another file than you think" in send(anna, page, accept="yes", **TERMS).text
    assert night.lake.head == 0


def test_an_archive_of_several_files_is_refused_and_one_of_one_file_is_looked_at(
    anna: Visitor, tmp_path: Path
) -> None:
    data = csv(THAI, *rows_of(thai))(tmp_path).read_bytes()
    for many in (1, 2):
        with zipfile.ZipFile(tmp_path / f"{many}.zip", "w") as archive:
            for at in range(many):
                archive.writestr(f"{at}.csv", data)
    assert "bring them one by one" in bring(anna, tmp_path / "2.zip").text
    assert "60" in bring(anna, tmp_path / "1.zip").text


def test_a_file_of_thousands_of_columns_is_refused_with_a_sentence(anna: Visitor, tmp_path: Path) -> None:
    names = [f"name {n}" for n in range(3_000)]
    page = bring(anna, csv(names, ["1"] * 3_000)(tmp_path))
    assert "a mapping is proposed for up to 500" in page.text


@pytest.mark.parametrize("days", ["30 days", "-1", "0", "100000", "²", "36501"])
def test_days_that_are_not_understood_are_refused_beside_their_field(
    anna: Visitor, night: Night, tmp_path: Path, days: str
) -> None:
    page = bring(anna, csv(THAI, *rows_of(thai))(tmp_path))
    refused = send(anna, page, accept="yes", **TERMS, days=days)
    assert 'id="wrong-days">Write the days until it is erased as a whole number' in refused.text
    assert night.lake.head == 0


def test_a_number_of_a_hundred_thousand_digits_is_no_fault_of_the_page(anna: Visitor, tmp_path: Path) -> None:
    row = {"time": "2026-01-02T03:04:05Z", "payer": "1", "payee": "2", "amount": "9" * 100_000}
    (tmp_path / "a.json").write_text(json.dumps([row] * 4))
    assert bring(anna, tmp_path / "a.json").status_code in (200, 400)


def test_a_message_of_iso_20022_asks_for_nothing_that_it_says_itself(
    anna: Visitor, night: Night, tmp_path: Path
) -> None:
    (tmp_path / "a.xml").write_text(message([entry(1)]))
    page = bring(anna, tmp_path / "a.xml")
    assert not [name for name in filled(page.text) if name.startswith(("columns.", "constants."))]
    done = send(anna, page, accept="yes", **TERMS, **{"constants.payer": "666"})
    assert "The file is taken in" in done.text
    (row,) = night.lake.query_rows("transfers").to_pyarrow().to_pylist()
    assert row["payer"] not in ("666", "?", None)


def test_the_table_of_a_web_page_is_looked_at_as_a_workbook_is(anna: Visitor, tmp_path: Path) -> None:
    lines = [THAI, *rows_of(thai)]
    cells = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in line) + "</tr>" for line in lines)
    (tmp_path / "a.xls").write_text(f"<html><body><table>{cells}</table></body></html>", encoding="utf-8")
    page = bring(anna, tmp_path / "a.xls")
    assert "ISO 20022" not in page.text
    assert "columns.amount" in filled(page.text)


def test_an_upload_that_nobody_came_back_to_goes_by_itself(
    anna: Visitor, night: Night, tmp_path: Path
) -> None:
    bring(anna, csv(THAI, *rows_of(thai))(tmp_path))
    (folder,) = (night.home.run / "files").iterdir()
    run_due(night.ledger, night.lake, clock.get_now())
    assert folder.exists()
    os.utime(folder, (0, 0))
    run_due(night.ledger, night.lake, clock.get_now())
    assert not folder.exists()


def test_payments_that_another_source_sent_are_told_before_and_after_and_on_the_board(
    anna: Visitor, night: Night, tmp_path: Path
) -> None:
    rounds.check_alike_payments(night.ledger, night.lake, night.now)
    send(anna, bring(anna, csv(THAI, *rows_of(thai))(tmp_path)), accept="yes", **TERMS)
    (tmp_path / "scb").mkdir()
    page = bring(anna, csv(THAI, *rows_of(thai), thai(60))(tmp_path / "scb"))
    before = send(anna, page, look="yes", source="SCB")
    told = "look like rows that KTB sent: the same payer, payee, sum and time"
    assert told in before.text
    after = send(anna, before, accept="yes", **{**TERMS, "source": "SCB"})
    assert "The file is taken in" in after.text
    assert told in after.text
    rounds.check_alike_payments(night.ledger, night.lake, night.now)
    (trouble,) = [one for one in unwell.list_noted(night.home) if one.code == "health.counted-twice"]
    assert "KTB, SCB" in trouble.sentence.render_in("th")
    rounds.check_alike_payments(night.ledger, night.lake, night.now + timedelta(days=8))
    assert not [one for one in unwell.list_noted(night.home) if one.code == "health.counted-twice"]


def test_all_that_is_missing_is_said_at_once_beside_its_question(
    anna: Visitor, night: Night, tmp_path: Path
) -> None:
    export = next(each for each in ALL if each.name == "th_parens")
    page = bring(anna, export.make(tmp_path))
    refused = send(anna, page, accept="yes", source="KTB", days="soon")
    assert refused.status_code == 409
    for field in ("legal_basis", "purpose", "days", "confirmed"):
        assert f'id="wrong-{field}"' in refused.text
    assert 'id="wrong-source"' not in refused.text
    (told,) = re.findall(r'role="alert">(.*?)</div>', refused.text, re.DOTALL)
    assert told.count("<li>") == 4, "the terms, the days, the tick and the open question"
    assert night.lake.head == 0


def test_what_became_of_a_file_has_an_address_for_all_who_may_bring_files(
    anna: Visitor, night: Night, enter: Enter, tmp_path: Path
) -> None:
    page = bring(anna, csv(THAI, *rows_of(thai), [*thai(99)[:6], "-5.00", "โอน"])(tmp_path))
    done = send(anna, page, accept="yes", **TERMS)
    night.officer("inge", "investigator")
    for who in (anna, enter("inge")):
        again = who.get(str(done.url.path))
        assert again.status_code == 200
        assert "The file is taken in" in again.text
        assert "it must be more than zero" in again.text
    assert enter("lek").get(str(done.url.path)).status_code == 403
    send(anna, page, accept="yes", **TERMS)
    assert len([each for each in night.lake.list_deliveries() if each.table == "transfers"]) == 1


def test_what_a_workbook_hides_is_told_on_its_page_in_both_languages(anna: Visitor, tmp_path: Path) -> None:
    def hide(_: Any, sheet: Any) -> None:
        sheet.row_dimensions[3].hidden = True

    path = workbooks.workbook(
        tmp_path / "a.xlsx",
        [workbooks.NAMES, workbooks.row(1), workbooks.row(2), workbooks.row(3)],
        more=hide,
    )
    page = bring(anna, path)
    assert "1 row of the sheet is hidden, the first in row 3" in page.text
    assert "แผ่นงานมีแถวที่ซ่อนไว้ 1 แถว" in anna.page(str(page.url.path), "th")


CORRECTION = (
    "record_id,bank,account,holder_id,opened_at,type\nA1,B02,2002,H1,2020-01-01T00:00:00+00:00,merchant\n"
)
REGISTER = {"record_id": "A1", "bank": "B02", "account": "2002", "holder_id": "H1", "type": "savings"}


def test_a_row_that_changes_what_others_delivered_waits_is_shown_and_is_approved_by_another(
    anna: Visitor, night: Night, enter: Enter, tmp_path: Path
) -> None:
    night._write("accounts", [REGISTER], "register")
    (tmp_path / "one.csv").write_text(CORRECTION, encoding="utf-8")
    page = bring(anna, tmp_path / "one.csv", "accounts")
    done = send(anna, page, accept="yes", **{**TERMS, "source": "register"})
    assert (
        "1 row would change what was delivered before, or says who holds an account: it waits until a second officer approves."
        in done.text
    )
    assert "one.csv" in anna.page("/files")
    assert "another officer approves it" in anna.page("/files/corrections/1")
    night.officer("inge", "investigator")
    inge = enter("inge")
    assert "A file changes earlier rows" in inge.page("/")
    change = inge.page("/files/corrections/1")
    assert "savings" in change
    assert "merchant" in change
    refused = anna.post("/files/corrections/1", "/files/corrections/1", does="approve")
    assert refused.status_code == 409
    assert "another officer must decide" in refused.text
    inge.post("/files/corrections/1", "/files/corrections/1", does="approve")
    assert "Taken in under both names, approved by Inge" in inge.page("/files/corrections/1")
    [row] = night.lake.query_rows("accounts").to_pyarrow().to_pylist()
    assert row["type"] == "merchant"
    assert "รอเจ้าหน้าที่คนที่สอง" in anna.page(str(done.url.path), "th")
    assert "correction of earlier rows approved" in enter("dara").page("/audit")


def test_a_file_that_was_brought_is_named_beside_the_account_on_the_case_page(
    anna: Visitor, night: Night, enter: Enter, tmp_path: Path
) -> None:
    night.case()
    bank, number = night.sql("SELECT bank, account FROM proposals WHERE state = 'open' ORDER BY rank")[0]
    text = CORRECTION.replace("B02", bank).replace("2002", number)
    (tmp_path / "one.csv").write_text(text, encoding="utf-8")
    send(anna, bring(anna, tmp_path / "one.csv", "accounts"), accept="yes", **{**TERMS, "source": "register"})
    night.officer("inge", "investigator")
    enter("inge").post("/files/corrections/1", "/files/corrections/1", does="approve")
    night.now = clock.get_now() + timedelta(minutes=2)
    assert refresh_case(night.ledger, night.lake, None, "C-1", now=night.now, tracer=night.golden)
    page = anna.page("/cases/C-1")
    assert page.count("brought by file one.csv of Anna, Inge") >= 1
    assert "มาจากไฟล์ one.csv ของ Anna, Inge" in anna.page("/cases/C-1", "th")
    read = masking.mask_view(night.page().trail, frozenset({Mark.ACCOUNT}))
    assert read is not None
    assert number not in {one["account"]["number"] for one in read["brought"]}


def test_units_and_statuses_are_answered_in_the_form(anna: Visitor, night: Night, tmp_path: Path) -> None:
    heads = [*THAI[:6], "จำนวนเงิน (สตางค์)", THAI[7], "Response Code"]
    body = [[*thai(n)[:6], str(100_000 + n), "โอน", ("00", "51")[n % 2]] for n in range(10)]
    page = bring(anna, csv(heads, *body)(tmp_path))
    form = filled(page.text)
    assert form["amount.unit"] == "satang"
    assert [form[name] for name in form if name.startswith("status.")] == ["paid", ""]
    other = {name: "paid" for name in form if name.startswith("status.")}
    assert "1000.01" in send(anna, page, look="yes", **other).text
    done = send(anna, page, accept="yes", **TERMS, **{"amount.unit": "one"})
    assert "The file is taken in" in done.text
    amounts = night.lake.query_rows("transfers").to_pyarrow()["amount"].to_pylist()
    assert sorted(map(str, amounts))[:2] == ["100000.00", "100002.00"]
    assert len(amounts) == 5
