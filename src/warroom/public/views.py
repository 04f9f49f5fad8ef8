"""What people without a sign-in are shown."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from warroom.bilingual.texts import Texts
from warroom.cases.views import HoldState
from warroom.public.outside.urgency import DISTRESS
from warroom.units import Satang

KINDS = ("money_left", "tip", "job", "missing", "message", "recheck", "wrong", "appeal", "lesson", "refund")
"""What people send from outside. A message belongs to a report that was sent before."""
STATES = ("waiting", "open", "closed")
Outcome = Literal["acted", "passed", "nothing", "untrue"]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
"""`acted`: something followed; `passed`: given to whom it concerns; `nothing`: nothing can be done; `untrue`: it cannot be true."""
Recheck = Literal["withdrawn", "stays"]
RECHECKED: tuple[Recheck, ...] = get_args(Recheck)
"""What becomes of somebody's wish that their number be looked at again, instead of an outcome."""
BELIEVED = ("acted", "passed")
"""Outcomes by which an officer says that a report is true."""


@dataclass(frozen=True, slots=True)
class ReportLine:
    """A public report as the inbox lists it: what stands outside its seal. `joined`: how many reports are one with it;
    `unread`: whether its bearer wrote what nobody opened; `risen`: whether it should have been read by now.
    """

    id: int
    kind: str
    urgency: int
    rank: float
    state: str
    received_at: datetime
    answer_by: datetime | None
    joined: int
    unread: bool
    risen: bool
    case: str
    outcome: str

    @property
    def distress(self) -> bool:
        """Whether words of somebody in distress were seen in it when it was sent."""
        return self.urgency >= DISTRESS and self.kind != "money_left"


@dataclass(frozen=True, slots=True)
class ReportList:
    """The reports that fit a filter, and how many there are of each."""

    rows: tuple[ReportLine, ...]
    total: int
    counts: dict[str, int]


@dataclass(frozen=True, slots=True)
class Attached:
    """A file that somebody attached, by the submission that holds it and its place there."""

    submission: int
    place: int
    media: str
    size: int


@dataclass(frozen=True, slots=True)
class ReportMessage:
    """What was said between room and bearer. `officer` is empty for the bearer's words; `text` None while they are sealed;
    `field`: which answer it is, such as the complaint's number, empty for words.
    """

    officer: str
    text: str | None
    asks: bool
    at: datetime
    files: tuple[Attached, ...] = ()
    field: str = ""


@dataclass(frozen=True, slots=True)
class ReportedComplaint:
    """The number of a police complaint as a reporter wrote it on their receipt, of which report, and when."""

    number: str
    report: int
    at: datetime


@dataclass(frozen=True, slots=True)
class ReportPage:
    """A public report whole. `said`: field and words of what was sent, None while it is sealed; `broken`: whether the room's
    key does not open it; `others`: the reports that are one with it; `tip`: whether it is a row of tips; `stands`: of a wish to
    be looked at again, the accepted reports that name the number.
    """

    line: ReportLine
    said: tuple[tuple[str, str], ...] | None
    broken: bool
    files: tuple[Attached, ...]
    words: tuple[ReportMessage, ...]
    others: tuple[int, ...]
    tip: bool
    opened_by: str
    opened_at: datetime | None
    closed_by: str
    closed_at: datetime | None
    supporting_reports: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class PublicHold:
    """What anyone with the code on a notice may see: no name, no account number, no case."""

    reference: str
    bank: str
    amount: Satang
    held: Satang
    state: HoldState
    until: datetime
    notice: Texts
    appeal_state: Literal["", "open", "upheld", "granted"]
    appeal_due: datetime | None
    appeal_limit: datetime | None
    appeal_reason: str
    receipt: bool = False
    """Whether a file is attached to the appeal."""


@dataclass(frozen=True, slots=True)
class PublicFlag:
    """What anyone with the code on a notice may see of a flag: no name, no account number, no officer."""

    reference: str
    bank: str
    active: bool
    until: datetime | None
    notice: Texts
    appeal_state: Literal["", "open", "upheld", "granted"]
    appeal_due: datetime | None
    appeal_limit: datetime | None
    appeal_reason: str
