"""What one play is worth and what it cost: every figure by its name, or why there is none.

docs/reference/scores.md has each formula. Only holds, warnings, refusals and suspensions are scored: no policy orders anything else.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median

from warroom_lab.evaluation.alerts import Alerts, measure_alerts, weigh_account
from warroom_lab.evaluation.missing import Missing
from warroom_lab.evaluation.play import PolicyPlay
from warroom_lab.evaluation.recall import compute_trail_recall
from warroom_lab.world.agencies import police
from warroom_lab.world.crime.columns import MULE_TYPES
from warroom_lab.world.play.harm import WarnedHonest
from warroom_lab.world.play.truth import TrueHold

DAY, HOUR, MINUTE = 86_400_000_000, 3_600_000_000, 60_000_000
Value = float | Missing
Parts = Mapping[int, float]
"""A sum by what it is of: by case or by account."""


@dataclass(frozen=True, slots=True)
class Metric:
    """A figure: its name, unit, whether more or less of it is better, and how it comes from a play.

    `compute_value` gives a sum by case or by account, or one number of the whole play.
    """

    name: str
    unit: str
    more_is_better: bool
    compute_value: Callable[[PolicyPlay], Parts | Value]


@dataclass(frozen=True, slots=True)
class ScoreFigure:
    """One figure of one play, or why there is none."""

    value: Value


def compute_figures(played: PolicyPlay) -> dict[str, ScoreFigure]:
    """Every figure of one play."""
    return {metric.name: _make_figure(metric.compute_value(played)) for metric in METRICS}


def _make_figure(found: Parts | Value) -> ScoreFigure:
    if isinstance(found, Missing | float):
        return ScoreFigure(found)
    return ScoreFigure(float(sum(found.values())))


def get_value(figures: Mapping[str, ScoreFigure], name: str) -> Value:
    """The number of a figure, or why there is none."""
    return figures[name].value


def _compute_share(part: float, whole: float, why_not: str) -> Value:
    return part / whole if whole else Missing(why_not)


def _to_baht(satang: Mapping[int, int]) -> Parts:
    return {case: amount / 100 for case, amount in satang.items() if amount}


# Money


def _sum_stolen(played: PolicyPlay) -> Parts:
    return _to_baht(played.truth.sum_losses())


def _sum_reported(played: PolicyPlay) -> Parts:
    return _to_baht(played.truth.sum_reported())


def _sum_held(played: PolicyPlay) -> Parts:
    """Stolen money that is bound, of victims who report, by the end or later."""
    return _to_baht(played.truth.sum_held_of_reporters())


def _sum_saved(played: PolicyPlay) -> Parts:
    """Stolen money that is bound, whose victim had reported by the end: it goes back to the victim."""
    return _to_baht(played.truth.sum_saved())


def _sum_returned(played: PolicyPlay) -> Parts | Value:
    """What reached the victims."""
    return _to_baht(played.truth.find_returned_money().cases)


def _median_days_to_return(played: PolicyPlay) -> Value:
    """The median over cases whose money comes back, from the hold to the pay-out."""
    days = played.truth.find_returned_money().days
    return Missing("nothing came back") if days is None else days


def _sum_gangs_keep(played: PolicyPlay) -> Parts | Value:
    """Stolen, less what gangs' ways cost them, less what is held of victims who report."""
    return {case: satang / 100 for case, satang in played.truth.sum_kept_by_gangs().items() if satang}


def _sum_never_sent(played: PolicyPlay) -> Parts | Value:
    """What victims who turned back at a payee warning would have paid."""
    # Beside what was held and never in it: how many payers turn back at a warning is assumed.
    return _to_baht(played.truth.sum_never_sent()) if _has_warnings(played) else Missing(_NO_WARNING)


# Harm of holds


def compute_share_held(held: TrueHold, balance: int) -> float:
    """The share of its balance that a holder cannot use, in [0, 1]; a whole-account block counts 1."""
    if held.whole:
        return 1.0
    bound = held.stolen + held.own
    # At most all of it; of an empty account whatever is bound is all.
    return min(1.0, bound / balance) if balance > 0 else float(bound > 0)


def _weigh_hold_hours(played: PolicyPlay, held: TrueHold, waiting: Mapping[str, float]) -> float:
    """Hours x share of the balance held; where what came in waited, `waiting` has them by order."""
    if held.intake:
        return waiting[held.order_id]
    share = compute_share_held(held, played.truth.compute_balance(held.account, held.start))
    return (held.end - held.start) / HOUR * share


def _make_account_weight(played: PolicyPlay) -> Callable[[int], float]:
    """How many accounts there are in life for one that was held here: a suspicion alone meets honest accounts that crime
    never touched, and of those there are as many more as crime is less dense. Anyone who was met on a trail is there because
    crime is.
    """
    suspected = {order.subject for order in played.orders if order.kind in ("freeze", "intake")}
    alone = suspected - {order.subject for order in played.orders if order.reports}
    density = played.run.country.nation.size.density
    return lambda account: density if account in alone and played.truth.find_mule(account) is None else 1.0


def _sum_innocent_hours(played: PolicyPlay) -> Parts | Value:
    """Hours x share of the balance held, over every measure of an innocent holder."""
    return _sum_hours(played, lambda held: held.innocent)


def _count_innocents_held(played: PolicyPlay) -> Parts | Value:
    return _count_accounts(played, lambda held: held.innocent)


def _count_victims_held(played: PolicyPlay) -> Parts | Value:
    """Accounts that worked for a gang, of holders who were tricked, robbed of their papers or forced, and were held."""
    return _count_accounts(played, lambda held: not held.innocent and _is_victim_account(played, held))


def _sum_victims_hours(played: PolicyPlay) -> Parts | Value:
    return _sum_hours(played, lambda held: not held.innocent and _is_victim_account(played, held))


def _sum_hours(played: PolicyPlay, which: Callable[[TrueHold], bool]) -> Parts | Value:
    waiting = played.truth.find_waiting_hours()
    return _sum_by_account(
        played, lambda held: _weigh_hold_hours(played, held, waiting) if which(held) else 0.0
    )


def _is_victim_account(played: PolicyPlay, held: TrueHold) -> bool:
    known = played.truth.find_mule(held.account)
    return known is not None and known[0] in VICTIMS


def _sum_by_account(played: PolicyPlay, of: Callable[[TrueHold], float]) -> Parts | Value:
    total: defaultdict[int, float] = defaultdict(float)
    weight = _make_account_weight(played)
    for held in played.truth.list_holds():
        total[held.account] += of(held) * weight(held.account)
    return {account: each for account, each in total.items() if each}


def _count_accounts(played: PolicyPlay, which: Callable[[TrueHold], bool]) -> Parts | Value:
    """Accounts with a measure of this sort, each once."""
    weight = _make_account_weight(played)
    return {held.account: weight(held.account) for held in played.truth.list_holds() if which(held)}


def _sum_lost_sales(played: PolicyPlay) -> Parts | Value:
    """Baht that customers paid shops and companies of innocent holders while their whole account stood still."""
    weight = _make_account_weight(played)
    lost = played.truth.find_lost_sales()
    return {account: each.satang / 100 * weight(account) for account, each in lost.items()}


def _count_appeals_upheld(played: PolicyPlay) -> Parts | Value:
    """Measures that were lifted because their holder appealed: of an account, or of the first of a listed person's."""
    by_account = _sum_by_account(played, lambda held: float(held.ended == "appeal"))
    if isinstance(by_account, Missing | float):
        return by_account
    total = dict(by_account)
    for listed_person in played.truth.list_listings():
        if listed_person.ended == "appeal":
            total[listed_person.accounts[0]] = total.get(listed_person.accounts[0], 0.0) + 1
    return total


def _median_hours_to_release(played: PolicyPlay) -> Value:
    """The median over holds of innocent holders that ended."""
    ended = [
        (held.end - held.start) / HOUR
        for held in played.truth.list_holds()
        if held.innocent and held.end < played.end
    ]
    # Missing and not 0, which would read as let go at once.
    return median(ended) if ended else Missing("no innocent holder was held and let go")


# Harm of refusals


def _count_innocent_listed(played: PolicyPlay) -> Parts | Value:
    """People in the central registry none of whose accounts had worked for a gang."""
    if not _has_refusals(played):
        return Missing(_NO_LISTING)
    return {each.accounts[0]: 1.0 for each in played.truth.list_listings() if each.innocent}


def _count_refused_payments(played: PolicyPlay) -> Parts | Value:
    if not _has_refusals(played):
        return Missing(_NO_LISTING)
    return {account: float(each.payments) for account, each in played.truth.find_refused_payments().items()}


def _sum_refused_baht(played: PolicyPlay) -> Parts | Value:
    if not _has_refusals(played):
        return Missing(_NO_LISTING)
    return {account: each.satang / 100 for account, each in played.truth.find_refused_payments().items()}


def _has_refusals(played: PolicyPlay) -> bool:
    return "refusals" in played.followed.tools


# Harm of warnings


def _count_honest_payments(played: PolicyPlay, of: Callable[[WarnedHonest], float]) -> Value:
    """A count of honest payments, as many as in life.

    Those to honest accounts are so many times as many beside the same crime. Those to accounts in gangs' hands are not: there
    are as many of these accounts as there is crime, and each has the customers and friends that its holder has.
    """
    if not _has_warnings(played):
        return Missing(_NO_WARNING)
    gangs, others = (of(played.truth.count_warned_honest(gangs)) for gangs in (True, False))
    return gangs + others * played.run.country.nation.size.density


def _count_warned_payments(played: PolicyPlay) -> Value:
    return _count_honest_payments(played, lambda found: float(found.payments))


def _sum_warned_baht(played: PolicyPlay) -> Value:
    return _count_honest_payments(played, lambda found: found.baht)


def _count_abandoned_payments(played: PolicyPlay) -> Value:
    return _count_honest_payments(played, lambda found: float(found.abandoned))


def _count_warnings_a_day(played: PolicyPlay) -> Value:
    """Accounts newly warned of, those in no gang's hands as many as in life."""
    if not _has_warnings(played):
        return Missing(_NO_WARNING)
    weights = (weigh_account(played, account) for account in played.truth.map_warned_accounts())
    return sum(weights) / ((played.end - played.start) / DAY)


def _compute_warning_precision(played: PolicyPlay) -> Value:
    """Of the accounts that payers were warned of, as many as in life, the share that had worked for a gang by then."""
    if not _has_warnings(played):
        return Missing(_NO_WARNING)
    warned = played.truth.map_warned_accounts()
    right = list(warned.values()).count(False)
    wrong = sum(weigh_account(played, account) for account, innocent in warned.items() if innocent)
    return _compute_share(right, right + wrong, "no payer was warned")


def _has_warnings(played: PolicyPlay) -> bool:
    return "warnings" in played.followed.tools


def _make_alert_measure(budgets: float, of: Callable[[Alerts], Value]) -> Callable[[PolicyPlay], Value]:
    def measure_play(played: PolicyPlay) -> Value:
        made = measure_alerts(played, budgets)
        return made if isinstance(made, Missing) else of(made)

    return measure_play


# How it was done


def _median_minutes_to_hold(played: PolicyPlay) -> Value:
    """The median over holds that bound stolen money, from the arrival of the report to the hold."""
    arrived = {report.record_id: report.received_at for report in played.reports}
    orders = {order.order_id: order for order in played.orders}
    waited = []
    for held in played.truth.list_holds():
        reports = orders[held.order_id].reports if held.order_id in orders else ()
        known = [arrived[name] for name in reports if name in arrived]
        if held.stolen and known:
            # From the first of its reports: a second one that came later makes nobody quicker.
            waited.append((held.start - min(known)) / MINUTE)
    return median(waited) if waited else Missing("nothing stolen was held")


def _share_right_orders(played: PolicyPlay) -> Value:
    """Of the account orders that were carried out, the share that bound stolen money."""
    holds = played.truth.list_holds()
    return _compute_share(sum(held.stolen > 0 for held in holds), len(holds), "nothing was held")


def _count_orders(played: PolicyPlay) -> Value:
    return float(len(played.truth.list_holds()))


VICTIMS = frozenset(MULE_TYPES[kind] for kind in police.VICTIMS)
"""Holders of mule accounts who are victims of crime themselves."""
_NO_WARNING = "the policy warns no payer"
_NO_LISTING = "the policy lists nobody"
METRICS = (
    Metric("money_stolen", "baht", False, _sum_stolen),
    Metric("money_reported", "baht", False, _sum_reported),
    Metric("money_saved", "baht", True, _sum_saved),
    Metric("money_held", "baht", True, _sum_held),
    Metric("money_returned", "baht", True, _sum_returned),
    Metric("money_gangs_keep", "baht", False, _sum_gangs_keep),
    Metric("days_to_return", "days", False, _median_days_to_return),
    Metric("money_never_sent", "baht", True, _sum_never_sent),
    Metric("innocent_hours", "hours", False, _sum_innocent_hours),
    Metric("innocents_held", "accounts", False, _count_innocents_held),
    Metric("victims_among_mules_held", "accounts", False, _count_victims_held),
    Metric("victims_among_mules_hours", "hours", False, _sum_victims_hours),
    Metric("median_hours_to_release", "hours", False, _median_hours_to_release),
    Metric("lost_sales", "baht", False, _sum_lost_sales),
    Metric("appeals_upheld", "appeals", True, _count_appeals_upheld),
    Metric("innocents_listed", "people", False, _count_innocent_listed),
    Metric("honest_payments_refused", "payments", False, _count_refused_payments),
    Metric("honest_baht_refused", "baht", False, _sum_refused_baht),
    Metric("honest_payments_warned", "payments", False, _count_warned_payments),
    Metric("honest_baht_warned", "baht", False, _sum_warned_baht),
    Metric("honest_payments_abandoned", "payments", False, _count_abandoned_payments),
    Metric("warnings_a_day", "accounts", False, _count_warnings_a_day),
    Metric("precision_of_warnings", "share", True, _compute_warning_precision),
    Metric("precision_at_budget", "share", True, _make_alert_measure(1, Alerts.compute_precision)),
    Metric("precision_at_ten_budgets", "share", True, _make_alert_measure(10, Alerts.compute_precision)),
    Metric("recall_in_time_at_ten", "share", True, _make_alert_measure(10, Alerts.compute_recall)),
    Metric("minutes_to_hold", "minutes", False, _median_minutes_to_hold),
    Metric("orders_carried_out", "orders", False, _count_orders),
    Metric("orders_that_bound", "share", True, _share_right_orders),
    Metric("trail_recall", "share", True, compute_trail_recall),
)  # fmt: skip
"""In the order in which they are shown."""
