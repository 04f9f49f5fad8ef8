"""No policy: a player who sees where every stolen satang lies at this moment, though not what comes.

The reports, the desk's queue and the banks' delays are the same as everybody's, and it too holds amounts alone and
only for victims who have reported. No bound either: it is greedy.
"""

from dataclasses import dataclass, field
from typing import ClassVar

from warroom.money.trace.holds import LEAST, estimate_amount_after
from warroom.money.trace.pace import estimate_half_life
from warroom_lab.evaluation.open_room import OpenRoom
from warroom_lab.evaluation.policies.queue import HoldQueue, WantedHold
from warroom_lab.evaluation.policy import FollowedTrails, Orders, PolicyRoom, RoomNews, Suspects
from warroom_lab.evaluation.shares import SignalName
from warroom_lab.world.drawing.columns import MINUTE


@dataclass
class Informed:
    """Holds what lies where, the most likely to be there still when the bank acts first."""

    name: ClassVar[str] = "informed"
    suspects_on_trails: ClassVar[bool] = True
    lists_suspects: ClassVar[bool] = False
    signal: ClassVar[SignalName] = "model"
    queue: HoldQueue = field(default_factory=lambda: HoldQueue("I"))
    reports: dict[int, str] = field(default_factory=dict)
    since: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)

    def get_wake_time(self, now: int) -> int:
        return now + self.queue.tick

    def decide_orders(self, room: PolicyRoom, heard: RoomNews) -> Orders:
        assert isinstance(room, OpenRoom)
        for report in heard.reports:
            case = room.get_true_case(report.record_id)
            if case >= 0:
                self.reports.setdefault(case, report.record_id)
        return self.queue.make_orders(room, heard.answers, self._list_wanted_holds(room))

    def _list_wanted_holds(self, room: OpenRoom) -> list[WantedHold]:
        """What may be held now; `since` remembers when money last arrived in each pot."""
        pots = {pot: amount for pot, amount in room.truth.sum_free_pots().items() if amount >= LEAST}
        before, self.since = (
            self.since,
            {pot: self._update_arrival(pot, amount, room.now) for pot, amount in pots.items()},
        )
        for (account, case), (amount, _) in self.since.items():
            # More than there was: what a bank did not find before may be there now, so it may be asked again.
            if case in self.reports and amount > before.get((account, case), (amount, 0))[0]:
                self.queue.absent.pop((account, self.reports[case]), None)
        wanted = []
        for (account, case), lies in pots.items():
            if case not in self.reports:
                continue
            key = account, self.reports[case]
            amount = lies - self.queue.sum_sent_for_report(*key) - self.queue.absent.get(key, 0)
            if amount >= LEAST:
                minutes = estimate_half_life((room.now - self.since[account, case][1]) / MINUTE)
                value = estimate_amount_after(amount, minutes, self.queue.wait)
                wanted.append(WantedHold(account, self.reports[case], amount, value))
        return wanted

    def _update_arrival(self, pot: tuple[int, int], amount: int, now: int) -> tuple[int, int]:
        before = self.since.get(pot)
        return (amount, now) if before is None or amount > before[0] else (amount, before[1])

    def take_suspects(self) -> Suspects:
        return Suspects()

    def collect_followed_trails(self, room: PolicyRoom) -> FollowedTrails:
        return FollowedTrails(why_not="it sees where money lies and follows none")
