"""The officers' inbox of public reports: what stands outside the seals as a list, and one report with what was said, once an
officer has opened it.
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
from warroom.ledger.decision import Look, look
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.ledger.schema import OfficerRow
from warroom.public import reported
from warroom.public.outside.urgency import DISTRESS
from warroom.public.ranking import LITTLE
from warroom.public.schema import PublicMessage, PublicReport
from warroom.public.taking_in import SOURCE
from warroom.public.unsealing import unsealed
from warroom.public.views import ReportLine, ReportList, ReportPage, Word

SHOWS = ("waiting", "unread", "open", "closed")
_UNREAD = PublicReport.heard > PublicReport.read_to


def listed(
    ledger: Ledger,
    officer: Officer,
    show: str = "waiting",
    *,
    limit: int = 50,
    offset: int = 0,
    now: datetime | None = None,
) -> ReportList:
    """Reports in the order in which they should be read. Raises NotAllowed."""
    with look(ledger, officer, *role_groups.SIGNAL_READERS, now=now) as this:
        this.log_list("public-reports")
        counts = _counts(this.session)
        order = reading_order(this.now)
        if show == "closed":
            order = (PublicReport.closed_at.desc(),)
        query = select(PublicReport).where(_shown(show)).order_by(*order).limit(limit).offset(offset)
        rows = this.session.scalars(query).all()
        return ReportList(tuple(_lines(this, rows)), counts.get(show, 0), counts)


def reading_order(now: datetime) -> tuple[ColumnElement[Any], ...]:
    """Words of distress, then by urgency, rank and time; what should have been read by now stands a step higher. A wave of wordings of one
    cry for help stands first with its first few alone, the others where their urgency puts them: otherwise whoever writes a
    thousand buries money that has just left.
    """
    cries = PublicReport.urgency >= DISTRESS, PublicReport.kind != "money_left"
    first = cast(and_(*cries, PublicReport.rank >= LITTLE), Integer).desc()
    urgent = (PublicReport.urgency + cast(_risen(now), Integer)).desc()
    return first, urgent, PublicReport.rank.desc(), PublicReport.id.asc()


def count_waiting(ledger: Ledger, officer: Officer) -> int:
    """How many reports or answers nobody has opened; 0 for who may not read them."""
    if not officer.may(*role_groups.SIGNAL_READERS):
        return 0
    with ledger.session() as session:
        counts = _counts(session)
        return counts["waiting"] + counts["unread"]


def one(ledger: Ledger, officer: Officer, report_id: int, *, now: datetime | None = None) -> ReportPage:
    """A report; what was said in it for who handles reports and once it was opened, and each such look is logged. Raises
    NotAllowed, NotFound.
    """
    with look(ledger, officer, *role_groups.SIGNAL_READERS, now=now) as this:
        row = this.session.get(PublicReport, report_id)
        if row is None:
            raise NotFound("public.no-such-report")
        reads = officer.may(*role_groups.SIGNAL_HANDLERS) and row.opened_at is not None
        this.log("public.read" if reads else "public.looked", f"public-report:{row.id}")
        return _page(ledger, this, row, reads)


def file(
    ledger: Ledger,
    officer: Officer,
    report_id: int,
    submission: int,
    place: int,
    *,
    now: datetime | None = None,
) -> tuple[str, bytes]:
    """The media type and bytes of an attached file of an opened report; each look is logged. Raises NotAllowed, NotFound."""
    with look(ledger, officer, *role_groups.SIGNAL_HANDLERS, now=now) as this:
        row = this.session.get(PublicReport, report_id)
        if row is None or row.opened_at is None or submission not in _opened_of(this.session, row):
            raise NotFound("public.no-such-report")
        said = unsealed(ledger, this.session, submission)
        if said is None or not 0 <= place < len(said[1]):
            raise NotFound("public.no-such-report")
        this.log("public.file-read", f"public-report:{row.id}", {"submission": submission, "place": place})
        return said[1][place].media, said[2][place]


def _opened_of(session: Session, row: PublicReport) -> set[int]:
    """The submissions of a report that an officer has opened: its own, and messages up to the newest that was read."""
    read = select(PublicMessage.submission_id).where(
        PublicMessage.report_id == row.id, PublicMessage.id <= row.read_to
    )
    return {row.submission_id, *(one for one in session.scalars(read) if one is not None)}


def _shown(show: str) -> ColumnElement[bool]:
    first = PublicReport.duplicate_of.is_(None)
    if show == "unread":
        return and_(_UNREAD, PublicReport.state != "closed")
    return and_(first, PublicReport.state == (show if show in SHOWS else "waiting"))


def _counts(session: Session) -> dict[str, int]:
    counts = select(PublicReport.state, func.count()).where(PublicReport.duplicate_of.is_(None))
    states = {row[0]: row[1] for row in session.execute(counts.group_by(PublicReport.state))}
    found = dict.fromkeys(SHOWS, 0) | states
    unread = select(func.count()).select_from(PublicReport).where(_shown("unread"))
    return found | {"unread": session.scalar(unread) or 0}


def _risen(now: datetime) -> ColumnElement[bool]:
    waits = or_(PublicReport.state == "waiting", _UNREAD)
    return func.coalesce(and_(PublicReport.state != "closed", waits, PublicReport.answer_by < now), False)


def _lines(this: Look, rows: Sequence[PublicReport]) -> list[ReportLine]:
    ids = [row.id for row in rows]
    joined = select(PublicReport.duplicate_of, func.count()).where(PublicReport.duplicate_of.in_(ids))
    many = {row[0]: row[1] for row in this.session.execute(joined.group_by(PublicReport.duplicate_of))}
    cases = _cases(this, rows)
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


def _cases(this: Look, rows: Sequence[PublicReport]) -> dict[str, str]:
    """The case that each report became, but no sealed one that this officer may not see."""
    records = [row.record_id for row in rows if row.record_id]
    if not records:
        return {}
    of = (CaseReportRow.source == SOURCE, CaseReportRow.record_id.in_(records))
    found = this.session.execute(
        select(CaseReportRow.record_id, Case.number).join(Case, Case.id == CaseReportRow.case_id).where(*of)
    )
    hidden = sealing.hidden(this.session, this.person)
    return {record: number for record, number in found if number not in hidden}


def _page(ledger: Ledger, this: Look, row: PublicReport, reads: bool) -> ReportPage:
    said = unsealed(ledger, this.session, row.submission_id) if reads else None
    root = row.duplicate_of or row.id
    same = select(PublicReport.id).where(or_(PublicReport.duplicate_of == root, PublicReport.id == root))
    others = tuple(one for one in this.session.scalars(same.order_by(PublicReport.id)) if one != row.id)
    return ReportPage(
        _lines(this, [row])[0],
        said[0] if said else None,
        reads and said is None,
        said[1] if said else (),
        tuple(_words(ledger, this.session, row, reads)),
        others[:50],
        row.kind != "money_left" and bool(row.record_id),
        _name(this.session, row.opened_by),
        row.opened_at,
        _name(this.session, row.closed_by),
        row.closed_at,
        _stands(ledger, this.session, row, said[0]) if said and row.kind == "recheck" else (),
    )


def _stands(
    ledger: Ledger, session: Session, row: PublicReport, said: Sequence[tuple[str, str]]
) -> tuple[int, ...]:
    digest = reported.named_in(ledger, dict(said).get("text", ""))
    return tuple(one.id for one in reported.standing_on(session, digest)) if digest else ()


def _words(ledger: Ledger, session: Session, row: PublicReport, reads: bool) -> list[Word]:
    found = session.execute(
        select(PublicMessage, OfficerRow.name)
        .outerjoin(OfficerRow, OfficerRow.id == PublicMessage.officer_id)
        .where(PublicMessage.report_id == row.id)
        .order_by(PublicMessage.id)
    )
    made = []
    for message, name in found:
        if message.submission_id is None:
            made.append(Word(name or "", message.text if reads else None, message.asks, message.at))
            continue
        shut = not reads or message.id > row.read_to
        said = None if shut else unsealed(ledger, session, message.submission_id)
        text = None if shut else "\n".join(value for _, value in said[0]) if said else ""
        made.append(Word("", text, False, message.at, said[1] if said else ()))
    return made


def _name(session: Session, officer: int | None) -> str:
    return session.scalar(select(OfficerRow.name).where(OfficerRow.id == officer)) or "" if officer else ""
