"""The pages of signals: an officer reads why and why not, and says what becomes of it."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from html import unescape
from string import Formatter

import pytest

from tests.signals.made import signal
from tests.web.conftest import Night, Visitor
from tests.web.program import programs
from warroom import clock
from warroom.cases.intake import sync_cases
from warroom.money.index.opening import open_index
from warroom.reasons.reason import load_sentences
from warroom.sentences.catalogue import list_words
from warroom.signals import store
from warroom.signals.mules.doubts import WORDS
from warroom.signals.mules.why import _SAID
from warroom.signals.signal import Signal

Enter = Callable[..., Visitor]


def text(page: str) -> str:
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page)))


@pytest.fixture
def signals(night: Night) -> list[Signal]:
    """Two signals of one run, the second with signs that somebody else works the account."""
    made = [signal("M-1", 1), signal("M-2", 2, screening=True)]
    store.write_signals(night.lake, made)
    return made


def test_the_board_counts_them_and_the_list_shows_reasons_beside_doubts(
    signals: list[Signal], enter: Enter
) -> None:
    boon = enter("boon")
    assert "2 signals to look at" in text(boon.page("/"))
    listed = text(boon.page("/signals"))
    assert "passed on 99 % within the hour" in listed
    assert "nothing found for the holder" in listed
    assert "rule of thumb" in listed
    # A score alone says nothing of how often such scores were right.
    assert "89 %" not in listed
    assert "Too few decided to say" in listed
    assert "บัญชีม้า" in boon.page("/signals", "th")
    page = text(boon.page(f"/signals/{signals[0].record_id}"))
    assert "Received 249,500 baht from 5 accounts in 7 days" in page
    assert "not checked here (such accounts decided on: 0; 100 are needed)" in page


def test_the_list_and_the_page_say_the_same_of_how_often_such_signals_were_right(
    signals: list[Signal], night: Night, enter: Enter
) -> None:
    night.sql(
        "INSERT INTO signal_words (signal, subject, word, reason, seen, officer_id, at)"
        " SELECT 'S' || n, 'account:B09:' || n, CASE WHEN n <= 90 THEN 'lead' ELSE 'set-aside' END, 'Seen.',"
        " cast(:seen AS jsonb), (SELECT min(id) FROM officers), now() FROM generate_series(1, 120) n",
        seen=f'{{"probability": {signals[0].probability}}}',
    )
    boon = enter("boon")
    share = "Of 100 such accounts, 75 led to a lead or a screening"
    for path in ("/signals", f"/signals/{signals[0].record_id}"):
        said = text(boon.page(path))
        assert share in said
        assert "from 120 that officers decided on" in said
    assert "Too few decided" not in text(boon.page("/signals"))


def test_a_row_shows_two_days_of_its_account_and_how_long_money_stayed(night: Night, enter: Enter) -> None:
    at = night.now - timedelta(hours=5)
    rows = [
        {"record_id": "P1", "time": at, "payer_bank": "B07", "payer": "7", "payee_bank": "B01", "payee": "4455667", "amount": Decimal(9000)},
        {"record_id": "P2", "time": at + timedelta(minutes=4), "payer_bank": "B01", "payer": "4455667", "payee_bank": "B08", "payee": "8", "amount": Decimal(8000)},
    ]  # fmt: skip
    given = {"currency": "THB", "channel": "transfer"}
    night.lake.write_rows("transfers", [row | given for row in rows], source="B01")
    store.write_signals(
        night.lake, [replace(signal("4455667", 1), as_of=clock.get_now() + timedelta(minutes=1))]
    )
    boon = enter("boon")
    page = boon.page("/signals")
    listed = text(page)
    assert re.search(r"4455667 B01 .*?9,000 8,000 4 min", listed)
    assert 'class="passing"' in page
    assert re.search(r'aria-label="48 h to [^"]*: 9,000 in, 8,000 out"', page)
    assert len(listed.split()) < 260
    night.officer("who", "investigator")
    board = enter("who").page("/")
    assert 'class="passing"' in board, "the board draws the same strip, and no score without its meaning"
    assert 'class="first-signals' not in board or "score " not in text(board)


def test_every_reason_of_an_accounts_signal_has_a_few_words() -> None:
    """A row of whole sentences is read by nobody; and what speaks for the holder has a word for each as well."""
    against, speaks = list_words("triage.chip-against"), list_words("triage.chip-for")
    assert set(_SAID) | {"named_in_reports"} == set(against)
    assert set(WORDS.values()) <= set(speaks)
    for code, words in {**against, **speaks}.items():
        sentence = load_sentences()[code]["en"]
        for language, text_of in words.items():
            holes = {name for _, name, _, _ in Formatter().parse(text_of) if name}
            assert holes <= {name for _, name, _, _ in Formatter().parse(sentence) if name}, code
            assert len(text_of) <= 45, (code, language)


def test_setting_one_aside_needs_a_reason_which_the_next_officer_reads(
    signals: list[Signal], night: Night, enter: Enter
) -> None:
    boon, path = enter("boon"), f"/signals/{signals[0].record_id}"
    refused = boon.post(path, f"{path}/words", word="set-aside", reason=" ")
    assert refused.status_code == 409
    assert "write why" in refused.text
    boon.post(path, f"{path}/words", word="set-aside", reason="A landlord who collects rent.")
    assert "1 signal to look at" in text(boon.page("/"))
    assert "A landlord who collects rent." in text(enter("anna").page(path))
    assert "A landlord who collects rent." not in text(boon.page("/signals"))
    assert "A landlord who collects rent." in text(boon.page("/signals?show=all"))
    [(seen,)] = night.sql("SELECT seen->>'model_version' FROM signal_words")
    assert seen == "rule-1"


def test_a_lead_begins_as_the_form_of_an_action_with_the_signals_reasons(
    signals: list[Signal], enter: Enter
) -> None:
    anna, path = enter("anna"), f"/signals/{signals[0].record_id}"
    form = anna.post(path, f"{path}/lead").text
    assert "B01:M-1" in form
    assert "passed on 99 %" in form
    assert signals[0].record_id in form
    assert "lead begun" in text(anna.page("/signals?show=all"))


def test_signs_that_somebody_else_runs_the_account_put_the_screening_first(
    signals: list[Signal], night: Night, enter: Enter
) -> None:
    night.lake.write_rows(
        "accounts", [{"record_id": "A-2", "bank": "B01", "account": "M-2", "holder_id": "H-77"}], source="B01"
    )
    anna, path = enter("anna"), f"/signals/{signals[1].record_id}"
    assert "a screening comes before any step against the person" in text(anna.page(path))
    form = anna.post(path, f"{path}/screening").text
    assert "H-77" in form
    assert "Refer a person to screening" in form


def test_who_may_not_read_signals_sees_neither_list_nor_count(signals: list[Signal], enter: Enter) -> None:
    lawyer = enter("lek")
    assert lawyer.get("/signals").status_code == 403
    assert "signals to look at" not in lawyer.get("/").text


def test_a_signal_nobody_made_is_not_there(signals: list[Signal], enter: Enter) -> None:
    answer = enter("anna").get("/signals/S-none")
    assert answer.status_code == 404
    assert "open the list of signals again" in answer.text


def test_the_search_leads_from_an_accounts_number_to_its_signal(
    signals: list[Signal], enter: Enter, night: Night
) -> None:
    found = enter("boon").page("/search?q=m1")
    assert f'href="/signals/{signals[0].record_id}"' in found
    assert signals[1].record_id not in found
    assert "matches: account of a signal" in found
    assert "ตรงที่: บัญชีในสัญญาณ" in enter("anna").page("/search?q=M-1", "th")
    kept, *_ = night.sql("SELECT leaf FROM audit WHERE verb = 'case.searched'")[0]
    assert signals[0].record_id in bytes(kept).decode()


def test_a_search_by_who_may_not_read_signals_tells_nothing_of_one(
    signals: list[Signal], enter: Enter
) -> None:
    answer = enter("chai").get("/search?q=M-1")
    assert answer.status_code == 404
    assert signals[0].record_id not in answer.text


def test_a_message_is_shown_as_it_was_sent_with_its_words_marked_and_its_techniques(
    night: Night, enter: Enter
) -> None:
    from warroom.signals.messages import run as messages

    sent = "พัสดุของคุณตกค้าง ชำระค่าธรรมเนียม 49 บาทที่ thpost-track.icu <ด่วน>"
    row = {
        "record_id": "Q-1",
        "time": datetime(2026, 3, 9, 5, tzinfo=UTC),
        "to": "+66811111111",
        "medium": "sms",
        "text": sent,
    }
    night.lake.write_rows("messages", [row], source="HOTLINE")
    store.write_signals(night.lake, messages.run(night.lake, messages.find_newest_time(night.lake), 10))
    [made] = store.load_last_run(night.lake, "messages")
    boon = enter("boon")
    assert f"/signals/{made.record_id}" in boon.page("/signals?kind=messages")
    page = boon.page(f"/signals/{made.record_id}")
    assert "<mark>พัสดุ</mark>" in page
    assert "thpost-track.icu" in text(page)
    assert "T1660 Phishing" in text(page)
    assert "ในข้อความแบบนี้ 100 ข้อความ" in boon.page(f"/signals/{made.record_id}", "th")


def test_a_name_below_a_shared_host_may_be_blocked_and_the_host_itself_never(
    night: Night, enter: Enter
) -> None:
    from warroom.signals.domains import run as domains
    from warroom.signals.messages import run as messages

    rows = [
        {"record_id": "D-1", "name": "krungthai-next.weebly.com"},
        {"record_id": "D-2", "name": "weebly.com"},
    ]
    night.lake.write_rows("domains", rows, source="REG")
    store.write_signals(night.lake, domains.run(night.lake, messages.find_newest_time(night.lake), 10))
    [made] = store.load_last_run(night.lake, "domains")
    page = enter("boon").page(f"/signals/{made.record_id}")
    assert "Holds the name of Krungthai Bank (krungthai.com)" in text(page)
    assert "Many others share weebly.com" in text(page)
    assert 'href="/actions/new?kind=domain-block"' in page


def pay(night: Night, name: str, payer: str, bank: str, payee: str, hours: float) -> None:
    given = {"payer_bank": "B01", "payer": payer, "payee_bank": bank, "payee": payee}
    night.transfer(name, 40_000_00, time=night.now - timedelta(hours=hours), **given)


def test_the_money_of_a_signal_is_followed_with_a_reason_and_a_later_case_says_that_it_was_seen(
    signals: list[Signal], night: Night, enter: Enter
) -> None:
    pay(night, "T1", "1001", "B01", "M-1", 2)
    pay(night, "T2", "M-1", "B03", "N-2", 1.5)
    anna, path = enter("anna"), f"/signals/{signals[0].record_id}"
    refused = anna.post(path, f"{path}/follow", reason=" ")
    assert refused.status_code == 409
    assert "write why" in refused.text
    page = anna.post(path, f"{path}/follow", reason="Strangers paid it within the hour.").text
    said = text(page)
    assert "Strangers paid it within the hour." in said
    assert "No victim has reported this money." in said
    assert "Who paid in, and might be asked" in said
    assert page.count("<path d=") == 2, "from the payer to the account, and on"
    assert "ติดตามเงิน" in anna.page(path, "th")
    assert "money followed" in text(anna.page("/signals?show=all"))
    night.report("R9", ["T1"])
    index = open_index(night.home, night.lake)
    sync_cases(night.ledger, night.lake, index, now=night.now + timedelta(minutes=9))
    case = text(anna.page("/cases/C-1"))
    assert "Seen before: signal of" in case
    assert "2 payments on both trails" in case
    assert "C-1" in text(anna.page("/signal-trails/1"))
    assert "Seen before" not in text(enter("chai").page("/cases/C-1")), "who answers appeals reads no signals"


def test_a_program_follows_a_signal_and_asks_what_a_case_was_seen_by(
    signals: list[Signal], night: Night, address: str
) -> None:
    pay(night, "T1", "1001", "B01", "M-1", 2)
    night.report("R9", ["T1"])
    sync_cases(night.ledger, night.lake, open_index(night.home, night.lake), now=night.now)
    with programs(night, address) as call:
        anna = call("anna", "officer")
        made = anna.post(f"/signals/{signals[0].record_id}/follow", reason="Strangers paid it.")
        assert made.status_code == 201, made.text
        found = anna.get(f"/signal-trails/{made.json()['id']}")
        assert found["came"] == "40000.00"
        assert [one["account"] for one in found["paid_in"]] == ["1001"]
        assert found["cases"] == ["C-1"]
        assert [one["itself"] for one in anna.get("/cases/C-1/signals")] == [True]
