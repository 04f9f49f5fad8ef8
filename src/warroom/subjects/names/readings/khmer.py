"""Khmer: as people's names are spelled in Latin letters. A consonant's series decides how a vowel sounds."""

import re

from warroom.subjects.names.tables import paired

_FIRST = paired("កខចឆដឋណតថបផសហឡអ", "k kh ch chh d th n t th b ph s h l ")
_SECOND = paired("គឃងជឈញឌឍទធនពភមយរលវ", "k kh ng ch chh nh d th t th n p ph m y r l v")
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
_MARKS = re.compile("[់៌៍័៏៎]")
_SYLLABLE = re.compile("([ក-អ])([៉៊]?)((?:្[ក-អ])*)([៉៊]?)([ា-ៅំះៈ]*)|([ឥ-ឳ])")


def read(word: str) -> tuple[str, ...]:
    """A word in Latin letters as its series say, with every vowel of the other series, and with none left out: spellings follow any."""
    plain = _MARKS.sub("", re.sub("[ក-អ]៍", "", word))
    parts = list(_SYLLABLE.finditer(plain))
    opened = "".join(_syllable(part, False) if not part[6] else _ALONE.get(part[6], "") for part in parts)
    return tuple(dict.fromkeys((_spell(parts, False), _spell(parts, True), opened)))


def _spell(parts: list[re.Match[str]], other: bool) -> str:
    said = ""
    for number, part in enumerate(parts):
        if part[6]:
            said += _ALONE.get(part[6], "")
        elif _closes(parts, number):
            said += "".join(_FINALS.get(letter, _ONSETS[letter]) for letter in part[1])
        else:
            said += _syllable(part, other)
    return said


def _closes(parts: list[re.Match[str]], number: int) -> bool:
    """A consonant without a vowel closes the syllable before it, if one is open: at the end, or before another that is bare."""
    part = parts[number]
    silent = number == len(parts) - 1 and part[3]  # ពេជ្រ: what hangs below the last letter is not heard
    if number == 0 or part[5] or (part[3] and not silent) or part[2] or part[4]:
        return False
    before = parts[number - 1]
    if before[6] or before[5]:
        return not (before[5] or "").endswith(("ំ", "ះ"))
    # Two bare consonants make one syllable: ផន phan; of three the first two.
    return not _closes(parts, number - 1)


def _syllable(part: re.Match[str], other: bool) -> str:
    letters = part[1] + part[3].replace("្", "")
    second = (
        letters[0] in _SECOND if len(letters) == 1 or letters[-1] in "យរលវនមងញ" else letters[-1] in _SECOND
    )
    marks = part[2] + part[4]
    second = ("៊" in marks) or (second and "៉" not in marks)
    onset = "".join(_ONSETS[letter] for letter in letters)
    if "៉" in marks and part[1] == "ប":
        onset = "p" + onset[1:]
    return onset + _VOWELS.get(part[5], ("a", "a"))[second != other]
