"""Times in UTC from every way of writing them: ISO 8601, a declared format, counted steps, typed columns.

A time without a zone is a flaw unless the mapping declares one. In the Buddhist calendar the year is 543
ahead and everything else, the leap day too, is as in the Gregorian.
"""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from warroom import clock
from warroom.bilingual.months import MONTH_OF, MONTH_WORD
from warroom.errors import RecordsError
from warroom.records.flaws import Flaw, get_min_year, make_flaw
from warroom.records.mapping import UNITS, TimeRule
from warroom.records.table import TableColumn
from warroom.records.texts import Result, to_mask, trim_texts
from warroom.subjects.spelled_columns import spell_digits

INSTANT = pa.timestamp("us", "UTC")
# Microseconds; the lake keeps times in these.
DAY = 86_400_000_000
BUDDHIST_AHEAD = 543
"""Years by which the Thai solar calendar is ahead."""

ISO = (
    r"^(?P<Y>[0-9]{4})-(?P<m>[0-9]{1,2})-(?P<d>[0-9]{1,2})"
    r"(?:[T ]+(?P<H>[0-9]{1,2}):(?P<M>[0-9]{2})(?::(?P<S>[0-9]{2})(?:[.,](?P<f>[0-9]{1,9}))?)? ?"
    r"(?P<z>[Zz]|[+-][0-9]{2}(?::?[0-9]{2})?)?)?$"
)
SWAPPED = ISO.replace("P<m>", "P<x>").replace("P<d>", "P<m>").replace("P<x>", "P<d>")
_BEFORE, _BEHIND = r"(?i)[ \x{a0}]*[(\[]?(?:UTC|GMT)[ ]?", r"[)\]]?$"
OFFSETS = (
    (_BEFORE + r"([-+])([0-9])" + _BEHIND, r"\10\2:00"),
    (_BEFORE + r"([-+])([0-9]):?([0-9]{2})" + _BEHIND, r"\10\2:\3"),
    (_BEFORE + r"([-+][0-9]{2})" + _BEHIND, r"\1:00"),
    (_BEFORE + r"([-+][0-9]{2}):?([0-9]{2})" + _BEHIND, r"\1:\2"),
    (r"([-+][0-9]{2}:?[0-9]{2}|Z)\[[A-Za-z]+(?:/[A-Za-z_]+)*\]$", r"\1"),
    (r"(?i)([0-9.])[ \x{a0}]*[(\[]?ICT" + _BEHIND, r"\1+07:00"),
    (r"(?i)([0-9.])[ \x{a0}]*[(\[]?(?:UTC|GMT)" + _BEHIND, r"\1Z"),
)
"""Zones behind a time by name, and how %z has them; of the letters of zones only those that mean one: ICT is Indochina's."""
_ZONED = re.compile(r"ICT|UTC|GMT|\[", re.IGNORECASE)
COUNTED = r"^(?P<sign>[+-]?)(?P<whole>[0-9]{1,18})(?:\.(?P<below>[0-9]{1,20}))?$"
"""A number of steps; a double has 17 digits and Excel keeps 15 of them."""
_MONTH = MONTH_WORD.replace("(", "(?P<b>", 1)
DIRECTIVES = {
    "Y": r"(?P<Y>[0-9]{4})",
    "y": r"(?P<y>[0-9]{2})",
    "b": _MONTH,
    "B": _MONTH,
    "m": r"(?P<m>[0-9]{1,2})",
    "d": r"(?P<d>[0-9]{1,2})",
    "H": r"(?P<H>[0-9]{1,2})",
    "I": r"(?P<I>[0-9]{1,2})",
    "p": r"(?P<p>[AaPp][Mm])",
    "M": r"(?P<M>[0-9]{1,2})",
    "S": r"(?P<S>[0-9]{1,2})",
    "f": r"(?P<f>[0-9]{1,9})",
    "z": r"(?P<z>[Zz]|[+-][0-9]{2}(?::?[0-9]{2})?)",
    "%": "%",
}

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


def convert_times(array: pa.Array, column: TableColumn, rule: TimeRule, received_at: datetime) -> Result:
    """Times of a column by its rule, none in the future, the far past or another calendar."""
    kind = array.type
    if pa.types.is_timestamp(kind) or pa.types.is_date(kind):
        result, flaws = _convert_typed(array, rule)
    elif pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        result, flaws = _convert_counts(array, rule)
    elif rule.step or rule.unit:
        result, flaws = _convert_written_counts(trim_texts(array), rule)
    else:
        result, flaws = _convert_texts(trim_texts(array), rule)
    return result, flaws + _find_implausible(result, column, rule, received_at)


def _find_implausible(
    result: pa.Array, column: TableColumn, rule: TimeRule, received_at: datetime
) -> list[Flaw]:
    micros = _to_micros(result)
    valid = to_mask(pc.is_valid(result))
    arrived = clock.to_micros(received_at)
    first = clock.to_micros(datetime(get_min_year(column), 1, 1, tzinfo=UTC))
    # A day of grace: a clock that is ahead, or a zone that is some hours off.
    latest = arrived + DAY
    # Two numbers of the whole column say that all is well, which it nearly always is.
    if not valid.any() or (micros[valid].min() >= first and micros[valid].max() <= latest):
        return []
    # 543 years ahead is this calendar and nothing else: said as such, so that the
    # mapping is corrected, not the file.
    # 400 years: far beyond any deadline, and below the 543 of the calendar.
    thai = micros > arrived + 400 * 365 * DAY
    flaws = make_flaw("buddhist", valid & thai) + make_flaw("too_old", valid & (micros < first))
    if column.future:
        return flaws
    late = valid & ~thai & (micros > latest)
    # Two digits say no century: 93 is nearly always 1993, and 68 is 2568.
    guessed = late & (micros > latest + 366 * DAY) if "%y" in (rule.format or "") else late & False
    return flaws + make_flaw("century", guessed) + make_flaw("future", late & ~guessed)


def _to_micros(result: pa.Array) -> Ints:
    values: Ints = pc.fill_null(result.cast(pa.int64()), 0).to_numpy()
    return values


def _from_micros(micros: Ints, valid: Mask) -> pa.Array:
    return pa.array(micros, mask=~valid).cast(INSTANT)


def _convert_typed(array: pa.Array, rule: TimeRule) -> Result:
    aware = pa.types.is_timestamp(array.type) and array.type.tz is not None
    plain = array.cast(INSTANT if aware else pa.timestamp("us"), safe=False)
    if rule.calendar == "buddhist":
        plain = _shift_back_543_years(plain)
    if aware:
        return plain, []
    return _localize(plain, rule)


def _shift_back_543_years(array: pa.Array) -> pa.Array:
    valid = to_mask(pc.is_valid(array))
    micros = _to_micros(array)
    day, rest = np.divmod(micros, DAY)
    dates = day.astype("M8[D]")
    months = dates.astype("M8[M]")
    # Months and then days: as 543 years of days the leap days between would shift the date.
    earlier = (months - np.timedelta64(12 * BUDDHIST_AHEAD, "M")).astype("M8[D]") + (
        dates - months.astype("M8[D]")
    )
    return pa.array(earlier.astype(np.int64) * DAY + rest, mask=~valid).cast(array.type)


def _localize(naive: pa.Array, rule: TimeRule) -> Result:
    """Naive times in the declared zone; where clocks were set back, the earlier of the two moments."""
    if rule.zone is None:
        return pa.nulls(len(naive), INSTANT), make_flaw("no_zone", to_mask(pc.is_valid(naive)))
    # A time that a clock change skipped or repeated has no right answer; the earlier one never makes money
    # move too late.
    local = pc.assume_timezone(naive, rule.zone, ambiguous="earliest", nonexistent="earliest")
    return local.cast(INSTANT), []


def _convert_counts(array: pa.Array, rule: TimeRule) -> Result:
    """Times from numbers of any type."""
    if pa.types.is_integer(array.type):
        whole: Ints = pc.fill_null(array, 0).cast(pa.int64(), safe=False).to_numpy()
        return _convert_steps(whole, np.zeros(len(whole)), to_mask(pc.is_valid(array)), rule)
    counts = pc.fill_null(array.cast(pa.float64(), safe=False), 0).to_numpy()
    # Beyond 2**53 a double has no whole numbers of its own; capped, they fail the check of the year.
    lower = np.floor(np.where(np.abs(counts) < 2**53, counts, 2**53))
    _, size = _compute_step_scale(rule)
    # What a float of this size cannot tell is no part of the time.
    exact = 8 * np.spacing(np.abs(counts)) * size if rule.step else np.zeros(len(counts))
    return _convert_steps(lower.astype(np.int64), counts - lower, to_mask(pc.is_valid(array)), rule, exact)


def _convert_written_counts(texts: pa.Array, rule: TimeRule) -> Result:
    """Times from numbers as texts, with as many decimals as a workbook keeps."""
    parts = pc.extract_regex(texts, COUNTED)
    valid = to_mask(pc.is_valid(parts))
    whole, decimals = _parse_ints(parts.field(1)), pc.fill_null(parts.field(2), "")
    fraction = pc.if_else(pc.equal(decimals, ""), "0", pc.binary_join_element_wise("0.", decimals, ""))
    below = fraction.cast(pa.float64()).to_numpy(zero_copy_only=False)
    sign = np.where(to_mask(pc.equal(parts.field(0), "-")), -1, 1)
    _, size = _compute_step_scale(rule)
    exact = size * 10.0 ** -pc.utf8_length(decimals).to_numpy() if rule.step else np.zeros(len(whole))
    result, flaws = _convert_steps(sign * whole, sign * below, valid, rule, exact)
    return result, flaws + make_flaw("time", to_mask(pc.is_valid(texts)) & ~valid)


def _convert_steps(
    whole: Ints, below: npt.NDArray[np.float64], valid: Mask, rule: TimeRule, exact: Any = 0
) -> Result:
    """Whole steps and parts of one, in the zone's own clock where they are counted from a day of it.

    `exact` are the microseconds that the writing can tell: 46346.4166666667 days are ten o'clock, not 3 us after it.
    """
    start, size = _compute_step_scale(rule)
    if not size:
        return pa.nulls(len(whole), INSTANT), make_flaw("no_unit", valid)
    # Beyond the year 9999 no time is meant, and the product must not overflow.
    # Microseconds from 1970 to the end of the year 9999.
    wrong = valid & ~(np.abs(whole) <= 253_402_300_800_000_000 // size)
    steps = np.where(wrong, 0, whole) * size
    unit = _choose_rounding_unit(exact, below * size)
    rest, part = np.divmod(steps, unit)
    micros = (rest + np.rint((part + below * size) / unit).astype(np.int64)) * unit + start
    local = rule.step and rule.epoch and rule.epoch.tzinfo is None and rule.zone
    if not local:
        return _from_micros(micros, valid & ~wrong), make_flaw("time", wrong)
    result, unzoned = _localize(pa.array(micros, mask=~valid | wrong).cast(pa.timestamp("us")), rule)
    return result, unzoned + make_flaw("time", wrong)


def _choose_rounding_unit(exact: Any, below: npt.NDArray[np.float64]) -> Ints:
    """Microseconds of the finest of second, millisecond and microsecond that a count of this exactness can tell."""
    millis = below / 1_000
    # A workbook drops zeros at the end: 46346.429865 may be written so short because it is a whole millisecond.
    is_short = (exact <= 10_000) & (np.abs(millis - np.rint(millis)) < 0.001)
    finest = np.where((exact <= 100) | is_short, 1_000, 1_000_000)
    return np.where(exact <= 0.1, 1, finest).astype(np.int64)


def _compute_step_scale(rule: TimeRule) -> tuple[int, int]:
    """Microseconds of the first step, in the clock that it is counted by, and of one step."""
    if rule.step and rule.epoch:
        return clock.to_micros(rule.epoch.replace(tzinfo=rule.epoch.tzinfo or UTC)), rule.step // timedelta(
            microseconds=1
        )
    return 0, UNITS[rule.unit] if rule.unit else 0


def _convert_texts(texts: pa.Array, rule: TimeRule) -> Result:
    # Arrow reads a column of plain ISO at once; whatever it refuses goes the slow way, whole.
    if rule.format is None and rule.calendar == "gregorian":
        try:
            return texts.cast(INSTANT), []
        except pa.ArrowInvalid:
            pass
        if rule.zone:
            try:
                return _localize(texts.cast(pa.timestamp("us")), rule)
            except pa.ArrowInvalid:
                pass
    texts = spell_digits(texts)
    # A format that has the zone's letters in it was written for them.
    if not _ZONED.search(rule.format or ""):
        texts = replace_zone_names(texts)
    result, flaws = _convert_civil_times(
        texts, compile_time_format(rule.format) if rule.format else ISO, rule
    )
    return _convert_rest_as_iso(texts, result, flaws, rule) if rule.format and flaws else (result, flaws)


def replace_zone_names(texts: pa.Array) -> pa.Array:
    """Times whose zone stands behind them by name (`GMT+7`, `UTC+07:00`, `ICT`) with its offset as %z has it."""
    if not pc.any(pc.match_substring_regex(texts, "(?i)" + _ZONED.pattern)).as_py():
        return texts
    for zone, offset in OFFSETS:
        texts = pc.replace_substring_regex(texts, zone, offset)
    return texts


def _convert_rest_as_iso(
    texts: pa.Array, result: pa.Array, first_flaws: list[Flaw], rule: TimeRule
) -> Result:
    """What is not written as declared but in ISO 8601, which reads in one way only: cells of a workbook that are dates
    among those that are texts.
    """
    wrong = np.zeros(len(texts), np.bool_)
    for first_flaw in first_flaws:
        wrong[first_flaw.rows] |= first_flaw.code == "time"
    cells = pc.if_else(pa.array(wrong), texts, None)
    iso, flaws = _convert_civil_times(cells, SWAPPED if rule.cells_swapped else ISO, rule)
    return pc.coalesce(result, iso), [
        first_flaw for first_flaw in first_flaws if first_flaw.code != "time"
    ] + flaws


def compile_time_format(written: str) -> str:
    """The regular expression of a declared format; raises RecordsError for a directive that is not known."""
    parts = []
    for part in re.split(r"(%.)", written):
        if not part.startswith("%"):
            parts.append(re.escape(part))
        elif part[1:] in DIRECTIVES:
            parts.append(DIRECTIVES[part[1:]])
        else:
            known = " ".join("%" + name for name in DIRECTIVES)
            raise RecordsError("mapping.time-format", written=written, part=part, known=known)
    return "^" + "".join(parts) + "$"


def _convert_civil_times(texts: pa.Array, regex: str, rule: TimeRule) -> Result:
    """Years, months, days and so on picked out and added up by the column."""
    extracted_fields = pc.extract_regex(texts, regex)
    given = to_mask(pc.is_valid(texts))
    matched = to_mask(pc.is_valid(extracted_fields))
    parts = {field.name: extracted_fields.field(index) for index, field in enumerate(extracted_fields.type)}
    if "b" in parts:
        parts["m"] = _parse_months(parts["b"])
    year = _parse_years(parts, rule)
    micros, real = _compute_micros(year, parts)
    good = matched & real & (year > 0)
    bad = make_flaw("time", given & ~good)
    zoned, minutes = _parse_offsets(parts, len(texts))
    aware = _from_micros(micros - minutes * 60_000_000, good & zoned)
    if (good & ~zoned).any():
        naive, unzoned = _localize(pa.array(micros, mask=~(good & ~zoned)).cast(pa.timestamp("us")), rule)
        return pc.coalesce(aware, naive), bad + unzoned
    return aware, bad


def _parse_months(words: pa.Array) -> pa.Array:
    plain = pc.replace_substring(pc.utf8_lower(words), ".", "")
    found = pc.index_in(plain, pa.array(list(MONTH_OF)))
    return pa.array(list(MONTH_OF.values())).take(found)


def _parse_ints(part: pa.Array | None, default: int = 0) -> Any:
    if part is None:
        return np.int64(default)
    text = pc.fill_null(part, "")
    return pc.if_else(pc.equal(text, ""), str(default), text).cast(pa.int64()).to_numpy()


def _parse_years(parts: dict[str, pa.Array], rule: TimeRule) -> Ints:
    """Two digits are of the declared century, else of this one: 68 is 2568 in the Buddhist calendar, 25 is 2025 in the
    Gregorian.
    """
    calendar = rule.calendar
    century = rule.century or (2500 if calendar == "buddhist" else 2000)
    # Two digits never decide the century by themselves: that would change with the day of reading.
    year: Ints = _parse_ints(parts["Y"]) if "Y" in parts else century + _parse_ints(parts.get("y"))
    return year - BUDDHIST_AHEAD if calendar == "buddhist" else year


def _compute_micros(year: Ints, parts: dict[str, pa.Array]) -> tuple[Ints, Mask]:
    month, day = _parse_ints(parts.get("m"), 1), _parse_ints(parts.get("d"), 1)
    hour, minute, second = _parse_hours(parts), _parse_ints(parts.get("M")), _parse_ints(parts.get("S"))
    months = ((year - 1970) * 12 + month - 1).astype("M8[M]")
    dates = months.astype("M8[D]") + (day - 1).astype("m8[D]")
    # numpy carries 31 February over into March; a date that does not stay in its month was none.
    real = (month >= 1) & (month <= 12) & (day >= 1) & (dates.astype("M8[M]") == months)
    # A leap second (60) is a time that banks' clocks write; it becomes the next minute's first.
    real &= (hour < 24) & (minute < 60) & (second < 61)
    micros = dates.astype(np.int64) * DAY + (hour * 3600 + minute * 60 + second) * 1_000_000
    return micros + _parse_fractions(parts.get("f")), real


def _parse_hours(parts: dict[str, pa.Array]) -> Any:
    if "I" not in parts:
        return _parse_ints(parts.get("H"))
    evening = np.zeros(1, dtype=np.int64)
    if "p" in parts:
        evening = to_mask(pc.equal(pc.utf8_lower(parts["p"]), "pm")).astype(np.int64)
    return _parse_ints(parts["I"]) % 12 + 12 * evening


def _parse_fractions(part: pa.Array | None) -> Any:
    """Microseconds; what is finer is cut off."""
    if part is None:
        return 0
    return _parse_ints(pc.utf8_slice_codeunits(pc.utf8_rpad(pc.fill_null(part, ""), 6, "0"), 0, 6))


def _parse_offsets(parts: dict[str, pa.Array], size: int) -> tuple[Mask, Ints]:
    """Whether a zone is written, and its minutes east of UTC."""
    if "z" not in parts:
        return np.zeros(size, dtype=np.bool_), np.zeros(size, dtype=np.int64)
    zone = pc.fill_null(parts["z"], "")
    digits = pc.replace_substring_regex(zone, "[^0-9]", "")
    padded = pc.utf8_rpad(digits, 4, "0")
    hours = _parse_ints(pc.utf8_slice_codeunits(padded, 0, 2))
    minutes = hours * 60 + _parse_ints(pc.utf8_slice_codeunits(padded, 2, 4))
    west = to_mask(pc.starts_with(zone, "-"))
    return to_mask(pc.not_equal(zone, "")), np.where(west, -minutes, minutes)
