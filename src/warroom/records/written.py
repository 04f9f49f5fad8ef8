"""Amounts as people write them: with a unit, in parentheses, with the minus behind."""

import pyarrow as pa
import pyarrow.compute as pc

from warroom.records.currencies import CODES
from warroom.subjects.spelled_columns import Data, has_any_byte
from warroom.subjects.spelling import UNSEEN

# Only signs that mean one currency: a yen sign alone means several.
UNITS = {
    "฿": "THB",
    "บาท": "THB",
    "BAHT": "THB",
    "€": "EUR",
    "£": "GBP",
    "US$": "USD",
    "₫": "VND",
    "₭": "LAK",
    "៛": "KHR",
}
DOLLAR = "$"
"""A dollar sign alone, which the currency of the row tells apart."""
# Currencies of the region and its visitors that are written with a bare dollar sign.
DOLLARS = ("AUD", "CAD", "HKD", "NZD", "SGD", "TWD", "USD")
_KNOWN = {**UNITS, DOLLAR: DOLLAR, **{code: code for code in CODES.to_pylist()}}
_UNIT = "(?i:" + "|".join(word.replace("$", r"\$") for word in _KNOWN) + ")"
_AMOUNT = (
    rf"^(?P<open>\()?\s*(?P<first>{_UNIT})?\s*(?P<sign>[-+\x{{2212}}])?\s*(?P<second>{_UNIT})?\s*"
    rf"(?P<number>[0-9๐-๙][0-9๐-๙.,]*)\s*(?P<third>{_UNIT})?\s*(?P<minus>[-\x{{2212}}])?(?P<close>\))?$"
)
"""A number with at most one of each; every other text is left unchanged, and rejected later if it is no
amount.
"""
GAPS = (" ", "\u00a0", "\u2009", "\u202f", "'", "\u2019")
"""What parts thousands in other countries, where a comma or a point does not."""
_GAPPED = r"^[^0-9]*[0-9๐-๙]{1,3}(?:GAP[0-9๐-๙]{3})+(?:[.,][0-9๐-๙]*)?[^0-9๐-๙]*$"
_DASHED = r"([0-9๐-๙])[.,](?:-|\x{2013}|=)$"
"""A dash for the satang that there are none of, as in 50,000.-"""
_TEXT_MARK = r"^'([-+(]?[0-9๐-๙])"
"""The apostrophe by which a spreadsheet keeps a number as text."""


def _may_have_unit_or_sign(data: Data) -> bool:
    # A parenthesis, an apostrophe, a space or a minus, or anything beyond digits.
    signs = data.min() <= 0x2D and ((data <= 0x28) | (data == 0x2D)).any()
    return bool(signs or data.max() > 0x39)


def remove_digit_gaps(texts: pa.Array) -> pa.Array:
    """Amounts without invisible characters, and without the gaps between whole groups of three digits."""
    texts = pc.replace_substring_regex(texts, f"[{UNSEEN}]", "")
    texts = pc.replace_substring_regex(texts, _TEXT_MARK, r"\1")
    for gap in GAPS:
        if pc.any(pc.match_substring(texts, gap)).as_py():
            gapped = pc.match_substring_regex(texts, _GAPPED.replace("GAP", gap))
            texts = pc.if_else(gapped, pc.replace_substring(texts, gap, ""), texts)
    texts = pc.replace_substring_regex(texts, _DASHED, r"\1")
    return pc.replace_substring_regex(texts, f"[{''.join(GAPS[1:4])}]", " ")


def parse_written_amounts(texts: pa.Array) -> tuple[pa.Array, pa.Array | None]:
    """Amounts as plain signed numbers, and the currency of the unit that each was written with (None: no text has one)."""
    # Nearly every column is of plain numbers, which one look at its bytes tells.
    if not has_any_byte(texts, _may_have_unit_or_sign):
        return texts, None
    texts = remove_digit_gaps(texts)
    parts = pc.extract_regex(texts, _AMOUNT)
    names = [field.name for field in parts.type]
    part = {name: pc.fill_null(parts.field(at), "") for at, name in enumerate(names)}
    written_masks = {name: pc.not_equal(part[name], "") for name in names}
    minus = pc.is_in(part["sign"], pa.array(["-", "\u2212"]))
    # One way of saying "less than nothing" at a time, a parenthesis that closes, and one unit.
    ways = _count_true(minus, written_masks["open"], written_masks["minus"])
    clear = pc.and_(pc.less_equal(ways, 1), pc.equal(written_masks["open"], written_masks["close"]))
    clear = pc.and_(
        clear,
        pc.less_equal(
            _count_true(written_masks["first"], written_masks["second"], written_masks["third"]), 1
        ),
    )
    plain = pc.binary_join_element_wise(pc.if_else(pc.greater(ways, 0), "-", ""), part["number"], "")
    unit = pc.utf8_upper(pc.binary_join_element_wise(part["first"], part["second"], part["third"], ""))
    codes = pa.array(list(_KNOWN.values())).take(pc.index_in(unit, pa.array(list(_KNOWN))))
    taken = pc.and_(pc.is_valid(parts), clear)
    return pc.if_else(taken, plain, texts), pc.if_else(taken, codes, None)


def _count_true(*masks: pa.Array) -> pa.Array:
    total = masks[0].cast(pa.int8())
    for mask in masks[1:]:
        total = pc.add(total, mask.cast(pa.int8()))
    return total
