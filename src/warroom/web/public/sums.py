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
_ABOUT = r"(?:ประมาณ|ราว(?: ?ๆ)?|about|around|~)?"
_BAHT = r"(?:บาท|baht|thb|฿)?"
# Nothing is given back once it was read: else a long number has as many ways to be parted as there are subsets of its digits.
_PART = re.compile(rf"(\d[\d ,]*+(?:\.\d++)?+) *+({'|'.join(TIMES)}|) *+")
_SUM = re.compile(rf"{_ABOUT} *+{_BAHT} *+((?:{_PART.pattern})++){_BAHT}(?:\.?-)?\.?")


def read_sum(said: str) -> Decimal | None:
    """Baht to the satang; None for what is no sum."""
    whole = _SUM.fullmatch(" ".join(said.translate(THAI_DIGITS).casefold().split()))
    if whole is None:
        return None
    parts = _PART.findall(whole[1])
    # "4 หมื่น 5 พัน" is one sum; of "1 แสน 5" some mean a hundred and fifty thousand and some do not.
    if len(parts) > 1 and not all(unit for _, unit in parts):
        return None
    baht = sum((_times(number, unit) for number, unit in parts), Decimal(0))
    return baht if baht < LARGEST and baht == round(baht, 2) else None


def _times(number: str, unit: str) -> Decimal:
    return Decimal(number.replace(",", "").replace(" ", "")) * TIMES.get(unit, 1)
