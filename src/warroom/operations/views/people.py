"""Who may decide, and sentences in both languages."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Role = Literal["officer", "supervisor", "appeals", "lawyer", "auditor", "admin"]
ROLES: tuple[Role, ...] = ("officer", "supervisor", "appeals", "lawyer", "auditor", "admin")


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
