"""Who runs the crime: syndicates by site and size, their organisers, handlers and recruiters."""

import numpy as np

from warroom_lab.world.crime.columns import HANDLER, ORGANISER, RECRUITER, Persons, Syndicates
from warroom_lab.world.drawing.columns import PERSON, Array
from warroom_lab.world.drawing.params import get_number
from warroom_lab.world.drawing.streams import make_generator
from warroom_lab.world.population.nation import Nation

FIRST_PHONE = 3 << 28
"""Devices of handlers are numbered from here; what partners see of a device is a token that hides its number."""
ACCOUNTS_A_HANDLER = 20


def plan_syndicates(nation: Nation) -> Syndicates:
    """The syndicates of a country: lognormal in staff, three to every four on a site of their own."""
    rng = make_generator(nation.seed, "crime", "syndicates")
    count = max(3, round(get_number("crime", "syndicates", nation.scenario) * nation.size.crime))
    usual = get_number("crime", "staff", nation.scenario)
    staff = np.minimum(10_000, usual * np.exp(0.8 * rng.standard_normal(count))).astype(np.int32)
    staff = np.maximum(staff, 10)
    sites = max(2, round(count * 0.75))
    site = np.concatenate([np.arange(sites), rng.integers(0, sites, count)])[:count]
    return Syndicates(rng.permutation(site).astype(np.int32), staff, staff / staff.sum())


def plan_persons(nation: Nation, syndicates: Syndicates, live: Array) -> Persons:
    """Their people who are no mules. `live`: accounts each syndicate works at one time."""
    rng = make_generator(nation.seed, "crime", "persons")
    organisers = 1 + (rng.random(len(syndicates)) < 0.6) + (rng.random(len(syndicates)) < 0.2)
    handlers = np.maximum(1, np.rint(live / ACCOUNTS_A_HANDLER)).astype(np.int64)
    recruiters = np.full(len(syndicates), 2)
    counts = np.stack([organisers, handlers, recruiters], axis=1)
    role = np.tile(np.array([ORGANISER, HANDLER, RECRUITER], np.uint8), len(syndicates))
    role = np.repeat(role, counts.ravel())
    syndicate = np.repeat(np.arange(len(syndicates), dtype=np.int32), counts.sum(axis=1))
    adult = np.flatnonzero(
        (nation.holders.kind == PERSON) & (nation.holders.age >= 2) & (nation.holders.age <= 5)
    )
    holder = rng.choice(adult, len(role), replace=False).astype(np.int32)
    return Persons(syndicate, holder, role)
