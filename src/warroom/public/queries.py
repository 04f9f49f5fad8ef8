"""The officers' inbox of public reports: the list from unsealed fields, and one report with its content after an officer has
opened it.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Integer, and_, cast, func, or_, select
from sqlalchemy.orm import Session

from warroom.access import role_groups
from warroom.cases import sealing
from warroom.cases.schema import Case, CaseReportRow
from warroom.errors import NotFound
from warroom.ledger.decision import LoggedRead, logged_read
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.ledger.schema import OfficerRow
from warroom.public import reported
from warroom.public.outside.urgency import DISTRESS
from warroom.public.ranking import LITTLE
from warroom.public.schema import PublicMessage, PublicReport
from warroom.public.taking_in import SOURCE
from warroom.public.unsealing import unseal_submission
from warroom.public.views import ReportedComplaint, ReportLine, ReportList, ReportMessage, ReportPage

SHOWS = ("waiting", "unread", "open", "closed")
_UNREAD = PublicReport.heard > PublicReport.read_to


def list_reports(
    ledger: Ledger,
    officer: Officer,
    show: str = "waiting",
    *,
    limit: int = 50,
    offset: int = 0,
    now: datetime | None = None,
) -> ReportList:
    """Reports in reading order (closed ones by closing time). Raises NotAllowed."""
    with logged_read(ledger, officer, *role_groups.SIGNAL_READERS, now=now) as this:
        this.log_list_read("public-reports")
        counts = _count_by_state(this.session)
        order = reading_order(this.now)
        if show == "closed":
            order = (PublicReport.closed_at.desc(),)
        query = (
            select(PublicReport).where(_filter_by_state(show)).order_by(*order).limit(limit).offset(offset)
        )
        rows = this.session.scalars(query).all()
        return ReportList(tuple(_build_lines(this, rows)), counts.get(show, 0), counts)


def reading_order(now: datetime) -> tuple[ColumnElement[Any], ...]:
    """The order: words of distress first, then urgency, rank and time; an overdue report counts one step more urgent. Of a wave of
    similar cries for help only the first few come first, the others by their urgency: otherwise an attacker with a thousand
    of them buries reports of money that has just left.
    """
    cries = PublicReport.urgency >= DISTRESS, PublicReport.kind != "money_left"
    first = cast(and_(*cries, PublicReport.rank >= LITTLE), Integer).desc()
    urgent = (PublicReport.urgency + cast(_is_overdue(now), Integer)).desc()
    return first, urgent, PublicReport.rank.desc(), PublicReport.id.asc()


def count_waiting(ledger: Ledger, officer: Officer) -> int:
    """The number of unopened reports and answers; 0 for officers who may not read them."""
    if not officer.has_role(*role_groups.SIGNAL_READERS):
        return 0
    with ledger.open_session() as session:
        counts = _count_by_state(session)
        return counts["waiting"] + counts["unread"]


def load_report(
    ledger: Ledger, officer: Officer, report_id: int, *, now: datetime | None = None
) -> ReportPage:
    """A report, with its content for handlers after it was opened; each access is logged. Raises
    NotAllowed, NotFound.
    """
    with logged_read(ledger, officer, *role_groups.SIGNAL_READERS, now=now) as this:
        row = this.session.get(PublicReport, report_id)
        if row is None:
            raise NotFound("public.no-such-report")
        reads = officer.has_role(*role_groups.SIGNAL_HANDLERS) and row.opened_at is not None
        this.log_entry("public.read" if reads else "public.looked", f"public-report:{row.id}")
        return _build_page(ledger, this, row, reads)


def load_attached_file(
    ledger: Ledger,
    officer: Officer,
    report_id: int,
    submission: int,
    place: int,
    *,
    now: datetime | None = None,
) -> tuple[str, bytes]:
    """The media type and bytes of an attached file of an opened report; the access is logged. Raises NotAllowed, NotFound."""
    with logged_read(ledger, officer, *role_groups.SIGNAL_HANDLERS, now=now) as this:
        row = this.session.get(PublicReport, report_id)
        if row is None or row.opened_at is None or submission not in _opened_of(this.session, row):
            raise NotFound("public.no-such-report")
        contents = unseal_submission(ledger, this.session, submission)
        if contents is None or not 0 <= place < len(contents[1]):
            raise NotFound("public.no-such-report")
        this.log_entry(
            "public.file-read", f"public-report:{row.id}", {"submission": submission, "place": place}
        )
        return contents[1][place].media, contents[2][place]


def _opened_of(session: Session, row: PublicReport) -> set[int]:
    """The opened submissions of a report: its own, and messages up to the newest that was read."""
    read = select(PublicMessage.submission_id).where(
        PublicMessage.report_id == row.id, PublicMessage.id <= row.read_to
    )
    return {row.submission_id, *(one for one in session.scalars(read) if one is not None)}


def _filter_by_state(show: str) -> ColumnElement[bool]:
    first = PublicReport.duplicate_of.is_(None)
    if show == "unread":
        return and_(_UNREAD, PublicReport.state != "closed")
    return and_(first, PublicReport.state == (show if show in SHOWS else "waiting"))


def _count_by_state(session: Session) -> dict[str, int]:
    counts = select(PublicReport.state, func.count()).where(PublicReport.duplicate_of.is_(None))
    states = {row[0]: row[1] for row in session.execute(counts.group_by(PublicReport.state))}
    found = dict.fromkeys(SHOWS, 0) | states
    unread = select(func.count()).select_from(PublicReport).where(_filter_by_state("unread"))
    return found | {"unread": session.scalar(unread) or 0}


def _is_overdue(now: datetime) -> ColumnElement[bool]:
    waits = or_(PublicReport.state == "waiting", _UNREAD)
    return func.coalesce(and_(PublicReport.state != "closed", waits, PublicReport.answer_by < now), False)


def _build_lines(this: LoggedRead, rows: Sequence[PublicReport]) -> list[ReportLine]:
    ids = [row.id for row in rows]
    joined = select(PublicReport.duplicate_of, func.count()).where(PublicReport.duplicate_of.in_(ids))
    many = {row[0]: row[1] for row in this.session.execute(joined.group_by(PublicReport.duplicate_of))}
    cases = _map_cases(this, rows)
    return [
        ReportLine(
            row.id,
            row.kind,
            row.urgency,
            row.rank,
            row.state,
            row.received_at,
            row.answer_by,
            many.get(row.id, 0),
            row.heard > row.read_to,
            row.answer_by is not None
            and row.answer_by < this.now
            and row.state != "closed"
            and (row.state == "waiting" or row.heard > row.read_to),
            cases.get(row.record_id, ""),
            row.outcome,
        )
        for row in rows
    ]


def _map_cases(this: LoggedRead, rows: Sequence[PublicReport]) -> dict[str, str]:
    """The case number of each report by record id, without sealed cases that this officer may not see."""
    records = [row.record_id for row in rows if row.record_id]
    if not records:
        return {}
    of = (CaseReportRow.source == SOURCE, CaseReportRow.record_id.in_(records))
    case_rows = this.session.execute(
        select(CaseReportRow.record_id, Case.number).join(Case, Case.id == CaseReportRow.case_id).where(*of)
    )
    hidden = sealing.list_hidden_cases(this.session, this.person)
    return {record: number for record, number in case_rows if number not in hidden}


def _build_page(ledger: Ledger, this: LoggedRead, row: PublicReport, reads: bool) -> ReportPage:
    contents = unseal_submission(ledger, this.session, row.submission_id) if reads else None
    root = row.duplicate_of or row.id
    same = select(PublicReport.id).where(or_(PublicReport.duplicate_of == root, PublicReport.id == root))
    others = tuple(
        report_id for report_id in this.session.scalars(same.order_by(PublicReport.id)) if report_id != row.id
    )
    return ReportPage(
        _build_lines(this, [row])[0],
        contents[0] if contents else None,
        reads and contents is None,
        contents[1] if contents else (),
        tuple(_list_messages(ledger, this.session, row, reads)),
        others[:50],
        row.kind != "money_left" and bool(row.record_id),
        _find_officer_name(this.session, row.opened_by),
        row.opened_at,
        _find_officer_name(this.session, row.closed_by),
        row.closed_at,
        _list_supporting_reports(ledger, this.session, row, contents[0])
        if contents and row.kind == "recheck"
        else (),
    )


def _list_supporting_reports(
    ledger: Ledger, session: Session, row: PublicReport, said: Sequence[tuple[str, str]]
) -> tuple[int, ...]:
    digest = reported.find_named_digest(ledger, dict(said).get("text", ""))
    return tuple(one.id for one in reported.list_supporting_reports(session, digest)) if digest else ()


def _list_messages(ledger: Ledger, session: Session, row: PublicReport, reads: bool) -> list[ReportMessage]:
    message_rows = session.execute(
        select(PublicMessage, OfficerRow.name)
        .outerjoin(OfficerRow, OfficerRow.id == PublicMessage.officer_id)
        .where(PublicMessage.report_id == row.id)
        .order_by(PublicMessage.id)
    )
    made = []
    for message, name in message_rows:
        if message.submission_id is None:
            made.append(ReportMessage(name or "", message.text if reads else None, message.asks, message.at))
            continue
        shut = not reads or message.id > row.read_to
        contents = None if shut else unseal_submission(ledger, session, message.submission_id)
        text = None if shut else "\n".join(value for _, value in contents[0]) if contents else ""
        fields = [name for name, _ in contents[0]] if contents else []
        field = fields[0] if len(fields) == 1 and fields[0] != "text" else ""
        made.append(ReportMessage("", text, False, message.at, contents[1] if contents else (), field))
    return made


def find_complaint(ledger: Ledger, officer: Officer, number: str) -> ReportedComplaint | None:
    """The newest complaint that a reporter of this case wrote on their receipt; None for none, and for a case sealed to others."""
    with logged_read(ledger, officer, *role_groups.CASE_READERS) as this:
        row = this.session.scalars(
            select(PublicReport)
            .join(CaseReportRow, CaseReportRow.record_id == PublicReport.record_id)
            .join(Case, Case.id == CaseReportRow.case_id)
            .where(CaseReportRow.source == SOURCE, Case.number == number, PublicReport.complaint != "")
            .where(sealing.is_visible_to(this.person))
            .order_by(PublicReport.complaint_at.desc())
            .limit(1)
        ).first()
        if row is None or row.complaint_at is None:
            return None
        return ReportedComplaint(row.complaint, row.id, row.complaint_at)


def _find_officer_name(session: Session, officer: int | None) -> str:
    return session.scalar(select(OfficerRow.name).where(OfficerRow.id == officer)) or "" if officer else ""
