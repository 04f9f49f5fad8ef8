"""A figure that cannot be given, and why."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Missing:
    """Null, with the reason in a clause that can follow 'none:'."""

    why: str
