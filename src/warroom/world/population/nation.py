"""The country before anything happens in it: its people, their accounts and what they are to each other."""

from dataclasses import dataclass, field

from warroom.world.drawing.columns import Accounts, Array, Holders, Transfers
from warroom.world.drawing.params import POLICE_2018
from warroom.world.drawing.sizes import Size

START = 1_772_384_400_000_000
"""Monday 2 March 2026, midnight in the country (UTC+7), in microseconds since 1970."""


@dataclass
class Nation:
    """The ordinary country of one seed. `start`: midnight of day 0; `roles`: account numbers by what they do.

    `traits` are facts that the economy uses: `income` (baht a month) and `employer` (a position in the role
    employers, -1 for none) of each person, `device` of each account, `tickets` (persons, each as often as active),
    `shop_tickets`, `seller_tickets` and `sideline_tickets` (each as often as visited), `fill` (payments a day left to the fillers). `kept`: days that were made already, see economy.kept.
    `scenario`: which of the published clocks crime keeps, see drawing.params; ordinary life is the same in all.
    """

    size: Size
    seed: int
    start: int
    holders: Holders
    accounts: Accounts
    roles: dict[str, Array]
    traits: dict[str, Array] = field(default_factory=dict)
    kept: dict[int, Transfers] = field(default_factory=dict, repr=False)
    scenario: str = POLICE_2018
