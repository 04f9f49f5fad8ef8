"""Nobody on a trail is told or listed before money of it is held, nor listed while something may still come.

A holder who hears of it leaves the account, or is made to, and nothing more can be held there.
"""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import exists, func, or_, select, true, tuple_
from sqlalchemy.orm import Session

from warroom.cases.schema import Case, Claim, Hold, Proposal
from warroom.incoming.schema import IncomingHoldRow
from warroom.incoming.views import OPEN_STATES, QuietAccount
from warroom.money.trail import BankAccount

STILL_COMING = timedelta(days=7)
"""How long after money of a trail last came to an account more may come there: as long as a hold of what comes in. Chosen, not measured."""
TRAILED = timedelta(days=30)
"""Cases older than that keep no account quiet: who asks for a list does not wait for ever. Chosen, not measured."""


def find_silent_accounts(
    session: Session, accounts: Collection[BankAccount], now: datetime
) -> dict[BankAccount, QuietAccount]:
    """Which of these accounts nobody may hear of now: they are on the trail of an open case of whose money nothing is held
    yet, though some is undecided or asked of a bank; or payments to them are to wait, and none does.
    """
    return _find_silent(session, accounts, now) if accounts else {}


def list_silent_accounts(session: Session, now: datetime) -> list[BankAccount]:
    """Every account that nobody may hear of now."""
    return list(_find_silent(session, None, now))


def _find_silent(
    session: Session, accounts: Collection[BankAccount] | None, now: datetime
) -> dict[BankAccount, QuietAccount]:
    nothing_held = ~exists().where(Hold.case_id == Case.id, Hold.held > 0)
    unsettled = (_is_trailed(now), Case.there > 0, nothing_held)
    silent = _list_trail_accounts(session, accounts, *unsettled)
    query = select(IncomingHoldRow.bank, IncomingHoldRow.account).where(
        _is_one_of(IncomingHoldRow.bank, IncomingHoldRow.account, accounts),
        IncomingHoldRow.state.in_(OPEN_STATES),
        IncomingHoldRow.told_at.is_(None),
    )
    silent_by_hold = [BankAccount(bank, number) for bank, number in session.execute(query)]
    return _name_quiet(silent, "nothing-held") | _name_quiet(silent_by_hold, "incoming")


def find_unlisted_accounts(
    session: Session, accounts: Collection[BankAccount], now: datetime
) -> dict[BankAccount, QuietAccount]:
    """Which of these accounts no listing is proposed for, with the reason: money of a trail is undecided or held there or came
    within seven days, or what comes in is to wait.
    """
    if not accounts:
        return {}
    trailed = _is_trailed(now)
    undecided = _list_trail_accounts(session, accounts, trailed, Case.there > 0)
    held = select(Hold.bank, Hold.account).where(
        _is_one_of(Hold.bank, Hold.account, accounts), Hold.active > 0
    )
    incoming = select(IncomingHoldRow.bank, IncomingHoldRow.account).where(
        _is_one_of(IncomingHoldRow.bank, IncomingHoldRow.account, accounts),
        IncomingHoldRow.state.in_(OPEN_STATES),
    )
    return (
        _name_quiet(_list_lately_reached(session, accounts, now), "came-lately")
        | _name_quiet(_to_accounts(session.execute(held)), "held")
        | _name_quiet(undecided, "undecided")
        | _name_quiet(_to_accounts(session.execute(incoming)), "incoming")
    )


def _is_trailed(now: datetime):  # type: ignore[no-untyped-def]
    return (Case.state == "open") & (Case.opened_at > now - TRAILED)


def _list_trail_accounts(
    session: Session, accounts: Collection[BankAccount] | None, *cases: object
) -> list[BankAccount]:
    """Those of the accounts that a report of such a case names, or where something of its money lies or lay."""
    proposed = (
        select(Proposal.bank, Proposal.account)
        .join(Case, Case.id == Proposal.case_id)
        .where(
            _is_one_of(Proposal.bank, Proposal.account, accounts),
            Proposal.state.in_(("open", "approved")),
            *cases,  # type: ignore[arg-type]
        )
    )
    named = (
        select(Claim.payee_bank, Claim.payee)
        .join(Case, Case.id == Claim.case_id)
        .where(_is_one_of(Claim.payee_bank, Claim.payee, accounts), *cases)  # type: ignore[arg-type]
    )
    return _to_accounts(session.execute(proposed.union(named)))


def _list_lately_reached(
    session: Session, accounts: Collection[BankAccount], now: datetime
) -> list[BankAccount]:
    since = now - STILL_COMING
    proposed = (
        select(Proposal.bank, Proposal.account)
        .join(Case, Case.id == Proposal.case_id)
        .where(
            _is_one_of(Proposal.bank, Proposal.account, accounts),
            Proposal.state != "superseded",
            func.coalesce(Proposal.arrived_at, Case.reported_at) > since,
            Case.state == "open",
        )
    )
    named = (
        select(Claim.payee_bank, Claim.payee)
        .join(Case, Case.id == Claim.case_id)
        .where(
            _is_one_of(Claim.payee_bank, Claim.payee, accounts),
            or_(Claim.time.is_(None), Claim.time > since),
            Case.state == "open",
        )
    )
    return _to_accounts(session.execute(proposed.union(named)))


def _is_one_of(bank, number, accounts: Iterable[BankAccount] | None):  # type: ignore[no-untyped-def]
    if accounts is None:
        return true()
    return tuple_(bank, number).in_([(account.bank, account.number) for account in accounts])


def _to_accounts(rows: Iterable[Any]) -> list[BankAccount]:
    return [BankAccount(row[0], row[1]) for row in rows]


def _name_quiet(accounts: Iterable[BankAccount], why: str) -> dict[BankAccount, QuietAccount]:
    return {account: QuietAccount(account.bank, account.number, why) for account in accounts}
