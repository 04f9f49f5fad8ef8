"""Words of matches: what a column is, how well two values agree, and the sorts of pairs."""

from warroom.bilingual.texts import Texts
from warroom.matches.views import MatchCell, NamedRecord, Show, SubjectKind
from warroom.subjects.kinds import WORDS
from warroom.web.kit.formats import Say
from warroom.web.kit.words.mark import N_

SHOWS: dict[Show, str] = {
    "open": N_("To decide"),
    "joined": N_("Joined by the machine"),
    "said": N_("Decided by officers"),
}
COLUMNS = {
    "name": N_("Name"),
    "company": N_("Company's name"),
    "date": N_("Date"),
    "id": N_("Identity number"),
    "passport": N_("Passport"),
    "phone": N_("Telephone number"),
    "account": N_("Account"),
    "plate": N_("Licence plate"),
    "wallet": N_("Wallet"),
    "domain": N_("Domain name"),
    "promptpay": N_("PromptPay"),
}
TEXTS = {"address": N_("Address"), "province": N_("Province")}
"""Columns of any text that many files have."""
DAY = 8
AGREES = {
    "same": N_("the same"),
    "near": N_("nearly the same"),
    "partly": N_("the same in part"),
    "hardly": N_("a few letters apart"),
    "different": N_("different"),
    "unknown": N_("not known of both"),
}


class MatchWords:
    """What the page says of kinds, columns and cells, in the reader's language."""

    def __init__(self, say: Say) -> None:
        self._say = say

    def kind(self, kind: SubjectKind) -> str:
        """What the records are of."""
        return self._told(WORDS[kind])

    def show(self, show: Show) -> str:
        """A sort of pairs."""
        return self._say.catalog.gettext(SHOWS[show])

    def column(self, cell: MatchCell) -> str:
        """What a column holds; a text's is called as the file calls it."""
        word = COLUMNS.get(cell.holds) or TEXTS.get(cell.column)
        return self._say.catalog.gettext(word) if word else cell.column.replace("_", " ")

    def value(self, cell: MatchCell, text: str) -> str:
        """One of the two values; a day with its parts told apart."""
        if cell.holds == "date" and len(text) == DAY and text.isascii() and text.isdigit():
            return f"{text[:4]}-{text[4:6]}-{text[6:]}"
        return text or "–"

    def agrees(self, cell: MatchCell) -> str:
        """How well the two agree; of names why."""
        if cell.why is not None:
            return self._told(cell.why)
        return self._say.catalog.gettext(AGREES[cell.agrees])

    def why(self, record: NamedRecord) -> str:
        """Why a record's name is the one that was looked for."""
        return self._told(record.why)

    def _told(self, texts: Texts) -> str:
        return texts.th if self._say.language == "th" else texts.en
