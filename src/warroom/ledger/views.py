"""The audit log, what a check of it found, and deadlines, as others see them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal

from warroom.marking import Open


@dataclass(frozen=True, slots=True)
class AuditRow:
    """A row; `hash` is its RFC 6962 leaf hash in hexadecimal.

    `case` is what it belongs to, if any.
    """

    sequence: int
    at: datetime
    officer: str
    verb: str
    subject: str
    detail: Annotated[dict[str, Any], Open("the whole row, which its hash and proof are over")]
    hash: str
    case: str = ""


@dataclass(frozen=True, slots=True)
class AuditFault:
    """What is not as it was written.

    A row, or what vouches for the rows and does not fit them (subtree, checkpoint, stamp, witness).
    """

    sequence: int
    kind: Literal["changed", "missing", "added", "reordered", "subtree", "checkpoint", "stamp", "witness"]
    text: str


@dataclass(frozen=True, slots=True)
class RowProof:
    """A row, the hashes from its leaf up to the root over `size` rows, and the checkpoint that signs the root.

    From SHA-256(0x00 || leaf) the hashes lead to the root (RFC 9162, 2.1.3.2). They are hexadecimal, the lowest
    sibling first.
    """

    row: AuditRow
    leaf: str
    size: int
    hashes: tuple[str, ...]
    root: str
    checkpoint: str


@dataclass(frozen=True, slots=True)
class AuditReport:
    """What a check of the whole log found; `checkpoint` is the newest signed note, or empty."""

    ok: bool
    rows: int
    checkpoint: str
    faults: tuple[AuditFault, ...]


DeadlineAbout = Literal[
    "hold",
    "measure",
    "request",
    "asset",
    "proceeding",
    "joint",
    "person",
    "person:glass",
    "wake",
    "flag",
    "campaign",
    "incoming",
    "waiting-payment",
    "partner-ask",
]
"""What a deadline can be about; `person:glass` is what survivors told being opened with a reason, `wake`
an officer who wants to be reminded of a case, `flag` a payee whose payers are warned, `campaign` an alert to the public,
`incoming` an account whose payments are to wait, `waiting-payment` one that waits, `partner-ask` a request of a partner.
"""
DeadlineState = Literal["running", "struck", "met", "stopped"]


@dataclass(frozen=True, slots=True)
class DeadlineView:
    """A deadline: `struck` means that it passed and is late until met."""

    kind: str
    due_at: datetime
    state: DeadlineState
    struck_at: datetime | None = None
