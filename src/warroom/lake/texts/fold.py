"""Folding of texts before they are compared: texts that read the same get one spelling.

Compatibility forms become plain (NFKC), letters lower case, Thai digits Arabic. Invisible characters are
removed: zero-width characters and marks of direction. Thai vowels and tone marks get one order, however they
were typed. Spaces next to Thai letters are removed, because Thai has none between words and writers put them
between phrases as they like.
"""

import re
import unicodedata

ROW, FIELD = "\ue000", "\ue001"
"""Separators of texts that are folded together, and of the columns of one: private-use characters, which
nobody types.
"""

_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]+"
)
_SPACES = re.compile(r"\s+")
_BESIDE_THAI = re.compile("(?<=[\u0e01-\u0e5b]) | (?=[\u0e01-\u0e5b])")
# Keyboards differ in typing order: a tone mark before its vowel looks the same on the screen.
_TONE_FIRST = re.compile("([\u0e48-\u0e4c]+)([\u0e31\u0e34-\u0e3a\u0e47\u0e4d])")
# A mark typed twice is drawn once.
_TWICE = re.compile("([\u0e31\u0e34-\u0e3a\u0e47-\u0e4e])\\1+")
THAI_DIGITS = {0x0E50 + digit: str(digit) for digit in range(10)}


def remove_separators(text: str) -> str:
    """A text without the signs that part texts here."""
    return text.replace(ROW, " ").replace(FIELD, " ")


def fold_text(text: str) -> str:
    """A text, or many parted by ROW and FIELD, as they are compared. Folding twice changes nothing more."""
    text = unicodedata.normalize("NFKC", _UNSEEN.sub("", text)).casefold()
    # Most texts are; none of the Thai rules below can touch them.
    if text.isascii():
        return _SPACES.sub(" ", text)
    # Again: casefold can take letters apart, and folding twice has to change nothing more.
    text = unicodedata.normalize("NFKC", text).translate(THAI_DIGITS)
    text = _TONE_FIRST.sub(r"\2\1", text.replace("\u0e40\u0e40", "\u0e41"))
    return _BESIDE_THAI.sub("", _SPACES.sub(" ", _TWICE.sub(r"\1", text)))


def split_around_match(text: str, wanted: str, signs: int) -> tuple[str, str, str]:
    """A text before, at and after the first match of `wanted` (both folded), with at most `signs` characters
    on either side; the text's beginning if nothing matches.
    """
    at = fold_text(text).find(wanted)
    if at < 0 or not wanted:
        return "", "", text[: 2 * signs] + ("…" if len(text) > 2 * signs else "")
    start = _find_base_letter(text, _find_prefix_length(text, at + 1) - 1)
    end = _find_prefix_length(text, at + len(wanted))
    while end < len(text) and _is_mark(text[end]):
        end += 1
    low, high = _find_base_letter(text, max(0, start - signs)), end + signs
    return (
        ("…" if low else "") + text[low:start],
        text[start:end],
        text[end:high] + ("…" if high < len(text) else ""),
    )


def _find_prefix_length(text: str, length: int) -> int:
    """The shortest beginning of a text that is at least so long when folded."""
    low, high = 0, len(text)
    while low < high:
        middle = (low + high) // 2
        if len(fold_text(text[:middle])) >= length:
            high = middle
        else:
            low = middle + 1
    return low


def _find_base_letter(text: str, at: int) -> int:
    """The letter that the sign at a place belongs to: marks are not shown without it."""
    while 0 < at < len(text) and _is_mark(text[at]):
        at -= 1
    return at


def _is_mark(sign: str) -> bool:
    return unicodedata.category(sign) == "Mn"
