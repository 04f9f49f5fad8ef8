"""What the values of a column look like."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

from warroom.records.currencies import CODES
from warroom.records.guess.words import find_known_value
from warroom.subjects.spelling import THAI_DIGITS, UNSEEN

_UNIT = r"(?:thb|baht|บาท|฿|usd|us\$|\$|eur|€|gbp|£|[A-Za-z]{3})?"
_DIGITS = r"(?:\d{1,3}(?:[ '’]\d{3})+(?:[.,]\d*)?|\d[\d.,]*(?:[eE][-+]?\d+)?)"
NUMBER = re.compile(
    rf"^'?\(?\s*+{_UNIT}\s*+[-+−]?\s*+{_UNIT}\s*+{_DIGITS}\s*+{_UNIT}\s*+[-−]?\)?$", re.IGNORECASE
)
_PLAIN = re.compile(r"^[-+−(]?\d+(?:[.,]\d+)?(?:[eE][-+]?\d+)?\)?$")
MINUS = re.compile(r"^\(.*\)$|^\D*[-−]|^.*[-−]$")
_ACCOUNT = re.compile(r"^(?=.*\d)[0-9A-Za-z][0-9A-Za-z \-./*]{3,39}$")
_UUID = re.compile(r"^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$", re.IGNORECASE)
_COUNT = re.compile(r"^[0-9]{1,18}$")
_BANK = re.compile(r"^(?:[A-Za-z][A-Za-z0-9]{1,10}|\d{1,9})$")
_PHONE = re.compile(r"^\+?\d[\d \-]{7,15}$")
CURRENCIES = frozenset(CODES.to_pylist())
_DASHED = re.compile(r"(?<=\d)[.,][-–=]$")
"""What stands for no satang, as in 50,000.-"""
_UNSEEN = re.compile(f"[{UNSEEN}]")
COUNTED = 0.8
"""The share of steps of one that makes numbers a count of rows."""
SHORTENED = re.compile(r"^\d(?:[.,]\d+)?[Ee]\+\d+$")


@dataclass(frozen=True)
class Profile:
    """A column of the file: its heading, its place, and its values, without empty ones in `values`."""

    name: str
    position: int
    cells: Sequence[str]
    values: Sequence[str] = field(default=())

    @classmethod
    def from_cells(cls, name: str, place: int, cells: Sequence[str]) -> "Profile":
        """A profile from a column's cells."""
        tidy = [_DASHED.sub("", _UNSEEN.sub("", cell).strip()).translate(THAI_DIGITS) for cell in cells]
        return cls(
            name, place, tidy, [cell for cell in tidy if cell and cell not in ("-", "NULL", "null", "None")]
        )

    @cached_property
    def counts_by_value(self) -> Counter[str]:
        """How often each value occurs."""
        return Counter(self.values)

    @property
    def filled_share(self) -> float:
        """The share of rows that have a value."""
        return len(self.values) / max(1, len(self.cells))

    @property
    def distinct_share(self) -> float:
        """The share of values that are not another row's."""
        return len(self.counts_by_value) / max(1, len(self.values))

    @cached_property
    def number_share(self) -> float:
        """The share of values that are an amount as people write it."""
        return self._measure_share(NUMBER)

    @cached_property
    def plain_number_share(self) -> float:
        """The share of values that are a bare number."""
        return self._measure_share(_PLAIN)

    @cached_property
    def negative_share(self) -> float:
        """The share of values that are less than nothing."""
        return self._measure_share(MINUS) if self.number_share > 0.8 else 0.0

    @cached_property
    def account_share(self) -> float:
        """The share of values that could be account numbers."""
        return self._measure_share(_ACCOUNT)

    @cached_property
    def bank_share(self) -> float:
        """The share of values that could be codes or names of banks."""
        return sum(
            many
            for text, many in self.counts_by_value.items()
            if _BANK.match(text) or find_known_value(text, "bank")
        ) / max(1, len(self.values))

    @cached_property
    def uuid_share(self) -> float:
        """The share of values that are a UUID."""
        return self._measure_share(_UUID)

    @cached_property
    def phone_share(self) -> float:
        """The share of values that could be telephone numbers."""
        return self._measure_share(_PHONE)

    @cached_property
    def currency_share(self) -> float:
        """The share of values that are a currency by code or word."""
        return self._measure_known_share("currency", CURRENCIES)

    @cached_property
    def shortened_share(self) -> float:
        """The share of values that a spreadsheet shortened."""
        return self._measure_share(SHORTENED)

    @cached_property
    def is_row_counter(self) -> bool:
        """Whether the values count the rows, up or down and wherever the count begins: the next listing counts on, or again."""
        whole = [int(text) for text in self.values if _COUNT.match(text)]
        if len(whole) != len(self.values) or len(whole) < 3:
            return False
        steps = Counter(b - a for a, b in pairwise(whole))
        # Of a listing some rows may have been taken out.
        # Counting down as well: listings with the newest row first do so.
        return max(steps[1], steps[-1]) > COUNTED * steps.total()

    def measure_word_share(self, kind: str) -> float:
        """The share of values that are known words for a closed list."""
        return self._measure_known_share(kind, frozenset())

    def _measure_known_share(self, kind: str, codes: frozenset[str]) -> float:
        return sum(
            many
            for text, many in self.counts_by_value.items()
            if text.upper() in codes or find_known_value(text, kind)
        ) / max(1, len(self.values))

    def _measure_share(self, pattern: re.Pattern[str]) -> float:
        return sum(
            many for text, many in self.counts_by_value.items() if pattern.match(shorten_value(text))
        ) / max(1, len(self.values))


def shorten_value(text: str) -> str:
    """A value as patterns look at it: of some length, and with single spaces, over which none of them runs back and forth."""
    return " ".join(text[:100].split())
