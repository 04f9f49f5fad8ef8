"""Officers' decisions about public reports: open, write to the reporter, keep as a tip, close."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select, update

from warroom.access import role_groups
from warroom.errors import NotFound, NotPossible
from warroom.ledger.decision import Decision, open_decision
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.public import reported
from warroom.public.schema import PublicMessage, PublicReport
from warroom.public.taking_in import SOURCE, record_of
from warroom.public.unsealing import unseal_submission
from warroom.public.views import OUTCOMES, RECHECKED, Outcome, Recheck

if TYPE_CHECKING:
    from warroom.lake.lake import Lake

LONGEST = 4_000  # characters of an officer's message; chosen, not measured
ANSWER_WITHIN = timedelta(days=3)
"""How long after opening the reporter waits at most for a message; then the report moves up. Chosen, not measured."""


def open_report(
    ledger: Ledger, officer: Officer, report_id: int, key: str, *, now: datetime | None = None
) -> None:
    """Unseal a report: its content, and the reporter's messages so far. Raises NotAllowed, NotFound."""
    with open_decision(ledger, officer, *role_groups.SIGNAL_HANDLERS, now=now) as this:
        row = _load_report_for_update(this, report_id)
        if this.find_earlier_result(key, "public.opened", report_id) is not None:
            return
        if row.opened_at is None:
            row.opened_at, row.opened_by, row.answer_by = this.now, this.person.id, this.now + ANSWER_WITHIN
        row.state = "open" if row.state == "waiting" else row.state
        row.read_to, row.told_at = row.heard, None
        # Duplicates of one payment show the same receipt, so theirs are updated too.
        same = update(PublicReport).where(PublicReport.duplicate_of == row.id)
        this.session.execute(same.values(told_at=None))
        this.save_result(report_id)
        this.log_entry(
            "public.opened", f"public-report:{report_id}", {"kind": row.kind, "read_to": row.read_to}
        )


def send_message(
    ledger: Ledger,
    officer: Officer,
    report_id: int,
    text: str,
    asks: bool,
    key: str,
    *,
    now: datetime | None = None,
) -> None:
    """Write to the reporter, who reads it with their code; `asks` where an answer is wanted. The log has the length, not
    the text. Raises NotAllowed, NotFound, and NotPossible for an empty text or an unopened report.
    """
    text = text.replace("\x00", "").strip()[:LONGEST]
    if not text:
        raise NotPossible("public.nothing-written")
    with open_decision(ledger, officer, *role_groups.SIGNAL_HANDLERS, now=now) as this:
        row = _load_opened_report(this, report_id)
        if this.find_earlier_result(key, "public.written", report_id, text, asks) is not None:
            return
        this.session.add(
            PublicMessage(report_id=report_id, officer_id=this.person.id, text=text, asks=asks, at=this.now)
        )
        row.told_at = None
        this.save_result(report_id)
        this.log_entry("public.written", f"public-report:{report_id}", {"asks": asks, "signs": len(text)})


def close_report(
    ledger: Ledger,
    officer: Officer,
    report_id: int,
    outcome: Outcome | Recheck,
    key: str,
    *,
    now: datetime | None = None,
) -> None:
    """Close a report and its duplicates with an outcome; a later message of the reporter opens it again.

    A request to recheck a number is closed by `withdrawn`, after which the number is no longer published as reported, or by
    `stays`. Raises NotAllowed, NotFound, and NotPossible for no outcome, an unopened report, a request that does not name exactly one
    number, an officer who accepted one of the supporting reports, or `stays` for a number that is already withdrawn.
    """
    with open_decision(ledger, officer, *role_groups.SIGNAL_HANDLERS, now=now) as this:
        row = _load_opened_report(this, report_id)
        if outcome not in (RECHECKED if row.kind == "recheck" else OUTCOMES):
            raise NotPossible("public.outcome-missing")
        if this.find_earlier_result(key, "public.closed", report_id, outcome) is not None:
            return
        if row.kind == "recheck":
            _decide_recheck(ledger, this, row, outcome)
        same = select(PublicReport).where(PublicReport.duplicate_of == row.id).order_by(PublicReport.id)
        rows = [row, *this.session.scalars(same.with_for_update())]
        for report in rows:
            report.state, report.outcome, report.told_at = "closed", outcome, None
            report.closed_at, report.closed_by = this.now, this.person.id
        this.session.flush()
        reported.refresh_accepted(this.session, [report.submission_id for report in rows])
        this.save_result(report_id)
        detail = {"outcome": outcome, "reports": [report.id for report in rows]}
        this.log_entry("public.closed", f"public-report:{report_id}", detail)


def keep_tip(
    ledger: Ledger, lake: "Lake", officer: Officer, report_id: int, key: str, *, now: datetime | None = None
) -> None:
    """Store an opened report as a row of tips, which can be searched. Raises NotAllowed, NotFound, NotPossible."""
    with open_decision(ledger, officer, *role_groups.SIGNAL_HANDLERS, now=now) as this:
        row = _load_opened_report(this, report_id)
        if this.find_earlier_result(key, "public.kept", report_id) is not None:
            return
        if row.kind == "money_left":
            raise NotPossible("public.no-tip")
        contents = unseal_submission(ledger, this.session, row.submission_id)
        if contents is None:
            raise NotPossible("public.no-tip")
        fields = dict(contents[0])
        about = fields.pop("about", "")
        place = fields.pop("place", "")
        # The lake first: after a crash the same row is written again, with the same id.
        tip = {
            "record_id": record_of(row.submission_id),
            "time": row.received_at,
            "kind": kind_of(about, place),
            "text": "\n".join(fields.values()),
            "place": place or None,
            "about": about or None,
        }
        lake.write_rows("tips", [tip], source=SOURCE)
        row.record_id, row.told_at = record_of(row.submission_id), None
        this.session.flush()
        reported.refresh_accepted(this.session, [row.submission_id])
        this.save_result(report_id)
        this.log_entry("public.kept", f"public-report:{report_id}", {"record": f"{SOURCE}:{row.record_id}"})


def _decide_recheck(ledger: Ledger, this: Decision, row: PublicReport, outcome: Outcome | Recheck) -> None:
    """Withdraw the number named in a recheck request, or keep it; not by an officer who accepted a supporting report."""
    contents = unseal_submission(ledger, this.session, row.submission_id)
    digest = reported.find_named_digest(ledger, dict(contents[0]).get("text", "")) if contents else None
    if digest is None:
        raise NotPossible("public.names-no-number")
    stands = reported.list_supporting_reports(this.session, digest)
    by = {officer_id for report in stands for officer_id in (report.opened_by, report.closed_by)}
    # Keeping a tip is acceptance too, and another officer may have opened and closed the report.
    if this.person.id in by or this.officer.username in reported.list_tip_keepers(this.session, stands):
        raise NotPossible("public.looked-already")
    if outcome == "stays" and reported.is_withdrawn(this.session, digest):
        raise NotPossible("public.withdrawn-already")
    if outcome == "withdrawn":
        reported.withdraw_identifier(this.session, digest, row.id, this.person.id, this.now)


def kind_of(about: str, place: str) -> str:
    """The kind of a tip in the table of tips: number, page, place or person."""
    if about:
        return "number" if any(sign.isdigit() for sign in about) and "." not in about else "page"
    return "place" if place else "person"


def _load_report_for_update(this: Decision, report_id: int) -> PublicReport:
    row = this.session.get(PublicReport, report_id, with_for_update=True)
    if row is None:
        raise NotFound("public.no-such-report")
    return row


def _load_opened_report(this: Decision, report_id: int) -> PublicReport:
    row = _load_report_for_update(this, report_id)
    if row.opened_at is None:
        raise NotPossible("public.not-opened")
    return row
