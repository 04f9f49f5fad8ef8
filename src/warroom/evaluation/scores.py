"""What one play is worth and what it cost: every figure by its name, or why there is none.

docs/explanation/scores.md has each formula.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from statistics import median

from warroom.evaluation.missing import Missing
from warroom.evaluation.play import Played
from warroom.evaluation.recall import trail_recall
from warroom.world.beside.connections import TRAVELLERS
from warroom.world.play.orders import Order
from warroom.world.play.truth import Held

HOUR = 3_600_000_000
MINUTE = 60_000_000
Value = float | Missing


@dataclass(frozen=True, slots=True)
class Metric:
    """A figure: its name, unit, whether more or less of it is better, and how it comes from a play."""

    name: str
    unit: str
    more: bool
    of: Callable[[Played], Value]


def score(played: Played) -> dict[str, Value]:
    """Every figure of one play."""
    return {metric.name: metric.of(played) for metric in METRICS}


def _share(part: float, whole: float, why_not: str) -> Value:
    return part / whole if whole else Missing(why_not)


def _saved(played: Played) -> Value:
    return float(played.truth.money()["saved"] / 100)


def _never_sent(played: Played) -> Value:
    """What victims who turned back at a payee warning would have paid."""
    # Beside what was saved and never in it: how many payers turn back at a warning is assumed.
    return float(played.truth.money()["never_sent"] / 100)


def _kept(played: Played) -> Value:
    """What victims have because of the room: never sent, or held and returnable."""
    money = played.truth.money()
    return float((money["saved"] + money["never_sent"]) / 100)


def _warning_precision(played: Played) -> Value:
    """Of the accounts that payers were warned of, the share that had worked for a gang by then."""
    warned = played.truth.warned()
    return _share(sum(1 for innocent in warned.values() if not innocent), len(warned), _NO_WARNING)


def _saved_share(played: Played) -> Value:
    money = played.truth.money()
    return _share(money["saved"], money["reported"], "nothing was reported")


def _held_share(played: Played) -> Value:
    """What holds and blocks bound of stolen money, whoever it was taken from, of what was reported."""
    money = played.truth.money()
    return _share(money["held"], money["reported"], "nothing was reported")


def share_held(held: Held, balance: int) -> float:
    """The share of its balance that a holder cannot use, in [0, 1]; a whole-account block counts 1."""
    if held.whole:
        return 1.0
    bound = held.stolen + held.own
    # At most all of it; of an empty account whatever is bound is all.
    return min(1.0, bound / balance) if balance > 0 else float(bound > 0)


def _innocent_hours(played: Played) -> Value:
    """Hours x share of the balance held, over every hold or block of an innocent holder."""
    total = 0.0
    for held in played.truth.holds():
        if held.innocent:
            share = share_held(held, played.truth.balance(held.account, held.start))
            total += (held.end - held.start) / HOUR * share
    return total


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


def _precision(played: Played) -> Value:
    """Of the account orders that the day's budget of the desk carried out, the share that bound stolen money."""
    holds = played.truth.holds()
    right = sum(1 for held in holds if held.stolen > 0)
    return _share(right, len(holds), "nothing was held")


def _innocents_per_mule(played: Played) -> Value:
    holds = played.truth.holds()
    innocent = {held.account for held in holds if held.innocent}
    mules = {held.account for held in holds if not held.innocent}
    return _share(len(innocent), len(mules), "no mule account was held")


def _hours_to_release(played: Played) -> Value:
    """The median over holds of innocent holders that ended."""
    ended = [
        (held.end - held.start) / HOUR
        for held in played.truth.holds()
        if held.innocent and held.end < played.end
    ]
    # Missing and not 0, which would read as let go at once.
    return median(ended) if ended else Missing("no innocent holder was held and let go")


def _innocents_held(played: Played) -> Value:
    return float(len({held.account for held in played.truth.holds() if held.innocent}))


def _orders(played: Played) -> Value:
    return float(len(played.truth.holds()))


def _needs(kinds: Collection[str], of: Callable[[Played], Value], why_not: str) -> Callable[[Played], Value]:
    """A figure that only orders of some kinds can move: null where none was given."""

    def value(played: Played) -> Value:
        # Not 0: it would read as a policy that cut and harmed nobody, where it never cut.
        if not any(order.kind in kinds for order in played.orders):
            return Missing(why_not)
        return of(played)

    return value


def _side(name: str) -> Callable[[Played], Value]:
    return lambda played: float(getattr(played.sides, name))


def _for_people(order: Order) -> bool:
    """Whether an order may help people beside keeping their money: a payee warning does not."""
    return order.kind in ("screening", "arrest") or (order.kind == "warning" and order.subject >= TRAVELLERS)


def _people_helped(played: Played) -> Value:
    """Beside travellers and recruits, holders of accounts in gangs' hands whom a screening met as victims."""
    if not any(map(_for_people, played.orders)):
        return Missing("the policy orders no screening, warning of travellers or arrest")
    return float(played.sides.people_helped + played.truth.charges()["met"])


def _wrongly_charged(played: Played) -> Value:
    """Holders and travellers alike, also those who were freed later."""
    return float(played.sides.wrongly_charged + played.truth.charges()["wrongly"])


def _organisers(played: Played) -> Value:
    return float(played.truth.organisers_charged())


def _displacement(day: int) -> Callable[[Played], Value]:
    def value(played: Played) -> Value:
        if not played.orders:
            return Missing("the policy gives no order")
        if played.long is None:
            return Missing("the country was not played on to day 180")
        found = played.long.displacement(day)
        return Missing("gangs lost too little for adapting to bring it back") if found is None else found

    return value


_NO_WARNING = "the policy warns no payer"
_NO_CUT = "the policy orders no cut"
_NO_ARREST = "the policy orders no arrest"
METRICS = (
    Metric("money_saved_share", "share", True, _saved_share),
    Metric("money_saved", "baht", True, _saved),
    Metric("money_held_share", "share", True, _held_share),
    Metric("money_never_sent", "baht", True, _needs(("warning",), _never_sent, _NO_WARNING)),
    Metric("money_kept", "baht", True, _kept),
    Metric("innocent_hours", "hours", False, _innocent_hours),
    Metric("innocents_held", "accounts", False, _innocents_held),
    Metric("innocents_per_mule", "accounts", False, _innocents_per_mule),
    Metric("median_hours_to_release", "hours", False, _hours_to_release),
    Metric("minutes_to_hold", "minutes", False, _minutes_to_hold),
    Metric("precision_at_budget", "share", True, _precision),
    Metric("precision_of_warnings", "share", True, _needs(("warning",), _warning_precision, _NO_WARNING)),
    Metric("orders_carried_out", "orders", True, _orders),
    Metric("trail_recall", "share", True, trail_recall),
    Metric("people_helped", "people", True, _people_helped),
    Metric("wrongly_charged", "people", False, _needs(("arrest",), _wrongly_charged, _NO_ARREST)),
    Metric("organisers_reached", "people", True, _needs(("arrest",), _organisers, _NO_ARREST)),
    Metric("civilian_mwh_denied", "MWh", False, _needs(("cut",), _side("civilian_mwh_denied"), _NO_CUT)),
    Metric("site_mwh_denied", "MWh", True, _needs(("cut",), _side("site_mwh_denied"), _NO_CUT)),
    Metric("clinic_hours_denied", "hours", False, _needs(("cut",), _side("clinic_hours"), _NO_CUT)),
    *(Metric(f"displacement_{days}", "share", False, _displacement(days)) for days in (30, 90, 180)),
)  # fmt: skip
"""In the order in which they are shown."""
