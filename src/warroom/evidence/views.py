"""Evidence as others see it: items, their custody, what a check of the store found, and bundles."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal, get_args

from warroom.marking import Open

EvidenceKind = Literal["file", "thing"]
EVIDENCE_KINDS: tuple[EvidenceKind, ...] = get_args(EvidenceKind)
"""A `thing` is kept in a cupboard: a phone, a SIM box, a ledger on paper."""

EvidenceSource = Literal["upload", "file", "snapshot", "order", "thing"]
EVIDENCE_SOURCES: tuple[EvidenceSource, ...] = get_args(EvidenceSource)
"""`file` came by the machine's own command line, `snapshot` is a frozen trail, `order` what a partner was told."""

CustodyKind = Literal[
    "received", "sealed", "moved", "offered", "accepted", "declined", "opened", "returned", "destroyed"
]
CUSTODY_KINDS: tuple[CustodyKind, ...] = get_args(CustodyKind)
"""A hand-over is `offered` by the holder and `accepted` (or `declined`) by the receiver; `opened` makes a numbered
working copy; `returned` ends custody with whom it belongs to, `destroyed` by a court's order.
"""

EvidenceState = Literal["held", "offered", "returned", "destroyed"]


@dataclass(frozen=True, slots=True)
class CustodyPerson:
    """An officer; both empty where there is none."""

    username: str
    name: str


NOBODY = CustodyPerson("", "")


@dataclass(frozen=True, slots=True)
class CustodyView:
    """A step of custody. `giver` and `receiver` are the sides of a hand-over, or who holds a working copy; `sha256`
    covers the step and the one before it.

    Who, when, where, why. `copy` and `copy_sha256` are a working copy's number and hash.
    """

    step: int
    kind: CustodyKind
    at: datetime
    by: CustodyPerson
    giver: CustodyPerson
    receiver: CustodyPerson
    outside: str
    location: str
    reason: str
    seal: str
    court: str
    court_order: str
    copy: int | None
    copy_sha256: str | None
    sha256: str


@dataclass(frozen=True, slots=True)
class EvidenceView:
    """An item and how it stands. `size` is bytes; a thing has neither size nor hash.

    `name` is text and never a path: signs that steer a terminal or turn writing round are written out. `part_of` is
    the number of the item it was taken from.
    """

    id: int
    number: str
    case: str
    kind: EvidenceKind
    source: EvidenceSource
    name: str
    description: str
    origin: str
    media: str
    size: int | None
    sha256: str | None
    part_of: str
    protected: bool
    received_at: datetime
    received_by: CustodyPerson
    state: EvidenceState
    holder: Annotated[CustodyPerson, Open("an officer: who keeps the item now")]
    offered_to: CustodyPerson
    location: str
    seal: str
    copies: int


@dataclass(frozen=True, slots=True)
class EvidencePage:
    """An item with every step of its custody, in order."""

    item: EvidenceView
    custody: tuple[CustodyView, ...]


@dataclass(frozen=True, slots=True)
class EvidenceList:
    """Some of a case's items, the newest first, and how many there are."""

    rows: tuple[EvidenceView, ...]
    total: int


@dataclass(frozen=True, slots=True)
class EvidenceFault:
    """Something in the store that is not as the ledger says: `item` is a number, or empty for a stray file."""

    item: str
    kind: Literal["changed", "missing", "custody", "stray", "still there"]
    text: str


@dataclass(frozen=True, slots=True)
class EvidenceReport:
    """What a check of all evidence found; `bytes` were read."""

    ok: bool
    items: int
    files: int
    bytes: int
    faults: tuple[EvidenceFault, ...]


@dataclass(frozen=True, slots=True)
class BundleReport:
    """A bundle that was written. `fingerprint` of the home's key goes to the expert by another channel; `withheld`
    counts what is not in it.
    """

    file: Path
    bytes: int
    sha256: str
    case: str
    items: int
    audit_rows: int
    withheld: int
    fingerprint: str
    made_at: datetime
