"""Words of the search, of subjects and of time lines: tables, columns and codes in the reader's language."""

from warroom.law.kinds.declarations import kinds
from warroom.room.lookup.views import Fact, Line, Said
from warroom.subjects.kinds import WORDS
from warroom.subjects.subject import Subject
from warroom.web.actions.words import STATES
from warroom.web.assets.words import EVENTS as ASSET_EVENTS
from warroom.web.kit.formats import Say
from warroom.web.kit.tables import Tables
from warroom.web.kit.words import SCAMS
from warroom.web.kit.words.mark import N_
from warroom.web.requests.words import EVENTS as REQUEST_EVENTS

RECORDS = {
    "reports": N_("report"),
    "tips": N_("tip"),
    "messages": N_("message"),
    "adverts": N_("advert"),
    "companies": N_("company register"),
    "domains": N_("domain name"),
    "sims": N_("SIM card"),
    "accounts": N_("account register"),
    "holders": N_("holder"),
    "vehicles": N_("vehicle"),
    "trips": N_("leg of a journey"),
    "ties": N_("tie"),
    "listings": N_("entry of a list"),
    "premises": N_("building"),
    "supply": N_("feeder or link"),
    "transfers": N_("money transfer"),
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
    "signal": N_("signal"),
    "evidence": N_("evidence"),
    "release": N_("release of a hold"),
    "declined": N_("declined proposal"),
    "proceeding": N_("proceeding"),
}
COLUMNS = {
    "record_id": N_("record number"),
    "bank": N_("bank"),
    "account": N_("account number"),
    "holder_id": N_("holder"),
    "opened_at": N_("opened"),
    "type": N_("type"),
    "tier": N_("class"),
    "limits": N_("limits"),
    "kind": N_("kind"),
    "age_band": N_("age"),
    "province": N_("province"),
    "known_since": N_("known since"),
    "msisdn": N_("telephone number"),
    "imsi": N_("subscriber number"),
    "registered_at": N_("registered"),
    "batch": N_("batch of cards"),
    "dealer": N_("dealer"),
    "from": N_("from"),
    "to": N_("to"),
    "medium": N_("medium"),
    "text": N_("text"),
    "hash": N_("fingerprint"),
    "place": N_("place"),
    "about": N_("about"),
    "platform": N_("platform"),
    "page": N_("page"),
    "poster": N_("poster"),
    "contacts": N_("contact"),
    "links": N_("link"),
    "image_hash": N_("picture's fingerprint"),
    "removed_at": N_("taken down"),
    "name": N_("name"),
    "first_seen": N_("first seen"),
    "registrar": N_("registrar"),
    "host": N_("host"),
    "certificate": N_("certificate"),
    "registration": N_("registration number"),
    "founded": N_("founded"),
    "capital": N_("capital, baht"),
    "address": N_("address"),
    "plate": N_("licence plate"),
    "owner": N_("owner"),
    "traveller_id": N_("traveller"),
    "vehicle_id": N_("vehicle"),
    "booking": N_("booking"),
    "payer": N_("paid by"),
    "advert_id": N_("advert"),
    "leg": N_("leg"),
    "checkpoint": N_("checkpoint"),
    "until": N_("until"),
    "from_kind": N_("one side is"),
    "from_id": N_("its number"),
    "relation": N_("relation"),
    "to_kind": N_("other side is"),
    "to_id": N_("number of the other side"),
    "list": N_("list"),
    "subject_kind": N_("kind"),
    "subject_id": N_("number"),
    "class": N_("used as"),
    "lat": N_("latitude"),
    "lon": N_("longitude"),
    "backup_hours": N_("hours on own power"),
    "landlord_id": N_("landlord"),
    "premises_id": N_("feeds the building"),
    "supply_id": N_("feeds"),
    "upstream": N_("fed by"),
    "capacity": N_("capacity"),
    "delay_days": N_("days to replace"),
    "realised_at": N_("understood"),
    "scam_type": N_("kind of deceit"),
    "transfer_ids": N_("reported transfer"),
    "first_contact": N_("first contact"),
    "loss": N_("loss, baht"),
    "channel": N_("channel"),
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
    "hold.released-appeal": N_("lifted on appeal"),
    "hold.released-expiry": N_("lapsed"),
    "hold.released-bank": N_("lifted by the bank"),
    "appeal.appealed": N_("filed"),
    "appeal.upheld": N_("answered: hold kept"),
    "appeal.granted": N_("answered: hold lifted"),
    "appeal.open": N_("filed"),
    "order.sent-hold": N_("order to hold sent"),
    "order.sent-release": N_("order to release sent"),
    "order.sent-expiry": N_("notice of the lapse sent"),
    "order.sent-extend": N_("order to extend sent"),
    "answer.received": N_("received"),
    "answer.done": N_("done in full"),
    "answer.partly": N_("done in part"),
    "answer.refused": N_("refused"),
    "answer.lifted": N_("lifted"),
    "operation.said": N_("line of the shared time line"),
    "evidence.received": N_("received"),
}
WHERE_CODES = (
    "kind",
    "class",
    "relation",
    "from_kind",
    "to_kind",
    "subject_kind",
    "medium",
    "channel",
    "first_contact",
)
"""Columns whose texts are codes with words."""


class LookupWords(Tables):
    """The tables of words of these pages."""

    def __init__(self, say: Say) -> None:
        tables = {"record": RECORDS, "column": COLUMNS, "value": VALUES, "code": CODES}
        super().__init__(say, tables)
        self.say = say

    def value(self, said: Said) -> str:
        """What a column says: a moment, baht, a code in words, or the text as it stands."""
        if said.moment is not None:
            return self.say.moment(said.moment)
        if said.satang is not None:
            return self.say.baht(said.satang)
        if said.column == "scam_type" and said.text in SCAMS:
            return self.say.catalog.gettext(SCAMS[said.text])
        return self.coded(said.text) if said.column in WHERE_CODES else said.text

    def coded(self, code: str) -> str:
        """A code of a record in words: a kind of subject, or one that sources use."""
        return self.text(WORDS[code]) if code in WORDS else self("value", code)

    def subject(self, subject: Subject) -> str:
        """What kind of subject it is."""
        return self.text(WORDS[subject.kind])

    def columns(self, fact: Fact) -> list[tuple[str, Said]]:
        """What a fact says beside its own time, each column with its name."""
        return [(self("column", said.column), said) for said in fact.said if said.column != "time"]

    def records(self, tables: tuple[str, ...]) -> str:
        """Kinds of record as a list of words."""
        return ", ".join(self("record", one) for one in tables)

    def matched(self, columns: tuple[str, ...]) -> str:
        """Why a subject matches: in which column of which record the number stands."""
        _ = self.say.catalog.gettext
        names = [name.split(".") for name in columns]
        said = [
            _("{column} in the {record}").format(column=self("column", c), record=self("record", t))
            for t, c in names
        ]
        return ", ".join(dict.fromkeys(said))

    def happened(self, line: Line) -> str:
        """What a line of a time line says happened."""
        known = {"action": STATES, "request": REQUEST_EVENTS, "asset": ASSET_EVENTS}.get(line.kind, {})
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
