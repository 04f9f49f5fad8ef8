"""A step as data: what may be done with a thing, in which of its states, and who may do it.

Each feature keeps a table of its steps (`assets/steps.py`, `evidence/steps.py` ...): the service refuses by it, the
page shows forms by it, and a test compares the routes with it.
"""

from dataclasses import dataclass

from warroom.ledger.officers import Officer


@dataclass(frozen=True, slots=True)
class PermittedStep:
    """A step by its verb; `states` are those in which it may be taken, empty where the thing has none that bar it."""

    verb: str
    roles: tuple[str, ...]
    states: tuple[str, ...] = ()

    def may_be_taken_by(self, officer: Officer, state: str = "") -> bool:
        """Whether an officer may take it with a thing in this state."""
        return officer.has_role(*self.roles) and (not self.states or state in self.states)
