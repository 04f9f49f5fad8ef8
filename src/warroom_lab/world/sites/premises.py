"""Buildings: what they are used as, where they stand, how much power they draw and how evenly."""

from dataclasses import dataclass

import numpy as np

from warroom.sites.centres import compute_border_town_centre, compute_province_centre
from warroom.sites.provinces import BORDER, PROVINCES
from warroom_lab.world.drawing.columns import Array, ColumnTable
from warroom_lab.world.drawing.params import get_number
from warroom_lab.world.drawing.sizes import Size
from warroom_lab.world.drawing.streams import make_generator
from warroom_lab.world.sites.scatter import scatter_points

CLASSES = ("home", "clinic", "school", "shop", "office", "hotel", "villa", "compound")
HOME, CLINIC, SCHOOL, SHOP, OFFICE, HOTEL, VILLA, COMPOUND = range(8)
NOBODY = -1

WEIGHTS = np.array([0.82, 0.012, 0.012, 0.085, 0.03, 0.015, 0.016, 0.01])
"""Shares of classes on a feeder (A). An honest compound is a factory, a cold store, a dormitory estate."""

KW = ((0.6, 0.5), (90, 1.1), (25, 0.6), (6, 1.0), (18, 1.0), (140, 0.8), (6, 0.8), (420, 0.8))
"""Median and sigma of the mean load of each class, kW (A)."""

EVEN = ((1.5, 9), (6, 2), (2, 8), (2, 8), (2, 8), (4, 3), (2, 7), (6, 2))
"""Beta parameters of how flat each class's load is through the day, 1 wholly (A; 5.5: clinics, factories)."""

EVEN_SITE = (7, 2)


@dataclass
class Premises(ColumnTable):
    """Row number = premises number. `site`: the gangs' site that works there, NOBODY for an honest house."""

    kind: Array  # uint8, CLASSES
    lat: Array  # float64
    lon: Array  # float64
    backup: Array  # float64 hours on own power, nan where none
    landlord: Array  # int32 holder number, NOBODY where none is known
    feeder: Array  # int32 feeder number
    load: Array  # float64 kW, mean
    even: Array  # float64, 0 to 1
    site: Array  # int32 truth


@dataclass(frozen=True, slots=True)
class Town:
    """Where a feeder ends: a border province's foreign town, or a province."""

    province: int
    abroad: bool

    @property
    def middle(self) -> tuple[float, float]:
        """Its middle, degrees."""
        return (
            compute_border_town_centre(self.province)
            if self.abroad
            else compute_province_centre(self.province)
        )


def make_towns(size: Size) -> tuple[Town, ...]:
    """The town of each feeder; even feeders cross the border."""
    rows = min(
        max(400, size.people * get_number("sites", "premises_thousand") / 1000),
        get_number("sites", "premises_most"),
    )
    feeders = max(4, round(rows / get_number("sites", "feeder_premises")))
    borders = 2 if size.people < 10_000 else 4 if size.people < 100_000 else len(BORDER)
    return tuple(
        Town(BORDER[number // 2 % borders], True)
        if number % 2 == 0
        else Town((number // 2 * 5) % len(PROVINCES), False)
        for number in range(feeders)
    )


def make_honest_premises(size: Size, seed: int, places: tuple[Town, ...], landlords: Array) -> Premises:
    """The honest premises: some 320 a feeder, each feeder with a clinic and a school at least."""
    rng = make_generator(seed, "premises")
    count = round(get_number("sites", "feeder_premises")) if size.people > 10_000 else 100
    feeder = np.repeat(np.arange(len(places), dtype=np.int32), count)
    kind = rng.choice(len(CLASSES), len(feeder), p=WEIGHTS).astype(np.uint8)
    kind[::count], kind[1::count], kind[2::count] = CLINIC, SCHOOL, COMPOUND
    middle = np.array([place.middle for place in places])[feeder]
    lat, lon = scatter_points(middle, 0.02, rng)
    medians, sigmas = np.array(KW).T
    load = medians[kind] * np.exp(sigmas[kind] * rng.standard_normal(len(kind)))
    first, second = np.array(EVEN).T
    even = rng.beta(first[kind], second[kind])
    landlord = np.where(rng.random(len(kind)) < 0.45, rng.choice(landlords, len(kind)), NOBODY)
    nobody = np.full(len(kind), NOBODY, np.int32)
    backup = _draw_backup_hours(kind, rng)
    return Premises(kind, lat, lon, backup, landlord.astype(np.int32), feeder, load, even, nobody)


def _draw_backup_hours(kind: Array, rng: np.random.Generator) -> Array:
    """Hours on own power: most clinics and hotels, some shops and factories."""
    share = np.array([0.01, 0.8, 0.1, 0.1, 0.2, 0.6, 0.3, 0.6])
    hours = get_number("sites", "clinic_backup_hours") * np.exp(0.7 * rng.standard_normal(len(kind)))
    return np.where(rng.random(len(kind)) < share[kind], np.round(hours, 1), np.nan)


def make_site_premises(
    seed: int, count: int, places: tuple[Town, ...], landlords: Array, spare: bool = False
) -> Premises:
    """A building for each of the gangs' sites; `spare`: where it would move to, empty until then.

    Most stand in a foreign town on our feeders; the others are villas in the country.
    """
    rng = make_generator(seed, "sites", "spare" if spare else "first")
    villa = rng.random(count) < get_number("sites", "villa_share")
    villa[:1] = False
    choices = np.array([not place.abroad for place in places])
    feeder = np.array([rng.choice(np.flatnonzero(choices == inland)) for inland in villa], np.int32).reshape(
        count
    )
    kind = np.where(villa, VILLA, rng.choice([COMPOUND, HOTEL, OFFICE], count, p=[0.5, 0.25, 0.25]))
    middle = np.array([place.middle for place in places])[feeder]
    lat, lon = scatter_points(middle.reshape(count, 2), 0.03, rng)
    load = np.clip(get_number("sites", "site_kw") * np.exp(0.6 * rng.standard_normal(count)), 150, 4000)
    load = np.where(villa, rng.uniform(10, 40, count), load)
    backup = np.where(rng.random(count) < 0.5, 24 * get_number("sites", "fuel_days"), np.nan)
    landlord = rng.choice(landlords, count).astype(np.int32)
    site = np.full(count, NOBODY, np.int32) if spare else np.arange(count, dtype=np.int32)
    even = rng.beta(*EVEN_SITE, count)
    # An empty house burns little until a gang moves in.
    load = load * (0.05 if spare else 1.0)
    return Premises(kind.astype(np.uint8), lat, lon, backup, landlord, feeder, load, even, site)
