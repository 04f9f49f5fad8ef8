"""Tables of words: codes of the ledger in the reader's language."""

from collections.abc import Mapping

from warroom.bilingual.texts import Texts
from warroom.web.kit.formats import Say


class Tables:
    """`told("victim", "presumed")` in the reader's language; a code no table knows stands as it is. Pages that say more than
    codes have a class of their own, which names its tables.
    """

    tables: Mapping[str, Mapping[str, str]] = {}

    def __init__(self, say: Say, tables: Mapping[str, Mapping[str, str]] | None = None) -> None:
        self.say = say
        if tables is not None:
            self.tables = tables

    def __call__(self, table: str, code: str) -> str:
        words = self.tables[table]
        return self.say.catalog.gettext(words[code]) if code in words else code

    def all(self, table: str) -> list[tuple[str, str]]:
        """Every code of a table with its words, in order."""
        return [(code, self(table, code)) for code in self.tables[table]]

    def text(self, texts: Texts) -> str:
        """Words that come in both languages."""
        return texts.th if self.say.language == "th" else texts.en
