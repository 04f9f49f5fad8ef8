"""Reads items and steps, locks them, and writes the next step."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from warroom.cases.schema import Case
from warroom.errors import NotPossible
from warroom.evidence import custody_steps
from warroom.evidence.schema import CustodyEvent, EvidenceItem
from warroom.evidence.views import NOBODY, CustodyKind, CustodyPerson, EvidencePage, EvidenceView
from warroom.ledger.decision import Decision
from warroom.ledger.rows import make_view
from warroom.ledger.schema import OfficerRow


def lock_item(session: Session, number: int) -> None:
    """Lock an item's custody until the end of the transaction: no other transaction adds a step."""
    _lock_name(session, f"evidence:{number}")


def lock_content(session: Session, sha256: str) -> None:
    """Lock a content until the end of the transaction: no other puts it into the store or removes it."""
    _lock_name(session, f"content:{sha256}")


# Locks by name and not of rows: an item that is coming in has no row yet, and a content is no row at all.
# Where both are needed the content is locked before the item, so that two transactions cannot deadlock.
def _lock_name(session: Session, name: str) -> None:
    session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 11))"), {"name": name})


def load_custody_officers(session: Session, ids: Iterable[int | None]) -> dict[int, CustodyPerson]:
    """Officers by their ids."""
    wanted = {number for number in ids if number}
    rows = session.scalars(select(OfficerRow).where(OfficerRow.id.in_(wanted)))
    return {row.id: custody_steps.to_custody_person(row) for row in rows}


def load_events(session: Session, ids: Iterable[int]) -> dict[int, list[CustodyEvent]]:
    """The steps of these items, in order."""
    wanted = list(ids)
    found: dict[int, list[CustodyEvent]] = {number: [] for number in wanted}
    query = select(CustodyEvent).where(CustodyEvent.item_id.in_(wanted))
    for event in session.scalars(query.order_by(CustodyEvent.item_id, CustodyEvent.step)):
        found[event.item_id].append(event)
    return found


def list_named_officers(events: Iterable[CustodyEvent]) -> set[int | None]:
    """Ids of all officers named in these steps."""
    return {number for event in events for number in (event.officer_id, event.from_id, event.to_id)}


def add_step(this: Decision, item: EvidenceItem, kind: CustodyKind, reason: str, **more: Any) -> CustodyEvent:
    """Write the next step of an item, which must be locked; `more` are further columns of the step."""
    # Required for every step: a court asks why, and nobody remembers years later.
    if not reason.strip():
        raise NotPossible("evidence.custody-reason-missing")
    events = load_events(this.session, [item.id])[item.id]
    before = custody_steps.replay_steps(events)
    blank = {"outside": "", "location": "", "seal": "", "court": "", "court_order": ""}
    event = CustodyEvent(
        item_id=item.id,
        step=before.steps + 1,
        kind=kind,
        # A clock that was set back must not date a step before the one it follows.
        at=max([this.now, *(event.at for event in events[-1:])]),
        officer_id=this.person.id,
        reason=reason.strip(),
        **(blank | more),
    )
    people = load_custody_officers(this.session, list_named_officers([event]))
    event.sha256 = custody_steps.hash_step(item, event, before.last, people)
    this.session.add(event)
    this.session.flush()
    return event


def log_step(this: Decision, case: Case, item: EvidenceItem, event: CustodyEvent) -> None:
    """Write the audit row of a step with the step's hash, so that the signed log also proves custody."""
    detail = {"step": event.step, "sha256": event.sha256, "item_sha256": item.sha256}
    this.log_entry(f"evidence.{event.kind}", f"evidence:E-{item.id}", detail, case=case.number)


def load_views(session: Session, items: Sequence[EvidenceItem]) -> list[EvidenceView]:
    """The views of items, in the same order, in a fixed number of queries."""
    events = load_events(session, [item.id for item in items])
    named = {number for row in events.values() for number in list_named_officers(row)}
    people = load_custody_officers(session, named | {item.received_by for item in items})
    numbers = select(Case.id, Case.number).where(Case.id.in_({item.case_id for item in items}))
    cases = {row.id: row.number for row in session.execute(numbers)}
    return [
        _to_view(item, custody_steps.replay_steps(events[item.id]), cases[item.case_id], people)
        for item in items
    ]


def load_page(session: Session, item: EvidenceItem) -> EvidencePage:
    """An item with its steps."""
    events = load_events(session, [item.id])[item.id]
    people = load_custody_officers(session, list_named_officers(events))
    return EvidencePage(
        load_views(session, [item])[0], tuple(custody_steps.step_view(event, people) for event in events)
    )


def _to_view(
    item: EvidenceItem, now: custody_steps.CustodyState, case: str, people: dict[int, CustodyPerson]
) -> EvidenceView:
    return make_view(
        EvidenceView,
        item,
        number=f"E-{item.id}",
        case=case,
        part_of=f"E-{item.part_of}" if item.part_of else "",
        received_by=people[item.received_by],
        state=now.state,
        holder=people.get(now.holder_id, NOBODY),
        offered_to=people.get(now.offered_to or 0, NOBODY),
        location=now.location,
        seal=now.seal,
        copies=now.copies,
    )
