"""Which kinds of things there are, and of which an officer may know at all."""

from collections.abc import Callable
from datetime import datetime

from warroom.operations.requests.base import READERS as CASE_WORKERS
from warroom.operations.room import actions, cases, partners, people, things
from warroom.operations.room.base import Source, has
from warroom.operations.schema import OfficerRow

Maker = Callable[[OfficerRow, datetime], Source]
EVERYONE: tuple[Maker, ...] = (
    cases.cases,
    cases.appeals,
    cases.holds,
    cases.extensions,
    actions.actions,
    actions.operations,
)
WORKERS: tuple[Maker, ...] = (
    partners.requests,
    things.assets,
    things.claims,
    things.losses,
    things.payouts,
)


def sources(person: OfficerRow, now: datetime) -> tuple[Source, ...]:
    """Every kind that is open to the officer's roles; who may see which people is asked person by person."""
    makers = (*EVERYONE, *(WORKERS if has(person, *CASE_WORKERS) else ()), people.people)
    return tuple(make(person, now) for make in makers)
