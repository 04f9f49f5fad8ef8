"""Words of the search, of subjects and of time lines: tables, columns and codes in the reader's language."""

from warroom.law.kinds.declarations import load_kinds
from warroom.records.tables import TABLES
from warroom.room.lookup.views import Fact, FactColumn, TimelineLine
from warroom.sentences.catalogue import find_word
from warroom.subjects.kinds import WORDS
from warroom.subjects.subject import Subject
from warroom.web.kit.tables import Tables
from warroom.web.kit.words import CodeWords

OWN_TABLES = {"action": "states.action", "request": "requests.event", "asset": "assets.event"}
"""Kinds of line whose codes are said as their own pages say them."""


class LookupWords(Tables):
    """The tables of words of these pages."""

    area = "lookup"

    def format_record_kind(self, kind: str) -> str:
        """A kind of record: a table of the lake, or a kind of row of the ledger."""
        return self.text(TABLES[kind].label) if kind in TABLES else self("record", kind)

    def format_column(self, table: str, name: str) -> str:
        """The label of a column."""
        return self.text(TABLES[table].by_name[name].label)

    def format_value(self, table: str, cell: FactColumn) -> str:
        """What a column says: a moment, baht, a code in words, or the text as it stands."""
        if cell.moment is not None:
            return self.say.moment(cell.moment)
        if cell.satang is not None:
            return self.say.baht(cell.satang)
        if cell.column == "scam_type":
            return CodeWords(self.say).scam(cell.text)
        column = TABLES[table].by_name[cell.column]
        return self.format_code(cell.text) if column.coded or column.values else cell.text

    def format_code(self, code: str) -> str:
        """A code of a record in words: a kind of subject, or one that sources use."""
        return self.text(WORDS[code]) if code in WORDS else self("value", code)

    def format_subject_kind(self, subject: Subject) -> str:
        """What kind of subject it is."""
        return self.text(WORDS[subject.kind])

    def list_columns(self, fact: Fact) -> list[tuple[str, FactColumn]]:
        """What a fact says beside its own time, each column with its name."""
        return [
            (self.format_column(fact.origin.table, said.column), said)
            for said in fact.said
            if said.column != "time"
        ]

    def format_record_kinds(self, tables: tuple[str, ...]) -> str:
        """Kinds of record as a list of words."""
        return ", ".join(map(self.format_record_kind, tables))

    def format_match_reason(self, columns: tuple[str, ...]) -> str:
        """Why a subject matches: in which column of which record the number stands."""
        _ = self.say.catalog.gettext
        names = [name.split(".") for name in columns]
        phrases = [
            _("{column} in the {record}").format(
                column=self.format_column(t, c), record=self.format_record_kind(t)
            )
            for t, c in names
        ]
        return ", ".join(dict.fromkeys(phrases))

    def format_event(self, line: TimelineLine) -> str:
        """What a line of a time line says happened."""
        own = OWN_TABLES.get(line.kind)
        happened = find_word(own, line.code, self.say.language) if own else None
        return happened or find_word("lookup.code", f"{line.kind}.{line.code}", self.say.language) or ""

    def format_line_text(self, line: TimelineLine) -> str:
        """The words of a line; where a report was made is a code."""
        return self.format_code(line.text) if line.kind == "reports" else line.text

    def format_topic(self, line: TimelineLine) -> str:
        """What a line is about: the kind of an action by its title."""
        if line.kind == "action" and line.about in load_kinds():
            return self.text(load_kinds()[line.about].title)
        return line.about
