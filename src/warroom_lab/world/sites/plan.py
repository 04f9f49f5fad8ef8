"""The places of one country: premises, supply and meters, and their rows."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow.compute as pc

from warroom_lab.world.drawing.columns import COMPANY, DAY, PERSON, Array
from warroom_lab.world.drawing.numbers import holder_tokens
from warroom_lab.world.drawing.rows import NEVER, Part, names, part
from warroom_lab.world.drawing.tokens import masked, tokens
from warroom_lab.world.population.nation import Nation
from warroom_lab.world.sites import premises as houses
from warroom_lab.world.sites.premises import CLASSES, CLINIC, NOBODY, Premises, Town
from warroom_lab.world.sites.readings import SUPPLY_SALT, Meters, meters
from warroom_lab.world.sites.supply import FEEDER, KINDS, Lines, Supply, lay

PREMISES_SALT = 0x77


@dataclass
class Places:
    """`first` and `spare`: the premises of each site, and where it would move to."""

    towns: tuple[Town, ...]
    premises: Premises
    supply: Supply
    lines: Lines
    meters: Meters
    first: Array
    spare: Array

    @cached_property
    def _at(self) -> dict[tuple[int, int], int]:
        # From the back: of several of one kind the first is then the last that the dictionary takes.
        rows = np.flatnonzero(self.supply.premises != NOBODY)[::-1]
        pairs = zip(self.supply.premises[rows].tolist(), self.supply.kind[rows].tolist(), strict=True)
        return dict(zip(pairs, rows.tolist(), strict=True))

    def has(self, building: int, kind: int) -> int:
        """The supply number of the first of this kind at a building, NOBODY where it has none."""
        return self._at.get((building, kind), NOBODY)

    def parts(self, start: int) -> Iterator[Part]:
        """Premises and supply, as the land office, the power company and the operators sent them before day 0."""
        yield _premises(self.premises, np.full(len(self.premises), start - 20 * DAY))
        yield _supply(self.supply, start - 10 * DAY)
        yield _ties(self, start)


def settle(nation: Nation, sites: int) -> Places:
    """Lay out the towns, their houses and lines, and `sites` buildings for the gangs."""
    towns = houses.towns(nation.size)
    landlords = np.flatnonzero(np.isin(nation.holders.kind, (PERSON, COMPANY)))
    seed = nation.seed
    honest = houses.settle(nation.size, seed, towns, landlords)
    parts = [honest, *(houses.sites(seed, sites, towns, landlords, spare) for spare in (False, True))]
    premises = Premises.joined(parts)
    supply, lines = lay(seed, towns, premises)
    first = len(honest) + np.arange(sites)
    read = meters(nation.size, seed, nation.start, premises, supply, lines)
    return Places(towns, premises, supply, lines, read, first, first + sites)


def _premises(premises: Premises, received: Array) -> Part:
    # By record id, which is scrambled: gangs' buildings were appended last and would lie at the end of the
    # file.
    order = pc.sort_indices(tokens("L", np.arange(len(premises)), PREMISES_SALT)).to_numpy()
    rows = premises.take(order)
    return part(
        "land-office",
        "premises",
        tokens("L", order, PREMISES_SALT),
        received,
        class_=names(CLASSES, rows.kind),
        lat=rows.lat,
        lon=rows.lon,
        backup_hours=rows.backup,
        landlord_id=masked(holder_tokens(np.maximum(rows.landlord, 0)), rows.landlord != NOBODY),
    )


def _supply(supply: Supply, received: int) -> Part:
    numbers = np.arange(len(supply))
    order = pc.sort_indices(tokens("S", numbers, SUPPLY_SALT)).to_numpy()
    rows = supply.take(order)
    return part(
        "grid",
        "supply",
        tokens("S", order, SUPPLY_SALT),
        np.full(len(order), received),
        premises_id=_linked("L", rows.premises, PREMISES_SALT),
        supply_id=_linked("S", rows.fed, SUPPLY_SALT),
        kind=names(KINDS, rows.kind),
        upstream=_linked("S", rows.upstream, SUPPLY_SALT),
        capacity=rows.capacity,
        delay_days=rows.delay,
    )


def _linked(head: str, numbers: Array, salt: int) -> object:
    return masked(tokens(head, np.maximum(numbers, 0), salt), numbers != NOBODY)


def _ties(places: Places, start: int) -> Part:
    """What clinics and other large customers hang on: fed_by their line, backed_by what starts when it fails."""
    supply, large = places.supply, np.union1d(places.meters.large, _clinics(places.premises))
    who = np.flatnonzero(np.isin(supply.premises, large))
    backed = np.where(supply.kind[who] == FEEDER, "fed_by", "backed_by")
    backed = np.where(np.isin(supply.kind[who], (2, 4)), "fed_by", backed)
    count = len(who)
    return part(
        "grid",
        "ties",
        tokens("N", who, 0x31),
        np.full(count, start - 10 * DAY),
        time=np.full(count, start - 300 * DAY),
        until=np.full(count, NEVER),
        from_kind=np.full(count, "premises", object),
        from_id=_linked("L", supply.premises[who], PREMISES_SALT),
        relation=backed.astype(object),
        to_kind=np.full(count, "supply", object),
        to_id=tokens("S", who, SUPPLY_SALT),
    )


def _clinics(premises: Premises) -> Array:
    return np.flatnonzero(premises.kind == CLINIC)
