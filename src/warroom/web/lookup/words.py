"""Words of the search, of subjects and of time lines: tables, columns and codes in the reader's language."""

from warroom.law.kinds.declarations import kinds
from warroom.records.tables import TABLES
from warroom.room.lookup.views import Fact, Line, Said
from warroom.subjects.kinds import WORDS
from warroom.subjects.subject import Subject
from warroom.web.assets.words import EVENTS as ASSET_EVENTS
from warroom.web.kit.tables import Tables
from warroom.web.kit.words import Words
from warroom.web.kit.words.mark import N_
from warroom.web.kit.words.states import STATES
from warroom.web.requests.words import EVENTS as REQUEST_EVENTS

RECORDS = {
    "notes": N_("words of officers"),
    "case": N_("case"),
    "hold": N_("amount held"),
    "order": N_("order"),
    "answer": N_("bank's answer"),
    "appeal": N_("appeal"),
    "action": N_("action"),
    "request": N_("request"),
    "operation": N_("operation"),
    "asset": N_("asset"),
    "device": N_("device"),
    "signal": N_("signal"),
    "evidence": N_("evidence"),
    "release": N_("release of a hold"),
    "declined": N_("declined proposal"),
    "proceeding": N_("proceeding"),
}
VALUES = {
    "shop": N_("shop"),
    "agency": N_("agency"),
    "home": N_("home"),
    "clinic": N_("clinic"),
    "school": N_("school"),
    "office": N_("office"),
    "hotel": N_("hotel"),
    "villa": N_("villa"),
    "compound": N_("compound"),
    "feeder": N_("feeder"),
    "generator": N_("generator"),
    "fibre": N_("fibre"),
    "satellite": N_("satellite terminal"),
    "director": N_("director of"),
    "tenant": N_("tenant of"),
    "landlord": N_("landlord of"),
    "uses_device": N_("uses the device"),
    "uses_sim": N_("uses the SIM card"),
    "contact_of_advert": N_("contact named in the advert"),
    "in_cell": N_("seen in the cell"),
    "fed_by": N_("fed by"),
    "backed_by": N_("backed by"),
    "bank": N_("bank"),
    "online": N_("online"),
    "call": N_("call"),
    "message": N_("message"),
    "email": N_("email"),
    "other": N_("other"),
}
CODES = {
    "case.opened": N_("case opened"),
    "reports.reported": N_("reported"),
    "transfers.reported": N_("transfer that was reported"),
    "transfers.traced": N_("traced money moved on"),
    "transfers.came": N_("came in"),
    "transfers.went": N_("went out"),
    "hold.approved": N_("approved"),
    "hold.declined": N_("proposal declined"),
    "hold.extended": N_("extended"),
    "hold.released-officer": N_("released by an officer"),
    "hold.released-appeal": N_("released on appeal"),
    "hold.released-expiry": N_("ended by itself"),
    "hold.released-bank": N_("released by the bank"),
    "appeal.appealed": N_("filed"),
    "appeal.upheld": N_("answered: hold kept"),
    "appeal.granted": N_("answered: money released"),
    "appeal.open": N_("filed"),
    "order.sent-hold": N_("order to hold sent"),
    "order.sent-release": N_("order to release sent"),
    "order.sent-expiry": N_("notice of the end sent"),
    "order.sent-extend": N_("order to extend sent"),
    "answer.received": N_("received"),
    "answer.done": N_("done in full"),
    "answer.partly": N_("done in part"),
    "answer.refused": N_("refused"),
    "answer.lifted": N_("ended early"),
    "operation.said": N_("line of the shared time line"),
    "evidence.received": N_("received"),
}


class LookupWords(Tables):
    """The tables of words of these pages."""

    tables = {"record": RECORDS, "value": VALUES, "code": CODES}  # noqa: RUF012 - read alone

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
        known = {"request": REQUEST_EVENTS, "asset": ASSET_EVENTS}.get(line.kind, {})
        if line.kind == "action" and line.code in STATES["action"]:
            return self.say.catalog.gettext(STATES["action"][line.code][0])
        if line.code in known:
            return self.say.catalog.gettext(known[line.code])
        code = f"{line.kind}.{line.code}"
        return self("code", code) if code in CODES else ""

    def text_of(self, line: Line) -> str:
        """The words of a line; where a report was made is a code."""
        return self.coded(line.text) if line.kind == "reports" else line.text

    def about(self, line: Line) -> str:
        """What a line is about: the kind of an action by its title."""
        if line.kind == "action" and line.about in kinds():
            return self.text(kinds()[line.about].title)
        return line.about
