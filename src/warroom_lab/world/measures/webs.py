"""Takedowns: a page or a name goes, and the gang opens another after a delay."""

from dataclasses import dataclass, field

from warroom_lab.world.beside.planned import SidePlan
from warroom_lab.world.drawing.columns import DAY
from warroom_lab.world.jobs import adverts as posts
from warroom_lab.world.jobs.adverts import PostedAdvert
from warroom_lab.world.jobs.domains import Domain
from warroom_lab.world.jobs.pages import LAST_DAY, JobPage, PageHabit, count_slots
from warroom_lab.world.measures.steps import FOREVER, Span, StepFunction, is_inside_spans


@dataclass
class Webs:
    """Pages and names under one policy. `honest`: honest pages and names taken down, with when."""

    sides: SidePlan
    adapts: bool
    runs: dict[tuple[int, int], list[JobPage]] = field(default_factory=dict)
    honest: dict[int, int] = field(default_factory=dict)
    gaps: dict[tuple[int, int], list[Span]] = field(default_factory=dict)
    names: dict[int, list[tuple[Domain, int]]] = field(default_factory=dict)

    def get_pages(self, gang: int, slot: int) -> list[JobPage]:
        """A slot's pages as they really come and go."""
        return self.runs.get((gang, slot), self.sides.pages[gang, slot])

    def find_standing_page(self, number: int, time: int) -> JobPage | None:
        """The page of this number if it stands at a time."""
        found = [
            page
            for page in self._list_all_pages()
            if page.number == number and page.opened <= time < page.closed
        ]
        return found[0] if found and number not in self.honest else None

    def _list_all_pages(self) -> list[JobPage]:
        gangs = [page for pair in self.sides.pages for page in self.get_pages(*pair)]
        return [*self.sides.honest_pages, *gangs]

    def take_down_page(self, page: JobPage, time: int) -> list[JobPage]:
        """Close a page; returns the pages that follow it now."""
        if page.gang < 0:
            self.honest[page.number] = time
            return []
        habit = PageHabit(self.sides.seed, page.gang, page.slot, self.sides.start)
        old = self.get_pages(page.gang, page.slot)
        place = next(at for at, old_page in enumerate(old) if old_page.number == page.number)
        shut = JobPage(page.number, page.opened, time, page.gang, page.slot, page.generation)
        rest = habit.list_pages(habit.make_next_page(shut)) if self.adapts else []
        gap = (time, rest[0].opened if rest else FOREVER)
        self.gaps.setdefault((page.gang, page.slot), []).append(gap)
        self.runs[page.gang, page.slot] = [*old[:place], shut, *rest]
        return rest

    def take_down_name(self, domain: Domain, time: int) -> None:
        """A name stops resolving; what the gang registered later comes in its place."""
        self.names.setdefault(domain.gang, []).append((domain, time))

    def is_never_posted(self, advert: PostedAdvert) -> bool:
        """Whether a planned advert was never posted, because its page had gone before."""
        page = advert.page
        if page.gang < 0:
            return self.honest.get(page.number, advert.time) < advert.time
        run = self.runs.get((page.gang, page.slot))
        if run is None:
            return False
        return not any(
            run_page.number == page.number and run_page.opened <= advert.time < run_page.closed
            for run_page in run
        )

    def list_posted_adverts(self, gang: int, slot: int, first: int, last: int) -> list[PostedAdvert]:
        """What a slot's real pages post between two moments."""
        end = self.sides.start + LAST_DAY * DAY
        return [
            advert
            for page in self.get_pages(gang, slot)
            if page.opened < last and page.closed > first
            for advert in posts.make_lures(self.sides.seed, page, end)
            if first <= advert.time < last
        ]

    def compute_page_share(self, gang: int) -> StepFunction:
        """Share of a gang's pages that orders have left standing: one is missing until the next opens."""
        own = [span for (whose, _), spans in self.gaps.items() if whose == gang for span in spans]
        moments = [moment for span in own for moment in span]
        return StepFunction.from_function(
            moments, lambda time: 1.0 - sum(is_inside_spans([span], time) for span in own) / count_slots()
        )

    def compute_name_share(self, gang: int) -> StepFunction:
        """Share of a gang's names that resolve."""
        lost = self.names.get(gang, [])
        own = [own_domain for own_domain in self.sides.domains if own_domain.gang == gang]
        moments = {m for domain, time in lost for m in (time, domain.removed)}

        def compute_share(time: int) -> float:
            live = sum(own_domain.seen <= time < own_domain.removed for own_domain in own)
            gone = sum(is_inside_spans([(cut, domain.removed)], time) for domain, cut in lost)
            return 1.0 - gone / live if live else 1.0

        return StepFunction.from_function(moments, compute_share)
