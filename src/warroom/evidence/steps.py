"""The custody steps as data: in which state of an item each is possible, and for which side of a hand-over."""

from dataclasses import dataclass
from typing import Literal

from warroom.access import role_groups
from warroom.evidence.views import EvidenceView
from warroom.ledger.officers import Officer

Side = Literal["holder", "receiver"]
CUSTODIAN = "custodian"
"""The role that destroys items by a court's order and acts for a holder whose access has ended."""


@dataclass(frozen=True, slots=True)
class CustodyStep:
    """A step: the item's state, the sides that may take it, and whether it is for things or for custodians alone."""

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
    """The steps that the officer may take with an item now; those it waits for come first. `gone` says that its
    holder's access has ended: a custodian then acts for the holder, except while a hand-over is pending.
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
