"""What somebody pastes is read where they are, answered in three shapes, and kept nowhere."""

import re
import shutil
import stat
from pathlib import Path

import pytest
from httpx import Client
from sqlalchemy import select

from tests.cases.scenes import Scene
from tests.public.test_report import read
from warroom import clock
from warroom.ledger.postgres import PostgresServer
from warroom.public import channels
from warroom.public.keys import seal_key
from warroom.public.outside import pictures
from warroom.public.outside.answers import answer_text
from warroom.public.outside.figures import group_of
from warroom.public.outside.identifiers import identifiers_in, only_identifier
from warroom.public.outside.masking import mask_secret_digits
from warroom.public.outside.sealing import unseal
from warroom.public.outside.worded import has_words
from warroom.public.schema import Submission
from warroom.web.public import check_pages

SCAM = "พัสดุของท่านตกค้าง กรุณาชำระค่าภาษี 32 บาท ภายใน 12 ชั่วโมง คลิก http://thailandpost-pay.top/th เพื่อยืนยันเลขบัตร"
ORDINARY = "แม่ เย็นนี้กลับบ้านสองทุ่มนะ ไม่ต้องรอกินข้าว"
ADVERT = (
    "รับสมัครแอดมินตอบแชท ปอยเปต เงินเดือน 45,000 บาท ไม่ต้องมีประสบการณ์ ออกค่าเดินทางและที่พักให้ฟรี"
    " ข้ามช่องทางธรรมชาติ ยึดพาสปอร์ตไว้ให้ ทักไลน์ @jobpp88"
)
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)


def check(outside: Client, text: str, language: str = "en") -> str:
    return read(outside.post(f"/check?l={language}", data={"q": text}).text)


def count_this_year(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the shares had been counted on this year's messages."""
    monkeypatch.setattr(check_pages, "is_counted_in", lambda year: year == clock.get_now().year)


def test_a_scam_is_told_in_words_with_dots_what_to_do_and_three_marks_at_most(
    outside: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "among 100" not in check(outside, SCAM), "old messages tell nothing of this year's"
    count_this_year(monkeypatch)
    page = check(outside, SCAM)
    assert '<section class="ans scam"><h1>Looks like a scam</h1>' in page
    found = re.search(r"Scams among 100 such messages in our test: (\d\d)", page)
    assert found
    assert f'aria-label="{found[0]}"' in page
    assert 60 <= int(found[1]) <= 99
    assert 1 <= page.count("<mark>") <= 3
    doing = page.split("Do this now", 1)[1].split("</ol>", 1)[0]
    assert doing.count("<li>") == 3
    assert "To know if there is a parcel" in doing.rpartition("<li>")[2], "the last one says how to find out"
    assert "What speaks for it being real:" in page
    assert "thailandpost-pay.top" in page
    assert not re.search(r"<a [^>]*thailandpost", page), "a pasted link never is one"


def test_what_is_not_known_is_never_called_safe(outside: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    page = check(outside, ORDINARY)
    assert '<section class="ans none"><h1>We do not know it yet</h1>' in page
    assert "That does not mean it is safe." in page
    assert "among 100" not in page
    assert "Already paid" in page
    count_this_year(monkeypatch)
    page = check(outside, ORDINARY)
    assert re.search(r"Scams among 100 messages that we do not know, in our test: [1-9]\d?", page)


def test_a_number_of_a_hundred_is_told_of_groups_of_a_hundred_texts_and_more_alone() -> None:
    told = [group_of("th", probability) for probability in (0.05, 0.2, 0.4, 0.6, 0.8, 0.95, 1.0)]
    assert [one.sure for one in told if one] == ["unknown"] * 3 + ["suspicious"] * 2 + ["very"] * 2
    assert all(one.count >= 100 and 1 <= one.of_100 <= 99 for one in told if one)
    assert group_of("my", 0.99) is None, "nothing was measured in Burmese"


@pytest.mark.parametrize("probability", [0.51, 0.6, 0.7, 0.85])
def test_an_english_message_just_over_the_limit_is_not_promised_what_those_far_over_it_were(
    probability: float,
) -> None:
    assert group_of("en", probability) is None, "fewer than a hundred texts stood there"
    low, high = group_of("en", 0.02), group_of("en", 0.99)
    assert low
    assert low.sure == "unknown"
    assert high is None or high.count >= 100


@pytest.mark.parametrize(
    "text",
    ["a@b.com", "call me: x@y.com", "mail: x@y.com", "example.com", "https://example.com/x", "com", "พัสดุ"],
)
def test_an_address_or_a_word_is_no_message_to_be_judged_by_its_words(outside: Client, text: str) -> None:
    page = check(outside, text)
    assert '<section class="ans none"><h1>We do not know it yet</h1>' in page
    assert "very sure" not in page
    assert "Worded like known scams" not in page.partition("<ol")[2] or text.startswith("call")
    assert "among 100" not in page


def test_a_word_beside_a_look_alike_link_is_suspicious_all_the_same(outside: Client) -> None:
    assert "<h1>Suspicious</h1>" in check(outside, "กด https://www.kasikornbamk.com/login")


def test_an_english_scam_is_still_called_one(outside: Client) -> None:
    page = check(
        outside,
        "Congratulations, you have won a 1000 prize! Claim now: call 09061701461 with code KL341. Urgent, last chance",
    )
    assert '<section class="ans scam">' in page


@pytest.mark.parametrize(
    ("text", "worded"),
    [
        ("โอนก่อน", True),
        ("พัสดุ", False),
        ("พัสดุ thpost.icu", False),
        ("恭喜您中奖", True),
        ("hello", False),
        ("send money", True),
        ("a@b.com c@d.com", False),
        ("https://a.example/one-two-three/four", False),
    ],
)
def test_words_are_counted_also_where_none_is_parted_by_a_space(text: str, worded: bool) -> None:
    assert has_words(text) == worded


def test_an_advert_of_a_scam_compound_says_why_and_what_not_to_do(outside: Client) -> None:
    page = check(outside, ADVERT)
    assert '<section class="ans scam">' in page
    assert "irregular" in page or "Travel or crossing outside the rules" in page
    assert "Do not send papers, do not pay and do not travel yet." in page
    assert 1 <= page.count("<mark>") <= 3


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        ("รหัส OTP ของคุณคือ 482913 ห้ามบอกใคร", "482913"),
        ("Your one-time code is 73 92 15", "73 92 15"),
        ("pay with card 4111 1111 1111 1111 now", "4111 1111 1111 1111"),
        ("รหัส ๔๘๒๙๑๓", "๔๘๒๙๑๓"),
    ],
)
def test_a_code_or_a_card_is_covered_before_anything_is_shown_or_sent(
    scene: Scene, outside: Client, text: str, gone: str
) -> None:
    page = check(outside, text)
    assert gone not in page
    assert gone.translate(str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789")) not in page
    assert len(mask_secret_digits(text)) == len(text)
    assert "We covered the code or card number for you." in page
    outside.post("/check/tip", data={"text": text})
    with scene.ledger.open_session() as session:
        sealed = session.scalars(select(Submission.sealed)).one()
    assert gone not in unseal(seal_key(scene.ledger.home), sealed)[0]["said"]["text"]


def test_nothing_pasted_is_kept_unless_it_is_reported(
    scene: Scene, outside: Client, ledger_server: PostgresServer
) -> None:
    check(outside, SCAM)
    check(outside, "081 234 5678")
    with scene.ledger.open_session() as session:
        assert session.scalars(select(Submission)).all() == []
    assert outside.post("/check/wrong", data={"text": SCAM, "answer": "very"}).status_code == 200
    assert outside.post("/check/tip", data={"text": SCAM, "answer": "very"}).status_code == 200
    with scene.ledger.open_session() as session:
        assert sorted(session.scalars(select(Submission.kind))) == ["tip", "wrong"]


def test_longer_than_the_box_is_cut_and_said(outside: Client) -> None:
    page = check(outside, "สวัสดี " * 2000)
    assert "It was longer than 4,000 letters; we read the beginning." in page


def test_an_empty_box_is_told_beside_it(outside: Client) -> None:
    answer = outside.post("/check?l=en", data={"q": "  "})
    assert answer.status_code == 400
    assert 'id="q-wrong"' in answer.text


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "'; DROP TABLE cases; --",
        "=cmd|' /C calc'!A0",
        "א" * 3999,
        "{{7*7}} {n}",
    ],
)
def test_naughty_text_is_answered_as_text(outside: Client, text: str) -> None:
    page = check(outside, text)
    assert "<script>alert" not in page
    assert "We do not know it yet" in page or "Suspicious" in page or "Looks like a scam" in page


def test_a_name_that_looks_like_a_banks_is_suspicious_and_the_banks_own_is_not(outside: Client) -> None:
    assert "<h1>Suspicious</h1>" in check(outside, "https://www.kasikornbamk.com/login")
    assert "<h1>We do not know it yet</h1>" in check(outside, "https://www.kasikornbank.com/th")


def test_one_identifier_is_read_however_it_is_written() -> None:
    phones = [
        "081-234-5678",
        "+66 81 234 5678",
        "๐๘๑ ๒๓๔ ๕๖๗๘",
        "0066812345678",
        "(081) 234 5678",
        "081.234.5678",
    ]
    phones += ["tel:+66812345678", "081\u2011234\u20115678", "081\u00a0234\u00a05678", "+66 (0) 81 234 5678"]
    assert {one.name for text in phones if (one := only_identifier(text))} == {"number:+66812345678"}
    assert [only_identifier(text) for text in ("50000.00", "12.50", "192.168.100.100", "1.234.567.890")] == [
        None
    ] * 4
    assert [one.name for one in identifiers_in("โทร (081) 234 5678 หรือ 089.111.4477")] == [
        "number:+66812345678",
        "number:+66891114477",
    ]
    links = ["http://Bad-Pay.top/a?b=1", "www.bad-pay.top", "hxxp://bad-pay[.]top/"]
    assert {one.name for text in links if (one := only_identifier(text))} == {"link:bad-pay.top"}
    told = identifiers_in(
        "โทร 081-234-5678 หรือ facebook.com/Bad.Page เว็บ scb.co.th โอน 123-4-56789-0 ไลน์ @BadShop"
    )
    assert [one.name for one in told] == [
        "number:+66812345678",
        "link:facebook.com/Bad.Page",
        "number:1234567890",
        "line:@badshop",
    ]


def test_a_picture_without_a_reader_asks_for_the_words(
    outside: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    answer = outside.post("/check?l=en", data={"q": ""}, files={"f": ("a.png", PNG, "image/png")})
    assert answer.status_code == 400
    assert "we cannot read pictures here" in answer.text
    page = outside.get("/check?l=en").text
    assert "Type its words into the box; we cannot read pictures here." in page
    assert 'type="file"' not in page, "nobody is offered what is refused"


def test_a_picture_is_asked_for_where_pictures_can_be_read(
    outside: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader(tmp_path, monkeypatch, "true")
    page = outside.get("/check?l=en").text
    assert 'type="file"' in page
    assert "we cannot read pictures here" not in page


@pytest.mark.parametrize("text", ["😀" * 50, "....", "\u200b\u200d", "!?!", "<br>", "…\n—"])
def test_where_there_is_nothing_to_read_that_is_said(outside: Client, text: str) -> None:
    answer = outside.post("/check?l=en", data={"q": text})
    assert answer.status_code == 400
    assert 'id="q-wrong"' in answer.text
    assert "There is nothing to read in it" in answer.text
    assert "We looked at the words" not in answer.text


def test_a_megabyte_of_thai_is_cut_and_said_whichever_way_a_form_is_sent(outside: Client) -> None:
    for sent in ({"data": {"q": "ก" * 350_000}}, {"files": {"q": (None, "ก" * 1_000_000)}}):
        answer = outside.post("/check?l=en", **sent)  # type: ignore[arg-type]
        assert answer.status_code == 200
        assert "It was longer than 4,000 letters; we read the beginning." in answer.text


def reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """A tesseract of its own on the path."""
    place = tmp_path / "tesseract"
    place.write_text(f"#!/bin/sh\n{script}\n")
    place.chmod(place.stat().st_mode | stat.S_IEXEC)
    monkeypatch.setenv(
        "PATH", f"{tmp_path}:{Path(shutil.which('prlimit') or '/usr/bin/prlimit').parent}:/bin"
    )


def test_the_words_of_a_picture_are_answered_as_typed(
    outside: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader(tmp_path, monkeypatch, f"cat > /dev/null; echo '{SCAM}'")
    answer = outside.post("/check?l=en", data={"q": ""}, files={"f": ("a.png", PNG, "image/png")})
    assert "<h1>Looks like a scam</h1>" in answer.text
    assert "Read from your picture" in answer.text


def test_a_picture_of_a_number_is_answered_as_that_number(
    scene: Scene, outside: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An official one as official, no matter who drew it."""
    channels.publish_channels(scene.ledger, clock.get_now())
    reader(tmp_path, monkeypatch, "cat > /dev/null; echo 1441")
    answer = outside.post("/check?l=en", data={"q": ""}, files={"f": ("a.png", PNG, "image/png")})
    assert "Yes, this is on the official list" in answer.text
    reader(tmp_path, monkeypatch, "cat > /dev/null; echo 081-234-5678")
    drawn = outside.post("/check?l=en", data={"q": ""}, files={"f": ("a.png", PNG, "image/png")})
    assert drawn.text == outside.post("/check?l=en", data={"q": "081-234-5678"}).text


def test_a_reader_that_hangs_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "SECONDS", 1)
    # One that is not ended outlasts what a test may take.
    reader(tmp_path, monkeypatch, "exec sleep 600")
    with pytest.raises(pictures.PictureBusyError):
        pictures.read_picture_text(PNG)


def test_a_picture_that_says_it_has_a_billion_pixels_is_refused(outside: Client) -> None:
    huge = PNG[:16] + (100_000).to_bytes(4, "big") * 2 + PNG[24:]
    for content in (huge, b"GIF89a", b"PK\x03\x04" + bytes(100), b"%PDF-1.4"):
        answer = outside.post("/check?l=en", data={"q": ""}, files={"f": ("a.png", content, "image/png")})
        assert answer.status_code == 400


def test_the_page_says_how_often_it_is_too_careful_with_the_bound(outside: Client) -> None:
    page = read(outside.get("/check?l=en").text)
    assert "How often we are too careful" in page
    rows = re.findall(
        r'<tr><td>([^<]+)</td><td class="num">([\d,]+)</td><td class="num">(\d+)</td><td class="num">([\d.]+) %</td></tr>',
        page,
    )
    assert [row[0] for row in rows] == [
        "Thai text messages",
        "Thai posts",
        "English text messages",
        "Thai advertising",
    ]
    assert sum(int(row[1].replace(",", "")) for row in rows) >= 3000


def test_marks_never_overlap_and_the_pieces_are_the_text() -> None:
    for text in (SCAM, ADVERT, ORDINARY):
        assert "".join(piece for piece, _ in answer_text(text).pieces) == mask_secret_digits(text)


@pytest.mark.parametrize(
    "text",
    [
        "ยืนยันบัญชี Kasikornbank ที่ kаsikоrnbаnk.соm",
        "kаsikоrnbаnk.соm",
        "https://kbank.co.th@evil.top/",
        "https://kasikornbank.com@evil.top/login",
        "กดที่ https://kasikornbank.com@evil.top/login นะ",
    ],
)
def test_a_fake_address_is_never_the_banks_own(outside: Client, text: str) -> None:
    page = check(outside, text)
    assert '<section class="ans scam">' in page
    assert "own site" not in page
    assert "owner's own" not in page.replace("&#39;", "'")
    assert not any(
        "kasikornbank.com" in one.spelled or "kbank" in one.spelled for one in identifiers_in(text)
    )


@pytest.mark.parametrize(
    "text", ["https://aoc.mdes.go.th@evil.top/", "аoc.mdes.go.th", "aoc.mdes.go.th@evil.top"]
)
def test_a_copy_of_an_official_address_is_not_on_the_list(scene: Scene, outside: Client, text: str) -> None:
    channels.publish_channels(scene.ledger, scene.now)
    page = read(outside.post("/real?l=en", data={"q": text}).text)
    assert "Not on the official list" in page
    assert "on the official list</h1><p><b" not in page
    assert '<section class="ans scam">' in check(outside, text)
