"""A run: the pages whose adverts most look like lures as of a moment, each with reasons for and against."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from warroom import clock
from warroom.errors import SignalError
from warroom.home import Home
from warroom.lake.lake import Lake
from warroom.reasons.reason import Reason
from warroom.signals.adverts.advert import Advert, list_adverts, subject_of
from warroom.signals.adverts.clusters.lures import NONE, Lures, build_lures, choose_posted_time, update_lures
from warroom.signals.adverts.red_flags import AdvertFindings, RedFlag, find_red_flags
from warroom.signals.adverts.score import (
    VERSION,
    compute_chance,
    load_page_weights,
    load_weights,
    score_advert,
    weigh_evidence,
)
from warroom.signals.adverts.text_model import find_telling_words
from warroom.signals.bounds import find_last_received
from warroom.signals.signal import Signal
from warroom.signals.unread_texts import keep_unread
from warroom.subjects.subject import Subject

LEAST = 0.5
"""Probability below which no signal is raised: the page is likelier honest than not."""
TOLD_WORDING = 0.25
"""Points of the text model from which on its part is a reason: less than the lightest flag adds."""
# Words and records shown in a reason; more are counted.
SHOWN_WORDS = 4
SHOWN_RECORDS = 8


@dataclass(frozen=True, slots=True)
class AdvertPage:
    """A page, or an advert without one, with its online adverts and the findings in each."""

    subject: Subject
    adverts: tuple[Advert, ...]
    findings: tuple[AdvertFindings, ...]
    elsewhere: frozenset[tuple[str, str]]
    """Keys of adverts whose script or contact others show too."""
    copies_of_taken_down: Mapping[tuple[str, str], datetime]
    """By key: adverts whose script was on a page that officers had taken down, and when."""
    taken_down_at: datetime | None
    """When it was taken down itself, where it is online again."""

    others: tuple[int, float]
    """The number of adverts on its organiser's other pages, and the sum of their points."""

    @property
    def advert_points(self) -> tuple[float, ...]:
        """The points of each of its adverts."""
        return tuple(
            score_advert(found, self.list_shared_red_flags(one))
            for one, found in zip(self.adverts, self.findings, strict=True)
        )

    @property
    def organiser_points(self) -> float:
        """Points from its organiser's other pages, limited both ways: a gang that puts an honest shop's
        number under its adverts must not turn the shop into a lure.
        """
        most = load_page_weights()["others"]
        return max(-most, min(most, weigh_evidence(*self.others)))

    @property
    def points(self) -> float:
        """Its score in log-odds: its adverts and its organiser's together, or its strongest advert alone,
        whichever is more: a gang could else hide a lure among harmless adverts.
        """
        # Computed once: the property scores every advert again.
        each = self.advert_points
        alone = weigh_evidence(1, max(each)) - load_page_weights()["alone"]
        return max(weigh_evidence(len(each), sum(each)) + self.organiser_points, alone)

    @property
    def probability(self) -> float:
        """The probability that it is a lure, in [0, 1]."""
        table = load_page_weights()
        return compute_chance(table["slope"] * self.points + table["shift"])

    def list_shared_red_flags(self, advert: Advert) -> tuple[str, ...]:
        """The flags of one of its adverts that other adverts show."""
        elsewhere = ("seen_elsewhere",) if advert.key in self.elsewhere else ()
        return (*elsewhere, *(("known_lure",) if advert.key in self.copies_of_taken_down else ()))


def find_newest_time(lake: Lake) -> datetime:
    """When the newest adverts came, at most now: until others come, a run as of then gives the same signals."""
    return min(find_last_received(lake, ("adverts",)), clock.get_now())


def run(
    home: Home, lake: Lake, as_of: datetime, budget: int, confirmed: Mapping[Subject, datetime] = NONE
) -> list[Signal]:
    """The signals of pages as of a moment, the likeliest first; raises SignalError for a moment to come.

    `confirmed`: pages that officers had taken down, and when; those of a later time than the moment do not count.
    """
    last = find_newest_time(lake)
    if as_of > max(last, clock.get_now()):
        raise SignalError("--as-of is a time to come, of which nothing is known yet; name an earlier one.")
    seen = list_adverts(lake, as_of)
    # What came later may have joined two clusters: a look back has to make its own.
    down = {page: at for page, at in confirmed.items() if at <= as_of}
    lures = update_lures(home, seen, down) if as_of >= last else build_lures(seen, down)
    raised_signals = rank_pages(lures, as_of, budget)
    keep_unread(home, "health.adverts-unread", lures.unread)
    return raised_signals


def rank_pages(lures: Lures, as_of: datetime, budget: int) -> list[Signal]:
    """The signals of lures at hand, the likeliest first, at most `budget`; pages online again after a
    takedown always.
    """
    pages = sorted(build_pages(lures, as_of), key=lambda page: (-page.points, str(page.subject)))
    # A page that is online again after a takedown is shown whatever its probability.
    likely = [page for page in pages[:budget] if page.taken_down_at or page.probability >= LEAST]
    return [_to_signal(page, rank, as_of) for rank, page in enumerate(likely, 1)]


def build_pages(lures: Lures, as_of: datetime, *, gone: bool = False) -> list[AdvertPage]:
    """Pages with adverts online as of a moment; with `gone` also removed ones."""
    standing: dict[Subject, list[Advert]] = defaultdict(list)
    for advert in lures.adverts:
        if advert.text and (gone or advert.removed_at is None or advert.removed_at > as_of):
            standing[subject_of(advert)].append(advert)
    looked = _examine_texts(lures, [advert for page_adverts in standing.values() for advert in page_adverts])
    readable = {
        subject: [advert for advert in page_adverts if advert.text in looked]
        for subject, page_adverts in standing.items()
    }
    alone = {
        subject: AdvertPage(
            subject,
            tuple(page_adverts),
            tuple(looked[advert.text] for advert in page_adverts),
            lures.adverts_seen_elsewhere,
            lures.copies_of_taken_down,
            lures.reposted_pages.get(subject),
            (0, 0.0),
        )
        for subject, page_adverts in readable.items()
        if page_adverts
    }
    for organiser in lures.organisers:
        own = {page: alone[page].advert_points for page in organiser.pages if page in alone}
        adverts, total = sum(map(len, own.values())), sum(map(sum, own.values()))
        for page, page_points in own.items():
            alone[page] = replace(alone[page], others=(adverts - len(page_points), total - sum(page_points)))
    return list(alone.values())


def _examine_texts(lures: Lures, standing: Sequence[Advert]) -> dict[str, AdvertFindings]:
    """Findings by text; unreadable texts are counted and left out."""
    first = {one.text: one.record_id for one in reversed(standing)}
    found = {text: lures.unread.try_reading(name, find_red_flags, text) for text, name in first.items()}
    return {text: looked for text, looked in found.items() if looked is not None}


def _to_signal(page: AdvertPage, rank: int, as_of: datetime) -> Signal:
    return Signal(
        kind="adverts",
        subject=page.subject,
        probability=page.probability,
        rank=rank,
        reasons=tuple(_list_reasons(page)),
        innocent=tuple(_list_innocent_reasons(page)),
        as_of=as_of,
        model_version=VERSION,
    )


def _list_reasons(page: AdvertPage) -> list[Reason]:
    """A reason for each flag, the heaviest first, with its words and the adverts that show it."""
    heavy = load_weights()["flags"]
    shown = _gather_words(page, "flags")
    flag_reasons = [
        _make_reason(f"advert_{name}", *shown[name])
        for name in sorted(shown, key=lambda name: -heavy.get(name, 0.0))
    ]
    copies = tuple(advert.record_id for advert in page.adverts if advert.key in page.elsewhere)
    return [
        *_list_takedown_reasons(page),
        *_list_wording_reasons(page, 1),
        *flag_reasons,
        *(
            [Reason("advert_seen_elsewhere", {"count": len(copies)}, copies[:SHOWN_RECORDS])]
            if copies
            else []
        ),
        *([Reason("advert_organiser_lures", {"count": page.others[0]})] if page.organiser_points > 0 else []),
    ]


def _list_takedown_reasons(page: AdvertPage) -> list[Reason]:
    """Reasons that the page is online again, and that pages with the same script were taken down."""
    reasons = []
    if page.taken_down_at:
        later = tuple(
            advert.record_id for advert in page.adverts if choose_posted_time(advert) > page.taken_down_at
        )
        reasons.append(
            Reason("advert_stands_again", {"day": f"{page.taken_down_at:%Y-%m-%d}"}, later[:SHOWN_RECORDS])
        )
    copies = {
        advert.record_id: page.copies_of_taken_down[advert.key]
        for advert in page.adverts
        if advert.key in page.copies_of_taken_down
    }
    if copies:
        about = {"day": f"{max(copies.values()):%Y-%m-%d}", "count": len(copies)}
        reasons.append(Reason("advert_known_lure", about, tuple(copies)[:SHOWN_RECORDS]))
    return reasons


def _list_wording_reasons(page: AdvertPage, sign: int) -> list[Reason]:
    """The reason of the text model's part, where it speaks for a lure (`sign` 1) or for an honest offer (-1)."""
    telling = [
        (sign * looked.wording_points, looked, advert.record_id)
        for advert, looked in zip(page.adverts, page.findings, strict=True)
        if sign * looked.wording_points >= TOLD_WORDING
    ]
    if not telling:
        return []
    _, strongest, _ = max(telling, key=lambda part: part[0])
    words = find_telling_words(strongest.reading, sign)
    code = "advert_wording" if sign > 0 else "advert_has_wording"
    return [_make_reason(code, words, [record_id for _, _, record_id in telling])] if words else []


def _list_innocent_reasons(page: AdvertPage) -> list[Reason]:
    shown = _gather_words(page, "assurances")
    heavy = load_weights()["assurances"]
    return [
        *(
            _make_reason(f"advert_has_{name}", *shown[name])
            for name in sorted(shown, key=lambda name: -heavy[name])
        ),
        *_list_wording_reasons(page, -1),
        *(
            [Reason("advert_organiser_honest", {"count": page.others[0]})]
            if page.organiser_points < 0
            else []
        ),
    ]


def _gather_words(page: AdvertPage, part: str) -> Mapping[str, tuple[list[str], list[str]]]:
    """By name the words and the records that show it."""
    shown: dict[str, tuple[list[str], list[str]]] = {}
    for advert, looked in zip(page.adverts, page.findings, strict=True):
        flags: tuple[RedFlag, ...] = getattr(looked, part)
        for flag in flags:
            words, records = shown.setdefault(flag.name, ([], []))
            words.extend(looked.list_red_flag_words(flag))
            records.append(advert.record_id)
    return shown


def _make_reason(code: str, words: Sequence[str], records: Sequence[str]) -> Reason:
    said = list(dict.fromkeys(" ".join(word.split()) for word in words))[:SHOWN_WORDS]
    return Reason(code, {"words": " · ".join(said), "count": len(records)}, tuple(records[:SHOWN_RECORDS]))
