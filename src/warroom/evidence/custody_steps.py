"""An item's custody as a hash chain of steps, and the item's state after them. Pure: no database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from warroom.evidence.schema import CustodyEvent, EvidenceItem
from warroom.evidence.views import NOBODY, CustodyPerson, CustodyView, EvidenceState
from warroom.ledger.canonical_json import hash_text, to_canonical_json
from warroom.ledger.rows import make_view
from warroom.ledger.schema import OfficerRow

# Stands for the hash before the first step: 64 zeros, as `expert.START` checks it.
START = "0" * 64
OfficersById = Mapping[int, CustodyPerson]


@dataclass(frozen=True, slots=True)
class CustodyState:
    """The state of an item after its steps: who has it, to whom it is offered, where it is, under which seal, how many copies."""

    state: EvidenceState = "held"
    holder_id: int = 0
    offered_to: int | None = None
    location: str = ""
    seal: str = ""
    copies: int = 0
    steps: int = 0
    last: str = START


def replay_steps(events: Sequence[CustodyEvent]) -> CustodyState:
    """The state of an item after these steps, which must be in order."""
    now = CustodyState()
    for event in events:
        now = _apply_step(now, event)
    return now


def _apply_step(now: CustodyState, event: CustodyEvent) -> CustodyState:
    holder, state, offered = now.holder_id, now.state, now.offered_to
    if event.kind == "received":
        holder = event.officer_id
    elif event.kind == "offered":
        state, offered = "offered", event.to_id
    elif event.kind == "accepted":
        holder, state, offered = event.officer_id, "held", None
    elif event.kind == "declined":
        state, offered = "held", None
    elif event.kind in ("returned", "destroyed"):
        state = event.kind  # type: ignore[assignment]
    # A seal stays in force until another is put on, a place until the item is moved.
    return CustodyState(
        state,
        holder,
        offered,
        event.location or now.location,
        event.seal or now.seal,
        max(now.copies, event.copy_number or 0),
        event.step,
        event.sha256,
    )


def build_step_facts(
    item: EvidenceItem, event: CustodyEvent, before: str, people: OfficersById
) -> dict[str, Any]:
    """The facts of a step as JSON values; its hash is the SHA-256 of their canonical JSON.

    `before` is the hash of the step before it, 64 zeros for the first.
    """
    return {
        "item": f"E-{item.id}",
        "item_sha256": item.sha256,
        "step": event.step,
        "kind": event.kind,
        "at": event.at,
        "by": _find_username(people, event.officer_id),
        "from": _find_username(people, event.from_id),
        "to": _find_username(people, event.to_id),
        "outside": event.outside,
        "location": event.location,
        "reason": event.reason,
        "seal": event.seal,
        "court": event.court,
        "court_order": event.court_order,
        "copy": event.copy_number,
        "copy_sha256": event.copy_sha256,
        "before": before,
    }


def hash_step(item: EvidenceItem, event: CustodyEvent, before: str, people: OfficersById) -> str:
    """The hash of a step: SHA-256 over its facts, the step before included."""
    return hash_text(to_canonical_json(build_step_facts(item, event, before, people)))


def find_broken_step(item: EvidenceItem, events: Sequence[CustodyEvent], people: OfficersById) -> int | None:
    """The number of the first step that was changed or moved; None where the chain is whole."""
    before = START
    for place, event in enumerate(events, 1):
        if event.step != place or event.sha256 != hash_step(item, event, before, people):
            return place
        before = event.sha256
    # An item without any step was never received: its first step is missing.
    return None if events else 1


def step_view(event: CustodyEvent, people: OfficersById) -> CustodyView:
    """The view of a step, with officers by name."""
    return make_view(
        CustodyView,
        event,
        by=people[event.officer_id],
        giver=people.get(event.from_id or 0, NOBODY),
        receiver=people.get(event.to_id or 0, NOBODY),
        copy=event.copy_number,
    )


def to_custody_person(row: OfficerRow) -> CustodyPerson:
    """The view of an officer in custody steps."""
    return CustodyPerson(row.username, row.name)


def _find_username(people: OfficersById, number: int | None) -> str:
    return people[number].username if number else ""
