"""Intake of reports: each report of the lake opens a case, or joins the one whose transfers it names; each
trail is frozen.
"""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from warroom import clock
from warroom.cases import alerts, claims
from warroom.cases.claims import Claims
from warroom.cases.following import Follower, Tracer, alert_unfollowed, trace_money
from warroom.cases.reports import VictimReport, read_reports
from warroom.cases.schema import Case, CaseReportRow
from warroom.cases.summary import recount_case
from warroom.cases.transfers import Sightings
from warroom.ledger.audit import writing
from warroom.ledger.bookmarks import save_bookmark
from warroom.ledger.ledger import Ledger
from warroom.ledger.schema import Bookmark

if TYPE_CHECKING:
    from warroom.lake.lake import Lake

LOCK = 20_568  # advisory lock: one process at a time turns reports into cases
# The bookmark of the lake's commit up to which reports were taken in.
MARK = "reports"


def sync_cases(
    ledger: Ledger, lake: "Lake", index: Any, *, now: datetime | None = None, tracer: Tracer | None = None
) -> int:
    """Open a case for every report that has none, and look again where a report was corrected; returns how
    many cases were opened.

    A report whose transfers all serve a case already joins it. One that names no transfer opens a case
    without a trail, flagged `no_transfer`; one whose transfers are not in the lake yet is flagged
    `not_found`, one that names a number of several sources `ambiguous`, one whose money cannot be followed
    `not_followed`; whatever a case names and does not own is tried again when the lake grows. Each case is one
    transaction. While another process does this, 0 is returned at once.
    """
    now, tracer = now or clock.get_now(), tracer or trace_money
    # Autocommit: the lock belongs to the connection, and no transaction stays open while money is followed.
    with ledger.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as guard:
        # Not waited for: the holder takes in the same reports, and this server tries again in a moment.
        if not guard.execute(text("SELECT pg_try_advisory_lock(:key)"), {"key": LOCK}).scalar():
            return 0
        try:
            return _sync_reports(Follower(ledger, lake, index, now, tracer))
        finally:
            guard.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": LOCK})


def _sync_reports(follower: Follower) -> int:
    ledger, lake, now = follower.ledger, follower.lake, follower.now
    head = str(lake.head)
    with ledger.open_session() as session:
        mark = session.get(Bookmark, MARK)
        if mark is not None and mark.value == head:
            return 0
        known = {(row.source, row.record_id): row.digest for row in session.scalars(select(CaseReportRow))}
        waiting = claims.list_waiting_cases(session)
    fresh = [report for report in read_reports(lake, now) if known.get(report.key) != report.digest]
    named = [name for report in fresh for name in report.transfer_ids]
    seen = follower.look_up([*named, *(name for case in waiting for name in case.named)])
    # Those who reported first come first to a transfer that has only now arrived.
    for case in waiting:
        with ledger.open_session() as session:
            again = Claims(session, seen).has_new_transfers(case)
        if again:
            follower.follow_case(case.number, seen)
    opened = sum(_take_in(follower, report, seen) for report in fresh)
    # Last: after a crash before this line every report is read again, and those taken in are found
    # unchanged.
    with ledger.open_session() as session:
        save_bookmark(session, MARK, head)
    return opened


def _take_in(follower: Follower, report: VictimReport, seen: Sightings) -> bool:
    """One report: a new case, a case joined, or a correction of a known report; whether it opened a case."""
    with follower.ledger.open_session() as session:
        claimed = Claims.open_locked(session, seen)
        standing = claimed.classify_report(report)
        match standing.kind:
            case "new":
                number = _open_case(session, claimed, report, follower.now)
            case "duplicate":
                number = _join_case(session, standing.case_id, report, follower.now)
            case "correction":
                number = _correct_report(session, standing.case_id, report, follower.now)
    if standing.kind == "new":
        follower.follow_case(number, seen)
        return True
    # A case joined or corrected has names of other reports too, which were not all looked up for this round.
    follower.refresh_and_follow(number)
    return False


def _open_case(session: Session, claimed: Claims, report: VictimReport, now: datetime) -> str:
    case = _new_case(session, report, now)
    _add_report(session, case, report, first=True)
    alert_unfollowed(session, case, claimed.claim_transfers(case), now)
    recount_case(session, case.id, now)
    detail = {"source": report.source, "report": report.record_id, "transfers": list(report.transfer_ids)}
    writing.write_audit_row(
        session, None, "case.opened", f"case:{case.number}", detail, case=case.number, at=now
    )
    return case.number


def _new_case(session: Session, report: VictimReport, now: datetime) -> Case:
    # Without a sequence, which would leave gaps: case numbers are read out, and a missing one asks for its reason.
    case_id = (session.scalar(select(func.max(Case.id))) or 0) + 1
    zeros = ("still_there", "exited", "spent", "beyond_horizon", "held", "accounts", "banks")
    forecast = ("leaves", "leaves_low", "leaves_high", "part_left", "there", "to_decide", "savable")
    counts = ("undecided", "open_appeals", "alerts", "silent", "reports")
    case = Case(
        id=case_id,
        number=f"C-{case_id}",
        state="open",
        flag="" if report.transfer_ids else "no_transfer",
        scam_type=report.scam_type,
        reported_at=report.reported_at,
        opened_at=now,
        loss=report.loss,
        next_kind="",
        decide_bank="",
        leaves_rough=False,
        decide_by_why="",
        unchecked=False,
        **dict.fromkeys((*zeros, *counts, *forecast), 0),
    )
    session.add(case)
    session.flush()
    return case


def _add_report(session: Session, case: Case, report: VictimReport, first: bool) -> None:
    session.add(
        CaseReportRow(
            source=report.source,
            record_id=report.record_id,
            case_id=case.id,
            reported_at=report.reported_at,
            loss=report.loss,
            channel=report.channel,
            transfer_ids=list(report.transfer_ids),
            digest=report.digest,
            first=first,
        )
    )


def _join_case(session: Session, case_id: int, report: VictimReport, now: datetime) -> str:
    """One baht serves one victim: a second report of the same transfers is shown on the same case."""
    case = session.get_one(Case, case_id, with_for_update=True)
    _add_report(session, case, report, first=False)
    name = {"report": f"{report.source}/{report.record_id}"}
    alerts.raise_alert(session, case.id, None, "second_report", name, now)
    recount_case(session, case.id, now)
    writing.write_audit_row(
        session, None, "case.joined", f"case:{case.number}", name, case=case.number, at=now
    )
    return case.number


def _correct_report(session: Session, case_id: int, report: VictimReport, now: datetime) -> str:
    """A corrected report: facts follow at once, transfers when the case is followed again, and nothing
    already decided is undone.
    """
    case = session.get_one(Case, case_id, with_for_update=True)
    known = session.get_one(CaseReportRow, report.key)
    known.transfer_ids = list(report.transfer_ids)
    known.loss, known.digest, known.channel = report.loss, report.digest, report.channel
    if known.first:
        case.scam_type = report.scam_type
        if case.flag == "no_transfer" and known.transfer_ids:
            case.flag = ""
        # Once it was followed, the loss is that of the trail: holds are limited by it.
        if case.snapshot_id is None:
            case.loss = report.loss
    recount_case(session, case.id, now)
    name = {"report": report.record_id}
    writing.write_audit_row(
        session, None, "case.corrected", f"case:{case.number}", name, case=case.number, at=now
    )
    return case.number
