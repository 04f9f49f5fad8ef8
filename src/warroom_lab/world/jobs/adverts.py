"""Adverts: what pages post, honest and not."""

import hashlib
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from warroom_lab.world.drawing.columns import DAY, HOUR, MINUTE
from warroom_lab.world.drawing.params import number
from warroom_lab.world.drawing.rows import NEVER, Part, part
from warroom_lab.world.drawing.streams import stream
from warroom_lab.world.drawing.tokens import token
from warroom_lab.world.jobs import grammar
from warroom_lab.world.jobs.domains import Domain
from warroom_lab.world.jobs.pages import HONEST, Page

PLATFORMS = ("PL1", "PL2", "PL3", "PL4", "PL5")
ADVERT_SALT = 0x3D
BACKLOG = 20
"""Days before day 0 from which adverts still stand."""

PLACES = ("Crossing 1", "Crossing 3", "Crossing 5", "P01", "P02", "P09", "P15", "P17", "abroad")


@dataclass(frozen=True, slots=True)
class Advert:
    """One advert on a page; `number` gives its record id, `at` its place among the page's. Its words come from `Writer`."""

    number: int
    time: int
    page: Page
    at: int

    @property
    def record_id(self) -> str:
        """Its record number."""
        return token("A", self.number, ADVERT_SALT)

    @property
    def received(self) -> int:
        """When the platform's record comes: with the next of six deliveries a day."""
        return self.time // (4 * HOUR) * 4 * HOUR + 4 * HOUR + 10 * MINUTE

    @property
    def lure(self) -> bool:
        """Whether a gang posted it: truth."""
        return self.page.gang != HONEST


@dataclass(frozen=True, slots=True)
class Words:
    """What an advert says. `removed` is NEVER while it stands."""

    platform: str
    poster: str
    text: str
    contacts: tuple[str, ...]
    links: tuple[str, ...]
    place: str
    image: str
    removed: int


def image_of(*names: int | str) -> str:
    """A fingerprint of a picture."""
    return hashlib.sha256("\x1f".join(str(name) for name in names).encode()).hexdigest()[:16]


def honest(seed: int, start: int, days: int, daily: float, pages: list[Page]) -> list[Advert]:
    """Offers of employers and licensed recruiters, some abroad with good pay, a bed and a ticket."""
    rng = stream(seed, "adverts", "honest")
    count = rng.poisson(daily * (days + BACKLOG))
    times = np.sort(start + (rng.uniform(-BACKLOG, days, count) * DAY).astype(np.int64)).tolist()
    who = rng.integers(0, len(pages), count).tolist()
    return [Advert(at, times[at], pages[who[at]], at) for at in range(count)]


def lures(seed: int, page: Page, until: int) -> list[Advert]:
    """What a gang posts on one page, up to `until`."""
    rng = stream(seed, "lures", page.number)
    life = page.closed - page.opened
    count = rng.poisson(number("jobs", "lures_gang_day") * life / DAY) + 1
    times = np.sort(page.opened + (rng.random(count) * life).astype(np.int64)).tolist()
    # Beyond any honest advert's number. The record id scrambles it, so that it tells nobody whose it is.
    first = (1 << 28) + (page.number - (1 << 24)) * 64
    return [Advert(first + at % 64, time, page, at) for at, time in enumerate(times) if time < until]


class Writer:
    """Writes adverts, each from a stream of its own. Lures' contacts outlive pages; their pictures are used again, or
    copied from an honest employer."""

    def __init__(
        self, seed: int, domains: list[Domain], pages: int, phone: Callable[[int, int, int], str]
    ) -> None:
        """`pages`: how many honest ones there are; `phone`: the telephone number that a page of a gang (HONEST: none)
        gives at a time, by gang, page and time, "" where it has none."""
        self._seed, self._pages, self._phone = seed, pages, phone
        self._domains: dict[int, list[Domain]] = defaultdict(list)
        for domain in domains:
            self._domains[domain.gang].append(domain)
        self._kept: dict[tuple[int, int], Words] = {}

    def __call__(self, advert: Advert) -> Words:
        """The words of an advert."""
        key = (advert.number, advert.page.opened)
        if key not in self._kept:
            self._kept[key] = self._lure(advert) if advert.lure else self._honest(advert)
        return self._kept[key]

    def _honest(self, advert: Advert) -> Words:
        rng = stream(self._seed, "advert", advert.number)
        page = advert.page.number
        own = self._domains[HONEST]
        chat = f"chat:{token('U', page, 0x0D)}"
        contact = chat if rng.random() < 0.6 else self._phone(HONEST, page, advert.time) or chat
        links = (f"https://{own[page % len(own)].name}/jobs",) if rng.random() < 0.6 else ()
        stays = rng.random() < 0.5
        picture = image_of(self._seed, "honest", page, int(rng.integers(0, 6)))
        pay = _pay(rng, 24_000, 0.45, 12_000)
        return Words(
            PLATFORMS[page % 5],
            token("PO", page * 2 + int(rng.integers(0, 2)), 0x0F),
            grammar.advert(rng, False, pay, contact),
            (contact,),
            links,
            PLACES[int(rng.integers(0, len(PLACES)))],
            picture,
            NEVER if stays else advert.time + int(rng.exponential(20) * DAY) + DAY,
        )

    def _lure(self, advert: Advert) -> Words:
        page = advert.page
        rng = stream(self._seed, "lure", page.number, advert.at)
        # One contact serves two generations of a gang's pages: what outlives a page ties it to the next.
        chat = f"chat:{token('U', (1 << 22) + page.gang * 64 + page.generation // 2 % 64, 0x0D)}"
        contact = chat if rng.random() < 0.8 else self._phone(page.gang, page.number, advert.time) or chat
        live = [each for each in self._domains[page.gang] if each.seen <= advert.time]
        links = (f"https://{live[-1].name}/apply",) if rng.random() < 0.4 and live else ()
        # A picture seen twice proves nothing by itself: some gangs take an honest employer's.
        copied = rng.random() < 0.2
        picture = ("honest", int(rng.integers(0, self._pages))) if copied else ("gang", page.gang)
        pay = _pay(rng, 34_000, 0.35, 15_000)
        return Words(
            PLATFORMS[(page.gang + page.slot + page.generation) % 5],
            token("PO", (1 << 25) + (page.number - (1 << 24)) * 2 + int(rng.integers(0, 2)), 0x0F),
            grammar.advert(rng, True, pay, contact),
            (contact,),
            links,
            PLACES[int(rng.integers(0, len(PLACES)))],
            image_of(self._seed, *picture, int(rng.integers(0, 6))),
            page.closed,
        )


def _pay(rng: np.random.Generator, middle: float, sigma: float, least: int) -> int:
    return max(int(middle * np.exp(sigma * rng.standard_normal())) // 500 * 500, least)


def rows(adverts: list[Advert], write: Writer, end: int, taken_down: int = NEVER) -> Part:
    """Rows of adverts; what is taken down after `end` is not known yet. `taken_down`: when they all were."""
    words = [write(each) for each in adverts]
    known = [each.removed if each.removed < end else NEVER for each in words]
    removed = known if taken_down == NEVER else [taken_down] * len(known)
    return part(
        "platforms",
        "adverts",
        [each.record_id for each in adverts],
        np.array([each.received for each in adverts], np.int64),
        time=np.array([each.time for each in adverts], np.int64),
        platform=[each.platform for each in words],
        page=[each.page.name for each in adverts],
        poster=[each.poster for each in words],
        text=[each.text for each in words],
        contacts=[list(each.contacts) for each in words],
        links=[list(each.links) for each in words],
        place=[each.place for each in words],
        image_hash=[each.image for each in words],
        removed_at=np.array(removed, np.int64),
    )
