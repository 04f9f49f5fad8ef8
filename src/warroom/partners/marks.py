"""Who may see what: the Traffic Light Protocol 2.0 by partner role, and the one gate that every object of the register passes.

What leaves whole, such as an export of a case or a letter, asks it by `leaving`.

CLEAR may go anywhere, GREEN to the community, AMBER to the recipient's own organisation and those it works for, AMBER+STRICT to
the organisation alone, RED to named recipients (FIRST, TLP 2.0, August 2022). Which roles count as what is this room's own rule.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from warroom.errors import NotPossible
from warroom.partners.schema import PartnerAgreement, SharedObject
from warroom.partners.views import TLP_MARKS, FieldView, PartnerRole, TlpMark

RANKS: dict[str, int] = {mark: rank for rank, mark in enumerate(TLP_MARKS)}
HIGHEST_BY_ROLE: dict[PartnerRole, TlpMark] = {
    "agency": "red",
    "embassy": "red",
    "bank": "amber-strict",
    "telecom": "amber-strict",
    "platform": "amber-strict",
    "ngo": "amber",
    # A pool passes things on to members whom nobody here knows.
    "pool": "green",
}
"""The closest mark that a partner of a role may ever be sent, whatever was agreed."""
PASSED_ON: TlpMark = "green"
"""The closest mark of what came from one partner and may be sent on to another."""


@dataclass(frozen=True, slots=True)
class Gate:
    """To whom something is to leave, and what limits it. `may_send_survivor` once a screener approved."""

    partner: str
    role: PartnerRole
    agreement: PartnerAgreement
    may_send_survivor: bool = False


def find_closest_mark(marks: Iterable[TlpMark]) -> TlpMark:
    """The mark of a whole: that of its closest part; `clear` for nothing."""
    return max(marks, key=RANKS.__getitem__, default="clear")


def is_allowed(mark: TlpMark, gate: Gate, origin: str | None, recipients: Collection[str]) -> bool:
    """Whether a field with this mark may leave through a gate. `recipients` are those that RED names."""
    if origin == gate.partner:
        return False  # nothing goes back to whom it came from
    limit = min(
        (HIGHEST_BY_ROLE[gate.role], gate.agreement.highest_mark, *((PASSED_ON,) if origin else ())),
        key=RANKS.__getitem__,
    )
    return RANKS[mark] <= RANKS[limit] and (mark != "red" or gate.partner in recipients)


def select_fields(shared: SharedObject, gate: Gate) -> list[FieldView]:
    """The fields of an object that may leave through a gate: agreed, under an allowed mark, and survivors' only with approval.

    Raises NotPossible where none may, or where the object was revoked.
    """
    if shared.state != "held":
        raise NotPossible("partners.object-revoked")
    allowed = [
        field
        for field in parse_fields(shared.fields)
        if field.name in gate.agreement.fields
        and is_allowed(field.mark, gate, shared.origin, shared.recipients)
        and (gate.may_send_survivor or not field.survivor)
    ]
    if not allowed:
        raise NotPossible("partners.nothing-may-leave", partner=gate.partner)
    return allowed


def parse_fields(stored: Iterable[Any]) -> list[FieldView]:
    """The fields as stored."""
    return [FieldView(**field) for field in stored]


def format_fields(fields: Iterable[FieldView]) -> list[Any]:
    """The fields as stored."""
    return [
        {"name": field.name, "value": field.value, "mark": field.mark, "survivor": field.survivor}
        for field in fields
    ]
