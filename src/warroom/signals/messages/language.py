"""The language of a message: by its script where that decides it, else by its words (CLD2).

It selects word lists and wording. It is no feature of the model and says nothing about a person.
"""

from collections import Counter

from warroom.subjects.names.scripts import (
    ABJAD,
    BURMESE,
    HAN,
    HANGUL,
    KANA,
    KHMER,
    LAO,
    LATIN,
    LETTERS,
    OTHER,
    THAI,
    script_of,
)

UNKNOWN = "und"
"""No language, as BCP 47 writes it: digits, pictures, nothing."""
_OF_SCRIPT = {THAI: "th", LAO: "lo", KHMER: "km", BURMESE: "my", HAN: "zh", HANGUL: "ko", KANA: "ja"}
SCRIPT_NAMES = {
    THAI: "Thai",
    LAO: "Lao",
    KHMER: "Khmer",
    BURMESE: "Burmese",
    HAN: "Han",
    HANGUL: "Hangul",
    KANA: "Kana",
    LATIN: "Latin",
    ABJAD: "abjad",
    LETTERS: "other letters",
    OTHER: "none",
}
_LIKELY_ENGLISH = 4
"""Letters; in shorter texts the words do not show a language. Chosen, not measured."""


def find_main_script(text: str) -> int:
    """The script of most of its letters, `OTHER` without letters. Thai text with a link is Thai."""
    counts = Counter(map(script_of, text))
    del counts[OTHER]
    if not counts:
        return OTHER
    if counts[KANA]:
        # Japanese is written in Han and Kana together.
        counts[KANA] += counts.pop(HAN, 0)
    # An address or a brand is Latin in every language, so Latin needs four fifths of the letters.
    most, of = counts.most_common(1)[0]
    others = [script for script in counts if script != LATIN]
    if most == LATIN and others and of < 0.8 * counts.total():
        return max(others, key=lambda script: counts[script])
    return most


def detect_language(text: str) -> str:
    """A language's code, or `UNKNOWN`."""
    script = find_main_script(text)
    if script in _OF_SCRIPT:
        return _OF_SCRIPT[script]
    return UNKNOWN if script == OTHER else _detect_by_words(text)


def _detect_by_words(text: str) -> str:
    import pycld2

    # Control characters are refused by it as broken text.
    plain = "".join(letter if letter.isprintable() else " " for letter in text)
    if sum(map(str.isalpha, plain)) < _LIKELY_ENGLISH:
        return UNKNOWN
    try:
        _, _, guesses = pycld2.detect(plain, bestEffort=True)
    except pycld2.error:
        return UNKNOWN
    code = str(guesses[0][1])
    return UNKNOWN if code == "un" else code.split("-")[0]
