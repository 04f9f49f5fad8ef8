"""Parses sums as victims write them: in Thai digits, in words, with a unit, in thousands and ten thousands."""

import re
from decimal import Decimal

from warroom.subjects.spelling import THAI_DIGITS

TIMES = {
    "ร้อย": 100,
    "พัน": 1_000,
    "หมื่น": 10_000,
    "แสน": 100_000,
    "ล้าน": 1_000_000,
    "hundred": 100,
    "thousand": 1_000,
    "million": 1_000_000,
    "k": 1_000,
    "m": 1_000_000,
}
LARGEST = Decimal(10) ** 9
"""Baht; nobody sends a sum from here on by telephone, so it is a typing error. Chosen, not measured."""
LONGEST = 80
"""Characters of a sum with the words around it; a longer text is not one."""
_BAHT = r"(?:บาท|baht|thb|฿)?+"
# Possessive quantifiers (`*+`, `?+`) never backtrack: with ordinary ones, forty digits would take days
# (ReDoS).
_BEFORE = re.compile(
    rf"(?:ประมาณ|ราว(?: ?ๆ)?+|เกือบ|กว่า|รวม|about|around|almost|nearly|over|more than|~)?+ *+{_BAHT} *+"
)
_PART = re.compile(rf"(\d[\d ,]*+(?:\.\d++)?+) *+({'|'.join(TIMES)}|) *+")
_BEHIND = re.compile(
    rf"(?:กว่า(?: ?ๆ)?+|เศษ(?: ?ๆ)?+)?+ *+{_BAHT} *+(?:ถ้วน|กว่า(?: ?ๆ)?+|เศษ(?: ?ๆ)?+)?+(?:\.?+-)?+\.?+"
)
_DOTTED = re.compile(r"\d{1,3}(?:\.\d{3})++(?:,(?P<satang>\d{1,2}))?+")
"""Thousands with dots, as Vietnamese, Lao and many others write them."""
_THAI_ONES = {
    "ครึ่ง": "0.5",
    "หนึ่ง": "1",
    "สอง": "2",
    "สาม": "3",
    "สี่": "4",
    "ห้า": "5",
    "หก": "6",
    "เจ็ด": "7",
    "แปด": "8",
    "เก้า": "9",
    "สิบ": "10",
}
_THAI_UNITS = ("ล้าน", "แสน", "หมื่น", "พัน", "ร้อย")
_THAI_WORD = re.compile("|".join((*_THAI_ONES, *_THAI_UNITS, "ยี่สิบ", "เอ็ด")))
_ENGLISH_ONES = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_ENGLISH_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_ENGLISH = {word: place for place, word in enumerate(_ENGLISH_ONES)} | {
    word: 10 * place for place, word in enumerate(_ENGLISH_TENS, 2)
}


def parse_sum(sum_text: str) -> Decimal | None:
    """The sum in baht with at most two decimals; None if the text is not a sum, or could be two."""
    plain = " ".join(sum_text.translate(THAI_DIGITS).casefold().split())
    if len(plain) > LONGEST:
        return None
    baht = _parse_digits(plain)
    if baht is None:
        core = _strip_around(plain)
        baht = _parse_thai_words(core) if core else None
        baht = _parse_english_words(core) if core and baht is None else baht
    return baht if baht is not None and baht < LARGEST and baht == round(baht, 2) else None


def list_sum_readings(sum_text: str) -> tuple[Decimal, ...]:
    """The sums in baht that a text may mean: two for "400.000", 400,000 or 400; none where it is no sum."""
    baht = parse_sum(sum_text)
    if baht is not None:
        return (baht,)
    plain = _strip_around(" ".join(sum_text.translate(THAI_DIGITS).casefold().split())[:LONGEST])
    dotted = _DOTTED.fullmatch(plain)
    if dotted is None:
        return ()
    whole = Decimal(plain.partition(",")[0].replace(".", ""))
    thousands = whole + Decimal(dotted["satang"] or 0).scaleb(-len(dotted["satang"] or ""))
    # "1.234.567" has one reading; so has "1.234", which as baht would have three decimals.
    small = Decimal(plain) if plain.count(".") == 1 and plain.endswith(".000") else None
    readings = (thousands,) if small is None else (thousands, round(small))
    return tuple(Decimal(reading) for reading in readings if reading < LARGEST)


def is_too_large(sum_text: str) -> bool:
    """Whether the text is a number that is too large for a payment."""
    plain = re.sub(r"[ ,]", "", sum_text.translate(THAI_DIGITS).casefold())
    digits = re.match(r"\d+", plain)
    if digits is None or len(plain) > LONGEST:
        return False
    times = next((unit for name, unit in TIMES.items() if plain[digits.end() :].startswith(name)), 1)
    return Decimal(digits[0]) * times >= LARGEST


def _strip_around(plain: str) -> str:
    """The text without "about", "baht", "more than" and the like."""
    before = _BEFORE.match(plain)
    rest = plain[before.end() if before else 0 :]
    for _ in range(2):
        rest = re.sub(r" ?(?:กว่า|เศษ|ถ้วน|บาท|baht|thb|฿|only)[ ๆ]?$", "", rest)
    return rest


def _parse_digits(plain: str) -> Decimal | None:
    parts = _split_sum(plain)
    # "4 หมื่น 5 พัน" is one sum; "1 แสน 5" is ambiguous (150,000 or 100,005) and is refused.
    if not parts or (len(parts) > 1 and not all(unit for _, unit in parts)):
        return None
    # Three decimals and no unit: a dot of thousands, more likely than not.
    if not parts[-1][1] and re.search(r"\.\d{3}\s*$", parts[-1][0]):
        return None
    return sum((_multiply_unit(number, unit) for number, unit in parts), Decimal(0))


def _split_sum(plain: str) -> list[tuple[str, str]]:
    """The numbers of a sum, each with its unit; empty if the text contains anything else."""
    parts, before = [], _BEFORE.match(plain)
    at = before.end() if before else 0
    while part := _PART.match(plain, at):
        parts.append((part[1], part[2]))
        at = part.end()
    return parts if _BEHIND.fullmatch(plain, at) else []


def _multiply_unit(number: str, unit: str) -> Decimal:
    return Decimal(number.replace(",", "").replace(" ", "")) * TIMES.get(unit, 1)


def _parse_thai_words(core: str) -> Decimal | None:
    """A sum in Thai words, such as สี่แสนห้าหมื่น, ครึ่งล้าน or ยี่สิบล้าน; None for anything else."""
    words: list[str] = []
    at, letters = 0, core.replace(" ", "")
    while match := _THAI_WORD.match(letters, at):
        words.append(match[0])
        at = match.end()
    if not words or at != len(letters):
        return None
    baht, ones = Decimal(0), Decimal(0)
    for word in words:
        if word in _THAI_UNITS:
            # แสน alone is one of it. "ครึ่ง" behind a unit, half of it more, is not taken: few mean the same.
            baht += (ones or 1) * TIMES[word]
            ones = Decimal(0)
        elif word == "สิบ" and ones:
            ones *= 10
        else:
            ones += {"ยี่สิบ": Decimal(20), "เอ็ด": Decimal(1)}.get(word) or Decimal(_THAI_ONES[word])
    # A single digit behind a large unit is ambiguous, as in digits: แสนห้า is 150,000 to most.
    is_plain = not ones or not baht or ones >= 10 or words[-2] == "ร้อย"
    return (baht + ones or None) if is_plain else None


def _parse_english_words(core: str) -> Decimal | None:
    """A sum in English words, such as "four hundred thousand" or "half a million"; None for anything else."""
    words = [word for word in re.split(r"[ -]+", core.replace(",", " ")) if word not in ("and", "")]
    if words[:1] == ["half"]:
        unit = TIMES.get(words[-1], 0)
        return Decimal(unit) / 2 if words[1:-1] in ([], ["a"]) and unit >= 1_000 else None
    baht, group, known = Decimal(0), Decimal(0), False
    for word in words:
        unit = TIMES.get(word, 0) if len(word) > 1 and word.isascii() else 0
        if word == "a" and not known:
            group = Decimal(1)
        elif word in _ENGLISH:
            group += _ENGLISH[word]
        elif unit == 100:
            group = (group or Decimal(1)) * 100
        elif unit:
            baht, group = baht + (group or 1) * unit, Decimal(0)
        else:
            return None
        known = True
    return baht + group if known and baht + group else None
