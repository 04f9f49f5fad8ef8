"""Adverts: what pages post, honest and not."""

import hashlib
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from warroom_lab.world.drawing.columns import DAY, HOUR, MINUTE
from warroom_lab.world.drawing.params import get_number
from warroom_lab.world.drawing.rows import NEVER, TablePart, make_part
from warroom_lab.world.drawing.streams import make_generator
from warroom_lab.world.drawing.tokens import make_token
from warroom_lab.world.jobs import grammar
from warroom_lab.world.jobs.domains import Domain
from warroom_lab.world.jobs.pages import HONEST, JobPage

PLATFORMS = ("PL1", "PL2", "PL3", "PL4", "PL5")
ADVERT_SALT = 0x3D
BACKLOG = 20
"""Days before day 0 from which adverts still stand."""

PLACES = ("Crossing 1", "Crossing 3", "Crossing 5", "P01", "P02", "P09", "P15", "P17", "abroad")


@dataclass(frozen=True, slots=True)
class PostedAdvert:
    """One advert on a page; `get_number` gives its record id, `at` its place among the page's. Its words come from `AdvertWriter`."""

    number: int
    time: int
    page: JobPage
    at: int

    @property
    def record_id(self) -> str:
        """Its record number."""
        return make_token("A", self.number, ADVERT_SALT)

    @property
    def received(self) -> int:
        """When the platform's record comes: with the next of six deliveries a day."""
        return self.time // (4 * HOUR) * 4 * HOUR + 4 * HOUR + 10 * MINUTE

    @property
    def lure(self) -> bool:
        """Whether a gang posted it: truth."""
        return self.page.gang != HONEST


@dataclass(frozen=True, slots=True)
class AdvertWords:
    """What an advert says. `removed` is NEVER while it stands."""

    platform: str
    poster: str
    text: str
    contacts: tuple[str, ...]
    links: tuple[str, ...]
    place: str
    image: str
    removed: int


def make_image_fingerprint(*names: int | str) -> str:
    """A fingerprint of a picture."""
    return hashlib.sha256("\x1f".join(str(name) for name in names).encode()).hexdigest()[:16]


def make_honest_adverts(
    seed: int, start: int, days: int, daily: float, pages: list[JobPage]
) -> list[PostedAdvert]:
    """Offers of employers and licensed recruiters, some abroad with good pay, a bed and a ticket."""
    rng = make_generator(seed, "adverts", "honest")
    count = rng.poisson(daily * (days + BACKLOG))
    times = np.sort(start + (rng.uniform(-BACKLOG, days, count) * DAY).astype(np.int64)).tolist()
    who = rng.integers(0, len(pages), count).tolist()
    return [PostedAdvert(at, times[at], pages[who[at]], at) for at in range(count)]


def make_lures(seed: int, page: JobPage, until: int) -> list[PostedAdvert]:
    """What a gang posts on one page, up to `until`."""
    rng = make_generator(seed, "lures", page.number)
    life = page.closed - page.opened
    count = rng.poisson(get_number("jobs", "lures_gang_day") * life / DAY) + 1
    times = np.sort(page.opened + (rng.random(count) * life).astype(np.int64)).tolist()
    # Beyond any honest advert's number. The record id scrambles it, so that it tells nobody whose it is.
    first = (1 << 28) + (page.number - (1 << 24)) * 64
    return [PostedAdvert(first + at % 64, time, page, at) for at, time in enumerate(times) if time < until]


class AdvertWriter:
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
        self._kept: dict[tuple[int, int], AdvertWords] = {}

    def __call__(self, advert: PostedAdvert) -> AdvertWords:
        """The words of an advert."""
        key = (advert.number, advert.page.opened)
        if key not in self._kept:
            self._kept[key] = self._write_lure(advert) if advert.lure else self._write_honest_advert(advert)
        return self._kept[key]

    def _write_honest_advert(self, advert: PostedAdvert) -> AdvertWords:
        rng = make_generator(self._seed, "advert", advert.number)
        page = advert.page.number
        own = self._domains[HONEST]
        chat = f"chat:{make_token('U', page, 0x0D)}"
        contact = chat if rng.random() < 0.6 else self._phone(HONEST, page, advert.time) or chat
        links = (f"https://{own[page % len(own)].name}/jobs",) if rng.random() < 0.6 else ()
        stays = rng.random() < 0.5
        picture = make_image_fingerprint(self._seed, "honest", page, int(rng.integers(0, 6)))
        pay = _draw_pay(rng, 24_000, 0.45, 12_000)
        return AdvertWords(
            PLATFORMS[page % 5],
            make_token("PO", page * 2 + int(rng.integers(0, 2)), 0x0F),
            grammar.write_advert(rng, False, pay, contact),
            (contact,),
            links,
            PLACES[int(rng.integers(0, len(PLACES)))],
            picture,
            NEVER if stays else advert.time + int(rng.exponential(20) * DAY) + DAY,
        )

    def _write_lure(self, advert: PostedAdvert) -> AdvertWords:
        page = advert.page
        rng = make_generator(self._seed, "lure", page.number, advert.at)
        # One contact serves two generations of a gang's pages: what outlives a page ties it to the next.
        chat = f"chat:{make_token('U', (1 << 22) + page.gang * 64 + page.generation // 2 % 64, 0x0D)}"
        contact = chat if rng.random() < 0.8 else self._phone(page.gang, page.number, advert.time) or chat
        live = [domain for domain in self._domains[page.gang] if domain.seen <= advert.time]
        links = (f"https://{live[-1].name}/apply",) if rng.random() < 0.4 and live else ()
        # A picture seen twice proves nothing by itself: some gangs take an honest employer's.
        copied = rng.random() < 0.2
        picture = ("honest", int(rng.integers(0, self._pages))) if copied else ("gang", page.gang)
        pay = _draw_pay(rng, 34_000, 0.35, 15_000)
        return AdvertWords(
            PLATFORMS[(page.gang + page.slot + page.generation) % 5],
            make_token("PO", (1 << 25) + (page.number - (1 << 24)) * 2 + int(rng.integers(0, 2)), 0x0F),
            grammar.write_advert(rng, True, pay, contact),
            (contact,),
            links,
            PLACES[int(rng.integers(0, len(PLACES)))],
            make_image_fingerprint(self._seed, *picture, int(rng.integers(0, 6))),
            page.closed,
        )


def _draw_pay(rng: np.random.Generator, middle: float, sigma: float, least: int) -> int:
    return max(int(middle * np.exp(sigma * rng.standard_normal())) // 500 * 500, least)


def make_advert_rows(
    adverts: list[PostedAdvert], write: AdvertWriter, end: int, taken_down: int = NEVER
) -> TablePart:
    """Rows of adverts; what is taken down after `end` is not known yet. `taken_down`: when they all were."""
    words = [write(advert) for advert in adverts]
    known = [wording.removed if wording.removed < end else NEVER for wording in words]
    removed = known if taken_down == NEVER else [taken_down] * len(known)
    return make_part(
        "platforms",
        "adverts",
        [advert.record_id for advert in adverts],
        np.array([advert.received for advert in adverts], np.int64),
        time=np.array([advert.time for advert in adverts], np.int64),
        platform=[wording.platform for wording in words],
        page=[advert.page.name for advert in adverts],
        poster=[wording.poster for wording in words],
        text=[wording.text for wording in words],
        contacts=[list(wording.contacts) for wording in words],
        links=[list(wording.links) for wording in words],
        place=[wording.place for wording in words],
        image_hash=[wording.image for wording in words],
        removed_at=np.array(removed, np.int64),
    )
