"""Practice in September 2025: on a report every account that received any of the money is blocked whole.

Banks asked each other along the trail and blocked what they found, honest sellers too; who was found innocent got the
account back after three to seven days (the world answers appeals). Reports are taken as they come, the newest first.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import ClassVar

from warroom.money.trail import Method, Trail
from warroom_lab.evaluation.cases import FollowedCase
from warroom_lab.evaluation.policies.practice import PracticePolicy
from warroom_lab.evaluation.policy import PolicyRoom
from warroom_lab.world.drawing.columns import DAY
from warroom_lab.world.play.orders import OrderKind


@dataclass
class Practice2025(PracticePolicy):
    """Blocks whole accounts along the whole trail of each report, each account once."""

    name: ClassVar[str] = "practice-2025"
    # Pro rata, since a share of every payment out of a mule's account is then the victim's: the trail reaches
    # as many accounts as were blocked.
    method: ClassVar[Method] = "pro-rata"
    rounds: ClassVar[tuple[int, ...]] = (0,)
    kind: ClassVar[OrderKind] = "block"
    letter: ClassVar[str] = "P"
    # A block stays until it is lifted.
    lasts: ClassVar[int] = 90 * DAY
    blocked: set[int] = field(default_factory=set)

    def _iter_wanted_holds(
        self, case: FollowedCase, trail: Trail, room: PolicyRoom
    ) -> Iterator[tuple[int, int, int]]:
        for place, account in enumerate(self._list_receiving_accounts(trail, room)):
            if account not in self.blocked:
                self.blocked.add(account)
                yield place, account, 0

    def _list_receiving_accounts(self, trail: Trail, room: PolicyRoom) -> list[int]:
        """Every account that any of the money reached, in the order in which it did; shops too, not the victim."""
        reached = [(on.first_arrival, on.account) for on in trail.accounts if not on.victim]
        reached += [(end.first_arrival, end.account) for end in trail.ends if end.kind == "spent"]
        numbers = [
            self.cases.find_account_number(room.records, account)
            for _, account in sorted(reached, key=lambda r: r[0])
        ]
        return [number for number in dict.fromkeys(numbers) if number >= 0]
