"""`spelling`, for whole columns: each text of an Arrow array by the same rules, most of them without a look at the single text."""

import re
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from warroom.subjects import bank_names
from warroom.subjects.spelling import DIGITS, DOTTED, DROPPED, IBAN, THAI_PHONE, UNSEEN, settle_number

Data = npt.NDArray[np.uint8]

# One pattern for the whole column, so that only the few texts that match reach Python.
_UNSETTLED = f"^(?:{'|'.join(pattern.pattern for pattern in (THAI_PHONE, IBAN, DOTTED))})$"
_PARTING = np.frombuffer(b"+.", dtype=np.uint8)
_DIGIT_SIGNS = frozenset(map(chr, DIGITS))
_OTHER_DIGITS = f"[{''.join(sorted(_DIGIT_SIGNS))}]"


def spell_account_numbers(texts: pa.Array, strip: str | None = None) -> pa.Array:
    """`spelling.spell_account_number` of each text; null where nothing is left.

    `strip`: the signs to remove where they are not the usual ones.
    """
    if strip is None and not has_any_byte(texts, _is_odd_in_numbers):
        return _settle_numbers(texts, has_any_byte(texts, _has_letters))
    texts = spell_digits(texts)
    if strip == "":
        return texts
    plain = _empty_to_null(pc.replace_substring_regex(texts, _strip_pattern(strip), ""))
    return plain if strip is not None else _settle_numbers(plain, has_any_byte(plain, _has_letters))


def _settle_numbers(texts: pa.Array, is_odd: bool) -> pa.Array:
    """`settle_number` of each text; `is_odd`: whether some have more than digits and large letters."""
    # Where all texts are digits, only the 0066 of a Thai telephone can need the slow rules.
    odd = pc.match_substring_regex(texts, _UNSETTLED) if is_odd else pc.starts_with(texts, "0066")
    if not pc.any(odd).as_py():
        return texts
    settled = [settle_number(text) for text in texts.filter(odd).to_pylist()]
    return pc.replace_with_mask(texts, pc.fill_null(odd, False), pa.array(settled, pa.string()))


def _has_letters(data: Data) -> bool:
    # 0x5F and above: underscore and small letters; below 0x30 only + and . start one of the slow rules.
    return bool(data.max() >= 0x5F or (data.min() < 0x30 and np.isin(data, _PARTING).any()))


def spell_banks(texts: pa.Array) -> pa.Array:
    """`spelling.spell_bank` of each text."""
    texts = spell_codes(texts)
    # Each different text is looked up once.
    encoded = pc.dictionary_encode(texts)
    different = encoded.dictionary.to_pylist()
    names = bank_names.get_active_table()
    spelled = [names.spell_bank(text) for text in different]
    # The same array back where nothing changes: no copy of the column is made.
    return texts if spelled == different else pa.array(spelled, pa.string()).take(encoded.indices)


def spell_codes(texts: pa.Array) -> pa.Array:
    """Codes in capital letters, without invisible characters."""
    if not has_any_byte(texts, _is_odd_in_banks):
        return texts
    seen = pc.replace_substring_regex(spell_digits(texts), f"[{UNSEEN}]", "")
    return _empty_to_null(pc.utf8_upper(pc.utf8_trim_whitespace(seen)))


def spell_digits(texts: pa.Array) -> pa.Array:
    """Texts whose digits are 0 to 9, of whatever script they were."""
    if not has_any_byte(texts, lambda data: bool(data.max() >= 0x80)):
        return texts
    odd = pc.fill_null(pc.match_substring_regex(texts, _OTHER_DIGITS), False)
    if not pc.any(odd).as_py():
        return texts
    mine = texts.filter(odd)
    # One replacement for each digit that occurs: a regular expression cannot map ten signs to ten others.
    for sign in sorted(set("".join(mine.to_pylist())) & _DIGIT_SIGNS):
        mine = pc.replace_substring(mine, sign, DIGITS[ord(sign)])
    return pc.replace_with_mask(texts, odd, mine)


def has_any_byte(texts: pa.Array, odd: Callable[[Data], bool]) -> bool:
    """Whether any byte of texts is odd: one look at the whole buffer, cheaper than a search by row. The least and the greatest
    byte say most, and take no memory beside it.
    """
    buffers = texts.buffers()
    if not len(texts) or buffers[2] is None:
        return False
    ends = np.frombuffer(buffers[1], dtype=np.int32)[texts.offset : texts.offset + len(texts) + 1]
    data = np.frombuffer(buffers[2], dtype=np.uint8)[ends[0] : ends[-1]]
    return bool(len(data)) and odd(data)


def _strip_pattern(strip: str | None) -> str:
    return DROPPED if strip is None else f"[{''.join(map(re.escape, strip))}]"


def _empty_to_null(texts: pa.Array) -> pa.Array:
    return pc.if_else(pc.equal(texts, ""), None, texts)


def _is_odd_in_numbers(data: Data) -> bool:
    # Whatever stands before the digits or beyond ASCII: hyphens and spaces with few others.
    return bool(data.min() < 0x2E or data.max() >= 0x80)


def _is_odd_in_banks(data: Data) -> bool:
    least, greatest = data.min(), data.max()
    if least > 0x20 and greatest < 0x61:  # nearly every file: digits and large letters
        return False
    small = (data >= 0x61) & (data <= 0x7A)
    return bool(greatest >= 0x80 or (small | (data == 0x20) | (data == 0x09)).any())
