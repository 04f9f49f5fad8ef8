"""One search over everything: cases by number, subjects, the room's own numbers, texts of the lake, words of officers.

What lies in one's own cases is shown with why it matches. Of the rest the kinds of record are named in which there is a
hit; neither how many nor whose. The log keeps which records were shown, and never the words: people type other things
into a search.
"""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING

from warroom.access import masking, role_groups
from warroom.cases.queries.case_list import board_row
from warroom.cases.queries.search import LONGEST, cases_knowing
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
from warroom.marking import Mark
from warroom.room.lookup import notes, numbers, record_facts
from warroom.room.lookup.reach import Reach, names_in, reach, sealed_records
from warroom.room.lookup.views import Found, NoteHit, SubjectHit, TextHit
from warroom.subjects.kinds import page_of
from warroom.subjects.subject import Subject

if TYPE_CHECKING:
    from warroom.signals.signal import Signal

MOST = 20
"""Hits shown of each sort and table."""
LOOKED_AT = 400
"""Records looked at to find one outside one's own cases, or those that name a number."""
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
    asked = said.replace("\x00", "").strip()[:LONGEST]
    index = text_index.current(lake.home, lake.state)
    with look(ledger, officer, *role_groups.CASE_READERS, now=now) as this:
        found = _find(this, lake, index, asked, signals) if asked else Found()
        this.log("case.searched", "cases", _shown(found))
        return found


def _find(
    this: Look, lake: Lake, index: Texts, asked: str, signals: Callable[[], Sequence["Signal"]]
) -> Found:
    session, person, now = this.session, this.person, this.now
    mine, query = reach(session, person, now), Query.of(asked)
    officer = officers.officer_view(person)
    shut = masking.marks_shut(officer)
    looking = _Looking(lake, index, mine, sealed_records(session, person), shut)
    subjects, spelled, elsewhere = looking.named(asked)
    subjects += [one for one in numbers.accounts(session, mine, asked, shut) if one not in subjects]
    said: list[TextHit] = []
    words: list[NoteHit] = []
    if query.enough:
        said, others = looking.saying(query)
        words, note_elsewhere = notes.find(session, person, mine.cases, query, shut)
        elsewhere |= others | ({NOTES} if note_elsewhere else set())
    said += [hit for hit in spelled if hit.fact.origin not in {one.fact.origin for one in said}]
    return Found(
        cases=tuple(map(board_row, cases_knowing(session, person, asked))),
        subjects=tuple(subjects[:MOST]),
        numbers=(*numbers.find(session, person, asked), *numbers.signals(officer, signals, asked, shut)),
        texts=tuple(sorted(said, key=lambda one: one.fact.time, reverse=True)[:MOST]),
        notes=tuple(words[:MOST]),
        # Kinds alone: a number of hits would be an answer, when it is one.
        elsewhere=tuple(sorted(elsewhere)),
        # Said beside the hits, since nothing found is something else where not all was looked at.
        behind=index.behind,
        more=max(len(said), len(words), len(subjects)) > MOST,
    )


class _Looking:
    """One look at the texts for one officer."""

    def __init__(
        self, lake: Lake, index: Texts, mine: Reach, sealed: set[tuple[str, str]], shut: frozenset[Mark]
    ) -> None:
        self.index, self.mine, self.sealed, self.shut = index, mine, sealed, shut
        self.deliveries = lake.state.deliveries
        self.places = index.places(mine.forms)
        self.own = set(self.places.tolist())

    def named(self, asked: str) -> tuple[list[SubjectHit], list[TextHit], set[str]]:
        """Subjects of own cases that have this number or name, words that say it in whatever spelling, and the tables in
        which others have it.
        """
        wanted, hits, elsewhere = set(forms(asked)), dict[Subject, SubjectHit](), set[str]()
        said: list[TextHit] = []
        for record in self.index.named(wanted, most=LOOKED_AT):
            if self._hidden(record):
                continue
            cases = self._cases(record)
            if not cases:
                elsewhere.add(record.table)
                continue
            for column, subject in _subjects(record, wanted):
                before = hits.get(subject)
                columns = (*before.columns, column) if before else (column,)
                name = record_facts.shown(subject, self.shut)
                hits[subject] = SubjectHit(subject, name, tuple(dict.fromkeys(columns)), min(cases))
            if spelled := _spelled(record, wanted):
                said.append(self._hit(record, spelled))
        return list(hits.values()), said, elsewhere

    def saying(self, query: Query) -> tuple[list[TextHit], set[str]]:
        """Records of own cases whose words hold the query, and the tables in which others do."""
        hits: list[TextHit] = []
        elsewhere: set[str] = set()
        for table in WORDS:
            # Own records are asked for by themselves: among all others they might be too old to be among the
            # first.
            own = self.index.saying(query, table, within=self.places)
            # One more than is shown, which is how the page knows that there are more.
            hits += [self._hit(one, query.words[0]) for one in islice(own, MOST + 1) if not self._hidden(one)]
            for record in islice(self.index.saying(query, table), LOOKED_AT):
                if record.place not in self.own and not self._hidden(record):
                    elsewhere.add(table)
                    break
        return hits, elsewhere

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


def _subjects(record: Record, wanted: set[str]) -> list[tuple[str, Subject]]:
    """The subjects that a record's columns name by one of the wanted forms."""
    found = []
    for column in ("record_id", *SEARCHED[record.table].names):
        value = record.values.get(column)
        for text in value if isinstance(value, list) else [value] if value else []:
            subject = record_facts.subject_in(record, column, text)
            if subject is not None and not wanted.isdisjoint(forms(text)):
                found.append((f"{record.table}.{column}", subject))
    return found


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
