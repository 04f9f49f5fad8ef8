"""Words of public reports on pages: kinds, how urgent, states, outcomes, names of what was said, and their clock."""

from datetime import timedelta

from warroom.public.ranking import FITS, LITTLE
from warroom.public.views import ReportLine
from warroom.web.kit.formats import Clock
from warroom.web.kit.tables import Tables
from warroom.web.kit.words.mark import N_

KINDS = {
    "money_left": N_("Money has just left"),
    "tip": N_("Tip"),
    "job": N_("Job offer"),
    "missing": N_("Relative cannot be reached"),
    "recheck": N_("“This is my number”"),
    "wrong": N_("“This answer is wrong”"),
    "appeal": N_("Held money"),
    "lesson": N_("Word on a lesson"),
}
URGENCIES = {"3": N_("at once"), "2": N_("urgent"), "1": N_("soon"), "0": N_("when there is time")}
SHOWS = {
    "waiting": N_("Not opened"),
    "unread": N_("Answers to read"),
    "open": N_("Opened, not closed"),
    "closed": N_("Closed"),
}
OUTCOMES = {
    "acted": N_("Something followed"),
    "passed": N_("Passed to whom it concerns"),
    "nothing": N_("Nothing can be done"),
    "untrue": N_("Cannot be true"),
    "withdrawn": N_("Withdrawn: no longer told as reported"),
    "stays": N_("It stays as it is"),
}
FIELDS = {
    "text": N_("Their words"),
    "about": N_("What it names"),
    "place": N_("Where"),
    "when": N_("When"),
    "amount": N_("Amount, baht"),
    "bank": N_("From which bank"),
    "to": N_("Into which account"),
    "phone": N_("Telephone left"),
    "heard": N_("Last heard of"),
    "lured": N_("Who invited them"),
    "ticked": N_("Ticked"),
    "way": N_("Which way they go"),
    "trusted": N_("Whom they trust"),
    "word": N_("Code word for help"),
    "contact": N_("How to reach them"),
    "scam_type": N_("Kind of scam"),
    "answer": N_("What the page had answered"),
    "unread": N_("No machine could read it: a fault of the program"),
}
WHENS = {
    "15": N_("at most 15 minutes before"),
    "60": N_("at most an hour before"),
    "d": N_("earlier"),
}
CHECKS = {
    "fits": N_("fits the records"),
    "open": N_("cannot be told yet"),
    "little": N_("little fits"),
}
TABLES = {
    "kind": KINDS,
    "urgency": URGENCIES,
    "show": SHOWS,
    "outcome": OUTCOMES,
    "field": FIELDS,
    "when": WHENS,
    "check": CHECKS,
}
SOON = timedelta(minutes=15)


class ReportWords(Tables):
    """Words of public reports in one language."""

    tables = TABLES

    def clock(self, line: ReportLine) -> Clock | None:
        """Until somebody should have read it, while that is open."""
        if line.answer_by is None or line.state == "closed" or not (line.state == "waiting" or line.unread):
            return None
        return self.say.clock(line.answer_by, line.received_at, SOON)

    def checked(self, line: ReportLine) -> str:
        """What the checks without reading say, in words: the rank itself is an order and no probability."""
        return self("check", "fits" if line.rank >= FITS else "little" if line.rank < LITTLE else "open")

    def value(self, name: str, said: str) -> str:
        """What stands in a field, a choice in words."""
        return self("when", said) if name == "when" and said in WHENS else said
