"""How good the signals behind warnings were: alerts a day within a budget, counted as in life.

At each look the accounts that were not named before are named, the most likely first, until the day's budget is
used up. One that is in no gang's hands counts as many as honest accounts are more frequent in life than
in the country played on, in the budget and in the precision; the score may know which it is, since only the counting
rests on it and not the order.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from warroom_lab.evaluation.missing import Missing
from warroom_lab.evaluation.play import PolicyPlay
from warroom_lab.evaluation.policies.warnings import count_warnings_a_day
from warroom_lab.evaluation.policy import SignalLook
from warroom_lab.world.crime.columns import TYPOLOGIES
from warroom_lab.world.drawing.columns import DAY
from warroom_lab.world.play.truth import WORK

Value = float | Missing
WARMING = 7 * DAY
"""From then on a signal has seen a full week of an account; mules that were through before are none to find in time."""
NO_LOOK = "the policy looks at no signals"
_WORKS = tuple(TYPOLOGIES.index(name) for name in WORK)


@dataclass(frozen=True, slots=True)
class Alerts:
    """`right`: accounts that had taken stolen money for a gang when they were named; `wrong`: others, as many as in life;
    `in_time`: of `live` accounts that still took stolen money after the first week, those named before the last of it.
    """

    right: int
    wrong: float
    in_time: int
    live: int

    def compute_precision(self) -> Value:
        """Of all that were named, those that were right."""
        named = self.right + self.wrong
        return self.right / named if named else Missing("no account was named")

    def compute_recall(self) -> Value:
        """Of live mule accounts, those named in time."""
        return self.in_time / self.live if self.live else Missing("no mule account was live after a week")


def measure_alerts(played: PolicyPlay, budgets: float) -> Alerts | Missing:
    """What `budgets` times the day's budget names over a play."""
    if not played.followed.looks:
        return Missing(NO_LOOK)
    first, last = _map_stolen_money_times(played)
    daily = budgets * count_warnings_a_day(played.run.country.nation.size)
    return count_alerts(
        played.followed.looks,
        first,
        last,
        daily,
        lambda account: weigh_account(played, account),
        played.start,
    )


def weigh_account(played: PolicyPlay, account: int) -> float:
    """As how many accounts of life one of the country counts: honest ones are so many more, and gangs' are not."""
    gangs = played.truth.find_mule(account) is not None
    return 1.0 if gangs else played.run.country.nation.size.density


def count_alerts(
    looks: Sequence[SignalLook],
    first: Mapping[int, int],
    last: Mapping[int, int],
    daily: float,
    weight: Callable[[int], float],
    start: int,
    copies: Callable[[int], int] = lambda account: 1,
) -> Alerts:
    """What looks name, each account once, `daily` of them as counted in life.

    `first`, `last`: account in a gang's hands -> when stolen money came to it first and last; `weight`: of an account, as how
    many it counts; `start`: of the first day; microseconds; `copies`: how often an account is there at all, where accounts are drawn again.
    """
    live = {account for account, time in last.items() if time >= start + WARMING}
    unnamed: dict[int, int] = {}
    right, wrong, in_time, left = 0, 0.0, 0, 0.0
    for look in looks:
        left += daily
        for account in look.accounts.tolist():
            often = unnamed.setdefault(account, copies(account))
            if not often:
                continue
            # What does not fit today is named tomorrow: a part of an account cannot be, but each copy of one is one.
            fits = min(often, int(left // weight(account)))
            cost = weight(account) * fits
            left, unnamed[account] = left - cost, often - fits
            works = first.get(account, 1 << 62) <= look.time
            right, wrong = right + works * fits, wrong + (0.0 if works else cost)
            in_time += fits * (account in live and look.time < last[account])
            if fits < often:
                break
    return Alerts(right, wrong, in_time, sum(map(copies, live)))


def _map_stolen_money_times(played: PolicyPlay) -> tuple[dict[int, int], dict[int, int]]:
    """Account in a gang's hands -> the first and the last time that stolen money came to it."""
    first: dict[int, int] = {}
    last: dict[int, int] = {}
    truth = played.truth
    for row in played.run.flow.rows:
        if row[8] in _WORKS and truth.find_mule(row[3]) is not None:
            first.setdefault(row[3], row[1])
            last[row[3]] = row[1]
    return first, last
