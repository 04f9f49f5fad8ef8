"""Takedowns: a page or a name goes, and the gang opens another after a delay."""

from dataclasses import dataclass, field

from warroom_lab.world.beside.planned import Sides
from warroom_lab.world.drawing.columns import DAY
from warroom_lab.world.jobs import adverts as posts
from warroom_lab.world.jobs.adverts import Advert
from warroom_lab.world.jobs.domains import Domain
from warroom_lab.world.jobs.pages import LAST_DAY, Habit, Page, slots
from warroom_lab.world.measures.steps import FOREVER, Span, Steps, inside


@dataclass
class Webs:
    """Pages and names under one policy. `honest`: honest pages and names taken down, with when."""

    sides: Sides
    adapts: bool
    runs: dict[tuple[int, int], list[Page]] = field(default_factory=dict)
    honest: dict[int, int] = field(default_factory=dict)
    gaps: dict[tuple[int, int], list[Span]] = field(default_factory=dict)
    names: dict[int, list[tuple[Domain, int]]] = field(default_factory=dict)

    def pages(self, gang: int, slot: int) -> list[Page]:
        """A slot's pages as they really come and go."""
        return self.runs.get((gang, slot), self.sides.pages[gang, slot])

    def standing(self, number: int, time: int) -> Page | None:
        """The page of this number if it stands at a time."""
        found = [page for page in self._all() if page.number == number and page.opened <= time < page.closed]
        return found[0] if found and number not in self.honest else None

    def _all(self) -> list[Page]:
        gangs = [page for pair in self.sides.pages for page in self.pages(*pair)]
        return [*self.sides.honest_pages, *gangs]

    def take_down(self, page: Page, time: int) -> list[Page]:
        """Close a page; returns the pages that follow it now."""
        if page.gang < 0:
            self.honest[page.number] = time
            return []
        habit = Habit(self.sides.seed, page.gang, page.slot, self.sides.start)
        old = self.pages(page.gang, page.slot)
        place = next(at for at, each in enumerate(old) if each.number == page.number)
        shut = Page(page.number, page.opened, time, page.gang, page.slot, page.generation)
        rest = habit.run(habit.follow(shut)) if self.adapts else []
        gap = (time, rest[0].opened if rest else FOREVER)
        self.gaps.setdefault((page.gang, page.slot), []).append(gap)
        self.runs[page.gang, page.slot] = [*old[:place], shut, *rest]
        return rest

    def take_name(self, domain: Domain, time: int) -> None:
        """A name stops resolving; what the gang registered later comes in its place."""
        self.names.setdefault(domain.gang, []).append((domain, time))

    def gone(self, advert: Advert) -> bool:
        """Whether a planned advert was never posted, because its page had gone before."""
        page = advert.page
        if page.gang < 0:
            return self.honest.get(page.number, advert.time) < advert.time
        run = self.runs.get((page.gang, page.slot))
        if run is None:
            return False
        return not any(
            each.number == page.number and each.opened <= advert.time < each.closed for each in run
        )

    def posted(self, gang: int, slot: int, first: int, last: int) -> list[Advert]:
        """What a slot's real pages post between two moments."""
        end = self.sides.start + LAST_DAY * DAY
        return [
            advert
            for page in self.pages(gang, slot)
            if page.opened < last and page.closed > first
            for advert in posts.lures(self.sides.seed, page, end)
            if first <= advert.time < last
        ]

    def share(self, gang: int) -> Steps:
        """Share of a gang's pages that orders have left standing: one is missing until the next opens."""
        own = [span for (whose, _), spans in self.gaps.items() if whose == gang for span in spans]
        moments = [moment for span in own for moment in span]
        return Steps.of(moments, lambda time: 1.0 - sum(inside([span], time) for span in own) / slots())

    def named(self, gang: int) -> Steps:
        """Share of a gang's names that resolve."""
        lost = self.names.get(gang, [])
        own = [each for each in self.sides.domains if each.gang == gang]
        moments = {m for domain, time in lost for m in (time, domain.removed)}

        def value(time: int) -> float:
            live = sum(each.seen <= time < each.removed for each in own)
            gone = sum(inside([(cut, domain.removed)], time) for domain, cut in lost)
            return 1.0 - gone / live if live else 1.0

        return Steps.of(moments, value)
