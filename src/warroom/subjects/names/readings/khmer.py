"""Khmer: as people's names are spelled in Latin letters. A consonant's series decides how a vowel sounds."""

import re
from collections.abc import Mapping

from warroom.subjects.names.tables import map_letters

# The two series of consonants: each vowel sign has one sound after the first and another after the second.
_FIRST = map_letters("កខចឆដឋណតថបផសហឡអឝឞ", "k kh ch chh d th n t th b ph s h l  s s")
_SECOND = map_letters("គឃងជឈញឌឍទធនពភមយរលវ", "k kh ng ch chh nh d th t th n p ph m y r l v")
_ONSETS = _FIRST | _SECOND
_FINALS = {
    "រ": "",
    "ស": "s",
    "ញ": "nh",
    "វ": "v",
    "យ": "y",
    "ដ": "t",
    "ឌ": "t",
    "ប": "p",
    "ច": "ch",
    "ជ": "ch",
    "អ": "",
}
_VOWELS = {
    "": ("a", "o"),
    "ា": ("a", "ea"),
    "ិ": ("e", "i"),
    "ី": ("ei", "i"),
    "ឹ": ("oe", "ue"),
    "ឺ": ("eu", "eu"),
    "ុ": ("o", "u"),
    "ូ": ("o", "ou"),
    "ួ": ("ua", "ua"),
    "ើ": ("aeu", "eu"),
    "ឿ": ("oea", "oea"),
    "ៀ": ("ie", "ie"),
    "េ": ("e", "e"),
    "ែ": ("e", "e"),
    "ៃ": ("ai", "ey"),
    "ោ": ("ao", "o"),
    "ៅ": ("au", "ov"),
    "ុំ": ("om", "um"),
    "ំ": ("am", "um"),
    "ាំ": ("am", "oam"),
    "ះ": ("ah", "eah"),
    "ៈ": ("ak", "eak"),
    "ុះ": ("oh", "uh"),
    "េះ": ("eh", "eh"),
    "ោះ": ("oh", "uoh"),
}
_ALONE = {
    "ឥ": "e",
    "ឦ": "ei",
    "ឧ": "u",
    "ឩ": "u",
    "ឪ": "ov",
    "ឫ": "rue",
    "ឬ": "rue",
    "ឭ": "lue",
    "ឮ": "lue",
    "ឯ": "ae",
    "ឰ": "ai",
    "ឱ": "ao",
    "ឳ": "au",
}
_POPULAR = _VOWELS | {
    "ៀ": ("ea", "ea"),
    "ឹ": ("oe", "i"),
    "ូ": ("ou", "ou"),
    "ុ": ("o", "ou"),
    "ឿ": ("oeu", "oeu"),
    "ោ": ("ao", "ou"),
    "ែ": ("ae", "ae"),
}
"""As people spell themselves who do not follow a scheme: Teang, Kim, Chou."""
_MARKS = re.compile("[៌៍៏៎]")
_SHORT = re.compile("័([ក-អ])(?:្[ក-អ])*(?![ា-ៅំះៈ្])")
"""A short syllable and what closes it; what hangs below that is not heard: ច័ន្ទ chan, also inside a word."""
_SYLLABLE = re.compile("([ក-អ])([៉៊]?)((?:្[ក-អ])*)([៉៊]?)([ា-ៅំះៈ]*)(់?)|([ឥ-ឳ])")
# Numbers of groups in `_SYLLABLE`.
_CLOSED = 6
_OTHER = 7
"""Groups of a syllable: the mark that it closes the one before, and a vowel that stands alone."""


def read_khmer(word: str) -> tuple[str, ...]:
    """A word in Latin letters as its series say, with every vowel of the other series, with none left out, and as people spell
    themselves: spellings follow any.
    """
    # ាំង is ang, as in Trapeang; and a stop between two nasals is not heard: Channary.
    word = word.replace("ាំង", "ាង").replace("ន្ទ្", "ន្")
    plain = _MARKS.sub("", _SHORT.sub(r"\1់", re.sub("[ក-អ]៍", "", word))).replace("័", "")
    parts = list(_SYLLABLE.finditer(plain))
    opened = "".join(
        _read_syllable(part, False) if not part[_OTHER] else _ALONE.get(part[_OTHER], "") for part in parts
    )
    spellings = (_spell_parts(parts, False), _spell_parts(parts, True), opened, *_popular_spellings(parts))
    return tuple(dict.fromkeys(spellings))


def _popular_spellings(parts: list[re.Match[str]]) -> tuple[str, ...]:
    if len(parts) == 1 and parts[0][1] and not parts[0][5]:
        # ស Sar, Sor: one letter alone is heard long.
        return _spell_parts(parts, False) + "r", _spell_parts(parts, True) + "r"
    ends = re.sub("([ie])v$", r"\1u", _spell_parts(parts, False))  # ខៀវ Khieu, កែវ Keu
    said = _spell_parts(parts, False, _POPULAR)
    return ends, "au" + said[2:] if parts and parts[0][0].startswith("អូ") else said  # អូន Aun


def _spell_parts(
    parts: list[re.Match[str]], other: bool, vowels: Mapping[str, tuple[str, str]] = _VOWELS
) -> str:
    spelled = ""
    for number, part in enumerate(parts):
        if part[_OTHER]:
            spelled += _ALONE.get(part[_OTHER], "")
        elif _is_syllable_end(parts, number):
            spelled += "".join(_FINALS.get(letter, _ONSETS[letter]) for letter in part[1])
        else:
            spelled += _read_syllable(part, other, vowels)
    return spelled


def _is_syllable_end(parts: list[re.Match[str]], number: int) -> bool:
    """A consonant without a vowel closes the syllable before it, if one is open: at the end, or before another that is bare."""
    part = parts[number]
    if part[_CLOSED] and not part[5] and number:
        return True
    silent = number == len(parts) - 1 and part[3]  # ពេជ្រ: what hangs below the last letter is not heard
    if number == 0 or part[5] or (part[3] and not silent) or part[2] or part[4]:
        return False
    before = parts[number - 1]
    if before[_OTHER] or before[5]:
        return not (before[5] or "").endswith(("ំ", "ះ"))
    # Two bare consonants make one syllable: ផន phan; of three the first two.
    return not _is_syllable_end(parts, number - 1)


def _read_syllable(part: re.Match[str], other: bool, vowels: Mapping[str, tuple[str, str]] = _VOWELS) -> str:
    letters = part[1] + part[3].replace("្", "")
    second = (
        letters[0] in _SECOND if len(letters) == 1 or letters[-1] in "យរលវនមងញ" else letters[-1] in _SECOND
    )
    marks = part[2] + part[4]
    second = ("៊" in marks) or (second and "៉" not in marks)
    onset = "".join(_ONSETS[letter] for letter in letters)
    if "៉" in marks and part[1] == "ប":
        onset = "p" + onset[1:]
    return onset + vowels.get(part[5], ("a", "a"))[second != other]
