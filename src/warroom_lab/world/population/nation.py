"""The country before anything happens in it: its people, their accounts and what they are to each other."""

from dataclasses import dataclass, field

import numpy as np

from warroom_lab.world.drawing.columns import BANKS, AccountColumns, Array, HolderColumns, TransferColumns
from warroom_lab.world.drawing.params import POLICE_2018
from warroom_lab.world.drawing.sizes import Size

START = 1_772_384_400_000_000
"""Monday 2 March 2026, midnight in the country (UTC+7), in microseconds since 1970."""

RENEWED, SECOND_ONE = 1 << 28, 2 << 28
"""Added to an account's device: the telephone that came after it, and another one beside it. Below: the first ones."""


def make_bank_device_numbers(phone: Array, bank: Array) -> Array:
    """The device number of a telephone at a bank: each bank binds it to a number of its own, and sees no other's."""
    found: Array = phone.astype(np.int64) * len(BANKS) + bank
    return found


@dataclass
class Nation:
    """The ordinary country of one seed. `start`: midnight of day 0; `roles`: account numbers by what they do.

    `traits` are facts that the economy uses: `income` (baht a month) and `employer` (a position in the role
    employers, -1 for none) of each person, `other_account` of
    each account (of the same holder, -1 none), `phone` of each holder (the number of whose it is), `device` of each account,
    since when (`renewed`, microseconds) it is a new one and whether there are `two_devices`, `tickets` (the accounts that people pay from, each as often as used),
    `shop_tickets`, `seller_tickets` and `sideline_tickets` (each as often as visited), `fill` (payments a day left to the fillers). `kept`: days that were made already, see economy.kept; `counted`: parts of days that are not made yet, see economy.fill.
    `scenario`: which of the published clocks crime keeps, see drawing.params; ordinary life is the same in all.
    """

    size: Size
    seed: int
    start: int
    holders: HolderColumns
    accounts: AccountColumns
    roles: dict[str, Array]
    traits: dict[str, Array] = field(default_factory=dict)
    kept: dict[int, TransferColumns] = field(default_factory=dict, repr=False)
    counted: dict[int, dict[str, TransferColumns]] = field(default_factory=dict, repr=False)
    scenario: str = POLICE_2018
