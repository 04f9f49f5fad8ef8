"""One spelling of an account, however it is written: `123-4-56789-0` at `ktb` and `1234567890` at `KTB` are one.

Numbers lose spaces, hyphens and signs that nobody sees, banks' codes are large letters, and Thai digits are digits. Rows are
spelled when they are read and texts when they are typed, so that everything above compares plain texts.
"""

import re
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Data = npt.NDArray[np.uint8]

THAI_DIGITS = str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789")

# Spaces and hyphens of every width, and what has none: joiners, marks of direction, the soft hyphen, a byte order mark.
UNSEEN = "\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff"
"""Signs that nobody sees, as a pattern's class has them."""
_DROPPED = f"[- \\t\u00a0\u2000-\u200a\u2010-\u2015\u202f\u2212{UNSEEN}]"


def lowered_in_place(text: str) -> str:
    """A text in small letters, each where its capital stood, so that places in the one are places in the other.

    `İ` alone has a small form of two signs and stays as it is.
    """
    small = text.lower()
    if len(small) == len(text):
        return small
    return "".join(letter if len(lower := letter.lower()) != 1 else lower for letter in text)


def number(text: str) -> str:
    """An account's number."""
    return re.sub(_DROPPED, "", text.translate(THAI_DIGITS))


def bank(text: str) -> str:
    """A bank's code."""
    return re.sub(f"[{UNSEEN}]", "", text).translate(THAI_DIGITS).strip().upper()


def numbers(texts: pa.Array, strip: str | None = None) -> pa.Array:
    """`number` of each text, and null where nothing is left; `strip` are the signs that go where not the usual ones."""
    if strip is None and not any_byte(texts, _odd_in_numbers):
        return texts
    texts = digits(texts)
    if strip == "":
        return texts
    return _no_empty(pc.replace_substring_regex(texts, _pattern(strip), ""))


def banks(texts: pa.Array) -> pa.Array:
    """`bank` of each text."""
    if not any_byte(texts, _odd_in_banks):
        return texts
    seen = pc.replace_substring_regex(digits(texts), f"[{UNSEEN}]", "")
    return _no_empty(pc.utf8_upper(pc.utf8_trim_whitespace(seen)))


def digits(texts: pa.Array) -> pa.Array:
    """Texts whose Thai digits are 0 to 9."""
    if (
        not any_byte(texts, lambda data: bool(data.max() >= 0x80))
        or not pc.any(pc.match_substring_regex(texts, "[๐-๙]")).as_py()
    ):
        return texts
    for sign, digit in THAI_DIGITS.items():
        texts = pc.replace_substring(texts, chr(sign), chr(digit))
    return texts


def any_byte(texts: pa.Array, odd: Callable[[Data], bool]) -> bool:
    """Whether any byte of texts is odd: one look at the whole buffer, cheaper than a search by row. The least and the greatest
    byte say most, and take no memory beside it.
    """
    buffers = texts.buffers()
    if not len(texts) or buffers[2] is None:
        return False
    ends = np.frombuffer(buffers[1], dtype=np.int32)[texts.offset : texts.offset + len(texts) + 1]
    data = np.frombuffer(buffers[2], dtype=np.uint8)[ends[0] : ends[-1]]
    return bool(len(data)) and odd(data)


def _pattern(strip: str | None) -> str:
    return _DROPPED if strip is None else f"[{''.join(map(re.escape, strip))}]"


def _no_empty(texts: pa.Array) -> pa.Array:
    return pc.if_else(pc.equal(texts, ""), None, texts)


def _odd_in_numbers(data: Data) -> bool:
    # Whatever stands before the digits or beyond ASCII: hyphens and spaces with few others.
    return bool(data.min() < 0x2E or data.max() >= 0x80)


def _odd_in_banks(data: Data) -> bool:
    least, greatest = data.min(), data.max()
    if least > 0x20 and greatest < 0x61:  # nearly every file: digits and large letters
        return False
    small = (data >= 0x61) & (data <= 0x7A)
    return bool(greatest >= 0x80 or (small | (data == 0x20) | (data == 0x09)).any())
