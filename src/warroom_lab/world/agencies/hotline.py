"""The doors a report comes in by: a hotline with few lines and busy hours, a website, a police station."""

import heapq

import numpy as np

from warroom_lab.world.drawing.columns import DAY, HOUR, MINUTE, Array
from warroom_lab.world.drawing.params import get_values
from warroom_lab.world.drawing.sizes import Size
from warroom_lab.world.drawing.streams import make_generator
from warroom_lab.world.population.nation import Nation

CALLS_BY_HOUR = np.array([2, 1, 1, 1, 1, 1, 2, 3, 5, 9, 9, 9, 8, 8, 8, 8, 8, 6, 5, 5, 4, 4, 3, 2], np.float64)
"""Calls peak from 09 to 17 (P: domain 3.1; the shape is assumed)."""
ONLINE_MINUTES, STATION_MINUTES = 40, 180
"""Medians until an online form, or a statement at a station, is registered (A)."""


def compute_registration_times(nation: Nation, time: Array, channel: Array) -> Array:
    """When each report reaches the desk. `channel`: position in reports.CHANNELS; bank and 1441 share the lines."""
    rng = make_generator(nation.seed, "agencies", "hotline")
    normal = rng.standard_normal(len(time))
    written = np.where(channel == 2, ONLINE_MINUTES, STATION_MINUTES) * np.exp(0.6 * normal) * MINUTE
    spoken = channel < 2
    out = time + written.astype(np.int64)
    out[spoken] = _compute_answer_times(nation, time[spoken], rng)
    return out


def _compute_answer_times(nation: Nation, time: Array, rng: np.random.Generator) -> Array:
    """First come, first served, among all who call with questions, repeats and follow-ups."""
    facts, size = get_values("reports", nation.scenario), nation.size
    others = _other_calls(size, nation.start, rng, facts["calls_a_day"])
    calls = np.concatenate([time, others])
    talk = (rng.exponential(facts["call_minutes"], len(calls)) * MINUTE).astype(np.int64) + 2 * MINUTE
    lines = [0] * max(2, int(np.ceil(facts["lines"] * size.crime)))
    done = np.empty(len(calls), np.int64)
    for call in np.argsort(calls, kind="stable"):
        begins = max(int(calls[call]), heapq.heappop(lines))
        done[call] = begins + int(talk[call])
        heapq.heappush(lines, int(done[call]))
    return done[: len(time)]


def _other_calls(size: Size, start: int, rng: np.random.Generator, daily: float) -> Array:
    count = rng.poisson(daily * size.crime * size.days)
    hour = rng.choice(24, count, p=CALLS_BY_HOUR / CALLS_BY_HOUR.sum()) + rng.random(count)
    return start + rng.integers(0, size.days, count) * DAY + (hour * HOUR).astype(np.int64)
