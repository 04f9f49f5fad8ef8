"""Words of matches: what a column is, how well two values agree, and the sorts of pairs."""

from warroom.bilingual.texts import Texts
from warroom.matches.views import MatchCell, MatchKind, NamedRecord, Show
from warroom.sentences.catalogue import find_word
from warroom.subjects.kinds import WORDS
from warroom.web.kit.formats import Say

# Digits of a date written as YYYYMMDD.
DAY = 8


class MatchWords:
    """What the page says of kinds, columns and cells, in the reader's language."""

    def __init__(self, say: Say) -> None:
        self._say = say

    def format_kind(self, kind: MatchKind) -> str:
        """What the records are of."""
        return self._choose_text(WORDS[kind])

    def format_filter(self, show: Show) -> str:
        """A sort of pairs."""
        return self._find_word("show", show) or show

    def format_column(self, cell: MatchCell) -> str:
        """What a column holds; a text's is called as the file calls it."""
        word = self._find_word("column", cell.holds) or self._find_word("text", cell.column)
        return word or cell.column.replace("_", " ")

    def format_value(self, cell: MatchCell, text: str) -> str:
        """One of the two values; a day with its parts told apart."""
        if cell.holds == "date" and len(text) == DAY and text.isascii() and text.isdigit():
            return f"{text[:4]}-{text[4:6]}-{text[6:]}"
        return text or "–"

    def format_agreement(self, cell: MatchCell) -> str:
        """How well the two agree; of names why."""
        if cell.why is not None:
            return self._choose_text(cell.why)
        return self._find_word("agrees", cell.agrees) or cell.agrees

    def format_reason(self, record: NamedRecord) -> str:
        """Why a record's name is the one that was looked for."""
        return self._choose_text(record.why)

    def _find_word(self, table: str, code: str) -> str | None:
        return find_word(f"matches.{table}", code, self._say.language)

    def _choose_text(self, texts: Texts) -> str:
        return texts.th if self._say.language == "th" else texts.en
