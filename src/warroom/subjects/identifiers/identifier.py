"""An identifier that was read: its kind, its one spelling, and what its check digit says."""

from dataclasses import dataclass
from typing import Literal, get_args

Kind = Literal[
    "thai-id",
    "thai-company",
    "nrc",
    "vietnam-id",
    "malaysia-id",
    "china-id",
    "india-id",
    "lao-id",
    "cambodia-id",
    "passport",
    "phone",
    "plate",
    "account",
    "promptpay-wallet",
    "bitcoin",
    "ethereum",
    "tron",
    "domain",
    "page",
    "text",
]
KINDS: tuple[Kind, ...] = get_args(Kind)
"""`text` is what was read as nothing else: it is kept as it was written."""


@dataclass(frozen=True, slots=True)
class Identifier:
    """`text` is the one spelling. `holds`: whether its check digit or checksum is right; None for kinds that have none, and for a
    text that was read as nothing. `of` is what it belongs to, where it says so: a domain's registered name, a plate's province,
    a passport's country.
    """

    kind: Kind
    text: str
    holds: bool | None = None
    of: str = ""

    def __str__(self) -> str:
        return f"{self.kind}:{self.text}"
