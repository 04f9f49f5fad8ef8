"""Meter readings: power every quarter of an hour (hourly at the larger sizes), traffic every six hours."""

from dataclasses import dataclass

import numpy as np

from warroom_lab.world.drawing.columns import DAY, HOUR, MINUTE, Array
from warroom_lab.world.drawing.rows import TablePart, make_part
from warroom_lab.world.drawing.sizes import Size
from warroom_lab.world.drawing.streams import make_generator
from warroom_lab.world.drawing.tokens import make_tokens
from warroom_lab.world.sites.loads import compute_load_profile, compute_weekend_share
from warroom_lab.world.sites.premises import CLASSES, HOME, NOBODY, VILLA, Premises
from warroom_lab.world.sites.supply import FEEDER, FIBRE, MAST, SATELLITE, Supply, SupplyRanges

SUPPLY_SALT = 0x51
LOSS = 1.06
"""Lines lose six per cent between a feeder's head and its customers (A)."""


@dataclass
class Meters:
    """Which supplies are read. `large`: premises with a meter of their own; `service`: their supply numbers."""

    size: Size
    seed: int
    start: int
    premises: Premises
    supply: Supply
    large: Array
    service: Array
    feeders: int
    rest: Array  # (feeders, classes) kW of customers without such a meter
    links: Array  # supplies whose traffic is read
    traffic: Array  # mean GB in six hours of each link

    @property
    def minutes(self) -> int:
        """Minutes between two readings of power."""
        # A quarter of an hour is what meters send; of larger countries it would be most of all rows.
        return 15 if self.size.people < 10_000 else 60

    def draw_power_readings(self, day: int) -> tuple[Array, Array, Array]:
        """Supply numbers, moments (n,) and kWh (supplies, n) of a day when nothing is cut."""
        steps = 24 * 60 // self.minutes
        rng = make_generator(self.seed, "readings", day)
        hour = np.arange(steps) * self.minutes // 60
        kind, even = self.premises.kind[self.large], self.premises.even[self.large]
        level = (
            self.premises.load[self.large]
            * compute_weekend_share(kind, day % 7)
            * rng.lognormal(0, 0.06, len(kind))
        )
        own = (
            level[:, None]
            * compute_load_profile(kind, even, hour)
            * rng.lognormal(0, 0.05, (len(kind), steps))
        )
        classes = np.arange(len(CLASSES))
        shape = (
            compute_load_profile(classes, np.full(len(classes), 0.1), hour)
            * compute_weekend_share(classes, day % 7)[:, None]
        )
        heads = self.rest @ shape * rng.lognormal(0, 0.03, (self.feeders, steps))
        np.add.at(heads, self.premises.feeder[self.large], own)
        kwh = np.concatenate([heads * LOSS, own]) * self.minutes / 60
        numbers = np.concatenate([np.arange(self.feeders), self.service])
        moments = self.start + day * DAY + np.arange(steps) * self.minutes * MINUTE
        return numbers, moments, kwh

    def draw_traffic_readings(self, day: int) -> tuple[Array, Array, Array]:
        """Supply numbers, moments (4,) and GB (links, 4) of a day."""
        rng = make_generator(self.seed, "traffic", day)
        share = np.array([0.5, 0.9, 1.0, 1.6])
        flat = self._get_evenness()
        sizes = self.traffic[:, None] * (flat[:, None] + (1 - flat[:, None]) * share)
        sizes = sizes * rng.lognormal(0, 0.2, (len(self.links), 4))
        return self.links, self.start + day * DAY + np.arange(4) * 6 * HOUR, sizes

    def _get_evenness(self) -> Array:
        owner = self.supply.premises[self.links]
        return np.where(owner == NOBODY, 0.2, self.premises.even[owner])

    def list_day_parts(self, day: int) -> list[TablePart]:
        """The day's readings as the power company and the operators send them, early the next morning."""
        power = _make_reading_part("grid", "W", day, *self.draw_power_readings(day), "kWh", self.start)
        return [power, _make_reading_part("T1", "G", day, *self.draw_traffic_readings(day), "GB", self.start)]


def _make_reading_part(
    partner: str, head: str, day: int, numbers: Array, moments: Array, amounts: Array, unit: str, start: int
) -> TablePart:
    return make_part(
        partner,
        "readings",
        make_reading_ids(head, numbers, moments, start),
        np.full(amounts.size, start + (day + 1) * DAY + 4 * HOUR),
        supply_id=make_tokens("S", np.repeat(numbers, len(moments)), SUPPLY_SALT),
        time=np.tile(moments, len(numbers)),
        quantity=np.round(amounts, 2).ravel(),
        unit=np.full(amounts.size, unit, object),
    )


def make_reading_ids(head: str, numbers: Array, moments: Array, start: int) -> object:
    """The record number of each reading, (numbers x moments): a later correction carries the same one."""
    step = (moments - start) // (15 * MINUTE)
    return make_tokens(head, (numbers[:, None] * 4096 + step[None, :]).ravel(), 0)


def choose_meters(
    size: Size, seed: int, start: int, premises: Premises, supply: Supply, lines: SupplyRanges
) -> Meters:
    """Choose who is read: the largest customers, every feeder's head, trunks, masts, terminals, large fibres."""
    most = {"tiny": 14, "small": 90}.get(size.name, 300)
    worth = np.where(np.isin(premises.kind, (HOME, VILLA)), premises.load / 4, premises.load)
    large = np.sort(np.argsort(-worth, kind="stable")[:most])
    services = np.flatnonzero((supply.kind == FEEDER) & (supply.premises != NOBODY))
    service = services[np.searchsorted(supply.premises[services], large)]
    small = np.ones(len(premises), bool)
    small[large] = False
    rest = np.zeros((lines.feeders, len(CLASSES)))
    np.add.at(rest, (premises.feeder[small], premises.kind[small]), premises.load[small])
    links = _find_metered_links(supply, large)
    owner = supply.premises[links]
    load = np.where(owner == NOBODY, 400.0, premises.load[owner])
    busy = np.where(supply.kind[links] == FIBRE, 1.0, 0.3)
    rng = make_generator(seed, "links")
    traffic = 6 * busy * np.sqrt(load) * rng.lognormal(0, 0.5, len(links))
    return Meters(size, seed, start, premises, supply, large, service, lines.feeders, rest, links, traffic)


def _find_metered_links(supply: Supply, large: Array) -> Array:
    trunk = (supply.kind == FIBRE) & (supply.premises == NOBODY)
    fibre = (supply.kind == FIBRE) & np.isin(supply.premises, large)
    return np.flatnonzero(trunk | fibre | np.isin(supply.kind, (MAST, SATELLITE)))
