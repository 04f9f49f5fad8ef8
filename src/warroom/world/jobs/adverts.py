"""Adverts: what pages post, honest and not."""

from dataclasses import dataclass, replace

import numpy as np

from warroom.world.jobs import grammar
from warroom.world.jobs.domains import Domain
from warroom.world.jobs.pages import HONEST, Page
from warroom.world.mixing import mixed
from warroom.world.money import DAY, HOUR, MINUTE
from warroom.world.params import number
from warroom.world.rows import NEVER, Part, part
from warroom.world.streams import stream
from warroom.world.tokens import token

PLATFORMS = ("PL1", "PL2", "PL3", "PL4", "PL5")
ADVERT_SALT = 0x3D
BACKLOG = 20
"""Days before day 0 from which adverts still stand."""

PLACES = ("Crossing 1", "Crossing 3", "Crossing 5", "P01", "P02", "P09", "P15", "P17", "abroad")


@dataclass(frozen=True, slots=True)
class Advert:
    """One advert. `number` gives its record id; `removed` is NEVER while it stands."""

    number: int
    time: int
    platform: str
    page: Page
    poster: str
    text: str
    contacts: tuple[str, ...]
    links: tuple[str, ...]
    place: str
    image: str
    removed: int

    @property
    def record_id(self) -> str:
        """Its record number."""
        return token("A", self.number, ADVERT_SALT)

    @property
    def received(self) -> int:
        """When the platform's record comes: with the next of six deliveries a day."""
        return self.time // (4 * HOUR) * 4 * HOUR + 4 * HOUR + 10 * MINUTE


def image_of(*names: int | str) -> str:
    """A fingerprint of a picture."""
    bits = int(mixed(np.array([stream(0, "image", *names).integers(0, 2**62)]), 1)[0])
    return f"{bits:016x}"


def honest(
    seed: int, start: int, days: int, daily: float, pages: list[Page], domains: list[Domain]
) -> list[Advert]:
    """Offers of employers and licensed recruiters, some abroad with good pay, a bed and a ticket."""
    rng = stream(seed, "adverts", "honest")
    count = rng.poisson(daily * (days + BACKLOG))
    times = np.sort(start + (rng.uniform(-BACKLOG, days, count) * DAY).astype(np.int64))
    who = rng.integers(0, len(pages), count)
    return [_honest(seed, at, int(times[at]), pages[who[at]], domains, rng) for at in range(count)]


def _honest(
    seed: int, at: int, time: int, page: Page, domains: list[Domain], rng: np.random.Generator
) -> Advert:
    pay = int(rng.lognormal(np.log(24_000), 0.45)) // 500 * 500
    domain = domains[page.number % len(domains)].name
    contact = (
        f"chat:{token('U', page.number, 0x0D)}" if rng.random() < 0.6 else token("+6600", page.number, 0x0E)
    )
    links = (f"https://{domain}/jobs",) if rng.random() < 0.6 else ()
    removed = time + int(rng.exponential(20) * DAY) + DAY if rng.random() < 0.5 else NEVER
    return Advert(
        at,
        time,
        PLATFORMS[page.number % 5],
        page,
        token("PO", page.number * 2 + int(rng.integers(0, 2)), 0x0F),
        grammar.advert(rng, False, max(pay, 12_000), contact),
        (contact,),
        links,
        str(rng.choice(PLACES)),
        image_of(seed, "honest", page.number, int(rng.integers(0, 6))),
        removed,
    )


def lures(seed: int, page: Page, domains: list[Domain], until: int, pictures: int) -> list[Advert]:
    """What a gang posts on one page, up to `until`. Contacts outlive pages; pictures are used again, or an
    honest employer's (`pictures` pages of them) are copied."""
    rng = stream(seed, "lures", page.number)
    span = max(0, min(page.closed, until) - page.opened)
    count = rng.poisson(number("jobs", "lures_gang_day") * (page.closed - page.opened) / DAY) + 1
    times = np.sort(page.opened + (rng.random(count) * (page.closed - page.opened)).astype(np.int64))
    kept = np.flatnonzero(times < page.opened + span)
    return [_lure(seed, page, at, int(times[at]), domains, pictures) for at in kept.tolist()]


def _lure(seed: int, page: Page, at: int, time: int, domains: list[Domain], pictures: int) -> Advert:
    rng = stream(seed, "lure", page.number, at)
    pay = int(rng.lognormal(np.log(34_000), 0.35)) // 500 * 500
    chat = f"chat:{token('U', (1 << 22) + page.gang * 64 + page.generation // 2, 0x0D)}"
    contact = chat if rng.random() < 0.8 else token("+6600", (1 << 22) + page.gang, 0x0E)
    live = [each for each in domains if each.gang == page.gang and each.seen <= time]
    links = (f"https://{live[-1].name}/apply",) if live and rng.random() < 0.4 else ()
    copied = rng.random() < 0.2
    picture = ("honest", int(rng.integers(0, pictures))) if copied else ("gang", page.gang)
    return Advert(
        (1 << 28) + (page.number - (1 << 24)) * 64 + at % 64,
        time,
        PLATFORMS[(page.gang + page.slot + page.generation) % 5],
        page,
        token("PO", (1 << 22) + page.number * 2 % (1 << 22) + int(rng.integers(0, 2)), 0x0F),
        grammar.advert(rng, True, max(pay, 15_000), contact),
        (contact,),
        links,
        str(rng.choice(PLACES)),
        image_of(seed, *picture, int(rng.integers(0, 6))),
        page.closed,
    )


def closed(advert: Advert, time: int) -> Advert:
    """The advert, taken down with its page."""
    return replace(advert, removed=time)


def rows(adverts: list[Advert], end: int) -> Part:
    """Rows of adverts; what is taken down after `end` is not known yet."""
    removed = [each.removed if each.removed < end else NEVER for each in adverts]
    return part(
        "platforms",
        "adverts",
        [each.record_id for each in adverts],
        np.array([each.received for each in adverts], np.int64),
        time=np.array([each.time for each in adverts], np.int64),
        platform=[each.platform for each in adverts],
        page=[each.page.name for each in adverts],
        poster=[each.poster for each in adverts],
        text=[each.text for each in adverts],
        contacts=[list(each.contacts) for each in adverts],
        links=[list(each.links) for each in adverts],
        place=[each.place for each in adverts],
        image_hash=[each.image for each in adverts],
        removed_at=np.array(removed, np.int64),
    )


def is_lure(advert: Advert) -> bool:
    """Whether a gang posted it: truth."""
    return advert.page.gang != HONEST
