"""Linking pages: by the script that their adverts copy, and by contacts that they share.

A contact on more pages than `HUB` links nothing: a shelter's number or a platform's address is in thousands
of honest adverts. A common script shows that pages copy each other, never that they have one organiser.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from hashlib import blake2b
from types import MappingProxyType

from warroom.home import Home
from warroom.signals.adverts.advert import Advert, subject_of
from warroom.signals.adverts.clusters.contacts import extract_contacts
from warroom.signals.adverts.clusters.joining import EMPTY
from warroom.signals.adverts.clusters.scripts import Scripts
from warroom.subjects.subject import Subject
from warroom.unread import UnreadTexts

HUB = 40
"""Pages; a contact on more of them does not link them. Chosen, not measured."""
Key = tuple[str, str]
NONE: Mapping[Subject, datetime] = MappingProxyType({})


@dataclass(frozen=True)
class Organiser:
    """Pages linked by contacts, directly or through each other.

    Its number is that of the first text of its oldest page, which is unique and stays; 0 before a run read it.
    """

    number: int
    pages: tuple[Subject, ...]
    contacts: tuple[str, ...]
    scripts: tuple[int, ...]


@dataclass(frozen=True)
class Cluster:
    """Adverts that copy one script, in the order in which they came."""

    number: int
    adverts: tuple[Advert, ...]

    @cached_property
    def pages(self) -> tuple[Subject, ...]:
        """The pages that show it, each once."""
        return tuple(dict.fromkeys(map(subject_of, self.adverts)))


class Lures:
    """The adverts known as of a moment, with clusters, contacts and organisers computed on demand.

    `confirmed`: pages that officers had taken down, and when; not pages that their posters removed.
    By advert: `text_of` the number of its text, unique to the advert; `script_of` the number of the script it
    copies; `also_of` that of a second script it copies, since old scripts are never merged.
    """

    def __init__(
        self,
        seen: Sequence[Advert],
        text_of: Mapping[Key, int],
        script_of: Mapping[Key, int],
        also_of: Mapping[Key, int],
        confirmed: Mapping[Subject, datetime],
    ) -> None:
        self.adverts = tuple(seen)
        self.text_of = text_of
        self.script_of = script_of
        self.also_of = also_of
        self.confirmed = confirmed
        self.unread = UnreadTexts("adverts")

    @cached_property
    def clusters(self) -> Mapping[int, Cluster]:
        """Scripts that two adverts or more show, by number."""
        found: dict[int, list[Advert]] = defaultdict(list)
        for one in self.adverts:
            if one.key in self.script_of:
                found[self.script_of[one.key]].append(one)
        return {number: Cluster(number, tuple(each)) for number, each in found.items() if len(each) > 1}

    @cached_property
    def contacts_of(self) -> Mapping[Subject, frozenset[str]]:
        """By page every contact that it ever showed."""
        # A page keeps its old contacts: the poster changes the number, not the people behind it.
        found: dict[Subject, set[str]] = defaultdict(set)
        for one in self.adverts:
            found[subject_of(one)] |= self.unread.try_reading(one.record_id, extract_contacts, one) or set()
        return {page: frozenset(each) for page, each in found.items()}

    @cached_property
    def shared_contacts(self) -> Mapping[str, tuple[Subject, ...]]:
        """Contacts that link pages, with the pages; contacts on more than `HUB` pages are left out."""
        found: dict[str, list[Subject]] = defaultdict(list)
        for page, values in self.contacts_of.items():
            for value in values:
                found[value].append(page)
        return {value: tuple(pages) for value, pages in found.items() if 1 < len(pages) <= HUB}

    @cached_property
    def organisers(self) -> tuple[Organiser, ...]:
        """Groups of pages linked by shared contacts, the largest first."""
        parents: dict[Subject, Subject] = {}

        def find_root(page: Subject) -> Subject:
            while parents.setdefault(page, page) != page:
                # Path halving, so that long chains of contacts stay cheap.
                parents[page] = page = parents[parents[page]]
            return page

        for pages in self.shared_contacts.values():
            for page in pages[1:]:
                parents[find_root(page)] = find_root(pages[0])
        groups: dict[Subject, list[Subject]] = defaultdict(list)
        for page in self.contacts_of:
            if page in parents:
                groups[find_root(page)].append(page)
        made = [self._build_organiser(pages) for pages in groups.values()]
        return tuple(sorted(made, key=lambda organiser: (-len(organiser.pages), organiser.number)))

    def organiser_of(self, page: Subject) -> Organiser | None:
        """The organiser that a page belongs to."""
        return next((one for one in self.organisers if page in one.pages), None)

    @cached_property
    def removed_pages(self) -> Mapping[Subject, datetime]:
        """For pages without an advert online: when the last one was removed."""
        found: dict[Subject, list[datetime | None]] = defaultdict(list)
        for one in self.adverts:
            found[subject_of(one)].append(one.removed_at)
        return {page: max(filter(None, each)) for page, each in found.items() if all(each)}

    @cached_property
    def first_seen(self) -> Mapping[Subject, datetime]:
        """When a page's first advert came."""
        found: dict[Subject, datetime] = {}
        for one in self.adverts:
            found.setdefault(subject_of(one), choose_posted_time(one))
        return found

    @cached_property
    def reposted_pages(self) -> Mapping[Subject, datetime]:
        """Pages that officers had taken down and that show a later advert which is online, with the time of
        the takedown.
        """
        standing = (advert for advert in self.adverts if advert.removed_at is None)
        page_times = ((subject_of(advert), choose_posted_time(advert)) for advert in standing)
        return {
            page: self.confirmed[page]
            for page, at in page_times
            if page in self.confirmed and at > self.confirmed[page]
        }

    def scripts_of(self, advert: Advert) -> tuple[int, ...]:
        """The numbers of the scripts that an advert copies, that of its own first."""
        return tuple(of[advert.key] for of in (self.script_of, self.also_of) if advert.key in of)

    @cached_property
    def copies_of_taken_down(self) -> Mapping[Key, datetime]:
        """Adverts that copy the script of a page that was taken down, with the time of the last such
        takedown.
        """
        scripts: dict[int, datetime] = {}
        others: list[Advert] = []
        for advert in self.adverts:
            at, number = self.confirmed.get(subject_of(advert)), self.script_of.get(advert.key, 0)
            # What a page shows since it is online again is not what an officer saw when its takedown was
            # decided.
            if at is None or choose_posted_time(advert) > at:
                others.append(advert)
            elif number:
                scripts[number] = max(at, scripts.get(number, at))
        script_times = {
            advert.key: [scripts[script] for script in self.scripts_of(advert) if script in scripts]
            for advert in others
        }
        return {key: max(times) for key, times in script_times.items() if times}

    def list_regrown_pages(self, organiser: Organiser) -> tuple[Subject, ...]:
        """An organiser's pages that appeared after another of them was gone, or that are online again
        themselves.
        """
        down = {**self.removed_pages, **self.confirmed}
        gone = [down[page] for page in organiser.pages if page in down]
        return tuple(
            page
            for page in organiser.pages
            if page in self.reposted_pages or (gone and self.first_seen[page] > min(gone))
        )

    def _build_organiser(self, pages: Sequence[Subject]) -> Organiser:
        own = set(pages)
        ties = sorted(value for value, shown in self.shared_contacts.items() if own.issuperset(shown))
        scripts = Counter(
            self.script_of[advert.key]
            for advert in self.adverts
            if advert.key in self.script_of and subject_of(advert) in own
        )
        oldest = next(advert for advert in self.adverts if subject_of(advert) in own)
        return Organiser(
            self.text_of.get(oldest.key, 0),
            tuple(pages),
            tuple(ties),
            tuple(number for number, _ in scripts.most_common()),
        )

    @cached_property
    def adverts_seen_elsewhere(self) -> frozenset[Key]:
        """Adverts whose contact or script is on three or more pages (an honest shop often has two)."""
        tied = {page for pages in self.shared_contacts.values() if len(pages) > 2 for page in pages}
        copied = {one.key for each in self.clusters.values() if len(each.pages) > 2 for one in each.adverts}
        return frozenset(one.key for one in self.adverts if one.key in copied or subject_of(one) in tied)


def choose_posted_time(advert: Advert) -> datetime:
    """When an advert was posted, as its platform says; else when it was received."""
    return advert.time or advert.received_at


def update_lures(home: Home, seen: Sequence[Advert], confirmed: Mapping[Subject, datetime] = NONE) -> Lures:
    """The lures of a home among adverts: those that came since the last time join the clusters, whose numbers stay."""
    with home.take_lock("adverts"):
        scripts = Scripts.open(home.index / "adverts")
        # Read under the lock: another process may just have added texts.
        known = scripts.map_text_numbers()
        new = {
            make_text_number(advert): advert.text for advert in seen if make_text_number(advert) not in known
        }
        if new:
            scripts.add_texts([*new.values()], [*new])
            scripts.save()
    return _assemble_lures(scripts, seen, confirmed)


def load_kept_lures(
    home: Home, seen: Sequence[Advert], confirmed: Mapping[Subject, datetime] = NONE
) -> Lures:
    """The lures with the clusters that the last run saved; newer adverts have no script yet. Writes nothing."""
    return _assemble_lures(Scripts.open(home.index / "adverts"), seen, confirmed)


def build_lures(seen: Sequence[Advert], confirmed: Mapping[Subject, datetime] = NONE) -> Lures:
    """The lures of adverts, clustered in memory; nothing is saved."""
    scripts = Scripts.open()
    new = {make_text_number(one): one.text for one in seen}
    scripts.add_texts([*new.values()], [*new])
    return _assemble_lures(scripts, seen, confirmed)


def make_text_number(advert: Advert) -> int:
    """A 63-bit hash of one version of one advert: the files of clusters name texts by it and hold none of
    their words.
    """
    told = "\x1f".join((*advert.key, advert.text)).encode("utf-8", "surrogatepass")
    # Shifted, so that it fits a signed 64-bit array.
    return int.from_bytes(blake2b(told, digest_size=8).digest()) >> 1


def _assemble_lures(scripts: Scripts, seen: Sequence[Advert], confirmed: Mapping[Subject, datetime]) -> Lures:
    """Adverts with the numbers of their texts and of their scripts, counted from 1; adverts without words copy no script."""
    numbers, clusters = scripts.map_text_numbers(), scripts.list_cluster_roots()
    named = ((advert, numbers.get(make_text_number(advert))) for advert in seen)
    texts = {
        advert.key: (number, bool(advert.text.strip())) for advert, number in named if number is not None
    }
    script_of, also_of = (
        {key: int(of[number]) + 1 for key, (number, words) in texts.items() if words and of[number] != EMPTY}
        for of in (clusters, scripts.beside)
    )
    return Lures(seen, {key: number + 1 for key, (number, _) in texts.items()}, script_of, also_of, confirmed)
