"""How much of what victims reported practice held in time: a quantity with a published band."""

from dataclasses import dataclass, field

from warroom_lab.evaluation.background import build_background
from warroom_lab.evaluation.play import PolicyPlay, play_policy
from warroom_lab.evaluation.policies.practice_2025 import Practice2025
from warroom_lab.evaluation.policy import Orders, PolicyRoom, RoomNews
from warroom_lab.world.drawing.columns import DAY, MINUTE
from warroom_lab.world.population.country import Country

PATIENCE = DAY
"""A payment that no record shows a day after it was reported has a wrong number: every bank's records are in by then."""


@dataclass
class Brief(Practice2025):
    """practice-2025, which looks into the records only where somebody reported something that is not found yet.

    It follows every report once; anyone who wakes it in between finds it with nothing to do. It gives the same orders.
    """

    asked: dict[str, int] = field(default_factory=dict)

    def decide_orders(self, room: PolicyRoom, heard: RoomNews) -> Orders:
        self.asked.update({report.record_id: room.now for report in heard.reports})
        waiting = any(
            since > room.now - PATIENCE and report in self.cases.open and report not in self.done
            for report, since in self.asked.items()
        )
        return super().decide_orders(room, heard) if heard.reports or waiting else Orders([])


@dataclass(frozen=True)
class FrozenMoney:
    """Satang by case: stolen money that practice holds at the end, and what those who reported had lost; by account, the
    stolen money that was bound there; and by measure, the minutes from its report to the bank's act.

    `victims`: of every case in which something was paid, whether any of it was given back in the end.
    """

    held: dict[int, int]
    lost: dict[int, int]
    accounts: dict[int, int]
    minutes: list[float]
    victims: dict[int, bool]


def measure_frozen(country: Country) -> FrozenMoney:
    """What practice-2025 froze of one country's crime."""
    played = play_policy(build_background(country), Brief())
    truth = played.truth
    accounts: dict[int, int] = {}
    for hold in truth.list_holds():
        accounts[hold.account] = max(accounts.get(hold.account, 0), hold.stolen)
    back = truth.find_returned_money().cases
    victims = {case: case in back for case in truth.sum_losses()}
    return FrozenMoney(
        truth.sum_held(), truth.sum_reported(), accounts, _measure_block_minutes(played), victims
    )


def _measure_block_minutes(played: PolicyPlay) -> list[float]:
    """From the arrival of the report that a block serves to the moment the bank acted, of every block."""
    arrived = {report.record_id: report.received_at for report in played.reports}
    serves = {order.order_id: order.reports for order in played.orders}
    return [
        (held.start - min(arrived[name] for name in serves[held.order_id])) / MINUTE
        for held in played.truth.list_holds()
        if serves.get(held.order_id)
    ]
