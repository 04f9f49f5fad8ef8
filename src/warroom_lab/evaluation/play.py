"""One policy played on one country, or its orders played again on the country's twin."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

import numpy as np

from warroom_lab.evaluation.background import Background
from warroom_lab.evaluation.bound import Bound
from warroom_lab.evaluation.feed import Feed
from warroom_lab.evaluation.looks import Signals
from warroom_lab.evaluation.open_room import OpenRoom
from warroom_lab.evaluation.policies import policy_named
from warroom_lab.evaluation.policy import MAY_SEE_TRUTH, Followed, Orders, Policy, Room
from warroom_lab.world.crime.reports import Report
from warroom_lab.world.crime.strategies import ADAPTING
from warroom_lab.world.drawing.columns import Transfers
from warroom_lab.world.play.orders import Answer, Order
from warroom_lab.world.play.run import News, Run
from warroom_lab.world.play.truth import Truth


@dataclass(frozen=True)
class Given:
    """What a policy ordered at one moment."""

    time: int
    orders: Orders


@dataclass
class Played:
    """What happened: the country as it was left, every report, order, answer and crime payment, and what was followed.

    `bound`: what could have been held of it, where the policy is none but a bound.
    """

    policy: str
    start: int
    end: int
    run: Run
    script: list[Given] = field(default_factory=list)
    reports: list[Report] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    payments: list[Transfers] = field(default_factory=list)
    followed: Followed = field(default_factory=Followed)
    bound: Bound | None = None

    @property
    def truth(self) -> Truth:
        return self.run.truth

    def note(self, news: News) -> None:
        """Remember what came in."""
        self.reports += news.reports
        self.answers += news.answers
        if len(news.transfers):
            self.payments.append(news.transfers)

    @property
    def orders(self) -> list[Order]:
        """Every order given, in the order in which they were given."""
        return [order for told in self.script for order in told.orders.give]


def play(
    background: Background, wanted: str | Policy, end: int | None = None, *, gangs: str = ADAPTING
) -> Played:
    """Play a policy, by its name (with all tools) or as it is, to the last day of full life or to `end` (microseconds).

    `gangs`: how they work. Raises WorldError for gangs or a policy that do not exist, and for one that peeks.
    """
    size = background.country.nation.size
    policy = policy_named(wanted, size) if isinstance(wanted, str) else wanted
    run = Run(background.country, gangs=gangs)
    end = background.end if end is None else end
    played = Played(policy.name, background.start, end, run)
    room = _room(policy, background, run.truth)
    feed = Feed(background.books, room.records, room.signals)
    while run.now < end:
        # No later than the next news could come: a policy that sleeps an hour
        # still hears a report at its minute.
        until = min(policy.wakes(run.now), run.next_news(end), end)
        # At least a microsecond on, or a policy that wakes now would wake for ever.
        news = run.advance(max(until, run.now + 1))
        played.note(news)
        _tell(room, run, news)
        orders = policy.decide(room, feed.take(news, run.now))
        feed.asked += orders.ask
        if orders.give or orders.take_back:
            played.script.append(Given(run.now, orders))
            _carry_out(run, orders, ())
    played.followed = policy.followed(room)
    return played


def replay(
    background: Background,
    script: Sequence[Given],
    name: str,
    without: Collection[str] = (),
    *,
    gangs: str = ADAPTING,
) -> Played:
    """The same orders at the same moments on a twin of the country, without some of them, or with other gangs."""
    run = Run(background.country, gangs=gangs)
    played = Played(name, background.start, background.end, run)
    for told in script:
        if told.time > run.now:
            played.note(run.advance(told.time))
        played.script.append(told)
        _carry_out(run, told.orders, without)
    if run.now < background.end:
        played.note(run.advance(background.end))
    return played


def _room(policy: Policy, background: Background, truth: Truth) -> Room:
    # Each policy its own: what one was told of crime must not lie in another's records.
    records, signals = background.records.fork(), Signals(background.looks)
    if policy.name in MAY_SEE_TRUTH:
        return OpenRoom(policy.name, records, signals, truth)
    return Room(policy.name, records, signals, background.ends)


def _tell(room: Room, run: Run, news: News) -> None:
    room.now, room.waiting = run.now, frozenset(run.waiting())
    if isinstance(room, OpenRoom):
        room.cases.update({report.record_id: report.case for report in news.reports})


def _carry_out(run: Run, orders: Orders, without: Collection[str]) -> None:
    if orders.take_back:
        run.withdraw(orders.take_back)
    # With an order goes its release, which would else lift nothing and be answered as a mistake.
    give = [order for order in orders.give if order.order_id not in without and order.lifts not in without]
    if give:
        run.obey(give)


def joined(parts: Sequence[Transfers]) -> Transfers:
    """All payments of crime as one."""
    if parts:
        return Transfers.joined(list(parts))
    kinds = ("i8", "i8", "i4", "i4", "i8", "u1", "u1", "i4")
    return Transfers(*(np.zeros(0, kind) for kind in kinds))
