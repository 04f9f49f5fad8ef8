"""Words of what comes in on pages: states, answers, doubts, and clocks."""

from datetime import timedelta

from warroom.incoming.views import IncomingHoldView, WaitingPaymentView
from warroom.web.kit.formats import Clock
from warroom.web.kit.tables import Tables

# Chosen, not measured: a day to look at what still waits, and a quarter of an hour to call.
SOON, CALL_SOON = timedelta(days=1), timedelta(minutes=15)
CALL_WITHIN = timedelta(hours=1)


class IncomingWords(Tables):
    """The tables of words of what comes in, in the reader's language."""

    area = "incoming"

    def build_clock(self, hold: IncomingHoldView) -> Clock | None:
        """Until when a second officer decides, or what comes in waits; None where it is over."""
        _ = self.say.catalog.gettext
        if hold.state == "proposed":
            return self.say.clock(hold.decide_by, hold.proposed_at, timedelta(hours=6), "", "")
        if hold.state in ("approved", "sent", "in_effect") and hold.until and hold.approved_at:
            return self.say.clock(hold.until, hold.approved_at, SOON, _("ends in {span}"), "")
        return None

    def build_call_clock(self, payment: WaitingPaymentView) -> Clock:
        """By when the payer is to be called."""
        _ = self.say.catalog.gettext
        return self.say.clock(
            payment.ask_by,
            payment.ask_by - CALL_WITHIN,
            CALL_SOON,
            _("call within {span}"),
            _("call {span} late"),
        )

    def list_scams(self) -> list[tuple[str, str]]:
        """Kinds of deceit that a payer may tell of."""
        return self.list_coded_words("payee.scam")
