"""Banks by minutes: what each bank owes an answer to, drawn over the minutes since it was sent."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from warroom.cases.silent_banks import OwedAnswer, SilentBank

WIDTH = 1000.0
MINUTE = timedelta(minutes=1)
# Minutes the axis may reach, and its marks; what waits longer stands at the end, and the page says so.
SCALES = ((60, 15), (120, 30), (240, 60), (480, 120))
LEAST_DOT, LARGEST_DOT = 6.0, 15.0
# Units within which two dots would lie on each other, and the line they stand on.
CLOSE, MIDDLE = 10.0, 12.0


@dataclass(frozen=True, slots=True)
class OwedDot:
    """An order as a dot at the minutes since it was sent, as large as its amount; `beyond` the end of the axis."""

    x: float
    y: float
    size: float
    late: bool
    beyond: bool


@dataclass(frozen=True, slots=True)
class BankRow:
    """A bank: up to `usual` it has usually answered, from `silent` on it is silent; units of the drawing. Amounts are satang."""

    bank: str
    usual: float
    silent: float
    usual_minutes: float
    dots: tuple[OwedDot, ...]
    orders: int
    amount: int
    waits: timedelta
    late: SilentBank | None


@dataclass(frozen=True, slots=True)
class OwedPicture:
    """The rows, the longest waiting first among the silent and then among the others, over an axis of `minutes`."""

    rows: tuple[BankRow, ...]
    minutes: int
    marks: tuple[tuple[float, int], ...]


def draw_owed_answers(
    owed: Sequence[OwedAnswer], silent: Sequence[SilentBank], now: datetime
) -> OwedPicture | None:
    """The drawing of what banks owe; None where no bank owes anything."""
    if not owed:
        return None
    longest = max(
        max((now - answer.sent_at) / MINUTE, (answer.silent_from - answer.sent_at) / MINUTE)
        for answer in owed
    )
    minutes, step = next((scale for scale in SCALES if longest <= scale[0]), SCALES[-1])
    by_bank: dict[str, list[OwedAnswer]] = defaultdict(list)
    for answer in owed:
        by_bank[answer.bank].append(answer)
    largest = max(answer.amount for answer in owed) or 1
    late_by_bank = {bank.bank: bank for bank in reversed(silent)}
    rows = [
        _draw_bank(answers, late_by_bank.get(bank), now, minutes, largest)
        for bank, answers in by_bank.items()
    ]
    ordered = sorted(rows, key=lambda row: (row.late is None, -row.waits, row.bank))
    marks = tuple((WIDTH * at / minutes, at) for at in range(0, minutes + 1, step))
    return OwedPicture(tuple(ordered), minutes, marks)


def _draw_bank(
    answers: Sequence[OwedAnswer], late: SilentBank | None, now: datetime, minutes: int, largest: int
) -> BankRow:
    # The band of the order that waits longest: what was usual when it was sent is what it is judged by.
    first = min(answers, key=lambda answer: (answer.silent_from, answer.sent_at))
    usual, silent = (first.usual_by - first.sent_at) / MINUTE, (first.silent_from - first.sent_at) / MINUTE
    dots: list[OwedDot] = []
    for answer in sorted(answers, key=lambda owed_answer: -owed_answer.amount):
        waited = max((now - answer.sent_at) / MINUTE, 0.0)
        size = max(LEAST_DOT, LARGEST_DOT * (answer.amount / largest) ** 0.5)
        x = WIDTH * min(waited, minutes) / minutes
        # Orders of one minute stand beside each other, at most three high.
        beside = sum(abs(dot.x - x) < CLOSE for dot in dots)
        y = MIDDLE + (0.0, -7.0, 7.0)[beside % 3]
        dots.append(OwedDot(x, y, size, answer.silent_from <= now, waited > minutes))
    return BankRow(
        first.bank,
        WIDTH * min(usual, minutes) / minutes,
        WIDTH * min(silent, minutes) / minutes,
        usual,
        tuple(dots),
        len(answers),
        sum(answer.amount for answer in answers),
        now - min(answer.sent_at for answer in answers),
        late,
    )
