"""Tables of words: codes of the ledger in the reader's language."""

from warroom.bilingual.texts import Texts
from warroom.sentences.catalogue import find_word, list_words
from warroom.web.kit.formats import Say


def find_clock_words(kind: str, say: Say) -> tuple[str, str]:
    """What the clock of a deadline says while it runs and once it is over; empty where the usual words do."""
    left, over = (find_word(table, kind, say.language) for table in ("worklist.left", "worklist.over"))
    return left or "", over or ""


class Tables:
    """`told("act", "border")` in the reader's language, from the catalogue's tables of one area; `told("states.victim",
    "presumed")` from another's. A code no table knows stands as it is. Pages that say more than codes have a class of their
    own, which names its area.
    """

    area = ""

    def __init__(self, say: Say, area: str = "") -> None:
        self.say = say
        self.area = area or self.area

    def __call__(self, table: str, code: str) -> str:
        return find_word(self._qualify_table(table), code, self.say.language) or code

    def list_coded_words(self, table: str) -> list[tuple[str, str]]:
        """Every code of a table with its words, in order."""
        return [
            (code, words[self.say.language]) for code, words in list_words(self._qualify_table(table)).items()
        ]

    def text(self, texts: Texts) -> str:
        """Words that come in both languages."""
        return texts.th if self.say.language == "th" else texts.en

    def _qualify_table(self, table: str) -> str:
        return table if "." in table else f"{self.area}.{table}"
