"""A run: the pages whose adverts most look like lures as of a moment, each with the words that show it and what speaks against."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from warroom import clock
from warroom.errors import SignalError
from warroom.home import Home
from warroom.lake.lake import Lake
from warroom.reasons.reason import Reason
from warroom.signals.adverts.advert import Advert, adverts, subject_of
from warroom.signals.adverts.clusters.lures import NONE, Lures, came, known_lures, lures_of
from warroom.signals.adverts.flags import Flag, Looked, look
from warroom.signals.adverts.score import VERSION, chance, evidence, of_pages, points, weights
from warroom.signals.bounds import last_received
from warroom.signals.signal import Signal
from warroom.signals.unread_texts import keep_unread
from warroom.subjects.subject import Subject

LEAST = 0.5
"""Below this probability a page is nobody's work: it is likelier honest than not."""
SHOWN_WORDS = 4
SHOWN_RECORDS = 8


@dataclass(frozen=True, slots=True)
class Page:
    """A page, or an advert without one, with its standing adverts and what was found in each."""

    subject: Subject
    adverts: tuple[Advert, ...]
    found: tuple[Looked, ...]
    elsewhere: frozenset[tuple[str, str]]
    """Keys of adverts whose script or contact others show too."""
    known: Mapping[tuple[str, str], datetime]
    """By key the adverts whose script stood on a page that officers had taken down, and when."""
    again: datetime | None
    """When it was taken down itself, where it stands again."""

    others: tuple[int, float]
    """How many adverts its organiser's other pages show, and their points together."""

    @property
    def each(self) -> tuple[float, ...]:
        """The points of each of its adverts."""
        return tuple(
            points(found, self.more(one)) for one, found in zip(self.adverts, self.found, strict=True)
        )

    @property
    def tied(self) -> float:
        """What its organiser's other pages add or take, never more than so much: whoever puts an honest shop's number under their
        adverts makes no lure of it.
        """
        most = of_pages()["others"]
        return max(-most, min(most, evidence(*self.others)))

    @property
    def points(self) -> float:
        """Its score: what its adverts and its organiser's others say together, or what its strongest alone is worth beside harmless ones."""
        each = self.each
        alone = evidence(1, max(each)) - of_pages()["alone"]
        return max(evidence(len(each), sum(each)) + self.tied, alone)

    @property
    def probability(self) -> float:
        """How likely it is a lure's."""
        table = of_pages()
        return chance(table["slope"] * self.points + table["shift"])

    def more(self, advert: Advert) -> tuple[str, ...]:
        """The flags of one of its adverts that other adverts show."""
        elsewhere = ("seen_elsewhere",) if advert.key in self.elsewhere else ()
        return (*elsewhere, *(("known_lure",) if advert.key in self.known else ()))


def newest(lake: Lake) -> datetime:
    """When the newest adverts came; by it a run is the same until others come."""
    return min(last_received(lake, ("adverts",)), clock.now())


def run(
    home: Home, lake: Lake, as_of: datetime, budget: int, confirmed: Mapping[Subject, datetime] = NONE
) -> list[Signal]:
    """The signals of pages as of a moment, the likeliest first; raises SignalError for a moment to come.

    `confirmed`: pages that officers had taken down, and when; those of a later time than the moment do not count.
    """
    last = newest(lake)
    if as_of > max(last, clock.now()):
        raise SignalError("--as-of is a time to come, of which nothing is known yet; name an earlier one.")
    seen = adverts(lake, as_of)
    # What came later may have joined two clusters: a look back has to make its own.
    down = {page: at for page, at in confirmed.items() if at <= as_of}
    lures = known_lures(home, seen, down) if as_of >= last else lures_of(seen, down)
    found = signals(lures, as_of, budget)
    keep_unread(home, "health.adverts-unread", lures.unread)
    return found


def signals(lures: Lures, as_of: datetime, budget: int) -> list[Signal]:
    """The same of adverts that were read elsewhere."""
    pages = sorted(pages_of(lures, as_of), key=lambda page: (-page.points, str(page.subject)))
    likely = [page for page in pages[:budget] if page.again or page.probability >= LEAST]
    return [_signal(page, rank, as_of) for rank, page in enumerate(likely, 1)]


def pages_of(lures: Lures, as_of: datetime, *, gone: bool = False) -> list[Page]:
    """Pages with adverts that stand as of a moment; with `gone` those that were taken down too, with what they showed."""
    standing: dict[Subject, list[Advert]] = defaultdict(list)
    for one in lures.adverts:
        if one.text and (gone or one.removed_at is None or one.removed_at > as_of):
            standing[subject_of(one)].append(one)
    looked = _looked_at(lures, [one for each in standing.values() for one in each])
    readable = {subject: [one for one in each if one.text in looked] for subject, each in standing.items()}
    alone = {
        subject: Page(
            subject,
            tuple(each),
            tuple(looked[one.text] for one in each),
            lures.elsewhere,
            lures.known,
            lures.again.get(subject),
            (0, 0.0),
        )
        for subject, each in readable.items()
        if each
    }
    for organiser in lures.organisers:
        own = {page: alone[page].each for page in organiser.pages if page in alone}
        adverts, total = sum(map(len, own.values())), sum(map(sum, own.values()))
        for page, each in own.items():
            alone[page] = replace(alone[page], others=(adverts - len(each), total - sum(each)))
    return list(alone.values())


def _looked_at(lures: Lures, standing: Sequence[Advert]) -> dict[str, Looked]:
    """By text what was found in it; texts that cannot be read are counted and left out."""
    first = {one.text: one.record_id for one in reversed(standing)}
    found = {text: lures.unread.attempt(name, look, text) for text, name in first.items()}
    return {text: looked for text, looked in found.items() if looked is not None}


def _signal(page: Page, rank: int, as_of: datetime) -> Signal:
    return Signal(
        kind="adverts",
        subject=page.subject,
        probability=page.probability,
        rank=rank,
        reasons=tuple(_reasons(page)),
        innocent=tuple(_innocent(page)),
        as_of=as_of,
        model_version=VERSION,
    )


def _reasons(page: Page) -> list[Reason]:
    """A reason for each flag, the heaviest first, with its words and the adverts that show it."""
    heavy = weights()["flags"]
    shown = _gathered(page, "flags")
    found = [
        _reason(f"advert_{name}", *shown[name])
        for name in sorted(shown, key=lambda name: -heavy.get(name, 0.0))
    ]
    copies = tuple(one.record_id for one in page.adverts if one.key in page.elsewhere)
    return [
        *_taken_down(page),
        *found,
        *(
            [Reason("advert_seen_elsewhere", {"count": len(copies)}, copies[:SHOWN_RECORDS])]
            if copies
            else []
        ),
        *([Reason("advert_organiser_lures", {"count": page.others[0]})] if page.tied > 0 else []),
    ]


def _taken_down(page: Page) -> list[Reason]:
    """That it stands again, and that others which said the same were taken down."""
    found = []
    if page.again:
        later = tuple(one.record_id for one in page.adverts if came(one) > page.again)
        found.append(Reason("advert_stands_again", {"day": f"{page.again:%Y-%m-%d}"}, later[:SHOWN_RECORDS]))
    copies = {one.record_id: page.known[one.key] for one in page.adverts if one.key in page.known}
    if copies:
        about = {"day": f"{max(copies.values()):%Y-%m-%d}", "count": len(copies)}
        found.append(Reason("advert_known_lure", about, tuple(copies)[:SHOWN_RECORDS]))
    return found


def _innocent(page: Page) -> list[Reason]:
    shown = _gathered(page, "assurances")
    heavy = weights()["assurances"]
    return [
        *(
            _reason(f"advert_has_{name}", *shown[name])
            for name in sorted(shown, key=lambda name: -heavy[name])
        ),
        *([Reason("advert_organiser_honest", {"count": page.others[0]})] if page.tied < 0 else []),
    ]


def _gathered(page: Page, part: str) -> Mapping[str, tuple[list[str], list[str]]]:
    """By name the words and the records that show it."""
    shown: dict[str, tuple[list[str], list[str]]] = {}
    for one, found in zip(page.adverts, page.found, strict=True):
        flags: tuple[Flag, ...] = getattr(found, part)
        for flag in flags:
            words, records = shown.setdefault(flag.name, ([], []))
            words.extend(found.words(flag))
            records.append(one.record_id)
    return shown


def _reason(code: str, words: Sequence[str], records: Sequence[str]) -> Reason:
    said = list(dict.fromkeys(" ".join(word.split()) for word in words))[:SHOWN_WORDS]
    return Reason(code, {"words": " · ".join(said), "count": len(records)}, tuple(records[:SHOWN_RECORDS]))
