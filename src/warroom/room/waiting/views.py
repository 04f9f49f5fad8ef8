"""What waits as every list shows it: the kinds of things, the filters and the orders of lists."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from warroom.units import Satang

What = Literal[
    "case",
    "appeal",
    "hold",
    "extension",
    "action",
    "operation",
    "request",
    "asset",
    "claim",
    "loss",
    "payout",
    "refund",
    "refund-claim",
    "person",
    "wake",
    "flag",
    "flag-appeal",
    "incoming",
    "payer-call",
    "incoming-appeal",
    "correction",
]
WHATS: tuple[What, ...] = get_args(What)
"""`hold` is an amount at a bank, `extension` a hold to be carried on, `claim` an owner's on an asset, `loss` a victim's
registered one, `refund-claim` a victim's on a refund, `person` the clock of somebody found (a number and a time, nothing else), `wake`
a reminder that the officer set, `flag` a payee proposed to be flagged or flagged, `flag-appeal` its holder's objection, `incoming` an account
whose incoming payments are to wait, `payer-call` one that waits until its payer was asked, `incoming-appeal` the holder's objection, `correction` rows of an
officer's file that would change what others delivered.
"""
Sort = Literal["urgent", "mine", "late", "in_effect", "lapsed"]
"""`urgent` runs out soon, `mine` waits for the officer who asks, `late` should have happened, `in_effect` holds now,
`lapsed` ended by itself within the last days. One thing may belong to several.
"""
SORTS: tuple[Sort, ...] = get_args(Sort)
ListOrder = Literal["due", "newest", "oldest"]
"""`due` the one that runs out next first, and what has no clock last."""
ORDERS: tuple[ListOrder, ...] = get_args(ListOrder)
Shown = Literal["all", "mine", "nobody", "banks", "left", "open", "late", "lapsing", "no_transfer", "closed"]
SHOWN: tuple[Shown, ...] = get_args(Shown)
"""Which rows are not hidden. From `all` to `banks` what waits: money undecided or asked, an answer for less, no trail; `left` what is left of decided cases;
`open` are all open cases, the others those of them that are like this; `closed` those that are over.
"""


@dataclass(frozen=True, slots=True)
class Task:
    """Something that is under way. `due_kind` says what happens at `due`; `case` is empty where it serves none.

    `number` is how people name it, `kind` the code of its kind within `what`, `parent` the id under which its page
    stands where that is another thing's. `amount` is 0 where it has none. `records_end` is when the
    newest record of a case was, where that is so long ago that nothing is said of when its money leaves.
    """

    what: What
    id: int
    number: str
    kind: str
    pillar: str
    case: str
    parent: int | None
    since: datetime
    due: datetime | None
    due_kind: str
    amount: Satang
    records_end: datetime | None


@dataclass(frozen=True, slots=True)
class TaskFilter:
    """Which things to list; "" means any. `sort` "" are those of any sort."""

    sort: Sort | Literal[""] = "mine"
    pillar: str = ""
    what: What | Literal[""] = ""
    order: ListOrder = "due"
