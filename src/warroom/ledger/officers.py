"""Who decides: a named person with roles, as the ledger knows them at this moment."""

from dataclasses import dataclass
from typing import Literal, get_args

from sqlalchemy.orm import Session

from warroom.errors import NotAllowed
from warroom.ledger.schema import OfficerRow

Role = Literal[
    "officer",
    "supervisor",
    "appeals",
    "infrastructure",
    "logistics",
    "investigator",
    "prosecutor",
    "commander",
    "liaison",
    "custodian",
    "screener",
    "lawyer",
    "auditor",
    "admin",
]
ROLES: tuple[Role, ...] = get_args(Role)
"""What a person may do. `officer` is the fraud desk; `liaison` speaks with partners abroad; `custodian` keeps evidence
and seized assets; `screener` belongs to the team that screens people for trafficking and alone sees what survivors
said; `admin` manages people and sees no case.
"""


@dataclass(frozen=True, slots=True)
class Officer:
    """A named person; an inactive one may do nothing.

    `roles` decide what the services allow.
    """

    id: int
    username: str
    name: str
    agency: str
    roles: frozenset[str]
    active: bool = True

    def has_role(self, *roles: str) -> bool:
        """Whether the officer has one of these roles."""
        return self.active and not self.roles.isdisjoint(roles)


def require_role(session: Session, officer: Officer, *roles: str) -> OfficerRow:
    """The officer's row as of now, holding one of these roles; raises NotAllowed otherwise."""
    row = require_active(session, officer)
    if not set(roles) & set(row.roles):
        raise NotAllowed("access.role-missing", roles=" or ".join(roles))
    return row


def require_active(session: Session, officer: Officer) -> OfficerRow:
    """The officer's own row as of now, whatever the roles; raises NotAllowed for one whose access has ended."""
    row = session.get(OfficerRow, officer.id)
    if row is None or not row.active:
        raise NotAllowed("access.officer-not-active")
    return row


def to_officer(row: OfficerRow) -> Officer:
    """A row as others see it."""
    return Officer(row.id, row.username, row.name, row.agency, frozenset(row.roles), row.active)
