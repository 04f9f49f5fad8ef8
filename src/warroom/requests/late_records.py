"""Banks whose records end too early for a case, and what each was asked for."""

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from warroom.access import masking, role_groups
from warroom.access.schema import Agency
from warroom.cases import purposes
from warroom.cases.hold_views import load_hold_views
from warroom.cases.queries.case_page import frozen_trail
from warroom.cases.schema import Case, Hold
from warroom.cases.unreached import UnreachedBank, list_unreached_banks
from warroom.ledger import officers
from warroom.ledger.decision import logged_read
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.ledger.schema import OfficerRow
from warroom.requests import asked_records
from warroom.requests.schema import Request
from warroom.requests.views import AskedFor, LateAccount, LateBank

if TYPE_CHECKING:
    from warroom.lake.lake import Lake

BANK = "bank"


def list_late(
    ledger: Ledger,
    lake: "Lake",
    officer: Officer,
    number: str,
    *,
    logged: bool = True,
    now: datetime | None = None,
) -> tuple[LateBank, ...]:
    """Of a case the ends that rest on records which are not here yet, by bank, and who was asked; masked as the case is. `logged`
    is False only for the case's page, whose read of the case is in the log already.

    Raises NotAllowed, NotFound, PurposeNeeded, and LakeError where the lake cannot be read.
    """
    with logged_read(ledger, officer, *role_groups.CASE_READERS, now=now) as this:
        case = purposes.read_case(this, number)
        if logged:
            this.log_entry("case.read", f"case:{number}", case=number)
        late_banks = load_late_banks(this.session, this.person, lake, case, this.now)
        return masking.redact(officers.to_officer(this.person), late_banks)


def load_late_banks(
    session: Session, person: OfficerRow, lake: "Lake", case: Case, now: datetime
) -> tuple[LateBank, ...]:
    """`list_late` unmasked, for callers that have checked the officer's access already."""
    trail = frozen_trail(session, case)
    if trail is None:
        return ()
    holds = load_hold_views(session, session.scalars(select(Hold).where(Hold.case_id == case.id)))
    apart = asked_records.load_asked_apart(session, now)
    late = list_unreached_banks(lake, trail, holds, now, apart)
    return tuple(_with_asked(session, person, case, unreached_bank, now) for unreached_bank in late)


def _with_asked(
    session: Session, person: OfficerRow, case: Case, late: UnreachedBank, now: datetime
) -> LateBank:
    asked = asked_records.load_asked_accounts(session, person, late.bank, now)
    by_hand = asked_records.find_requests_by_hand(
        session, case, late.bank, [account.account for account in late.accounts], now
    )
    accounts, requests = [], dict[int, Request]()
    for account in late.accounts:
        request, since = asked.get(account.account, (None, account.first))
        # A request that asks from a later moment on leaves out what matters here.
        covers = request is not None and asked_records.is_open(request, now) and since <= account.first
        known = request if covers or account.account not in by_hand else by_hand[account.account]
        if known is not None:
            requests[known.id] = known
        waits = covers or account.account in by_hand
        accounts.append(
            LateAccount(
                account.account,
                account.amount,
                account.said_left,
                account.first,
                account.arrived_at,
                known.number if known else "",
                waits,
            )
        )
    agency = session.get(Agency, late.bank)
    return LateBank(
        bank=late.bank,
        is_partner=agency is not None and agency.active and agency.kind == BANK,
        why=late.why,
        ends=late.ends,
        last_file=late.last_file,
        usual_minutes=late.usual.total_seconds() / 60 if late.usual is not None else None,
        amount=late.amount,
        came=late.arrived_at,
        places=tuple(accounts),
        asked=tuple(
            _asked_for(asked_request)
            for asked_request in sorted(requests.values(), key=lambda request: request.id)
        ),
        to_ask=sum(not late_account.waits for late_account in accounts),
    )


def _asked_for(request: Request) -> AskedFor:
    return AskedFor(request.id, request.number, request.state, request.due_at, request.answered_at)  # type: ignore[arg-type]
