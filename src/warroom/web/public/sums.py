"""Parses sums as victims write them: in Thai digits, with a unit, in thousands and ten thousands."""

import re
from decimal import Decimal

from warroom.subjects.spelling import THAI_DIGITS

TIMES = {
    "ร้อย": 100,
    "พัน": 1_000,
    "หมื่น": 10_000,
    "แสน": 100_000,
    "ล้าน": 1_000_000,
    "k": 1_000,
    "m": 1_000_000,
}
LARGEST = Decimal(10) ** 12
"""Baht; a sum from here on is a typing error."""
LONGEST = 80
"""Characters of a sum with the words around it; a longer text is not one."""
_BAHT = r"(?:บาท|baht|thb|฿)?+"
# Possessive quantifiers (`*+`, `?+`) never backtrack: with ordinary ones, forty digits would take days
# (ReDoS).
_BEFORE = re.compile(rf"(?:ประมาณ|ราว(?: ?ๆ)?+|about|around|~)?+ *+{_BAHT} *+")
_PART = re.compile(rf"(\d[\d ,]*+(?:\.\d++)?+) *+({'|'.join(TIMES)}|) *+")
_BEHIND = re.compile(rf"{_BAHT}(?:\.?+-)?+\.?+")


def parse_sum(sum_text: str) -> Decimal | None:
    """The sum in baht with at most two decimals; None if the text is not a sum."""
    plain = " ".join(sum_text.translate(THAI_DIGITS).casefold().split())
    parts = _split_sum(plain) if len(plain) <= LONGEST else []
    # "4 หมื่น 5 พัน" is one sum; "1 แสน 5" is ambiguous (150,000 or 100,005) and is refused.
    if not parts or (len(parts) > 1 and not all(unit for _, unit in parts)):
        return None
    baht = sum((_multiply_unit(number, unit) for number, unit in parts), Decimal(0))
    return baht if baht < LARGEST and baht == round(baht, 2) else None


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
