"""What feeds the premises: feeders, a second grid, generators, fibres, masts and satellite terminals."""

from dataclasses import dataclass

import numpy as np

from warroom_lab.world.drawing.columns import Array, ColumnTable
from warroom_lab.world.drawing.params import get_number
from warroom_lab.world.drawing.streams import make_generator
from warroom_lab.world.sites.premises import (
    CLINIC,
    COMPOUND,
    HOME,
    HOTEL,
    NOBODY,
    OFFICE,
    SCHOOL,
    Premises,
    Town,
)

KINDS = ("feeder", "generator", "fibre", "satellite", "mast")
FEEDER, GENERATOR, FIBRE, SATELLITE, MAST = range(5)

ONLINE = np.array([0.3, 0.9, 0.8, 0.35, 0.9, 0.95, 0.6, 0.7])
"""Share of each class with a fibre of its own (A)."""


@dataclass
class Supply(ColumnTable):
    """Row number = supply number. Capacity in MW for power and Mbit/s for connection; nan where unknown."""

    kind: Array  # uint8, KINDS
    premises: Array  # int32 fed, NOBODY where it feeds a supply
    fed: Array  # int32 supply fed, NOBODY where it feeds premises or none
    upstream: Array  # int32 supply that feeds it, NOBODY at the source
    capacity: Array  # float64
    delay: Array  # float64 days until a replacement stands


@dataclass(frozen=True, slots=True)
class SupplyRanges:
    """Where the rows of each sort begin: feeder heads are 0 to `feeders`, second grids follow."""

    feeders: int
    seconds: Array  # second grid of each feeder, NOBODY where none


def lay_lines(seed: int, places: tuple[Town, ...], premises: Premises) -> tuple[Supply, SupplyRanges]:
    """All lines of the country and the towns across its border; sites are wired like any large customer."""
    rng = make_generator(seed, "supply")
    heads = _make_feeder_heads(places, premises)
    abroad = np.flatnonzero([place.abroad for place in places]).astype(np.int32)
    seconds = _make_lines(
        FEEDER, fed=abroad, capacity=heads.capacity[abroad] * 0.7, delay=_get_days("second_grid")
    )
    trunks = _make_lines(
        FIBRE,
        fed=np.full(len(places), NOBODY),
        capacity=10_000.0,
        delay=_draw_satellite_days(rng, len(places)),
    )
    first_trunk = len(heads) + len(seconds)
    trunk = first_trunk + np.arange(len(places), dtype=np.int32)
    parts = [heads, seconds, trunks, _make_services(premises), _make_generators(premises, rng)]
    parts += [_make_fibres(premises, trunk, rng), _make_masts(trunk, rng), _make_satellites(premises, rng)]
    second = np.full(len(places), NOBODY, np.int32)
    second[abroad] = len(heads) + np.arange(len(abroad))
    return Supply.concat_parts(parts), SupplyRanges(len(heads), second)


def _get_days(name: str) -> float:
    return get_number("sites", f"{name}_days")


def _draw_satellite_days(rng: np.random.Generator, count: int) -> Array:
    return np.round(rng.uniform(_get_days("satellite_low"), _get_days("satellite_high"), count))


def _make_lines(
    kind: int,
    *,
    premises: Array | int = NOBODY,
    fed: Array | int = NOBODY,
    upstream: Array | int = NOBODY,
    capacity: Array | float = np.nan,
    delay: Array | float = np.nan,
) -> Supply:
    given = (premises, fed, upstream, capacity, delay)
    count = max(np.size(column) for column in given)
    whole = [np.broadcast_to(column, count).astype(np.int32) for column in given[:3]]
    parts = [np.broadcast_to(column, count).astype(np.float64) for column in given[3:]]
    return Supply(np.full(count, kind, np.uint8), *whole, *parts)


def _make_feeder_heads(places: tuple[Town, ...], premises: Premises) -> Supply:
    total = np.bincount(premises.feeder, premises.load, len(places)) / 1000
    delay = np.where([place.abroad for place in places], _get_days("second_grid"), np.nan)
    return _make_lines(
        FEEDER, fed=np.full(len(places), NOBODY), capacity=np.round(1.8 * total, 3), delay=delay
    )


def _make_services(premises: Premises) -> Supply:
    # 2.2 times the mean load, as connections are laid for the peak; 5 kW at least (A).
    size = np.maximum(np.round(premises.load * 2.2 / 1000, 4), 0.005)
    return _make_lines(FEEDER, premises=np.arange(len(premises)), upstream=premises.feeder, capacity=size)


def _make_generators(premises: Premises, rng: np.random.Generator) -> Supply:
    """Where a building has backup hours, a generator gives them; a site's is stocked (delay 0) or not."""
    site = premises.site != NOBODY
    has = np.where(
        site, rng.random(len(premises)) < get_number("sites", "generator_site"), ~np.isnan(premises.backup)
    )
    who = np.flatnonzero(has)
    stocked = rng.random(len(who)) < get_number("sites", "stocked_site")
    size = np.round(premises.load[who] * rng.uniform(0.6, 1.3, len(who)) / 1000, 4)
    return _make_lines(
        GENERATOR, premises=who, capacity=size, delay=np.where(stocked, 0, rng.integers(1, 4, len(who)))
    )


def _make_fibres(premises: Premises, trunk: Array, rng: np.random.Generator) -> Supply:
    online = np.where(premises.site != NOBODY, 1.0, ONLINE[premises.kind])
    who = np.flatnonzero(rng.random(len(premises)) < online)
    large = np.isin(premises.kind[who], (HOTEL, OFFICE, COMPOUND, CLINIC))
    speed = np.where(
        large, rng.choice([300, 500, 1000, 2000], len(who)), rng.choice([100, 300, 500], len(who))
    )
    return _make_lines(
        FIBRE,
        premises=who,
        upstream=trunk[premises.feeder[who]],
        capacity=speed,
        delay=_draw_satellite_days(rng, len(who)),
    )


def _make_masts(trunk: Array, rng: np.random.Generator) -> Supply:
    upstream = np.repeat(trunk, 2)
    return _make_lines(MAST, upstream=upstream, capacity=rng.choice([150.0, 300.0, 600.0], len(upstream)))


def _make_satellites(premises: Premises, rng: np.random.Generator) -> Supply:
    """Terminals: at some sites, and as often at clinics, schools, hotels and farms far from a fibre."""
    share = np.array([0.004, 0.25, 0.12, 0.01, 0.04, 0.08, 0.06, 0.1])[premises.kind]
    share = np.where(premises.site != NOBODY, 0.3, share)
    share[premises.kind == HOME] *= premises.load[premises.kind == HOME] > 1.0
    who = np.flatnonzero(rng.random(len(premises)) < share)
    if not len(who):
        who = np.flatnonzero(premises.kind == SCHOOL)[:1]
    return _make_lines(SATELLITE, premises=who, capacity=rng.choice([100.0, 150.0, 220.0], len(who)))
