"""What one order did: the same orders on a twin of the country, once with it and once without."""

from typing import NamedTuple

from warroom.errors import WorldError
from warroom_lab.evaluation.background import CountryBackground
from warroom_lab.evaluation.missing import Missing
from warroom_lab.evaluation.play import PolicyPlay, replay_orders
from warroom_lab.evaluation.scores import ScoreFigure, compute_figures
from warroom_lab.world.crime.strategies import ADAPTING


class Twin(NamedTuple):
    """What an order added: baht saved and innocent hours, with it less without it."""

    order: str
    money_saved: float
    innocent_hours: float


def measure_twin(
    background: CountryBackground, played: PolicyPlay, order: str, gangs: str = ADAPTING
) -> Twin:
    """Leave an order (and what lifts it) out of a play; raises WorldError where it was never given."""
    if all(given_order.order_id != order for given_order in played.orders):
        raise WorldError(f"The policy {played.policy} gave no order '{order}'; name one it gave.")
    having = compute_figures(played)
    # The others' orders at their own moments, not the policy asked again: it would do something else instead,
    # and the difference would be of two policies.
    lacking = compute_figures(
        replay_orders(background, played.script, played.policy, without={order}, gangs=gangs)
    )
    return Twin(
        order, *(_subtract_figures(having[name], lacking[name]) for name in ("money_saved", "innocent_hours"))
    )


def _subtract_figures(one: ScoreFigure, other: ScoreFigure) -> float:
    return _get_number(one) - _get_number(other)


def _get_number(figure: ScoreFigure) -> float:
    return 0.0 if isinstance(figure.value, Missing) else figure.value
