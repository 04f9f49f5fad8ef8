"""One spelling of an account, however it is written: `123-4-56789-0` at `ktb` and `1234567890` at `KTB` are one.

Numbers lose spaces, hyphens and signs that nobody sees, digits of every script are 0 to 9, and a bank has one name
(`bank_names`). Rows are spelled when they are read and texts when they are typed, so that everything above compares plain texts.
"""

import re
import sys
import unicodedata
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from warroom.subjects import bank_names

Data = npt.NDArray[np.uint8]

RULES = 2
"""Counted up with every change of what one spelling is: a lake that was spelled by other rules is brought to these."""

THAI_DIGITS = str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789")
DIGITS = {
    at: str(unicodedata.decimal(chr(at)))
    for at in range(0x80, sys.maxunicode)
    if unicodedata.category(chr(at)) == "Nd"
}
"""Digits of every script as 0 to 9: Thai, Lao, Khmer, Myanmar, Arabic, those of full width and all others."""

# Spaces and hyphens of every width, and what has none: joiners, marks of direction, the soft hyphen, a byte order mark.
UNSEEN = "\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff"
"""Signs that nobody sees, as a pattern's class has them."""
_DROPPED = f"[- \\t\u00a0\u2000-\u200a\u2010-\u2015\u202f\u2212{UNSEEN}]"
_THAI_PHONE = re.compile(r"(?:\+|00)66([689]\d{8})")
"""A mobile telephone with Thailand's code, as PromptPay has it: nothing else is written so. Without + or 00 it may be an account."""
_IBAN = re.compile(r"[A-Za-z]{2}\d{2}[A-Za-z0-9]{11,30}")
_DOTTED = re.compile(r"\d+(?:[._]\d+){2,}|\d{3,}[._]\d*[1-9]\d{2,}")
_UNSETTLED = f"^(?:{'|'.join(pattern.pattern for pattern in (_THAI_PHONE, _IBAN, _DOTTED))})$"
_PARTING = np.frombuffer(b"+.", dtype=np.uint8)
_DIGIT_SIGNS = frozenset(map(chr, DIGITS))
_OTHER_DIGITS = f"[{''.join(sorted(_DIGIT_SIGNS))}]"


def mark() -> str:
    """By which rules and which names of banks this process spells."""
    return f"{RULES}:{bank_names.table().mark}"


def joined(text: str) -> str:
    """A text without what parts its signs, and with digits of 0 to 9."""
    return re.sub(_DROPPED, "", text.translate(DIGITS))


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
    return _settled(joined(text))


def _settled(text: str) -> str:
    """A joined number without the other marks that some write: a telephone's country, an IBAN's small letters, dots."""
    if phone := _THAI_PHONE.fullmatch(text):
        return f"0{phone[1]}"
    if _IBAN.fullmatch(text) and _holds(text.upper()):
        return text.upper()
    return re.sub("[._]", "", text) if _DOTTED.fullmatch(text) else text


def _holds(iban: str) -> bool:
    """Whether the check digits of an IBAN hold (ISO 13616)."""
    return int("".join(str(int(sign, 36)) for sign in iban[4:] + iban[:4])) % 97 == 1


def bank(text: str) -> str:
    """The one name of a bank."""
    return bank_names.table().spell(re.sub(f"[{UNSEEN}]", "", text).translate(DIGITS).strip().upper())


def numbers(texts: pa.Array, strip: str | None = None) -> pa.Array:
    """`number` of each text, and null where nothing is left; `strip` are the signs that go where not the usual ones."""
    if strip is None and not any_byte(texts, _odd_in_numbers):
        return _settle(texts, any_byte(texts, _lettered))
    texts = digits(texts)
    if strip == "":
        return texts
    plain = _no_empty(pc.replace_substring_regex(texts, _pattern(strip), ""))
    return plain if strip is not None else _settle(plain, any_byte(plain, _lettered))


def _settle(texts: pa.Array, is_odd: bool) -> pa.Array:
    """`_settled` of each text; `is_odd`: whether some have more than digits and large letters."""
    odd = pc.match_substring_regex(texts, _UNSETTLED) if is_odd else pc.starts_with(texts, "0066")
    if not pc.any(odd).as_py():
        return texts
    settled = [_settled(text) for text in texts.filter(odd).to_pylist()]
    return pc.replace_with_mask(texts, pc.fill_null(odd, False), pa.array(settled, pa.string()))


def _lettered(data: Data) -> bool:
    return bool(data.max() >= 0x5F or (data.min() < 0x30 and np.isin(data, _PARTING).any()))


def banks(texts: pa.Array) -> pa.Array:
    """`bank` of each text."""
    return bank_names.table().spell_column(codes(texts))


def codes(texts: pa.Array) -> pa.Array:
    """Codes in large letters, without what nobody sees."""
    if not any_byte(texts, _odd_in_banks):
        return texts
    seen = pc.replace_substring_regex(digits(texts), f"[{UNSEEN}]", "")
    return _no_empty(pc.utf8_upper(pc.utf8_trim_whitespace(seen)))


def digits(texts: pa.Array) -> pa.Array:
    """Texts whose digits are 0 to 9, of whatever script they were."""
    if not any_byte(texts, lambda data: bool(data.max() >= 0x80)):
        return texts
    odd = pc.fill_null(pc.match_substring_regex(texts, _OTHER_DIGITS), False)
    if not pc.any(odd).as_py():
        return texts
    mine = texts.filter(odd)
    for sign in sorted(set("".join(mine.to_pylist())) & _DIGIT_SIGNS):
        mine = pc.replace_substring(mine, sign, DIGITS[ord(sign)])
    return pc.replace_with_mask(texts, odd, mine)


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
