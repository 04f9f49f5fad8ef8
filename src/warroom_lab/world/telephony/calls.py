"""Calls of one day: a sample of private ones, all of the heavy callers', the gangs', and those before a payment."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from warroom.sites.provinces import BORDER, PROVINCES
from warroom_lab.world.drawing.columns import DAY, HOUR, MINUTE, SECOND, Array, ColumnTable
from warroom_lab.world.drawing.mixing import mix_bits
from warroom_lab.world.drawing.params import get_number
from warroom_lab.world.drawing.streams import make_generator
from warroom_lab.world.population.nation import Nation
from warroom_lab.world.telephony.sims import BOX, CENTRE, FLEET, MARKETER, PRIVATE, RIDER, Sims

ABROAD = -1
"""No cell of ours: a line over the internet."""

_HOURS = np.array(
    [3, 1, 1, 1, 2, 8, 18, 30, 44, 52, 55, 54, 60, 54, 50, 50, 54, 62, 66, 60, 48, 34, 20, 9], float
)
_OFFICE = np.array([0, 0, 0, 0, 0, 0, 0, 2, 20, 60, 64, 60, 34, 56, 60, 58, 52, 30, 12, 4, 0, 0, 0, 0], float)


@dataclass
class Calls(ColumnTable):
    """One row a call: card numbers, or ABROAD; `cell` is a number, ABROAD where none is known."""

    time: Array
    caller: Array
    called: Array
    seconds: Array
    cell: Array


@dataclass
class Exchange:
    """The telephone net of one country. `firsts`: the first card of each holder who has one, else ABROAD."""

    nation: Nation
    sims: Sims
    firsts: Array
    private: Array
    contacts: tuple[Array, Array, Array]

    def make_day_calls(self, at: int) -> Calls:
        """All calls that begin on a day, in order of time."""
        rng = make_generator(self.nation.seed, "calls", at)
        start = self.nation.start + at * DAY
        parts = [
            self._make_private_calls(start, rng),
            *self._make_heavy_calls(start, at, rng),
            self._make_box_calls(start, rng),
        ]
        calls = Calls.concat_parts([*parts, self._make_calls_before_payments(start, rng)])
        # Real records lack the cell of some calls; who relies on it must cope with that.
        calls.cell[rng.random(len(calls)) < get_number("telephony", "missing_cell")] = ABROAD
        return calls.select_rows(np.argsort(calls.time, kind="stable"))

    def _make_private_calls(self, start: int, rng: np.random.Generator) -> Calls:
        """Mostly the same few people: a neighbour in the list, a friend some way off, sometimes anybody."""
        lines = len(self.private)
        count = rng.poisson(get_number("telephony", "calls_per_person_day") * self.nation.size.people)
        caller = rng.integers(0, lines, count)
        # Fixed distances in the list: each line has the same few partners without anybody's friends being
        # kept.
        far = rng.choice([1, 2, 7, 61, 977, 0], count, p=[0.3, 0.2, 0.15, 0.15, 0.1, 0.1])
        called = np.where(far > 0, (caller + far) % lines, rng.integers(0, lines, count))
        seconds = 4 + rng.lognormal(np.log(70), 1.1, count)
        return self._make_calls(start, _HOURS, self.private[caller], self.private[called], seconds, rng)

    def _make_heavy_calls(self, start: int, at: int, rng: np.random.Generator) -> list[Calls]:
        """Call centres rest at weekends, riders do not; a gateway of a fleet calls a little."""
        week = 1.0 if at % 7 < 5 else 0.25
        habits = (
            (CENTRE, get_number("telephony", "centre_calls_day") * week, _OFFICE, 75, 0.9),
            (RIDER, get_number("telephony", "rider_calls_day"), _HOURS, 18, 0.7),
            (MARKETER, get_number("telephony", "marketing_calls_day") * week, _OFFICE, 12, 1.1),
            (FLEET, 1.0, _HOURS, 10, 0.6),
        )
        return [
            self._make_busy_calls(
                np.flatnonzero(self.sims.use == use), mean, start, hours, middle, sigma, rng
            )
            for use, mean, hours, middle, sigma in habits
        ]

    def _make_busy_calls(
        self,
        lines: Array,
        mean: float,
        start: int,
        hours: Array,
        middle: float,
        sigma: float,
        rng: np.random.Generator,
    ) -> Calls:
        lines = lines[(self.sims.since[lines] <= start) & (self.sims.until[lines] > start)]
        # A line's own level, from a hash: who calls much today calls much tomorrow.
        level = np.exp(0.45 * (2 * (mix_bits(lines, 3) >> np.uint64(40)).astype(float) / 2**24 - 1))
        caller = np.repeat(lines, rng.poisson(mean * level))
        called = self.private[rng.integers(0, len(self.private), len(caller))]
        seconds = 2 + rng.lognormal(np.log(middle), sigma, len(caller))
        return self._make_calls(start, hours, caller, called, seconds, rng)

    def _make_box_calls(self, start: int, rng: np.random.Generator) -> Calls:
        """Most who are called hang up; the others are talked to for a quarter of an hour."""
        lines = np.flatnonzero(self.sims.use == BOX)
        calls = self._make_busy_calls(
            lines, get_number("telephony", "scam_sim_calls_day"), start, _OFFICE + 4, 9, 0.8, rng
        )
        long = rng.random(len(calls)) < 0.06
        calls.seconds = np.where(long, rng.lognormal(np.log(900), 0.7, len(calls)), calls.seconds)
        return calls

    def _make_calls_before_payments(self, start: int, rng: np.random.Generator) -> Calls:
        """First calls of planned cases: from a card the gang has in use then, else from over the internet."""
        time, holder, gang = self.contacts
        # Contacts are in order of time: a day's are one stretch of them.
        rows = slice(*np.searchsorted(time, (start, start + DAY)))
        moments, victims, gangs = time[rows], self.firsts[holder[rows]], gang[rows]
        moments, gangs, victims = moments[victims >= 0], gangs[victims >= 0], victims[victims >= 0]
        caller = np.array(
            [self._draw_gang_card(int(g), int(t), rng) for g, t in zip(gangs, moments, strict=True)], np.int64
        )
        seconds = rng.lognormal(np.log(1100), 0.8, len(caller))
        cell = np.where(caller >= 0, self._draw_cells(np.maximum(caller, 0)), ABROAD)
        return Calls(moments, caller, victims, np.round(seconds), cell)

    def _draw_gang_card(self, gang: int, time: int, rng: np.random.Generator) -> int:
        live = self.find_live_cards(gang, time)
        draw = rng.random()
        # One in ten comes over the internet, and all do where the gang has no card in use.
        return int(live[int(draw * len(live))]) if len(live) and draw < 0.9 else ABROAD

    @cached_property
    def _cards_by_gang(self) -> dict[int, Array]:
        rows = np.flatnonzero(self.sims.gang >= 0)
        order = rows[np.argsort(self.sims.gang[rows], kind="stable")]
        gangs, firsts = np.unique(self.sims.gang[order], return_index=True)
        return dict(zip(gangs.tolist(), np.split(order, firsts[1:]), strict=True))

    def find_live_cards(self, gang: int, time: int) -> Array:
        """The cards a gang has in use at a time."""
        own = self._cards_by_gang.get(gang, np.zeros(0, np.int64))
        return own[(self.sims.since[own] <= time) & (self.sims.until[own] > time)]

    def _make_calls(
        self, start: int, hours: Array, caller: Array, called: Array, seconds: Array, rng: np.random.Generator
    ) -> Calls:
        hour = rng.choice(24, len(caller), p=hours / hours.sum())
        time = start + hour * HOUR + rng.integers(0, HOUR, len(caller))
        return Calls(time, caller, called, np.round(seconds), self._draw_cells(caller, rng))

    def find_home_cells(self, cards: Array) -> Array:
        """The cell each card is mostly in."""
        return self._draw_cells(cards)

    def _draw_cells(self, cards: Array, rng: np.random.Generator | None = None) -> Array:
        """The cell at home, for some calls another of the province; boxes stand in border provinces."""
        sims = self.sims
        province = self.nation.holders.province[sims.holder[cards]].astype(np.int64)
        border = np.array(BORDER)[sims.gang[cards] % len(BORDER)]
        province = np.where(sims.use[cards] == BOX, border, province) % len(PROVINCES)
        place = (mix_bits(cards, 5) % np.uint64(40)).astype(np.int64)
        if rng is not None:
            # Boxes and call centres stand still.
            away = (rng.random(len(cards)) < 0.3) & np.isin(sims.use[cards], (PRIVATE, RIDER, MARKETER))
            place = np.where(away, rng.integers(0, 40, len(cards)), place)
        return province * 100 + place


def compute_received(time: Array, seconds: Array) -> Array:
    """An operator sends the records of each hour some minutes after it (A)."""
    end = time + (seconds * SECOND).astype(np.int64)
    return end // HOUR * HOUR + HOUR + 7 * MINUTE
