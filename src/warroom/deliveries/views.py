"""Corrections that an officer's file brings, as the second officer sees them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal, get_args

from warroom.marking import Open

CorrectionState = Literal["waiting", "taken", "declined"]
CORRECTION_STATES: tuple[CorrectionState, ...] = get_args(CorrectionState)


@dataclass(frozen=True, slots=True)
class ChangedRow:
    """A record that a file would change: by column, what it says now and what it would say."""

    record_id: str
    changes: dict[str, tuple[Any, Any]]


@dataclass(frozen=True, slots=True)
class CorrectionView:
    """Rows of an officer's file that change what was delivered before. `mine`: whether who asks brought the file."""

    id: int
    file: str
    table: str
    source: str
    legal_basis: str
    purpose: str
    count: int
    officer: Annotated[str, Open("an officer, by name")]
    mine: bool
    at: datetime
    state: CorrectionState
    decided_by: Annotated[str, Open("an officer, by name")]
    decided_at: datetime | None
    reason: str
    delivery_id: str
