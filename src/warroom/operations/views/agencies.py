"""Agencies and deadlines as others see them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from warroom.operations.views.people import Texts

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
    "ngo",
    "embassy",
    "abroad",
    "other",
]
AGENCY_KINDS: tuple[AgencyKind, ...] = get_args(AgencyKind)
"""`money` is the anti-money-laundering office; `abroad` a partner of another country."""

DeadlineAbout = Literal["measure", "request", "asset", "proceeding", "joint", "person", "person:glass"]
"""What a deadline can be about; `person:glass` is a breaking of the glass over a person."""
DeadlineState = Literal["running", "struck", "met", "stopped"]


@dataclass(frozen=True, slots=True)
class AgencyView:
    """An agency by its code; `country` is ISO 3166 alpha-2."""

    code: str
    name: Texts
    kind: AgencyKind
    country: str
    active: bool = True


@dataclass(frozen=True, slots=True)
class DeadlineView:
    """A deadline: `struck` means it has passed and is late until met."""

    kind: str
    due_at: datetime
    state: DeadlineState
    struck_at: datetime | None = None
