"""One search over everything: cases by number, subjects, the ledger's numbers, texts of the lake, notes of
officers.

Hits in one's own cases and in one's own notes are shown with the reason for the match. Elsewhere hits are
only counted, up to a few (`outside` has the limits and their reason). The log keeps which records were shown
and never the query: people paste unrelated things into a search.
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
from warroom.cases.queries.case_list import to_board_row
from warroom.cases.queries.search import cases_knowing
from warroom.cases.schema import Case
from warroom.lake.lake import Lake
from warroom.lake.texts import index as text_index
from warroom.lake.texts.declared import SEARCHED, WORDS
from warroom.lake.texts.fold import fold_text, split_around_match
from warroom.lake.texts.index import TextIndex
from warroom.lake.texts.naming import DOMAIN_IN_TEXT, NUMBER_IN_TEXT
from warroom.lake.texts.query import TextQuery, make_forms, map_forms
from warroom.lake.texts.record import IndexedRecord
from warroom.ledger import officers
from warroom.ledger.decision import LoggedRead, logged_read
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.ledger.schema import OfficerRow
from warroom.marking import Mark
from warroom.room.lookup import notes, numbers, outside, record_facts
from warroom.room.lookup.asked import LookupQuestion
from warroom.room.lookup.digit_runs import DigitRun, extract_digits
from warroom.room.lookup.reach import OfficerReach, list_record_names, list_sealed_records, load_reach
from warroom.room.lookup.views import LookupResult, NoteHit, NumberHit, SearchScope, SubjectHit, TextHit
from warroom.subjects import spelling
from warroom.subjects.kinds import get_page_word
from warroom.subjects.subject import Subject

if TYPE_CHECKING:
    from warroom.signals.signal import Signal

MOST = 20
"""Hits shown of each kind and table: one screen."""
LOOKED_AT = 400
"""Records read at most for one number or for hits outside one's own cases. Chosen, not measured."""
PLACES = 20_000
"""Newest places of own cases' numbers in the index that are searched for a telephone number."""
PHONES = ("ties", "messages", "sims", "adverts", "tips", "reports")
"""Tables that name telephones."""
# Characters shown on each side of a match: a line of the page.
AROUND = 60
# Counted like a table of the lake, where a hit outside is in an officer's notes.
NOTES = "notes"


def search_all(
    ledger: Ledger,
    lake: Lake,
    officer: Officer,
    text: str,
    *,
    signals: Callable[[], Sequence["Signal"]] = tuple,
    now: datetime | None = None,
) -> LookupResult:
    """Everything that matches what was typed. `signals` loads the signals of the last run. Raises NotAllowed."""
    asked = LookupQuestion.parse(text)
    if asked.problem is not None:
        return LookupResult(problem=asked.problem)
    index = text_index.load_index(lake.home, lake.state)
    with logged_read(ledger, officer, *role_groups.CASE_READERS, now=now) as this:
        results = _search_all(this, lake, index, asked, signals) if asked.text else LookupResult()
        this.log_entry("case.searched", "cases", _build_log_detail(results))
        return results


def _search_all(
    this: LoggedRead,
    lake: Lake,
    index: TextIndex,
    asked: LookupQuestion,
    signals: Callable[[], Sequence["Signal"]],
) -> LookupResult:
    session, person, now = this.session, this.person, this.now
    mine, query = load_reach(session, person, now), asked.query
    officer = officers.to_officer(person)
    shut = masking.list_masked_marks(officer)
    # Asked only where a count could be given: other queries do not use up the hour's limit.
    weary = asked.may_tell_outside and outside.is_rate_limited(lake.home.root, person.id, asked.plain, now)
    most = 0 if weary or not asked.may_tell_outside else outside.MOST
    looking = _Looking(lake, index, mine, list_sealed_records(session, person), shut, most)
    subjects, spelled = looking.search_exact(asked.number_forms)
    subjects = _merge_subjects(numbers.search_accounts(session, mine, asked, shut), subjects)
    subjects = _merge_subjects(subjects, looking.search_phones(numbers.find_run(asked, shut, Mark.PERSONAL)))
    text_hits: list[TextHit] = []
    words: list[NoteHit] = []
    if query.is_long_enough:
        text_hits = looking.search_words(query)
        left = most - len(looking.outside)
        words, others = notes.search_notes(session, person, mine.cases, query, shut, left)
        looking.outside.update((NOTES, str(number)) for number in range(others))
    # A number in a text may match both by its form and as a word; one record is one hit.
    text_hits += [
        hit for hit in spelled if hit.fact.origin not in {text_hit.fact.origin for text_hit in text_hits}
    ]
    cases = cases_knowing(session, person, asked.text)
    known = {case.number for case in cases}
    cases += [
        case for case in numbers.search_case_numbers(session, person, asked) if case.number not in known
    ]
    cases += _named_in(session, subjects, {case.number for case in cases})
    return LookupResult(
        cases=tuple(map(to_board_row, cases)),
        subjects=tuple(subjects[:MOST]),
        # Several ways may lead to one paper.
        numbers=tuple(
            dict.fromkeys(
                (
                    *numbers.search_numbers(session, person, asked.text),
                    *numbers.search_references(session, mine, asked),
                    *looking.places_open(),
                    *numbers.search_signals(officer, signals, asked, shut),
                )
            )
        ),
        texts=tuple(sorted(text_hits, key=lambda hit: hit.fact.time, reverse=True)[:MOST]),
        notes=tuple(words[:MOST]),
        elsewhere=tuple(sorted({table for table, *_ in looking.outside})),
        # Shown with the hits: an empty result means less while rows are not indexed yet.
        behind=index.missing_rows,
        more=max(len(text_hits), len(words), len(subjects)) > MOST,
        outside=len(looking.outside),
        weary=weary,
        short=asked.missing_signs,
        newest=_find_newest_case(session, person) if asked.case_number and not cases else "",
        scope=SearchScope(
            len(mine.cases),
            min(len(mine.cases), numbers.TRAILS),
            looking.phone_records,
            _name_number_scope(numbers.find_run(asked, shut)),
            most > 0,
        ),
    )


def _name_number_scope(run: DigitRun) -> str:
    """Which of the digits were searched for."""
    return ("end" if run.at_end else "run") if run else ""


def _merge_subjects(known: list[SubjectHit], named: list[SubjectHit]) -> list[SubjectHit]:
    """Accounts of the ledger's cases before what records name, both before numbers of which one digit differs; a subject
    once.
    """
    here = {hit.subject: hit for hit in named}
    first = [
        replace(hit, columns=here.pop(hit.subject).columns) if hit.subject in here else hit for hit in known
    ]
    return numbers.cut_near_hits([*first, *here.values()])


def _named_in(session: Session, subjects: list[SubjectHit], but: Collection[str]) -> list[Case]:
    """The own cases of the subjects found, without those shown already."""
    wanted = {case for one in subjects for case in (one.cases or (one.case,))} - set(but)
    query = select(Case).where(Case.number.in_(wanted)).order_by(Case.opened_at.desc(), Case.id.desc())
    return list(session.scalars(query.limit(MOST))) if wanted else []


def _find_newest_case(session: Session, person: OfficerRow) -> str:
    """The newest case that the officer may know of: one sealed to others is neither there nor the newest."""
    query = select(Case.number).where(sealing.is_visible_to(person)).order_by(Case.id.desc()).limit(1)
    return session.scalar(query) or ""


class _Looking:
    """One search of the text index for one officer."""

    def __init__(
        self,
        lake: Lake,
        index: TextIndex,
        mine: OfficerReach,
        sealed: set[tuple[str, str]],
        shut: frozenset[Mark],
        most_outside: int,
    ) -> None:
        self.index, self.mine, self.sealed, self.shut = index, mine, sealed, shut
        self.most_outside = most_outside
        # Records outside one's own cases that know what was asked, by table and number, up to so many.
        self.outside: set[tuple[str, ...]] = set()
        self.lines: dict[str, NumberHit] = {}
        self.phone_records = 0
        self.deliveries = lake.state.deliveries
        self.places = index.find_places(mine.forms)
        self.own = set(self.places.tolist())

    def search_exact(self, wanted: Collection[str]) -> tuple[list[SubjectHit], list[TextHit]]:
        """Subjects of own cases that have this number or name, and texts that contain it in any spelling."""
        hits, text_hits = dict[Subject, SubjectHit](), list[TextHit]()
        for record in self.index.find_by_forms(wanted, most=LOOKED_AT):
            if self._is_hidden(record):
                continue
            self._add_supply(record, wanted)
            cases = self._list_cases(record)
            if not cases:
                self._add_elsewhere(record)
                continue
            self._add_device(record, wanted, min(cases))
            for column, subject in _list_matching_subjects(record, wanted):
                before = hits.get(subject)
                columns = (*before.columns, column) if before else (column,)
                name = record_facts.mask_subject_number(subject, self.shut)
                hits[subject] = SubjectHit(subject, name, tuple(dict.fromkeys(columns)), min(cases))
            if spelled := _find_spelling(record, wanted):
                text_hits.append(self._build_text_hit(record, spelled))
        return list(hits.values()), text_hits

    def search_phones(self, run: DigitRun) -> list[SubjectHit]:
        """Telephones in records of own cases that have these digits, among the newest such records."""
        hits = dict[Subject, SubjectHit]()
        if not run:
            return []
        records = self.index.load_records(self.places[-PLACES:], PHONES, LOOKED_AT)
        self.phone_records = len(records)
        for record in records:
            cases = set() if self._is_hidden(record) else self._list_cases(record)
            for column, subject in _iter_phones(record) if cases else ():
                fit = run.find_match(extract_digits(subject.id))
                if fit is not None:
                    name = record_facts.mask_subject_number(subject, self.shut)
                    own = (min(cases), tuple(sorted(cases)))
                    hits.setdefault(subject, SubjectHit(subject, name, (column,), *own, not fit.is_exact))
        return numbers.cut_near_hits(list(hits.values()))

    def search_words(self, query: TextQuery) -> list[TextHit]:
        """Records of own cases whose words hold the query."""
        hits: list[TextHit] = []
        for table in WORDS:
            # Own records are asked for by themselves: among all others they might be too old to be among the
            # first.
            own = self.index.iter_matches(query, table, within=self.places)
            # One more than is shown, which is how the page knows that there are more.
            hits += [
                self._build_text_hit(own_record, query.words[0])
                for own_record in islice(own, MOST + 1)
                if not self._is_hidden(own_record) and self._may_read_match(own_record, query)
            ]
            for record in islice(self.index.iter_matches(query, table), LOOKED_AT):
                if len(self.outside) >= self.most_outside:
                    break
                if record.place not in self.own and not self._is_hidden(record):
                    self._add_elsewhere(record)
        return hits

    def places_open(self) -> list[NumberHit]:
        """The lines of the supply network that have this number: the map shows them to everybody who reads cases."""
        return list(self.lines.values())

    def _add_supply(self, record: IndexedRecord, wanted: Collection[str]) -> None:
        number = record.record_id
        if record.table == "supply" and not set(wanted).isdisjoint(make_forms(number)):
            self.lines[number] = NumberHit("supply", number, f"/supply/{quote(number, safe='')}")

    def _add_device(self, record: IndexedRecord, wanted: Collection[str], case: str) -> None:
        """Link a device, which has no page of its own, to the chart of the case that knows it."""
        if record.table != "ties":
            return
        for side in ("from", "to"):
            number = str(record.values.get(f"{side}_id") or "")
            if record.values.get(f"{side}_kind") != "device" or set(wanted).isdisjoint(make_forms(number)):
                continue
            subject = Subject("device", number)
            address = f"/cases/{case}/chart?{urlencode({'things': '1', 'chosen': subject.node})}"
            self.lines[number] = NumberHit(
                "device", record_facts.mask_subject_number(subject, self.shut), address
            )

    def _add_elsewhere(self, record: IndexedRecord) -> None:
        # What the map shows to the same people is no secret of another case.
        if record.table != "supply" and len(self.outside) < self.most_outside:
            self.outside.add((record.table, record.source, record.record_id))

    def _is_hidden(self, record: IndexedRecord) -> bool:
        return record.table == "reports" and (record.source, record.record_id) in self.sealed

    def _list_cases(self, record: IndexedRecord) -> set[str]:
        return list_knowing_cases(self.mine, record)

    def _may_read_match(self, record: IndexedRecord, query: TextQuery) -> bool:
        """Whether the words are found in what the officer may read: a hit inside a masked number would tell its digits."""
        if not self.shut or not any(word.isdigit() for word in query.words):
            return True
        texts = record.get_searched_words().values()
        return query.is_in_text(
            "\n".join(fold_text(record_facts.hidden_numbers(text, self.shut)) for text in texts)
        )

    def _build_text_hit(self, record: IndexedRecord, word: str) -> TextHit:
        # Masked as a whole: a number that the match cuts in two would be too short to be masked.
        words = {
            name: record_facts.hidden_numbers(text, self.shut)
            for name, text in record.get_searched_words().items()
        }
        held = (name for name, text in words.items() if word in fold_text(text))
        # The match may cross two columns; the first column is shown then.
        column = next(held, next(iter(words)))
        before, at, after = split_around_match(words[column], word, AROUND)
        fact = record_facts.build_fact(record, self.deliveries, self.shut)
        return TextHit(column, before, at, after, fact, min(self._list_cases(record), default=""))


def list_knowing_cases(mine: OfficerReach, record: IndexedRecord, but: Collection[str] = ()) -> set[str]:
    """The own cases that contain something a record names, or the record itself; forms in `but` do not count."""
    if record.table == "accounts":
        # By bank and number together: a number alone would open another bank's account.
        return mine.list_cases_knowing([f"@{record.values['bank']}:{record.values['account']}"])
    said = (form for form in map_forms(list_said_names(record)) if form not in but)
    return mine.list_cases_knowing([*said, f"r{record.record_id}"])


def list_said_names(record: IndexedRecord) -> list[str]:
    """Numbers and names in a record's columns and in its words."""
    words = record.fold_words()
    return [*list_record_names(record), *NUMBER_IN_TEXT.findall(words), *DOMAIN_IN_TEXT.findall(words)]


def _find_spelling(record: IndexedRecord, wanted: Collection[str]) -> str:
    """How a wanted number or domain is written in a record's words, folded; empty where it is not."""
    words = record.fold_words()
    said = [*NUMBER_IN_TEXT.findall(words), *DOMAIN_IN_TEXT.findall(words)]
    return next((one for one in said if not set(make_forms(one)).isdisjoint(wanted)), "")


def _list_matching_subjects(record: IndexedRecord, wanted: Collection[str]) -> list[tuple[str, Subject]]:
    """The subjects that a record's columns name by one of the wanted forms."""
    named_subjects = []
    for column in ("record_id", *SEARCHED[record.table].names):
        value = record.values.get(column)
        for text in value if isinstance(value, list) else [value] if value else []:
            subject = record_facts.find_subject(record, column, text)
            if subject is not None and not set(wanted).isdisjoint(make_forms(text)):
                named_subjects.append((f"{record.table}.{column}", subject))
    return named_subjects


def _iter_phones(record: IndexedRecord) -> Iterator[tuple[str, Subject]]:
    """The telephones that a record names in its columns or its words."""
    for column in SEARCHED[record.table].names:
        value = record.values.get(column)
        for text in value if isinstance(value, list) else [value] if value else []:
            subject = record_facts.find_subject(record, column, str(text))
            if subject is not None and subject.kind == "phone":
                yield f"{record.table}.{column}", subject
    for column, words in record.get_searched_words().items():
        for text in NUMBER_IN_TEXT.findall(fold_text(words)):
            if record_facts.is_phone(text):
                yield f"{record.table}.{column}", Subject("phone", spelling.strip_separators(text))


def _build_log_detail(results: LookupResult) -> dict[str, list[str]]:
    """What the log keeps of a search: which cases and records were shown, and where else there was a hit."""
    origins = [text_hit.fact.origin for text_hit in results.texts]
    signals = [
        number_hit.address.rpartition("/")[2] for number_hit in results.numbers if number_hit.kind == "signal"
    ]
    return {
        "cases": [row.number for row in results.cases],
        "records": [f"{origin.table}:{origin.source}:{origin.record_id}" for origin in origins],
        "subjects": sorted({get_page_word(subject_hit.subject.kind) for subject_hit in results.subjects}),
        "elsewhere": list(results.elsewhere),
        **({"signals": signals} if signals else {}),
    }
