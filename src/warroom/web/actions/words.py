"""Words of the pages about actions and joint operations: codes of the ledger in the reader's language."""

from collections.abc import Iterable

from warroom.law.kinds.declarations import load_kinds, load_prerequisites
from warroom.web.kit.forms import format_declared_code, render_texts
from warroom.web.kit.kept import recall_sentence
from warroom.web.kit.tables import Tables


class ActionWords(Tables):
    """The tables of words of these pages, and words of the declarations, in the reader's language."""

    area = "actions"

    def format_kind(self, code: str) -> str:
        """The title of a kind of action."""
        return render_texts(load_kinds()[code].title, self.say)

    def format_document(self, code: str) -> str:
        """The title of a document that may be required."""
        return render_texts(load_prerequisites()[code].title, self.say)

    def format_declared_code(self, section: str, code: str) -> str:
        """A code of the declarations: subjects, partners, units."""
        return format_declared_code(section, code, self.say)

    def format_roles(self, codes: Iterable[str]) -> str:
        """Roles as a list of words."""
        return ", ".join(dict.fromkeys(self("access.role", code) for code in codes))

    def render_kept_sentence(self, sentence: str) -> str:
        """A sentence that the program wrote down, in the reader's language; what people wrote stands as it is."""
        found = recall_sentence(sentence)
        return found.render_in(self.say.language) if found else sentence
