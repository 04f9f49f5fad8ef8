"""Flags keep quiet while money may still come: none is decided where nothing is held yet, and notices to holders wait."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from warroom.cases.schema import Case, Claim
from warroom.cases.sealing import is_unsealed
from warroom.errors import NotPossible
from warroom.incoming import silence
from warroom.incoming.views import QuietAccount
from warroom.ledger.ledger import Ledger
from warroom.money.trail import BankAccount
from warroom.payee.in_force import take_next_turn
from warroom.payee.schema import Flag

TOO_EARLY = {
    "nothing-held": "payee.flag-too-early-nothing-held",
    "incoming": "payee.flag-too-early-incoming",
}
SHOWN = 50
"""Accounts named with their reason on the list of proposals. Chosen, not measured."""


def require_not_silent(session: Session, flags: Iterable[Flag], now: datetime) -> None:
    """Raises NotPossible where nobody may hear of one of these accounts yet: a flag tells payers at every bank, and the holder."""
    accounts = [BankAccount(flag.bank, flag.account) for flag in flags]
    if silent := silence.find_silent_accounts(session, accounts, now):
        first = next(iter(silent.values()))
        raise NotPossible(TOO_EARLY[first.why], account=first.account)


def withhold_notices(session: Session, flags: Collection[Flag], now: datetime) -> list[Flag]:
    """Those of the flags whose holders may be told now; the others are told later, under a new number."""
    fresh = [flag for flag in flags if flag.noticed_at is None]
    accounts = [BankAccount(flag.bank, flag.account) for flag in fresh]
    silent = silence.find_silent_accounts(session, accounts, now)
    withheld = {flag.id for flag in fresh if BankAccount(flag.bank, flag.account) in silent}
    for flag in fresh:
        if flag.id in withheld:
            flag.withheld = True
    return [flag for flag in flags if flag.id not in withheld]


def release_notices(ledger: Ledger, now: datetime) -> int:
    """Give withheld notices a new number once their accounts need not keep quiet any more; returns their number."""
    with ledger.open_session() as session:
        query = select(Flag).where(Flag.withheld).order_by(Flag.id).with_for_update()
        flags = list(session.scalars(query))
        silent = silence.find_silent_accounts(
            session, [BankAccount(flag.bank, flag.account) for flag in flags], now
        )
        due = [flag for flag in flags if BankAccount(flag.bank, flag.account) not in silent]
        if due:
            turn = take_next_turn(session)
            for flag in due:
                flag.withheld, flag.turn = False, turn
        return len(due)


def list_reported_unlisted(session: Session, since: datetime, now: datetime) -> Sequence[QuietAccount]:
    """Accounts that reports since then name, for which no flag is proposed yet, each with the reason. Sealed cases are left out."""
    query = (
        select(Claim.payee_bank, Claim.payee)
        .join(Case, Case.id == Claim.case_id)
        .where(Case.opened_at >= since, Claim.payee != "", is_unsealed())
        .distinct()
    )
    accounts = [BankAccount(bank, number) for bank, number in session.execute(query)]
    unlisted = silence.find_unlisted_accounts(session, accounts, now)
    return sorted(unlisted.values(), key=lambda quiet: (quiet.bank, quiet.account))[:SHOWN]
