"""Reads items and steps, and writes the next step: what every service of this package stands on."""

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
    """Until the end of the transaction nobody else adds a step to this item."""
    _lock_name(session, f"evidence:{number}")


def lock_content(session: Session, sha256: str) -> None:
    """Until the end of the transaction nobody else puts this content into the store, or takes it out."""
    _lock_name(session, f"content:{sha256}")


# Locks by name and not of rows: an item that is just coming in has no row yet, and a content is no row at all. The
# content is always locked before the item where both are.
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
    """Everybody who is named in these steps."""
    return {number for event in events for number in (event.officer_id, event.from_id, event.to_id)}


def add_step(this: Decision, item: EvidenceItem, kind: CustodyKind, reason: str, **more: Any) -> CustodyEvent:
    """Write the next step of an item, which is locked; `more` are columns of the step."""
    # Also for the least step: a court asks why, and nobody remembers years later.
    if not reason.strip():
        raise NotPossible("evidence.custody-reason-missing")
    events = load_events(this.session, [item.id])[item.id]
    before = custody_steps.replay_steps(events)
    blank = {"outside": "", "location": "", "seal": "", "court": "", "court_order": ""}
    event = CustodyEvent(
        item_id=item.id,
        step=before.steps + 1,
        kind=kind,
        # A clock that was set back must not put a step before the one it follows.
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
    """The audit row of a step, which carries its hash: the log vouches for custody."""
    detail = {"step": event.step, "sha256": event.sha256, "item_sha256": item.sha256}
    this.log_entry(f"evidence.{event.kind}", f"evidence:E-{item.id}", detail, case=case.number)


def load_views(session: Session, items: Sequence[EvidenceItem]) -> list[EvidenceView]:
    """Items as people see them."""
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
