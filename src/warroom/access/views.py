"""Sign-ins, second factors, purposes and seals as their owners see them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal, get_args

from warroom.bilingual.texts import Texts
from warroom.ledger.officers import Officer
from warroom.marking import Open


@dataclass(frozen=True, slots=True)
class SignInOrigin:
    """Where a sign-in comes from: the address, the program's own name for itself, and the secret mark by which this house
    knows a browser again. Empty for this machine, and where it cannot be told.
    """

    address: str = ""
    device: str = ""
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Halfway:
    """The password was right and the second factor is still to come. `ticket` is a secret for that one step.

    `passkeys` says whether this officer has one; codes are taken in any case.
    """

    ticket: str
    passkeys: bool


@dataclass(frozen=True, slots=True)
class SittingView:
    """A sign-in of one's own that has not ended; `mine` is the one that asks."""

    id: int
    made_at: datetime
    expires_at: datetime
    way: str
    address: str
    device: str
    mine: bool


@dataclass(frozen=True, slots=True)
class PasskeyView:
    """A passkey of one's own."""

    id: int
    name: str
    made_at: datetime
    used_at: datetime | None


@dataclass(frozen=True, slots=True)
class FactorsView:
    """An officer's second factors. `codes` is whether an authenticator gives codes, `recovery` how many recovery
    codes are left, `needed` whether the officer's roles need a second factor in this house.
    """

    codes: bool
    recovery: int
    passkeys: tuple[PasskeyView, ...]
    needed: bool

    @property
    def any(self) -> bool:
        """Whether there is a second factor at all."""
        return self.codes or bool(self.passkeys)


@dataclass(frozen=True, slots=True)
class AuthenticatorView:
    """A fresh secret for an authenticator, shown once: in words, and as the address that a QR code carries."""

    secret: str
    address: str


@dataclass(frozen=True, slots=True)
class RoleChangeView:
    """Other roles for an officer, asked for by one administrator.

    A second administrator has to decide on them, or has.
    """

    id: int
    officer: Officer
    roles: frozenset[str]
    asked_by: str
    asked_at: datetime
    state: Literal["open", "done", "refused", "superseded"]


AgencyKind = Literal[
    "room",
    "police",
    "prosecutor",
    "court",
    "money",
    "bank",
    "telecom",
    "power",
    "regulator",
    "platform",
    "shelter",
    "screening",
    "hospital",
    "ngo",
    "embassy",
    "abroad",
    "other",
]
AGENCY_KINDS: tuple[AgencyKind, ...] = get_args(AgencyKind)
"""`money` is the anti-money-laundering office; `screening` a team of several professions that asks people who are found
whether they are victims; `abroad` a partner of another country.
"""


@dataclass(frozen=True, slots=True)
class AgencyView:
    """An agency; nothing is sent to one that is not active.

    `country` is ISO 3166 alpha-2.
    """

    code: str
    name: Texts
    kind: AgencyKind
    country: str
    active: bool = True
    telephone: Annotated[str, Open("an agency's own, where it is called in a hurry")] = ""


KeyScope = Literal["payee-check", "transfers:write", "taxii:read", "taxii:write"]
KEY_SCOPES: tuple[KeyScope, ...] = get_args(KeyScope)
"""What a key may open: asking about a pending payment, handing transfers in, and reading and changing collections (TAXII)."""
BANK_SCOPES: tuple[KeyScope, ...] = ("payee-check", "transfers:write")
"""Those that only a bank's program has a use for."""


@dataclass(frozen=True, slots=True)
class PartnerKeyView:
    """A key by its prefix. `asked` and `refused` count the present day in UTC, up to a second ago.

    Quotas are requests. `made_by` and `revoked_by` are names, empty for the machine's own command line.
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
    """The key itself, shown this once and kept nowhere, and what is known of it from now on."""

    secret: str
    key: PartnerKeyView


@dataclass(frozen=True, slots=True)
class Partner:
    """Whose program is asking: the partner's code (a bank's own code in records), and the prefix of its key."""

    code: str
    prefix: str


@dataclass(frozen=True, slots=True)
class SignIn:
    """A fresh sign-in: send `token` as `Authorization: Bearer ...` until it expires.

    The token is a secret, for the cookie too; the ledger keeps only its hash.
    """

    token: str
    officer: Officer
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class WallDevice:
    """A screen on the wall: who made it, when its code opened it, and when it last asked (by the real clock)."""

    id: int
    name: str
    made_by: Annotated[str, Open("an officer, by name")]
    made_at: datetime
    code_until: datetime
    opened_at: datetime | None
    seen_at: datetime | None


@dataclass(frozen=True, slots=True)
class NewWallDevice:
    """A screen that was just made, with the code that opens it once; it is shown nowhere a second time."""

    id: int
    name: str
    code: str
    until: datetime
