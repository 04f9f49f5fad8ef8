"""The board: rows, filters and counts."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

BoardFilter = Literal[
    "open", "mine", "late", "undecided", "lapsing", "appeals", "silent", "no_transfer", "closed", "all"
]


@dataclass(frozen=True, slots=True)
class BoardRow:
    """A case on the board. `next_due` is what runs out next and `next_kind` says what it is."""

    number: str
    state: str
    flag: str
    scam_type: str
    reported_at: datetime
    opened_at: datetime
    loss: int
    still_there: int
    exited: int
    spent: int
    beyond_horizon: int
    held: int
    accounts: int
    banks: int
    undecided: int
    open_appeals: int
    alerts: int
    reports: int
    exit_at: datetime | None
    next_due: datetime | None
    next_kind: Literal["exit", "lapse", "appeal_due", ""]


@dataclass(frozen=True, slots=True)
class BoardCounts:
    """How many cases each filter of the board shows, the sums over open cases in satang, and what today
    brought: reports made, holds that an officer ended, and the satang those set free.

    `mine` counts for the officer who asks; today begins at midnight in the house's zone.
    """

    open: int = 0
    mine: int = 0
    late: int = 0
    undecided: int = 0
    lapsing: int = 0
    appeals: int = 0
    silent: int = 0
    no_transfer: int = 0
    closed: int = 0
    loss: int = 0
    still_there: int = 0
    held: int = 0
    reports_today: int = 0
    released_today: int = 0
    freed_today: int = 0


@dataclass(frozen=True, slots=True)
class Board:
    """A page of the board, ordered by what runs out next, and the counts over the whole ledger."""

    rows: tuple[BoardRow, ...]
    counts: BoardCounts
    total: int
