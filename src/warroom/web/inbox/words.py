"""Words of public reports on pages: kinds, how urgent, states, outcomes, names of what was said, and their clock."""

from datetime import timedelta

from warroom.public.ranking import FITS, LITTLE
from warroom.public.views import ReportLine
from warroom.web.kit.formats import Clock
from warroom.web.kit.tables import Tables

# How long before its end the clock of a report turns due. Chosen, not measured.
SOON = timedelta(minutes=15)


class ReportWords(Tables):
    """Words of public reports in one language."""

    area = "public"

    def build_answer_clock(self, line: ReportLine) -> Clock | None:
        """The clock of a report that waits to be read; None where none runs."""
        if line.answer_by is None or line.state == "closed" or not (line.state == "waiting" or line.unread):
            return None
        return self.say.clock(line.answer_by, line.received_at, SOON)

    def describe_checks(self, line: ReportLine) -> str:
        """The result of the automatic checks in words: the rank itself is only for sorting and no probability."""
        return self("check", "fits" if line.rank >= FITS else "little" if line.rank < LITTLE else "open")

    def format_value(self, name: str, said: str) -> str:
        """The value of a field; a choice is shown in words."""
        return self("when", said) if name == "when" else said
