"""Sign-ins, second factors, purposes and seals as their owners see them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from warroom.operations.views.people import Officer

PurposeCode = Literal[
    "desk", "investigation", "asset", "victim", "prosecution", "request", "supervision", "audit"
]
PURPOSES: tuple[PurposeCode, ...] = get_args(PurposeCode)
"""Why a case is opened. `desk` is the fraud desk's own work on it; `request` answers a partner."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a sign-in comes from: the address and the program's own name for itself; empty for this machine."""

    address: str = ""
    device: str = ""


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
class PurposeView:
    """A purpose that an officer stated for a case, and until when it holds."""

    case: str
    officer: str
    purpose: PurposeCode
    text: str
    at: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class RoleChangeView:
    """Other roles for an officer that a second administrator has to decide on, or has decided on."""

    id: int
    officer: Officer
    roles: frozenset[str]
    asked_by: str
    asked_at: datetime
    state: Literal["open", "done", "refused", "superseded"]
