"""Keys of partners' programs as others see them: never the key itself, but once, when it is made."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

KeyScope = Literal["payee-check", "transfers:write"]
KEY_SCOPES: tuple[KeyScope, ...] = get_args(KeyScope)
"""What a key may open: asking about a pending payment, and handing transfers in."""


@dataclass(frozen=True, slots=True)
class PartnerKeyView:
    """A key by its prefix. Quotas are requests; `asked` and `refused` count the present day in UTC, up to a second
    ago. `made_by` and `revoked_by` are names, empty for the machine's own command line.
    """

    prefix: str
    partner: str
    scopes: frozenset[KeyScope]
    per_minute: int
    per_day: int
    made_at: datetime
    made_by: str
    revoked_at: datetime | None
    revoked_by: str
    asked: int
    refused: int


@dataclass(frozen=True, slots=True)
class NewKeyView:
    """A key that was just made. `secret` is shown this once and kept nowhere."""

    secret: str
    key: PartnerKeyView


@dataclass(frozen=True, slots=True)
class Partner:
    """Whose program is asking: the partner's code (a bank's own code in records), and the prefix of its key."""

    code: str
    prefix: str
