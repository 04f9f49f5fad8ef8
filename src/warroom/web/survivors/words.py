"""Texts for the ledger's codes on the pages about people found."""

from warroom.sentences.catalogue import find_word
from warroom.web.kit.tables import Tables


class SurvivorWords(Tables):
    """`said("victim", "presumed")` in the reader's language; a code no table knows stands as it is."""

    area = "survivors"

    def format_youth_status(self, band: str) -> str:
        """The word for a person with a child's protections; "child" only if their age is known."""
        return find_word("survivors.youth", band, self.say.language) or self("youth", "doubted")
