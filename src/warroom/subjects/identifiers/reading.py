"""One function that reads what somebody wrote: which identifier it is, its one spelling, and whether its check digit holds."""

import re
from collections.abc import Callable
from typing import Literal

from warroom.subjects import spelling
from warroom.subjects.identifiers import domains, national, payments, phones, plates, travel, wallets
from warroom.subjects.identifiers.identifier import TEXT, Identifier

Expected = Literal[
    "",
    "person-id",
    "lao-id",
    "cambodia-id",
    "passport",
    "phone",
    "plate",
    "account",
    "promptpay",
    "wallet",
    "domain",
]
"""What a column or a field is meant to hold; empty where nobody says."""
# Letters, chosen: no identifier is as long, and patterns over a megabyte of text would take minutes.
LONGEST = 300
_UNSEEN = re.compile(f"[{spelling.UNSEEN}]")

_READERS: dict[str, Callable[[str], Identifier | None]] = {
    "person-id": national.parse_national_id,
    "lao-id": lambda text: national.parse_expected_id(text, "lao-id"),
    "cambodia-id": lambda text: national.parse_expected_id(text, "cambodia-id"),
    "passport": lambda text: travel.parse_machine_readable_zone(text) or travel.parse_passport_number(text),
    "phone": phones.parse_phone,
    "plate": plates.parse_plate,
    "account": payments.parse_account,
    "promptpay": payments.parse_promptpay,
    "wallet": wallets.parse_wallet,
    "domain": domains.parse_domain,
}


def parse_identifier(text: str, expected: Expected = "") -> Identifier:
    """What a text names. `expected` says what it is meant to be; what it is not is read as anything else, and what nothing reads
    is a text, kept as written but for signs that nobody sees.
    """
    text = _UNSEEN.sub("", text[:LONGEST]).strip()
    found = _READERS[expected](text) if expected else None
    return found or _parse_any(text) or Identifier(TEXT, " ".join(text.split()))


def _parse_any(text: str) -> Identifier | None:
    # What proves itself by a checksum or a shape of its own comes first; bare digits last, a telephone before an account.
    for read in (
        wallets.parse_wallet,
        travel.parse_machine_readable_zone,
        national.parse_national_id,
        _parse_likely_phone,
        plates.parse_plate,
        domains.parse_domain,
        travel.parse_passport_number,
    ):
        if identifier := read(text):
            return identifier
    return payments.parse_account(text)


def _parse_likely_phone(text: str) -> Identifier | None:
    if not phones.is_like_phone(text):
        return None
    found = phones.parse_phone(text)
    # Ten digits of no plan are rather an account.
    return found if found.is_check_valid or text.lstrip().startswith("+") else None
