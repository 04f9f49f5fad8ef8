"""The country before anything happens in it: its people, their accounts and what they are to each other."""

from dataclasses import dataclass, field

import numpy as np

from warroom.world.money import Accounts, Array, Holders
from warroom.world.numbers import account_numbers
from warroom.world.sizes import Size

__all__ = ["Nation", "account_numbers", "settle"]

START = 1_772_384_400_000_000
"""Monday 2 March 2026, midnight in the country (UTC+7), in microseconds since 1970."""


@dataclass
class Nation:
    """The ordinary country of one seed. `start`: midnight of day 0; `roles`: account numbers by what they do."""

    size: Size
    seed: int
    start: int
    holders: Holders
    accounts: Accounts
    roles: dict[str, Array]
    traits: dict[str, Array] = field(default_factory=dict)


def settle(size: Size, seed: int, start: int | None = None) -> Nation:
    """The country of this size and seed, with what lies in each account when its days begin."""
    zeros = np.zeros(0, np.int64)
    holders = Holders(*(zeros.astype(kind) for kind in (np.uint8, np.int8, np.int16, np.int64)))
    kinds = (np.uint8, np.int32, np.uint8, np.uint8, np.int64, np.int64)
    return Nation(
        size,
        seed,
        START if start is None else start,
        holders,
        Accounts(*(zeros.astype(k) for k in kinds)),
        {},
    )
