"""What may be done with an item of evidence: each step of its custody, in which state, by whom of the two sides."""

from dataclasses import dataclass
from typing import Literal

from warroom.access import role_groups
from warroom.evidence.views import EvidenceView
from warroom.ledger.officers import Officer

Side = Literal["holder", "receiver"]
CUSTODIAN = "custodian"
"""Who destroys what a court orders destroyed, and stands in for a holder whose access has ended."""


@dataclass(frozen=True, slots=True)
class CustodyStep:
    """A step: the item's state, the sides of a hand-over that take it, and whether for things or custodians alone."""

    verb: str
    state: Literal["held", "offered"] = "held"
    sides: tuple[Side, ...] = ("holder",)
    thing: bool = False
    custodian: bool = False


ACCEPT = CustodyStep("accept", "offered", ("receiver",))
DECLINE = CustodyStep("declined", "offered", ("receiver", "holder"))
NEXT = (
    ACCEPT,
    DECLINE,
    CustodyStep("offered"),
    CustodyStep("copies"),
    CustodyStep("sealed"),
    CustodyStep("moved"),
    CustodyStep("returned", thing=True),
    CustodyStep("destroyed", custodian=True),
)


def list_item_steps(item: EvidenceView, officer: Officer, gone: bool) -> list[CustodyStep]:
    """What the officer may do with an item now, what it waits for first. `gone` says that its holder's access has
    ended: a custodian stands in then, save where a hand-over waits.
    """
    if not officer.has_role(*role_groups.EVIDENCE_KEEPERS):
        return []
    custodian = officer.has_role(CUSTODIAN)
    people = {"holder": item.holder.username, "receiver": item.offered_to.username}
    sides = {side for side, username in people.items() if username == officer.username}
    if gone and custodian and item.state == "held":
        sides.add("holder")
    return [
        step
        for step in NEXT
        if step.state == item.state
        and not sides.isdisjoint(step.sides)
        and (item.kind == "thing" or not step.thing)
        and (custodian or not step.custodian)
    ]
