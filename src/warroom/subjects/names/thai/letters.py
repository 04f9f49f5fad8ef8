"""Consonants and vowels of Thai as the official scheme writes them, with the class and length that tone follows from."""

import re
from typing import NamedTuple

ONSETS = {
    **dict.fromkeys("ก", "k"),
    **dict.fromkeys("ขฃคฅฆ", "kh"),
    "ง": "ng",
    "จ": "ch",
    **dict.fromkeys("ฉชฌ", "ch"),
    **dict.fromkeys("ซศษส", "s"),
    **dict.fromkeys("ญย", "y"),
    **dict.fromkeys("ฎด", "d"),
    **dict.fromkeys("ฏต", "t"),
    **dict.fromkeys("ฐฑฒถทธ", "th"),
    **dict.fromkeys("ณน", "n"),
    "บ": "b",
    "ป": "p",
    **dict.fromkeys("ผพภ", "ph"),
    **dict.fromkeys("ฝฟ", "f"),
    "ม": "m",
    "ร": "r",
    **dict.fromkeys("ลฬ", "l"),
    "ว": "w",
    **dict.fromkeys("หฮ", "h"),
    "อ": "",
}
FINALS = {
    **dict.fromkeys("กขคฆ", "k"),
    "ง": "ng",
    **dict.fromkeys("จฉชซฌฎฏฐฑฒดตถทธศษส", "t"),
    **dict.fromkeys("ญณนรลฬ", "n"),
    **dict.fromkeys("บปผพฟภ", "p"),
    "ม": "m",
    "ย": "i",
    "ว": "o",
}
SONORANTS = "งญณนมยรลว"
TRUE_CLUSTERS = {
    a + b: ONSETS[a] + ONSETS[b] for a in "กขคตปผพท" for b in "รลว" if a not in "ตท" or b == "ร"
} | {a + "ว": ONSETS[a] + "w" for a in "กขค"}
QUIET_CLUSTERS = {"ทร": "s", "สร": "s", "ศร": "s", "ซร": "s", "จร": "ch", "อย": "y"} | {
    "ห" + b: ONSETS[b] for b in SONORANTS
}
# Classes of consonants; all others are low. With mark and ending they determine the tone.
HIGH, MIDDLE = set("ขฃฉฐถผฝศษสห"), set("กจฎฏดตบปอ")
TONE_MARKS = "่้๊๋"
SIGNS = re.compile(r"[ก-ฮฤฦ]")


class Vowel(NamedTuple):
    """A vowel: what stands before and behind the onset, whether a final is needed (1), possible (0) or impossible (-1), how
    the scheme writes it, and its exact sound, where a capital is long.
    """

    before: str
    behind: str
    final: int
    roman: str
    sound: str


VOWELS = [
    Vowel(*v)
    for v in (
        ("เ", "ียะ", -1, "ia", "ia"),
        ("เ", "ีย", 0, "ia", "Ia"),
        ("เ", "ือะ", -1, "uea", "va"),
        ("เ", "ือ", 0, "uea", "Va"),
        ("เ", "าะ", -1, "o", "c"),
        ("เ", "า", -1, "ao", "aw"),
        ("เ", "อะ", -1, "oe", "x"),
        ("เ", "อ", 0, "oe", "X"),
        ("เ", "ิ", 1, "oe", "X"),
        ("เ", "ย", -1, "oei", "Xy"),
        ("เ", "ะ", -1, "e", "e"),
        ("เ", "็", 1, "e", "e"),
        ("เ", "", 0, "e", "E"),
        ("แ", "ะ", -1, "ae", "q"),
        ("แ", "็", 1, "ae", "q"),
        ("แ", "", 0, "ae", "Q"),
        ("โ", "ะ", -1, "o", "o"),
        ("โ", "", 0, "o", "O"),
        ("ไ", "ย", -1, "ai", "ay"),
        ("ไ", "", -1, "ai", "ay"),
        ("ใ", "", -1, "ai", "ay"),
        ("", "ะ", -1, "a", "a"),
        ("", "ัวะ", -1, "ua", "ua"),
        ("", "ัว", -1, "ua", "Ua"),
        ("", "ั", 1, "a", "a"),
        ("", "า", 0, "a", "A"),
        ("", "ำ", -1, "am", "am"),
        ("", "ิ", 0, "i", "i"),
        ("", "ี", 0, "i", "I"),
        ("", "ึ", 0, "ue", "v"),
        ("", "ื", 1, "ue", "V"),
        ("", "ือ", -1, "ue", "V"),
        ("", "ุ", 0, "u", "u"),
        ("", "ู", 0, "u", "U"),
        ("", "็อ", 1, "o", "c"),
        ("", "อ", 0, "o", "C"),
        ("", "็", -1, "o", "c"),
        ("", "ว", 1, "ua", "Ua"),
        ("", "รร", 1, "a", "a"),
        ("", "รร", -1, "an", "an"),
        ("", "", 1, "o", "o"),
        ("", "", -1, "a", "a"),
        ("", "", -1, "o", "c"),
        ("", "ร", -1, "on", "Cn"),
        ("", "ฤ", 0, "rue", "rv"),
        ("", "ฤ", 0, "ri", "ri"),
        ("", "ฤๅ", -1, "rue", "rV"),
    )
]
