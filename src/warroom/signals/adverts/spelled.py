"""Sums written in words, as people write of pay: two ten-thousands and five, forty thousand, three tens of
millions.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from warroom.signals.adverts.reading import fold_words

_TH = {"หนึ่ง": 1, "สอง": 2, "สาม": 3, "สี่": 4, "ห้า": 5, "หก": 6, "เจ็ด": 7, "แปด": 8, "เก้า": 9}
_ZH = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_EN = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "fifteen": 15,
    "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip
_VI = {"mot": 1, "hai": 2, "ba": 3, "bon": 4, "nam": 5, "sau": 6, "bay": 7, "tam": 8, "chin": 9}
_TH_UNITS = {"พัน": 1_000, "หมื่น": 10_000, "แสน": 100_000}
_ZH_UNITS = {"千": 1_000, "万": 10_000, "百万": 1_000_000}


@dataclass(frozen=True, slots=True)
class SpelledSum:
    """A sum in words: its number, the currency of its language, and its position in the normalised text."""

    number: float
    currency: str
    start: int
    end: int


def iter_spelled_sums(text: str) -> Iterator[SpelledSum]:
    """Every sum in words, language by language. `text` is normalised (`normalise_advert_text`)."""
    thai, chinese, english, vietnamese = _compile_patterns()
    for amount_match in thai.finditer(text):
        number = _parse_thai_digit(amount_match["head"]) * _TH_UNITS[_find_thai_unit(amount_match["unit"])]
        more = (
            # A digit behind the unit is a tenth of it: two ten-thousands five is 25,000.
            _parse_thai_digit(amount_match["more"]) * _TH_UNITS[_find_thai_unit(amount_match["unit"])] / 10
            if amount_match["more"]
            else 0
        )
        yield SpelledSum(number + more, "thb", *amount_match.span())
    for amount_match in chinese.finditer(text):
        unit = _ZH_UNITS[amount_match["unit"]]
        yuan = (
            _ZH.get(amount_match["head"] or "", 1) * unit + _ZH.get(amount_match["more"] or "", 0) * unit / 10
        )
        yield SpelledSum(float(yuan), "cny", *amount_match.span())
    for amount_match in english.finditer(text):
        thousands = _EN[amount_match["tens"]] + _EN.get(amount_match["ones"] or "", 0)
        yield SpelledSum(thousands * 1_000.0, "thb", *amount_match.span())
    for amount_match in vietnamese.finditer(text):
        yield SpelledSum(
            (_VI[amount_match["head"]] * 10 + _VI.get(amount_match["more"] or "", 0)) * 1e6,
            "vnd",
            *amount_match.span(),
        )


def _parse_thai_digit(word: str | None) -> int:
    return next((number for said, number in _TH.items() if fold_words(said) == word), 1)


def _find_thai_unit(word: str) -> str:
    return next(unit for unit in _TH_UNITS if fold_words(unit) == word)


@cache
def _compile_patterns() -> tuple[re.Pattern[str], ...]:
    thai, units = ("|".join(map(fold_words, words)) for words in (_TH, _TH_UNITS))
    english = "|".join(sorted(_EN, key=len, reverse=True))
    vietnamese = "|".join(_VI)
    return (
        re.compile(f"(?P<head>{thai}|{fold_words('หลัก')})(?P<unit>{units})(?P<more>{thai})?(?!{units})"),
        re.compile(f"(?P<head>[{''.join(_ZH)}])?(?P<unit>百万|万|千)(?:(?P<more>[{''.join(_ZH)}])千?)?"),
        re.compile(rf"(?<![a-z])(?P<tens>{english})(?:[ -](?P<ones>{english}))? thousand(?![a-z])"),
        re.compile(
            rf"(?<![a-z])(?P<head>{vietnamese}) (?:chuc|muoi)(?: (?P<more>{vietnamese}))? (?:trieu|cu)(?![a-z])"
        ),
    )
