"""Words of the search, of subjects and of time lines: tables, columns and codes in the reader's language."""

from warroom.law.kinds.declarations import kinds
from warroom.records.tables import TABLES
from warroom.room.lookup.views import Fact, Line, Said
from warroom.sentences.catalogue import find_word
from warroom.subjects.kinds import WORDS
from warroom.subjects.subject import Subject
from warroom.web.kit.tables import Tables
from warroom.web.kit.words import Words

OWN_TABLES = {"action": "states.action", "request": "requests.event", "asset": "assets.event"}
"""Kinds of line whose codes are said as their own pages say them."""


class LookupWords(Tables):
    """The tables of words of these pages."""

    area = "lookup"

    def record(self, kind: str) -> str:
        """A kind of record: a table of the lake, or a kind of row of the ledger."""
        return self.text(TABLES[kind].label) if kind in TABLES else self("record", kind)

    def column(self, table: str, name: str) -> str:
        """The label of a column."""
        return self.text(TABLES[table].by_name[name].label)

    def value(self, table: str, said: Said) -> str:
        """What a column says: a moment, baht, a code in words, or the text as it stands."""
        if said.moment is not None:
            return self.say.moment(said.moment)
        if said.satang is not None:
            return self.say.baht(said.satang)
        if said.column == "scam_type":
            return Words(self.say).scam(said.text)
        column = TABLES[table].by_name[said.column]
        return self.coded(said.text) if column.coded or column.values else said.text

    def coded(self, code: str) -> str:
        """A code of a record in words: a kind of subject, or one that sources use."""
        return self.text(WORDS[code]) if code in WORDS else self("value", code)

    def subject(self, subject: Subject) -> str:
        """What kind of subject it is."""
        return self.text(WORDS[subject.kind])

    def columns(self, fact: Fact) -> list[tuple[str, Said]]:
        """What a fact says beside its own time, each column with its name."""
        return [
            (self.column(fact.origin.table, said.column), said) for said in fact.said if said.column != "time"
        ]

    def records(self, tables: tuple[str, ...]) -> str:
        """Kinds of record as a list of words."""
        return ", ".join(map(self.record, tables))

    def matched(self, columns: tuple[str, ...]) -> str:
        """Why a subject matches: in which column of which record the number stands."""
        _ = self.say.catalog.gettext
        names = [name.split(".") for name in columns]
        said = [
            _("{column} in the {record}").format(column=self.column(t, c), record=self.record(t))
            for t, c in names
        ]
        return ", ".join(dict.fromkeys(said))

    def happened(self, line: Line) -> str:
        """What a line of a time line says happened."""
        own = OWN_TABLES.get(line.kind)
        happened = find_word(own, line.code, self.say.language) if own else None
        return happened or find_word("lookup.code", f"{line.kind}.{line.code}", self.say.language) or ""

    def text_of(self, line: Line) -> str:
        """The words of a line; where a report was made is a code."""
        return self.coded(line.text) if line.kind == "reports" else line.text

    def about(self, line: Line) -> str:
        """What a line is about: the kind of an action by its title."""
        if line.kind == "action" and line.about in kinds():
            return self.text(kinds()[line.about].title)
        return line.about
