"""Which script a letter is of. A property of a text alone: it chooses the reader and is given out for nothing else."""

from bisect import bisect_right
from functools import lru_cache

OTHER, LATIN, THAI, LAO, KHMER, BURMESE, HAN, HANGUL, KANA, ABJAD, LETTERS = range(11)
"""Scripts by how they are read. `ABJAD` writes few vowels (Arabic, Hebrew); `LETTERS` are read letter by letter (Cyrillic,
Greek, Armenian, Georgian and those of India).
"""
# Blocks of the Unicode standard, without those that no name here is written in.
_RANGES = (
    (0x0041, 0x005A, LATIN),
    (0x0061, 0x007A, LATIN),
    (0x00C0, 0x024F, LATIN),
    (0x0370, 0x052F, LETTERS),
    (0x0531, 0x058F, LETTERS),
    (0x0590, 0x06FF, ABJAD),
    (0x0900, 0x0DFF, LETTERS),
    (0x0E01, 0x0E4E, THAI),
    (0x0E80, 0x0EDF, LAO),
    (0x1000, 0x109F, BURMESE),
    (0x10A0, 0x10FF, LETTERS),
    (0x1100, 0x11FF, HANGUL),
    (0x1780, 0x17FF, KHMER),
    (0x1E00, 0x1EFF, LATIN),
    (0x2E80, 0x2FDF, HAN),
    (0x3005, 0x3007, HAN),
    (0x3040, 0x30FF, KANA),
    (0x3400, 0x9FFF, HAN),
    (0xA9E0, 0xA9FF, BURMESE),
    (0xAA60, 0xAA7F, BURMESE),
    (0xAC00, 0xD7AF, HANGUL),
    (0xF900, 0xFAFF, HAN),
    (0x20000, 0x3FFFF, HAN),
)
_STARTS = [first for first, _, _ in _RANGES]


@lru_cache(1 << 14)
def script_of(letter: str) -> int:
    """The script of one letter; `OTHER` for digits, signs and what nobody here reads."""
    code = ord(letter)
    _, last, script = _RANGES[max(bisect_right(_STARTS, code) - 1, 0)]
    return script if code <= last and code >= 0x41 else OTHER
