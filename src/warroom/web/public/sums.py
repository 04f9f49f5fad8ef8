"""Sums as people write them who have just lost money: in Thai digits, with a unit behind, in thousands and ten thousands."""

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
"""Baht from which on nobody has lost so much."""
LONGEST = 80
"""Signs of a sum, with the words around it; a longer text is none."""
_BAHT = r"(?:บาท|baht|thb|฿)?+"
# Each sign is read once (`*+`, `?+`): a pattern that tries its parts again in another way takes days for forty digits.
_BEFORE = re.compile(rf"(?:ประมาณ|ราว(?: ?ๆ)?+|about|around|~)?+ *+{_BAHT} *+")
_PART = re.compile(rf"(\d[\d ,]*+(?:\.\d++)?+) *+({'|'.join(TIMES)}|) *+")
_BEHIND = re.compile(rf"{_BAHT}(?:\.?+-)?+\.?+")


def parse_sum(sum_text: str) -> Decimal | None:
    """Baht to the satang; None for what is no sum."""
    plain = " ".join(sum_text.translate(THAI_DIGITS).casefold().split())
    parts = _split_sum(plain) if len(plain) <= LONGEST else []
    # "4 หมื่น 5 พัน" is one sum; of "1 แสน 5" some mean a hundred and fifty thousand and some do not.
    if not parts or (len(parts) > 1 and not all(unit for _, unit in parts)):
        return None
    baht = sum((_multiply_unit(number, unit) for number, unit in parts), Decimal(0))
    return baht if baht < LARGEST and baht == round(baht, 2) else None


def _split_sum(plain: str) -> list[tuple[str, str]]:
    """The numbers of a sum, each with its unit; none where anything else stands between or around them."""
    parts, before = [], _BEFORE.match(plain)
    at = before.end() if before else 0
    while part := _PART.match(plain, at):
        parts.append((part[1], part[2]))
        at = part.end()
    return parts if _BEHIND.fullmatch(plain, at) else []


def _multiply_unit(number: str, unit: str) -> Decimal:
    return Decimal(number.replace(",", "").replace(" ", "")) * TIMES.get(unit, 1)
