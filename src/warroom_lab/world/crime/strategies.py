"""Named ways in which gangs work against those who watch them, each with what it costs them.

`fixed` gangs never change, `adapting` ones answer what hurts them, and the red team has one strategy for each way to read
the records, signals and warnings of a room: a policy is worth what it is worth against the worst of them.
"""

from dataclasses import dataclass, replace
from typing import Any

from warroom.errors import WorldError
from warroom_lab.world.drawing.columns import HOUR, MINUTE
from warroom_lab.world.drawing.params import get_number, get_values

FIXED, ADAPTING = "fixed", "adapting"


@dataclass(frozen=True, slots=True)
class Strategy:
    """How gangs work. Nothing here is drawn: what a gang does follows from the plan and from what it saw.

    `changes`: after losses it moves faster, in smaller sums, by other doors and banks. `notices`: it sees a warning that
    turned its victim back, and a way out that is watched. It tests a share of its accounts a day, `tested`, as far as
    its `payers` reach, each for `checks` payees; `told` it knows every warning at once. `lies`: microseconds that money
    rests before it moves on; `largest`: satang above which every layering sum is halved, `together` to one payee.
    `aged`: it uses accounts alone that honest people have had for a year; `elsewhere`: each step goes to another bank.
    `straight`: the share of cases whose victims pay coins, abroad or shops by card themselves; `most`: satang of a victim's
    payment at most. `budget`: the share of its takings that all this costs.
    """

    name: str
    budget: float = 0.0
    changes: bool = False
    notices: bool = False
    tested: float = 0.0
    payers: int = 0
    checks: int = 0
    knows_warnings: bool = False
    rest_time: int = 0
    largest: int = 0
    together: bool = False
    aged: bool = False
    elsewhere: bool = False
    straight: float = 0.0
    most: int = 0

    def __post_init__(self) -> None:
        # A gang that does everything for nothing would beat every policy and say nothing about any.
        if self.name not in (FIXED, ADAPTING) and not 0 < self.budget < 1:
            raise WorldError("world.gang-without-budget", name=self.name)


def list_red_team() -> tuple[str, ...]:
    """The names of the gangs that are tuned against a room."""
    return tuple(get_values("red_team"))


def get_strategy(name: str) -> Strategy:
    """The strategy of this name; raises WorldError, in one sentence, where there is none."""
    if name == FIXED:
        return Strategy(FIXED)
    facts = get_values("adversary")
    adapting = Strategy(
        ADAPTING, changes=True, notices=True,
        tested=facts["tested"], payers=facts["payers"], checks=facts["checks"],
    )  # fmt: skip
    if name == ADAPTING:
        return adapting
    if name not in WAYS:
        raise WorldError("world.no-gang", name=name, known=", ".join((FIXED, ADAPTING, *list_red_team())))
    return replace(adapting, name=name, budget=get_number("red_team", name), **WAYS[name])


WAYS: dict[str, dict[str, Any]] = {
    "testers": {"tested": 0.9, "payers": 200},
    "structurers": {"rest_time": HOUR + 15 * MINUTE, "largest": 20_000_00, "together": True},
    "agers": {"aged": True},
    "straighteners": {"straight": 0.8, "most": 49_000_00},
    "spreaders": {"elsewhere": True},
    "insiders": {"knows_warnings": True},
}
"""What each gang of the red team does beside adapting. Rests of 75 minutes and sums below 20,000 baht pass under the facts
that signals rest on: passed on within the hour, just under 50,000, many new payees."""
