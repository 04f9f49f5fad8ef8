"""The pay that an advert offers, in baht a month."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from warroom.signals.adverts.lexicon import build_words_pattern, load_wages
from warroom.signals.adverts.reading import AdvertText, Span
from warroom.signals.adverts.spelled import iter_spelled_sums

# Periods in a month: 26 working days of 8 hours, 4.3 weeks.
MONTHLY = {"day": 26.0, "week": 4.3, "hour": 208.0, "year": 1 / 12}
NEAR = 14
"""Characters before a sum in which the word for its period is looked for."""
MOST = 2_000_000
"""Baht a month above which a sum is no wage."""
# Baht a month below which a sum is a fee or a price. Like MOST chosen, not measured.
LEAST = 3_000
_LETTERS = {
    "zh": re.compile("[\u3400-\u9fff]"),
    "my": re.compile("[\u1000-\u109f]"),
    "km": re.compile("[\u1780-\u17ff]"),
    "vi": re.compile("[ăđơưĂĐƠƯạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]"),
}


@dataclass(frozen=True, slots=True)
class Pay:
    """A sum of pay, in baht a month; `daily` where it was given by the day or hour. `span`: its position;
    `market`: the level of wages where that currency is used, relative to Thailand.
    """

    baht: float
    daily: bool
    span: Span
    market: float = 1.0


@cache
def _compile_money_pattern() -> re.Pattern[str]:
    currencies = "|".join(
        f"(?P<{name}_b>{build_words_pattern(currency['words'])})"
        for name, currency in load_wages()["currencies"].items()
    )
    after = "|".join(
        f"(?P<{name}_a>{build_words_pattern(currency['words'])})"
        for name, currency in load_wages()["currencies"].items()
    )
    multiples = "|".join(
        f"(?P<{name}>{build_words_pattern(words)})" for name, words in load_wages()["multiples"].items()
    )
    number = r"\d{1,3}(?:[,. ]\d{3})+|\d+(?:[.,]\d{1,2})?"
    # A range counts by its upper end: that is what the reader is to remember.
    return re.compile(
        rf"(?:(?:{currencies}) ?)?(?<![\d.,])(?:(?P<low>{number}) ?(?:k|w|万|tr|trieu|usd|\$|สิ)? ?(?:-|–|—|~|to|ถึง|到|至|den|မှ|ដល់) ?\$?)?"
        rf"(?P<sum>{number}) ?(?:{multiples})? ?(?:{after})?"
    )


@cache
def _compile_period_patterns() -> dict[str, tuple[re.Pattern[str], re.Pattern[str]]]:
    """Patterns for a period right before and right behind a sum: further off such words mean shifts and days
    off.
    """
    words_by_period = {name: build_words_pattern(words) for name, words in load_wages()["periods"].items()}
    return {
        name: (re.compile(rf"(?:{words})[^\w\n]{{0,2}}$"), re.compile(rf"[^\w\n]{{0,2}}(?:{words})"))
        for name, words in words_by_period.items()
    }


@cache
def _compile_lakh_pattern() -> re.Pattern[str]:
    """The pattern of sums with the multiple before the number, as Burmese lakhs."""
    return re.compile(
        rf"(?:{build_words_pattern(['သိန်း'])}) ?(?P<sum>\d{{1,4}})(?: ?(?:-|မ|to) ?(?P<high>\d{{1,4}}))?"
    )


def list_pays(reading: AdvertText) -> list[Pay]:
    """Every sum that can be a wage."""
    return [
        one
        for one in (*_iter_digit_pays(reading), *_iter_lakh_pays(reading), *_iter_spelled_pays(reading))
        if LEAST <= one.baht <= MOST
    ]


def _iter_lakh_pays(reading: AdvertText) -> Iterator[Pay]:
    for found in _compile_lakh_pattern().finditer(reading.text):
        number = float(found["high"] or found["sum"])
        baht = number * 100_000 * load_wages()["currencies"]["mmk"]["rate"]
        yield Pay(baht, False, reading.find_source_span(*found.span()), load_wages()["markets"]["mmk"])


def _iter_spelled_pays(reading: AdvertText) -> Iterator[Pay]:
    for written_sum in iter_spelled_sums(reading.text):
        behind = _money_behind().match(reading.text, written_sum.end)
        currency = (
            next((name for name, matched_text in behind.groupdict().items() if matched_text), "")
            if behind
            else ""
        )
        # A currency written behind the sum counts before that of the language.
        currency = currency or written_sum.currency
        baht = written_sum.number * load_wages()["currencies"][currency]["rate"]
        period = _find_period(reading.text, written_sum.start, written_sum.end)
        baht *= MONTHLY.get(period, 1.0)
        span = reading.find_source_span(written_sum.start, written_sum.end)
        yield Pay(baht, period in ("day", "hour"), span, _find_market_factor(reading, currency))


@cache
def _money_behind() -> re.Pattern[str]:
    """The pattern of a currency's word right behind a sum."""
    words = (
        f"(?P<{name}>{build_words_pattern(one['words'])})" for name, one in load_wages()["currencies"].items()
    )
    return re.compile(rf" ?(?:{'|'.join(words)})")


def _iter_digit_pays(reading: AdvertText) -> Iterator[Pay]:
    for money_match in _compile_money_pattern().finditer(reading.text):
        currency = next(
            (
                name[:-2]
                for name, matched_text in money_match.groupdict().items()
                if matched_text and name[-2:] in ("_a", "_b")
            ),
            "",
        )
        multiple = next((name for name in load_wages()["multiples"] if money_match[name]), "")
        number = (
            _parse_number(money_match["sum"])
            * {"": 1, "thousand": 1e3, "ten_thousand": 1e4, "hundred_thousand": 1e5, "million": 1e6}[multiple]
        )
        if not currency:
            currency = _guess_currency(reading.text, number, multiple) or _after_pay(
                reading.text, number, multiple, money_match.start()
            )
        if not currency:
            continue
        period = _find_period(reading.text, money_match.start(), money_match.end())
        baht = number * load_wages()["currencies"][currency]["rate"] * MONTHLY.get(period, 1.0)
        yield Pay(
            baht,
            period in ("day", "hour"),
            reading.find_source_span(*money_match.span()),
            _find_market_factor(reading, currency),
        )


def _guess_currency(text: str, number: float, multiple: str) -> str:
    """The currency of a sum without one, by its multiple, its size and the script of the text; empty where it
    is no wage.
    """
    if multiple == "hundred_thousand" and _LETTERS["my"].search(text):
        return "mmk"
    if multiple == "ten_thousand" and _LETTERS["zh"].search(text):
        return "cny"
    if multiple == "million":
        return "vnd" if number <= 200e6 else ""
    if multiple == "ten_thousand":
        return "thb" if number <= 300_000 else ""
    return "thb" if multiple in ("thousand", "hundred_thousand") and 8_000 <= number <= 500_000 else ""


def _after_pay(text: str, number: float, multiple: str, start: int) -> str:
    """The currency of a bare number right behind a word for pay (salary 50000); empty where it is none."""
    # Below, such a number is a room's rent or a shift; above, a telephone number.
    told = not multiple and 20_000 <= number <= 500_000
    if not told or not _pay_word().search(text, max(0, start - NEAR), start):
        return ""
    return "cny" if _LETTERS["zh"].search(text) else "thb"


@cache
def _pay_word() -> re.Pattern[str]:
    return re.compile(rf"(?:{build_words_pattern(load_wages()['pay']['words'])})[^\w\n]{{0,3}}$")


def _find_market_factor(reading: AdvertText, currency: str) -> float:
    markets = load_wages()["markets"]
    if currency == "usd":
        spoken = next((name for name in markets["dollars"] if _LETTERS[name].search(reading.source)), "")
        return float(markets["dollars"].get(spoken, 1.0))
    return float(markets.get(currency, 1.0))


def _parse_number(text: str) -> float:
    if re.fullmatch(r"\d{1,3}(?:[,. ]\d{3})+", text):
        return float(re.sub(r"[,. ]", "", text))
    return float(text.replace(",", "."))


def _find_period(text: str, start: int, end: int) -> str:
    # A period behind the sum belongs to it; one before it may belong to another sum.
    for name, (before, after) in _compile_period_patterns().items():
        if after.match(text, end) or before.search(text, max(0, start - NEAR), start):
            return name
    return ""
