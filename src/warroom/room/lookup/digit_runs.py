"""A run of digits that somebody remembers of a number: from its front, its middle or its end, with one digit wrong.

One wrong digit is a digit that differs, one that was left out, one typed twice, or two that changed places: the
slips of a hand that copies a number. A run is forgiven one from six digits on, as shorter ones fit too much by
chance: a run of six with one slip fits a number of thirteen digits about once in a thousand.
"""

import re
from dataclasses import dataclass
from functools import cached_property

ENDS = 4
"""Digits in a row that are enough to find a number in one's own cases: as many as a bank prints of a card."""
FORGIVEN_FROM = 6
"""Digits from which on one may be wrong."""
_DIGIT = "[0-9]"
_NO_DIGITS = re.compile("[^0-9]+")


@dataclass(frozen=True, slots=True)
class RunMatch:
    """Where a run fits among a number's digits, and whether every digit is the same."""

    start: int
    end: int
    is_exact: bool


@dataclass(frozen=True)
class DigitRun:
    """Digits in a row. `at_end`: they must be a number's last ones, and every digit right."""

    digits: str
    at_end: bool = False

    def __bool__(self) -> bool:
        return bool(self.digits)

    def find_match(self, number_digits: str) -> RunMatch | None:
        """Where the run fits a number's digits; the last place that is exact, else one with a wrong digit."""
        size, run = len(number_digits), self.digits
        if self.at_end:
            return RunMatch(size - len(run), size, True) if number_digits.endswith(run) else None
        at = number_digits.rfind(run)
        if at >= 0:
            return RunMatch(at, at + len(run), True)
        # A slip leaves one half of the run as it is, unless it changes places across the middle: most numbers are
        # passed over without the slower pattern.
        if len(run) < FORGIVEN_FROM or not any(part in number_digits for part in self._surviving_parts):
            return None
        fit = self._pattern_with_slip.search(number_digits)
        return RunMatch(fit.start(), fit.end(), False) if fit else None

    @cached_property
    def _surviving_parts(self) -> tuple[str, ...]:
        middle = len(self.digits) // 2
        return self.digits[:middle], self.digits[middle:], _swap_digits(self.digits, middle - 1)

    @cached_property
    def _pattern_with_slip(self) -> re.Pattern[str]:
        run = self.digits
        slips = [run[:place] + _DIGIT + run[place + 1 :] for place in range(len(run))]
        slips += [run[:place] + _DIGIT + run[place:] for place in range(1, len(run))]
        pairs = range(len(run) - 1)
        slips += [run[:place] + run[place + 1 :] for place in pairs if run[place] == run[place + 1]]
        slips += [_swap_digits(run, place) for place in pairs]
        return re.compile("|".join(dict.fromkeys(slips)))


def _swap_digits(run: str, place: int) -> str:
    """The run with the digit at a place and the next one changed."""
    return run[:place] + run[place + 1] + run[place] + run[place + 2 :]


def extract_digits(number: str) -> str:
    """The digits of a number as people write it."""
    return number if number.isascii() and number.isdigit() else _NO_DIGITS.sub("", number)
