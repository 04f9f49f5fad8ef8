"""What an alert may not name is found however it is written, and what the house itself signs may stand there."""

import pytest

from tests.public.campaigning import SAID
from warroom.errors import NotPossible
from warroom.public.campaigns.wording import is_naming_somebody, read_wording

OFFICIAL = ("1441", "1155", "02-000-1111")


@pytest.mark.parametrize(
    "text",
    [
        "Call 0-8-1, 2/3/4 ~ 5.6.7.8",
        "โทร ๐๘๑ ๒๓๔ ๕๖๗๘",
        "ទូរស័ព្ទ ០៨១២៣៤៥៦៧៨",
        "ဖုန်း ၀၈၁၂၃၄၅၆၇၈",
        "ໂທ ໐໘໑໒໓໔໕໖໗໘",
        "Call ０８１２３４５６７８",
        "Call ⓪⑧①②③④⑤⑥⑦⑧",
        "Call (081) – (234) – (5678)",
        "Call 081-234-1155",
        "Press bit.ly/abc",
        "Press example.lan/abc",
        "Press thpost.support",
        "Press thpost.co.th",
        "Press thpost。icu",
        "Press thpost．icu",
        "Press thpost[.]icu",
        "Press thpost . icu",
        "Press xn--12c1fe0br.com",
        "Press ไปรษณีย์.ไทย",
        "Press 192.0.2.7",
        "Press line://ti/p/abc",
        "Write to @parcel_help",
        "Write to ＠parcel",
        "Write to help@thpost.example",
    ],
)
def test_numbers_links_and_names_are_found_however_they_are_written(text: str) -> None:
    assert is_naming_somebody(text, frozenset(("1441", "1155")))


@pytest.mark.parametrize(
    "text",
    [
        "Call 1441",
        "Call 1441, 1155",
        "โทร 1441 / 1155 ทุกวัน ตลอด 24 ชั่วโมง",
        "Call 02-000-1111",
        "A small sum, 20 to 60 baht. In the app you see it.",
        "พ.ศ. 2569 ราว 20–60 บาท",
        "They write that 1.5 million baht wait for you, e.g. at 9.30 a.m.",
        "The address reads thpost….example",
    ],
)
def test_what_the_house_signs_and_ordinary_words_pass(text: str) -> None:
    said = {language: one | {"genuine": text} for language, one in SAID.items()}
    assert read_wording(said, OFFICIAL)["en"].genuine == text


def test_an_official_number_hides_no_other_beside_it() -> None:
    said = {"en": SAID["en"] | {"genuine": "Call 1441 081 5"}}
    with pytest.raises(NotPossible):
        read_wording(said, OFFICIAL)
