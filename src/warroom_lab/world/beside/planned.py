"""Everything beside money as it would go if nobody acted: planned from the seed alone, the same for every policy."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from warroom_lab.world.custody import people as custody
from warroom_lab.world.custody.people import HeldPerson
from warroom_lab.world.drawing.columns import DAY, Array, ColumnTable
from warroom_lab.world.drawing.params import get_number
from warroom_lab.world.drawing.rows import TablePart
from warroom_lab.world.drawing.sizes import Size
from warroom_lab.world.jobs import adverts as posts
from warroom_lab.world.jobs import companies as firms
from warroom_lab.world.jobs import domains as names
from warroom_lab.world.jobs.adverts import PostedAdvert
from warroom_lab.world.jobs.domains import Domain
from warroom_lab.world.jobs.pages import LAST_DAY, JobPage, PageHabit, count_slots, make_honest_pages
from warroom_lab.world.sites import plan as sites
from warroom_lab.world.sites.plan import CountryPlaces
from warroom_lab.world.telephony import plan as telephony
from warroom_lab.world.telephony.plan import Telephony
from warroom_lab.world.travel import recruits
from warroom_lab.world.travel.recruits import Recruit

if TYPE_CHECKING:
    from warroom_lab.world.population.nation import Nation

__all__ = ["Contacts", "Gang", "SidePlan", "TablePart", "plan_sides"]


@dataclass(frozen=True, slots=True)
class Gang:
    """A syndicate as far as this package needs it. `site`: the number of the site it works from.

    `fronts`: its companies' holder numbers, each with the time it was founded.
    """

    number: int
    site: int
    staff: int = 300
    fronts: tuple[tuple[int, int], ...] = ()


@dataclass
class Contacts(ColumnTable):
    """First contacts of planned cases, one row a case, for the calls and messages that precede a payment."""

    time: Array  # int64, when the gang first called or wrote
    holder: Array  # int32, the victim's holder number
    gang: Array  # int32
    medium: Array  # uint8: 0 call, 1 message, 2 advert, 3 page

    def select_by_medium(self, medium: int) -> tuple[Array, Array, Array]:
        """Time, holder and gang of those that began by one medium."""
        rows = np.flatnonzero(self.medium == medium)
        return self.time[rows], self.holder[rows], self.gang[rows]


@dataclass
class SidePlan:
    """All that is planned beside money; nothing in it has been acted on."""

    nation: "Nation"
    gangs: tuple[Gang, ...]
    contacts: Contacts
    places: CountryPlaces
    phones: Telephony
    honest_pages: list[JobPage]
    pages: dict[tuple[int, int], list[JobPage]]  # by gang and slot, one after the other
    domains: list[Domain]
    adverts: list[PostedAdvert]  # by time, gangs' up to the last day
    write: posts.AdvertWriter
    companies: firms.Companies
    recruits: list[Recruit]
    people: dict[int, HeldPerson]

    @property
    def size(self) -> Size:
        """The country's size."""
        return self.nation.size

    @property
    def seed(self) -> int:
        """The country's seed."""
        return self.nation.seed

    @property
    def start(self) -> int:
        """Midnight of day 0, microseconds."""
        return self.nation.start

    @property
    def end(self) -> int:
        """Midnight after the last day of full life, microseconds."""
        return self.start + self.size.days * DAY

    @cached_property
    def borders(self) -> Array:
        """Where each gang's site lies: a position in places.BORDER, -1 in the country."""
        return np.array([self._find_border(gang) for gang in self.gangs], np.int64)

    def _find_border(self, gang: Gang) -> int:
        from warroom.sites.provinces import BORDER

        town = self.places.towns[int(self.places.premises.feeder[self.places.first[gang.site]])]
        return BORDER.index(town.province) if town.abroad else -1


def plan_sides(nation: "Nation", gangs: Sequence[Gang], contacts: Contacts | None = None) -> SidePlan:
    """Plan everything beside money for a nation and its gangs (numbered 0, 1, ... in order)."""
    seed, start, size = nation.seed, nation.start, nation.size
    contacts = contacts or Contacts(*(np.zeros(0, kind) for kind in ("i8", "i4", "i4", "u1")))
    places = sites.plan_places(nation, max((gang.site for gang in gangs), default=0) + 1)
    daily = max(2.0, get_number("jobs", "honest_adverts_day") * size.fraction)
    honest_pages = make_honest_pages(seed, start, max(6, round(daily * 2)))
    count = max(20, round(get_number("jobs", "honest_domains") * size.fraction))
    domains = names.make_honest_domains(seed, start, count)
    pages = {
        (gang, slot): PageHabit(seed, gang, slot, start).list_pages()
        for gang in range(len(gangs))
        for slot in range(count_slots())
    }
    crooked = names.make_gang_domains(seed, start, size.days, len(gangs))
    passing = names.make_passing_domains(seed, start, size.days, count, len(crooked))
    offers = posts.make_honest_adverts(seed, start, size.days, daily, honest_pages)
    last = start + LAST_DAY * DAY
    lures = [lure for run in pages.values() for page in run for lure in posts.make_lures(seed, page, last)]
    staff = np.array([gang.staff for gang in gangs], np.float64)
    going = recruits.plan_recruits(size, seed, start, staff, lures, LAST_DAY) if len(gangs) else []
    held = custody.list_already_held(seed, start, staff)
    phones = telephony.make_telephony(nation, len(gangs), contacts.select_by_medium(0))
    return SidePlan(
        nation,
        tuple(gangs),
        contacts,
        places,
        phones,
        honest_pages,
        pages,
        [*domains, *passing, *crooked],
        sorted([*offers, *lures], key=lambda advert: (advert.time, advert.number)),
        posts.AdvertWriter(seed, domains + crooked, len(honest_pages), phones.find_contact_number),
        _make_companies(nation, gangs),
        going,
        {person.number: person for person in [*held, *custody.list_coming_recruits(going)]},
    )


def _make_companies(nation: "Nation", gangs: Sequence[Gang]) -> firms.Companies:
    fronts = [(holder, gang.number, since) for gang in gangs for holder, since in gang.fronts]
    columns = np.array(fronts, np.int64).reshape(-1, 3)
    return firms.make_companies(nation, columns[:, 0], columns[:, 1], columns[:, 2])
