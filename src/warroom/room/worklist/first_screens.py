"""What the first screens of investigators, prosecutors, custodians and auditors show. All reads are bounded."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from warroom.access import role_groups
from warroom.assets.schema import Proceeding, ProceedingCase
from warroom.cases.schema import Case, Proposal
from warroom.cases.sealing import is_visible_to
from warroom.ledger.decision import LoggedRead, logged_read
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.ledger.schema import OfficerRow
from warroom.ledger.views import AuditRow
from warroom.room.waiting.reader import WaitingReader
from warroom.room.waiting.viewer import Viewer
from warroom.room.waiting.views import TaskFilter, What
from warroom.room.worklist import order_list
from warroom.room.worklist.about import load_task_details
from warroom.room.worklist.log_cases import SEALED
from warroom.room.worklist.views import (
    DatedTask,
    DatedTasks,
    LinkedCases,
    OpenMatter,
    QueueSummary,
    ReadingLog,
    ReadingSession,
    TaskDetails,
)

AMOUNTS, READ_ROWS = 3_000, 1_000
"""The newest amounts among which common accounts are sought, and the newest rows of the log that are grouped: so many are
read within milliseconds, however large the ledger is. Chosen, not measured.
"""
PAUSE = timedelta(minutes=30)
"""After so long without a read a reading session is over. Chosen, not measured."""
LINES = 6
"""Rows of one section of a first screen."""
WITHIN_REACH = ("open", "approved")
"""States of an amount that is still at the account or held there."""
COURT: tuple[What, ...] = ("asset", "hold")
SORTS = {
    "read": "opened",
    "downloaded": "opened",
    "broken": "opened",
    "searched": "searched",
    "stated": "stated",
}
"""Sorts of reads by the last part of the log's verb."""
LOOKED_AT = ("list.read", "wall.read", "log.read")
NOBODY = ("", SEALED)
NOTHING_KNOWN = TaskDetails()


def list_linked_cases(
    ledger: Ledger, officer: Officer, *, now: datetime | None = None
) -> tuple[LinkedCases, ...]:
    """Groups of open cases joined by accounts that two or more of them name, the largest amount first; the accounts
    themselves are read in the joined chart, with a purpose. Raises NotAllowed.
    """
    with logged_read(ledger, officer, *role_groups.CHART_WORKERS, now=now) as this:
        this.log_list_read("board")
        return _group_linked_cases(_list_common_accounts(this.session, this.person))[:LINES]


def _list_common_accounts(session: Session, person: OfficerRow) -> list[tuple[str, frozenset[str], int]]:
    """The bank, the cases and the amount of each account that several open cases name."""
    newest = (
        select(Proposal.bank, Proposal.account, Proposal.case_id, Proposal.amount)
        .where(Proposal.state.in_(WITHIN_REACH))
        .order_by(Proposal.id.desc())
        .limit(AMOUNTS)
        .subquery()
    )
    query = (
        select(newest.c.bank, func.array_agg(Case.number.distinct()), func.sum(newest.c.amount))
        .join(Case, Case.id == newest.c.case_id)
        .where(Case.state == "open", is_visible_to(person))
        .group_by(newest.c.bank, newest.c.account)
        .having(func.count(Case.id.distinct()) > 1)
    )
    return [(bank, frozenset(numbers), int(amount)) for bank, numbers, amount in session.execute(query)]


def _group_linked_cases(common: Iterable[tuple[str, frozenset[str], int]]) -> tuple[LinkedCases, ...]:
    """Cases that hang together by any account are one group."""
    groups: list[tuple[set[str], list[tuple[str, int]]]] = []
    for bank, numbers, amount in common:
        touched = [group for group in groups if group[0] & numbers]
        groups = [group for group in groups if group not in touched]
        groups.append(
            (
                set(numbers).union(*(cases for cases, _ in touched)),
                [(bank, amount), *(account for _, accounts in touched for account in accounts)],
            )
        )
    linked = (
        LinkedCases(
            tuple(sorted(cases, key=lambda number: (len(number), number))),
            len(accounts),
            tuple(sorted({bank for bank, _ in accounts})),
            sum(amount for _, amount in accounts),
        )
        for cases, accounts in groups
    )
    return tuple(sorted(linked, key=lambda group: (-group.amount, group.cases)))


def read_court_dates(ledger: Ledger, officer: Officer, *, now: datetime | None = None) -> DatedTasks:
    """Freezes and holds by when they end without a court, and the newest proceedings. Raises NotAllowed."""
    with logged_read(ledger, officer, *role_groups.CASE_WORKERS, now=now) as this:
        this.log_list_read("board")
        dated = _read_dated_tasks(this, COURT)
        return DatedTasks(dated.rows, dated.total, _list_proceedings(this.session, this.person))


def read_custody(ledger: Ledger, officer: Officer, *, now: datetime | None = None) -> DatedTasks:
    """Things in custody, the one whose time ends first first. Raises NotAllowed."""
    with logged_read(ledger, officer, *role_groups.CASE_WORKERS, now=now) as this:
        this.log_list_read("board")
        return _read_dated_tasks(this, ("asset",))


def _read_dated_tasks(this: LoggedRead, whats: Sequence[What]) -> DatedTasks:
    reader = WaitingReader(this.session, Viewer(this.person), this.now)
    tasks = [task for what in whats for task in reader.list_tasks(TaskFilter("in_effect", "", what), LINES)]
    first = sorted(tasks, key=lambda task: (task.due is None, task.due or task.since, task.id))[:LINES]
    about = load_task_details(this.session, this.person, first)
    rows = tuple(DatedTask(task, about.get((task.what, task.id), NOTHING_KNOWN)) for task in first)
    return DatedTasks(rows, sum(reader.counts.sum_counts("in_effect", what=what) for what in whats))


def _list_proceedings(session: Session, person: OfficerRow) -> tuple[OpenMatter, ...]:
    sealed = select(ProceedingCase.proceeding_id).where(~is_visible_to(person, ProceedingCase.case_id))
    columns = (Proceeding.id, Proceeding.number, Proceeding.title, Proceeding.register_until)
    query = select(*columns).where(Proceeding.id.not_in(sealed.correlate(None)))
    rows = session.execute(query.order_by(Proceeding.id.desc()).limit(LINES))
    return tuple(OpenMatter(*row) for row in rows)


def read_openings(ledger: Ledger, officer: Officer, *, now: datetime | None = None) -> ReadingLog:
    """Who opened what lately, as reading sessions, the newest first; the look is logged once an hour. Raises NotAllowed."""
    rows = order_list.read_newest_rows(ledger, officer, limit=READ_ROWS, now=now)
    return ReadingLog(group_readings(rows)[:LINES], len(rows))


def group_readings(rows: Iterable[AuditRow]) -> tuple[ReadingSession, ...]:
    """Reads of the log as sessions of one officer each, the newest first; rows that no person caused are left out."""
    sessions_by_officer: dict[str, list[list[AuditRow]]] = {}
    for row in sorted(rows, key=lambda row: row.sequence):
        if row.officer in NOBODY or not _find_sort(row):
            continue
        sessions = sessions_by_officer.setdefault(row.officer, [])
        if not sessions or row.at - sessions[-1][-1].at > PAUSE:
            sessions.append([])
        sessions[-1].append(row)
    reading_sessions = [
        _build_session(session) for sessions in sessions_by_officer.values() for session in sessions
    ]
    return tuple(sorted(reading_sessions, key=lambda session: session.last, reverse=True))


def _build_session(rows: Sequence[AuditRow]) -> ReadingSession:
    sorts = [_find_sort(row) for row in rows]
    # The case opened last first.
    cases = dict.fromkeys(row.case for row in reversed(rows) if row.case)
    return ReadingSession(
        officer=rows[0].officer,
        first=rows[0].at,
        last=rows[-1].at,
        cases=tuple(cases),
        opened=sorts.count("opened"),
        searched=sorts.count("searched"),
        stated=sorts.count("stated"),
    )


def _find_sort(row: AuditRow) -> str:
    """Whether a row is of something opened, of a search, or of a purpose stated for it; empty for everything else."""
    verb = row.verb.rpartition(".")[2]
    # Lists and the wall are looked at all day and open nothing of anybody.
    return "" if row.verb in LOOKED_AT else SORTS.get(verb, "")


def read_queue_line(ledger: Ledger, officer: Officer, *, now: datetime | None = None) -> QueueSummary:
    """How many cases wait in the queue, how many of them for nobody and late, and the first decision that is still in time.
    Raises NotAllowed.
    """
    with logged_read(ledger, officer, *role_groups.CASE_READERS, now=now) as this:
        this.log_list_read("board")
        waiting = WaitingReader(this.session, Viewer(this.person), this.now)
        filters = waiting.case_filters
        columns = (
            func.count(),
            func.count().filter(filters["nobody"]),
            func.count().filter(filters["late"]),
            func.min(Case.decide_by).filter(Case.decide_by > this.now),
        )
        return QueueSummary(*this.session.execute(waiting.select_cases(filters["all"], *columns)).one())
