"""Whatever is typed as a name gets an answer: nobody's name is the same as none, and disguises are seen through."""

from itertools import product
from random import Random
from time import process_time

import pytest

from tests.speed import allow_seconds
from warroom.subjects.names.analyse import analyse_name
from warroom.subjects.names.compare import compare_names
from warroom.subjects.names.name import COMPANY, PERSON
from warroom.subjects.names.readings import burmese

NOBODY = [
    "",
    " ",
    "\n",
    "😀",
    "😀😀",
    "123",
    "๑๒๓",
    "1/2",
    "\u200b\u200b",
    "...",
    "นาย",
    "ดร.",
    "Mr",
    "Co., Ltd.",
    "บริษัท จำกัด",
]
ODD = [
    "ก",
    "A",
    "์",
    "ำำำ",
    "ๆๆๆ",
    "็",
    "ស",
    "ံ",
    "ー",
    "\ud800",
    "a\x00b",
    "((()))",
    '""',
    "@",
    "-",
    "bin",
    "ฤๅษี",
    "ກ໌",
    "֑",
    "Ωμέγα",
]


@pytest.mark.parametrize("text", NOBODY)
@pytest.mark.parametrize("other", ["สมชาย ใจดี", "Somchai Jaidee", "佘智江"])
def test_what_is_no_name_is_nobodys(text: str, other: str) -> None:
    assert not compare_names(text, other).same
    assert not compare_names(other, text).same
    assert not compare_names(text, text).same
    assert compare_names(text, other).reason.en.startswith("no name to compare")


@pytest.mark.parametrize("text", ODD)
def test_odd_texts_are_answered_and_are_not_somebody(text: str) -> None:
    found = compare_names(text, "สมชาย ใจดี")
    assert not found.same
    assert found.reason.th
    assert found.reason.en


@pytest.mark.parametrize(
    ("disguised", "plain"),
    [
        ("Ѕоmсhаi Jaidee", "Somchai Jaidee"),
        ("S\u200bom\u200bchai Jaidee", "Somchai Jaidee"),
        ("S0mchai Jaid33", "Somchai Jaidee"),
        ("Ｓｏｍｃｈａｉ Ｊａｉｄｅｅ", "Somchai Jaidee"),
        ("SomchaiJaidee", "Somchai Jaidee"),
        ("Somchia Jaidee", "Somchai Jaidee"),
        ("<b>สมชาย</b> ใจดี", "สมชาย ใจดี"),
        ("ส\u200bมชาย ใจดี", "สมชาย ใจดี"),
        ("เเก้ว นํ้าทิพย์", "แก้ว น้ำทิพย์"),
        ("ส\nม\nช\nา\nย", "สมชาย"),
        ("佘\n智\n江", "佘智江"),
        ("မင္းေအာင္လႈိင္", "မင်းအောင်လှိုင်"),
        ("ေအာင္ဆန္းစုၾကည္", "Aung San Suu Kyi"),
    ],
)
def test_a_disguise_is_seen_through(disguised: str, plain: str) -> None:
    assert compare_names(disguised, plain).same


@pytest.mark.parametrize("letter", ["ก", "x", "陈", "😀", "သ"])
def test_a_megabyte_costs_no_more_than_a_name(letter: str) -> None:
    began = process_time()
    found = compare_names(letter * 1_000_000, "สมชาย ใจดี")
    assert not found.same
    assert process_time() - began < allow_seconds(3)


def test_every_syllable_that_burmese_can_write_is_read() -> None:
    onsets = [chr(code) for code in range(0x1000, 0x102B)] + ["ဿ"]
    medials = ["", "ျ", "ြ", "ွ", "ှ", "ျွ", "ြွ", "ွှ", "ျှ"]
    vowels = ["", "ာ", "ိ", "ီ", "ု", "ူ", "ေ", "ဲ", "ော", "ို", "ံ", "ုံ", "ါ"]
    finals = ["", *(f"{chr(code)}်" for code in range(0x1000, 0x1022))]
    tones = ["", "့", "း"]
    for onset, medial, vowel, final, tone in product(onsets, medials, vowels, finals, tones):
        burmese.read_burmese(onset + medial + vowel + final + tone)


SCRIPTS = {
    "thai": (0x0E01, 0x0E5B),
    "lao": (0x0E81, 0x0EDF),
    "khmer": (0x1780, 0x17DD),
    "burmese": (0x1000, 0x109F),
    "han": (0x4E00, 0x9FFF),
    "hangul": (0xAC00, 0xD7A3),
    "arabic": (0x0600, 0x06FF),
    "indian": (0x0900, 0x0DFF),
    "cyrillic": (0x0400, 0x04FF),
    "latin": (0x0041, 0x024F),
}


@pytest.mark.parametrize("script", SCRIPTS)
def test_no_string_of_any_script_is_too_much_for_its_reader(script: str) -> None:
    drawn, (first, last) = Random(script), SCRIPTS[script]
    for _ in range(1_500):
        letters = [chr(drawn.randint(first, last)) for _ in range(drawn.randint(1, 12))]
        text = "".join(letter + " " * (drawn.random() < 0.1) for letter in letters)
        assert not analyse_name(text, PERSON).unread, text
        assert not analyse_name(text, COMPANY).unread, text


@pytest.mark.parametrize("name", ["ဦးအွန်းမြင့်", "အွမ်", "အွယ်", "အွန်"])
def test_a_name_that_begins_with_a_silent_letter_is_compared(name: str) -> None:
    assert compare_names(name, name).same
    assert not compare_names(name, "Somchai Jaidee").same
