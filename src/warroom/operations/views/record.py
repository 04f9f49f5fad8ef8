"""The rules of law, and the audit log."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from warroom.operations.views.people import Texts


@dataclass(frozen=True, slots=True)
class RuleView:
    """A dated legal rule and whether a lawyer of this house has confirmed it. `hours` is its main period, None where
    the law sets none.
    """

    id: str
    title: Texts
    citation: Texts
    source: str
    valid_from: datetime
    valid_to: datetime | None
    hours: float | None
    limit_hours: float | None
    approvers: int
    confirmed: bool
    confirmed_by: str
    confirmed_at: datetime | None


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One row of the audit log; `hash` is its RFC 6962 leaf hash in hexadecimal, `case` what it belongs to, if any."""

    sequence: int
    at: datetime
    officer: str
    verb: str
    subject: str
    detail: dict[str, Any]
    hash: str
    case: str = ""


@dataclass(frozen=True, slots=True)
class AuditFault:
    """A row that is not what was written, or what vouches for the rows and does not fit them (subtree, checkpoint,
    stamp, witness).
    """

    sequence: int
    kind: Literal["changed", "missing", "added", "reordered", "subtree", "checkpoint", "stamp", "witness"]
    text: str


@dataclass(frozen=True, slots=True)
class RowProof:
    """That a row stands in the log: from SHA-256(0x00 || leaf) the hashes lead to `root` over the first `size` rows
    (RFC 9162, 2.1.3.2), which `checkpoint` signs. Hashes are hexadecimal, the lowest sibling first.
    """

    row: AuditRow
    leaf: str
    size: int
    hashes: tuple[str, ...]
    root: str
    checkpoint: str


@dataclass(frozen=True, slots=True)
class AuditReport:
    """What a check of the audit log found. `checkpoint` is the newest signed note as text, or empty."""

    ok: bool
    rows: int
    checkpoint: str
    faults: tuple[AuditFault, ...]
