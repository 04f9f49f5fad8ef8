"""What a forecast is asked at a moment, and what came of it: amounts as a trail showed them then, and what of each left
within the hour after, as all records tell it in the end.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, TypeVar

import numpy as np

from warroom import clock
from warroom.money.forecast.facts import CHANNEL_OF, MINUTE, NO_CHANNEL, UNKNOWN, Floats, Ints, MoneyFacts
from warroom.money.trail import BankAccount, Trail
from warroom_lab.forecasting.history import Episodes, Move

WITHIN = 60
"""Minutes."""
Row = tuple[float, ...]
LOOKS = 10
"""A case is looked at less often than this: its number and that of the look make one."""


@dataclass(frozen=True)
class ForecastQuestions:
    """One row an amount. `facts.case` is one look at one case, `group` the case itself; `now` the moment, `left` the
    share that left within the hour, `minutes` the half-life by the rule of `money.trace.pace`.
    """

    facts: MoneyFacts
    group: Ints
    now: Ints
    left: Floats
    minutes: Floats

    def __len__(self) -> int:
        return len(self.left)

    @classmethod
    def from_rows(cls, rows: Sequence[Row]) -> "ForecastQuestions":
        columns = list(zip(*rows, strict=True)) if rows else [()] * 13
        facts = MoneyFacts.from_columns(*columns[:9])
        whole = [np.asarray(column, np.int64) for column in columns[9:11]]
        return cls(facts, whole[0], whole[1], np.asarray(columns[11], float), np.asarray(columns[12], float))

    def select_rows(self, rows: Ints) -> "ForecastQuestions":
        """Those rows."""
        return ForecastQuestions(
            self.facts.select_rows(rows),
            self.group[rows],
            self.now[rows],
            self.left[rows],
            self.minutes[rows],
        )


def iter_question_rows(
    trail: Trail, moves: Mapping[BankAccount, Sequence[Move]], now: int, case: int, look: int
) -> Iterator[Row]:
    """One row for each amount that may be held now; `moves` are those of the trail that all records show."""
    on = {trail_account.account: trail_account for trail_account in trail.accounts}
    for hold in trail.holds:
        seen = on[hold.account]
        facts = (
            case * LOOKS + look,
            hold.amount,
            seen.hops,
            CHANNEL_OF.get(seen.channel, NO_CHANNEL),
            clock.to_micros(seen.latest_arrival or seen.first_arrival),
            UNKNOWN if seen.opened_at is None else clock.to_micros(seen.opened_at),
            now,
            seen.passed_on / max(seen.tainted_in, 1),
            min(1.0, hold.amount / max(seen.balance, 1)),
        )
        left = _compute_share_left(moves.get(hold.account, ()), hold.amount, now)
        yield (*facts, case, now, left, hold.minutes_to_exit)


def _compute_share_left(moves: Sequence[Move], amount: int, now: int) -> float:
    lies = sum(signed for at, signed, _ in moves if at <= now)
    leaves = -sum(signed for at, signed, _ in moves if signed < 0 and now < at <= now + WITHIN * MINUTE)
    return min(amount, max(lies, 0), leaves) / amount


T = TypeVar("T", Episodes, ForecastQuestions, MoneyFacts)


def concat_rows(parts: Sequence[T]) -> T:
    """Columns behind each other."""
    first = parts[0]
    columns: dict[str, Any] = {}
    for field in fields(first):
        values = [getattr(part, field.name) for part in parts]
        columns[field.name] = (
            concat_rows(values) if isinstance(values[0], MoneyFacts) else np.concatenate(values)
        )
    return type(first)(**columns)
