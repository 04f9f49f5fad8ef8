"""Amounts, whole numbers and measures, from texts or from numbers of any type.

An amount is never rounded: a float is taken as the two-decimal number it is the nearest float of, anything
else with more decimals is a flaw.
"""

import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from warroom.records.flaws import Flaw, group_flaws, make_flaw
from warroom.records.table import TableColumn
from warroom.records.texts import Result, to_mask, trim_texts
from warroom.records.written import parse_written_amounts
from warroom.subjects.spelling import THAI_DIGITS

MONEY = pa.decimal128(18, 2)
MOST = 10**16
"""Amounts have at most 16 digits before the point."""

_GROUPED = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d*)?")
_POINTED = r"^[-+]?[0-9๐-๙]{1,3}(\.[0-9๐-๙]{3})+(,[0-9๐-๙]*)?$"
# What Arrow casts exactly; everything else goes through `_parse_money`.
_PLAIN_MONEY = r"^[+-]?[0-9]{1,16}(\.[0-9]{1,2})?$"
_PLAIN_NUMBER = r"^[+-]?[0-9]{1,17}(\.[0-9]{1,17})?$"
_PLAIN_INTEGER = r"^[+-]?[0-9]{1,18}$"

Parse = Callable[[str], Any]


class _NotANumberError(Exception):
    """Why a text is no number: its flaw's code."""


def convert_money(array: pa.Array, column: TableColumn, decimal: str = ".", power: int = 0) -> Result:
    """Amounts as decimal(18, 2); `power` is the power of ten that makes whole money of what they are counted in."""
    if power:
        texts, mixed = _normalize_decimal_sign(parse_written_amounts(trim_texts(array))[0], decimal)
        result, column_flaws = _parse_texts(texts, MONEY, None, lambda item: _parse_money(item, power))
        column_flaws = mixed + column_flaws
    elif pa.types.is_floating(array.type):
        result, column_flaws = _convert_money_floats(array)
    elif pa.types.is_integer(array.type):
        result, column_flaws = _convert_money_integers(array)
    elif pa.types.is_decimal(array.type):
        result, column_flaws = _convert_money_decimals(array)
    else:
        texts, mixed = _normalize_decimal_sign(parse_written_amounts(trim_texts(array))[0], decimal)
        result, column_flaws = _convert_texts(texts, MONEY, _PLAIN_MONEY, _parse_money)
        column_flaws = mixed + column_flaws
    return result, column_flaws + _find_out_of_bounds(result, column)


def convert_numbers(array: pa.Array, column: TableColumn, decimal: str = ".") -> Result:
    """Measures as finite float64."""
    no_flaws: list[Flaw] = []
    if _is_numeric(array.type):
        result, column_flaws = array.cast(pa.float64(), safe=False), no_flaws
    else:
        texts, mixed = _normalize_decimal_sign(trim_texts(array), decimal)
        result, column_flaws = _convert_texts(
            texts, pa.float64(), _PLAIN_NUMBER, lambda item: float(_parse_decimal(item))
        )
        column_flaws = mixed + column_flaws
    infinite = to_mask(pc.and_(pc.is_valid(result), pc.invert(pc.is_finite(result))))
    return result, column_flaws + make_flaw("not_finite", infinite) + _find_out_of_bounds(result, column)


def convert_integers(array: pa.Array, column: TableColumn, decimal: str = ".") -> Result:
    """Whole numbers as int64."""
    if pa.types.is_integer(array.type):
        return _cast_integers(array, pa.int64(), "integer", column)
    texts, mixed = _normalize_decimal_sign(trim_texts(array), decimal)
    result, found = _convert_texts(texts, pa.int64(), _PLAIN_INTEGER, _parse_integer)
    return result, mixed + found + _find_out_of_bounds(result, column)


def _cast_integers(array: pa.Array, kind: pa.DataType, code: str, column: TableColumn) -> Result:
    try:
        result = array.cast(kind)
    except pa.ArrowInvalid:  # an unsigned number beyond int64
        return pa.nulls(len(array), kind), make_flaw(code, to_mask(pc.is_valid(array)))
    return result, _find_out_of_bounds(result, column)


def _is_numeric(kind: pa.DataType) -> bool:
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind))


def _normalize_decimal_sign(texts: pa.Array, decimal: str) -> Result:
    """Numbers with a point before their decimals, whichever sign a file has there."""
    if decimal == ".":
        return texts, []
    # A point parts whole groups of three: 1234.50 among such numbers would be a hundred times as much without it.
    mixed = pc.and_(pc.match_substring(texts, "."), pc.invert(pc.match_substring_regex(texts, _POINTED)))
    texts = pc.if_else(pc.fill_null(mixed, False), None, texts)
    return pc.replace_substring(pc.replace_substring(texts, ".", ""), ",", "."), make_flaw(
        "point", to_mask(mixed)
    )


def _find_out_of_bounds(result: pa.Array, column: TableColumn) -> list[Flaw]:
    if column.positive:
        return make_flaw("not_positive", to_mask(pc.less_equal(result, _as_bound(0, result.type))))
    outside = np.zeros(len(result), dtype=np.bool_)
    if column.low is not None:
        outside |= to_mask(pc.less(result, _as_bound(column.low, result.type)))
    if column.high is not None:
        outside |= to_mask(pc.greater(result, _as_bound(column.high, result.type)))
    return make_flaw("range", outside)


def _as_bound(value: float, kind: pa.DataType) -> pa.Scalar:
    # By text: the float 0.1 as a decimal(18, 2) would be a cast that loses, and refuses.
    return pa.scalar(f"{value:g}").cast(kind)


def _convert_texts(texts: pa.Array, kind: pa.DataType, plain: str, parse: Parse) -> Result:
    """All at once where Arrow can read every text; else the odd ones by `parse`, each different text once."""
    try:
        return texts.cast(kind), []
    except pa.ArrowInvalid:
        pass
    return _parse_texts(texts, kind, plain, parse)


def _parse_texts(texts: pa.Array, kind: pa.DataType, plain: str | None, parse: Parse) -> Result:
    """Texts that fit `plain` by Arrow, the others by `parse`, each different text once."""
    easy = pc.match_substring_regex(texts, plain) if plain else pc.if_else(pc.is_valid(texts), False, None)
    result = pc.if_else(easy, texts, None).cast(kind)
    hard = np.flatnonzero(to_mask(pc.invert(easy)))
    values: dict[str, Any] = {}
    wrong: list[tuple[int, str]] = []
    parsed: list[Any] = []
    for row, item in zip(hard.tolist(), texts.take(pa.array(hard)).to_pylist(), strict=True):
        # A file of a million rows has few different odd texts, such as '1,000.00'; each is parsed once.
        value = values[item] if item in values else values.setdefault(item, _try_parse(parse, item))
        parsed.append(None if isinstance(value, _NotANumberError) else value)
        if isinstance(value, _NotANumberError):
            wrong.append((row, str(value)))
    mask = np.zeros(len(texts), dtype=np.bool_)
    mask[hard] = True
    return pc.replace_with_mask(result, pa.array(mask), pa.array(parsed, kind)), group_flaws(wrong)


def _try_parse(parse: Parse, item: str) -> Any:
    try:
        return parse(item)
    except _NotANumberError as wrong:
        return wrong


def _parse_decimal(item: str) -> Decimal:
    """A number, with Thai digits or grouped thousands allowed; raises _NotANumberError with the flaw's code."""
    text = item.translate(THAI_DIGITS)
    # Only whole groups of three: '1,5' may be one and a half, and is asked about instead of being read as 15.
    if _GROUPED.fullmatch(text):
        text = text.replace(",", "")
    # Python's Decimal takes 1_000; no bank writes that, and a pasted identifier would pass as an amount.
    if "_" in text:
        raise _NotANumberError("number")
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise _NotANumberError("comma" if re.fullmatch(r"[+-]?[\d.]*,\d+", text) else "number") from None
    if not value.is_finite():
        raise _NotANumberError("not_finite")
    # Comparing with 1e999999 would build a number of a million digits.
    if value.adjusted() > 300:
        raise _NotANumberError("digits")
    return value


def _parse_money(item: str, power: int = 0) -> Decimal:
    value = _parse_decimal(item)
    if power:
        sign, digits, exponent = value.as_tuple()
        # Exact: only the exponent moves; `scaleb` would round what has more than 28 digits.
        value = Decimal((sign, digits, int(exponent) + power))
    if value.adjusted() >= 16:
        raise _NotANumberError("digits")
    # The exponent first: to quantize 1e-999999 would be refused as an error and not as a flaw.
    if value.adjusted() < -20 or value != value.quantize(Decimal("0.01")):
        raise _NotANumberError("not_positive" if value == 0 else "fraction" if power else "decimals")
    return value.quantize(Decimal("0.01"))


def _parse_integer(item: str) -> int:
    value = _parse_decimal(item)
    if value.adjusted() >= 18 or value != value.to_integral_value():
        raise _NotANumberError("integer")
    return int(value)


def _as_money(values: npt.NDArray[np.int64], nulls: npt.NDArray[np.bool_]) -> pa.Array:
    """Hundredths as decimal(18, 2): the same 128 bits, read with the point two places to the left."""
    # A cast from hundredths would divide; here the same bits get another meaning,
    # which costs nothing and is exact.
    wide = pa.array(values, mask=nulls).cast(pa.decimal128(19, 0))
    return pa.Array.from_buffers(MONEY, len(wide), wide.buffers(), offset=wide.offset)


def _convert_money_integers(array: pa.Array) -> Result:
    nulls = to_mask(pc.is_null(array))
    try:
        values = pc.fill_null(array, 0).cast(pa.int64()).to_numpy()
    except pa.ArrowInvalid:
        return pa.nulls(len(array), MONEY), make_flaw("digits", ~nulls)
    large = (values >= MOST) | (values <= -MOST)
    return _as_money(np.where(large, 0, values) * 100, nulls | large), make_flaw("digits", large & ~nulls)


def _convert_money_floats(array: pa.Array) -> Result:
    """The allowance is eight neighbouring floats, and below a twentieth of a satang."""
    nulls = to_mask(pc.is_null(array))
    single = pc.fill_null(array, 0).to_numpy()
    values = single.astype(np.float64)
    finite = np.isfinite(values)
    large = finite & (np.abs(values) >= MOST)
    safe = np.where(finite & ~large, values, 0.0)
    hundredths = np.rint(safe * 100)
    # float32 columns are common: there the neighbour of 123,456.78 is almost a satang away, so the allowance
    # goes by the type that was sent.
    spacing = np.spacing(np.abs(np.where(finite & ~large, single, 0))).astype(np.float64)
    # Eight neighbours: sums that a bank added up as floats are off by a few, never by a twentieth of a
    # satang.
    allowed = np.minimum(8 * spacing + 1e-9, np.maximum(0.0005, spacing))
    uneven = np.abs(safe - hundredths / 100) > allowed
    wrong = nulls | ~finite | large | uneven
    column_flaws = (
        make_flaw("not_finite", ~finite & ~nulls)
        + make_flaw("digits", large)
        + make_flaw("decimals", uneven & ~nulls)
    )
    return _as_money(hundredths.astype(np.int64), wrong), column_flaws


def _convert_money_decimals(array: pa.Array) -> Result:
    try:
        return array.cast(MONEY), []
    except pa.ArrowInvalid:
        return _convert_texts(array.cast(pa.string()), MONEY, _PLAIN_MONEY, _parse_money)
