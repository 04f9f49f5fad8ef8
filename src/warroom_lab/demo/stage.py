"""The country as it is played: it lives in memory, and played again with the same orders it is the same."""

from collections.abc import Sequence
from dataclasses import dataclass

from warroom_lab.demo.arrivals import Arrivals
from warroom_lab.demo.journal import OrderEntry
from warroom_lab.demo.plan import ExercisePlan
from warroom_lab.demo.surroundings import Surroundings
from warroom_lab.world.crime.reports import CountryReport
from warroom_lab.world.drawing.columns import Array, TransferColumns
from warroom_lab.world.play.orders import CountryAnswer
from warroom_lab.world.play.run import CountryRun
from warroom_lab.world.population.country import plan_country


@dataclass(frozen=True)
class StageArrivals:
    """What reached the room in a span of time: payments with their arrival, and reports."""

    rows: TransferColumns
    arrival: Array
    reports: tuple[CountryReport, ...]


class CountryStage:
    """The country of a plan and one play of it. Times in microseconds UTC."""

    def __init__(self, plan: ExercisePlan) -> None:
        self.country = plan_country(plan.size, plan.seed)
        self.run = CountryRun(self.country)
        self.around = Surroundings(self.country.sides)
        self._arrivals = Arrivals(self.country)
        self._reports: list[CountryReport] = []
        self._answers: list[CountryAnswer] = []
        # Founding asked for every day; a play asks for one or two at a time, and `Arrivals` has those.
        self.country.forget_days()

    @classmethod
    def from_journal(cls, plan: ExercisePlan, entries: Sequence[OrderEntry], until: int) -> "CountryStage":
        """The country as it was at `until`, when the room had ordered this."""
        stage = cls(plan)
        for entry in entries:
            if entry.time <= until:
                stage.queue_entry(entry)
        stage.advance_to(until)
        return stage

    def advance_to(self, until: int) -> None:
        """Play on to `until`; what comes in waits to be fetched."""
        if until <= self.run.now:
            return
        news = self.run.advance_to(until)
        self._arrivals.add_crime_payments(news.transfers, news.received)
        self._reports += news.reports
        self._answers += news.answers

    def queue_entry(self, entry: OrderEntry) -> None:
        """Play on to the moment of these orders, and put them on the desk's queue."""
        self.advance_to(entry.time)
        self.run.queue_orders(entry.orders)

    def take_arrivals(self, after: int, until: int) -> StageArrivals:
        """What reached the room later than `after` and by `until`; what came before is let go."""
        rows, arrival = self._arrivals.take_arrivals_between(after, until)
        here = [one for one in self._reports if after < one.received_at <= until]
        self._reports = [one for one in self._reports if one.received_at > until]
        return StageArrivals(
            rows, arrival, tuple(sorted(here, key=lambda one: (one.received_at, one.record_id)))
        )

    def take_answers(self) -> list[CountryAnswer]:
        """What partners answered since this was last asked, by time."""
        found_, self._answers = self._answers, []
        # By order and status at equal moments: played again, the same answers come in the same order.
        return sorted(found_, key=lambda one: (one.time, one.order_id, one.status))
