"""An officer checks anonymous reports before money is held by them: by a call, or by proof that their sender paid."""

from datetime import datetime

from warroom.access import role_groups
from warroom.cases import purposes
from warroom.cases.report_checks import save_check
from warroom.cases.stated import require_reason
from warroom.cases.summary import recount_case
from warroom.cases.views import CheckHow
from warroom.errors import NotPossible
from warroom.ledger.decision import open_decision
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer

# A hold in spite of no check is recorded with the hold itself, never by this decision.
RECORDABLE: tuple[CheckHow, ...] = ("called-back", "payer-proven")


def record_check(
    ledger: Ledger,
    officer: Officer,
    number: str,
    how: str,
    text: str,
    key: str,
    *,
    now: datetime | None = None,
) -> None:
    """Record a call back to the reporter, or proof that they paid, and what was found; a repeated `key`
    changes nothing.

    Raises NotFound, NotAllowed, or NotPossible without words.
    """
    text = require_reason(text, "cases.check-words-missing")
    chosen = next((way for way in RECORDABLE if way == how), None)
    if chosen is None:
        raise NotPossible("cases.check-words-missing")
    with open_decision(ledger, officer, *role_groups.HOLD_APPROVERS, now=now) as this:
        case = purposes.work_case(this, number)
        if this.find_earlier_result(key, "report-check", number, chosen, text) is not None:
            return
        save_check(this, case, chosen, text)
        recount_case(this.session, case.id, this.now)
        this.save_result(number)
