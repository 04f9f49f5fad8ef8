"""A cry for help is heard in every form of the public pages and in every language: help comes first, and it is filed first."""

import pytest
from httpx import Client
from sqlalchemy import select

from tests.cases.scenes import Scene
from tests.public.test_report import read, turn
from tests.web.conftest import Night
from warroom.public.outside.urgency import DISTRESS, URGENCIES
from warroom.public.schema import KINDS, PublicReport, Submission
from warroom.web.public.distress import find_cry, find_cry_in_form
from warroom.web.public.languages import PUBLIC_LANGUAGES, load_sentences
from warroom.web.public.places import ROUTES

HELD = {
    "th": "แม่ หนูถูกขังอยู่ที่เมียวดี ออกไม่ได้ เขายึดพาสปอร์ต เขาตีหนู ช่วยด้วย",
    "en": "They locked me in and took my phone, help me",
    "zh": "我被关在园区里,护照被收走了,出不去,救命",
    "my": "ကျွန်တော့်ကို ပိတ်လှောင်ထားတယ်၊ ထွက်လို့မရဘူး၊ ကယ်ပါ",
    "km": "គេឃុំខ្ញុំ ចេញមិនបាន ជួយខ្ញុំផង",
    "lo": "ແມ່ ຂ້ອຍຖືກຂັງຢູ່ເມຍວະດີ ອອກບໍ່ໄດ້ ເຂົາຍຶດໂທລະສັບ ຊ່ວຍຂ້ອຍດ້ວຍ",
    "vi": "em bị nhốt ở đây, họ lấy hộ chiếu của em, cứu em với",
}
DESPAIR = {
    "th": "อยากตาย โดนหลอกหมดตัวแล้ว",
    "en": "I want to kill myself, I lost everything to the scammers",
    "zh": "钱都被骗光了,我不想活了",
    "my": "ငွေအကုန်ဆုံးပြီ၊ သတ်သေချင်တယ်",
    "km": "ខ្ញុំបាត់លុយអស់ ខ្ញុំចង់ស្លាប់",
    "lo": "ຂ້ອຍເສຍເງິນໝົດແລ້ວ ຂ້ອຍຢາກຕາຍ",
    "vi": "tôi mất hết tiền rồi, tôi muốn chết",
}
WRITTEN = {
    "/check": "q",
    "/check/wrong": "text",
    "/check/recheck": "text",
    "/check/tip": "text",
    "/real": "q",
    "/report/money": "to",
    "/report/tip": "text",
    "/report/job": "text",
    "/report/job/send": "text",
    "/report/missing": "heard",
    "/report/code": "phone",
    "/receipt/answer": "text",
    "/receipt/complaint": "complaint",
    "/appeal/more": "text",
    "/appeal/ask": "text",
    "/refund/claim": "text",
}
"""Each form in which somebody can write, with one of its fields."""
CHOSEN = {
    "/report/again",
    "/report/sum",
    "/receipt",
    "/receipt/file",
    "/receipt/proof",
    "/appeal",
    "/refund",
    "/learn/room",
    "/learn/room/open",
    "/learn/room/file",
    "/learn/answer",
    "/learn/next",
    "/learn/remind",
    "/learn/certificate",
}
"""Forms of codes, files, numbers and choices alone."""


def test_every_public_form_is_one_of_the_two() -> None:
    posted = {route.path for route in ROUTES if "POST" in (route.methods or ())}
    assert posted == WRITTEN.keys() | CHOSEN


@pytest.mark.parametrize("path", WRITTEN)
def test_every_form_hears_a_cry_in_every_language_and_shows_help_first(
    scene: Scene, outside: Client, path: str
) -> None:
    for language in PUBLIC_LANGUAGES:
        form = {"when": "15", "text": "", "code": "", WRITTEN[path]: HELD[language]}
        page = read(outside.post(f"{path}?l={language}", data=form).text)
        t = load_sentences(language)
        main = page.partition('<main id="m">')[2]
        assert str(t("help.title")) in main, (path, language)
        assert str(t("help.listens")) in main
        assert main.index("tel:1300") < main.index("tel:1441"), (path, language)
        before_help = main.partition(str(t("help.title")))[0]
        assert "<form" not in before_help
        assert 'class="ans' not in before_help
    with scene.ledger.open_session() as session:
        assert set(session.scalars(select(Submission.urgency))) <= {DISTRESS}


@pytest.mark.parametrize("path", ["/check", "/report/tip", "/report/job", "/real"])
def test_who_speaks_of_ending_their_life_is_given_the_number_that_listens(outside: Client, path: str) -> None:
    for language in PUBLIC_LANGUAGES:
        page = read(outside.post(f"{path}?l={language}", data={WRITTEN[path]: DESPAIR[language]}).text)
        main = page.partition('<main id="m">')[2]
        assert str(load_sentences(language)("help.despair")) in main, (path, language)
        assert main.index("tel:1323") < main.index("tel:1441")


@pytest.mark.parametrize(
    "text",
    [
        "โอน 200,000 ถึงจะปล่อยตัว",
        "เขาให้โอนเงิน ๒๐๐,๐๐๐ บาท แล้วถึงจะปล่อยลูก",
        "ถ้าไม่จ่ายคืนนี้เขาจะฆ่า",
    ],
)
def test_a_ransom_is_a_cry(text: str) -> None:
    assert find_cry(text) == "held"


@pytest.mark.parametrize(
    "text",
    [
        "โอนค่าธรรมเนียมก่อน ถึงจะปล่อยกู้ 50,000 บาท",
        "พัสดุของท่านตกค้าง กรุณาชำระค่าภาษี 32 บาท",
        "ร้อนจะตายอยู่แล้ว เย็นนี้กินอะไรดี",
        "Your parcel could not be delivered, pay 20 baht",
        "tôi đi từ từ, lát nữa về",
        "ຂ້ອຍກັບບ້ານຄ່ຳໆ ບໍ່ຕ້ອງລໍຖ້າ",
        "😀" * 200,
        "\u202e\u202d\u200f" * 500,
        "ก" * 20_000,
        "",
    ],
)
def test_what_is_no_cry_is_none(text: str) -> None:
    assert find_cry(text) == ""


def test_a_cry_beyond_other_fields_is_heard_and_a_code_is_not_read() -> None:
    assert find_cry_in_form([("bank", "B01"), ("to", HELD["th"])]) == "held"
    assert find_cry_in_form([("code", HELD["th"]), ("once", HELD["en"])]) == ""


def test_a_message_of_others_can_still_be_checked(outside: Client) -> None:
    words = "ลูกคุณถูกขังไว้ โอน 200,000 ถึงจะปล่อยตัว ด่วน ห้ามบอกใคร"
    first = read(outside.post("/check?l=en", data={"q": words}).text)
    assert "Did somebody else send you these words?" in first
    second = read(outside.post("/check?l=en", data={"q": words, "others": "1"}).text)
    assert 'class="ans' in second
    assert "Get help now" not in second


def test_a_cry_is_filed_first_whatever_its_kind(scene: Scene, outside: Client) -> None:
    outside.post("/check/tip", data={"text": HELD["th"]})
    outside.post("/check/wrong", data={"text": HELD["lo"]})
    outside.post("/check/tip", data={"text": "089 555 0147"})
    with scene.ledger.open_session() as session:
        filed = session.execute(select(Submission.kind, Submission.urgency).order_by(Submission.id)).all()
    assert [tuple(row) for row in filed] == [("tip", 3), ("wrong", 3), ("tip", 1)]
    assert set(URGENCIES) == set(KINDS)


def test_a_cry_in_an_answer_raises_the_old_report(night: Night, outside: Client) -> None:
    page = read(outside.post("/report/tip?l=en", data={"text": "They buy bank accounts at the market"}).text)
    code = page.partition('name="code" value="')[2].partition('"')[0]
    turn(night)
    outside.post("/receipt/answer", data={"code": code, "text": HELD["en"]})
    turn(night)
    with night.ledger.open_session() as session:
        assert session.scalars(select(PublicReport.urgency)).all() == [DISTRESS]
