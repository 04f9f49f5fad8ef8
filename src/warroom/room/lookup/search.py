"""One search over everything: cases by number, subjects, the room's own numbers, texts of the lake, words of officers.

What lies in one's own cases is shown with why it matches, and what one wrote oneself. Of the rest it is told how many hits
there are, up to a few, and never whose (`outside` says why that cannot be used to read what one may not). The log keeps
which records were shown, and never the words: people type other things into a search.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from sqlalchemy import select
from sqlalchemy.orm import Session

from warroom.access import masking, role_groups
from warroom.cases import sealing
from warroom.cases.queries.case_list import board_row
from warroom.cases.queries.search import cases_knowing
from warroom.cases.schema import Case
from warroom.lake.lake import Lake
from warroom.lake.texts import index as text_index
from warroom.lake.texts.declared import SEARCHED, WORDS
from warroom.lake.texts.fold import around, folded
from warroom.lake.texts.index import Texts
from warroom.lake.texts.naming import DOMAIN_IN_TEXT, NUMBER_IN_TEXT
from warroom.lake.texts.query import Query, forms, forms_of
from warroom.lake.texts.record import Record
from warroom.ledger import officers
from warroom.ledger.decision import Look, look
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.ledger.schema import OfficerRow
from warroom.marking import Mark
from warroom.room.lookup import notes, numbers, outside, record_facts
from warroom.room.lookup.asked import Asked
from warroom.room.lookup.reach import Reach, names_in, reach, sealed_records
from warroom.room.lookup.views import Found, NoteHit, NumberHit, SubjectHit, TextHit
from warroom.subjects import spelling
from warroom.subjects.kinds import page_of
from warroom.subjects.subject import Subject

if TYPE_CHECKING:
    from warroom.signals.signal import Signal

MOST = 20
"""Hits shown of each sort and table."""
LOOKED_AT = 400
"""Records looked at to find one outside one's own cases, or those that name a number."""
PLACES = 20_000
"""So many of the newest places where own cases' numbers stand are looked through for the end of a telephone."""
PHONES = ("ties", "messages", "sims", "adverts", "tips", "reports")
"""Tables that name telephones."""
AROUND = 60
NOTES = "notes"


def find(
    ledger: Ledger,
    lake: Lake,
    officer: Officer,
    said: str,
    *,
    signals: Callable[[], Sequence["Signal"]] = tuple,
    now: datetime | None = None,
) -> Found:
    """Everything that knows what was typed, the last run's among it, which `signals` reads; raises NotAllowed."""
    asked = Asked.of(said)
    if asked.problem is not None:
        return Found(problem=asked.problem)
    index = text_index.current(lake.home, lake.state)
    with look(ledger, officer, *role_groups.CASE_READERS, now=now) as this:
        found = _find(this, lake, index, asked, signals) if asked.text else Found()
        this.log("case.searched", "cases", _shown(found))
        return found


def _find(
    this: Look, lake: Lake, index: Texts, asked: Asked, signals: Callable[[], Sequence["Signal"]]
) -> Found:
    session, person, now = this.session, this.person, this.now
    mine, query = reach(session, person, now), asked.query
    officer = officers.officer_view(person)
    shut = masking.marks_shut(officer)
    weary = asked.telling and outside.weary(lake.home.root, person.id, asked.plain, now)
    most = 0 if weary or not asked.telling else outside.MOST
    looking = _Looking(lake, index, mine, sealed_records(session, person), shut, most)
    subjects, spelled = looking.named(asked.forms)
    subjects = _joined(numbers.accounts(session, mine, asked, shut), subjects)
    subjects = _joined(subjects, looking.ending(numbers.end_of(asked, shut, Mark.PERSONAL)))
    said: list[TextHit] = []
    words: list[NoteHit] = []
    if query.enough:
        said = looking.saying(query)
        left = most - len(looking.outside)
        words, others = notes.find(session, person, mine.cases, query, shut, left)
        looking.outside.update((NOTES, str(number)) for number in range(others))
    said += [hit for hit in spelled if hit.fact.origin not in {one.fact.origin for one in said}]
    cases = cases_knowing(session, person, asked.text)
    cases += _named_in(session, subjects, {case.number for case in cases})
    return Found(
        cases=tuple(map(board_row, cases)),
        subjects=tuple(subjects[:MOST]),
        numbers=(
            *numbers.find(session, person, asked.text),
            *looking.places_open(),
            *numbers.signals(officer, signals, asked, shut),
        ),
        texts=tuple(sorted(said, key=lambda one: one.fact.time, reverse=True)[:MOST]),
        notes=tuple(words[:MOST]),
        elsewhere=tuple(sorted({table for table, *_ in looking.outside})),
        # Said beside the hits, since nothing found is something else where not all was looked at.
        behind=index.behind,
        more=max(len(said), len(words), len(subjects)) > MOST,
        outside=len(looking.outside),
        weary=weary,
        short=asked.short,
        newest=_newest(session, person) if asked.case and not cases else "",
    )


def _joined(known: list[SubjectHit], named: list[SubjectHit]) -> list[SubjectHit]:
    """Accounts of the ledger's cases before what records name; a subject once."""
    here = {one.subject: one for one in named}
    first = [
        replace(one, columns=here.pop(one.subject).columns) if one.subject in here else one for one in known
    ]
    return [*first, *here.values()]


def _named_in(session: Session, subjects: list[SubjectHit], but: Collection[str]) -> list[Case]:
    """The own cases of the subjects found, beside those that are shown already."""
    wanted = {case for one in subjects for case in (one.cases or (one.case,))} - set(but)
    query = select(Case).where(Case.number.in_(wanted)).order_by(Case.opened_at.desc(), Case.id.desc())
    return list(session.scalars(query.limit(MOST))) if wanted else []


def _newest(session: Session, person: OfficerRow) -> str:
    """The newest case that the officer may know of: one sealed to others is neither there nor the newest."""
    query = select(Case.number).where(sealing.visible(person)).order_by(Case.id.desc()).limit(1)
    return session.scalar(query) or ""


class _Looking:
    """One look at the texts for one officer."""

    def __init__(
        self,
        lake: Lake,
        index: Texts,
        mine: Reach,
        sealed: set[tuple[str, str]],
        shut: frozenset[Mark],
        most_outside: int,
    ) -> None:
        self.index, self.mine, self.sealed, self.shut = index, mine, sealed, shut
        self.most_outside = most_outside
        # Records outside one's own cases that know what was asked, by table and number, up to so many.
        self.outside: set[tuple[str, ...]] = set()
        self.lines: dict[str, NumberHit] = {}
        self.deliveries = lake.state.deliveries
        self.places = index.places(mine.forms)
        self.own = set(self.places.tolist())

    def named(self, wanted: Collection[str]) -> tuple[list[SubjectHit], list[TextHit]]:
        """Subjects of own cases that have this number or name, and words that say it in whatever spelling."""
        hits, said = dict[Subject, SubjectHit](), list[TextHit]()
        for record in self.index.named(wanted, most=LOOKED_AT):
            if self._hidden(record):
                continue
            self._line(record, wanted)
            cases = self._cases(record)
            if not cases:
                self._elsewhere(record)
                continue
            self._device(record, wanted, min(cases))
            for column, subject in _subjects(record, wanted):
                before = hits.get(subject)
                columns = (*before.columns, column) if before else (column,)
                name = record_facts.shown(subject, self.shut)
                hits[subject] = SubjectHit(subject, name, tuple(dict.fromkeys(columns)), min(cases))
            if spelled := _spelled(record, wanted):
                said.append(self._hit(record, spelled))
        return list(hits.values()), said

    def ending(self, end: str) -> list[SubjectHit]:
        """Telephones in records of own cases whose number ends so, among the newest such records."""
        hits = dict[Subject, SubjectHit]()
        if not end:
            return []
        for record in self.index.at(self.places[-PLACES:], PHONES, LOOKED_AT):
            cases = set() if self._hidden(record) else self._cases(record)
            for column, subject in _telephones(record, end) if cases else ():
                name = record_facts.shown(subject, self.shut)
                hits.setdefault(
                    subject, SubjectHit(subject, name, (column,), min(cases), tuple(sorted(cases)))
                )
        return list(hits.values())

    def saying(self, query: Query) -> list[TextHit]:
        """Records of own cases whose words hold the query."""
        hits: list[TextHit] = []
        for table in WORDS:
            # Own records are asked for by themselves: among all others they might be too old to be among the
            # first.
            own = self.index.saying(query, table, within=self.places)
            # One more than is shown, which is how the page knows that there are more.
            hits += [self._hit(one, query.words[0]) for one in islice(own, MOST + 1) if not self._hidden(one)]
            for record in islice(self.index.saying(query, table), LOOKED_AT):
                if len(self.outside) >= self.most_outside:
                    break
                if record.place not in self.own and not self._hidden(record):
                    self._elsewhere(record)
        return hits

    def places_open(self) -> list[NumberHit]:
        """The lines of the supply network that have this number: the map shows them to everybody who reads cases."""
        return list(self.lines.values())

    def _line(self, record: Record, wanted: Collection[str]) -> None:
        number = record.record_id
        if record.table == "supply" and not set(wanted).isdisjoint(forms(number)):
            self.lines[number] = NumberHit("supply", number, f"/supply/{quote(number, safe='')}")

    def _device(self, record: Record, wanted: Collection[str], case: str) -> None:
        """A device has no page of its own: it stands on the chart of the case that knows it."""
        if record.table != "ties":
            return
        for side in ("from", "to"):
            number = str(record.values.get(f"{side}_id") or "")
            if record.values.get(f"{side}_kind") != "device" or set(wanted).isdisjoint(forms(number)):
                continue
            subject = Subject("device", number)
            address = f"/cases/{case}/chart?{urlencode({'things': '1', 'chosen': subject.node})}"
            self.lines[number] = NumberHit("device", record_facts.shown(subject, self.shut), address)

    def _elsewhere(self, record: Record) -> None:
        # What the map shows to the same people is no secret of another case.
        if record.table != "supply" and len(self.outside) < self.most_outside:
            self.outside.add((record.table, record.source, record.record_id))

    def _hidden(self, record: Record) -> bool:
        return record.table == "reports" and (record.source, record.record_id) in self.sealed

    def _cases(self, record: Record) -> set[str]:
        return cases_of(self.mine, record)

    def _hit(self, record: Record, word: str) -> TextHit:
        words = record.words()
        held = (name for name, text in words.items() if word in folded(text))
        column = next(held, next(iter(words)))
        before, at, after = (
            record_facts.hidden_numbers(part, self.shut) for part in around(words[column], word, AROUND)
        )
        fact = record_facts.fact(record, self.deliveries, self.shut)
        return TextHit(column, before, at, after, fact, min(self._cases(record), default=""))


def cases_of(mine: Reach, record: Record, but: Collection[str] = ()) -> set[str]:
    """The own cases that know something a record names, or the record itself; forms in `but` do not count."""
    if record.table == "accounts":
        # By bank and number together: a number alone would open another bank's account.
        return mine.knowing([f"@{record.values['bank']}:{record.values['account']}"])
    said = (form for form in forms_of(said_in(record)) if form not in but)
    return mine.knowing([*said, f"r{record.record_id}"])


def said_in(record: Record) -> list[str]:
    """Numbers and names in a record's columns and in its words."""
    words = record.folded()
    return [*names_in(record), *NUMBER_IN_TEXT.findall(words), *DOMAIN_IN_TEXT.findall(words)]


def _spelled(record: Record, wanted: Collection[str]) -> str:
    """How a wanted number or domain is written in a record's words, folded; empty where it is not."""
    words = record.folded()
    said = [*NUMBER_IN_TEXT.findall(words), *DOMAIN_IN_TEXT.findall(words)]
    return next((one for one in said if not set(forms(one)).isdisjoint(wanted)), "")


def _subjects(record: Record, wanted: Collection[str]) -> list[tuple[str, Subject]]:
    """The subjects that a record's columns name by one of the wanted forms."""
    found = []
    for column in ("record_id", *SEARCHED[record.table].names):
        value = record.values.get(column)
        for text in value if isinstance(value, list) else [value] if value else []:
            subject = record_facts.subject_in(record, column, text)
            if subject is not None and not set(wanted).isdisjoint(forms(text)):
                found.append((f"{record.table}.{column}", subject))
    return found


def _telephones(record: Record, end: str) -> Iterator[tuple[str, Subject]]:
    """The telephones that a record names in its columns or its words and whose digits end so."""
    for column in SEARCHED[record.table].names:
        value = record.values.get(column)
        for text in value if isinstance(value, list) else [value] if value else []:
            subject = record_facts.subject_in(record, column, str(text))
            if subject is not None and subject.kind == "phone" and numbers.digits(subject.id).endswith(end):
                yield f"{record.table}.{column}", subject
    for column, words in record.words().items():
        for text in NUMBER_IN_TEXT.findall(folded(words)):
            if numbers.digits(text).endswith(end) and record_facts.is_phone(text):
                yield f"{record.table}.{column}", Subject("phone", spelling.joined(text))


def _shown(found: Found) -> dict[str, list[str]]:
    """What the log keeps of a search: which cases and records were shown, and where else there was a hit."""
    origins = [one.fact.origin for one in found.texts]
    signals = [one.address.rpartition("/")[2] for one in found.numbers if one.kind == "signal"]
    return {
        "cases": [row.number for row in found.cases],
        "records": [f"{one.table}:{one.source}:{one.record_id}" for one in origins],
        "subjects": sorted({page_of(one.subject.kind) for one in found.subjects}),
        "elsewhere": list(found.elsewhere),
        **({"signals": signals} if signals else {}),
    }
