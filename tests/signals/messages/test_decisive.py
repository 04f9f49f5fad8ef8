"""Marks that decide alone, pairs of weaker ones, and that neither accuses who warns, who tells, or who gives his account."""

import unicodedata

import pytest

from warroom.public.outside.answers import answer_link, answer_text
from warroom.public.outside.identifiers import only_identifier
from warroom.signals.addresses.known import load_known_names
from warroom.signals.messages.reading import read_message
from warroom_lab.labelled.message_making import MadeText, make_messages

AHEAD = frozenset("เแโใไ")
BANKS = ("กสิกรไทย", "ไทยพาณิชย์", "กรุงไทย", "กรุงเทพ", "ออมสิน", "SCB", "KBank", "ttb", "BBL", "Maybank")


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("ท่านมีชื่อในคดี ให้ย้ายเงินไปบัญชีปลอดภัยที่เจ้าหน้าที่แจ้ง", "safe_account"),
        ("A police colonel here: transfer your savings to a safe account today", "safe_account"),
        ("พี่ติดประชุม ช่วยซื้อบัตร google play 5 ใบ ขูดแล้วส่งรหัสมาให้ด้วย", "gift_codes"),
        ("It's the boss. Buy 4 Google Play cards and send me the codes", "gift_codes"),
        ("ดูเอกสารที่ https://drive.google.com/file/d/1/form.apk ได้เลย", "apk_link"),
        ("Your file is ready: files-share.top/a/app.apk", "apk_link"),
        ("หนูต้องใช้เงิน โอนค่าปลดล็อก 5,000 บาท เรื่องนี้เป็นความลับ", "secret"),
        ("I need 5,000 baht, keep it between us", "secret"),
        ("ช่วยบอกรหัสที่เข้าเครื่องให้หน่อย ขอรหัสหน่อยนะ", "ask_code"),
        ("Please send me the 6-digit code you just got", "ask_code"),
        ("ตำรวจจะวิดีโอคอลสอบปากคำ ขอให้เปิดกล้อง", "video_call"),
        ("The cyber police wants a video call on LINE to take your statement", "video_call"),
        ("รับซื้อบัญชีธนาคาร เล่มละ 1,500 จ่ายสด", "sell_account"),
        ("We buy bank accounts, 3,000 each, cash", "sell_account"),
        ("เข้าดูได้ที่ scb.co.th.secure-login.net", "look_alike_link"),
    ],
)
def test_a_decisive_mark_decides_whatever_the_other_words(text: str, mark: str) -> None:
    found = read_message(text)
    assert found.kind == "scam"
    assert mark in found.deciding
    assert f"message_{mark}" == found.reasons[0].reason.code, "what decides stands first"
    assert answer_text(text).shape == "scam"


@pytest.mark.parametrize(
    "text",
    [
        "ธนาคารไม่มีนโยบายให้ย้ายเงินไปบัญชีปลอดภัย หากมีคนโทรมาให้วางสาย",
        "The bank will never ask you to move your money to a safe account",
        "ตำรวจเตือน: ตำรวจไม่วิดีโอคอลสอบปากคำ และไม่ให้โอนเงินตรวจสอบ",
        "Police warn: no officer investigates by video call",
        "เมื่อวานมีคนโทรมาบอกให้โอนเงินเข้าบัญชีปลอดภัย เราวางสายเลย",
        "OTP 482913 ห้ามบอกรหัสนี้แก่ผู้อื่น แม้แต่พนักงาน",
        "Never tell the code to anybody, even our staff. 482913 is your OTP",
        "เย็นนี้วิดีโอคอลหายายด้วยนะ ยายคิดถึง",
        "ซื้อบัตรของขวัญให้ลูกค้า 10 ใบ เบิกกับฝ่ายบัญชีได้เลย",
        "The gift cards for the team arrived, invoice follows",
        "รับเงินบำนาญผ่านกรมบัญชีกลางวันที่ 25 พ.ย.",
    ],
)
def test_a_warning_a_retelling_and_ordinary_life_decide_nothing(text: str) -> None:
    found = read_message(text)
    assert found.deciding == ()
    assert found.kind != "scam"


def test_two_weaker_marks_and_near_words_are_suspicious_and_an_ordinary_text_is_not() -> None:
    near = read_message(
        "Your parcel is on hold due to an unpaid fee. Pay 2.50 at parcel-desk.info/x within 24 hours"
    )
    assert near.suspicious
    assert not read_message("Your parcel arrives tomorrow between 10:00 and 12:00").suspicious


@pytest.mark.parametrize("bank", BANKS)
@pytest.mark.parametrize(
    "form",
    ["บัญชี 012-3-45678-9 {}", "012-3-45678-9 {} นายสมชาย ใจดี", "เลขบัญชี {} 012 345 6789", "{} 0123456789", "Account {} 012-3-45678-9"],
)  # fmt: skip
def test_an_accounts_number_with_its_banks_name_alone_is_not_suspicious(bank: str, form: str) -> None:
    assert answer_text(form.format(bank)).shape == "none"


def _is_within_a_letter(text: str, at: int) -> bool:
    if not 0 < at < len(text):
        return False
    before, after = text[at - 1], text[at]
    if before.isspace() or after.isspace():
        return False
    return unicodedata.category(after).startswith("M") or after in "ะาำๅ" or before in AHEAD


def _read_every(lang: str) -> list[MadeText]:
    return [made for made in make_messages() if made.lang == lang][::3]


@pytest.mark.parametrize("lang", ["th", "en"])
def test_no_mark_begins_or_ends_inside_a_letter_and_no_scam_speaks_for_itself(lang: str) -> None:
    for made in (*_read_every(lang), MadeText("บัญชี 012-3-45678-9 ดอกเบี้ยสูง โอนเลย", "scam", "th", "", "")):
        found = read_message(made.text)
        cut = [
            made.text[start:end]
            for marked in (*found.reasons, *found.against)
            for start, end in marked.spans
            if _is_within_a_letter(made.text, start) or _is_within_a_letter(made.text, end)
        ]
        assert not cut, made.text
        if found.suspicious:
            assert {marked.reason.code for marked in found.against} <= {"message_own_link"}, made.text


@pytest.mark.parametrize("name", sorted(load_known_names("shorteners") | load_known_names("chats"))[::4])
def test_a_shortener_or_a_chat_never_speaks_for_a_link(name: str) -> None:
    text = f"{name}/abc"
    link = only_identifier(text)
    assert link is not None
    assert answer_link(link, text).against == ()


@pytest.mark.parametrize(
    "text", ["docs.google.com/forms/d/1", "drive.google.com/file/d/1", "somebody.weebly.com"]
)
def test_a_shared_host_never_speaks_for_a_link(text: str) -> None:
    link = only_identifier(text)
    assert link is not None
    assert answer_link(link, text).against == ()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("scb.co.th.secure-login.net", "domain_dotted"),
        ("http://103.22.14.9/scb", "message_look_alike_link"),
        ("https://drive.google.com/uc/x.apk", "message_apk_link"),
        ("dol-go.th", "domain_dotted"),
    ],
)
def test_a_lone_link_says_what_is_wrong_with_it(text: str, code: str) -> None:
    link = only_identifier(text)
    answer = answer_text(text) if link is None else answer_link(link, text)
    assert answer.shape == "scam"
    assert code in [one.reason.code for one in answer.why]


@pytest.mark.parametrize(
    "text",
    [
        "[TB] Quy khach da dang ky thanh cong goi 5G 135.000d, mien phi truy cap Internet hom nay. LH 198 (mien phi)",
        "(Viettel) Đổi điểm Viettel++ lấy quà ngay hôm nay trên app, miễn phí. Chi tiết 18008098 (miễn phí)",
        "VNPT: Quý khách còn nợ cước 120.000đ, vui lòng thanh toán trước ngày 25 để tránh tạm khóa một chiều",
        "Telkomsel: Aktifkan paket 10GB 30 hari hanya Rp 35.000 hari ini. Hub *363#. S&K berlaku",
        "Pulsa anda Rp 12.000 berlaku sampai 30/11. Klik telkomsel.com untuk promo hari ini",
    ],
)
def test_an_operators_honest_words_are_no_scam_in_vietnamese_and_indonesian(text: str) -> None:
    found = read_message(text)
    assert found.kind != "scam"
    assert not found.suspicious


def test_made_messages_are_the_same_each_time_and_leave_no_slot_empty() -> None:
    assert make_messages.__wrapped__() == make_messages()
    texts = [made.text for made in make_messages()]
    assert len(texts) > 1_500
    assert not [text for text in texts if set("[]{}|") & set(text)]
