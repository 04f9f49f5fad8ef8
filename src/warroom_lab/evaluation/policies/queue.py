"""What one policy has asked to be held: every wish is given at once, the desk takes the most valuable first, none goes stale there."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from warroom_lab.evaluation.policy import Orders, PolicyRoom
from warroom_lab.world.drawing.columns import HOUR, MINUTE
from warroom_lab.world.play.orders import CountryAnswer, CountryOrder

HOLD = 72 * HOUR
"""A hold on a report ends by itself after 72 hours (the decree's first clock)."""
WAIT = 13.0
"""Minutes from the desk to a held amount: a median of three at the desk and of ten at the bank, as published of the whole."""
FIRST = 1e15
"""The priority of a release: above any hold, in satang."""
CHANGED = 0.2
"""An order in the queue is given again when its amount or its worth has changed by this share."""


@dataclass(frozen=True, slots=True)
class WantedHold:
    """A hold of `amount` satang on an account for one report, worth `value` satang if ordered now."""

    account: int
    report: str
    amount: int
    value: float

    @property
    def key(self) -> tuple[int, str]:
        return self.account, self.report


@dataclass
class HoldQueue:
    """The orders of one policy: which wait, which were sent, what is held.

    `absent`: what was asked for and is not held, because the bank found less, refused, or let it go again; asking for
    it once more would cost others their turn.
    """

    letter: str
    tick: int = 10 * MINUTE
    wait: float = WAIT
    given: dict[str, WantedHold] = field(default_factory=dict)
    sent: dict[str, WantedHold] = field(default_factory=dict)
    held: dict[str, tuple[WantedHold, int]] = field(default_factory=dict)
    by_key: dict[tuple[int, str], int] = field(default_factory=dict)
    by_account: dict[int, int] = field(default_factory=dict)
    absent: dict[tuple[int, str], int] = field(default_factory=dict)
    let_go: set[str] = field(default_factory=set)
    count: int = 0

    def make_orders(
        self, room: PolicyRoom, answers: Iterable[CountryAnswer], wanted: Sequence[WantedHold]
    ) -> Orders:
        """The orders that make the desk's queue what it should be now."""
        self.record_answers(room, answers)
        best = self.rank_free_holds(wanted)
        now = {wanted_hold.key: wanted_hold for wanted_hold in best}
        # What waits and is still worth it keeps its place: taking it back would begin its waiting again.
        keep = {
            order: given_hold
            for order, given_hold in self.given.items()
            if _is_still_wanted(given_hold, now.get(given_hold.key))
        }
        back = [order for order in self.given if order not in keep]
        waiting = {wanted_hold.key for wanted_hold in keep.values()}
        give = [self._make_order(room, wanted_hold) for wanted_hold in best if wanted_hold.key not in waiting]
        self.given = {**keep, **{order.order_id: wanted_hold for order, wanted_hold in give}}
        return Orders([order for order, _ in give], back)

    def record_answers(self, room: PolicyRoom, answers: Iterable[CountryAnswer]) -> None:
        """Note what the desk has sent on and what the banks answered."""
        for order in [order for order in self.given if order not in room.waiting]:
            self.sent[order] = self.given.pop(order)
            self._add_held_amount(self.sent[order], self.sent[order].amount)
        for answer in answers:
            if answer.order_id in self.sent and answer.status in ("done", "partly", "refused"):
                wanted_hold = self.sent.pop(answer.order_id)
                held = answer.amount if answer.status != "refused" else 0
                self._add_held_amount(wanted_hold, -wanted_hold.amount)
                self._add_held_amount(wanted_hold, held)
                # Remembered as asked for in vain: orders are few, and an empty
                # account must not be asked again.
                self.absent[wanted_hold.key] = self.absent.get(wanted_hold.key, 0) + max(
                    0, wanted_hold.amount - held
                )
                self.held[answer.order_id] = wanted_hold, held
            elif answer.order_id in self.held and answer.status == "lifted":
                wanted_hold, held = self.held.pop(answer.order_id)
                self._add_held_amount(wanted_hold, -held)
                self.absent[wanted_hold.key] = self.absent.get(wanted_hold.key, 0) + held

    def rank_free_holds(self, wanted: Sequence[WantedHold]) -> list[WantedHold]:
        """The holds that nobody is carrying out or has carried out, the most valuable first."""
        busy = {each.key for each in self.sent.values()}
        free = (each for each in wanted if each.key not in busy)
        # Equal worth by account and report: a play made again must give the same orders.
        return sorted(free, key=lambda each: (-each.value, each.key))

    def make_release_orders(
        self, room: PolicyRoom, report: str, accounts: Collection[int]
    ) -> list[CountryOrder]:
        """Orders that let go what is held on these accounts for a report, each once; it is not asked for again."""
        orders_to_lift = [
            (order, wanted_hold)
            for order, (wanted_hold, held) in self.held.items()
            if held
            and wanted_hold.report == report
            and wanted_hold.account in accounts
            and order not in self.let_go
        ]
        self.let_go |= {order for order, _ in orders_to_lift}
        return [
            CountryOrder(
                order_id=f"{order}-released",
                kind="release",
                time=room.now,
                subject=wanted_hold.account,
                priority=FIRST,
                lifts=order,
                reports=(report,),
            )
            for order, wanted_hold in orders_to_lift
        ]

    def sum_handled_for_report(self, account: int, report: str) -> int:
        """Satang dealt with on an account for a report: held, about to be, or asked for in vain."""
        return self.by_key.get((account, report), 0) + self.absent.get((account, report), 0)

    def sum_sent_for_report(self, account: int, report: str) -> int:
        """Satang about to be held on an account for a report."""
        return sum(one.amount for one in self.sent.values() if one.key == (account, report))

    def sum_held_on_account(self, account: int) -> int:
        """Satang held on an account for anybody, or about to be."""
        return self.by_account.get(account, 0)

    def _add_held_amount(self, one: WantedHold, amount: int) -> None:
        """Note that so much more (or less) of an account is held."""
        self.by_key[one.key] = self.by_key.get(one.key, 0) + amount
        self.by_account[one.account] = self.by_account.get(one.account, 0) + amount

    def _make_order(self, room: PolicyRoom, wanted: WantedHold) -> tuple[CountryOrder, WantedHold]:
        self.count += 1
        order = CountryOrder(
            order_id=f"{self.letter}{self.count:06d}",
            kind="hold",
            time=room.now,
            subject=wanted.account,
            amount=wanted.amount,
            until=room.now + HOLD,
            priority=wanted.value,
            reports=(wanted.report,),
        )
        return order, wanted


def _is_still_wanted(waiting: WantedHold, now: WantedHold | None) -> bool:
    """Whether an order that waits asks for about what is wanted now."""
    return (
        now is not None
        and abs(now.amount - waiting.amount) <= CHANGED * waiting.amount
        and abs(now.value - waiting.value) <= CHANGED * waiting.value
    )
