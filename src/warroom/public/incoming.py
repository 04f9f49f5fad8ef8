"""What waits at an account as its holder sees it, with the code on the notice."""

from datetime import datetime

from warroom.cases import objection
from warroom.incoming import holders
from warroom.incoming.views import PublicIncoming
from warroom.ledger.audit import looks
from warroom.ledger.decision import logged_read, open_decision
from warroom.ledger.ledger import Ledger


def appeal_incoming(
    ledger: Ledger, reference: str, who: str, text: str, *, now: datetime | None = None
) -> None:
    """File an appeal with the code printed on the notice; no sign-in is needed. Raises NotFound for an unknown code, and while no
    payment has waited yet; NotPossible where nothing waits any more, an appeal is open or the text is empty.
    """
    who, text = objection.clean_objection(who, text)
    with open_decision(ledger, "public", now=now) as this:
        holders.file_incoming_appeal(this, reference, who, text)


def load_public_incoming(ledger: Ledger, reference: str, *, now: datetime | None = None) -> PublicIncoming:
    """What the holder may see with the code. Raises NotFound."""
    with logged_read(ledger, "public", now=now) as this:
        hold = holders.find_told_hold(this.session, reference)
        # Once an hour: ten thousand requests for the page must not fill the log.
        looks.log_list_read(this.session, "public", f"incoming:{hold.id}", this.now, "incoming.read")
        return holders.build_public_view(this.session, hold)
