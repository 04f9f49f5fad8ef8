"""A country founded: everything planned, nothing played; shared by all plays of a seed."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from warroom_lab.world import crime, economy
from warroom_lab.world.beside import planned
from warroom_lab.world.beside.planned import Contacts, Gang, SidePlan
from warroom_lab.world.crime.cases import ROMANCE
from warroom_lab.world.crime.grievances import make_grievances
from warroom_lab.world.crime.reports import FIRST_CONTACTS, CountryReport
from warroom_lab.world.crime.underworld import Underworld
from warroom_lab.world.drawing.columns import AccountColumns, HolderColumns, TransferColumns
from warroom_lab.world.drawing.params import POLICE_2018
from warroom_lab.world.drawing.sizes import Size
from warroom_lab.world.population import settling
from warroom_lab.world.population.nation import Nation
from warroom_lab.world.population.ordinary import Ordinary

MEDIA = ("call", "message", "advert", "page")


@dataclass
class Country:
    """`holders` and `accounts`: the nation's and crime's, joined, with what victims need on top in `opening`."""

    nation: Nation
    underworld: Underworld
    sides: SidePlan
    holders: HolderColumns
    accounts: AccountColumns

    def get_day(self, number: int) -> TransferColumns:
        """Ordinary life of one day, in order of (time, uid); made once for all plays of a seed."""
        return economy.get_day(self.nation, number)

    def forget_days(self) -> None:
        """Let go of the days that were made: each is made again, the same, when somebody asks for it."""
        self.nation.kept.clear()

    def _iter_days(self) -> Iterator[TransferColumns]:
        return (self.get_day(number) for number in range(self.nation.size.days))

    @cached_property
    def ordinary_balances(self) -> Ordinary:
        """What lies in each account by ordinary life alone."""
        return Ordinary(self.accounts.opening, self._iter_days())

    @cached_property
    def grievances(self) -> list[CountryReport]:
        """Reports behind which there is no crime, by arrival."""
        made = [
            report
            for number, today in enumerate(self._iter_days())
            for report in make_grievances(self.nation, number, today)
        ]
        return sorted(made, key=lambda report: (report.received_at, report.record_id))


def plan_country(
    size: Size,
    seed: int,
    scenario: str = POLICE_2018,
    *,
    start: int | None = None,
    nation: Nation | None = None,
) -> Country:
    """The country of this size and seed; raises WorldError for a scenario that does not exist.

    `start`: local midnight of its first day, microseconds UTC. `nation`: its honest life, where it is there already.
    """
    nation = nation or settling.plan_nation(size, seed, scenario, start)
    world = crime.plan_underworld(nation)
    accounts = AccountColumns.concat_parts([nation.accounts, world.accounts])
    accounts.opening = accounts.opening + world.savings
    return Country(
        nation,
        world,
        planned.plan_sides(nation, list_gangs(world, nation), list_contacts(world)),
        HolderColumns.concat_parts([nation.holders, world.holders]),
        accounts,
    )


def list_gangs(world: Underworld, nation: Nation) -> list[Gang]:
    """The syndicates as the rest of the country sees them, with their companies."""
    fronts: dict[int, dict[int, int]] = {}
    mules = world.mules
    for row in np.flatnonzero(mules.holder >= len(nation.holders)).tolist():
        holder = int(mules.holder[row])
        founded = int(world.holders.since[holder - len(nation.holders)])
        fronts.setdefault(int(mules.syndicate[row]), {})[holder] = founded
    return [
        Gang(number, int(site), int(staff), tuple(sorted(fronts.get(number, {}).items())))
        for number, (site, staff) in enumerate(
            zip(world.syndicates.site, world.syndicates.staff, strict=True)
        )
    ]


def list_contacts(world: Underworld) -> Contacts:
    """By what each case began, and when."""
    cases = world.cases
    medium = np.array([MEDIA.index(FIRST_CONTACTS[scam]) for scam in range(ROMANCE + 2)], np.uint8)
    return Contacts(cases.start, cases.victim, cases.syndicate, medium[cases.scam])
