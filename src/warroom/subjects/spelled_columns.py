"""`spelling`, for whole columns: each text of an Arrow array by the same rules, most of them without a look at the single text."""

import re
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from warroom.subjects import bank_names
from warroom.subjects.spelling import DIGITS, DOTTED, DROPPED, IBAN, THAI_PHONE, UNSEEN, settle

Data = npt.NDArray[np.uint8]

_UNSETTLED = f"^(?:{'|'.join(pattern.pattern for pattern in (THAI_PHONE, IBAN, DOTTED))})$"
_PARTING = np.frombuffer(b"+.", dtype=np.uint8)
_DIGIT_SIGNS = frozenset(map(chr, DIGITS))
_OTHER_DIGITS = f"[{''.join(sorted(_DIGIT_SIGNS))}]"


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
    """`settle` of each text; `is_odd`: whether some have more than digits and large letters."""
    odd = pc.match_substring_regex(texts, _UNSETTLED) if is_odd else pc.starts_with(texts, "0066")
    if not pc.any(odd).as_py():
        return texts
    settled = [settle(text) for text in texts.filter(odd).to_pylist()]
    return pc.replace_with_mask(texts, pc.fill_null(odd, False), pa.array(settled, pa.string()))


def _lettered(data: Data) -> bool:
    return bool(data.max() >= 0x5F or (data.min() < 0x30 and np.isin(data, _PARTING).any()))


def banks(texts: pa.Array) -> pa.Array:
    """`bank` of each text."""
    texts = codes(texts)
    # Each different text is looked up once.
    encoded = pc.dictionary_encode(texts)
    different = encoded.dictionary.to_pylist()
    names = bank_names.table()
    spelled = [names.spell(text) for text in different]
    return texts if spelled == different else pa.array(spelled, pa.string()).take(encoded.indices)


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
    return DROPPED if strip is None else f"[{''.join(map(re.escape, strip))}]"


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
