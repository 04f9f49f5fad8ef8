"""The page of one case with everything on it, and the list of appeals over all cases.

Every read of a case is written to the audit log, with the purpose it was opened for.
"""

import json
from collections import OrderedDict
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, defer

from warroom.access import masking, role_groups
from warroom.access.schema import Agency
from warroom.cases import purposes, sealing, visits
from warroom.cases.alerts import alert_view
from warroom.cases.answer_times import get_answer_times
from warroom.cases.hold_views import load_appeal_views, load_hold_views
from warroom.cases.queries.case_list import to_board_row
from warroom.cases.queries.proposals import proposals_of
from warroom.cases.queries.readings import is_deed, is_read_already
from warroom.cases.report_checks import list_checks
from warroom.cases.schema import Alert, AppealRow, Case, CaseReportRow, Hold, Snapshot
from warroom.cases.standing import compute_standing
from warroom.cases.views import (
    ASKED,
    AppealView,
    CasePage,
    CaseReport,
    HistoryLine,
    HoldView,
    ProposalView,
)
from warroom.ledger import officers
from warroom.ledger.decision import logged_read
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.ledger.rows import make_view
from warroom.ledger.schema import AuditLine, OfficerRow
from warroom.marking import Mark

# Rows of the log on the page, the newest.
HISTORY = 200
# Parsed trails kept by a process; one of thousands of accounts takes megabytes. Chosen, not measured.
TRAILS_KEPT = 16


def case_page(
    ledger: Ledger,
    officer: Officer,
    number: str,
    *,
    now: datetime | None = None,
    open_now: bool = False,
    renews: bool = False,
) -> CasePage:
    """A case in full, masked where the officer's roles do not need it; the read is logged. `open_now`: its page
    is open before the officer from now on; `renews`: it renewed itself, which is a read if it shows something new.
    Raises NotFound, NotAllowed, or PurposeNeeded.
    """
    # Numbered first: the history shows what was decided a moment ago.
    ledger.number_committed_rows()
    with logged_read(ledger, officer, *role_groups.CASE_READERS, now=now) as this:
        case = purposes.read_case(this, number)
        if not renews or not is_read_already(this, number):
            this.log_entry("case.read", f"case:{number}", case=number)
        with_it = visits.list_other_visitors(this.session, case.id, this.person.id)
        if open_now:
            visits.record_visit(this.session, case.id, this.person.id)
        return _build_masked_page(this.session, case, with_it, officers.to_officer(this.person), this.now)


def _build_masked_page(
    session: Session, case: Case, with_it: tuple[str, ...], reader: Officer, now: datetime
) -> CasePage:
    """The page with what the reader's roles do not need masked; its trail and its amounts, the most of it, were masked
    before.
    """
    snapshot = _snapshot_of(session, case)
    shut = masking.list_masked_marks(reader)
    bare, shown = proposals_of(session, case, now, shut)
    page = replace(_build_page(session, case, snapshot, bare, with_it, now), trail=None, proposals=())
    return replace(masking.redact(reader, page), trail=_trail_of(snapshot, shut), proposals=shown)


def _build_page(
    session: Session,
    case: Case,
    snapshot: Snapshot | None,
    proposals: tuple[ProposalView, ...],
    with_it: tuple[str, ...],
    now: datetime,
) -> CasePage:
    actions = list(session.scalars(select(Hold).where(Hold.case_id == case.id).order_by(Hold.id)))
    ids = [action.id for action in actions]
    asked = session.scalars(select(AppealRow).where(AppealRow.hold_id.in_(ids)).order_by(AppealRow.id))
    alert_rows = session.scalars(
        select(Alert).where(Alert.case_id == case.id, Alert.cleared_at.is_(None)).order_by(Alert.at.desc())
    )
    trail = _trail_of(snapshot)
    holds = tuple(_add_answer_times(session, hold, now) for hold in load_hold_views(session, actions))
    return CasePage(
        row=to_board_row(case),
        reports=_list_reports(session, case),
        snapshot=snapshot.sha256 if snapshot else "",
        traced_at=case.traced_at,
        trail=trail,
        proposals=proposals,
        actions=holds,
        appeals=tuple(load_appeal_views(session, asked)),
        alerts=tuple(alert_view(alert, case.number) for alert in alert_rows),
        history=_list_history(session, case.number),
        owner=_find_officer_name(session, case.owner_id),
        standing=compute_standing(case.loss, trail, holds, proposals),
        open_with=with_it,
        checks=list_checks(session, case),
    )


def _find_officer_name(session: Session, officer_id: int | None) -> str:
    row = session.get(OfficerRow, officer_id) if officer_id else None
    return row.name if row else ""


def _list_reports(session: Session, case: Case) -> tuple[CaseReport, ...]:
    query = select(CaseReportRow).where(CaseReportRow.case_id == case.id)
    rows = session.scalars(query.order_by(CaseReportRow.first.desc(), CaseReportRow.reported_at))
    return tuple(make_view(CaseReport, row, transfer_ids=tuple(row.transfer_ids)) for row in rows)


_trails: OrderedDict[tuple[str, frozenset[Mark]], dict[str, Any]] = OrderedDict()


def frozen_trail(session: Session, case: Case) -> dict[str, Any] | None:
    """The newest frozen trail of a case as JSON values, unmasked; None where there is none. Readers change nothing in it."""
    return _trail_of(_snapshot_of(session, case))


def _snapshot_of(session: Session, case: Case) -> Snapshot | None:
    # Its text is megabytes where a case has thousands of accounts: read only where it is not known yet.
    without = (defer(Snapshot.trail),)
    return session.get(Snapshot, case.snapshot_id, options=without) if case.snapshot_id else None


def _trail_of(snapshot: Snapshot | None, shut: frozenset[Mark] = frozenset()) -> dict[str, Any] | None:
    """The frozen trail of a snapshot, with what is `shut` masked. It never changes and is named by its hash:
    the last ones are read once, since a page that is open asks for its case again and again. Readers change
    nothing in it.
    """
    if snapshot is None:
        return None
    key = (snapshot.sha256, shut)
    known = _trails.pop(key, None)
    trail: dict[str, Any] = known if known is not None else _load_trail(snapshot, shut)
    _trails[key] = trail
    while len(_trails) > TRAILS_KEPT:
        _trails.popitem(last=False)
    return trail


def _load_trail(snapshot: Snapshot, shut: frozenset[Mark]) -> dict[str, Any]:
    if not shut:
        trail: dict[str, Any] = json.loads(snapshot.trail)
        return trail
    return masking.mask_view(_trail_of(snapshot) or {}, shut)


def _add_answer_times(session: Session, hold: HoldView, now: datetime) -> HoldView:
    """A hold; while its bank has not answered with when it usually answers, when it counts as silent, and its
    telephone.
    """
    if hold.state not in ASKED or not hold.orders:
        return hold
    times, asked_at = get_answer_times(session, now), hold.orders[0].sent_at
    since = asked_at or hold.orders[0].leaves_at
    agency = session.get(Agency, hold.bank)
    return replace(
        hold,
        usual_by=times.answered_by(hold.bank, since),
        silent_from=asked_at and times.silent_from(hold.bank, asked_at),
        telephone=agency.telephone if agency else "",
    )


def _list_history(session: Session, number: str) -> tuple[HistoryLine, ...]:
    """What was done in the case, the newest first. Reads are in the log only: a busy night has so many reads
    that they would hide the deeds.
    """
    query = (
        select(AuditLine)
        .where(AuditLine.case_number == number, is_deed())
        .order_by(AuditLine.sequence.desc())
        .limit(HISTORY)
    )
    return tuple(
        HistoryLine(row.at, row.officer, row.verb, row.subject, json.loads(row.leaf).get("detail", {}))
        for row in session.scalars(query)
    )


def open_appeals(ledger: Ledger, officer: Officer) -> list[AppealView]:
    """Every appeal that waits for an answer, the one due first first."""
    with logged_read(ledger, officer, *role_groups.CASE_READERS) as this:
        this.log_list_read("appeals")
        query = select(AppealRow).join(Hold, Hold.id == AppealRow.hold_id)
        query = query.order_by(AppealRow.needed_today.desc(), AppealRow.due_at)
        rows = query.where(AppealRow.state == "open", sealing.is_visible_to(this.person, Hold.case_id))
        views = load_appeal_views(this.session, this.session.scalars(rows))
        return masking.redact(officers.to_officer(this.person), views)
