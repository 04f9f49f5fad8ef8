"""Every handler by name: what strikes when a deadline is due, and what moves when something becomes of an order.

A test compares both with what the ledger's tables can hold.
"""

from collections.abc import Mapping
from types import MappingProxyType

from warroom.operations.assets import clocks as assets
from warroom.operations.deadlines import Striker
from warroom.operations.hold_orders import HoldOrders
from warroom.operations.joint import clocks as joint
from warroom.operations.measures import lapsing
from warroom.operations.measures.partner import MeasureOrders
from warroom.operations.measures.rows import lock
from warroom.operations.orders import Handler
from warroom.operations.people import clocks as people
from warroom.operations.requests import replies

STRIKERS: Mapping[str, Striker] = MappingProxyType(
    {
        "measure": Striker(lapsing.strike, lock),
        "request": Striker(replies.strike),
        "asset": Striker(assets.strike),
        "proceeding": Striker(assets.registration_over),
        "joint": Striker(joint.strike, joint.lock),
        "person": Striker(people.strike, people.lock),
        "person:glass": Striker(people.strike_glass, people.lock_glass),
    }
)
"""What a deadline is about -> what happens when it strikes, and what is locked before."""

ORDER_HANDLERS: Mapping[str, Handler] = MappingProxyType(
    {
        "hold": HoldOrders(),
        "measure": MeasureOrders(),
        "request": replies.RequestOrders(),
    }
)
"""What an order is about -> what moves that thing."""
