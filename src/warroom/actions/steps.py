"""The permitted steps of an action: in which states, and for which of its kind's roles."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from warroom.actions.views import UNDER_WAY, ActionState, ActionView
from warroom.law.kinds.declarations import ActionKind
from warroom.ledger.officers import Officer, Role

May = Literal["proposes", "approves", "carries_out"]


@dataclass(frozen=True, slots=True)
class ActionStep:
    """A step: the states in which it may be taken, and the fields of a kind that name the roles which may."""

    verb: str
    states: tuple[ActionState, ...]
    may: tuple[May, ...]

    def list_roles(self, kind: ActionKind) -> tuple[Role, ...]:
        """The roles that may take it with an action of this kind, each once."""
        return tuple(dict.fromkeys(role for each in self.may for role in getattr(kind, each)))

    def may_be_taken_by(self, officer: Officer, kind: ActionKind, state: str) -> bool:
        """Whether an officer may take it with an action of this kind in this state."""
        return state in self.states and officer.has_role(*self.list_roles(kind))


CARRY_OUT = ActionStep("carry-out", ("approved",), ("carries_out",))
FINISH = ActionStep("finish", ("in_effect", "partly"), ("carries_out",))
LIFT = ActionStep("lift", UNDER_WAY, ("approves", "carries_out"))
WITHDRAW = ActionStep("withdraw", ("proposed", "approved"), ("proposes", "approves"))
DECLINE = ActionStep("decline", ("proposed",), ("approves",))
ATTACH = ActionStep("attach", ("proposed",), ("proposes", "approves", "carries_out"))
NEXT = (CARRY_OUT, FINISH, LIFT, WITHDRAW)
"""What may follow, the most likely first."""


def iter_open_steps(action: ActionView, kind: ActionKind) -> Iterator[ActionStep]:
    """The steps that this action's state permits, for any role."""
    left = bool(action.orders)
    barred = {
        CARRY_OUT: left,
        FINISH: "done" not in kind.ends,
        LIFT: kind.undo != "lift" or (action.state == "approved" and not left),
    }
    return (step for step in NEXT if action.state in step.states and not barred.get(step, False))
