"""Thai words as people spell them in Latin letters: by sound, and letter by letter as those do who think of the Sanskrit word."""

import re
from collections.abc import Mapping

from warroom.subjects.names.latin import UNWRITTEN
from warroom.subjects.names.tables import map_letters, parse_word_list
from warroom.subjects.names.thai.letters import ONSETS
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
# As they are heard at the beginning of a syllable, where the letters above have their Indian values.
_HEARD = ONSETS | {"ฤ": "ri"}
# Signs of one vowel around its consonants, as one sign behind them.
_ONSET = "([ก-ฮ][รลว]??|ห[งญนมยรลว])"
_AROUND = (
    (f"เ{_ONSET}ือ", r"\1U"),
    (f"เ{_ONSET}ีย", r"\1I"),
    (f"เ{_ONSET}(?:ิ|อ)", r"\1O"),
    (f"เ{_ONSET}าะ", r"\1อ"),
    (f"เ{_ONSET}า", r"\1W"),
    ("ัว", "V"),
    ("([เแโไใ])([กขคตปผพทศส][รล](?![ะ-ู])|[ก-ฮ])", r"\2\1"),
    ("รร", "ัR"),
)
_AROUND_SOUNDS = {"R": "r", "H": UNWRITTEN, "U": "uea", "I": "ia", "O": "oe", "W": "ao", "V": "ua"}
# What is written for its origin alone: a letter that a mark kills, and the end of เกียรติ; ร in สร and after อ.
_NOT_HEARD = (
    ("เกียรติ", "เกียตH"),
    ("ษณ์|(?<![เแโ][ก-ฮ])[ก-ฮ]ร์|[ก-ฮ][ิุ]?์", ""),
    ("(?<=เกต|เหต|ธาต)ุ|(?<=ชาต|โชต|วุฒ|ภูม)ิ", "H"),
    ("(?<=[ตทธม])[ิุ]$", ""),
    ("สร(?=[่้])", "ส"),
    ("ห(?=[งญนมยรลว])", ""),
    ("^อร(?![ะ-ู])", "โอร"),
    ("นทร$", "น"),
    ("([ชตทด])ร$", r"\1"),
    ("(?<![รเ])ร$", "น"),
    ("ษฐ(?=[ะ-ู])", "ฐ"),
    ("ษฐ", "ด"),
    ("ญญ", "นย"),
    ("ญ(?![ะ-ู])", "น"),
    ("(?<![ะ-ูเ-ไ][ก-ฮ])(?<=[ก-ฮ])ว(?=[ก-ฮ](?![ะ-ูรว]))", "ัว"),
)
_HONOUR = re.compile("เกียรติ์?")
_SAME_TWICE = re.compile("([bcdgjkpst])h?@(\\1h?)")


def read_thai_spellings(word: str) -> tuple[ThaiReading, tuple[str, ...]]:
    """A word as it is read, and spelled letter by letter: as the letters are heard, and with their Indian values."""
    indian = _spell_by_letters(word, _LETTERS)
    # The last vowel of a word from India is not written either: ชินวัตร Shinawatra.
    indian += UNWRITTEN if indian[-1:] not in "aeiou" else ""
    heard = _spell_by_letters(_leave_out_unheard(word), _HEARD)
    return read_thai(_HONOUR.sub("เกียด", word)), (heard, indian)


def _spell_by_letters(word: str, letters: Mapping[str, str]) -> str:
    """The letters one by one, with `latin.UNWRITTEN` where no vowel is written: ชินวัตร chin@vat@ra."""
    plain = re.sub("[่้๊๋็ํ์]", "", word)
    for around, behind in _AROUND:
        plain = re.sub(around, behind, plain)
    spelled = ""
    for number, letter in enumerate(plain):
        following = plain[number + 1 : number + 2]
        if letter == "อ":
            spelled += "" if following in _SIGNS else "o" if number and plain[number - 1] in letters else "a"
            continue
        spelled += letters.get(letter) or _SIGNS.get(letter) or _AROUND_SOUNDS.get(letter, "")
        if letter in letters and following in letters and following != "อ":
            spelled += UNWRITTEN
    return _SAME_TWICE.sub(r"\2", spelled)


def _leave_out_unheard(word: str) -> str:
    for unheard, heard in _NOT_HEARD:
        word = re.sub(unheard, heard, word)
    return word


_LETTER_NAMES = dict(
    zip(
        parse_word_list(
            "เอ บี ซี ดี อี เอฟ จี เอช ไอ เจ เค แอล เอ็ม เอ็น โอ พี คิว อาร์ เอส ที ยู วี ดับเบิลยู เอ็กซ์ วาย แซด แซท"
        ),
        "abcdefghijklmnopqrstuvwxyzz",
        strict=True,
    )
)
_NAME = "|".join(sorted(_LETTER_NAMES, key=len, reverse=True))
_NAMED = re.compile(f"(?:{_NAME})+")
_NAMED_APART = re.compile(rf"(?<![^\s(])(?:{_NAME})(?:[\s.]+(?:{_NAME}))+(?![^\s.)])")


def parse_letter_names(word: str) -> str:
    """Latin letters that a word names one by one (ซีพี cp); empty where it is something else."""
    return "".join(_LETTER_NAMES[name] for name in re.findall(_NAME, word)) if _NAMED.fullmatch(word) else ""


def join_letter_names(text: str) -> str:
    """A text with the letters that it names apart in one word: เอ็ม เค วี is เอ็มเควี."""
    return _NAMED_APART.sub(lambda letters: re.sub(r"[\s.]+", "", letters[0]), text)
