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
LONGEST = 300
_UNSEEN = re.compile(f"[{spelling.UNSEEN}]")

_READERS: dict[str, Callable[[str], Identifier | None]] = {
    "person-id": national.read,
    "lao-id": lambda text: national.expected(text, "lao-id"),
    "cambodia-id": lambda text: national.expected(text, "cambodia-id"),
    "passport": lambda text: travel.zone(text) or travel.number(text),
    "phone": phones.read,
    "plate": plates.read,
    "account": payments.account,
    "promptpay": payments.promptpay,
    "wallet": wallets.read,
    "domain": domains.read,
}


def identify(text: str, expected: Expected = "") -> Identifier:
    """What a text names. `expected` says what it is meant to be; what it is not is read as anything else, and what nothing reads
    is a text, kept as written but for signs that nobody sees.
    """
    text = _UNSEEN.sub("", text[:LONGEST]).strip()
    found = _READERS[expected](text) if expected else None
    return found or _anything(text) or Identifier(TEXT, " ".join(text.split()))


def _anything(text: str) -> Identifier | None:
    # What proves itself by a checksum or a shape of its own comes first; bare digits last, a telephone before an account.
    for read in (
        wallets.read,
        travel.zone,
        national.read,
        _telephone,
        plates.read,
        domains.read,
        travel.number,
    ):
        if found := read(text):
            return found
    return payments.account(text)


def _telephone(text: str) -> Identifier | None:
    if not phones.looks_like(text):
        return None
    found = phones.read(text)
    # Ten digits of no plan are rather an account.
    return found if found.holds or text.lstrip().startswith("+") else None
