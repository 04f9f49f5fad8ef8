"""What both practices have in common: reports are followed in rounds as they come, and orders go out along the trail."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import ClassVar

from warroom.money.trail import Method, Trail
from warroom_lab.evaluation.cases import FollowedCase, FollowedCases
from warroom_lab.evaluation.policy import FollowedTrails, Orders, PolicyRoom, RoomNews, Suspects
from warroom_lab.evaluation.shares import SignalName
from warroom_lab.world.drawing.columns import DAY, HOUR
from warroom_lab.world.play.orders import CountryOrder, OrderKind


@dataclass
class PracticePolicy(ABC):
    """Orders along the trail of each report, the newest report first. Nobody weighs what speaks for a holder: holders of all
    accounts on a trail are listed, and a bank's suspicion alone is enough.

    `rounds`: how long after a report it is followed, microseconds; `lasts`: until an order ends.
    """

    suspects_on_trails: ClassVar[bool] = False
    lists_suspects: ClassVar[bool] = True
    signal: ClassVar[SignalName] = "model"
    name: ClassVar[str]
    method: ClassVar[Method]
    rounds: ClassVar[tuple[int, ...]]
    kind: ClassVar[OrderKind]
    letter: ClassVar[str]
    lasts: ClassVar[int]
    cases: FollowedCases = field(init=False)
    since: dict[str, int] = field(default_factory=dict)
    done: dict[str, int] = field(default_factory=dict)
    count: int = 0
    _named: list[tuple[int, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.cases = FollowedCases(self.method)

    def get_wake_time(self, now: int) -> int:
        due = [
            at + self.rounds[self.done[name]] for name, at in self.since.items() if self._has_round_left(name)
        ]
        return min([now + HOUR, *(max(now, moment) for moment in due)])

    def _has_round_left(self, name: str) -> bool:
        return name in self.cases.open and self.done[name] < len(self.rounds)

    def decide_orders(self, room: PolicyRoom, heard: RoomNews) -> Orders:
        self.cases.update_cases(room, heard)
        give: list[CountryOrder] = []
        for case in list(self.cases.open.values()):
            if not case.names:
                continue
            began = self.since.setdefault(case.report, room.now)
            turn = self.done.setdefault(case.report, 0)
            if turn < len(self.rounds) and room.now >= began + self.rounds[turn]:
                self.done[case.report] = turn + 1
                trail = self.cases.trace_case(case, room)
                give += self._iter_orders(case, trail, room) if trail is not None else ()
        return Orders(give)

    def _iter_orders(self, case: FollowedCase, trail: Trail, room: PolicyRoom) -> Iterator[CountryOrder]:
        on_trail = sorted((on for on in trail.accounts if not on.victim), key=lambda on: on.first_arrival)
        self._named += [
            (self.cases.find_account_number(room.records, on.account), case.report) for on in on_trail
        ]
        for place, account, amount in self._iter_wanted_holds(case, trail, room):
            self.count += 1
            yield CountryOrder(
                order_id=f"{self.letter}{self.count:06d}",
                kind=self.kind,
                time=room.now,
                subject=account,
                amount=amount,
                until=room.now + self.lasts,
                # The newest report first, and within it from the beginning of the trail on.
                priority=room.now / DAY - place * 1e-6,
                reports=(case.report,),
            )

    @abstractmethod
    def _iter_wanted_holds(
        self, case: FollowedCase, trail: Trail, room: PolicyRoom
    ) -> Iterator[tuple[int, int, int]]:
        """Its place on the trail, the account, and satang (0 for all of it) of each order to give."""

    def take_suspects(self) -> Suspects:
        named, self._named = self._named, []
        return Suspects(named)

    def collect_followed_trails(self, room: PolicyRoom) -> FollowedTrails:
        return self.cases.collect_followed_trails(room)
