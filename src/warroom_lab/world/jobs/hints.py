"""Tips and listings: what people tell, mostly of honest neighbours, and what stands on partners' lists."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from warroom.sites.provinces import PROVINCES
from warroom_lab.world.drawing.columns import DAY, HOUR, Array
from warroom_lab.world.drawing.params import get_number
from warroom_lab.world.drawing.rows import NEVER, TablePart, make_part
from warroom_lab.world.drawing.streams import make_generator
from warroom_lab.world.drawing.tokens import make_serials
from warroom_lab.world.jobs import grammar
from warroom_lab.world.population.nation import Nation

KINDS = ("place", "number", "page", "person")
WAYS = (0.25, 0.4, 0.25, 0.1)


@dataclass(frozen=True, slots=True)
class TipSubjects:
    """What tips can be about, by kind: record numbers or names of honest things and of gangs' own."""

    honest: dict[str, list[str]]
    crooked: dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class ListEntry:
    """One entry of a partner's list, in microseconds; `until` NEVER while it stands."""

    partner: str
    list: str
    kind: str
    subject: str
    tier: str
    since: int
    until: int = NEVER


def make_tip_rows(nation: Nation, things: TipSubjects) -> TablePart:
    """Tips of the days: three of four are about honest things; rumours come in bursts."""
    rng = make_generator(nation.seed, "tips")
    size = nation.size
    count = max(24, round(get_number("jobs", "tips_day") * size.crime * size.days))
    kinds = rng.choice(KINDS, count, p=WAYS).tolist()
    wrong = rng.random(count) < get_number("jobs", "wrong_tips")
    about = [
        _draw_subject(rng, things.honest if bad else things.crooked, kind)
        for kind, bad in zip(kinds, wrong, strict=True)
    ]
    time = nation.start + (rng.random(count) * size.days * DAY).astype(np.int64)
    burst = _draw_rumour_times(nation, rng)
    time = np.concatenate([time, burst])
    kinds += ["rumour"] * len(burst)
    about += [None] * len(burst)
    order = np.argsort(time, kind="stable")
    texts = [grammar.write_tip(rng, kinds[at]) for at in order]
    return make_part(
        "citizens",
        "tips",
        make_serials("I", 0, len(order)),
        time[order] + 2 * HOUR,
        time=time[order],
        kind=[kinds[at] for at in order],
        text=texts,
        place=[
            PROVINCES[int(province_number)] for province_number in rng.integers(0, len(PROVINCES), len(order))
        ],
        about=[about[at] for at in order],
    )


def _draw_subject(rng: np.random.Generator, things: dict[str, list[str]], kind: str) -> str | None:
    """What it names; one in ten tips has a mistake in it, one in ten names nothing."""
    named = things.get(kind, [])
    draw, place = rng.random(), int(rng.integers(0, max(1, len(named))))
    if not named or draw < 0.1:
        return None
    text = named[place]
    return text[:-1] + str(int(rng.integers(0, 10))) if draw > 0.9 else text


def _draw_rumour_times(nation: Nation, rng: np.random.Generator) -> Array:
    """One burst at least: a few dozen people ask within two days."""
    bursts = 1 + rng.poisson(get_number("awareness", "rumour_day") * nation.size.days)
    began = nation.start + (rng.random(bursts) * (nation.size.days - 2) * DAY).astype(np.int64)
    each = max(3, round(12 * nation.size.crime * 10))
    return np.repeat(began, each) + (rng.exponential(0.4, bursts * each) * DAY).astype(np.int64)


def make_listing_rows(listed: list[ListEntry], end: int) -> list[TablePart]:
    """Entries of all lists by partner, each list a day after an entry."""
    made = []
    for partner in sorted({listing.partner for listing in listed}):
        own = sorted(
            (listing for listing in listed if listing.partner == partner and listing.since < end - DAY),
            key=lambda listing: (listing.since, listing.list, listing.subject),
        )
        made.append(
            make_part(
                partner,
                "listings",
                pa.array([f"{listing.list}:{listing.subject}" for listing in own]),
                np.array([listing.since + DAY for listing in own], np.int64),
                list=[listing.list for listing in own],
                subject_kind=[listing.kind for listing in own],
                subject_id=[listing.subject for listing in own],
                tier=[listing.tier for listing in own],
                from_=np.array([listing.since for listing in own], np.int64),
                until=np.array([listing.until for listing in own], np.int64),
            )
        )
    return made
