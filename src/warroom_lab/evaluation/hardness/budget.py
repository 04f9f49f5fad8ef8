"""What the hand-made rule names within the day's budget, counted as in life."""

import numpy as np

from warroom.money.index.payments import Payments
from warroom.signals.mules import rule
from warroom.signals.mules.account_features import Book, compute_facts, list_active_accounts
from warroom.signals.mules.scoring import rank_likeliest
from warroom_lab.evaluation.alerts import WARMING, Alerts, count_alerts
from warroom_lab.evaluation.hardness.observed import Observed
from warroom_lab.evaluation.policies.by_signal import KEPT
from warroom_lab.evaluation.policies.warnings import count_warnings_a_day
from warroom_lab.evaluation.policy import SignalLook
from warroom_lab.evaluation.tally import RatioTally
from warroom_lab.world.drawing.columns import DAY


def measure_rule(seen: Observed, budgets: float) -> Alerts:
    """`budgets` times the day's budget, from the end of the first week on; looked at each midnight with what was known then."""
    looks = [_make_look(seen, now) for now in range(seen.start + WARMING, seen.end, DAY)]
    size = seen.country.nation.size

    def get_weight(account: int) -> float:
        return 1.0 if seen.gang[account] >= 0 else size.density

    worked = np.flatnonzero(seen.works)
    account, time = seen.rows.payee[worked].tolist(), seen.rows.time[worked].tolist()
    last = dict(zip(account, time, strict=True))
    first = dict(zip(account[::-1], time[::-1], strict=True))
    return count_alerts(looks, first, last, budgets * count_warnings_a_day(size), get_weight, seen.start)


def tally_precision(found: Alerts, density: float) -> RatioTally:
    """Precision, each account named a case of its own: a right one counts once, a wrong one `density` times."""
    right, named = found.right, found.right + found.wrong
    return RatioTally(right, named, right, right, right + found.wrong * density)


def _make_look(seen: Observed, now: int) -> SignalLook:
    known = _select_known_payments(seen, now)
    until = int(known.t[-1])
    book = Book.from_payments(known, len(seen.gang))
    accounts = list_active_accounts(book, until)
    account_facts = compute_facts(book, accounts, until, seen.country.accounts.opened)
    chance = rule.predict_probabilities(account_facts)
    first = rank_likeliest(chance, account_facts, accounts, KEPT)
    return SignalLook(now, accounts[first].astype(np.int32), chance[first].astype(np.float32))


def _select_known_payments(seen: Observed, now: int) -> Payments:
    until = int(np.searchsorted(seen.rows.time, now))
    return seen.all_payments.select_rows(np.flatnonzero(seen.known[:until] <= now))
