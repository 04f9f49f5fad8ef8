"""Counts of people with small cells suppressed, so that nobody can be identified from a table.

k = 11 after the Counter-Trafficking Data Collaborative (research page `platforms`, section 1b). Where a
suppressed cell could be recovered by subtraction, the next smallest is suppressed too.

Two tables must not disclose one person by their difference. So a table counts whole weeks only, with statuses
as of then, and moves on only after a week by which 11 people or more are new or have another status: with
fewer it stays as it was. Every figure is rounded to the nearest 5, and the total is the sum of shown and of
suppressed counts, each rounded, so that it gives no exact figure back.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, time, timedelta
from itertools import groupby
from typing import Literal, get_args
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from warroom import settings
from warroom.access import role_groups
from warroom.errors import NotPossible
from warroom.ledger.decision import logged_read
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.survivors.schema import SurvivorRow, SurvivorStatus
from warroom.survivors.views import SurvivorCell, SurvivorTable

# People; see the module's docstring for the source.
K = 11
# Figures are multiples of this.
STEP = 5
By = Literal["victim", "suspect", "found", "age"]
QUALITIES: tuple[By, ...] = get_args(By)


def count_survivors_by(
    ledger: Ledger, officer: Officer, by: By, *, now: datetime | None = None
) -> SurvivorTable:
    """People registered up to the end of a whole week, counted by one quality; see above which week that is."""
    if by not in QUALITIES:
        raise NotPossible("survivors.no-such-count", choices=", ".join(QUALITIES))
    with logged_read(ledger, officer, *role_groups.SURVIVOR_COUNTERS, now=now) as this:
        # Never the current state: see the module's docstring.
        until = _find_settled_time(this.session, by, find_week_start(this.now))
        counts = _count_survivors(this.session, by, until)
        this.log_entry("people.counted", "people", {"by": by})
    return build_safe_table(until, by, counts)


def build_safe_table(until: datetime, by: str, counts: Mapping[str, int]) -> SurvivorTable:
    """A table as it may leave: small cells hidden, figures rounded; of fewer than K people not even the cells' names."""
    people = sum(counts.values())
    if people < K:
        return SurvivorTable(until, by, None if people else 0, ())
    # Hidden by the true counts and only then rounded: a cell of ten people must not pass for one of eleven.
    exact = suppress_cells(counts)
    cells = tuple(
        SurvivorCell(cell.name, None if cell.count is None else round_count(cell.count)) for cell in exact
    )
    hidden = people - sum(cell.count or 0 for cell in exact)
    return SurvivorTable(until, by, sum(cell.count or 0 for cell in cells) + round_count(hidden), cells)


def round_count(count: int) -> int:
    """A count to the nearest 5."""
    return (count + STEP // 2) // STEP * STEP


def _find_settled_time(session: Session, by: By, until: datetime) -> datetime:
    """The end of the last week up to `until` with which the table moved on; `until` where it never has."""
    query = (
        select(SurvivorRow.made_at, SurvivorRow.id)
        .where(SurvivorRow.made_at < until)
        .order_by(SurvivorRow.made_at)
    )
    if by in ("victim", "suspect"):
        query = (
            select(SurvivorStatus.at, SurvivorStatus.person_id)
            .where(SurvivorStatus.side == by, SurvivorStatus.at < until)
            .order_by(SurvivorStatus.at)
        )
    settled, fresh = until, set[int]()
    for week, events in groupby(session.execute(query), lambda event: find_week_start(event[0])):
        fresh.update(person for _, person in events)
        if len(fresh) >= K:
            # Half a day more: weeks in which clocks change are 167 or 169 hours long, and still lead to the next
            # Monday.
            settled, fresh = find_week_start(week + timedelta(days=7, hours=12)), set()
    return settled


def find_week_start(now: datetime) -> datetime:
    """Monday 00:00 of the week, where the room is."""
    zone = ZoneInfo(settings.get_text("WARROOM_TIMEZONE"))
    here = now.astimezone(zone)
    monday = here.date() - timedelta(days=here.weekday())
    return datetime.combine(monday, time(), zone)


def _count_survivors(session: Session, by: By, until: datetime) -> Counter[str]:
    people_query = select(SurvivorRow).where(SurvivorRow.made_at < until)
    if by == "found":
        return Counter(person.found for person in session.scalars(people_query))
    if by == "age":
        return Counter("child" if person.child else "grown" for person in session.scalars(people_query))
    query = (
        select(SurvivorStatus.status)
        .where(SurvivorStatus.side == by, SurvivorStatus.at < until)
        .ext(distinct_on(SurvivorStatus.person_id))
        .order_by(SurvivorStatus.person_id, SurvivorStatus.id.desc())
    )
    return Counter(session.scalars(query))


def suppress_cells(counts: Mapping[str, int], k: int = K) -> tuple[SurvivorCell, ...]:
    """Cells by name; those under k are hidden, and as many more as it takes that k or more people are hidden."""
    hidden = {name for name, count in counts.items() if 0 < count < k}
    others = sorted((count, name) for name, count in counts.items() if count >= k)
    # A lone hidden cell could be had back from the total; two that hide fewer than k people together tell nearly as
    # much.
    while hidden and others and (len(hidden) < 2 or sum(counts[name] for name in hidden) < k):
        hidden.add(others.pop(0)[1])
    return tuple(SurvivorCell(name, None if name in hidden else counts[name]) for name in sorted(counts))
