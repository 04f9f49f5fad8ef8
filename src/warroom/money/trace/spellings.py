"""Whether an account at which a trail ends is known to its bank under another spelling, from which the money may have left."""

import re
from dataclasses import dataclass
from typing import Literal

from warroom.money.index.account_index import Index
from warroom.money.trail import BankAccount
from warroom.subjects import bank_names
from warroom.subjects.identifiers import checks

Proxy = Literal["telephone", "citizen"]
LEAST_DIGITS = 6
"""Fewer digits say nothing: many accounts end in them."""
LEAST_ELSEWHERE = 8
"""So many digits make it unlikely that another bank has given out the same number."""
_COUNTRY = re.compile(r"(?:\+|00)?66(?=[2-9]\d{7,8}$)")
_TELEPHONE = re.compile(r"(?:0|66|0066|\+66)[689]\d{8}")
_CITIZEN = re.compile(r"[1-8]\d{12}")


@dataclass(frozen=True, slots=True)
class OtherSpelling:
    """An account that sends payments and may be the same one; `is_other_bank`: its number is the very same at another bank."""

    account: BankAccount
    is_other_bank: bool


def find_other_spelling(index: Index, account: int, as_of: int) -> OtherSpelling | None:
    """The account of another spelling that pays, by records received by `as_of` (microseconds); None where there is none."""
    mine = index.list_accounts([account])[0]
    alike = index.find_similar_numbers(account)
    named = zip(alike, index.list_accounts(alike), strict=True)
    candidates = [
        (other.bank != mine.bank, other.number, number, other)
        for number, other in named
        if number != account and is_alike(index, mine, other)
    ]
    # The bank's own accounts first: one bank under two names is the rarer case.
    for is_other_bank, _, number, other in sorted(candidates, key=lambda candidate: candidate[:2]):
        if index.find_currency(number) == index.find_currency(account) and index.has_paid_since(
            number, as_of
        ):
            return OtherSpelling(other, is_other_bank)
    return None


def is_alike(index: Index, account: BankAccount, other: BankAccount) -> bool:
    """Whether two accounts may be one that is written in two ways."""
    if account.bank == other.bank:
        return _are_numbers_alike(account.number, other.number)
    short, long = sorted((_core_digits(account.number), _core_digits(other.number)), key=len)
    if short != long or len(short) < LEAST_DIGITS:
        return False
    names = bank_names.get_active_table()
    if other.bank in names.list_other_spellings(account.bank) or account.bank in names.list_other_spellings(
        other.bank
    ):
        return True
    # A bank of which no account ever pays may be another's second name.
    return len(short) >= LEAST_ELSEWHERE and index.has_paying_accounts(account.bank) is False


def find_proxy_kind(number: str) -> Proxy | None:
    """What a number is by its form where it may be a PromptPay number, and not the account behind it."""
    if _TELEPHONE.fullmatch(number):
        return "telephone"
    return "citizen" if _CITIZEN.fullmatch(number) and checks.is_valid_thai_id(number) else None


def _are_numbers_alike(one: str, other: str) -> bool:
    if one.casefold() == other.casefold():
        return True
    short, long = sorted((_core_digits(one), _core_digits(other)), key=len)
    return len(short) >= LEAST_DIGITS and long.endswith(short)


def _core_digits(number: str) -> str:
    """The digits of a number without a country's code and leading zeros."""
    return re.sub(r"\D", "", _COUNTRY.sub("", number)).lstrip("0")
