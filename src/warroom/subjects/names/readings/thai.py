"""Thai words as people spell them in Latin letters: by sound, and letter by letter as those do who think of the Sanskrit word."""

import re

from warroom.subjects.names.tables import map_letters, parse_word_list
from warroom.subjects.names.thai.reading import ThaiReading, read_thai

_LETTERS = map_letters(
    "กขฃคฅฆงจฉชซฌญฎฏฐฑฒณดตถทธนบปผฝพฟภมยรลวศษสหฬอฮฤ",
    "k kh kh g kh gh ng j ch j s ch n d t th d dh n d t th d dh n b p ph f b f bh m y r l v s s s h l  h ri",
)
_SIGNS = {
    "ะ": "a",
    "ั": "a",
    "า": "a",
    "ำ": "am",
    "ิ": "i",
    "ี": "i",
    "ึ": "ue",
    "ื": "ue",
    "ุ": "u",
    "ู": "u",
    "เ": "e",
    "แ": "ae",
    "โ": "o",
    "ไ": "ai",
    "ใ": "ai",
}
_PREFIXED = re.compile("([เแโไใ])([ก-ฮ])")


def read_both_ways(word: str) -> tuple[ThaiReading, str]:
    """A word as it is read, and spelled letter by letter."""
    return read_thai(word), _by_letters(word)


def _by_letters(word: str) -> str:
    """The letters' Indian values with a where no vowel is written: ชินวัตร chinavatra."""
    # Vowels written before their consonant go behind it, and รร is the vowel a.
    plain = _PREFIXED.sub(r"\2\1", re.sub("[่้๊๋็ํ์]", "", word)).replace("รร", "ัร")
    spelled = ""
    for number, letter in enumerate(plain):
        following = plain[number + 1 : number + 2]
        if letter == "อ":
            spelled += "" if following in _SIGNS else "o" if number and plain[number - 1] in _LETTERS else "a"
            continue
        spelled += _LETTERS.get(letter, "") or _SIGNS.get(letter, "")
        if letter in _LETTERS and following in _LETTERS and following != "อ":
            spelled += "a"
    return spelled


_LETTER_NAMES = dict(
    zip(
        parse_word_list(
            "เอ บี ซี ดี อี เอฟ จี เอช ไอ เจ เค แอล เอ็ม เอ็น โอ พี คิว อาร์ เอส ที ยู วี ดับเบิลยู เอ็กซ์ วาย แซด แซท"
        ),
        "abcdefghijklmnopqrstuvwxyzz",
        strict=True,
    )
)
_NAMED = re.compile("(?:" + "|".join(sorted(_LETTER_NAMES, key=len, reverse=True)) + "){2,}")
_NAME = re.compile("|".join(sorted(_LETTER_NAMES, key=len, reverse=True)))


def parse_letter_names(word: str) -> str:
    """Latin letters that a word names one by one (ซีพี cp); empty where it is something else."""
    return "".join(_LETTER_NAMES[one] for one in _NAME.findall(word)) if _NAMED.fullmatch(word) else ""
