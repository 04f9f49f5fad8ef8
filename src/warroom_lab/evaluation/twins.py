"""What one order did: the same orders on a twin of the country, once with it and once without."""

from typing import NamedTuple

from warroom.errors import WorldError
from warroom_lab.evaluation.background import Background
from warroom_lab.evaluation.missing import Missing
from warroom_lab.evaluation.play import Played, replay
from warroom_lab.evaluation.scores import Figure, score
from warroom_lab.world.crime.strategies import ADAPTING


class Twin(NamedTuple):
    """What an order added: baht saved and innocent hours, with it less without it."""

    order: str
    money_saved: float
    innocent_hours: float


def twin(background: Background, played: Played, order: str, gangs: str = ADAPTING) -> Twin:
    """Leave an order (and what lifts it) out of a play; raises WorldError where it was never given."""
    if all(each.order_id != order for each in played.orders):
        raise WorldError(f"The policy {played.policy} gave no order '{order}'; name one it gave.")
    having = score(played)
    # The others' orders at their own moments, not the policy asked anew: it would do something else instead,
    # and the difference would be of two policies.
    lacking = score(replay(background, played.script, played.policy, without={order}, gangs=gangs))
    return Twin(order, *(_less(having[name], lacking[name]) for name in ("money_saved", "innocent_hours")))


def _less(one: Figure, other: Figure) -> float:
    return _number(one) - _number(other)


def _number(figure: Figure) -> float:
    return 0.0 if isinstance(figure.value, Missing) else figure.value
