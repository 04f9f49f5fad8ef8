"""One play of a country: crime goes on, reports come in, orders are obeyed through queues, and what came in is told."""

import heapq
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from warroom_lab.world.agencies.appeals import decide_appeal
from warroom_lab.world.agencies.banks import Banks
from warroom_lab.world.agencies.desk import OrderDesk
from warroom_lab.world.agencies.holding import Holding
from warroom_lab.world.agencies.listed import compute_listing_delay as listing_delay
from warroom_lab.world.agencies.police import Police
from warroom_lab.world.beside.connections import TRAVELLERS
from warroom_lab.world.crime.adversary import Adversary
from warroom_lab.world.crime.flow import StolenMoney
from warroom_lab.world.crime.reports import CountryReport, reduce_to_paid
from warroom_lab.world.crime.strategies import ADAPTING, Strategy, get_strategy
from warroom_lab.world.delivery.feeds import compute_received
from warroom_lab.world.drawing.columns import Array, TransferColumns
from warroom_lab.world.measures.run import SideRun
from warroom_lab.world.play.orders import CountryAnswer, CountryOrder
from warroom_lab.world.play.truth import RunTruth
from warroom_lab.world.population.country import Country, plan_country

__all__ = ["Country", "CountryRun", "RunNews", "plan_country"]

MONEY = ("hold", "block", "freeze", "intake", "release")


@dataclass
class RunNews:
    """What happened since the last call; `transfers` are crime's alone, `compute_received` when the payer's bank tells of each."""

    transfers: TransferColumns
    received: Array
    reports: list[CountryReport] = field(default_factory=list)
    answers: list[CountryAnswer] = field(default_factory=list)
    records: dict[str, list[dict[str, Any]]] = field(default_factory=dict)


class CountryRun:
    """One play of a country. Times in microseconds UTC; `now` is how far it has been played."""

    def __init__(self, country: Country, *, gangs: str | Strategy = ADAPTING) -> None:
        """`gangs`: how they work, by name or as it is; raises WorldError where there is none of this name."""
        strategy = get_strategy(gangs) if isinstance(gangs, str) else gangs
        nation, world = country.nation, country.underworld
        self.country, self.now, self.strategy = country, nation.start, strategy
        self.sides = SideRun(country.sides, adapts=strategy.changes)
        province = country.holders.province[world.cases.victim].tolist()
        self._bank = country.accounts.bank.tobytes()
        self.adversary = Adversary(
            nation,
            world.syndicates,
            world.cases,
            lambda syndicate, time, case: self.sides.compute_capacity(syndicate, time, province[case]),
            strategy,
        )
        self.flow = StolenMoney(nation, world, self._bank, self.adversary)
        self.holding, self.police = Holding(self.flow), Police(nation.seed, world)
        self.desk, self.banks = OrderDesk(nation.size, nation.seed, nation.start), Banks(nation.seed)
        self.reports = sorted(
            [*world.reports, *country.grievances], key=lambda each: (each.received_at, each.record_id)
        )
        self._arrivals = [report.received_at for report in self.reports]
        self._told, self._rows_told, self._count = 0, 0, 0
        self._behind: dict[str, int] = {}
        self.cases = {report.record_id: report.case for report in self.reports}
        self._events: list[tuple[int, int, str, CountryOrder]] = []
        self._answers: list[CountryAnswer] = []
        self._reports: list[CountryReport] = []
        self.truth = RunTruth(self)

    def find_next_news_time(self, limit: int) -> int:
        """The next moment at which a report or an answer may reach the desk, at most `limit`."""
        moments = [limit, self._next_event()]
        if self._told < len(self._arrivals):
            moments.append(self._arrivals[self._told])
        moments += [answer.time for answer in self._answers]
        return max(self.now, min(moments))

    def advance_to(self, until: int) -> RunNews:
        """Play on to `until`; what came in since the last call."""
        while True:
            arrival = self._arrivals[self._told] if self._told < len(self._arrivals) else 1 << 62
            event = self._next_event()
            moment = min(arrival, event, until)
            # Money first: what moves at the very moment of an order has moved when the order is looked at.
            self.flow.play_until(moment)
            # At equal times a report before an order: the desk may not act on what it has not heard.
            if arrival <= moment and arrival <= event:
                self._receive_report()
            elif event <= moment:
                self._handle_event(moment)
            else:
                break
        self.now = max(self.now, until)
        records = self.sides.advance_to(self.now)
        return RunNews(*self._take_new_payments(), *self._take_new_reports(), records)

    def queue_orders(self, orders: Sequence[CountryOrder]) -> None:
        """Put the orders on the desk's queue: the highest priority is served first."""
        for order in orders:
            self.desk.queue_order(order, self.now)
        self._send_orders(self.now)

    def withdraw_orders(self, order_ids: Sequence[str]) -> None:
        """Take back what the desk has not yet sent on."""
        for order_id in order_ids:
            self.desk.withdraw_order(order_id)

    def list_waiting_orders(self) -> tuple[str, ...]:
        """The orders that lie at the desk and are not yet sent on: the desk sees its own queue."""
        return tuple(self.desk.waiting)

    # Queues

    def _next_event(self) -> int:
        event = self._events[0][0] if self._events else 1 << 62
        free = self.desk.next_free()
        return event if free is None else min(event, max(free, self.now))

    def _receive_report(self) -> None:
        report = self.reports[self._told]
        self._told += 1
        # Anyone who was called again pays later than planned, and tells it as much later.
        behind = self.flow.victims.behind.get(report.case, 0) - self._behind.get(report.record_id, 0)
        if behind:
            self._put_off_report(report, behind)
            return
        told_report = self._to_told_report(report)
        if told_report is not None:
            self._reports.append(told_report)
            if told_report.case >= 0:
                self.holding.reported_cases.add(told_report.case)

    def _to_told_report(self, report: CountryReport) -> CountryReport | None:
        """A report as it is told: never of a case that never came to be; false reports (-1) always are."""
        if report.case in self.flow.victims.never_paid:
            return reduce_to_paid(report, self.flow.paid.get(report.case, {}))
        return report if report.case < 0 or self.flow.happens[report.case] else None

    def _put_off_report(self, report: CountryReport, behind: int) -> None:
        self._behind[report.record_id] = behind
        later = replace(
            report,
            time=report.time + behind,
            received_at=report.received_at + behind,
            realised_at=report.realised_at + behind,
        )
        place = bisect_right(self._arrivals, later.received_at, self._told)
        self._arrivals.insert(place, later.received_at)
        self.reports.insert(place, later)

    def _handle_event(self, now: int) -> None:
        if self._events and self._events[0][0] <= now:
            time, _, what, order = heapq.heappop(self._events)
            {
                "do": self._carry_out_order,
                "end": self._expire_measure,
                "appeal": self._lift_on_appeal,
                "arrest": self._handle_arrest,
            }[what](order, time)
        else:
            self._send_orders(now)

    def _schedule_event(self, time: int, what: str, order: CountryOrder) -> None:
        self._count += 1
        # The count orders equal times by when they were put, and keeps heapq from comparing orders.
        heapq.heappush(self._events, (time, self._count, what, order))

    def _send_orders(self, now: int) -> None:
        """What leaves the desk now, each to the partner that carries it out."""
        for leaves, order in self.desk.send_due_orders(now):
            if self._is_for_a_bank(order):
                self._schedule_event(leaves + self._compute_delay(order), "do", order)
            elif order.kind in ("arrest", "screening") and order.subject < TRAVELLERS:
                self._schedule_event(leaves + self.police.compute_delay(order.subject), "arrest", order)
            else:
                self._answers.append(self.sides.carry_out_order(order, leaves))

    def _compute_delay(self, order: CountryOrder) -> int:
        """Until the partner has acted: a bank, or for a listing the registry from which all banks read."""
        if order.kind == "listing":
            return listing_delay(self.country.nation.seed, order)
        return self.banks.compute_delay(order, self.get_bank(order))

    def _is_for_a_bank(self, order: CountryOrder) -> bool:
        if order.kind == "release":
            given = (self.holding.measures, self.flow.warned.by_order, self.flow.listed.by_order)
            return any(order.lifts in one for one in given)
        return order.kind in (*MONEY, "listing") or (order.kind == "warning" and order.subject < TRAVELLERS)

    def get_bank(self, order: CountryOrder) -> int:
        """The bank, by its number, that carries an order out."""
        subject = order.subject
        if order.kind == "release":
            held, warned = self.holding.measures.get(order.lifts), self.flow.warned.by_order.get(order.lifts)
            listed = self.flow.listed.by_order.get(order.lifts)
            other = warned or listed
            subject = held.account if held else other.order.subject if other else -1
        return self._bank[subject] if 0 <= subject < len(self._bank) else 0

    # What partners do

    def _add_answer(
        self, order: CountryOrder, time: int, status: Any, amount: int = 0, text: str = ""
    ) -> None:
        self._answers.append(CountryAnswer(order.order_id, time, status, amount, text))

    def _carry_out_order(self, order: CountryOrder, time: int) -> None:
        if order.kind == "release":
            self._lift_measure(order.lifts, time, "released")
            self._add_answer(order, time, "done")
            return
        if not 0 <= order.subject < len(self._bank):
            self._add_answer(order, time, "refused", text="There is no such account.")
        elif self.banks.is_order_refused(order):
            self._add_answer(order, time, "refused", text="The bank asks for another basis.")
        # As in life: a bank that gets to an order after its end binds nothing.
        elif order.until and order.until <= time:
            self._add_answer(order, time, "refused", text="Its time was over before it could be carried out.")
        elif order.kind == "warning":
            # It ends by itself, and nobody tells what everybody knows.
            self.flow.warned.begin_warning(order, time)
            self._add_answer(order, time, "done")
        elif order.kind == "listing":
            self._begin_listing(order, time)
        elif order.order_id not in self.holding.measures:
            self._begin_hold(order, time)

    def _begin_listing(self, order: CountryOrder, time: int) -> None:
        self.flow.listed.begin_listing(order, time)
        self._add_answer(order, time, "done")
        # Anyone who owns several accounts is no more innocent for the one that was named.
        holder = self.flow.listed.get_holder(order.subject)
        accounts = np.flatnonzero(self.country.accounts.holder == holder).tolist()
        innocent = all(self.truth.is_innocent(account, time) for account in accounts)
        answer = decide_appeal(self.country.nation.seed, order, time, innocent=innocent)
        if answer is not None:
            self._schedule_event(answer, "appeal", order)

    def _begin_hold(self, order: CountryOrder, time: int) -> None:
        asked = order.amount
        amount = asked // 2 if self.banks.is_order_halved(order) else asked
        cases = {self.cases[report] for report in order.reports if report in self.cases}
        made = self.holding.carry_out_order(
            order, time, amount, self.compute_own_money(order.subject, time), cases
        )
        held = made.stolen + made.own
        if order.kind == "hold" and not held:
            # Ended and not forgotten: the order was carried out, and found nothing.
            self.holding.end_measure(order.order_id, time, "empty")
            self._add_answer(order, time, "refused", text="Nothing is left in the account.")
            return
        self._add_answer(order, time, "done" if held >= asked else "partly", held)
        if order.until:
            self._schedule_event(order.until, "end", order)
        self._record_watched_ways(order.subject, time)
        answer = decide_appeal(
            self.country.nation.seed, order, time, innocent=self.truth.is_innocent(order.subject, time)
        )
        if answer is not None:
            self._schedule_event(answer, "appeal", order)

    def _record_watched_ways(self, account: int, time: int) -> None:
        """Gangs see that a way out is watched when money is held behind it, or one step before it."""
        for syndicate, way in self.flow.list_next_exits(account):
            self.adversary.record_watched_way(way, syndicate, time)
        for way, accounts in self.flow.doors.items():
            if account in accounts:
                # An exchange or a shop that answers is seen by all who use it.
                for syndicate in range(len(self.country.underworld.syndicates)):
                    self.adversary.record_watched_way(way, syndicate, time)

    def compute_own_money(self, account: int, time: int) -> int:
        """What lies in an account beside pots of stolen money."""
        ordinary = self.country.ordinary_balances.compute_balance(account, time)
        return ordinary + self.flow.own.get(account, 0)

    def _lift_measure(self, order_id: str, time: int, why: str) -> None:
        warned = self.flow.warned.end_warning(order_id, time)
        if warned is not None:
            self._add_answer(warned.order, time, "lifted", text=why)
        listed = self.flow.listed.end_listing(order_id, time, why)
        if listed is not None:
            self._add_answer(listed.order, time, "lifted", text=why)
        made = self.holding.end_measure(order_id, time, why)
        if made is not None:
            self._add_answer(made.order, time, "lifted", made.stolen + made.own, why)

    def _expire_measure(self, order: CountryOrder, time: int) -> None:
        self._lift_measure(order.order_id, time, "expired")

    def _lift_on_appeal(self, order: CountryOrder, time: int) -> None:
        self._lift_measure(order.order_id, time, "appeal")

    def _handle_arrest(self, order: CountryOrder, time: int) -> None:
        if order.kind == "screening":
            met = self.police.screen_holder(order.subject)
            self._add_answer(
                order, time, "done", text="Met as a victim." if met else "Not recognised as a victim."
            )
            return
        syndicate, handler = self.police.arrest_holder(order.subject)
        if syndicate >= 0:
            self.sides.record_lost_organiser(syndicate, time)
        if handler >= 0:
            self.flow.hands.drop_handler_accounts(handler, time)
        met = order.subject in self.police.met
        self._add_answer(
            order,
            time,
            "partly" if met else "done",
            text="Met as a victim, not charged." if met else "Charged.",
        )

    # News

    def _take_new_payments(self) -> tuple[TransferColumns, Array]:
        rows = self.flow.rows[self._rows_told :]
        self._rows_told = len(self.flow.rows)
        table = np.array([row[:8] for row in rows], np.int64).reshape(len(rows), 8)
        kinds = (np.int64, np.int64, np.int32, np.int32, np.int64, np.uint8, np.uint8, np.int32)
        paid = TransferColumns(
            *(np.ascontiguousarray(table[:, place]).astype(kind) for place, kind in enumerate(kinds))
        )
        return paid, compute_received(self.country.accounts.bank[paid.payer], paid.time, paid.uid)

    def _take_new_reports(self) -> tuple[list[CountryReport], list[CountryAnswer]]:
        reports, self._reports = self._reports, []
        answers = sorted(
            (each for each in self._answers if each.time <= self.now),
            key=lambda each: (each.time, each.order_id),
        )
        self._answers = [each for each in self._answers if each.time > self.now]
        return reports, answers
