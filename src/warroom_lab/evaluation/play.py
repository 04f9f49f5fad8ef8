"""One policy played on one country, or its orders played again on the country's twin."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

import numpy as np

from warroom_lab.evaluation.background import CountryBackground
from warroom_lab.evaluation.feed import RoomFeed
from warroom_lab.evaluation.looks import Signals
from warroom_lab.evaluation.open_room import OpenRoom
from warroom_lab.evaluation.policies import make_policy
from warroom_lab.evaluation.policy import MAY_SEE_TRUTH, FollowedTrails, Orders, Policy, PolicyRoom
from warroom_lab.world.crime.reports import CountryReport
from warroom_lab.world.crime.strategies import ADAPTING
from warroom_lab.world.drawing.columns import TransferColumns
from warroom_lab.world.play.orders import CountryAnswer, CountryOrder
from warroom_lab.world.play.run import CountryRun, RunNews
from warroom_lab.world.play.truth import RunTruth


@dataclass(frozen=True)
class TimedOrders:
    """What a policy ordered at one moment."""

    time: int
    orders: Orders


@dataclass
class PolicyPlay:
    """What happened: the country as it was left, every report, order, answer and crime payment, and what was followed."""

    policy: str
    start: int
    end: int
    run: CountryRun
    script: list[TimedOrders] = field(default_factory=list)
    reports: list[CountryReport] = field(default_factory=list)
    answers: list[CountryAnswer] = field(default_factory=list)
    payments: list[TransferColumns] = field(default_factory=list)
    followed: FollowedTrails = field(default_factory=FollowedTrails)

    @property
    def truth(self) -> RunTruth:
        return self.run.truth

    def add_news(self, news: RunNews) -> None:
        """Remember what came in."""
        self.reports += news.reports
        self.answers += news.answers
        if len(news.transfers):
            self.payments.append(news.transfers)

    @property
    def orders(self) -> list[CountryOrder]:
        """Every order given, in the order in which they were given."""
        return [order for told in self.script for order in told.orders.give]


def play_policy(
    background: CountryBackground, wanted: str | Policy, end: int | None = None, *, gangs: str = ADAPTING
) -> PolicyPlay:
    """Play a policy, by its name (with all tools) or as it is, to the last day of full life or to `end` (microseconds).

    `gangs`: how they work. Raises WorldError for gangs or a policy that do not exist, and for one that peeks.
    """
    size = background.country.nation.size
    policy = make_policy(wanted, size) if isinstance(wanted, str) else wanted
    run = CountryRun(background.country, gangs=gangs)
    end = background.end if end is None else end
    played = PolicyPlay(policy.name, background.start, end, run)
    room = _make_room(policy, background, run.truth)
    feed = RoomFeed(background.books, room.records, room.signals)
    while run.now < end:
        # No later than the next news could come: a policy that sleeps an hour
        # still hears a report at its minute.
        until = min(policy.get_wake_time(run.now), run.find_next_news_time(end), end)
        # At least a microsecond on, or a policy that wakes now would wake for ever.
        news = run.advance_to(max(until, run.now + 1))
        played.add_news(news)
        _update_room(room, run, news)
        orders = policy.decide_orders(room, feed.deliver_news(news, run.now))
        feed.asked += orders.ask
        if orders.give or orders.take_back:
            played.script.append(TimedOrders(run.now, orders))
            _carry_out(run, orders, ())
    played.followed = policy.collect_followed_trails(room)
    return played


def replay_orders(
    background: CountryBackground,
    script: Sequence[TimedOrders],
    name: str,
    without: Collection[str] = (),
    *,
    gangs: str = ADAPTING,
) -> PolicyPlay:
    """The same orders at the same moments on a twin of the country, without some of them, or with other gangs."""
    run = CountryRun(background.country, gangs=gangs)
    played = PolicyPlay(name, background.start, background.end, run)
    for order_batch in script:
        if order_batch.time > run.now:
            played.add_news(run.advance_to(order_batch.time))
        played.script.append(order_batch)
        _carry_out(run, order_batch.orders, without)
    if run.now < background.end:
        played.add_news(run.advance_to(background.end))
    return played


def _make_room(policy: Policy, background: CountryBackground, truth: RunTruth) -> PolicyRoom:
    # Each policy its own: what one was told of crime must not lie in another's records.
    records, signals = background.records.fork_index(), Signals(background.ordinary_looks)
    if policy.name in MAY_SEE_TRUTH:
        return OpenRoom(policy.name, records, signals, truth)
    return PolicyRoom(policy.name, records, signals, background.record_ends)


def _update_room(room: PolicyRoom, run: CountryRun, news: RunNews) -> None:
    room.now, room.waiting = run.now, frozenset(run.list_waiting_orders())
    if isinstance(room, OpenRoom):
        room.cases.update({report.record_id: report.case for report in news.reports})


def _carry_out(run: CountryRun, orders: Orders, without: Collection[str]) -> None:
    if orders.take_back:
        run.withdraw_orders(orders.take_back)
    # With an order goes its release, which would else lift nothing and be answered as a mistake.
    give = [order for order in orders.give if order.order_id not in without and order.lifts not in without]
    if give:
        run.queue_orders(give)


def concat_crime_payments(parts: Sequence[TransferColumns]) -> TransferColumns:
    """All payments of crime as one."""
    if parts:
        return TransferColumns.concat_parts(list(parts))
    kinds = ("i8", "i8", "i4", "i4", "i8", "u1", "u1", "i4")
    return TransferColumns(*(np.zeros(0, kind) for kind in kinds))
