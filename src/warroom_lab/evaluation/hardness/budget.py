"""What the hand-made rule names within the day's budget, counted as in life."""

import numpy as np

from warroom.money.index.payments import Payments
from warroom.signals.mules import rule
from warroom.signals.mules.account_features import Book, active, facts
from warroom.signals.mules.scoring import likeliest
from warroom_lab.evaluation.alerts import WARMING, Alerts, counted
from warroom_lab.evaluation.hardness.observed import Observed
from warroom_lab.evaluation.policies.by_signal import KEPT
from warroom_lab.evaluation.policies.warnings import warnings_a_day
from warroom_lab.evaluation.policy import Look
from warroom_lab.evaluation.tally import Tally
from warroom_lab.world.drawing.columns import DAY


def rule_at(seen: Observed, budgets: float) -> Alerts:
    """`budgets` times the day's budget, from the end of the first week on; looked at each midnight with what was known then."""
    looks = [_look(seen, now) for now in range(seen.start + WARMING, seen.end, DAY)]
    size = seen.country.nation.size

    def weight(account: int) -> float:
        return 1.0 if seen.gang[account] >= 0 else size.density

    worked = np.flatnonzero(seen.works)
    account, time = seen.rows.payee[worked].tolist(), seen.rows.time[worked].tolist()
    last = dict(zip(account, time, strict=True))
    first = dict(zip(account[::-1], time[::-1], strict=True))
    return counted(looks, first, last, budgets * warnings_a_day(size), weight, seen.start)


def tally(found: Alerts, density: float) -> Tally:
    """Precision, each account named a case of its own: a right one counts once, a wrong one `density` times."""
    right, named = found.right, found.right + found.wrong
    return Tally(right, named, right, right, right + found.wrong * density)


def _look(seen: Observed, now: int) -> Look:
    known = _known(seen, now)
    until = int(known.t[-1])
    book = Book.of(known, len(seen.gang))
    accounts = active(book, until)
    told = facts(book, accounts, until, seen.country.accounts.opened)
    chance = rule.chances(told)
    first = likeliest(chance, told, accounts, KEPT)
    return Look(now, accounts[first].astype(np.int32), chance[first].astype(np.float32))


def _known(seen: Observed, now: int) -> Payments:
    until = int(np.searchsorted(seen.rows.time, now))
    return seen.payments.take(np.flatnonzero(seen.known[:until] <= now))
