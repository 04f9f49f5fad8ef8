"""Words of the pages about people found: codes of the ledger in the reader's language."""

from warroom.sentences.catalogue import find_word
from warroom.web.kit.tables import Tables


class SurvivorWords(Tables):
    """`said("victim", "presumed")` in the reader's language; a code no table knows stands as it is."""

    area = "survivors"

    def format_youth_status(self, band: str) -> str:
        """What somebody with a child's protections is called: a child only where their age says so."""
        return find_word("survivors.youth", band, self.say.language) or self("youth", "doubted")
