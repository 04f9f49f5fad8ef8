"""The rows of the queue and its head."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal, get_args

from warroom.cases.decide_by import WhyLater
from warroom.marking import Open
from warroom.room.waiting.views import Shown
from warroom.units import Satang

What = Literal["case", "appeal"]
PillKind = Literal["calm", "due", "late", "silent", "left", "old", "asked", ""]
"""`calm`, `due` and `late` run to when a decision still reaches the bank in time; `silent`: a bank is over its usual time;
`left`: a bank said that money had left; `old`: the records end while money is undecided; `asked`: every order is out and
its bank within its usual time; "" where nothing runs.
"""
StepCode = Literal["follow", "call", "hold_call", "hold", "decide", "appeal", "give", "see"]
"""What the row's button does; `hold` are few that nothing outweighs, `hold_call` those that come too late without a call."""
TABS: tuple[Shown, ...] = ("all", "mine", "nobody", "banks")
QueueGroup = Literal["open", "banks", "others", "left"]
GROUPS: tuple[QueueGroup, ...] = get_args(QueueGroup)
"""The groups of the list, in their order and as `cases.queue_group` counts them: what a decision, a look or a call can still
save; what is asked of banks; what has no trail, or is for others to answer; what is left of decided cases.
"""


@dataclass(frozen=True, slots=True)
class Pill:
    """The clock of a row: until `at` since `start`; `bank` is the one that is meant. Where the time to decide became later,
    `was` is the one before, `later` why, and `seen` until when the records reach that say so.
    """

    kind: PillKind
    at: datetime | None = None
    start: datetime | None = None
    bank: str = ""
    later: WhyLater = ""
    was: datetime | None = None
    seen: datetime | None = None


@dataclass(frozen=True, slots=True)
class NextStep:
    """What comes next: how many amounts, how much they are together, and for which bank. `hold` is the hold that is meant."""

    code: StepCode
    amount: Satang = 0
    count: int = 0
    bank: str = ""
    hold: int | None = None


@dataclass(frozen=True, slots=True)
class LossBreakdown:
    """Where each baht of a case's loss is. `there` is undecided or asked and not answered, `asked` the part of it that was
    asked for; `unknown` is what no record tells of. They add up to the loss, but for a bank that holds more than it was.
    """

    held: Satang = 0
    there: Satang = 0
    asked: Satang = 0
    honest: Satang = 0
    released: Satang = 0
    declined: Satang = 0
    gone: Satang = 0
    unknown: Satang = 0


@dataclass(frozen=True, slots=True)
class Leftover:
    """Undecided amounts that are not worth a decision. `for_holder`: what speaks for their holders outweighs the reasons."""

    count: int
    amount: Satang
    for_holder: bool


@dataclass(frozen=True, slots=True)
class QueueRow:
    """A case or an appeal that waits. `leaves` is what is expected to leave within the hour, with its band: of a case to decide
    what a decision can still save, `to_decide` being the amount of which that is said; of one at its banks what is asked; of
    an appeal the amount that is kept from its holder. `accounts` and `banks` are those of the same money. `case` is the
    number of the case on whose page it opens, `telephone` that of the bank to call.
    """

    what: What
    id: int
    number: str
    case: str
    state: str
    kind: str
    victim_bank: str
    group: QueueGroup
    flag: str
    reported_at: datetime
    opened_at: datetime
    loss: Satang
    money: LossBreakdown
    leaves: Satang
    leaves_low: Satang
    leaves_high: Satang
    leaves_rough: bool
    left: Satang
    leftover: Leftover | None
    to_decide: Satang
    accounts: int
    banks: tuple[str, ...]
    asked_banks: tuple[str, ...]
    decide_by: datetime | None
    pill: Pill
    owner: Annotated[str, Open("an officer, by name")]
    mine: bool
    step: NextStep
    telephone: Annotated[str, Open("the bank's own, for a call in a hurry")]
    unchecked: bool
    """Whether anonymous public reports alone made the case, and nobody has called back or proven the payer."""
    needed_today: bool = False
    """Of an appeal: whether its holder says that they need the money today."""

    @property
    def late(self) -> bool:
        """Whether it should have happened."""
        return self.pill.kind in ("late", "silent", "left", "old")


@dataclass(frozen=True, slots=True)
class Sum:
    """Several cases together; the band is that of independent cases. `ranked` is what of `leaves` their rows show."""

    cases: int = 0
    loss: Satang = 0
    there: Satang = 0
    leaves: Satang = 0
    leaves_low: Satang = 0
    leaves_high: Satang = 0
    ranked: Satang = 0


@dataclass(frozen=True, slots=True)
class Fold:
    """Small cases, or leftovers of decided ones, as one row. `accounts` and `banks` are those of their undecided amounts."""

    sum: Sum
    accounts: int
    banks: int
    decide_by: datetime | None
    since: datetime | None


@dataclass(frozen=True, slots=True)
class Owner:
    """An officer to whom a case may be given; `here` is whether they are signed in now, `decided` in how many cases they
    decided within the last hour.
    """

    username: str
    name: Annotated[str, Open("an officer, by name")]
    cases: int
    here: bool
    decided: int


@dataclass(frozen=True, slots=True)
class CaseQueue:
    """A page of the list. `all` sums over what waits whatever is hidden; `total` counts the rows of this filter, those in
    a fold apart; `leftovers` is the fold of decided cases; `rest` is what stands behind this page. `scale` is the largest end of a band, for all drawings of the list.
    `next` is the case whose money is expected to leave next, where nothing leaves within the hour.
    """

    rows: tuple[QueueRow, ...]
    all: Sum
    rest: Sum
    fold: Fold | None
    leftovers: Fold | None
    total: int
    counts: dict[Shown, int]
    scale: Satang
    next: tuple[str, datetime] | None = None
