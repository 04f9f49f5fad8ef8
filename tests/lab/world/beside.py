"""Sides of small countries, settled once for all tests."""

from functools import cache

import pyarrow as pa

from warroom_lab.world.beside import told
from warroom_lab.world.beside.planned import Gang, SidePlan, plan_sides
from warroom_lab.world.drawing.columns import HOUR
from warroom_lab.world.drawing.sizes import SIZES
from warroom_lab.world.drawing.tokens import make_token
from warroom_lab.world.play.orders import CountryOrder
from warroom_lab.world.population.settling import plan_nation as settle_nation
from warroom_lab.world.sites.premises import COMPOUND


@cache
def sides(size: str = "tiny", seed: int = 7) -> SidePlan:
    """The sides of a country with three gangs, or twelve in the larger one."""
    gangs = 3 if size == "tiny" else 12
    return plan_sides(settle_nation(SIZES[size], seed), [Gang(at, at * 3 // 4) for at in range(gangs)])


@cache
def tables(size: str = "tiny") -> dict[str, pa.Table]:
    """All its rows by table."""
    return told.build_tables(sides(size))


def order(kind: str, subject: int, **more: object) -> CountryOrder:
    """An order given as the country's days begin."""
    return CountryOrder(f"O-{kind}-{subject}", kind, 0, subject, **more)  # type: ignore[arg-type]


def site_feeder(country: SidePlan) -> tuple[int, int]:
    """The building of the first gang's site, and the feeder it hangs on."""
    building = int(country.places.first[0])
    return building, int(country.places.premises.feeder[building])


__all__ = ["COMPOUND", "HOUR", "make_token", "order", "sides", "site_feeder", "tables"]
