"""Ends of a trail that rest on missing records: there money may have left without a record showing it yet."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from warroom.cases.record_ends import (
    NONE_APART,
    Apart,
    Pauses,
    find_record_ends,
    measure_pauses,
    newest_by_bank,
)
from warroom.cases.views import HoldView, WhyUnreached
from warroom.marking import AccountNumber
from warroom.subjects import spelling
from warroom.units import Satang

if TYPE_CHECKING:
    from warroom.lake.lake import Lake

HELD = ("in_effect", "partly")


@dataclass(frozen=True, slots=True)
class UnreachedAccount:
    """An account where traced money ends by records that do not reach.

    `amount`: satang still there by the records and not held by the bank's own statement; `said_left`: what of
    it the bank said had left; `arrived_at`: when the newest of the money arrived, `first` when the first did.
    """

    account: AccountNumber
    amount: Satang
    said_left: Satang
    first: datetime
    arrived_at: datetime


@dataclass(frozen=True, slots=True)
class UnreachedBank:
    """A bank whose records do not reach to what matters in a case, and the ends that rest on them, the largest first.

    `ends` is when the newest of its records happened, `last_file` when a file of it last came, `usual` its usual pause between
    two (nine in ten of its own are shorter); each None where nobody knows.
    """

    bank: str
    why: WhyUnreached
    ends: datetime | None
    last_file: datetime | None
    usual: timedelta | None
    accounts: tuple[UnreachedAccount, ...]

    @property
    def amount(self) -> int:
        """Satang that lie there by the records, as far as they reach."""
        return sum(one.amount for one in self.accounts)

    @property
    def arrived_at(self) -> datetime:
        """When the newest of that money came."""
        return max(one.arrived_at for one in self.accounts)


def list_unreached_banks(
    lake: "Lake",
    trail: Mapping[str, Any] | None,
    holds: Iterable[HoldView],
    now: datetime,
    apart: Apart = NONE_APART,
) -> tuple[UnreachedBank, ...]:
    """The banks on a frozen trail whose records do not reach at `now`, the one with the most money first.

    Where no bank of the trail sends its own records, one house sends those of all, and its end is every bank's. What is dated
    after `now` counts as of now. `apart` as `find_record_ends` has it.
    """
    by_bank = _list_accounts_by_bank(trail, holds) if trail else {}
    if not by_bank:
        return ()
    sources = find_record_ends(lake, now, now, apart)
    # A source may be called by another name of its bank, such as its BIC.
    ends = newest_by_bank(sources)
    names = {bank: spelling.spell_bank(bank) for bank in by_bank}
    own = bool(ends.keys() & names.values())
    mine = [source for source in sources if not own or spelling.spell_bank(source) in names.values()]
    sent = _latest_by_bank(measure_pauses(lake, mine, now))
    whole, newest = max(ends.values(), default=None), _find_newest_pause(sent)
    judged_banks = [
        _judge_bank(
            bank,
            accounts,
            ends.get(names[bank]) if own else whole,
            sent.get(names[bank]) if own else newest,
            now,
        )
        for bank, accounts in by_bank.items()
    ]
    return tuple(
        sorted(
            (unreached_bank for unreached_bank in judged_banks if unreached_bank),
            key=lambda bank: (-bank.amount, bank.bank),
        )
    )


def _latest_by_bank(sent: Mapping[str, Pauses]) -> dict[str, Pauses]:
    ordered = sorted(sent.items(), key=lambda pair: pair[1].last)
    return {spelling.spell_bank(source): one for source, one in ordered}


def _find_newest_pause(sent: Mapping[str, Pauses]) -> Pauses | None:
    return max(sent.values(), key=lambda one: one.last, default=None)


def _list_accounts_by_bank(
    trail: Mapping[str, Any], holds: Iterable[HoldView]
) -> dict[str, list[UnreachedAccount]]:
    """By bank, the accounts where money still is by the records and no bank says that it holds all of it."""
    held: dict[tuple[str, str], int] = defaultdict(int)
    left: dict[tuple[str, str], int] = defaultdict(int)
    for hold in holds:
        held[hold.bank, hold.account] += hold.held if hold.state in HELD else 0
        left[hold.bank, hold.account] += hold.left_by_word
    accounts_by_bank: dict[str, list[UnreachedAccount]] = defaultdict(list)
    for on in trail["accounts"]:
        place = (on["account"]["bank"], on["account"]["number"])
        amount = on["still_there"] - held[place]
        # What the victim's own account kept is nobody's to look for.
        if on["victim"] or amount <= 0:
            continue
        # Trails are JSON: times are text.
        first = datetime.fromisoformat(on["first_arrival"])
        # Trails that were frozen before they said the latest arrival know the first alone.
        latest = on.get("latest_arrival")
        arrived_at = datetime.fromisoformat(latest) if latest else first
        accounts_by_bank[place[0]].append(
            UnreachedAccount(place[1], amount, min(left[place], amount), first, arrived_at)
        )
    return accounts_by_bank


def _judge_bank(
    bank: str, accounts: list[UnreachedAccount], ends: datetime | None, sent: Pauses | None, now: datetime
) -> UnreachedBank | None:
    """A bank with the accounts of it that its records do not cover; None where they do."""
    last, usual = (sent.last, sent.usual) if sent else (None, None)
    # A bank that is overdue by its own habit may have newer records that nobody has yet.
    overdue = last is not None and usual is not None and now - last > usual
    # A record of the very moment at which the money came says nothing of what followed.
    open_ones = (
        accounts
        if ends is None or overdue
        else [account for account in accounts if account.arrived_at >= ends]
    )
    if not open_ones:
        return None
    why: WhyUnreached = (
        "never"
        if ends is None
        else "behind"
        if any(account.arrived_at >= ends for account in open_ones)
        else "overdue"
    )
    largest = sorted(open_ones, key=lambda account: (-account.amount, account.account))
    return UnreachedBank(bank, why, ends, last, usual, tuple(largest))
