"""The log as an auditor reads it: a line for each reading session, with the rows that it stands for underneath.

An officer who works on a case reads it many times, and an open page renews itself; each of these is a row, because
what was shown must be provable. Rows of one officer about one thing with less than ten minutes between them are one
session here. Nothing of the log changes: numbers, hashes and proofs are the rows', and the page shows them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import String, cast, select
from sqlalchemy.orm import Session

from warroom.actions.schema import Action, Operation
from warroom.assets.refunds.schema import Refund
from warroom.assets.schema import Asset, Proceeding
from warroom.cases import sealing
from warroom.cases.schema import Hold
from warroom.ledger.audit import reading
from warroom.ledger.audit.reading import LOOKS, LogFilter
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.ledger.schema import OfficerRow
from warroom.ledger.views import AuditRow
from warroom.requests.schema import Request
from warroom.room.worklist.log_cases import may_be_hidden
from warroom.room.worklist.order_list import read_log

GAP = timedelta(minutes=10)
"""Between two rows of one session there is less; chosen, not measured."""
HOURS = 24
ROWS = 500
"""Rows of a page; a session that began before them goes on there."""


@dataclass(frozen=True, slots=True)
class LogLine:
    """Rows of the log that are read as one, the newest first; most lines have one."""

    rows: tuple[AuditRow, ...]

    @property
    def newest_row(self) -> AuditRow:
        return self.rows[0]

    @property
    def oldest_row(self) -> AuditRow:
        return self.rows[-1]


@dataclass(frozen=True, slots=True)
class OfficerDay:
    """How often an officer looked and acted in each hour of a day."""

    officer: str
    looks: tuple[int, ...]
    deeds: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class LogThing:
    """What a row is about: its kind in the log, the name under which people know it, and its page."""

    kind: str
    name: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class LogPage:
    """Lines of the log, the newest first; a day's strips; whether rows of sealed cases were left out."""

    lines: tuple[LogLine, ...]
    things: dict[str, LogThing]
    strips: tuple[OfficerDay, ...]
    older: int | None
    hides_sealed: bool


def load_log_page(
    ledger: Ledger, officer: Officer, wanted: LogFilter, day: datetime, *, before: int | None = None
) -> LogPage:
    """Up to 500 rows of the log as lines for an auditor, and who read how much on the day that begins at `day`.

    The read is logged. Raises NotAllowed.
    """
    log_rows = read_log(ledger, officer, wanted, limit=ROWS, before=before)
    lines = tuple(group_rows(log_rows))
    with ledger.open_session() as session:
        things = name_things(session, [line.newest_row for line in lines])
        shut = sealing.list_hidden_cases(session, session.get_one(OfficerRow, officer.id))
    hidden = may_be_hidden(shut) if shut else None
    strips = _build_strips(reading.count_by_hour(ledger, day, day + timedelta(hours=HOURS), hidden))
    last = log_rows[-1].sequence if log_rows else 0
    older = last if last and reading.list_rows(ledger, wanted, limit=1, before=last) else None
    return LogPage(lines, things, strips, older, bool(shut and (wanted.officer or wanted.kind)))


def find_last_moment(ledger: Ledger) -> datetime | None:
    """When the newest row of the log was written."""
    rows = reading.list_rows(ledger, limit=1)
    return rows[0].at if rows else None


def group_rows(rows: Sequence[AuditRow]) -> Iterator[LogLine]:
    """Rows as lines, ordered by the newest row of each; `rows` come with the newest first."""
    lines: list[list[AuditRow]] = []
    open_lines: dict[tuple[str, str, str], list[AuditRow]] = {}
    for row in rows:
        key = (row.officer, row.verb, row.subject)
        line = open_lines.get(key)
        if row.verb.endswith(LOOKS) and line is not None and line[-1].at - row.at < GAP:
            line.append(row)
            continue
        open_lines[key] = [row]
        lines.append(open_lines[key])
    return (LogLine(tuple(line)) for line in lines)


def _build_strips(counts: Sequence[tuple[str, int, bool, int]]) -> tuple[OfficerDay, ...]:
    """The officers of a day, who looked and acted most first."""
    hours: dict[str, tuple[list[int], list[int]]] = {}
    for officer, hour, is_look, count in counts:
        own = hours.setdefault(officer, ([0] * HOURS, [0] * HOURS))
        own[0 if is_look else 1][min(hour, HOURS - 1)] += count
    days = [OfficerDay(officer, tuple(looks), tuple(deeds)) for officer, (looks, deeds) in hours.items()]
    return tuple(sorted(days, key=lambda day: (-sum(day.looks) - sum(day.deeds), day.officer)))


_THINGS: dict[str, tuple[Any, Any, str]] = {
    "measure": (Action, Action.reference, "/actions/{id}"),
    "joint": (Operation, Operation.id, "/operations/{id}"),
    "hold": (Hold, Hold.reference, "/cases/{case}#hold-{id}"),
    "request": (Request, Request.number, "/requests/{id}"),
    "asset": (Asset, Asset.number, "/assets/{id}"),
    "proceeding": (Proceeding, Proceeding.number, "/proceedings/{id}"),
    "refund": (Refund, Refund.number, "/refunds/{id}"),
}
"""Things that the log names by an id: their table, the number that people know them by, and their page."""
_PAGES = {
    "case": "/cases/{id}",
    "evidence": "/evidence/{digits}",
    "person": "/people/{id}",
    "signal": "/signals/{id}",
}
"""Things that the log names as people do, and their pages, which make their own checks."""


def name_things(session: Session, rows: Sequence[AuditRow]) -> dict[str, LogThing]:
    """What rows are about, by the log's name for it; lists and the program's own things have none."""
    things: dict[str, LogThing] = {}
    ids: dict[str, dict[str, AuditRow]] = {}
    for row in rows:
        kind, _, thing_id = row.subject.rpartition(":")
        if kind in _THINGS:
            ids.setdefault(kind, {})[thing_id] = row
        elif kind:
            page = _PAGES.get(kind, "").format(id=thing_id, digits=thing_id.removeprefix("E-"))
            things[row.subject] = LogThing(kind, thing_id, page)
    for kind, rows_by_id in ids.items():
        table, number, address = _THINGS[kind]
        own_id, own_name = cast(table.id, String).label("thing"), cast(number, String).label("name")
        query = select(own_id, own_name).where(cast(table.id, String).in_(rows_by_id))
        for thing_id, name in session.execute(query):
            page = address.format(id=thing_id, case=rows_by_id[thing_id].case)
            things[f"{kind}:{thing_id}"] = LogThing(
                kind, name, page if "//" not in page and "/#" not in page else ""
            )
    return things
