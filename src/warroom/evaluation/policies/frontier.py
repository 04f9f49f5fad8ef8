"""What was possible if gangs kept to their plan: nobody holds anything, and `evaluation.optimum` reads off the play what could have been held."""

from typing import ClassVar

from warroom.evaluation.policies.nothing import Nothing
from warroom.evaluation.policy import Followed, Room


class Frontier(Nothing):
    """Orders no hold itself, so that all money takes its planned way; payers are warned as in every policy."""

    name: ClassVar[str] = "frontier"

    def followed(self, room: Room) -> Followed:
        return Followed(why_not="it is a bound and follows no money")
