"""No policies but bounds: nobody holds anything, and what could have been held is read off the play afterwards."""

from typing import ClassVar

from warroom_lab.evaluation.policies.nothing import Nothing
from warroom_lab.evaluation.policy import FollowedTrails, PolicyRoom


class PlanBound(Nothing):
    """What was possible if gangs kept to their plan (`evaluation.plan_bound`); payers are warned as in every policy."""

    name: ClassVar[str] = "plan-bound"

    def collect_followed_trails(self, room: PolicyRoom) -> FollowedTrails:
        return FollowedTrails(why_not="it is a bound and follows no money")


class Frontier(PlanBound):
    """What no policy can hold more than (`evaluation.frontier`). Nobody is warned, so that all money takes its planned way."""

    name: ClassVar[str] = "frontier"
