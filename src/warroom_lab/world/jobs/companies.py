"""Companies: every one that holds an account, the new and small ones of honest people beside gangs' fronts."""

from dataclasses import dataclass

import numpy as np

from warroom.sites.provinces import PROVINCES
from warroom_lab.world.drawing.columns import COMPANY, DAY, Array, ColumnTable
from warroom_lab.world.drawing.mixing import hash_to_uniform, mix_bits
from warroom_lab.world.drawing.params import get_number
from warroom_lab.world.drawing.rows import TablePart, make_part
from warroom_lab.world.drawing.streams import make_generator
from warroom_lab.world.drawing.tokens import make_tokens
from warroom_lab.world.population.nation import Nation

REGISTRATION_SALT = 0x53
NO_GANG = -1
OUTSIDE_FIRST = 1 << 28
"""Companies from here on hold no account in this country: they stand in the registry alone."""


@dataclass
class Companies(ColumnTable):
    """Row number = company. `holder`: its holder number; `front`: truth, the gang behind it or -1."""

    holder: Array
    founded: Array
    province: Array
    capital: Array
    front: Array


def make_companies(nation: Nation, fronts: Array, gangs: Array, since: Array) -> Companies:
    """The nation's companies, new ones without an account here, and fronts given by holder, gang and founding.

    As crime is denser than people in the smaller countries, so are new companies: fronts stay a minority of them.
    """
    firms = np.flatnonzero(nation.holders.kind == COMPANY)
    rng = make_generator(nation.seed, "companies")
    year = round(get_number("jobs", "new_companies_day") * nation.size.crime * 365)
    new = OUTSIDE_FIRST + np.arange(max(year, 2 * len(fronts)))
    began = nation.start + (rng.uniform(-365, nation.size.days, len(new)) * DAY).astype(np.int64)
    holder = np.concatenate([firms, new, fronts]).astype(np.int64)
    founded = np.concatenate([nation.holders.since[firms], began, since]).astype(np.int64)
    places = (mix_bits(holder, 3) % np.uint64(len(PROVINCES))).astype(np.int16)
    places[: len(firms)] = nation.holders.province[firms]
    front = np.concatenate([np.full(len(firms) + len(new), NO_GANG), gangs])
    return Companies(holder, founded, places, _draw_capital(nation.start, holder, founded), front)


def _draw_capital(start: int, holder: Array, founded: Array) -> Array:
    """Satang: round sums; four of five young companies have a million baht or less, honest or not (A)."""
    young = founded > start - 365 * DAY
    small = hash_to_uniform(holder, 11) < np.where(young, 0.8, 0.5)
    steps = np.array([100_000, 200_000, 500_000, 1_000_000])
    low = steps[(mix_bits(holder, 12) % np.uint64(4)).astype(int)]
    high = steps[(mix_bits(holder, 13) % np.uint64(4)).astype(int)] * 10
    capital: Array = np.where(small, low, high).astype(np.int64) * 100
    return capital


def make_company_rows(companies: Companies, start: int, end: int) -> TablePart:
    """Those founded before `end`, as the registry sent them: once before day 0, then a day after a founding.

    Their order tells nothing of who is behind them.
    """
    companies = companies.select_rows(np.flatnonzero(companies.founded < end - DAY))
    companies = companies.select_rows(np.argsort(mix_bits(companies.holder, 14), kind="stable"))
    names = make_tokens("", companies.holder, 0x59).to_pylist()
    provinces = [PROVINCES[int(province_number) % len(PROVINCES)] for province_number in companies.province]
    return make_part(
        "company-registry",
        "companies",
        make_tokens("Y", companies.holder, REGISTRATION_SALT),
        np.where(companies.founded < start - 2 * DAY, start - DAY, companies.founded + DAY),
        registration=make_registrations(companies.holder),
        name=[f"บริษัท {name[-7:]} จำกัด" for name in names],
        founded=companies.founded,
        capital=companies.capital.tolist(),
        address=[
            f"{int(name[-3:])} หมู่ {int(name[-4]) + 1} {place}"
            for name, place in zip(names, provinces, strict=True)
        ],
    )


def make_registrations(holder: Array) -> object:
    """Registration numbers: 000 and ten digits, which no registry gives."""
    return make_tokens("000", holder, REGISTRATION_SALT)
