"""What the country is told to do and what it answers: the rows of `orders` and `answers`, before they are records."""

from dataclasses import dataclass
from typing import Literal

OrderKind = Literal[
    "hold",
    "block",
    "freeze",
    "intake",
    "listing",
    "release",
    "suspension",
    "takedown",
    "cut",
    "warning",
    "arrest",
    "screening",
    "alert",
    "lesson",
]
Status = Literal["received", "done", "partly", "refused", "lifted"]


@dataclass(frozen=True, slots=True)
class CountryOrder:
    """One order. `kind` hold: at most `amount` (satang) of one account; block: the whole account, as practice did in
    2025; freeze: the whole account on its own bank's suspicion, without a report; intake: on the same suspicion what comes in from then on waits, and what lies there moves; listing: the account's holder in the central
    registry, so that nothing is paid to any account of his; release lifts what was given by order `lifts`.

    `subject` is a number in the country by its kind: an account for hold, block, freeze, intake, listing, release and warning, a sim, page,
    feeder or link, person, province. `priority`: the desk takes the highest first. `time`, `until`: microseconds.
    `reports` are the record ids of the reports it serves, one for a hold: one baht serves one victim.
    """

    order_id: str
    kind: OrderKind
    time: int
    subject: int
    amount: int = 0
    until: int = 0
    priority: float = 0.0
    reports: tuple[str, ...] = ()
    lifts: str = ""


@dataclass(frozen=True, slots=True)
class CountryAnswer:
    """What a partner did. `amount`: satang held, or let go."""

    order_id: str
    time: int
    status: Status
    amount: int = 0
    text: str = ""
