"""All handlers by name: of due deadlines, and of events of orders.

A test compares both with what the ledger's tables can hold.
"""

from collections.abc import Mapping
from types import MappingProxyType

from warroom.actions import events as action_events
from warroom.actions.events import ActionOrders
from warroom.actions.operations import events as operation_events
from warroom.actions.rows import lock_action
from warroom.assets import events as assets
from warroom.cases import events as holds
from warroom.cases.decisions import wakes
from warroom.cases.hold_ending import locked_hold
from warroom.incoming import events as incoming
from warroom.incoming import rows as incoming_rows
from warroom.ledger.deadlines import Striker
from warroom.orders.outbox import Handler
from warroom.partners.decisions import asks
from warroom.payee import events as flags
from warroom.public.campaigns import events as campaigns
from warroom.requests import events
from warroom.survivors import events as people

STRIKERS: Mapping[str, Striker] = MappingProxyType(
    {
        "hold": Striker(
            holds.handle_hold_deadline, locked_hold, "clock.struck", holds.describe_hold_deadline
        ),
        "measure": Striker(action_events.handle_action_deadline, lock_action),
        "request": Striker(events.handle_request_deadline),
        "asset": Striker(assets.handle_asset_deadline),
        "proceeding": Striker(assets.handle_proceeding_deadline),
        "joint": Striker(operation_events.handle_operation_deadline, operation_events.lock_operation),
        "person": Striker(people.handle_person_deadline, people.lock_person),
        "person:glass": Striker(people.handle_glass_deadline, people.lock_glass),
        "flag": Striker(flags.handle_flag_deadline, flags.lock_flag),
        "wake": Striker(wakes.handle_wake_deadline, wakes.lock_wake),
        "incoming": Striker(incoming.handle_incoming_deadline, incoming_rows.lock_hold),
        "waiting-payment": Striker(incoming.handle_call_deadline, incoming.lock_waiting_payment),
        "partner-ask": Striker(asks.handle_ask_deadline, asks.lock_ask),
        "campaign": Striker(campaigns.handle_campaign_deadline, campaigns.lock_campaign),
    }
)
"""By what a deadline is about: the function that handles it, and the one that locks the thing before."""

ORDER_HANDLERS: Mapping[str, Handler] = MappingProxyType(
    {
        "hold": holds.HoldOrders(),
        "measure": ActionOrders(),
        "request": events.RequestOrders(),
        "incoming": incoming.IncomingOrders(),
        "payment": incoming.PaymentOrders(),
    }
)
"""By what an order is about: the handler that changes that thing's state."""
