"""Who is on a reported trail and looks like a mule's: what comes there waits at once, and once."""

import numpy as np
import pytest

from tests.lab.evaluation import stand_in as country
from warroom_lab.evaluation.background import CountryBackground
from warroom_lab.evaluation.looks import Signals
from warroom_lab.evaluation.policies.queue import HoldQueue, WantedHold
from warroom_lab.evaluation.policies.suspensions import OnTrails
from warroom_lab.evaluation.policy import PolicyRoom, SignalLook, Suspects
from warroom_lab.world.drawing.columns import DAY
from warroom_lab.world.play.orders import CountryOrder

NAMED = Suspects([(3, "R1"), (4, "R1"), (-1, "R1")])


@pytest.fixture
def room(known: CountryBackground) -> PolicyRoom:
    made = PolicyRoom("warroom", known.records.fork_index(), Signals(known.ordinary_looks))
    made.now = country.BEGINS
    return made


def look(day: int, **chance: float) -> SignalLook:
    accounts = np.array([int(name[1:]) for name in chance], np.int32)
    numbers = np.array(list(chance.values()), np.float32)
    return SignalLook(country.BEGINS + day * DAY, accounts, numbers, numbers)


def suspended(orders: list[CountryOrder]) -> list[tuple[int, tuple[str, ...]]]:
    return [(order.subject, order.reports) for order in orders if order.kind == "intake"]


def test_it_takes_the_trail_and_the_signal(room: PolicyRoom) -> None:
    found = OnTrails().make_orders(room, look(0, a3=0.6, a4=0.2, a5=0.9), NAMED)
    assert suspended(found) == [(3, ("R1",))]


def test_who_was_named_before_the_signal_is_suspended_at_the_look_that_says_so(room: PolicyRoom) -> None:
    tool = OnTrails()
    assert tool.make_orders(room, look(0, a4=0.2), NAMED) == []
    room.now += DAY
    assert suspended(tool.make_orders(room, look(1, a4=0.7), Suspects())) == [(4, ("R1",))]


def test_nobody_is_suspended_twice_on_the_same_trail(room: PolicyRoom) -> None:
    tool = OnTrails()
    assert tool.make_orders(room, look(0, a3=0.6), NAMED)
    assert tool.make_orders(room, look(0, a3=0.6), NAMED) == []
    room.now += 9 * DAY
    assert tool.make_orders(room, look(9, a3=0.6), Suspects()) == []
    assert suspended(tool.make_orders(room, look(9, a3=0.6), NAMED)) == [(3, ("R1",))]


def test_who_is_cleared_is_let_go_and_forgotten(room: PolicyRoom) -> None:
    tool = OnTrails()
    (order,) = tool.make_orders(room, look(0, a3=0.6, a4=0.2), NAMED)
    (release,) = tool.make_orders(room, look(0, a3=0.6, a4=0.2), Suspects((), {3, 4}))
    assert (release.kind, release.lifts) == ("release", order.order_id)
    room.now += DAY
    assert tool.make_orders(room, look(1, a3=0.9, a4=0.9), Suspects()) == []


def test_every_wish_is_given_at_once_and_the_most_valuable_has_the_highest_priority(room: PolicyRoom) -> None:
    wanted = [WantedHold(account, "R1", 300_000, float(account)) for account in range(3, 13)]
    given = HoldQueue("W").make_orders(room, (), wanted).give
    assert [order.subject for order in given] == sorted(range(3, 13), reverse=True)
    assert [order.priority for order in given] == sorted(map(float, range(3, 13)), reverse=True)
