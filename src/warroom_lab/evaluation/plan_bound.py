"""The most that holds and blocks after a report could have bound if gangs kept to their plan: no policy itself.

Money takes its planned way, and whoever acts knows every report, every payment and every delay beforehand, has as many
hands as needed and is never refused. An account can be acted on from the moment a report has come whose money has been
there, and the desk and the bank of that account have taken their time. Whatever stolen money lies there then or comes later is bound;
what left before is followed on. So it bounds exact amounts and whole accounts alike, money of victims who reported
(`saved`) and of all (`held`), and lies far above what can be done: a gang whose payment fails goes to another account.

What carries it: gangs keep to their plan, and nobody acts without a report. It is no bound of what policies hold: a gang
with few accounts that sends money on to one that is blocked already loses more than this. `frontier` is that bound.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from warroom_lab.evaluation.bound import Bound
from warroom_lab.evaluation.play import PolicyPlay
from warroom_lab.world.crime.columns import COLLECT, LAYER, VICTIM_PAY
from warroom_lab.world.play.orders import CountryOrder
from warroom_lab.world.play.run import CountryRun

KINDS: tuple[Literal["hold", "block"], ...] = ("hold", "block")
STAYS = (LAYER, COLLECT)
"""Payments after which the money lies in another account of a gang's."""


@dataclass(slots=True)
class Pot:
    """What lies in an account of one case (satang), and how much of it could not yet have been bound."""

    total: int = 0
    unbindable: int = 0


@dataclass
class _Money:
    """All pots as they fill and empty. `since`: account -> from when on it can be acted on (microseconds)."""

    since: dict[int, int]
    pots: dict[tuple[int, int], Pot] = field(default_factory=dict)
    bound: dict[int, int] = field(default_factory=dict)

    def add_money(self, time: int, account: int, case: int, amount: int, loose: int) -> None:
        pot = self.pots.setdefault((account, case), Pot())
        pot.total += amount
        pot.unbindable += loose
        self.bind_money(time, account, case)

    def remove_money(self, time: int, account: int, case: int, amount: int) -> int:
        """Take an amount out of a pot; how much of it could not have been bound by then."""
        self.bind_money(time, account, case)
        pot = self.pots.get((account, case))
        if pot is None or not pot.total:
            return 0
        # Of what is mixed in one pot each part leaves alike.
        whole = max(pot.total, amount)
        loose = pot.unbindable * amount // whole
        pot.total, pot.unbindable = whole - amount, pot.unbindable - loose
        return loose

    def bind_money(self, time: int, account: int, case: int) -> None:
        pot = self.pots.get((account, case))
        if pot is not None and pot.unbindable and self.since.get(account, 1 << 62) <= time:
            self.bound[case] = self.bound.get(case, 0) + pot.unbindable
            pot.unbindable = 0


def compute_plan_bound(played: PolicyPlay) -> Bound:
    """What could have been bound of a play in which nobody held anything."""
    run = played.run
    money = _Money(_map_earliest_actions(played))
    parts: dict[int, list[tuple[int, int]]] = {}
    for uid, case, amount in run.flow.parts:
        parts.setdefault(uid, []).append((case, amount))
    for uid, time, payer, payee, amount, _, _, _, kind, case, _, _ in run.flow.rows:
        if kind == VICTIM_PAY:
            money.add_money(time, payee, case, amount, amount)
            continue
        # Several cases' money in one payment stands in parts; a cover has none.
        for whose, share in parts.get(uid, ((case, amount),) if case >= 0 else ()):
            loose = money.remove_money(time, payer, whose, share)
            if kind in STAYS:
                money.add_money(time, payee, whose, share, loose)
    for account, case in money.pots:
        money.bind_money(run.now, account, case)
    known = run.holding.reported_cases
    return Bound(money.bound, {case: amount for case, amount in money.bound.items() if case in known})


def _map_earliest_actions(played: PolicyPlay) -> dict[int, int]:
    """Account -> the earliest moment at which an order that follows from a report can have been carried out there."""
    run = played.run
    been: dict[int, dict[int, int]] = {}
    for time, account, case in _iter_arrivals(run):
        been.setdefault(case, {}).setdefault(account, time)
    since: dict[int, int] = {}
    for report in played.reports:
        for account, first in been.get(report.case, {}).items():
            moment = max(report.received_at, first) + _compute_fastest_delay(run, account, report.record_id)
            since[account] = min(moment, since.get(account, moment))
    return since


def _iter_arrivals(run: CountryRun) -> Iterable[tuple[int, int, int]]:
    """(moment, account, case) of every stolen sum that came to an account of a gang's."""
    return ((row[1], row[3], row[9]) for row in run.flow.rows if row[8] == VICTIM_PAY or row[8] in STAYS)


def _compute_fastest_delay(run: CountryRun, account: int, report: str) -> int:
    """Microseconds that the desk and the bank take for this account and report, by the faster kind of order."""
    orders = [CountryOrder("", kind, 0, account, reports=(report,)) for kind in KINDS]
    return min(
        run.desk.draw_approval_time(order) + run.banks.compute_delay(order, run.get_bank(order))
        for order in orders
    )
