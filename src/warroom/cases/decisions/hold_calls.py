"""Calls to a silent bank. A call is noted and changes no state: only the bank's own answer puts a hold into
effect.
"""

from datetime import datetime

from warroom.access import role_groups
from warroom.cases.hold_ending import decided_hold
from warroom.cases.hold_views import load_hold_views
from warroom.cases.schema import HoldCall
from warroom.cases.stated import REASON_SIGNS
from warroom.cases.views import HoldView
from warroom.errors import NotPossible
from warroom.ledger.decision import open_decision
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer


def note_call(
    ledger: Ledger,
    officer: Officer,
    hold_id: int,
    answered: bool,
    text: str,
    *,
    now: datetime | None = None,
) -> HoldView:
    """Note a call to a hold's bank, and what was said where somebody answered; the hold's state does not change.

    Raises NotAllowed, NotFound, or NotPossible for an answer without words.
    """
    text = text.strip()[:REASON_SIGNS]
    if answered and not text:
        raise NotPossible("cases.call-words-missing")
    with open_decision(ledger, officer, *role_groups.HOLD_RELEASERS, now=now) as this:
        hold, case = decided_hold(this, hold_id)
        this.session.add(
            HoldCall(hold_id=hold.id, officer_id=this.person.id, answered=answered, text=text, at=this.now)
        )
        this.session.flush()
        detail = {"bank": hold.bank, "text": text}
        verb = "hold.answered_by_telephone" if answered else "hold.called"
        this.log_entry(verb, f"hold:{hold.id}", detail, case.number)
        return load_hold_views(this.session, [hold])[0]
