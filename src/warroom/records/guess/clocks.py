"""How a column writes its times: day before month or after, which calendar, with or without a time of day and a zone."""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

import pyarrow as pa

from warroom.bilingual.months import MONTHS, month_of
from warroom.records.times import BUDDHIST_AHEAD, ISO, compile_time_format, replace_zone_names
from warroom.subjects.spelling import THAI_DIGITS

_WORDS = sorted(
    {
        part
        for line in MONTHS
        for word in line.split()
        for part in (word, word.replace(".", ""), word.rstrip("."))
    },
    key=len,
    reverse=True,
)
_MONTH = "|".join(re.escape(word) for word in _WORDS)
_TOKEN = re.compile(
    rf"(?P<z>(?<=\d) ?[+-]\d\d:?\d\d$|(?<=\d) ?Z$)|(?P<n>\d+)|(?P<b>(?:{_MONTH})\.?)|(?P<p>[AaPp][Mm]\b)",
    re.IGNORECASE,
)
_ISO = re.compile(ISO.replace("?P<", "?P<"))
# Chosen: older records are rarely sent.
YEARS = 15
"""Years before now within which the times of records are likely."""
# The spans from `SINCE` to now do not overlap, so a number fits one unit at most.
UNITS = ((1, "s"), (1_000, "ms"), (1_000_000, "us"))
SINCE = 946_684_800
"""Seconds of the year 2000: numbers before it are no times."""


@dataclass(frozen=True, slots=True)
class TimeStyle:
    """How a column's times are written.

    `format` None means ISO 8601; `share` of the values are written so. `ambiguous_part` names the part that
    may be in another place (month, year), empty where none may. `has_two_digit_years`: the calendar or
    century is then a guess. `unit`: counted since 1970 in this unit; `is_serial_number`: days since 1899, as
    spreadsheets count. `conflicting_examples`: one value that can only have the day first and one that can
    only have the month first. `date_cells`: dates of a workbook among texts.
    """

    format: str | None
    share: float
    has_day: bool = True
    has_time_of_day: bool = True
    calendar: str = "gregorian"
    century: int | None = None
    is_zoned: bool = False
    ambiguous_part: str = ""
    has_two_digit_years: bool = False
    has_both_calendars: bool = False
    unit: str | None = None
    is_serial_number: bool = False
    conflicting_examples: tuple[str, str] | None = None
    date_cells: "DateCells | None" = None


@dataclass(frozen=True, slots=True)
class DateCells:
    """Date cells of a workbook in a column that also has texts: their `share`, and an example of each.

    `are_swapped`: all date cells have days up to 12 and all texts have later days, as happens where a
    spreadsheet with another country's settings took 5/11 for 11 May.
    """

    share: float
    example: str
    text: str
    are_swapped: bool


@dataclass(frozen=True, slots=True)
class _TimeShape:
    """Values of one shape: the separators between the numbers, and each number's texts in order."""

    kinds: tuple[str, ...]
    between: tuple[str, ...]


def guess_time_style(values: Sequence[str], now: datetime) -> TimeStyle | None:
    """How times are written; None where the values are none."""
    texts = _normalize_values(values)
    if not texts:
        return None
    if counted := _guess_counted_times(texts, now):
        return counted
    plain = [text for text in texts if not _ISO.match(text)]
    if 0 < len(plain) < len(texts) and (beside := _guess_beside_date_cells(texts, plain, now)):
        return beside
    return _guess_from_texts(texts, now)


def _normalize_values(values: Sequence[str]) -> list[str]:
    """Values as they are looked at: with digits as 0 to 9, and zones as their offsets."""
    # 500 values of 100 letters each tell how a column is written; more would only take time.
    texts = pa.array([text[:100].translate(THAI_DIGITS) for text in values[:500]], pa.string())
    found: list[str] = replace_zone_names(texts).to_pylist()
    return found


def _guess_beside_date_cells(texts: Sequence[str], plain: Sequence[str], now: datetime) -> TimeStyle | None:
    """How texts are written beside dates of a workbook's cells, which are read in any case; None where they are no times."""
    made = _guess_from_texts(plain, now)
    if made is None or made.format is None or not made.has_day or made.share < 0.5:
        return None
    cells = [text for text in texts if _ISO.match(text)]
    days = [int(iso_match["d"]) for text in cells if (iso_match := _ISO.match(text))]
    others = [day.day for day in parse_days(plain, made) if day is not None]
    are_swapped = max(days) <= 12 < min(others, default=0) and "%m" in made.format
    share = len(cells) / len(texts)
    beside = DateCells(share, cells[0], plain[0], are_swapped)
    return replace(made, share=share + made.share * (1 - share), date_cells=beside)


def _guess_from_texts(texts: Sequence[str], now: datetime) -> TimeStyle | None:
    parted = [(text, *_split_shape(text)) for text in texts]
    shapes = Counter((shape.kinds, shape.between) for _, shape, _ in parted)
    (kinds, between), many = shapes.most_common(1)[0]
    numbers = [tokens for _, shape, tokens in parted if (shape.kinds, shape.between) == (kinds, between)]
    made = _build_style(kinds, between, numbers, now)
    if made is None:
        return None
    iso = sum(bool(_ISO.match(text)) for text in texts) / len(texts)
    share = max(many / len(texts), iso if made.format is None else 0)
    return replace(made, share=share)


def guess_time_of_day(values: Sequence[str]) -> str | None:
    """How a column called "time" writes times of day; None where nearly none of its values is one."""
    texts = _normalize_values(values)
    shapes = Counter((shape.kinds, shape.between) for shape, _ in map(_split_shape, texts))
    if not shapes:
        return None
    (kinds, between), many = shapes.most_common(1)[0]
    numbers = [
        tokens
        for shape, tokens in map(_split_shape, texts)
        if (shape.kinds, shape.between) == (kinds, between)
    ]
    names = _guess_clock_directives(
        kinds, between, [list(column) for column in zip(*numbers, strict=True)], alone=True
    )
    # Nine in ten: the column is called "time" already, and a heading with most of its values agreeing is
    # enough.
    if not names or many < len(texts) * 0.9:
        return None
    return "".join(mark.replace("%", "%%") + name for mark, name in zip(between, [*names, ""], strict=True))


def _guess_counted_times(texts: Sequence[str], now: datetime) -> TimeStyle | None:
    numbers = [float(text) for text in texts if re.match(r"^\d{5,17}(\.\d+)?$", text)]
    # 0.95: a few cells may say "n/a" or be a total.
    if len(numbers) < len(texts) * 0.95:
        return None
    for size, unit in UNITS:
        if all(SINCE * size <= number <= now.timestamp() * size for number in numbers) and not _is_compact(
            texts
        ):
            return TimeStyle(None, 1.0, is_zoned=True, unit=unit)
    # Days since 1899 of the years 1982 to 2064. At least one has a fraction, or these might be any numbers.
    if all(30_000 <= number < 60_000 for number in numbers) and any(number % 1 for number in numbers):
        return TimeStyle(None, 1.0, is_serial_number=True)
    return None


def _is_compact(texts: Sequence[str]) -> bool:
    """Whether 14 or 12 digits are a day and a time of day written together."""

    def is_date(text: str) -> bool:
        year, month, day = int(text[:4]), int(text[4:6]), int(text[6:8])
        # Plausible years of the Gregorian and of the Buddhist calendar.
        return (1990 <= year <= 2100 or 2500 <= year <= 2650) and 1 <= month <= 12 and 1 <= day <= 31

    return all(len(text) in (12, 14, 17) and is_date(text) for text in texts)


def _split_shape(text: str) -> tuple[_TimeShape, list[str]]:
    kinds, between, tokens, at = [], [], [], 0
    for token in _TOKEN.finditer(text):
        kind = token.lastgroup or ""
        # Digits of one length are another shape only where they stand alone: 20251120 and 201125.
        kinds.append(kind + (str(len(token[0])) if kind == "n" and len(token[0]) > 4 else ""))
        between.append(text[at : token.start()])
        tokens.append(token[0])
        at = token.end()
    between.append(text[at:])
    return _TimeShape(tuple(kinds), tuple(between)), tokens


def _build_style(
    kinds: tuple[str, ...], between: tuple[str, ...], numbers: list[list[str]], now: datetime
) -> TimeStyle | None:
    columns = [list(column) for column in zip(*numbers, strict=True)]
    day = _DayPart.detect(kinds, between, columns, now)
    start = 0 if day is None else day.parts_used
    clock = _guess_clock_directives(kinds[start:], between[start:], columns[start:], alone=day is None)
    if clock is None or (day is None and (len(clock) < 2 or between[1].strip() == ".")):
        return None  # a number with decimals looks like a time of day; only a heading tells them apart
    names = [*(day.names if day else ()), *clock]
    zoned = bool(names) and names[-1] == "%z"
    if len(names) != len(kinds):
        return None  # something else stands behind
    text = "".join(mark.replace("%", "%%") + name for mark, name in zip(between, [*names, ""], strict=True))
    both = _find_ambiguity_proof(between, numbers, day)
    iso = all(_ISO.match("".join(_interleave(between, row))) for row in numbers[:50])
    plain = iso and (
        day is None or (day.calendar in ("gregorian", "buddhist") and not day.has_two_digit_years)
    )
    return TimeStyle(
        None if plain else text, 1.0, day is not None, "%H" in text or "%I" in text,
        day.calendar if day else "gregorian", day.century if day else None, zoned,
        day.ambiguous_part if day else "", bool(day and day.is_era_unsure), bool(day and day.has_both_calendars), conflicting_examples=both,
    )  # fmt: skip


def _find_ambiguity_proof(
    between: Sequence[str], numbers: Sequence[Sequence[str]], day: "_DayPart | None"
) -> tuple[str, str] | None:
    """The two values that prove that days are written both ways."""
    if day is None or day.proof is None:
        return None
    first, second = ("".join(_interleave(between, numbers[row])) for row in day.proof)
    return first, second


def _interleave(between: Sequence[str], found: Sequence[str]) -> list[str]:
    return [part for pair in zip(between, [*found, ""], strict=True) for part in pair]


@dataclass(frozen=True, slots=True)
class _DayPart:
    """The part of a shape that says the day: a name for each of its numbers."""

    names: tuple[str, ...]
    parts_used: int
    calendar: str = "gregorian"
    century: int | None = None
    ambiguous_part: str = ""
    has_two_digit_years: bool = False
    is_era_unsure: bool = False
    has_both_calendars: bool = False
    proof: tuple[int, int] | None = None
    """Of days written both ways, a row that can only have the day first and one that can only have the month first."""

    @classmethod
    def detect(
        cls, kinds: Sequence[str], between: Sequence[str], columns: list[list[str]], now: datetime
    ) -> "_DayPart | None":
        if kinds and kinds[0] in ("n14", "n12", "n8", "n6"):
            return _detect_compact_day(kinds[0], columns[0], now)
        if len(kinds) < 3 or any(kind[0] not in "nb" for kind in kinds[:3]) or ":" in between[1] + between[2]:
            return None
        if kinds[:3].count("b") > 1 or any(len(kind) > 1 for kind in kinds[:3]):
            return None
        return _detect_three_part_day(kinds[:3], columns[:3], now)


def _detect_compact_day(kind: str, texts: list[str], now: datetime) -> _DayPart | None:
    whole = {"n14": "%Y%m%d%H%M%S", "n12": "%Y%m%d%H%M", "n8": "%Y%m%d", "n6": "%y%m%d"}[kind]
    ways = {"n8": ("%Y%m%d", "%d%m%Y", "%m%d%Y"), "n6": ("%y%m%d", "%d%m%y", "%m%d%y")}.get(kind, (whole,))
    fitting = [way for way in ways if all(_is_compact_format(text, way) for text in texts)]
    if not fitting:
        return None
    years = [_pick_part(text, fitting[0], "Y" if kind != "n6" else "y") for text in texts]
    calendar, century, unsure, mixed = _guess_era(years, now, two=kind == "n6")
    others = fitting[1] if len(fitting) > 1 else ""
    return _DayPart((fitting[0],), 1, calendar, century, others, kind == "n6", unsure, mixed)


def _is_compact_format(text: str, way: str) -> bool:
    month, day = _pick_part(text, way, "m"), _pick_part(text, way, "d")
    hour = _pick_part(text, way, "H") if "H" in way else 0
    year = _pick_part(text, way, "Y") if "Y" in way else 2000
    return (
        1 <= month <= 12 and 1 <= day <= 31 and hour < 24 and (1900 <= year <= 2100 or 2440 <= year <= 2650)
    )


def _pick_part(text: str, way: str, name: str) -> int:
    at = 0
    for one in re.findall(r"%(.)", way):
        size = 4 if one == "Y" else 2
        if one == name:
            return int(text[at : at + size] or -1)
        at += size
    return -1


def _detect_three_part_day(kinds: Sequence[str], columns: list[list[str]], now: datetime) -> _DayPart | None:
    month = kinds.index("b") if "b" in kinds else None
    numbers = [
        None if kind == "b" else [int(text) for text in column]
        for kind, column in zip(kinds, columns, strict=True)
    ]
    year = next(
        (at for at, column in enumerate(columns) if at != month and all(len(text) == 4 for text in column)),
        None,
    )
    two, either = year is None, ""
    if year is None:
        # Years of two digits stand last, unless the first number is beyond any day.
        first = numbers[0]
        year = 0 if month != 0 and first is not None and max(first) > 31 else 2
        if year == 2 and month is None and _is_year_first(first, numbers[2], now):
            year, either = 0, "year"
    # No calendar writes the year in the middle.
    if year == 1 or year == month:
        return None
    rest = [at for at in range(3) if at not in (year, month)]
    proof = None
    if month is None:
        proof = _find_both_day_orders(rest, numbers)
        month, other = (
            (rest[_find_month_position(rest, numbers)], "")
            if proof
            else _guess_month_position(rest, numbers, year)
        )
        either = either or other
    if month is None:
        return None
    day = next(at for at in range(3) if at not in (year, month))
    names = {year: "%y" if two else "%Y", month: "%b" if kinds[month] == "b" else "%m", day: "%d"}
    days, months = numbers[day] or [], numbers[month]
    most = 31 if proof else 12
    if max(days) > 31 or min(days) < 1 or (months and (max(months) > most or min(months) < 1)):
        return None
    calendar, century, unsure, mixed = _guess_era(numbers[year] or [], now, two=two)
    # Thai dates are written day, month, year; the American order occurs with the Gregorian calendar alone.
    if calendar == "buddhist" and not two:
        either = ""  # who counts years so writes the day first
    directives = tuple(names[at] for at in range(3))
    return _DayPart(directives, 3, calendar, century, either, two, unsure, mixed, proof)


def _is_year_first(first: list[int] | None, last: list[int] | None, now: datetime) -> bool:
    """Whether the first of three numbers of two digits is the year: this one or the last in all rows, while the last are others."""
    recent = {(now.year - back) % 100 for back in (0, 1)}
    return bool(first and last) and set(first or ()) <= recent and not set(last or ()) <= recent


def _find_both_day_orders(rest: list[int], numbers: list[list[int] | None]) -> tuple[int, int] | None:
    """A row whose first number can only be a day and one whose second can only be; None where days have one
    place.
    """
    pairs = list(zip(*(numbers[at] or [] for at in rest), strict=True))
    day_first = next((row for row, (a, b) in enumerate(pairs) if a > 12 >= b), None)
    month_first = next((row for row, (a, b) in enumerate(pairs) if b > 12 >= a), None)
    return None if day_first is None or month_first is None else (day_first, month_first)


def _find_month_position(rest: list[int], numbers: list[list[int] | None]) -> int:
    """The position of the month in most unambiguous rows: 1 after the day, 0 before it."""
    first, second = (numbers[at] or [] for at in rest)
    return int(sum(a > 12 for a in first) >= sum(b > 12 for b in second))


NEAR, FAR, AROUND = 15, 25, 10
"""Days within which a payment counts as near its neighbours; days beyond which it counts as far; rows on each
side that are its neighbours. Chosen.
"""


def parse_days(values: Sequence[str], how: TimeStyle) -> list[date | None]:
    """The days that values say by a format; None where one does not fit it."""
    found = re.compile(compile_time_format(how.format) if how.format else ISO)
    ahead = BUDDHIST_AHEAD if how.calendar == "buddhist" else 0
    return [_parse_day(found.match(text), ahead) for text in values]


def parse_hours(values: Sequence[str], how: TimeStyle) -> list[int]:
    """The hours that values say by a format that counts to 24; none by another one."""
    if how.unit or how.is_serial_number or "%I" in (how.format or ""):
        return []
    found = re.compile(compile_time_format(how.format) if how.format else ISO)
    parts = [match.groupdict() for text in values if (match := found.match(text))]
    return [int(part["H"]) for part in parts if part.get("H")]


def _parse_day(found: re.Match[str] | None, ahead: int) -> date | None:
    part = found.groupdict() if found else {}
    try:
        year = int(part["Y"]) if part.get("Y") else 2000 + ahead // 100 * 100 + int(part["y"])
        month = month_of(part["b"]) if part.get("b") else int(part["m"])
        return date(year - ahead, month, int(part["d"]))
    except (KeyError, ValueError):
        return None


def find_date_jumps(values: Sequence[str], how: TimeStyle) -> list[str]:
    """Values that are far from their neighbours as read, and near them with day and month exchanged."""
    if how.format is None or how.conflicting_examples or "%m" not in how.format or not how.has_day:
        return []
    texts = _normalize_values(values)
    days = list(enumerate(parse_days(texts, how)))
    sure = [(at, day) for at, day in days if day is not None and not _is_ambiguous_day(day)]
    if not sure:
        sure = _list_near_usual_day(days)
    return [
        texts[at]
        for at, day in days
        if day is not None and _is_ambiguous_day(day) and _is_date_jump(day, at, sure)
    ]


def _list_near_usual_day(days: Sequence[tuple[int, date | None]]) -> list[tuple[int, date]]:
    """The rows near the most frequent day: where every day may be another one, most are what most are."""
    counted = Counter(day for _, day in days if day is not None)
    usual = counted.most_common(1)[0][0] if counted else date.min
    return [(at, day) for at, day in days if day is not None and _count_days_apart(day, [usual]) <= NEAR]


def _is_ambiguous_day(day: date) -> bool:
    """Whether a day is another one where day and month change places."""
    return day.day <= 12 and day.day != day.month


def _is_date_jump(day: date, at: int, sure: Sequence[tuple[int, date]]) -> bool:
    place = bisect_left(sure, (at, date.min))
    near = [other for _, other in sure[max(0, place - AROUND) : place + AROUND]]
    turned = day.replace(month=day.day, day=day.month)
    # Far from its neighbours as read, and near them with day and month exchanged: only both together are a
    # sign.
    return bool(near) and _count_days_apart(day, near) > FAR and _count_days_apart(turned, near) <= NEAR


def _count_days_apart(day: date, near: Sequence[date]) -> int:
    """Days between a day and the span of others; 0 within it."""
    return max((min(near) - day).days, (day - max(near)).days, 0)


def _guess_month_position(
    rest: list[int], numbers: list[list[int] | None], year: int
) -> tuple[int | None, str]:
    """Which of two numbers is the month, and whether that could be otherwise."""
    a, b = (max(numbers[at] or [0]) for at in rest)
    if a > 12 and b > 12:
        return None, ""
    if a > 12:
        return rest[1], ""
    if b > 12:
        return rest[0], ""
    # Behind the year the month comes first, nearly everywhere; before it, the day does, except in America.
    if year == 0:
        return rest[0], "" if not (numbers[year] and max(numbers[year] or [0]) < 100) else "year"
    same = numbers[rest[0]] == numbers[rest[1]]
    return rest[1], "" if same else "month"


def _guess_era(years: Sequence[int], now: datetime, *, two: bool) -> tuple[str, int | None, bool, bool]:
    """Calendar, century, whether that is unsure, and whether the years are of both calendars."""
    this = now.year
    if not two:
        # Beyond 2400 a year can only be Buddhist: as a Gregorian one it is in the future.
        ahead = sum(year > 2400 for year in years)
        calendar = "buddhist" if ahead * 2 > len(years) else "gregorian"
        return calendar, None, False, 0 < ahead < len(years)

    def is_likely(century: int, ahead: int) -> bool:
        return all(this - YEARS <= century + year - ahead <= this for year in years)

    christian, thai = is_likely(2000, 0), is_likely(2500, BUDDHIST_AHEAD)
    if christian != thai:
        return "buddhist" if thai else "gregorian", None, False, False
    if christian:
        return "gregorian", None, True, False
    past = all(2000 + year > this for year in years)
    return "gregorian", 1900 if past else None, True, False


def _guess_clock_directives(
    kinds: Sequence[str], between: Sequence[str], columns: list[list[str]], *, alone: bool
) -> list[str] | None:
    """Names for the numbers of a time of day; None where they are none. `alone`: no day stands before it."""
    if not kinds:
        return []
    zone = ["%z"] if kinds[-1] == "z" else []
    kinds = kinds[: len(kinds) - len(zone)]
    if list(kinds) in (["n6"], ["n"]) and len({len(text) for text in columns[0]}) == 1:
        return _guess_compact_clock(columns[0])
    half = "p" in kinds
    numbers = [at for at, kind in enumerate(kinds) if kind[0] == "n"]
    if not 2 <= len(numbers) <= 4 or any(
        kind not in ("n", "p", "n5", "n6", "n7", "n8", "n9") for kind in kinds
    ):
        return None
    if alone and between[1].strip() not in (":", ".") and "น." not in between[-1]:
        return None
    # 60 seconds: a leap second.
    limits = (23, 59, 60, 10**9)
    if any(
        max(int(text) for text in columns[at]) > limit for at, limit in zip(numbers, limits, strict=False)
    ):
        return None
    if alone and between[1] == "." and len(numbers) == 2 and any(len(text) != 2 for text in columns[1]):
        return None  # a number with decimals
    names = iter(("%I" if half else "%H", "%M", "%S", "%f"))
    return [*(next(names) if kind[0] == "n" else "%p" for kind in kinds), *zone]


def _guess_compact_clock(texts: list[str]) -> list[str] | None:
    size = len(texts[0])
    if size not in (4, 6) or any(int(text[:2]) > 23 or int(text[2:4]) > 59 for text in texts):
        return None
    return ["%H%M" if size == 4 else "%H%M%S"]
