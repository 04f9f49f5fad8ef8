"""The ways of answering crime that are compared, one a module."""

from collections.abc import Callable

from warroom.errors import WorldError
from warroom.evaluation.policies.frontier import Frontier
from warroom.evaluation.policies.nothing import Nothing
from warroom.evaluation.policies.practice import Practice
from warroom.evaluation.policies.warroom import WarRoom
from warroom.evaluation.policy import Policy

POLICIES: dict[str, Callable[[], Policy]] = {
    policy.name: policy for policy in (Nothing, Practice, Frontier, WarRoom)
}


def policy_named(name: str) -> Policy:
    """A new policy of this name; raises WorldError where there is none."""
    if name not in POLICIES:
        raise WorldError(f"There is no policy '{name}'; choose {', '.join(POLICIES)}.")
    return POLICIES[name]()
