"""Places: an invented outline, sites on the same lines as homes and clinics, and loads that give nobody away."""

import numpy as np

from tests.lab.world.beside import sides, site_feeder
from warroom.sites.centres import CENTRE
from warroom_lab.world.sites.premises import CLINIC, COMPOUND, HOME, NOBODY, SCHOOL, VILLA
from warroom_lab.world.sites.supply import FEEDER, FIBRE, GENERATOR, MAST, SATELLITE


def test_all_places_lie_in_empty_ocean() -> None:
    houses = sides("small").places.premises
    assert np.abs(houses.lat - CENTRE[0]).max() < 6
    assert np.abs(houses.lon - CENTRE[1]).max() < 8


def test_a_site_shares_its_feeder_with_homes_a_clinic_and_a_school() -> None:
    country = sides("small")
    _, feeder = site_feeder(country)
    beside = country.places.premises.kind[country.places.premises.feeder == feeder]
    assert {HOME, CLINIC, SCHOOL} <= set(beside.tolist())


def test_every_kind_of_supply_exists_and_second_grids_wait_three_days() -> None:
    supply, lines = sides().places.supply, sides().places.lines
    assert set(supply.kind.tolist()) == {FEEDER, GENERATOR, FIBRE, SATELLITE, MAST}
    seconds = lines.seconds[lines.seconds != NOBODY]
    assert len(seconds)
    assert (supply.delay[seconds] == 3).all()


def _night_to_evening(country_size: str) -> tuple[np.ndarray, np.ndarray]:  # type: ignore[type-arg]
    """Each large meter's load by night over that in the evening, and whether it is a site's."""
    meters = sides(country_size).places.meters
    kwh = sum(meters.draw_power_readings(day)[2][meters.feeders :] for day in range(7))
    hour = np.arange(kwh.shape[1]) * meters.minutes // 60
    ratio = kwh[:, hour < 5].mean(axis=1) / kwh[:, (hour >= 18) & (hour < 22)].mean(axis=1)
    return ratio, sides(country_size).places.premises.site[meters.large] != NOBODY


def test_homes_have_an_evening_peak_and_sites_have_none() -> None:
    ratio, site = _night_to_evening("small")
    meters = sides("small").places.meters
    heads = sum(meters.draw_power_readings(day)[2][: meters.feeders] for day in range(7))
    homes = meters.rest[:, HOME]
    residential = np.argmax(homes / (meters.rest.sum(axis=1) + 1))
    assert heads[residential, 20] > heads[residential, 3]
    assert ratio[site].mean() > 0.75


def test_no_threshold_on_flatness_finds_sites_among_clinics_and_factories() -> None:
    ratio, site = _night_to_evening("small")
    assert site.any()
    best = max(
        (site & (ratio > at)).sum() / max(1, (ratio > at).sum())
        for at in ratio
        if (site & (ratio > at)).sum() >= 2
    )
    assert best < 0.5


def test_sites_draw_no_more_than_some_honest_customers_do() -> None:
    houses = sides("small").places.premises
    honest = houses.load[houses.site == NOBODY]
    assert (honest > np.median(houses.load[houses.site != NOBODY])).sum() >= 5


def test_compounds_and_villas_are_mostly_honest() -> None:
    houses = sides("small").places.premises
    for kind in (COMPOUND, VILLA):
        own = houses.site[houses.kind == kind]
        assert (own == NOBODY).sum() > 3 * (own != NOBODY).sum()


def test_satellite_terminals_stand_at_clinics_schools_and_farms_too() -> None:
    country = sides("small").places
    owners = country.supply.premises[country.supply.kind == SATELLITE]
    kinds = set(country.premises.kind[owners].tolist())
    assert {CLINIC, HOME} <= kinds
    assert (country.premises.site[owners] == NOBODY).mean() > 0.8


def test_readings_come_every_quarter_of_an_hour_in_tiny_and_hourly_in_small() -> None:
    assert sides("tiny").places.meters.minutes == 15
    assert sides("small").places.meters.minutes == 60
