"""What the values of a column look like."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

from warroom.records.currencies import CODES
from warroom.records.guess.words import known_value
from warroom.subjects.spelling import THAI_DIGITS

_UNIT = r"(?:thb|baht|บาท|฿|usd|us\$|eur|€|gbp|£|[A-Za-z]{3})?"
NUMBER = re.compile(rf"^\(?\s*+{_UNIT}\s*+[-+−]?\s*+{_UNIT}\s*+\d[\d.,]*\s*+{_UNIT}\s*+[-−]?\)?$", re.IGNORECASE)
_PLAIN = re.compile(r"^[-+−(]?\d+(?:[.,]\d+)?(?:[eE][-+]?\d+)?\)?$")
MINUS = re.compile(r"^\(.*\)$|^\D*[-−]|[-−]$")
_ACCOUNT = re.compile(r"^(?=.*\d)[0-9A-Za-z][0-9A-Za-z \-./*]{3,39}$")
_UUID = re.compile(r"^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$", re.IGNORECASE)
_COUNT = re.compile(r"^[0-9]{1,18}$")
_BANK = re.compile(r"^(?:[A-Za-z][A-Za-z0-9]{1,10}|\d{1,9})$")
_PHONE = re.compile(r"^\+?\d[\d \-]{7,15}$")
_CURRENCIES = frozenset(CODES.to_pylist())
SHORTENED = re.compile(r"^\d(?:[.,]\d+)?[Ee]\+\d+$")


@dataclass(frozen=True)
class Profile:
    """A column of the file: its heading, its place, and its values, without empty ones in `values`."""

    name: str
    place: int
    cells: Sequence[str]
    values: Sequence[str] = field(default=())

    @classmethod
    def of(cls, name: str, place: int, cells: Sequence[str]) -> "Profile":
        """A profile from a column's cells."""
        tidy = [cell.strip().translate(THAI_DIGITS) for cell in cells]
        return cls(
            name, place, tidy, [cell for cell in tidy if cell and cell not in ("-", "NULL", "null", "None")]
        )

    @cached_property
    def counts(self) -> Counter[str]:
        """How often each value stands there."""
        return Counter(self.values)

    @property
    def filled(self) -> float:
        """The share of rows that have a value."""
        return len(self.values) / max(1, len(self.cells))

    @property
    def distinct(self) -> float:
        """The share of values that are not another row's."""
        return len(self.counts) / max(1, len(self.values))

    @cached_property
    def numbers(self) -> float:
        """The share of values that are an amount as people write it."""
        return self._share(NUMBER)

    @cached_property
    def plain_numbers(self) -> float:
        """The share of values that are a bare number."""
        return self._share(_PLAIN)

    @cached_property
    def minus(self) -> float:
        """The share of values that are less than nothing."""
        return self._share(MINUS) if self.numbers > 0.8 else 0.0

    @cached_property
    def accounts(self) -> float:
        """The share of values that could be account numbers."""
        return self._share(_ACCOUNT)

    @cached_property
    def banks(self) -> float:
        """The share of values that could be codes or names of banks."""
        return sum(
            many for text, many in self.counts.items() if _BANK.match(text) or known_value(text, "bank")
        ) / max(1, len(self.values))

    @cached_property
    def uuids(self) -> float:
        """The share of values that are a UUID."""
        return self._share(_UUID)

    @cached_property
    def phones(self) -> float:
        """The share of values that could be telephone numbers."""
        return self._share(_PHONE)

    @cached_property
    def currencies(self) -> float:
        """The share of values that are a currency by code or word."""
        return self._known("currency", _CURRENCIES)

    @cached_property
    def shortened(self) -> float:
        """The share of values that a spreadsheet shortened."""
        return self._share(SHORTENED)

    @cached_property
    def counting(self) -> bool:
        """Whether the values count the rows: 1, 2, 3."""
        whole = [int(text) for text in self.values if _COUNT.match(text)]
        if len(whole) != len(self.values) or len(whole) < 3:
            return False
        return whole[0] in (0, 1) and all(b - a == 1 for a, b in pairwise(whole))

    def words(self, kind: str) -> float:
        """The share of values that are known words for a closed list."""
        return self._known(kind, frozenset())

    def _known(self, kind: str, codes: frozenset[str]) -> float:
        return sum(
            many for text, many in self.counts.items() if text.upper() in codes or known_value(text, kind)
        ) / max(1, len(self.values))

    def _share(self, pattern: re.Pattern[str]) -> float:
        return sum(many for text, many in self.counts.items() if pattern.match(short(text))) / max(
            1, len(self.values)
        )


def short(text: str) -> str:
    """A value as patterns look at it: of some length, and with single spaces, over which none of them runs back and forth."""
    return " ".join(text[:100].split())
