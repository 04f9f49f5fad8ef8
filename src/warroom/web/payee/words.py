"""Words of flags on pages: states, kinds of deceit, what proposed one, and its clock."""

from datetime import timedelta

from warroom.payee.views import FlagView
from warroom.web.kit.formats import Clock
from warroom.web.kit.tables import Tables
from warroom.web.kit.words.mark import N_

STATES = {
    "proposed": N_("To decide"),
    "in_effect": N_("In effect"),
    "declined": N_("Declined"),
    "ended": N_("Ended"),
}
SCAMS = {
    "purchase": N_("Goods never sent"),
    "investment": N_("Investment"),
    "job": N_("Online job"),
    "loan": N_("Loan fee"),
    "romance": N_("Love scam"),
    "authority": N_("Sham official"),
    "prize": N_("False prize"),
    "extortion": N_("Extortion"),
    "unknown": N_("Kind not known yet"),
}
ORIGINS = {
    "signal": N_("proposed by the analysis"),
    "report": N_("proposed by a victim's report"),
    "probing": N_("proposed since many asked and hardly any paid"),
}
CAUSES = {
    "expiry": N_("its time was over"),
    "officer": N_("an officer ended it"),
    "appeal": N_("the holder's appeal was granted"),
    "renewal": N_("it was renewed"),
    "undecided": N_("nobody decided in time"),
}
ARMS = {"told": N_("Hear of flags"), "held_out": N_("Held out")}
APPEALS = {"open": N_("waits for an answer"), "upheld": N_("the flag stays"), "granted": N_("the flag ended")}
TABLES = {
    "state": STATES,
    "scam": SCAMS,
    "origin": ORIGINS,
    "cause": CAUSES,
    "arm": ARMS,
    "appeal": APPEALS,
}
SOON = timedelta(days=2)


class FlagWords(Tables):
    """The tables of words of flags in the reader's language."""

    tables = TABLES

    def clock(self, flag: FlagView) -> Clock | None:
        """Until when a proposal is decided or a flag lasts; None where it is over."""
        _ = self.say.catalog.gettext
        if flag.state == "proposed":
            return self.say.clock(flag.decide_by, flag.proposed_at, timedelta(hours=6), "", "")
        if flag.state == "in_effect" and flag.until is not None and flag.decided_at is not None:
            return self.say.clock(flag.until, flag.decided_at, SOON, _("ends in {span}"), "")
        return None

    def hundred(self, flag: FlagView) -> int:
        """Of a hundred such accounts, how many work for somebody else, at life's density of crime."""
        return round(100 * (flag.probability or 0.0))
