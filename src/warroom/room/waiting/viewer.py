"""Who reads what waits, and which cases are not sealed to them."""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement

from warroom.access import role_groups
from warroom.cases.schema import Case
from warroom.cases.sealing import is_unsealed, is_visible_to, over_many
from warroom.ledger.schema import OfficerRow


@dataclass(frozen=True, slots=True)
class Viewer:
    """An officer; or the wall, which many read at once: it has no `person`."""

    person: OfficerRow | None = None
    roles: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "roles", frozenset(self.person.roles if self.person else ()))

    @property
    def id(self) -> int:
        """The officer's id; 0 for the wall."""
        return self.person.id if self.person else 0

    @property
    def may_decide_holds(self) -> bool:
        """Whether holds are decided by this viewer."""
        return not self.roles.isdisjoint(role_groups.HOLD_APPROVERS)

    @property
    def may_give_cases(self) -> bool:
        """Whether cases are given to officers by this viewer."""
        return not self.roles.isdisjoint(role_groups.CASE_GIVERS)

    @property
    def may_answer_appeals(self) -> bool:
        """Whether appeals are answered by this viewer."""
        return "appeals" in self.roles

    def may_know(self, case_id: object = Case.id) -> ColumnElement[bool]:
        """The condition that leaves out cases, or rows with such a `case_id` column, that are sealed to others."""
        return is_visible_to(self.person, case_id) if self.person else is_unsealed(case_id)

    def may_know_of_many(self, case_id: ColumnElement[int] | Any = Case.id) -> ColumnElement[bool]:
        """The same for statements that pass over thousands of cases, or of rows with such a `case_id` column."""
        return over_many(self.may_know(), case_id)
