"""Which kinds of things there are, and of which an officer may know at all."""

from collections.abc import Callable
from datetime import datetime

from warroom.access import role_groups
from warroom.ledger.schema import OfficerRow
from warroom.room.worklist import actions, assets, cases, requests, survivors
from warroom.room.worklist.source import Source, has

Maker = Callable[[OfficerRow, datetime], Source]
OF_THE_QUEUE: tuple[Maker, ...] = (cases.cases, cases.appeals, cases.holds)
"""What is ranked by baht stands in the queue, and beside it nowhere a second time."""
EVERYONE: tuple[Maker, ...] = (
    cases.extensions,
    cases.wakes,
    actions.actions,
    actions.operations,
)
# Not for who only screens people: what is asked of partners and taken from gangs is none of their work.
WORKERS: tuple[Maker, ...] = (
    requests.requests,
    assets.assets,
    assets.claims,
    assets.losses,
    assets.payouts,
)


def sources(person: OfficerRow, now: datetime, *, baht: bool = True) -> tuple[Source, ...]:
    """Every kind that is open to the officer's roles, without `baht` those alone that go by their clocks and not by the
    money that leaves; who may see which people is asked person by person.
    """
    makers = (
        *(OF_THE_QUEUE if baht else ()),
        *EVERYONE,
        *(WORKERS if has(person, *role_groups.CASE_WORKERS) else ()),
        survivors.people,
    )
    return tuple(make(person, now) for make in makers)
