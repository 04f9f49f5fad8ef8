"""Ingests submissions from outside: money reports go into the lake and so to the board, messages to their report,
all reports into the officers' inbox. The most urgent first, in batches, each once, none dropped.

Submissions are sealed until here. Of a money report the facts that a case needs go into the lake; the text of everything
else stays sealed until an officer opens it: ranking and duplicate detection run here and store no text.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from warroom import keys
from warroom.cases.report_checks import ANONYMOUS_SOURCE
from warroom.errors import LedgerError
from warroom.ledger.audit import writing
from warroom.ledger.audit.leaf import AuditEntry
from warroom.ledger.ledger import Ledger
from warroom.public import claims, learners, matching, objections, ranking, sameness
from warroom.public.keys import NUMBERS, seal_key
from warroom.public.matching import DescribedLoss, MatchedTransfers
from warroom.public.outside.sealing import unseal
from warroom.public.outside.urgency import DISTRESS
from warroom.public.sameness import ReportTrace
from warroom.public.schema import PublicMessage, PublicReport, Submission
from warroom.public.views import KINDS
from warroom.unread import UnreadTexts

if TYPE_CHECKING:
    from warroom.lake.lake import Lake

SOURCE = ANONYMOUS_SOURCE
"""The source of lake rows made from public submissions."""
# Submissions a round: one round takes seconds, and the next continues. Chosen, not measured.
AT_ONCE = 200
CHANNEL = "web"
COMPLAINT_SIGNS = 80
"""Characters of a police complaint's number, as the officers' form has it."""
ANSWER_WITHIN = (timedelta(days=3), timedelta(days=1), timedelta(hours=4), timedelta(minutes=30))
"""By urgency (0 to 3): the time until an officer should have read a report; then it moves up. Chosen, not measured."""
REPORTS = tuple(kind for kind in KINDS if kind not in ("message", "appeal", "lesson", "refund"))
"""Kinds that become reports of their own in the inbox."""


@dataclass(frozen=True, slots=True)
class OpenedSubmission:
    """A decrypted submission; `said` is None where that failed. `files`: the number of attached files; `content`: the
    first of them, for an appeal alone.
    """

    id: int
    kind: str
    urgency: int
    code_hash: bytes | None
    sender: bytes
    seal: bytes
    said: dict[str, Any] | None
    files: int = 0
    content: bytes = b""


def ingest_submissions(ledger: Ledger, lake: "Lake", now: datetime) -> int:
    """Ingest a batch of waiting submissions; returns their number. After an interruption a batch is ingested again: its lake rows
    have the same ids.
    """
    taken = _list_waiting(ledger)
    if not taken:
        return 0
    lookups = _match_submissions(lake, taken, now)
    unread = UnreadTexts("reports")
    reports = [
        _build_report(ledger, submission, lookups.get(submission.id, MatchedTransfers()), unread)
        for submission in taken
        if submission.kind in REPORTS
    ]
    with ledger.open_session() as session:
        known = sameness.load_known_reports(session, [report.trace for report in reports], now)
    for place, report in enumerate(reports):
        report.rank_and_match(known, reports[:place])
    # The lake first: after a crash in between the same rows are written again, with the same ids.
    _write_to_lake(lake, reports, now)
    _correct_sums(ledger, lake, taken, now)
    for objection in taken:
        if objection.kind == "appeal" and objection.said:
            # A second filing after a crash is refused, because an appeal is open already.
            objections.file_appeal(ledger, objection.id, objection.said, objection.content, now)
        elif objection.kind == "refund" and objection.said:
            # The same holds here: a code files one claim.
            claims.file_public_claim(ledger, objection.id, objection.said, now)
    with ledger.open_session() as session:
        _write_to_ledger(ledger, session, taken, reports, now)
    return len(taken)


def _correct_sums(ledger: Ledger, lake: "Lake", taken: Sequence[OpenedSubmission], now: datetime) -> None:
    """Write the sums that reporters chose from two readings into their reports."""
    for message in taken:
        amount = matching.parse_loss_form(message.said or {}).amounts if message.kind == "message" else ()
        if amount:
            with ledger.open_session() as session:
                own = select(PublicReport.record_id).where(PublicReport.code_hash == message.code_hash)
                # A duplicate has the first one's row, which its own reporter alone corrects.
                record_id = session.scalar(own.where(PublicReport.duplicate_of.is_(None)))
            if record_id:
                correct_report(lake, record_id, now, loss=amount[0])


def _build_report(
    ledger: Ledger, taken: OpenedSubmission, found: MatchedTransfers, unread: UnreadTexts
) -> "_IncomingReport":
    """Build an incoming report; one on whose text the program fails is ingested as undecipherable, and stops no other."""
    made = unread.try_reading(f"P-{taken.id}", _IncomingReport, ledger, taken, found)
    return made or _IncomingReport(ledger, replace(taken, said=None), MatchedTransfers())


def record_of(submission: int) -> str:
    """The record id of a submission in the lake."""
    return f"P-{submission}"


class _IncomingReport:
    """A report being ingested, with its match, its rank and the report it duplicates."""

    def __init__(self, ledger: Ledger, taken: OpenedSubmission, lookup: MatchedTransfers) -> None:
        key = keys.load_secret(ledger.home, NUMBERS)
        self.taken, self.found = taken, lookup
        self.same = sameness.compute_identity_mark(key, taken.kind, taken.said, lookup.transfers)
        likeness = sameness.compute_likeness(key, taken.kind, taken.said)
        sender = sameness.make_comparable_sender(taken.sender)
        self.trace = ReportTrace(0, taken.kind, sender, self.same, likeness, lookup.has_payment)
        self.rank = 0.0
        self.original_id: int | None = None
        self.twin: _IncomingReport | None = None

    def rank_and_match(self, known: sameness.KnownReports, before: Sequence["_IncomingReport"]) -> None:
        """Set its rank and the report it duplicates: an existing one, or one `before` it in this batch (`twin`)."""
        lookup, sender, (alike, usual) = self.found, self.trace.sender, known.count_alike(self.trace)
        # The load of the network does not lower a report with words of distress: captives may share one
        # mobile operator.
        distress = self.taken.kind != "money_left" and self.taken.urgency >= DISTRESS
        checked = ranking.CheckedReport(
            lookup.has_payment,
            lookup.has_similar_payment,
            lookup.is_account_known,
            known.share,
            0 if distress else known.sent[sender],
            known.borne_out[sender],
            alike,
            usual,
        )
        self.rank = ranking.rank_of(self.taken.kind, self.taken.said, self.taken.files, checked)
        self.original_id = known.find_original(self.trace)
        if self.original_id is None:
            twins = (
                earlier for earlier in before if earlier.is_new and self.trace.is_duplicate_of(earlier.trace)
            )
            self.twin = next(twins, None)
        known.add_new_report(self.trace)

    @property
    def is_new(self) -> bool:
        """Whether it is no duplicate."""
        return self.original_id is None and self.twin is None


def _list_waiting(ledger: Ledger) -> list[OpenedSubmission]:
    """The most urgent waiting submissions, decrypted one by one: pictures are dropped at once, so a flood cannot fill the memory."""
    named = (Submission.id, Submission.kind, Submission.urgency, Submission.code_hash, Submission.sender)
    query = (
        select(*named, Submission.seal, Submission.sealed)
        .where(Submission.taken_at.is_(None))
        .order_by(Submission.urgency.desc(), Submission.id)
        .limit(AT_ONCE)
        .execution_options(yield_per=4)
    )
    with ledger.open_session() as session:
        return [open_submission(ledger, *row) for row in session.execute(query)]


def open_submission(
    ledger: Ledger,
    number: int,
    kind: str,
    urgency: int,
    code_hash: bytes | None,
    sender: bytes,
    seal: bytes,
    sealed: bytes,
) -> OpenedSubmission:
    """Decrypt a submission; a failure gives `said` None."""
    fields, files, content = None, 0, b""
    try:
        body, attached = unseal(seal_key(ledger.home), sealed)
        fields = body.get("said") if isinstance(body.get("said"), dict) else None
        files = len(body.get("files") or ()) if fields is not None else 0
        if kind == "appeal" and files:
            content = attached[: int(body["files"][0]["size"])]
    except (LedgerError, ValueError, AttributeError, TypeError, KeyError):
        # An attacker in the public process can send undecipherable content: it is kept and shown as such,
        # and stops no other.
        pass
    return OpenedSubmission(number, kind, urgency, code_hash, sender, seal, fields, files, content)


def _match_submissions(
    lake: "Lake", taken: Sequence[OpenedSubmission], now: datetime
) -> dict[int, MatchedTransfers]:
    """The matches by submission: for a money report the transfer, for a tip whether the named account receives payments."""
    meant = {one.id: _parse_meant(one) for one in taken if one.said and one.kind in ("money_left", "tip")}
    return dict(zip(meant, matching.match_transfers(lake, list(meant.values()), now), strict=True))


def _parse_meant(one: OpenedSubmission) -> DescribedLoss:
    assert one.said is not None
    if one.kind == "money_left":
        return matching.parse_loss_form(one.said)
    return matching.parse_loss_form({"to": one.said.get("about", "")})


def _write_to_lake(lake: "Lake", reports: Sequence["_IncomingReport"], now: datetime) -> None:
    rows = [
        {
            "record_id": record_of(report.taken.id),
            "time": now,
            "scam_type": "",
            "transfer_ids": list(report.found.transfers),
            "loss": _choose_sum(report),
            "channel": CHANNEL,
        }
        for report in reports
        if report.taken.kind == "money_left" and report.taken.said and report.is_new
    ]
    if rows:
        lake.write_rows("reports", rows, source=SOURCE)


def _choose_sum(report: "_IncomingReport") -> Decimal:
    """The sum in baht; 0 where it is not known, or could be one of two."""
    assert report.taken.said is not None
    amounts = matching.parse_loss_form(report.taken.said).amounts
    return report.found.amount or (amounts[0] if len(amounts) == 1 else Decimal(0))


def correct_report(
    lake: "Lake",
    record_id: str,
    now: datetime,
    *,
    transfers: Sequence[str] | None = None,
    loss: Decimal | None = None,
) -> None:
    """Write a report's row again with other transfers (SOURCE:RECORD_ID) or another loss in baht; its case follows by itself."""
    rows = lake.find_rows("reports", {"record_id": record_id, "source": SOURCE}, now).to_pylist()
    if not rows:
        return
    known = {
        name: rows[0][name] for name in ("record_id", "time", "scam_type", "transfer_ids", "loss", "channel")
    }
    changed = known | {
        "transfer_ids": list(known["transfer_ids"] or () if transfers is None else transfers),
        "loss": known["loss"] if loss is None else loss,
    }
    lake.write_rows("reports", [changed], source=SOURCE)


def _write_to_ledger(
    ledger: Ledger,
    session: Session,
    taken: Sequence[OpenedSubmission],
    reports: Sequence["_IncomingReport"],
    now: datetime,
) -> None:
    fresh = set(
        session.scalars(
            update(Submission)
            .where(Submission.id.in_([item.id for item in taken]), Submission.taken_at.is_(None))
            .values(taken_at=now)
            .returning(Submission.id)
        )
    )
    made: dict[int, PublicReport] = {}
    for report in reports:
        if report.taken.id in fresh:
            made[report.taken.id] = _add_report(session, report, made, now)
    for submission in taken:
        if submission.id in fresh and submission.kind == "message":
            _record_message(session, submission, now)
        elif submission.id in fresh and submission.kind == "lesson":
            learners.record_learner_submission(
                ledger, session, session.get_one(Submission, submission.id), submission.said
            )
    # With the hash of the content, so that the reporter can prove it later even if everything else were
    # deleted.
    entries = [
        AuditEntry(
            "public",
            "public.received",
            f"submission:{report.taken.id}",
            _build_detail(report.taken),
            None,
            now,
        )
        for report in reports
        if report.taken.id in fresh
    ]
    writing.write_audit_rows(session, entries)


def _build_detail(one: OpenedSubmission) -> dict[str, str]:
    return {"seal": one.seal.hex(), "kind": one.kind}


def _add_report(
    session: Session, report: "_IncomingReport", made: dict[int, PublicReport], now: datetime
) -> PublicReport:
    taken = report.taken
    record = record_of(taken.id) if taken.kind == "money_left" and taken.said else ""
    first = report.original_id if report.twin is None else made[report.twin.taken.id].id
    if first is not None:
        record = _join_duplicate(session, first, report)
    row = PublicReport(
        submission_id=taken.id,
        kind=taken.kind,
        urgency=taken.urgency,
        state="waiting",
        code_hash=taken.code_hash,
        received_at=now,
        rank=report.rank,
        record_id=record,
        duplicate_of=first,
        answer_by=now + ANSWER_WITHIN[taken.urgency],
        outcome="",
        same=report.same,
        likeness=report.trace.likeness,
        sender=taken.sender,
        heard=0,
        read_to=0,
    )
    session.add(row)
    session.flush()
    return row


def _join_duplicate(session: Session, first: int, one: "_IncomingReport") -> str:
    """Raise the first report to the highest rank and urgency of its duplicates; returns its record id."""
    known = session.get(PublicReport, first, with_for_update=True)
    assert known is not None
    known.rank, known.urgency = max(known.rank, one.rank), max(known.urgency, one.taken.urgency)
    return known.record_id


def _record_message(session: Session, submission: OpenedSubmission, now: datetime) -> None:
    """Add a reporter's message to their report, and a complaint's number in it; one without a report is ignored."""
    fields = submission.said or {}
    first = (
        select(PublicReport).where(PublicReport.code_hash == submission.code_hash).order_by(PublicReport.id)
    )
    report = session.scalars(first.limit(1).with_for_update()).first()
    if report is None:
        return
    complaint = str(fields.get("complaint", ""))[:COMPLAINT_SIGNS]
    if complaint:
        report.complaint, report.complaint_at = complaint, now
    message = PublicMessage(report_id=report.id, submission_id=submission.id, text="", asks=False, at=now)
    session.add(message)
    session.flush()
    # A closed report is reopened: the officer who closed it had not read this message.
    report.heard, report.told_at = message.id, None
    report.state = "open" if report.state == "closed" else report.state
    if submission.urgency >= DISTRESS > report.urgency:
        # A cry for help in a message to an old report comes first, as in a new report.
        soon = now + ANSWER_WITHIN[DISTRESS]
        report.urgency, report.answer_by = DISTRESS, min(report.answer_by or soon, soon)
    detail = {"seal": submission.seal.hex()}
    writing.write_audit_row(
        session, "public", "public.answered", f"public-report:{report.id}", detail, at=now
    )
