"""The places of one country: premises, supply and meters, and their rows."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow.compute as pc

from warroom_lab.world.drawing.columns import COMPANY, DAY, PERSON, Array
from warroom_lab.world.drawing.numbers import make_holder_tokens
from warroom_lab.world.drawing.rows import NEVER, TablePart, make_part, map_to_words
from warroom_lab.world.drawing.tokens import make_tokens, null_where_unknown
from warroom_lab.world.population.nation import Nation
from warroom_lab.world.sites import premises as houses
from warroom_lab.world.sites.premises import CLASSES, CLINIC, NOBODY, Premises, Town
from warroom_lab.world.sites.readings import SUPPLY_SALT, Meters, choose_meters
from warroom_lab.world.sites.supply import FEEDER, KINDS, Supply, SupplyRanges, lay_lines

PREMISES_SALT = 0x77


@dataclass
class CountryPlaces:
    """`first` and `spare`: the premises of each site, and where it would move to."""

    towns: tuple[Town, ...]
    premises: Premises
    supply: Supply
    lines: SupplyRanges
    meters: Meters
    first: Array
    spare: Array

    @cached_property
    def _supply_at(self) -> dict[tuple[int, int], int]:
        # From the back: of several of one kind the first is then the last that the dictionary takes.
        rows = np.flatnonzero(self.supply.premises != NOBODY)[::-1]
        pairs = zip(self.supply.premises[rows].tolist(), self.supply.kind[rows].tolist(), strict=True)
        return dict(zip(pairs, rows.tolist(), strict=True))

    def find_supply(self, building: int, kind: int) -> int:
        """The supply number of the first of this kind at a building, NOBODY where it has none."""
        return self._supply_at.get((building, kind), NOBODY)

    def iter_parts(self, start: int) -> Iterator[TablePart]:
        """Premises and supply, as the land office, the power company and the operators sent them before day 0."""
        yield _make_premises_rows(self.premises, np.full(len(self.premises), start - 20 * DAY))
        yield _make_supply_rows(self.supply, start - 10 * DAY)
        yield _make_tie_rows(self, start)


def plan_places(nation: Nation, sites: int) -> CountryPlaces:
    """Lay out the towns, their houses and lines, and `sites` buildings for the gangs."""
    towns = houses.make_towns(nation.size)
    landlords = np.flatnonzero(np.isin(nation.holders.kind, (PERSON, COMPANY)))
    seed = nation.seed
    honest = houses.make_honest_premises(nation.size, seed, towns, landlords)
    parts = [
        honest,
        *(houses.make_site_premises(seed, sites, towns, landlords, spare) for spare in (False, True)),
    ]
    premises = Premises.concat_parts(parts)
    supply, lines = lay_lines(seed, towns, premises)
    first = len(honest) + np.arange(sites)
    read = choose_meters(nation.size, seed, nation.start, premises, supply, lines)
    return CountryPlaces(towns, premises, supply, lines, read, first, first + sites)


def _make_premises_rows(premises: Premises, received: Array) -> TablePart:
    # By record id, which is scrambled: gangs' buildings were appended last and would lie at the end of the
    # file.
    order = pc.sort_indices(make_tokens("L", np.arange(len(premises)), PREMISES_SALT)).to_numpy()
    rows = premises.select_rows(order)
    return make_part(
        "land-office",
        "premises",
        make_tokens("L", order, PREMISES_SALT),
        received,
        class_=map_to_words(CLASSES, rows.kind),
        lat=rows.lat,
        lon=rows.lon,
        backup_hours=rows.backup,
        landlord_id=null_where_unknown(
            make_holder_tokens(np.maximum(rows.landlord, 0)), rows.landlord != NOBODY
        ),
    )


def _make_supply_rows(supply: Supply, received: int) -> TablePart:
    numbers = np.arange(len(supply))
    order = pc.sort_indices(make_tokens("S", numbers, SUPPLY_SALT)).to_numpy()
    rows = supply.select_rows(order)
    return make_part(
        "grid",
        "supply",
        make_tokens("S", order, SUPPLY_SALT),
        np.full(len(order), received),
        premises_id=_make_link_tokens("L", rows.premises, PREMISES_SALT),
        supply_id=_make_link_tokens("S", rows.fed, SUPPLY_SALT),
        kind=map_to_words(KINDS, rows.kind),
        upstream=_make_link_tokens("S", rows.upstream, SUPPLY_SALT),
        capacity=rows.capacity,
        delay_days=rows.delay,
    )


def _make_link_tokens(head: str, numbers: Array, salt: int) -> object:
    return null_where_unknown(make_tokens(head, np.maximum(numbers, 0), salt), numbers != NOBODY)


def _make_tie_rows(places: CountryPlaces, start: int) -> TablePart:
    """What clinics and other large customers hang on: fed_by their line, backed_by what starts when it fails."""
    supply, large = places.supply, np.union1d(places.meters.large, _find_clinics(places.premises))
    who = np.flatnonzero(np.isin(supply.premises, large))
    backed = np.where(supply.kind[who] == FEEDER, "fed_by", "backed_by")
    backed = np.where(np.isin(supply.kind[who], (2, 4)), "fed_by", backed)
    count = len(who)
    return make_part(
        "grid",
        "ties",
        make_tokens("N", who, 0x31),
        np.full(count, start - 10 * DAY),
        time=np.full(count, start - 300 * DAY),
        until=np.full(count, NEVER),
        from_kind=np.full(count, "premises", object),
        from_id=_make_link_tokens("L", supply.premises[who], PREMISES_SALT),
        relation=backed.astype(object),
        to_kind=np.full(count, "supply", object),
        to_id=make_tokens("S", who, SUPPLY_SALT),
    )


def _find_clinics(premises: Premises) -> Array:
    return np.flatnonzero(premises.kind == CLINIC)
