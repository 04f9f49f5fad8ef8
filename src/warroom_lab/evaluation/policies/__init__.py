"""The ways of answering crime that are compared: rules, one a module, with the same tools in their hands."""

from collections.abc import Callable, Collection

from warroom.errors import WorldError
from warroom_lab.evaluation.policies.equipped import Equipped
from warroom_lab.evaluation.policies.informed import Informed
from warroom_lab.evaluation.policies.knowing import Knowing
from warroom_lab.evaluation.policies.nothing import Nothing
from warroom_lab.evaluation.policies.practice_2025 import Practice2025
from warroom_lab.evaluation.policies.practice_2026 import Practice2026, PracticeRule
from warroom_lab.evaluation.policies.warroom import WarRoom
from warroom_lab.evaluation.policy import Policy, TrailRule
from warroom_lab.evaluation.tools import TOOLS, Tool
from warroom_lab.world.drawing.sizes import Size

POLICIES: dict[str, Callable[[], TrailRule]] = {
    policy.name: policy for policy in (Nothing, Practice2026, PracticeRule, Practice2025, WarRoom, Knowing)
}
"""What `warroom evaluate` compares, by name."""
RULES = POLICIES | {Informed.name: Informed}
"""With the player beside whom an exercise is set."""


def make_policy(name: str, size: Size, tools: Collection[Tool] = TOOLS) -> Policy:
    """A new policy of this name with these tools; raises WorldError where there is none."""
    rule = make_rule(name)
    # Who does nothing does not warn either, and who knows all needs no signal; every other policy has the same tools.
    return rule if name in (Nothing.name, Knowing.name) else Equipped(rule, tools, size)


def make_rule(name: str) -> TrailRule:
    """A new rule of this name without warnings; raises WorldError where there is none."""
    if name not in RULES:
        raise WorldError("world.no-policy", name=name, known=", ".join(POLICIES))
    return RULES[name]()
