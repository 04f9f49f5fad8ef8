"""No policy: a player who sees where every stolen satang lies at this moment, though not what comes.

The reports, the desk's queue and the banks' delays are the same as everybody's, and it too holds amounts alone and
only for victims who have reported. No bound either: it is greedy; what no policy exceeds says `evaluation.frontier`.
"""

from dataclasses import dataclass, field
from typing import ClassVar

from warroom.money.trace.holds import LEAST, worth
from warroom.money.trace.pace import half_leaves_in
from warroom_lab.evaluation.open_room import OpenRoom
from warroom_lab.evaluation.policies.queue import Queue, Wanted
from warroom_lab.evaluation.policy import Followed, Heard, Orders, Room, Suspects
from warroom_lab.world.drawing.columns import MINUTE


@dataclass
class Informed:
    """Holds what lies where, the most likely to be there still when the bank acts first."""

    name: ClassVar[str] = "informed"
    suspects_on_trails: ClassVar[bool] = True
    queue: Queue = field(default_factory=lambda: Queue("I"))
    reports: dict[int, str] = field(default_factory=dict)
    since: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)

    def wakes(self, now: int) -> int:
        return now + self.queue.tick

    def decide(self, room: Room, heard: Heard) -> Orders:
        assert isinstance(room, OpenRoom)
        for report in heard.reports:
            case = room.case_of(report.record_id)
            if case >= 0:
                self.reports.setdefault(case, report.record_id)
        return self.queue.orders(room, heard.answers, self._wanted(room))

    def _wanted(self, room: OpenRoom) -> list[Wanted]:
        """What may be held now; `since` remembers when money last arrived in each pot."""
        pots = {pot: amount for pot, amount in room.truth.free().items() if amount >= LEAST}
        before, self.since = (
            self.since,
            {pot: self._arrived(pot, amount, room.now) for pot, amount in pots.items()},
        )
        for (account, case), (amount, _) in self.since.items():
            # More than there was: what a bank did not find before may be there now, so it may be asked again.
            if case in self.reports and amount > before.get((account, case), (amount, 0))[0]:
                self.queue.absent.pop((account, self.reports[case]), None)
        found = []
        for (account, case), lies in pots.items():
            if case not in self.reports:
                continue
            key = account, self.reports[case]
            amount = lies - self.queue.sent_for(*key) - self.queue.absent.get(key, 0)
            if amount >= LEAST:
                minutes = half_leaves_in((room.now - self.since[account, case][1]) / MINUTE)
                value = worth(amount, minutes, self.queue.wait)
                found.append(Wanted(account, self.reports[case], amount, value))
        return found

    def _arrived(self, pot: tuple[int, int], amount: int, now: int) -> tuple[int, int]:
        before = self.since.get(pot)
        return (amount, now) if before is None or amount > before[0] else (amount, before[1])

    def suspects(self) -> Suspects:
        return Suspects()

    def followed(self, room: Room) -> Followed:
        return Followed(why_not="it sees where money lies and follows none")
