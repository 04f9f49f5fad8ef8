"""Tips and listings: what people tell, mostly of honest neighbours, and what stands on partners' lists."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from warroom.sites.provinces import PROVINCES
from warroom_lab.world.drawing.columns import DAY, HOUR, Array
from warroom_lab.world.drawing.params import number
from warroom_lab.world.drawing.rows import NEVER, Part, part
from warroom_lab.world.drawing.streams import stream
from warroom_lab.world.drawing.tokens import serials
from warroom_lab.world.jobs import grammar
from warroom_lab.world.population.nation import Nation

KINDS = ("place", "number", "page", "person")
WAYS = (0.25, 0.4, 0.25, 0.1)


@dataclass(frozen=True, slots=True)
class Things:
    """What tips can be about, by kind: record numbers or names of honest things and of gangs' own."""

    honest: dict[str, list[str]]
    crooked: dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Listed:
    """One entry of a partner's list, in microseconds; `until` NEVER while it stands."""

    partner: str
    list: str
    kind: str
    subject: str
    tier: str
    since: int
    until: int = NEVER


def tips(nation: Nation, things: Things) -> Part:
    """Tips of the days: three of four are about honest things; rumours come in bursts."""
    rng = stream(nation.seed, "tips")
    size = nation.size
    count = max(24, round(number("jobs", "tips_day") * size.crime * size.days))
    kinds = rng.choice(KINDS, count, p=WAYS).tolist()
    wrong = rng.random(count) < number("jobs", "wrong_tips")
    about = [
        _about(rng, things.honest if bad else things.crooked, kind)
        for kind, bad in zip(kinds, wrong, strict=True)
    ]
    time = nation.start + (rng.random(count) * size.days * DAY).astype(np.int64)
    burst = _rumours(nation, rng)
    time = np.concatenate([time, burst])
    kinds += ["rumour"] * len(burst)
    about += [None] * len(burst)
    order = np.argsort(time, kind="stable")
    texts = [grammar.tip(rng, kinds[at]) for at in order]
    return part(
        "citizens",
        "tips",
        serials("I", 0, len(order)),
        time[order] + 2 * HOUR,
        time=time[order],
        kind=[kinds[at] for at in order],
        text=texts,
        place=[PROVINCES[int(each)] for each in rng.integers(0, len(PROVINCES), len(order))],
        about=[about[at] for at in order],
    )


def _about(rng: np.random.Generator, things: dict[str, list[str]], kind: str) -> str | None:
    """What it names; one in ten tips has a mistake in it, one in ten names nothing."""
    named = things.get(kind, [])
    draw, place = rng.random(), int(rng.integers(0, max(1, len(named))))
    if not named or draw < 0.1:
        return None
    text = named[place]
    return text[:-1] + str(int(rng.integers(0, 10))) if draw > 0.9 else text


def _rumours(nation: Nation, rng: np.random.Generator) -> Array:
    """One burst at least: a few dozen people ask within two days."""
    bursts = 1 + rng.poisson(number("awareness", "rumour_day") * nation.size.days)
    began = nation.start + (rng.random(bursts) * (nation.size.days - 2) * DAY).astype(np.int64)
    each = max(3, round(12 * nation.size.crime * 10))
    return np.repeat(began, each) + (rng.exponential(0.4, bursts * each) * DAY).astype(np.int64)


def listings(listed: list[Listed], end: int) -> list[Part]:
    """Entries of all lists by partner, each list a day after an entry."""
    made = []
    for partner in sorted({each.partner for each in listed}):
        own = sorted(
            (each for each in listed if each.partner == partner and each.since < end - DAY),
            key=lambda each: (each.since, each.list, each.subject),
        )
        made.append(
            part(
                partner,
                "listings",
                pa.array([f"{each.list}:{each.subject}" for each in own]),
                np.array([each.since + DAY for each in own], np.int64),
                list=[each.list for each in own],
                subject_kind=[each.kind for each in own],
                subject_id=[each.subject for each in own],
                tier=[each.tier for each in own],
                from_=np.array([each.since for each in own], np.int64),
                until=np.array([each.until for each in own], np.int64),
            )
        )
    return made
