"""Views of pairs of records for officers: both records side by side, what agrees and how, and earlier
decisions.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal, get_args

from warroom.bilingual.texts import Texts
from warroom.marking import Mark

Word = Literal["same", "apart"]
WORDS: tuple[Word, ...] = get_args(Word)
Show = Literal["open", "joined", "said"]
SHOWN: tuple[Show, ...] = get_args(Show)
"""`open`: questions; `joined`: what the machine joined, the least sure first; `said`: what officers said, the newest first."""
MatchKind = Literal["person", "company", "phone", "account", "page", "domain"]
SUBJECT_KINDS: tuple[MatchKind, ...] = get_args(MatchKind)
Agrees = Literal["unknown", "same", "near", "partly", "hardly", "different"]
AGREES: tuple[Agrees, ...] = get_args(Agrees)
"""By the levels of `subjects.resolution.levels`."""


@dataclass(frozen=True, slots=True)
class MatchCell:
    """One column of both records. `why` is what the room of names says of two names."""

    column: str
    holds: str
    one: Annotated[str, Mark.PERSONAL]
    other: Annotated[str, Mark.PERSONAL]
    agrees: Agrees
    why: Texts | None


@dataclass(frozen=True, slots=True)
class MatchSide:
    """A record: its source, its number there, and the number of the subject that it is of now."""

    source: str
    record_id: Annotated[str, Mark.PERSONAL]
    subject: int


@dataclass(frozen=True, slots=True)
class MatchView:
    """A pair of records, by what names it among those of its kind. `word` is what stands: an officer's, or empty; `joined` whether the
    machine joined them, `by_hand` whether it asks though it is nearly sure.
    """

    pair: str
    kind: MatchKind
    probability: float
    one: MatchSide
    other: MatchSide
    cells: tuple[MatchCell, ...]
    joined: bool
    by_hand: bool
    word: Word | Literal[""]
    officer: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class NamedRecord:
    """A record that was found by its name: the name as it is written, where it stands, how surely it is the same, and why."""

    name: Annotated[str, Mark.PERSONAL]
    record: MatchSide
    score: float
    why: Texts


@dataclass(frozen=True, slots=True)
class MatchList:
    """Some of the pairs of a kind, how many there are of this sort, and of each sort."""

    rows: tuple[MatchView, ...]
    total: int
    counts: dict[Show, int]
    records: int
    subjects: int
