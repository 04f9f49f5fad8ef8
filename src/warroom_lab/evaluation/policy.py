"""What a policy is, and what it is handed: records received so far, reports as they were told, answers as they came."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

import numpy as np

from warroom.errors import WorldError
from warroom_lab.evaluation.growing_index import LiveIndex
from warroom_lab.evaluation.looks import Signals
from warroom_lab.evaluation.shares import SignalName
from warroom_lab.world.drawing.columns import Array
from warroom_lab.world.drawing.numbers import list_payment_names
from warroom_lab.world.play.orders import CountryAnswer, CountryOrder

if TYPE_CHECKING:
    from warroom_lab.evaluation.record_ends import RecordEnds

MAY_SEE_TRUTH = frozenset({"informed", "knows-mules"})
"""Who is no policy: what somebody does who sees where all stolen money lies, or which accounts are mules'."""


@dataclass(frozen=True, slots=True)
class ReporterStatement:
    """A report as the reporter told it: nothing of what stands behind it. Times in microseconds, `loss` in satang."""

    record_id: str
    time: int
    received_at: int
    scam_type: str
    transfer_ids: tuple[str, ...]
    loss: int


@dataclass(frozen=True)
class RoomNews:
    """What reached the room since it was last asked.

    Of the payments received now, `moved`: accounts they left from; `paid`: their numbers in the country.
    """

    reports: tuple[ReporterStatement, ...] = ()
    answers: tuple[CountryAnswer, ...] = ()
    moved: frozenset[int] = frozenset()
    paid: tuple[int, ...] = ()

    @cached_property
    def payment_references(self) -> frozenset[str]:
        """Every number and reference that the payments bear, by which a reporter may name them."""
        return list_payment_names(np.array(self.paid, np.int64)) if self.paid else frozenset()


@dataclass(frozen=True, slots=True)
class Ask:
    """A request to a bank for all that an account pays, as far as it has not come by then: the answer's moment in microseconds."""

    account: int
    until: int


@dataclass(frozen=True, slots=True)
class Orders:
    """What a policy wants done: new orders, orders to take back as far as the desk has not sent them on, records asked for."""

    give: Sequence[CountryOrder] = ()
    take_back: Sequence[str] = ()
    ask: Sequence[Ask] = ()


NOTHING = Orders()


class PolicyRoom:
    """The room in which a policy decides: what the partners have sent by now.

    `records` grows as records arrive; what is not yet received at `now` (microseconds) a trace as of now does not see.
    Account numbers are those of its index. `signals` are made of the same records. `waiting`: the orders that lie at the desk, not yet sent on.
    `ends`: until when each bank's records reach.
    """

    def __init__(
        self, policy: str, records: LiveIndex, signals: Signals, ends: "RecordEnds | None" = None
    ) -> None:
        self.policy, self.records, self.signals, self.ends = policy, records, signals, ends
        self.now = 0
        self.waiting: frozenset[str] = frozenset()

    @property
    def truth(self) -> Any:
        """What was true; raises WorldError for every policy but those of `MAY_SEE_TRUTH`."""
        raise WorldError(
            f"The policy '{self.policy}' asked for the world's truth, which only {', '.join(sorted(MAY_SEE_TRUTH))} "
            "may see; let it decide from the records it has received."
        )


@dataclass(frozen=True, slots=True)
class Suspects:
    """Whom a rule names since it was last asked: (account, report) whose holder it would list, and accounts that it clears."""

    named: Sequence[tuple[int, str]] = ()
    cleared: Collection[int] = ()


class Policy(Protocol):
    """One way of answering crime. It is made again for each country it is played on."""

    @property
    def name(self) -> str:
        """What it is called."""
        ...

    def get_wake_time(self, now: int) -> int:
        """The next moment at which it wants to be asked even if nothing is heard, in microseconds."""
        ...

    def decide_orders(self, room: PolicyRoom, heard: RoomNews) -> Orders:
        """What to do now."""
        ...

    def collect_followed_trails(self, room: PolicyRoom) -> "FollowedTrails":
        """At the end: what it found of each trail."""
        ...


class TrailRule(Policy, Protocol):
    """A policy that decides on whom tools are used, and leaves to others how.

    `suspects_on_trails`: whether an account must be on a trail that it names before a bank's suspicion is enough for it; then what
    comes in waits, and not the account. `lists_suspects`: whether whom it names is listed. `signal`: by which number it suspects.
    """

    suspects_on_trails: ClassVar[bool]
    lists_suspects: ClassVar[bool]
    signal: ClassVar[SignalName]

    def take_suspects(self) -> Suspects:
        """Whom it names on trails since it was last asked."""
        ...


@dataclass(frozen=True, slots=True)
class SignalLook:
    """The signals at one moment (microseconds): int32 (n) accounts by number, and float32 (n) the number that the signal gives to
    each, the highest first; `share`: of accounts with such a number, those that are mules' at life's density of crime; empty where
    nothing is ordered by it."""

    time: int
    accounts: Array
    chance: Array
    share: Array = field(default_factory=lambda: np.zeros(0, np.float32))


@dataclass
class FollowedTrails:
    """What a policy found of the trails of reports: by report, the record ids of payments and the satang it saw in each;
    and the signals it looked at on the way, and what it had in its hands.

    `why_not` says why there is nothing to compare of the trails.
    """

    payments: dict[str, dict[str, int]] = field(default_factory=dict)
    why_not: str = ""
    looks: tuple[SignalLook, ...] = ()
    tools: frozenset[str] = frozenset()
