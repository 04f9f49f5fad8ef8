"""The country as it is played: it lives in memory, and played again with the same orders it is the same."""

from collections.abc import Sequence
from dataclasses import dataclass

from warroom_lab.demo.arrivals import Arrivals
from warroom_lab.demo.journal import Entry
from warroom_lab.demo.plan import Plan
from warroom_lab.demo.surroundings import Surroundings
from warroom_lab.world.crime.reports import Report
from warroom_lab.world.drawing.columns import Array, Transfers
from warroom_lab.world.play.orders import Answer
from warroom_lab.world.play.run import Run
from warroom_lab.world.population.country import found


@dataclass(frozen=True)
class Arrived:
    """What reached the room in a span of time: payments with their arrival, and reports."""

    rows: Transfers
    arrival: Array
    reports: tuple[Report, ...]


class Stage:
    """The country of a plan and one play of it. Times in microseconds UTC."""

    def __init__(self, plan: Plan) -> None:
        self.country = found(plan.size, plan.seed)
        self.run = Run(self.country)
        self.around = Surroundings(self.country.sides)
        self._arrivals = Arrivals(self.country)
        self._reports: list[Report] = []
        self._answers: list[Answer] = []
        # Founding asked for every day; a play asks for one or two at a time, and `Arrivals` has those.
        self.country.forget_days()

    @classmethod
    def replayed(cls, plan: Plan, entries: Sequence[Entry], until: int) -> "Stage":
        """The country as it was at `until`, when the room had ordered this."""
        stage = cls(plan)
        for entry in entries:
            if entry.time <= until:
                stage.obey(entry)
        stage.advance(until)
        return stage

    def advance(self, until: int) -> None:
        """Play on to `until`; what comes in waits to be fetched."""
        if until <= self.run.now:
            return
        news = self.run.advance(until)
        self._arrivals.add(news.transfers, news.received)
        self._reports += news.reports
        self._answers += news.answers

    def obey(self, entry: Entry) -> None:
        """Play on to the moment of these orders, and put them on the desk's queue."""
        self.advance(entry.time)
        self.run.obey(entry.orders)

    def arrived(self, after: int, until: int) -> Arrived:
        """What reached the room later than `after` and by `until`; what came before is let go."""
        rows, arrival = self._arrivals.between(after, until)
        here = [one for one in self._reports if after < one.received_at <= until]
        self._reports = [one for one in self._reports if one.received_at > until]
        return Arrived(rows, arrival, tuple(sorted(here, key=lambda one: (one.received_at, one.record_id))))

    def answers(self) -> list[Answer]:
        """What partners answered since this was last asked, by time."""
        found_, self._answers = self._answers, []
        # By order and status at equal moments: played again, the same answers come in the same order.
        return sorted(found_, key=lambda one: (one.time, one.order_id, one.status))
