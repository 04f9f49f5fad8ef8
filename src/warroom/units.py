"""Units in the types of fields, so that a field's type says what its amount counts.

A view declares money as `amount: Satang`; the interface converts every such field to baht.
"""

from dataclasses import dataclass
from typing import Annotated


@dataclass(frozen=True, slots=True)
class Unit:
    """What a number counts."""

    name: str


Satang = Annotated[int, Unit("satang")]
"""An amount of money in satang; 100 satang are one baht."""
