"""One spelling of an account, however it is written: `123-4-56789-0` at `ktb` and `1234567890` at `KTB` are one.

Numbers lose spaces, hyphens and signs that nobody sees, digits of every script are 0 to 9, and a bank has one name
(`bank_names`). Rows are spelled when they are read and texts when they are typed, so that everything above compares plain texts.
"""

import re
import unicodedata
from functools import lru_cache

from warroom.subjects import bank_names

# Version of the rules in this file; not related to the version of the program.
RULES = 2
"""Counted up with every change of what one spelling is: a lake that was spelled by other rules is brought to these."""

THAI_DIGITS = str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789")
_LAST_SCRIPTS = 0x20000
"""Above come planes of ideographs and of private use, without digits: to look there took 0.07 s of every command."""
DIGITS = {at: str(unicodedata.decimal(chr(at))) for at in range(0x80, _LAST_SCRIPTS) if chr(at).isdecimal()}
"""Digits of every script as 0 to 9: Thai, Lao, Khmer, Myanmar, Arabic, those of full width and all others."""

# Spaces and hyphens of every width, and what has none: joiners, marks of direction, the soft hyphen, a byte order mark.
UNSEEN = "\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff"
"""Invisible characters, as a class of a regular expression."""
DROPPED = f"[- \\t\u00a0\u2000-\u200a\u2010-\u2015\u202f\u2212{UNSEEN}]"
THAI_PHONE = re.compile(r"(?:\+|00)66([689]\d{8})")
"""A mobile telephone with Thailand's code, as PromptPay has it: nothing else is written so. Without + or 00 it may be an account."""
# ISO 13616: country, two check digits, then 11 to 30 letters and digits.
IBAN = re.compile(r"[A-Za-z]{2}\d{2}[A-Za-z0-9]{11,30}")
# Two points or more, or a last group of three digits and more: "1234.50" may be an amount and stays.
DOTTED = re.compile(r"\d+(?:[._]\d+){2,}|\d{3,}[._]\d*[1-9]\d{2,}")


def get_spelling_version() -> str:
    """By which rules and which names of banks this process spells."""
    return f"{RULES}:{bank_names.get_active_table().mark}"


def strip_separators(text: str) -> str:
    """A text without what parts its signs, and with digits of 0 to 9."""
    return re.sub(DROPPED, "", text.translate(DIGITS))


def lowered_in_place(text: str) -> str:
    """A text in small letters, each where its capital stood, so that places in the one are places in the other.

    `İ` alone has a small form of two signs and stays as it is.
    """
    small = text.lower()
    if len(small) == len(text):
        return small
    return "".join(letter if len(lower := letter.lower()) != 1 else lower for letter in text)


def spell_account_number(text: str) -> str:
    """An account's number."""
    return settle_number(strip_separators(text))


def settle_number(text: str) -> str:
    """A joined number without the other marks that some write: a telephone's country, an IBAN's small letters, dots."""
    if phone := THAI_PHONE.fullmatch(text):
        return f"0{phone[1]}"
    # Without the check digits any letters and digits would pass for an IBAN and lose their case.
    if IBAN.fullmatch(text) and _is_valid_iban(text.upper()):
        return text.upper()
    return re.sub("[._]", "", text) if DOTTED.fullmatch(text) else text


def _is_valid_iban(iban: str) -> bool:
    """Whether the check digits of an IBAN hold (ISO 13616)."""
    return int("".join(str(int(sign, 36)) for sign in iban[4:] + iban[:4])) % 97 == 1


def spell_bank(text: str) -> str:
    """The one name of a bank."""
    return bank_names.get_active_table().spell_bank(_clean_bank(text))


@lru_cache(maxsize=4096)
def _clean_bank(text: str) -> str:
    """A bank's name as the table has it. Kept: a trace asks of the same few at every account."""
    return re.sub(f"[{UNSEEN}]", "", text).translate(DIGITS).strip().upper()
