"""An identifier that was read: its kind, its one spelling, and what its check digit says."""

from dataclasses import dataclass

TEXT = "text"
"""The kind of what was read as nothing else: it is kept as it was written."""


@dataclass(frozen=True, slots=True)
class Identifier:
    """`kind` is `TEXT` or one of `subjects.kinds.IDENTIFIERS`; `text` is the one spelling.

    `is_check_valid`: whether its check digit or checksum is right; None for kinds that have none, and for a
    text that was read as no identifier. `belongs_to` is what the identifier itself names: a domain's registered
    name, a plate's province, a passport's country; else empty.
    """

    kind: str
    text: str
    is_check_valid: bool | None = None
    belongs_to: str = ""

    def __str__(self) -> str:
        return f"{self.kind}:{self.text}"
