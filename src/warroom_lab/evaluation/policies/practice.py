"""What both practices have in common: reports are followed in rounds as they come, and orders go out along the trail."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import ClassVar

from warroom.money.trail import Method, Trail
from warroom_lab.evaluation.cases import Case, Cases
from warroom_lab.evaluation.policy import Followed, Heard, Orders, Room, Suspects
from warroom_lab.world.drawing.columns import DAY, HOUR
from warroom_lab.world.play.orders import Order, OrderKind


@dataclass
class Practice(ABC):
    """Orders along the trail of each report, the newest report first. Nobody weighs what speaks for a holder: holders of all
    accounts on a trail are listed, and a bank's suspicion alone is enough.

    `rounds`: how long after a report it is followed, microseconds; `lasts`: until an order ends.
    """

    suspects_on_trails: ClassVar[bool] = False
    name: ClassVar[str]
    method: ClassVar[Method]
    rounds: ClassVar[tuple[int, ...]]
    kind: ClassVar[OrderKind]
    letter: ClassVar[str]
    lasts: ClassVar[int]
    cases: Cases = field(init=False)
    since: dict[str, int] = field(default_factory=dict)
    done: dict[str, int] = field(default_factory=dict)
    count: int = 0
    _named: list[tuple[int, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.cases = Cases(self.method)

    def wakes(self, now: int) -> int:
        due = [at + self.rounds[self.done[name]] for name, at in self.since.items() if self._goes_on(name)]
        return min([now + HOUR, *(max(now, moment) for moment in due)])

    def _goes_on(self, name: str) -> bool:
        return name in self.cases.open and self.done[name] < len(self.rounds)

    def decide(self, room: Room, heard: Heard) -> Orders:
        self.cases.hear(room, heard)
        give: list[Order] = []
        for case in list(self.cases.open.values()):
            if not case.names:
                continue
            began = self.since.setdefault(case.report, room.now)
            turn = self.done.setdefault(case.report, 0)
            if turn < len(self.rounds) and room.now >= began + self.rounds[turn]:
                self.done[case.report] = turn + 1
                trail = self.cases.follow(case, room)
                give += self._orders(case, trail, room) if trail is not None else ()
        return Orders(give)

    def _orders(self, case: Case, trail: Trail, room: Room) -> Iterator[Order]:
        on_trail = sorted((on for on in trail.accounts if not on.victim), key=lambda on: on.first_arrival)
        self._named += [(self.cases.number(room.records, on.account), case.report) for on in on_trail]
        for place, account, amount in self._wanted(case, trail, room):
            self.count += 1
            yield Order(
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
    def _wanted(self, case: Case, trail: Trail, room: Room) -> Iterator[tuple[int, int, int]]:
        """Its place on the trail, the account, and satang (0 for all of it) of each order to give."""

    def suspects(self) -> Suspects:
        named, self._named = self._named, []
        return Suspects(named)

    def followed(self, room: Room) -> Followed:
        return self.cases.found(room)
