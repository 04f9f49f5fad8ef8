"""Decisions about a case itself: taking, giving and closing it, purposes, seals and alerts."""

from collections.abc import Iterable
from datetime import datetime
from typing import get_args

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from warroom.access import role_groups
from warroom.cases import purposes, sealing
from warroom.cases.schema import Alert, AppealRow, Case, CaseAccess, Hold
from warroom.cases.steps import CLEAR, SEAL, TAKE
from warroom.cases.summary import recount_case
from warroom.cases.views import ACTIVE, ASKED, PurposeCode, PurposeView
from warroom.errors import NotFound, NotPossible
from warroom.ledger.decision import open_decision
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.ledger.schema import OfficerRow

# Characters of a reason that are kept; the rest is cut. Chosen: a paragraph.
SEAL_REASON_SIGNS = 500
# Characters of a purpose's words: a full stop is no purpose.
SHORTEST_PURPOSE, LONGEST_PURPOSE = 3, 500


def take_case(ledger: Ledger, officer: Officer, number: str, *, now: datetime | None = None) -> None:
    """Make an officer the owner of a case, also where another was; logged. Taking gives no right that the
    officer's roles do not give. Raises NotFound or NotAllowed.
    """
    with open_decision(ledger, officer, *TAKE.roles, now=now) as this:
        case = purposes.work_case(this, number)
        if case.owner_id != this.person.id:
            before = this.session.get(OfficerRow, case.owner_id) if case.owner_id else None
            case.owner_id = this.person.id
            this.log_entry("case.taken", f"case:{number}", {"from": before.name} if before else {}, number)


def give_case(ledger: Ledger, officer: Officer, number: str, to: str) -> None:
    """Make an officer of the desk the owner of a case, by user name, or nobody with ""; logged.

    An owner may always give a case back. Raises NotFound for no such case or officer, NotAllowed.
    """
    with open_decision(ledger, officer, *role_groups.CASE_READERS) as this:
        case = sealing.case_of(this.session, this.person, number, lock=True)
        # What nobody has is given back already: a second press is no refusal.
        if not to and case.owner_id is None:
            return
        if to or case.owner_id != this.person.id:
            # Giving one's own case back needs no role: an owner who cannot work on it must be able to.
            this.require_role(*role_groups.CASE_GIVERS)
        given = _load_case_officer(this.session, case, to) if to else None
        if case.owner_id != (given.id if given else None):
            before = this.session.get(OfficerRow, case.owner_id) if case.owner_id else None
            case.owner_id = given.id if given else None
            detail = {"from": before.name if before else "", "to": given.name if given else ""}
            this.log_entry("case.given", f"case:{number}", detail, number)


def _load_case_officer(session: Session, case: Case, username: str) -> OfficerRow:
    """An officer who may work on the case; raises NotFound."""
    row = session.scalars(
        select(OfficerRow).where(OfficerRow.username == username, OfficerRow.active)
    ).first()
    if row is None or set(role_groups.HOLD_RELEASERS).isdisjoint(row.roles):
        raise NotFound("cases.no-such-officer", username=username[:40])
    sealing.may_see(session, row, case, "cases.no-such-officer")
    return row


def close_case(
    ledger: Ledger, officer: Officer, number: str, reason: str, *, now: datetime | None = None
) -> None:
    """Take a case off the board; raises NotPossible while money is held for it or an appeal is open."""
    if not reason.strip():
        raise NotPossible("cases.close-reason-missing")
    with open_decision(ledger, officer, *role_groups.HOLD_APPROVERS, now=now) as this:
        case = purposes.work_case(this, number)
        held = select(func.count()).where(Hold.case_id == case.id, Hold.state.in_(ACTIVE))
        asked = select(func.count()).select_from(AppealRow).join(Hold, Hold.id == AppealRow.hold_id)
        open_appeals = asked.where(Hold.case_id == case.id, AppealRow.state == "open")
        # Off the board nobody would see the hold lapse or the appeal come due.
        if this.session.scalar(held) or this.session.scalar(open_appeals):
            raise NotPossible("cases.money-still-held")
        case.state = "closed"
        recount_case(this.session, case.id, this.now)
        this.log_entry("case.closed", f"case:{number}", {"reason": reason}, number)


def state_purpose(
    ledger: Ledger,
    officer: Officer,
    number: str,
    purpose: PurposeCode,
    text: str,
    *,
    now: datetime | None = None,
) -> PurposeView:
    """State why one opens a case: a code and a few words, kept, logged, and valid for 30 days.

    Raises NotFound for no case or one sealed to others, NotAllowed, NotPossible without words.
    """
    text = " ".join(text.split())[:LONGEST_PURPOSE]
    if purpose not in get_args(PurposeCode) or len(text) < SHORTEST_PURPOSE:
        raise NotPossible("cases.purpose-missing")
    with open_decision(ledger, officer, *role_groups.CASE_READERS, now=now) as this:
        # Desk work follows from the desk's roles; for others it would be the excuse that always fits.
        if not purposes.may_state_purpose(this.person.roles, purpose):
            raise NotPossible("cases.purpose-missing")
        case = sealing.case_of(this.session, this.person, number)
        row = purposes.record_purpose(this.session, this.person, case, purpose, text, this.now)
        return PurposeView(number, this.person.name, purpose, text, row.at, row.until)


def seal_case(
    ledger: Ledger,
    officer: Officer,
    number: str,
    agencies: Iterable[str],
    reason: str,
    *,
    now: datetime | None = None,
) -> tuple[str, ...]:
    """Seal a case to agencies by their codes, or open it to all again with none; the same again changes nothing.

    The officer's own agency must be among them: nobody shuts a case on themselves. Raises NotAllowed, NotFound,
    NotPossible.
    """
    wanted = tuple(sorted({code.strip() for code in agencies if code.strip()}))
    if not (reason := " ".join(reason.split())[:SEAL_REASON_SIGNS]):
        raise NotPossible("cases.seal-reason-missing")
    with open_decision(ledger, officer, *SEAL.roles, now=now) as this:
        # An officer who may not see the case may not open it either: it is answered as absent.
        case = sealing.case_of(this.session, this.person, number, lock=True)
        if wanted and this.person.agency not in wanted:
            raise NotPossible("cases.seal-against-oneself")
        if wanted != sealing.agencies_of(this.session, case):
            # Replaced as a whole: the rows are the seal.
            this.session.execute(delete(CaseAccess).where(CaseAccess.case_id == case.id))
            this.session.add_all(
                CaseAccess(case_id=case.id, agency=code, officer_id=this.person.id, at=this.now)
                for code in wanted
            )
            detail = {"agencies": list(wanted), "reason": reason}
            this.log_entry("case.sealed" if wanted else "case.unsealed", f"case:{number}", detail, number)
        return wanted


def clear_alert(ledger: Ledger, officer: Officer, alert_id: int, *, now: datetime | None = None) -> None:
    """Clear an alert that an officer has looked at; raises NotFound for none, NotPossible while a silent bank
    has not answered.
    """
    with open_decision(ledger, officer, *CLEAR.roles, now=now) as this:
        alert = this.session.get(Alert, alert_id, with_for_update=True)
        if alert is None:
            raise NotFound("cases.no-such-alert")
        case = this.session.get_one(Case, alert.case_id)
        sealing.may_see(this.session, this.person, case, "cases.no-such-alert")
        hold = this.session.get(Hold, alert.hold_id) if alert.hold_id else None
        # Looked at, a silent bank is as silent as before: nobody may make it calm but its own answer.
        if alert.kind == "silence" and hold is not None and hold.state in ASKED:
            raise NotPossible("cases.silence-ends-by-answer", bank=hold.bank)
        if alert.cleared_at is None:
            alert.cleared_at = this.now
            recount_case(this.session, case.id, this.now)
            this.log_entry("alert.cleared", f"alert:{alert.id}", {"kind": alert.kind}, case.number)
