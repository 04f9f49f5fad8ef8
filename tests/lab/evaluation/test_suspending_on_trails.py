"""Who is on a reported trail and looks like a mule's is suspended at once, and once."""

import numpy as np
import pytest

from tests.lab.evaluation import stand_in as country
from warroom_lab.evaluation.background import Background
from warroom_lab.evaluation.looks import Signals
from warroom_lab.evaluation.policies.queue import Queue, Wanted
from warroom_lab.evaluation.policies.suspensions import OnTrails
from warroom_lab.evaluation.policy import Look, Room, Suspects
from warroom_lab.world.drawing.columns import DAY
from warroom_lab.world.play.orders import Order

NAMED = Suspects([(3, "R1"), (4, "R1"), (-1, "R1")])


@pytest.fixture
def room(known: Background) -> Room:
    made = Room("warroom", known.records.fork(), Signals(known.looks))
    made.now = country.BEGINS
    return made


def look(day: int, **chance: float) -> Look:
    accounts = np.array([int(name[1:]) for name in chance], np.int32)
    return Look(country.BEGINS + day * DAY, accounts, np.array(list(chance.values()), np.float32))


def suspended(orders: list[Order]) -> list[tuple[int, tuple[str, ...]]]:
    return [(order.subject, order.reports) for order in orders if order.kind == "freeze"]


def test_it_takes_the_trail_and_the_signal(room: Room) -> None:
    found = OnTrails().orders(room, look(0, a3=0.6, a4=0.2, a5=0.9), NAMED)
    assert suspended(found) == [(3, ("R1",))]


def test_who_was_named_before_the_signal_is_suspended_at_the_look_that_says_so(room: Room) -> None:
    tool = OnTrails()
    assert tool.orders(room, look(0, a4=0.2), NAMED) == []
    room.now += DAY
    assert suspended(tool.orders(room, look(1, a4=0.7), Suspects())) == [(4, ("R1",))]


def test_nobody_is_suspended_twice_on_the_same_trail(room: Room) -> None:
    tool = OnTrails()
    assert tool.orders(room, look(0, a3=0.6), NAMED)
    assert tool.orders(room, look(0, a3=0.6), NAMED) == []
    room.now += 9 * DAY
    assert tool.orders(room, look(9, a3=0.6), Suspects()) == []
    assert suspended(tool.orders(room, look(9, a3=0.6), NAMED)) == [(3, ("R1",))]


def test_who_is_cleared_is_let_go_and_forgotten(room: Room) -> None:
    tool = OnTrails()
    (order,) = tool.orders(room, look(0, a3=0.6, a4=0.2), NAMED)
    (release,) = tool.orders(room, look(0, a3=0.6, a4=0.2), Suspects((), {3, 4}))
    assert (release.kind, release.lifts) == ("release", order.order_id)
    room.now += DAY
    assert tool.orders(room, look(1, a3=0.9, a4=0.9), Suspects()) == []


def test_every_wish_is_given_at_once_and_the_most_valuable_has_the_highest_priority(room: Room) -> None:
    wanted = [Wanted(account, "R1", 300_000, float(account)) for account in range(3, 13)]
    given = Queue("W").orders(room, (), wanted).give
    assert [order.subject for order in given] == sorted(range(3, 13), reverse=True)
    assert [order.priority for order in given] == sorted(map(float, range(3, 13)), reverse=True)
