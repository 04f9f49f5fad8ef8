"""Words of flags on pages: states, kinds of deceit, what proposed one, and its clock."""

from datetime import timedelta

from warroom.payee.views import FlagView
from warroom.web.kit.formats import Clock
from warroom.web.kit.tables import Tables

# A flag with less time left is shown as due: two days to renew it. Chosen, not measured.
SOON = timedelta(days=2)


class FlagWords(Tables):
    """The tables of words of flags in the reader's language."""

    area = "payee"

    def build_clock(self, flag: FlagView) -> Clock | None:
        """Until when a proposal is decided or a flag lasts; None where it is over."""
        _ = self.say.catalog.gettext
        if flag.state == "proposed":
            return self.say.clock(flag.decide_by, flag.proposed_at, timedelta(hours=6), "", "")
        if flag.state == "in_effect" and flag.until is not None and flag.decided_at is not None:
            return self.say.clock(flag.until, flag.decided_at, SOON, _("ends in {span}"), "")
        return None

    def count_per_hundred(self, flag: FlagView) -> int:
        """Of a hundred such accounts, how many work for somebody else, at life's density of crime."""
        return round(100 * (flag.probability or 0.0))
