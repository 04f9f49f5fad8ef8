"""The pages of adverts: the words that show it, who hangs together, and a takedown ready to be approved."""

import io
import json
import re
import zipfile
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from zoneinfo import ZoneInfo

import pytest

from tests.actions.room import Room
from tests.signals.made_adverts import looked_at, rows
from tests.web.conftest import Night, Visitor
from tests.web.test_signals import text
from warroom.ledger.audit import reading
from warroom.orders.order_content import OrderSubject
from warroom.runtime.background import BackgroundThread
from warroom.runtime.metrics import Metrics
from warroom.runtime.open_home import OpenHome
from warroom.signals.adverts.clusters.template import build_template, has_common_words
from warroom.signals.adverts.declaration import ADVERTS
from warroom.signals.daily import DailyRun
from warroom.signals.signal import Signal
from warroom.triage.events import keep_look_alone
from warroom.web.adverts import pages

Enter = Callable[..., Visitor]


@pytest.fixture
def adverts(night: Night) -> list[Signal]:
    """Pages of one organiser on two platforms, a page with words of distress, and an honest shop."""
    return looked_at(night.home, night.lake)


def of(adverts: list[Signal], page: str) -> str:
    return next(f"/adverts/{one.record_id}" for one in adverts if one.subject.id == page)


def test_the_list_shows_lures_with_their_words_and_leaves_the_honest_shop_out(
    adverts: list[Signal], enter: Enter
) -> None:
    listed = text(enter("anna").page("/adverts"))
    assert "“ไม่ต้องใช้พาสปอร์ต”" in listed
    assert "PG-1" in listed
    assert "PG-5" not in listed
    assert "ประกาศที่คล้ายประกาศลวง" in enter("anna").page("/adverts", "th")


def test_words_of_distress_stand_above_all_with_the_way_to_help(adverts: list[Signal], enter: Enter) -> None:
    anna = enter("anna")
    listed = text(anna.page("/adverts"))
    assert listed.index("Somebody may need help now") < listed.index("PG-1")
    one = anna.page(of(adverts, "PG-4"))
    assert "1300" in one
    assert "kind=screening-referral" in one


def test_a_page_shows_its_words_marked_and_who_shares_its_contact(
    adverts: list[Signal], enter: Enter
) -> None:
    one = enter("anna").page(of(adverts, "PG-1"))
    assert re.search(r'<mark title="R4">ปอยเปต</mark>', one)
    assert re.search(r'<mark title="R7">ไม่ต้องใช้พาสปอร์ต</mark>', one)
    assert "line:boss99" in one
    assert {"PG-2", "PG-3"} <= set(re.findall(r"PG-\d", one))


def test_a_signal_of_a_page_leads_there_from_everywhere(adverts: list[Signal], enter: Enter) -> None:
    anna = enter("anna")
    answer = anna.get(of(adverts, "PG-1").replace("/adverts/", "/signals/"))
    assert of(adverts, "PG-1") in str(answer.url) or answer.headers.get("location") == of(adverts, "PG-1")


def test_a_script_is_shown_as_a_template_with_its_pages(adverts: list[Signal], enter: Enter) -> None:
    anna = enter("anna")
    number = re.search(r"/adverts/scripts/\d+", anna.page(of(adverts, "PG-1")))
    assert number
    shown = anna.page(number[0])
    assert re.search(r"<mark>[^<]*45,000 \| 55,000", shown)
    assert "line:boss99" in shown
    assert anna.get("/adverts/scripts/999").status_code == 404


def test_the_package_is_the_file_whose_digest_the_form_carries(adverts: list[Signal], enter: Enter) -> None:
    anna, path = enter("anna"), of(adverts, "PG-1")
    file = anna.get(f"{path}/package/PL1")
    packed = zipfile.ZipFile(io.BytesIO(file.content))
    rows = [json.loads(line) for line in packed.read("adverts.jsonl").decode().splitlines()]
    assert [row["record_id"] for row in rows] == ["A-1", "A-2"]
    for line in packed.read("SHA256SUMS").decode().splitlines():
        digest, name = line.split("  ")
        assert sha256(packed.read(name)).hexdigest() == digest
    assert "PG-2" in packed.read("letter.th.txt").decode()
    form = anna.post(path, f"{path}/takedown", platform="PL1").text
    assert sha256(file.content).hexdigest() in form
    assert {"PG-1", "PG-2"} <= set(re.findall(r"PG-\d", form))
    assert "PG-3" not in form
    copied = re.search(r'<input data-date name="d-copied_at"[^>]* value="([^"]*)"', form)
    assert copied, form
    as_of = adverts[0].as_of.astimezone(ZoneInfo("Asia/Bangkok"))
    assert copied[1] == f"{as_of.day} {as_of:%b %Y %H:%M}", (
        "the room's clock, and nothing that a field refuses"
    )
    assert anna.get(f"{path}/package/PL9").status_code == 404


def test_setting_a_page_aside_takes_it_off_the_list(adverts: list[Signal], enter: Enter) -> None:
    anna, path = enter("anna"), of(adverts, "PG-2")
    anna.post(
        path, path.replace("/adverts/", "/signals/") + "/words", word="set-aside", reason="A licensed agency."
    )
    assert path not in anna.page("/adverts")
    assert "A licensed agency." in text(anna.page("/adverts?show=all"))


def test_adverts_are_no_accounts_on_the_board_and_no_lawyers_reading(
    adverts: list[Signal], enter: Enter
) -> None:
    assert "PG-1" not in enter("anna").page("/signals")
    assert enter("lek").get("/adverts").status_code == 403


def test_a_page_that_officers_had_taken_down_and_that_stands_again_says_so_above_all(
    adverts: list[Signal], night: Night, enter: Enter
) -> None:
    room, anna, path = Room.of(night), enter("anna"), of(adverts, "PG-1")
    made = room.approve(room.propose("page-takedown", OrderSubject("page", "PG-1")), room.sup)
    room.send()
    room.answer(room.one(made).orders[0].order_id, "done")
    assert "online again" not in text(anna.page(path))
    later = rows()[0] | {"record_id": "A-9", "time": night.now + timedelta(hours=2)}
    night.lake.write_rows("adverts", [later], source="platforms")
    told = text(anna.page(path))
    assert told.index("This page is online again.") < told.index("Why, and what speaks against it")
    assert "1 of them came up after another was taken down" in told
    assert "หน้านี้กลับมาประกาศอีก" in anna.page(path, "th")


def test_a_page_carries_the_techniques_that_its_signal_shows(adverts: list[Signal], enter: Enter) -> None:
    assert "T1660 Phishing" in text(enter("anna").page(of(adverts, "PG-1")))


def test_the_list_says_when_adverts_were_last_looked_at_and_whether_the_server_does_it_by_itself(
    night: Night, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    night.lake.write_rows("adverts", rows(), source="platforms")
    anna = enter("anna")
    assert "Nobody has looked for them yet. Not automatic" in text(anna.page("/adverts"))
    monkeypatch.setenv("WARROOM_SIGNALS_AT", "05:30")
    work = BackgroundThread(
        OpenHome(night.home, night.ledger), Metrics(), daily=[DailyRun.from_settings(ADVERTS)]
    )
    work.signals.start_due()
    work.signals.thread.join(60)
    listed = text(anna.page("/adverts"))
    assert "Last run" in listed
    assert "Runs each day at 05:30." in listed
    (row,) = [row for row in reading.list_rows(night.ledger) if row.verb == "signals.run"]
    assert row.detail["kind"] == "adverts"
    work.signals.start_due()
    assert not work.signals.thread.is_alive(), "once a day"


def test_a_script_of_many_pages_says_how_many_more_there_are(
    adverts: list[Signal], enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "SHOWN", 1)
    anna = enter("anna")
    number = re.search(r"/adverts/scripts/\d+", anna.page(of(adverts, "PG-1")))
    assert number
    assert "3 more" in text(anna.page(number[0]))


def test_copies_that_share_few_words_show_no_template() -> None:
    pieces = build_template(["We hire typists in the harbour town", "Quick cash for the young who chat"])
    assert not has_common_words(pieces)
    assert has_common_words(
        build_template(["Typing job, 45,000 baht, call now", "Typing job, 55,000 baht, call now"])
    )


def test_adverts_are_one_of_the_kinds_on_the_page_of_signals(enter: Enter) -> None:
    kinds = re.search(r'aria-label="Kinds of signals">(.*?)</nav>', enter("anna").page("/signals"), re.S)
    assert kinds
    assert 'href="/adverts"' in kinds[1]


def test_a_look_before_there_was_a_ledger_is_told_too(night: Night, enter: Enter) -> None:
    keep_look_alone(night.home, "adverts", 0, night.now)
    assert "signals: 0" in text(enter("anna").page("/adverts"))
