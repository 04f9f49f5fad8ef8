"""Every handler by name: what strikes when a deadline is due, and what moves when something becomes of an order.

A test compares both with what the ledger's tables can hold.
"""

from collections.abc import Mapping
from types import MappingProxyType

from warroom.actions import events as action_events
from warroom.actions.events import ActionOrders
from warroom.actions.joint import events as joint
from warroom.actions.rows import lock
from warroom.assets import events as assets
from warroom.cases import events as holds
from warroom.cases.decisions import wakes
from warroom.cases.hold_ending import locked_hold
from warroom.ledger.deadlines import Striker
from warroom.orders.outbox import Handler
from warroom.payee import events as flags
from warroom.public.campaigns import events as campaigns
from warroom.requests import events
from warroom.survivors import events as people

STRIKERS: Mapping[str, Striker] = MappingProxyType(
    {
        "hold": Striker(holds.strike, locked_hold, "clock.struck", holds.struck),
        "measure": Striker(action_events.strike, lock),
        "request": Striker(events.strike),
        "asset": Striker(assets.strike),
        "proceeding": Striker(assets.registration_over),
        "joint": Striker(joint.strike, joint.lock),
        "person": Striker(people.strike, people.lock),
        "person:glass": Striker(people.strike_glass, people.lock_glass),
        "flag": Striker(flags.strike, flags.lock),
        "wake": Striker(wakes.strike, wakes.lock),
        "campaign": Striker(campaigns.strike, campaigns.lock),
    }
)
"""What a deadline is about -> what happens when it strikes, and what is locked before."""

ORDER_HANDLERS: Mapping[str, Handler] = MappingProxyType(
    {
        "hold": holds.HoldOrders(),
        "measure": ActionOrders(),
        "request": events.RequestOrders(),
    }
)
"""What an order is about -> what moves that thing."""
