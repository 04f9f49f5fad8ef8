"""Joint operations as others see them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal, get_args

from warroom.access.views import AgencyKind
from warroom.actions.views import DocumentView
from warroom.ledger.views import DeadlineView
from warroom.marking import Open
from warroom.units import Satang

OperationState = Literal["planned", "go", "no_go", "ended"]
OPERATION_STATES: tuple[OperationState, ...] = get_args(OperationState)
Readiness = Literal["unknown", "ready", "not_ready"]
READINESS: tuple[Readiness, ...] = get_args(Readiness)
Word = Literal["go", "no_go"]
WORDS: tuple[Word, ...] = get_args(Word)
LineKind = Literal["planned", "readiness", "document", "word", "said", "result", "end"]
LINE_KINDS: tuple[LineKind, ...] = get_args(LineKind)
ResultKind = Literal["cash", "car", "property", "gold", "crypto", "device", "sim", "person", "arrest"]
RESULT_KINDS: tuple[ResultKind, ...] = get_args(ResultKind)
"""`person` are people found there, each screened before anything else; `arrest` those arrested under a warrant."""
Why = Literal[
    "search",
    "arrest",
    "screening",
    "shelter",
    "languages",
    "children",
    "clinics",
    "cut",
    "evidence",
    "partner",
    "by_hand",
]
WHYS: tuple[Why, ...] = get_args(Why)
"""Why somebody takes part: what is done at a place, who is expected there, who hangs on its line, that an action goes to
them, or an officer's own reason.
"""


@dataclass(frozen=True, slots=True)
class PlannedPlace:
    """A place of the operation.

    `note` is what the team there must know, never who lives there.
    """

    name: str
    province: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class ReadinessView:
    """An agency's word on whether it is ready."""

    agency: str
    readiness: Readiness
    reason: str
    by: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class WordView:
    """A go or no-go; it counts while the board is as it was.

    `counts` is false where what they saw has changed since.
    """

    officer: str
    agency: str
    word: Word
    reason: str
    at: datetime
    counts: bool


@dataclass(frozen=True, slots=True)
class Need:
    """That a place needs an agency of a sort, and why.

    `place` counts from 1, None where it is about all; `agency` is empty where nobody of the sort is known. `count` are the
    people, children or clinics that it is about, `text` the languages, the line, the kind of action or the reason.
    """

    place: int | None
    sort: AgencyKind
    why: Why
    count: int = 0
    text: str = ""
    agency: str = ""


@dataclass(frozen=True, slots=True)
class SilentAgency:
    """An agency that was asked at `asked_at` whether it is ready for an operation, and has not said."""

    operation: int
    agency: str
    asked_at: datetime
    hour: datetime


@dataclass(frozen=True, slots=True)
class DraftView:
    """A plan that an officer has begun; `operation` is what it became."""

    id: int
    operation: int | None
    content: Annotated[dict[str, Any], Open("a plan as its own officer typed it")]
    kept_at: datetime


@dataclass(frozen=True, slots=True)
class LineView:
    """A line of the time line.

    All agencies share it. `place` counts from 1, None where it is about all.
    """

    id: int
    at: datetime
    agency: str
    officer: str
    kind: LineKind
    place: int | None
    text: str


@dataclass(frozen=True, slots=True)
class ResultView:
    """Something found.

    At a place. `amount` is 0 where it has no value, `references` are its numbers in the registers of assets,
    evidence or people (never names).
    """

    id: int
    place: int
    kind: ResultKind
    count: int
    amount: Satang
    references: tuple[str, ...]
    note: str
    officer: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ResultTotal:
    """All results of one sort."""

    kind: ResultKind
    count: int
    amount: Satang


@dataclass(frozen=True, slots=True)
class OperationLine:
    """An operation in a list, with how many places, agencies and actions it has."""

    id: int
    title: str
    hour: datetime
    state: OperationState
    places: int
    agencies: int
    measures: int


@dataclass(frozen=True, slots=True)
class OperationView:
    """A joint operation. Send `table` back to approve its actions, `board` to say go.

    `counts` are its actions by state, `missing` what keeps it from a go (codes of documents, agencies not ready,
    actions not decided), each as a sentence. `table` is the digest of the actions waiting for approval and of what
    lies with them, `board` that of everything a go rests on.
    """

    id: int
    title: str
    hour: datetime
    case: str | None
    raid: bool
    state: OperationState
    proposed_by: str
    proposed_at: datetime
    places: tuple[PlannedPlace, ...]
    agencies: tuple[ReadinessView, ...]
    documents: tuple[DocumentView, ...]
    words: tuple[WordView, ...]
    measures: tuple[int, ...]
    counts: dict[str, int]
    missing: tuple[str, ...]
    totals: tuple[ResultTotal, ...]
    deadlines: tuple[DeadlineView, ...]
    report: str
    ended_at: datetime | None
    table: str
    board: str
