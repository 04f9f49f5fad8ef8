"""Who may decide, and sentences in both languages."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

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
class Texts:
    """One sentence or notice in both languages."""

    th: str
    en: str


@dataclass(frozen=True, slots=True)
class Officer:
    """A named person with roles. `roles` decide what the services allow; an inactive officer may do
    nothing.
    """

    id: int
    username: str
    name: str
    agency: str
    roles: frozenset[str]
    active: bool = True

    def may(self, *roles: str) -> bool:
        """Whether the officer has one of these roles."""
        return self.active and not self.roles.isdisjoint(roles)


@dataclass(frozen=True, slots=True)
class SignIn:
    """A fresh sign-in. `token` is a secret for the cookie; the ledger keeps only its hash."""

    token: str
    officer: Officer
    expires_at: datetime
