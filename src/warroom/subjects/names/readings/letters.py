"""Scripts that are read letter by letter, and those of them that leave vowels to the reader."""

from functools import lru_cache
from importlib import resources

_INDIC = (
    "devanagari",
    "bengali",
    "gurmukhi",
    "gujarati",
    "oriya",
    "tamil",
    "telugu",
    "kannada",
    "malayalam",
    "sinhala",
)
# Arabic and Hebrew letters as names spell them, where the table spells them otherwise.
_OWN = {
    "ا": "a",
    "و": "w",
    "ي": "y",
    "ى": "a",
    "ی": "y",
    "ة": "a",
    "أ": "a",
    "إ": "i",
    "آ": "a",
    "ع": "",
    "ء": "",
    "ئ": "",
    "ؤ": "w",
    "א": "a",
    "ע": "",
    "ו": "v",
}
_VOWELLED = frozenset("aeiou")


@lru_cache(1)
def _load_letter_tables() -> tuple[dict[str, str], frozenset[str]]:
    lines = resources.files(__package__).joinpath("letters.tsv").read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if not line.startswith("#")]
    letters = {
        entry[0]: "ch" if entry[1:] == "c" and script in _INDIC else entry[1:]
        for script, entries in rows
        for entry in entries.split(" ")
    }
    indic = frozenset(
        entry[0] for script, entries in rows if script in _INDIC for entry in entries.split(" ")
    )
    return letters | _OWN, indic


def read_letters(word: str) -> str:
    """A word in Latin letters. Indian consonants without a vowel sign have their own a, but for the last of a word."""
    letters, indic = _load_letter_tables()
    spelled = ""
    for number, letter in enumerate(word):
        spelled += letters.get(letter, "")
        following = word[number + 1 : number + 2]
        if letter in indic and _has_vowel(letter, following, letters):
            spelled += "a"
    return spelled


def _has_vowel(letter: str, following: str, letters: dict[str, str]) -> bool:
    said = letters.get(letter, "")
    # Every Indian block of Unicode has 0x80 places in one layout, so a place says what kind of sign it is.
    if not following or not said or said[-1] in _VOWELLED or 0x3E <= ord(letter) % 0x80 <= 0x4D:
        return False
    # Vowel signs and the sign of none stand at the same places of every Indian block.
    return not (0x3C <= ord(following) % 0x80 <= 0x4D or 0x55 <= ord(following) % 0x80 <= 0x57)
