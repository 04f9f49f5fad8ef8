"""What the pages answer: in three ways to what is official, in every language again, and to unexpected input."""

import re
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from httpx import Client
from sqlalchemy import func, select

from tests.cases.scenes import Scene
from tests.public.test_check import PNG, SCAM, reader
from tests.public.test_report import read
from tests.speed import allow_seconds
from warroom import clock
from warroom.public import channels, taking_in
from warroom.public.outside import pictures
from warroom.public.outside.figures import measured_on
from warroom.public.outside.urgency import URGENCIES
from warroom.public.schema import Submission
from warroom.signals.messages.reading import snap_to_letters
from warroom.web.public import check_pages
from warroom.web.public.languages import PUBLIC_LANGUAGES, load_sentences
from warroom.web.public.limits import NetworkRateLimit

GENUINE = [
    "191",
    "1599",
    "1441",
    "1213",
    "1129",
    "1130",
    "1212",
    "1506",
    "1300",
    "1323",
    "02-888-8888",
    "scb.co.th",
    "kasikornbank.com",
    "bot.or.th",
    "sec.or.th",
    "dol.go.th",
    "sso.go.th",
    "https://www.scb.co.th/th/personal.html",
    "online.kasikornbank.com",
    "tel:02-888-8888",
    "๑๒๑๓",
]
COPIES = [
    "scb.co.th.secure-login.net",
    "kasikornbank.com.verify.cc",
    "dol.go.th.app",
    "pea.co-th.com",
    "dol-go.th",
    "kasikornbamk.com",
    "krungtbai.com",
    "https://scb.co.th@evil.top/",
    "thailandpost-pay.top",
]
UNLISTED = [
    "1442",
    "1188",
    "089-555-0147",
    "02-888-8889",
    "some-shop.example",
    "my-bakery.co.th",
    "scg.com",
    "krungthai-axa.co.th krungsriauto.com customs.com immigration.com",
    "02-123-4567",
    "nso.go.th",
]


@pytest.fixture
def listed(scene: Scene) -> None:
    channels.publish_channels(scene.ledger, clock.get_now())


def ask_real(outside: Client, text: str) -> str:
    return read(outside.post("/real?l=en", data={"q": text}).text).partition('<main id="m">')[2]


@pytest.mark.usefixtures("listed")
def test_the_agencies_and_banks_own_numbers_and_sites_are_on_the_list(outside: Client) -> None:
    assert [text for text in GENUINE if 'class="ans rep"' not in ask_real(outside, text)] == []


@pytest.mark.usefixtures("listed")
def test_an_official_name_within_another_or_a_letter_off_is_filled(outside: Client) -> None:
    pages = {text: ask_real(outside, text) for text in COPIES}
    assert [text for text, page in pages.items() if 'class="ans scam"' not in page] == []
    assert all("Close it, and do not answer." in page for page in pages.values())
    checked = {text: read(outside.post("/check?l=en", data={"q": text}).text) for text in COPIES}
    assert [text for text, page in checked.items() if 'class="ans scam"' not in page] == [], (
        "both pages agree"
    )


@pytest.mark.usefixtures("listed")
def test_what_is_not_on_the_short_list_is_accused_of_nothing(outside: Client) -> None:
    for text in UNLISTED:
        page = ask_real(outside, text).partition("<footer")[0]
        assert '<section class="ans none"><h1>Not on our list, which is short</h1>' in page, text
        assert "copy" not in page, text
        assert "do not answer" not in page, text


def test_each_official_channel_says_where_that_is_said(scene: Scene) -> None:
    listed = channels.load_channels(scene.ledger.home)["channels"]
    assert [one["value"] for one in listed if not one.get("source")] == []
    assert len({one["value"] for one in listed}) == len(listed)


def test_the_first_page_names_its_own_address(outside: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "The address at the top is the one that you typed" in read(outside.get("/?l=en").text)
    monkeypatch.setenv("WARROOM_PUBLIC_ADDRESS", "https://check.go.th/")
    assert "The address at the top reads check.go.th, letter by letter." in read(outside.get("/?l=en").text)


def language_form(page: str) -> tuple[str, dict[str, str]]:
    """The form behind the links to other languages: where it leads, and its fields."""
    form = page.partition('<form id="repeat"')[2].partition("</form>")[0]
    fields = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form)
    return re.findall(r'action="([^"]+)"', form)[0], dict(fields)


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("/check", {"q": "สวัสดี เย็นนี้เจอกัน"}),
        ("/check", {"q": "089 555 0147"}),
        ("/real", {"q": "some-shop.example"}),
        ("/report/job", {"ticked": "passport"}),
        ("/report/money", {"when": "", "amount": "5"}),
        ("/report/tip", {"text": ""}),
    ],
)
@pytest.mark.usefixtures("listed")
def test_another_language_shows_the_same_answer(outside: Client, path: str, form: dict[str, str]) -> None:
    page = outside.post(f"{path}?l=th", data=form).text
    to, fields = language_form(page)
    for language in PUBLIC_LANGUAGES:
        assert f'formaction="{to}?l={language}"' in page
        other = outside.post(f"{to}?l={language}", data=fields).text
        assert f'<html lang="{language}">' in other
        assert outside.post(f"{path}?l={language}", data=form).text.partition("<main")[2].count(
            "<section"
        ) == other.partition("<main")[2].count("<section")


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("/report/tip", {"text": "They buy accounts at the market", "once": "a"}),
        ("/report/money", {"when": "15", "amount": "500", "once": "b"}),
        ("/report/missing", {"heard": "yesterday", "once": "c"}),
        ("/report/job/send", {"text": "an offer", "once": "d"}),
        ("/check/tip", {"text": "089 555 0147", "once": "e"}),
    ],
)
def test_another_language_keeps_the_code_and_sends_nothing_again(
    scene: Scene, outside: Client, path: str, form: dict[str, str]
) -> None:
    page = outside.post(f"{path}?l=th", data=form).text
    groups = re.findall(r"<span>([0-9A-Z]{4})</span>", page)[:5]
    to, fields = language_form(page)
    for language in ("my", "en"):
        other = read(outside.post(f"{to}?l={language}", data=fields).text)
        assert re.findall(r"<span>([0-9A-Z]{4})</span>", other)[:5] == groups
        assert str(load_sentences(language)("code.title")) in other
        assert 'name="phone"' in other, "the page is whole"
    outside.post(path, data=form)
    with scene.ledger.open_session() as session:
        assert session.scalar(select(func.count()).select_from(Submission)) == 1


def test_a_reload_after_an_answer_sends_it_once(scene: Scene, outside: Client) -> None:
    page = outside.post("/report/tip?l=en", data={"text": "They buy accounts", "once": "a"}).text
    code = page.partition('name="code" value="')[2].partition('"')[0]
    receipt = outside.post("/receipt?l=en", data={"code": code}).text
    once = receipt.partition('name="once" value="')[2].partition('"')[0]
    for _ in range(2):
        outside.post("/receipt/answer", data={"code": code, "text": "At the gate", "once": once})
    with scene.ledger.open_session() as session:
        assert sorted(session.scalars(select(Submission.kind))) == ["message", "tip"]


def test_a_class_of_thirty_behind_one_address_is_looked_up_and_a_list_is_not(
    outside: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("ADDRESS_LIMIT", "CHECK_RATE_LIMIT"):
        fresh = getattr(check_pages, name)
        monkeypatch.setattr(check_pages, name, NetworkRateLimit(fresh.most, fresh.seconds))
    pages = [
        read(outside.post("/check?l=en", data={"q": f"089 55{number // 10} {number:04}"}).text)
        for number in range(150)
    ]
    assert not any("was not looked up" in page for page in pages[:120]), (
        "thirty people with four numbers each"
    )
    assert "was not looked up" in read(outside.post("/check?l=en", data={"q": "089 999 9999"}).text)


def test_a_busy_reader_of_pictures_says_so(
    outside: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader(tmp_path, monkeypatch, "cat > /dev/null; exec sleep 600")
    monkeypatch.setattr(pictures, "SECONDS", 1)
    answer = outside.post("/check?l=en", data={"q": ""}, files={"f": ("a.png", PNG, "image/png")})
    assert answer.status_code == 503
    assert "Many pictures wait just now." in answer.text
    assert "We found no words in the picture" not in answer.text


def test_six_pictures_at_once_are_each_read_or_told_to_wait(
    outside: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader(tmp_path, monkeypatch, f"cat > /dev/null; sleep 0.3; echo '{SCAM}'")

    def send(_: int) -> str:
        return outside.post("/check?l=en", data={"q": ""}, files={"f": ("a.png", PNG, "image/png")}).text

    with ThreadPoolExecutor(6) as crowd:
        pages = list(crowd.map(send, range(6)))
    said = ["Read from your picture" in page or "Many pictures wait just now." in page for page in pages]
    assert said == [True] * 6
    assert any("Read from your picture" in page for page in pages)


def test_a_picture_of_nothing_is_told_from_a_busy_reader(
    outside: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader(tmp_path, monkeypatch, "cat > /dev/null")
    answer = outside.post("/check?l=en", data={"q": ""}, files={"f": ("a.png", PNG, "image/png")})
    assert answer.status_code == 400
    assert "We found no words in the picture" in answer.text


@pytest.mark.parametrize(
    "text",
    [
        "ก" * 20_000,
        "word " * 4_000,
        "😀" * 4_000,
        "\u202e\u2066" * 2_000 + "abc",
        "\x00\x01a" * 900,
        "<script>" * 500,
        "(" * 20_000 + "1",
    ],
)
@pytest.mark.parametrize("path", ["/check", "/real", "/report/job", "/report/tip"])
def test_whatever_is_pasted_is_answered(outside: Client, path: str, text: str) -> None:
    field = "q" if path in ("/check", "/real") else "text"
    began = time.process_time()
    answer = outside.post(f"{path}?l=en", data={field: text})
    # The advert's model took ten seconds of a text of 20,000 letters, and so could anybody from the server.
    assert time.process_time() - began < allow_seconds(3)
    assert answer.status_code in (200, 400)
    assert "<script>" not in answer.text.partition("<main")[2]
    assert "tel:1441" in answer.text


def test_every_answer_of_the_check_says_what_to_do_who_has_paid(outside: Client) -> None:
    for text in (SCAM, "สวัสดี เย็นนี้เจอกัน", "089 555 0147", "http://some-shop.example/a", "kasikornbamk.com"):
        main = (
            read(outside.post("/check?l=en", data={"q": text}).text)
            .partition("<main")[2]
            .partition("</main>")[0]
        )
        assert "tel:1441" in main, text
        assert re.search("Already paid|told a code or sent money", main), text
        assert "Do this now" in main, text
        assert main.count('class="do"') == 1, "one filled button"
        assert 'class="strong"' not in main


def test_the_four_signs_are_marked_in_the_text_where_they_stand(outside: Client) -> None:
    page = read(outside.post("/check?l=en", data={"q": "พี่คะ ทักไลน์มาคุยกันนะ อยากถามเรื่องงานวันเกิดแม่"}).text)
    assert 'class="ans none"' in page
    [item] = re.findall(r"<li>It wants to move the talk elsewhere(.*?)</li>", page)
    assert "In this text:" in item
    assert "ทักไลน์" in item


def test_the_page_says_how_often_it_misses_for_the_model_that_was_counted_alone(
    outside: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    missed = measured_on()["missed"]
    assert missed is not None, (
        "count it again for the model that ships: python -m benchmarks.public_check --missed FILE --write"
    )
    page = read(outside.get("/check?l=en").text)
    assert "How often we miss a scam" in page
    for language in ("th", "en"):
        assert missed[f"{language}_years"] in page
        assert f"{missed[f'{language}_missed']} of {missed[f'{language}_scams']}" in page
        assert (
            missed[f"{language}_low"]
            < 100 * missed[f"{language}_missed"] / missed[f"{language}_scams"]
            < missed[f"{language}_high"]
        )
    monkeypatch.setattr(check_pages, "measured_on", lambda: measured_on() | {"missed": None})
    assert "How often we miss a scam" not in read(outside.get("/check?l=en").text)


def test_the_page_promises_the_time_that_officers_are_given() -> None:
    assert taking_in.ANSWER_WITHIN[URGENCIES["tip"]].days == 1
    assert "within a day" in str(load_sentences("en")("check.officer_says"))


def test_a_mark_never_begins_or_ends_within_a_letter() -> None:
    text = "บัญชี 012-3-45678 โอนที่นี่ น้ำ"
    behind = "ัีิ่้ำะา"
    for start in range(len(text)):
        for end in range(start + 1, len(text) + 1):
            first, last = snap_to_letters(text, start, end)
            assert first <= start
            assert last >= end
            assert text[first] not in behind, text[first:last]
            assert text[last : last + 1] == "" or text[last] not in behind, text[first:last]
