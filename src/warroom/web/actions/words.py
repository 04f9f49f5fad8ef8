"""Words of the pages about actions and joint operations: codes of the ledger in the reader's language."""

from collections.abc import Iterable

from warroom.law.kinds.declarations import kinds, prerequisites
from warroom.web.kit.forms import said, word
from warroom.web.kit.kept import recalled
from warroom.web.kit.tables import Tables


class ActionWords(Tables):
    """The tables of words of these pages, and words of the declarations, in the reader's language."""

    area = "actions"

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
        return ", ".join(dict.fromkeys(self("access.role", code) for code in codes))

    def program(self, sentence: str) -> str:
        """A sentence that the program wrote down, in the reader's language; what people wrote stands as it is."""
        found = recalled(sentence)
        return found.told(self.say.language) if found else sentence
