"""Officers read what people sent: sealed until somebody opens it, answered, kept as a tip, closed; the bearer sees it go."""

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from httpx import Client

from tests.public.test_report import MONEY, code_on, paid, read, turn
from tests.web.conftest import PLAIN, Night, Visitor, _let_in, served
from warroom.home import Home
from warroom.public.schema import PublicReport
from warroom.public.taking_in import ingest_submissions

TIP = {
    "text": "Behind the rice mill forty people sleep behind a locked gate and cry at night.",
    "place": "Mae Sot",
}
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108020000009077 53de0000000c49444154789c63f8cfc0000003010100c9fe92ef"
    "0000000049454e44ae426082".replace(" ", "")
)


@contextmanager
def desk(home: Home, night: Night, name: str) -> Iterator[Visitor]:
    with served(home, night.ledger) as address, Client(base_url=address, timeout=60, verify=PLAIN) as client:
        visitor = Visitor(client)
        _let_in(night, visitor, name)
        yield visitor


def test_a_tip_is_read_answered_kept_and_closed_and_its_bearer_sees_it(
    home: Home, night: Night, outside: Client
) -> None:
    code = code_on(
        outside.post("/report/tip", data=TIP, files={"file": ("gate.png", io.BytesIO(PNG), "image/png")}).text
    )
    turn(night)
    with desk(home, night, "anna") as anna:
        listed = anna.page("/public-reports")
        assert "Tip" in listed
        assert "rice mill" not in listed
        [path] = re.findall(r'href="(/public-reports/\d+)"', listed)
        assert "rice mill" not in anna.page(path), "sealed until it is opened"
        assert anna.get(f"{path}/files/1/0").status_code == 404
        anna.post(path, f"{path}/open")
        page = anna.page(path)
        assert "rice mill" in page
        assert "Mae Sot" in anna.page(path, "th")
        [file] = re.findall(rf"{path}/files/\d+/\d", page)
        assert anna.get(file).content.startswith(b"\x89PNG")
        assert anna.post(path, f"{path}/words", text=" ").status_code == 409
        anna.post(path, f"{path}/words", text="Which mill is it?", asks="yes")
        turn(night)
        receipt = read(outside.post("/receipt", data={"code": code}).text)
        assert "Which mill is it?" in receipt
        assert "มีคำถามรอคุณ" in receipt or "คำถาม" in receipt
        outside.post("/receipt/answer", data={"code": code, "text": "The one by the old bridge."})
        turn(night)
        assert "Answers to read" in anna.page("/public-reports")
        assert "old bridge" not in anna.page(path), "each message is opened too"
        assert 'href="' + path in anna.page("/public-reports?show=unread")
        anna.post(path, f"{path}/open")
        assert "old bridge" in anna.page(path)
        anna.post(path, f"{path}/tip")
        [tip] = night.lake.query_rows("tips").to_pyarrow().to_pylist()
        assert (tip["source"], tip["place"]) == ("public", "Mae Sot")
        assert "rice mill" in tip["text"]
        assert anna.post(path, f"{path}/close").status_code == 409
        anna.post(path, f"{path}/close", outcome="acted")
    turn(night)
    assert "ปิด" in read(outside.post("/receipt", data={"code": code}).text)
    found = night.sql("SELECT verb FROM audit WHERE verb LIKE 'public.%' ORDER BY sequence")
    assert {"public.received", "public.opened", "public.written", "public.kept", "public.closed"} <= {
        verb for (verb,) in found
    }


def test_only_who_handles_reports_reads_the_words(home: Home, night: Night, outside: Client) -> None:
    outside.post("/report/tip", data=TIP)
    turn(night)
    with desk(home, night, "dara") as dara:
        path = "/public-reports/1"
        assert "Tip" in dara.page("/public-reports")
        assert "Open and read" not in dara.page(path)
    with desk(home, night, "chai") as chai:
        assert chai.get("/public-reports").status_code == 403


def test_urgency_stands_outside_the_seal_and_what_is_late_rises(
    home: Home, night: Night, outside: Client
) -> None:
    outside.post("/report/tip", data=TIP)
    outside.post("/report/tip", data={"text": "x"})
    paid(night)
    outside.post("/report/money", data=MONEY)
    turn(night)
    with desk(home, night, "anna") as anna:
        order = re.findall(r'id="report-(\d+)"', anna.page("/public-reports"))
        with night.ledger.open_session() as session:
            kinds = {str(row.id): (row.kind, row.rank) for row in session.query(PublicReport)}
        assert [kinds[one][0] for one in order] == ["money_left", "tip", "tip"]
        assert kinds[order[1]][1] > kinds[order[2]][1], "what says nothing is read last"
        receipt = read(outside.post("/receipt", data={"code": "0" * 20}).text)
        assert "rice" not in receipt
        night.sql(
            "UPDATE public_reports SET answer_by = :past WHERE id = :id",
            past=night.now - timedelta(days=9),
            id=int(order[2]),
        )
        again = re.findall(r'id="report-(\d+)"', anna.page("/public-reports"))
        assert again.index(order[2]) < again.index(order[1])


def test_the_same_payment_told_twice_is_one_report_with_two_codes(night: Night, outside: Client) -> None:
    paid(night)
    first = code_on(outside.post("/report/money", data=MONEY | {"once": "1" * 32}).text)
    second = code_on(outside.post("/report/money", data=MONEY | {"once": "2" * 32}).text)
    assert first != second
    turn(night)
    with night.ledger.open_session() as session:
        rows = session.query(PublicReport).order_by(PublicReport.id).all()
        assert [row.duplicate_of for row in rows] == [None, rows[0].id]
    assert night.lake.query_rows("reports").count().to_pyarrow().as_py() == 1
    assert "เปิดคดีแล้ว" in read(outside.post("/receipt", data={"code": first}).text)
    joined = read(outside.post("/receipt", data={"code": second}).text)
    assert "เปิดคดีแล้ว" in joined, "a receipt does not tell which report came first"
    assert ingest_submissions(night.ledger, night.lake, night.now) == 0
