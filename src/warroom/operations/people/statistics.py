"""Counts of people, with small cells left out so that nobody can be picked out of a table.

k = 11 after the Counter-Trafficking Data Collaborative (research page `platforms`, section 1b). Where one hidden
cell could be had back by subtraction, the next smallest is hidden with it. A table counts up to the end of the last
whole week, with statuses as of then, so that two tables a moment apart do not tell one person.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from warroom import clock, settings
from warroom.errors import NotPossible
from warroom.operations import audit, officers
from warroom.operations.ledger import Ledger
from warroom.operations.schema.survivors import Person, PersonStatus
from warroom.operations.views import Officer
from warroom.operations.views.people_found import Cell, PeopleTable

K = 11
By = Literal["victim", "suspect", "found", "age"]
QUALITIES: tuple[By, ...] = ("victim", "suspect", "found", "age")
READERS = ("commander", "screener", "auditor", "liaison", "prosecutor")


def people_table(ledger: Ledger, officer: Officer, by: By, *, now: datetime | None = None) -> PeopleTable:
    """People registered up to the end of the last whole week, counted by one quality."""
    now = now or clock.now()
    if by not in QUALITIES:
        raise NotPossible(f"People are counted by {', '.join(QUALITIES)}; choose one.")
    until = week_start(now)
    with ledger.session() as session:
        officers.require(session, officer, *READERS)
        counts = _counts(session, by, until)
        audit.append(session, officer, "people.counted", "people", {"by": by}, at=now)
    total = sum(counts.values())
    return PeopleTable(until, by, total if total >= K or not total else None, suppress(counts))


def week_start(now: datetime) -> datetime:
    """Monday 00:00 of the week, where the room is."""
    zone = ZoneInfo(settings.text("WARROOM_TIMEZONE"))
    here = now.astimezone(zone)
    monday = here.date() - timedelta(days=here.weekday())
    return datetime.combine(monday, time(), zone)


def _counts(session: Session, by: By, until: datetime) -> Counter[str]:
    found = select(Person).where(Person.made_at < until)
    if by == "found":
        return Counter(one.found for one in session.scalars(found))
    if by == "age":
        return Counter("child" if one.child else "grown" for one in session.scalars(found))
    query = (
        select(PersonStatus.status)
        .where(PersonStatus.side == by, PersonStatus.at < until)
        .ext(distinct_on(PersonStatus.person_id))
        .order_by(PersonStatus.person_id, PersonStatus.id.desc())
    )
    return Counter(session.scalars(query))


def suppress(counts: Mapping[str, int], k: int = K) -> tuple[Cell, ...]:
    """Cells by name; those under k are hidden, and as many more as it takes that k or more people are hidden."""
    hidden = {name for name, count in counts.items() if 0 < count < k}
    others = sorted((count, name) for name, count in counts.items() if count >= k)
    while hidden and others and (len(hidden) < 2 or sum(counts[name] for name in hidden) < k):
        hidden.add(others.pop(0)[1])
    return tuple(Cell(name, None if name in hidden else counts[name]) for name in sorted(counts))
