"""What one play is worth and what it cost: every figure by its name, or why there is none.

docs/reference/scores.md has each formula. Only holds, warnings, refusals and suspensions are scored: no policy orders anything else.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median
from typing import Literal

from warroom_lab.evaluation.alerts import Alerts, alerts, in_life
from warroom_lab.evaluation.missing import Missing
from warroom_lab.evaluation.play import Played
from warroom_lab.evaluation.recall import trail_recall
from warroom_lab.world.agencies import police
from warroom_lab.world.crime.columns import MULE_TYPES
from warroom_lab.world.play.harm import WarnedHonest
from warroom_lab.world.play.truth import Held

DAY, HOUR, MINUTE = 86_400_000_000, 3_600_000_000, 60_000_000
Value = float | Missing
Parts = Mapping[int, float]
"""A sum by what it is of: by case or by account."""
Unit = Literal["case", "account", "play"]


@dataclass(frozen=True, slots=True)
class Metric:
    """A figure: its name, unit, whether more or less of it is better, and how it comes from a play.

    `of` gives a sum by case or by account as `by` says, whose parts differ by chance each for itself, or one number of
    the whole play.
    """

    name: str
    unit: str
    more: bool
    of: Callable[[Played], Parts | Value]
    by: Unit = "play"


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of one play; `parts` where it is a sum over cases or accounts."""

    value: Value
    parts: Parts | None = None


def score(played: Played) -> dict[str, Figure]:
    """Every figure of one play."""
    return {metric.name: _figure(metric.of(played)) for metric in METRICS}


def _figure(found: Parts | Value) -> Figure:
    if isinstance(found, Missing | float):
        return Figure(found)
    return Figure(float(sum(found.values())), found)


def value(figures: Mapping[str, Figure], name: str) -> Value:
    """The number of a figure, or why there is none."""
    return figures[name].value


def _share(part: float, whole: float, why_not: str) -> Value:
    return part / whole if whole else Missing(why_not)


def _baht(satang: Mapping[int, int]) -> Parts:
    return {case: amount / 100 for case, amount in satang.items() if amount}


# Money


def _stolen(played: Played) -> Parts:
    return _baht(played.truth.losses())


def _reported(played: Played) -> Parts:
    return _baht(played.truth.reported())


def _held(played: Played) -> Parts:
    """Stolen money that is bound, whoever's."""
    return _baht(played.bound.held if played.bound else played.truth.held())


def _saved(played: Played) -> Parts:
    """The part of it whose victim reported."""
    return _baht(played.bound.saved if played.bound else played.truth.saved())


def _returned(played: Played) -> Parts | Value:
    """What reached the victims."""
    return Missing(_BOUND) if played.bound else _baht(played.truth.returned().cases)


def _days_to_return(played: Played) -> Value:
    """The median over cases whose money comes back, from the hold to the pay-out."""
    if played.bound:
        return Missing(_BOUND)
    days = played.truth.returned().days
    return Missing("nothing came back") if days is None else days


def _gangs_keep(played: Played) -> Parts | Value:
    """Stolen, less what gangs' ways cost them, less what is bound."""
    if played.bound:
        return Missing(_BOUND)
    return {case: satang / 100 for case, satang in played.truth.kept_by_gangs().items() if satang}


def _never_sent(played: Played) -> Parts | Value:
    """What victims who turned back at a payee warning would have paid."""
    # Beside what was held and never in it: how many payers turn back at a warning is assumed.
    return _baht(played.truth.never_sent()) if _warns(played) else Missing(_NO_WARNING)


# Harm of holds


def share_held(held: Held, balance: int) -> float:
    """The share of its balance that a holder cannot use, in [0, 1]; a whole-account block counts 1."""
    if held.whole:
        return 1.0
    bound = held.stolen + held.own
    # At most all of it; of an empty account whatever is bound is all.
    return min(1.0, bound / balance) if balance > 0 else float(bound > 0)


def _hours(played: Played, held: Held) -> float:
    share = share_held(held, played.truth.balance(held.account, held.start))
    return (held.end - held.start) / HOUR * share


def _weight(played: Played) -> Callable[[int], float]:
    """How many accounts there are in life for one that was held here: a suspicion alone meets honest accounts that crime
    never touched, and of those there are as many more as crime is less dense. Whoever was met on a trail is there because
    crime is.
    """
    suspected = {order.subject for order in played.orders if order.kind == "freeze"}
    alone = suspected - {order.subject for order in played.orders if order.reports}
    density = played.run.country.nation.size.density
    return lambda account: density if account in alone and played.truth.mule(account) is None else 1.0


def _innocent_hours(played: Played) -> Parts | Value:
    """Hours x share of the balance held, over every hold or block of an innocent holder."""
    return _by_account(played, lambda held: _hours(played, held) if held.innocent else 0.0)


def _innocents_held(played: Played) -> Parts | Value:
    return _accounts(played, lambda held: held.innocent)


def _victims_held(played: Played) -> Parts | Value:
    """Accounts that worked for a gang, of holders who were tricked, robbed of their papers or forced, and were held."""
    return _accounts(played, lambda held: not held.innocent and _victim(played, held))


def _victims_hours(played: Played) -> Parts | Value:
    return _by_account(
        played, lambda held: _hours(played, held) if not held.innocent and _victim(played, held) else 0.0
    )


def _victim(played: Played, held: Held) -> bool:
    known = played.truth.mule(held.account)
    return known is not None and known[0] in VICTIMS


def _by_account(played: Played, of: Callable[[Held], float]) -> Parts | Value:
    if played.bound:
        return Missing(_BOUND)
    total: defaultdict[int, float] = defaultdict(float)
    weight = _weight(played)
    for held in played.truth.holds():
        total[held.account] += of(held) * weight(held.account)
    return {account: each for account, each in total.items() if each}


def _accounts(played: Played, which: Callable[[Held], bool]) -> Parts | Value:
    """Accounts with a measure of this sort, each once."""
    if played.bound:
        return Missing(_BOUND)
    weight = _weight(played)
    return {held.account: weight(held.account) for held in played.truth.holds() if which(held)}


def _lost_sales(played: Played) -> Parts | Value:
    """Baht that customers paid shops and companies of innocent holders while their whole account stood still."""
    if played.bound:
        return Missing(_BOUND)
    weight = _weight(played)
    lost = played.truth.lost_sales()
    return {account: each.satang / 100 * weight(account) for account, each in lost.items()}


def _appeals_upheld(played: Played) -> Parts | Value:
    """Measures that were lifted because their holder appealed: of an account, or of the first of a listed person's."""
    found = _by_account(played, lambda held: float(held.ended == "appeal"))
    if isinstance(found, Missing | float):
        return found
    total = dict(found)
    for each in played.truth.listed():
        if each.ended == "appeal":
            total[each.accounts[0]] = total.get(each.accounts[0], 0.0) + 1
    return total


def _hours_to_release(played: Played) -> Value:
    """The median over holds of innocent holders that ended."""
    ended = [
        (held.end - held.start) / HOUR
        for held in played.truth.holds()
        if held.innocent and held.end < played.end
    ]
    # Missing and not 0, which would read as let go at once.
    return median(ended) if ended else Missing("no innocent holder was held and let go")


# Harm of refusals


def _listed(played: Played) -> Parts | Value:
    """People in the central registry none of whose accounts had worked for a gang."""
    if not _lists(played):
        return Missing(_BOUND if played.bound else _NO_LISTING)
    return {each.accounts[0]: 1.0 for each in played.truth.listed() if each.innocent}


def _refused(played: Played) -> Parts | Value:
    if not _lists(played):
        return Missing(_BOUND if played.bound else _NO_LISTING)
    return {account: float(each.payments) for account, each in played.truth.refused().items()}


def _baht_refused(played: Played) -> Parts | Value:
    if not _lists(played):
        return Missing(_BOUND if played.bound else _NO_LISTING)
    return {account: each.satang / 100 for account, each in played.truth.refused().items()}


def _lists(played: Played) -> bool:
    return "refusals" in played.followed.tools and played.bound is None


# Harm of warnings


def _honest(played: Played, of: Callable[[WarnedHonest], float]) -> Value:
    """A count of honest payments, as many as in life.

    Those to honest accounts are so many times as many beside the same crime. Those to accounts in gangs' hands are not: there
    are as many of these accounts as there is crime, and each has the customers and friends that its holder has.
    """
    if not _warns(played):
        return Missing(_NO_WARNING)
    gangs, others = (of(played.truth.warned_honest(gangs)) for gangs in (True, False))
    return gangs + others * played.run.country.nation.size.density


def _payments_warned(played: Played) -> Value:
    return _honest(played, lambda found: float(found.payments))


def _baht_warned(played: Played) -> Value:
    return _honest(played, lambda found: found.baht)


def _payments_abandoned(played: Played) -> Value:
    return _honest(played, lambda found: float(found.abandoned))


def _warnings_a_day(played: Played) -> Value:
    """Accounts newly warned of, those in no gang's hands as many as in life."""
    if not _warns(played):
        return Missing(_NO_WARNING)
    weights = (in_life(played, account) for account in played.truth.warned())
    return sum(weights) / ((played.end - played.start) / DAY)


def _warning_precision(played: Played) -> Value:
    """Of the accounts that payers were warned of, as many as in life, the share that had worked for a gang by then."""
    if not _warns(played):
        return Missing(_NO_WARNING)
    warned = played.truth.warned()
    right = list(warned.values()).count(False)
    wrong = sum(in_life(played, account) for account, innocent in warned.items() if innocent)
    return _share(right, right + wrong, "no payer was warned")


def _warns(played: Played) -> bool:
    return "warnings" in played.followed.tools


def _alerts(budgets: float, of: Callable[[Alerts], Value]) -> Callable[[Played], Value]:
    def found(played: Played) -> Value:
        made = alerts(played, budgets)
        return made if isinstance(made, Missing) else of(made)

    return found


# How it was done


def _minutes_to_hold(played: Played) -> Value:
    """The median over holds that bound stolen money, from the arrival of the report to the hold."""
    arrived = {report.record_id: report.received_at for report in played.reports}
    orders = {order.order_id: order for order in played.orders}
    waited = []
    for held in played.truth.holds():
        reports = orders[held.order_id].reports if held.order_id in orders else ()
        known = [arrived[name] for name in reports if name in arrived]
        if held.stolen and known:
            # From the first of its reports: a second one that came later makes nobody quicker.
            waited.append((held.start - min(known)) / MINUTE)
    return median(waited) if waited else Missing("nothing stolen was held")


def _right_orders(played: Played) -> Value:
    """Of the account orders that were carried out, the share that bound stolen money."""
    holds = played.truth.holds()
    return _share(sum(held.stolen > 0 for held in holds), len(holds), "nothing was held")


def _orders(played: Played) -> Value:
    return Missing(_BOUND) if played.bound else float(len(played.truth.holds()))


VICTIMS = frozenset(MULE_TYPES[kind] for kind in police.VICTIMS)
"""Holders of mule accounts who are victims of crime themselves."""
_NO_WARNING = "the policy warns no payer"
_NO_LISTING = "the policy lists nobody"
_BOUND = "it is a bound and orders nothing"
METRICS = (
    Metric("money_stolen", "baht", False, _stolen, "case"),
    Metric("money_reported", "baht", False, _reported, "case"),
    Metric("money_held", "baht", True, _held, "case"),
    Metric("money_saved", "baht", True, _saved, "case"),
    Metric("money_returned", "baht", True, _returned, "case"),
    Metric("money_gangs_keep", "baht", False, _gangs_keep, "case"),
    Metric("days_to_return", "days", False, _days_to_return),
    Metric("money_never_sent", "baht", True, _never_sent, "case"),
    Metric("innocent_hours", "hours", False, _innocent_hours, "account"),
    Metric("innocents_held", "accounts", False, _innocents_held, "account"),
    Metric("victims_among_mules_held", "accounts", False, _victims_held, "account"),
    Metric("victims_among_mules_hours", "hours", False, _victims_hours, "account"),
    Metric("median_hours_to_release", "hours", False, _hours_to_release),
    Metric("lost_sales", "baht", False, _lost_sales, "account"),
    Metric("appeals_upheld", "appeals", True, _appeals_upheld, "account"),
    Metric("innocents_listed", "people", False, _listed, "account"),
    Metric("honest_payments_refused", "payments", False, _refused, "account"),
    Metric("honest_baht_refused", "baht", False, _baht_refused, "account"),
    Metric("honest_payments_warned", "payments", False, _payments_warned),
    Metric("honest_baht_warned", "baht", False, _baht_warned),
    Metric("honest_payments_abandoned", "payments", False, _payments_abandoned),
    Metric("warnings_a_day", "accounts", False, _warnings_a_day),
    Metric("precision_of_warnings", "share", True, _warning_precision),
    Metric("precision_at_budget", "share", True, _alerts(1, Alerts.precision)),
    Metric("precision_at_ten_budgets", "share", True, _alerts(10, Alerts.precision)),
    Metric("recall_in_time_at_ten", "share", True, _alerts(10, Alerts.recall)),
    Metric("minutes_to_hold", "minutes", False, _minutes_to_hold),
    Metric("orders_carried_out", "orders", False, _orders),
    Metric("orders_that_bound", "share", True, _right_orders),
    Metric("trail_recall", "share", True, trail_recall),
)  # fmt: skip
"""In the order in which they are shown."""
