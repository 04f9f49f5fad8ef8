"""The account that a form or a program names, as the lake spells it."""

from warroom.money.trail import BankAccount
from warroom.subjects import spelling


def spell_account(bank: str, number: str) -> BankAccount:
    """The bank by its code, and the number without hyphens."""
    return BankAccount(spelling.spell_bank(bank), spelling.spell_account_number(number))
