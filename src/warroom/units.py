"""Units that stand in the types of fields, so that nobody has to guess from a name what an amount counts.

A view declares its money so (`amount: Satang`); the interface makes baht of it wherever it stands.
"""

from dataclasses import dataclass
from typing import Annotated


@dataclass(frozen=True, slots=True)
class Unit:
    """What a number counts."""

    name: str


Satang = Annotated[int, Unit("satang")]
"""An amount of money: a hundred of them are one baht."""
