"""What a citizen or an officer learns of one message, and that no message breaks it."""

import base64
import time

import pytest

from tests.speed import allow_seconds
from warroom.reasons.reason import render
from warroom.signals.messages.normal import LONGEST, normalise_message
from warroom.signals.messages.reading import read_message
from warroom.signals.messages.signs import list_sign_names, load_message_signs, map_sign_directions

PARCEL = "พัสดุของคุณตกค้างที่ศุลกากร ชำระค่าธรรมเนียม 49 บาทที่ thpost-track.icu ภายใน 24 ชั่วโมง"
RECOVERY = "ปปง. คืนเงินผู้เสียหาย ช่วยตามเงินคืนที่ถูกหลอกโอน แอดไลน์ @refund จ่ายค่าธรรมเนียมก่อน"


def words_of(text: str) -> list[str]:
    return [text[start:end] for marked in read_message(text).reasons for start, end in marked.spans]


def test_a_parcel_scam_is_told_with_its_type_and_the_words_that_show_it() -> None:
    found = read_message(PARCEL)
    assert (found.language, found.kind, found.type) == ("th", "scam", "parcel")
    assert found.of_100 == min(99, round(100 * (found.probability or 0)))
    assert {"พัสดุ", "ชำระค่าธรรมเนียม", "thpost-track.icu"} <= set(words_of(PARCEL))


def test_whoever_offers_lost_money_back_is_a_recovery_scam_though_it_names_an_agency() -> None:
    found = read_message(RECOVERY)
    assert (found.kind, found.type) == ("scam", "recovery")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("รหัส OTP ของคุณคือ 482913 ใช้ได้ภายใน 5 นาที ห้ามบอกใคร", "otp"),
        ("Your verification code is 482913. Do not share it with anyone.", "otp"),
        ("เย็นนี้กลับมากินข้าวด้วยกันนะ แม่ทำแกงไว้ให้", "ok"),
        ("Running ten minutes late, start without me", "ok"),
        ("ลดสูงสุด 50% ทุกสาขา ช้อปคอลเลกชันใหม่ ถึงสิ้นเดือน ยกเลิกรับ SMS โทร 021234567", "advert"),
        ("ธนาคารเตือน: อย่าหลงเชื่อมิจฉาชีพ ธนาคารไม่มีนโยบายส่งลิงก์ทาง SMS", "ok"),
    ],
)
def test_honest_messages_are_what_they_are(text: str, kind: str) -> None:
    assert read_message(text).kind == kind


@pytest.mark.parametrize(
    ("text", "type_"),
    [
        (
            "Your parcel could not be delivered, pay the customs fee at track-parcel.top within 24 hours",
            "parcel",
        ),
        ("招兼职，在家刷单点赞，日结800元，加微信 job886", "job"),
        ("Nhà cái uy tín nạp lần đầu tặng 100%, nổ hũ tài xỉu, click đăng ký", "gambling"),
        ("សួស្តី កាស៊ីណូ ស្លុត បាការ៉ាត់ ហ្វ្រី 100% ចុះឈ្មោះ bet-kh.top", "gambling"),
        ("ငွေချေး အပေါင်မဲ့ ချက်ချင်း လင့်ခ်နှိပ်ပါ fast-loan.top", "loan"),
    ],
)
def test_scams_in_other_scripts_are_found_by_their_words(text: str, type_: str) -> None:
    found = read_message(text)
    assert (found.kind, found.type) == ("scam", type_)


def test_a_language_that_nobody_measured_is_said_to_be_so() -> None:
    doubts = [render(one, "en") for one in read_message("ກົດລິ້ງ ເງິນກູ້ດ່ວນ").doubts]
    assert doubts == ["Nobody has measured this language; the answer rests on word lists"]


@pytest.mark.parametrize("text", ["", "   \n", "😀🎉🎁", "\u200b\u200d\ufeff", "!!!???", "\x00\x1b"])
def test_where_there_is_nothing_to_read_there_is_no_answer(text: str) -> None:
    found = read_message(text)
    assert (found.kind, found.probability, found.of_100, found.language) == (None, None, None, "und")
    assert [one.code for one in found.doubts] == ["message_nothing_to_read"]


def test_look_alike_letters_and_signs_that_nobody_sees_hide_nothing() -> None:
    plain = read_message("สมัครบาคาร่าเครดิตฟรี แตกง่าย ฝากถอนไว")
    hidden = read_message("สมัครบ\u200bาคาร่าเครดิ\u200dตฟรี แตกง่\ufeffาย ฝากถอนไว")
    assert hidden.probability == plain.probability
    cyrillic = read_message("Verify yоur аccount at sеcure-login.vip immediately")
    assert cyrillic.kind == "scam"
    assert "message_disguise" in [one.reason.code for one in cyrillic.reasons]


def test_marked_words_are_those_that_were_sent() -> None:
    sent = "<p>คลิก&nbsp;<a href='https://thpost.icu/x'>ที่นี่</a> พั\u200bสดุ</p>"
    assert {"https://thpost.icu/x", "พั\u200bสดุ"} <= set(words_of(sent))


def test_text_written_downwards_wrapped_in_base64_or_typed_for_zawgyi_is_read() -> None:
    downwards = "\n".join(["สล", "็อ", "ต", "บา", "คา", "ร่า", "ฟรี"])
    assert "สล็อต" in normalise_message(downwards).text
    wrapped = base64.b64encode(PARCEL.encode()).decode()
    assert read_message(wrapped).type == "parcel"
    assert all(0 <= a < b <= len(wrapped) for m in read_message(wrapped).reasons for a, b in m.spans)
    assert read_message("ေခ်းေငြ ၾကိဳတင္ ဆုမဲ").language == "my"


def test_a_megabyte_costs_no_more_than_a_long_message_and_says_that_it_was_cut() -> None:
    began = time.process_time()
    found = read_message(PARCEL + " ก" * 500_000)
    assert time.process_time() - began < allow_seconds(1.0)
    assert found.doubts[0].code == "message_cut"
    assert found.doubts[0].params == {"letters": LONGEST}


def test_two_hundred_languages_in_one_message_are_read() -> None:
    letters = "".join(chr(first + at) for first in range(0x0370, 0x3000, 0x40) for at in range(0, 0x40, 8))
    found = read_message(" ".join(letters[at : at + 5] for at in range(0, len(letters), 5)))
    assert found.kind is not None or found.doubts


def test_every_word_list_has_its_sentence_in_both_languages() -> None:
    from warroom.signals.messages.reading import MarkedReason  # noqa: F401

    said = [name for name, sign in map_sign_directions().items() if sign != "neither"]
    from warroom.reasons.reason import load_sentences

    assert not [name for name in said if f"message_{name}" not in load_sentences()]
    assert len(load_message_signs()) > 20


def test_no_feature_is_of_a_nationality_an_ethnicity_or_a_language() -> None:
    banned = (
        "nation",
        "ethnic",
        "race",
        "religion",
        "language",
        "script",
        "sex",
        "foreign",
        "thai",
        "burm",
        "khmer",
        "lao_",
    )
    assert not [name for name in list_sign_names() if any(word in name for word in banned)]


@pytest.mark.parametrize(
    "text",
    [
        "ยืนยันบัญชี Kasikornbank ที่ kаsikоrnbаnk.соm",
        "ยืนยันบัญชีที่ k̲asikornbank.com",
        "ดูที่ https://kbank.co.th@evil.top/ ได้เลย",
        "ดูที่ https://kasikornbank.com@evil.top/login ได้เลย",
        "ดูที่ https://evil.top@kasikornbank.com/login ได้เลย",
    ],
)
def test_a_banks_name_in_others_letters_or_before_an_at_sign_never_speaks_for_it(text: str) -> None:
    found = read_message(text)
    assert "message_look_alike_link" in [one.reason.code for one in found.reasons]
    assert "message_own_link" not in [one.reason.code for one in found.against]


def test_a_banks_own_link_still_speaks_for_it() -> None:
    found = read_message("เงินเข้าแล้ว ดูที่ https://www.kasikornbank.com/th")
    assert "message_own_link" in [one.reason.code for one in found.against]


@pytest.mark.parametrize(
    "text",
    [
        "ลูกถูกจับตัว โอนเงินมา 200000 ห้ามบอกตำรวจ",
        "อย่าบอกใคร โอนก่อน",
        "Your child is with us. Send 200000 baht and do not tell the police",
        "รหัสคดี 12345 ห้ามบอกใคร",
        "OTP 482913 ห้ามบอกตำรวจ",
    ],
)
def test_telling_nobody_is_a_secret_and_never_a_sign_of_honesty(text: str) -> None:
    found = read_message(text)
    assert "message_secret" in [one.reason.code for one in found.reasons]
    assert "message_keep_code" not in [one.reason.code for one in found.against]


@pytest.mark.parametrize(
    "text",
    [
        "50000",
        "(081) 234 5678",
        "1441 เจ้าหน้าที่โทรมา",
        "၁၂၃၄၅၆ ပို့ပါ",
        "ส่งไปที่ 0x12345678 abcdef1234567890",
        "Send 200000 baht",
        "code: send 50000 baht",
        "รหัสพนักงาน 12345",
        "ส่งที่ 10110",
    ],
)
def test_digits_are_a_code_only_beside_a_word_for_one(text: str) -> None:
    assert "message_code" not in [one.reason.code for one in read_message(text).against]


@pytest.mark.parametrize(
    "text",
    [
        "รหัส OTP ของคุณคือ 482913 ใช้ได้ภายใน 5 นาที ห้ามบอกใคร",
        "OTP 482913 (Ref: ABCD) ห้ามบอกรหัสนี้แก่ผู้อื่น",
        "482913 is your OTP. Do not share it",
    ],
)
def test_a_true_code_and_its_warning_still_speak_for_a_message(text: str) -> None:
    found = read_message(text)
    assert {"message_code", "message_keep_code"} <= {one.reason.code for one in found.against}
    assert found.reasons == ()
