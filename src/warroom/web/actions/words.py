"""Words of the pages about actions and joint operations: codes of the ledger in the reader's language."""

from collections.abc import Iterable

from warroom.law.kinds.declarations import kinds, prerequisites
from warroom.web.kit.forms import said, word
from warroom.web.kit.kept import recalled
from warroom.web.kit.tables import Tables
from warroom.web.kit.words import ROLES
from warroom.web.kit.words.mark import N_

PILLARS = {
    "infrastructure": N_("Infrastructure"),
    "logistics": N_("Logistics"),
    "enforcement": N_("Enforcement"),
    "technology": N_("Technology"),
    "international": N_("Partners abroad"),
    "resilience": N_("Resilience"),
}
SORTS = {
    "mine": N_("For me"),
    "late": N_("Late"),
    "in_effect": N_("In effect"),
    "lapsed": N_("Ended by itself"),
    "all": N_("All"),
}
GO = {"go": N_("go"), "no_go": N_("no-go")}
RESULTS = {
    "cash": N_("cash"),
    "car": N_("cars"),
    "property": N_("land and buildings"),
    "gold": N_("gold"),
    "crypto": N_("crypto assets"),
    "device": N_("devices"),
    "sim": N_("SIM cards"),
    "person": N_("people found, each screened"),
    "arrest": N_("arrests under a warrant"),
}
TASKS = {
    "search": N_("Search it under a warrant"),
    "arrest": N_("Arrest whom a warrant names"),
    "help": N_("Help the people who are found"),
    "evidence": N_("Secure evidence"),
    "cut": N_("Cut the line that feeds it"),
}
TABLES = {
    "task": TASKS,
    "pillar": PILLARS,
    "sort": SORTS,
    "go": GO,
    "result": RESULTS,
    "role": ROLES,
}


class ActionWords(Tables):
    """The tables of words of these pages, and words of the declarations, in the reader's language."""

    tables = TABLES

    def kind(self, code: str) -> str:
        """The title of a kind of action."""
        return said(kinds()[code].title, self.say)

    def paper(self, code: str) -> str:
        """The title of a document that may be required."""
        return said(prerequisites()[code].title, self.say)

    def word(self, section: str, code: str) -> str:
        """A code of the declarations: subjects, partners, units."""
        return word(section, code, self.say)

    def roles(self, codes: Iterable[str]) -> str:
        """Roles as a list of words."""
        return ", ".join(dict.fromkeys(self("role", code) for code in codes))

    def program(self, sentence: str) -> str:
        """A sentence that the program wrote down, in the reader's language; what people wrote stands as it is."""
        found = recalled(sentence)
        return found.told(self.say.language) if found else sentence
