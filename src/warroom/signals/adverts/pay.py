"""What an advert says it pays, in baht a month."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from warroom.signals.adverts.lexicon import wages, words_of
from warroom.signals.adverts.reading import Reading, Span
from warroom.signals.adverts.spelled import sums

MONTHLY = {"day": 26.0, "week": 4.3, "hour": 208.0, "year": 1 / 12}
NEAR = 14
"""Letters before a sum in which the word for its period is looked for."""
MOST = 2_000_000
"""Baht a month above which a sum is no wage."""
LEAST = 3_000
_LETTERS = {
    "zh": re.compile("[\u3400-\u9fff]"),
    "my": re.compile("[\u1000-\u109f]"),
    "km": re.compile("[\u1780-\u17ff]"),
    "vi": re.compile("[ăđơưĂĐƠƯạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]"),
}


@dataclass(frozen=True, slots=True)
class Pay:
    """A sum told, in baht by the month; `daily` where it was told by the day or hour. `span`: where it stands; `market`: what such work
    pays where that money is the people's own, beside Thailand.
    """

    baht: float
    daily: bool
    span: Span
    market: float = 1.0


@cache
def _money() -> re.Pattern[str]:
    currencies = "|".join(
        f"(?P<{name}_b>{words_of(one['words'])})" for name, one in wages()["currencies"].items()
    )
    after = "|".join(f"(?P<{name}_a>{words_of(one['words'])})" for name, one in wages()["currencies"].items())
    multiples = "|".join(f"(?P<{name}>{words_of(words)})" for name, words in wages()["multiples"].items())
    number = r"\d{1,3}(?:[,. ]\d{3})+|\d+(?:[.,]\d{1,2})?"
    # A range counts by its upper end: that is what the reader is to remember.
    return re.compile(
        rf"(?:(?:{currencies}) ?)?(?<![\d.,])(?:(?P<low>{number}) ?(?:k|w|万|tr|trieu|usd|\$|สิ)? ?(?:-|–|—|~|to|ถึง|到|至|den|မှ|ដល់) ?\$?)?"
        rf"(?P<sum>{number}) ?(?:{multiples})? ?(?:{after})?"
    )


@cache
def _periods() -> dict[str, tuple[re.Pattern[str], re.Pattern[str]]]:
    """Words for a period right before and right behind a sum: further off they speak of shifts and days off."""
    told = {name: words_of(words) for name, words in wages()["periods"].items()}
    return {
        name: (re.compile(rf"(?:{words})[^\w\n]{{0,2}}$"), re.compile(rf"[^\w\n]{{0,2}}(?:{words})"))
        for name, words in told.items()
    }


@cache
def _spelled() -> re.Pattern[str]:
    """Sums told by a multiple before the number, as Burmese lakhs are."""
    return re.compile(rf"(?:{words_of(['သိန်း'])}) ?(?P<sum>\d{{1,4}})(?: ?(?:-|မ|to) ?(?P<high>\d{{1,4}}))?")


def pays(reading: Reading) -> list[Pay]:
    """Every sum that can be a wage."""
    return [
        one for one in (*_told(reading), *_lakhs(reading), *_in_words(reading)) if LEAST <= one.baht <= MOST
    ]


def _lakhs(reading: Reading) -> Iterator[Pay]:
    for found in _spelled().finditer(reading.text):
        number = float(found["high"] or found["sum"])
        baht = number * 100_000 * wages()["currencies"]["mmk"]["rate"]
        yield Pay(baht, False, reading.span(*found.span()), wages()["markets"]["mmk"])


def _in_words(reading: Reading) -> Iterator[Pay]:
    for one in sums(reading.text):
        behind = _money_behind().match(reading.text, one.end)
        currency = next((name for name, said in behind.groupdict().items() if said), "") if behind else ""
        currency = currency or one.currency
        baht = one.number * wages()["currencies"][currency]["rate"]
        period = _period(reading.text, one.start, one.end)
        baht *= MONTHLY.get(period, 1.0)
        span = reading.span(one.start, one.end)
        yield Pay(baht, period in ("day", "hour"), span, _market(reading, currency))


@cache
def _money_behind() -> re.Pattern[str]:
    """A word of money right behind a sum."""
    words = (f"(?P<{name}>{words_of(one['words'])})" for name, one in wages()["currencies"].items())
    return re.compile(rf" ?(?:{'|'.join(words)})")


def _told(reading: Reading) -> Iterator[Pay]:
    for found in _money().finditer(reading.text):
        currency = next(
            (name[:-2] for name, said in found.groupdict().items() if said and name[-2:] in ("_a", "_b")), ""
        )
        multiple = next((name for name in wages()["multiples"] if found[name]), "")
        number = (
            _number(found["sum"])
            * {"": 1, "thousand": 1e3, "ten_thousand": 1e4, "hundred_thousand": 1e5, "million": 1e6}[multiple]
        )
        if not currency:
            currency = _unnamed(reading.text, number, multiple) or _after_pay(
                reading.text, number, multiple, found.start()
            )
        if not currency:
            continue
        period = _period(reading.text, found.start(), found.end())
        baht = number * wages()["currencies"][currency]["rate"] * MONTHLY.get(period, 1.0)
        yield Pay(baht, period in ("day", "hour"), reading.span(*found.span()), _market(reading, currency))


def _unnamed(text: str, number: float, multiple: str) -> str:
    """A sum without a currency is a wage only where it looks like one, and then of the money of its size."""
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
    """A bare number right behind the word for pay is pay: salary 50000."""
    told = not multiple and 20_000 <= number <= 500_000
    if not told or not _pay_word().search(text, max(0, start - NEAR), start):
        return ""
    return "cny" if _LETTERS["zh"].search(text) else "thb"


@cache
def _pay_word() -> re.Pattern[str]:
    return re.compile(rf"(?:{words_of(wages()['pay']['words'])})[^\w\n]{{0,3}}$")


def _market(reading: Reading, currency: str) -> float:
    markets = wages()["markets"]
    if currency == "usd":
        spoken = next((name for name in markets["dollars"] if _LETTERS[name].search(reading.source)), "")
        return float(markets["dollars"].get(spoken, 1.0))
    return float(markets.get(currency, 1.0))


def _number(text: str) -> float:
    if re.fullmatch(r"\d{1,3}(?:[,. ]\d{3})+", text):
        return float(re.sub(r"[,. ]", "", text))
    return float(text.replace(",", "."))


def _period(text: str, start: int, end: int) -> str:
    # What stands behind the sum speaks of it; before it stands perhaps another sum's.
    for name, (before, after) in _periods().items():
        if after.match(text, end) or before.search(text, max(0, start - NEAR), start):
            return name
    return ""
