"""Everything beside money: telephony, places, jobs, journeys, people held, and what measures do to them.

`Sides` is planned from the seed alone and is the same under every policy; `SideRun` is one policy's play on it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import pyarrow as pa

from warroom.world.money import Array, Columns
from warroom.world.orders import Answer, Order
from warroom.world.sizes import Size


class Part(NamedTuple):
    """Some rows of one table as one partner sends them: `record_id`, `received_at` and the table's own columns."""

    partner: str
    table: str
    rows: pa.Table


@dataclass(frozen=True, slots=True)
class Gang:
    """A syndicate as far as this package needs it: its number and the number of the site it works from."""

    number: int
    site: int


@dataclass
class Contacts(Columns):
    """First contacts of planned cases, one row a case, for the calls and messages that precede a payment."""

    time: Array  # int64, when the gang first called or wrote
    holder: Array  # int32, the victim's holder number
    gang: Array  # int32
    medium: Array  # uint8: 0 call, 1 message, 2 advert, 3 page


@dataclass
class Sides:
    """All that is planned beside money."""

    size: Size
    seed: int
    start: int
    gangs: tuple[Gang, ...]

    def parts(self) -> Iterator[Part]:
        """All rows for the run's days when nobody acts, calls and readings a day at a time."""
        raise NotImplementedError

    def tables(self) -> dict[str, pa.Table]:
        """The parts joined by table: for small sizes and tests."""
        raise NotImplementedError

    def number_of(self, kind: str, record: str) -> int:
        """The number an order names as its subject; `kind`: sim, page, supply, person, province."""
        raise NotImplementedError


def settle(nation: Any, gangs: Sequence[Gang], contacts: Contacts | None = None) -> Sides:
    """Plan everything beside money for a nation and its gangs."""
    raise NotImplementedError


@dataclass
class SideTruth:
    """What was true and what measures did, for `evaluation` alone."""

    site_mwh_denied: float = 0.0
    civilian_mwh_denied: float = 0.0
    clinic_hours: float = 0.0
    people_held: int = 0
    people_helped: int = 0
    wrongly_charged: int = 0


class SideRun:
    """One policy's play on the sides: obeys orders with the partners' delays, and substitutes what they cut."""

    truth: SideTruth

    def __init__(self, sides: Sides, *, adapts: bool = True) -> None:
        raise NotImplementedError

    def advance(self, until: int) -> dict[str, list[dict[str, Any]]]:
        """Play on to `until` (microseconds); rows by table that differ from `Sides.parts` because of measures."""
        raise NotImplementedError

    def obey(self, order: Order, time: int) -> Answer:
        """Take an order at `time`: takedown, suspension, cut, warning, arrest, screening, alert, lesson, release."""
        raise NotImplementedError

    def capacity(self, syndicate: int, time: int, province: int | None = None) -> float:
        """What is left of a syndicate's power to start cases, in [0, 1]; with a province, times what awareness
        leaves of conversion there. 1 while nobody acts."""
        raise NotImplementedError
