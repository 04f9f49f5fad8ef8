"""Tables of words: codes of the ledger in the reader's language."""

from collections.abc import Mapping

from warroom.bilingual.texts import Texts
from warroom.web.kit.formats import Say


class Tables:
    """`told("victim", "presumed")` in the reader's language; a code no table knows stands as it is."""

    def __init__(self, say: Say, tables: Mapping[str, Mapping[str, str]]) -> None:
        self._say, self._tables = say, tables

    def __call__(self, table: str, code: str) -> str:
        words = self._tables[table]
        return self._say.catalog.gettext(words[code]) if code in words else code

    def all(self, table: str) -> list[tuple[str, str]]:
        """Every code of a table with its words, in order."""
        return [(code, self(table, code)) for code in self._tables[table]]

    def text(self, texts: Texts) -> str:
        """Words that come in both languages."""
        return texts.th if self._say.language == "th" else texts.en
