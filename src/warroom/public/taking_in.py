"""What came from outside comes into the room: money that left into the lake and so onto the board, answers into their report,
everything into the officers' inbox. The most urgent first, some at a time, each once, none dropped.

What was sent lies sealed until here. Of money that left, the facts that a case needs go into the lake; the words of everything
else stay sealed until an officer opens them: what orders them (`ranking`, `sameness`) is counted here and keeps no word.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from warroom import keys
from warroom.cases.report_checks import ANONYMOUS_SOURCE
from warroom.errors import LedgerError
from warroom.ledger.audit import writing
from warroom.ledger.audit.leaf import AuditEntry
from warroom.ledger.ledger import Ledger
from warroom.public import learners, matching, objections, ranking, sameness
from warroom.public.keys import NUMBERS, seal_key
from warroom.public.matching import DescribedTransfer, MatchedTransfers
from warroom.public.outside.sealing import unseal
from warroom.public.outside.urgency import DISTRESS
from warroom.public.sameness import ReportTrace
from warroom.public.schema import PublicMessage, PublicReport, Submission
from warroom.public.views import KINDS
from warroom.unread import UnreadTexts

if TYPE_CHECKING:
    from warroom.lake.lake import Lake

SOURCE = ANONYMOUS_SOURCE
"""Under which source rows of the lake stand that were made of what people sent."""
AT_ONCE = 200
CHANNEL = "web"
ANSWER_WITHIN = (timedelta(days=3), timedelta(days=1), timedelta(hours=4), timedelta(minutes=30))
"""By urgency: how long until somebody should have read a report; past it, it rises."""
REPORTS = tuple(kind for kind in KINDS if kind not in ("message", "appeal", "lesson"))
"""What an officer reads as a report of its own."""


@dataclass(frozen=True, slots=True)
class OpenedSubmission:
    """A submission and what was said in it; None where it could not be opened. `files`: how many pictures it has; `content`: the
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
    """Take in what waits; returns how many. What was begun and not finished is taken again: the lake knows its rows."""
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
    # The lake first: a crash between the two writes the same rows again, which the lake knows by their number.
    _write_to_lake(lake, reports, now)
    for objection in taken:
        if objection.kind == "appeal" and objection.said:
            # Filed again after a crash, it is refused: an appeal is open already.
            objections.file_appeal(ledger, objection.id, objection.said, objection.content, now)
    with ledger.open_session() as session:
        _write_to_ledger(ledger, session, taken, reports, now)
    return len(taken)


def _build_report(
    ledger: Ledger, taken: OpenedSubmission, found: MatchedTransfers, unread: UnreadTexts
) -> "_IncomingReport":
    """A report on its way in; one whose words the program fails at comes in as one that could not be opened, and stops no other."""
    made = unread.try_reading(f"P-{taken.id}", _IncomingReport, ledger, taken, found)
    return made or _IncomingReport(ledger, replace(taken, said=None), MatchedTransfers())


def record_of(submission: int) -> str:
    """The number under which a submission stands in the lake."""
    return f"P-{submission}"


class _IncomingReport:
    """A report on its way in: what is known of it, and which it repeats."""

    def __init__(self, ledger: Ledger, taken: OpenedSubmission, lookup: MatchedTransfers) -> None:
        key = keys.load_secret(ledger.home, NUMBERS)
        self.taken, self.found = taken, lookup
        self.same = sameness.compute_identity_mark(key, taken.kind, taken.said, lookup.transfers)
        likeness = sameness.compute_likeness(key, taken.kind, taken.said)
        sender = sameness.make_comparable_sender(taken.sender)
        self.trace = ReportTrace(0, taken.kind, sender, self.same, likeness, bool(lookup.transfers))
        self.rank = 0.0
        self.original_id: int | None = None
        self.twin: _IncomingReport | None = None

    def rank_and_match(self, known: sameness.KnownReports, before: Sequence["_IncomingReport"]) -> None:
        """Its rank, and which report it repeats: one that the room has, or one that came in `before` it this turn (`twin`)."""
        lookup, sender, (alike, usual) = self.found, self.trace.sender, known.count_alike(self.trace)
        # Where many send from one telephone company, who is held stands no lower for it.
        distress = self.taken.kind != "money_left" and self.taken.urgency >= DISTRESS
        checked = ranking.CheckedReport(
            bool(lookup.transfers),
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
        """Whether it repeats none."""
        return self.original_id is None and self.twin is None


def _list_waiting(ledger: Ledger) -> list[OpenedSubmission]:
    """The most urgent that wait, opened one after the other: pictures are let go at once, and a flood of them fills no memory."""
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
    """A submission with what was said in it."""
    fields, files, content = None, 0, b""
    try:
        body, attached = unseal(seal_key(ledger.home), sealed)
        fields = body.get("said") if isinstance(body.get("said"), dict) else None
        files = len(body.get("files") or ()) if fields is not None else 0
        if kind == "appeal" and files:
            content = attached[: int(body["files"][0]["size"])]
    except (LedgerError, ValueError, AttributeError, TypeError, KeyError):
        # Whoever took the public process over can send what opens with no key: it is kept, told, and stops nobody.
        pass
    return OpenedSubmission(number, kind, urgency, code_hash, sender, seal, fields, files, content)


def _match_submissions(
    lake: "Lake", taken: Sequence[OpenedSubmission], now: datetime
) -> dict[int, MatchedTransfers]:
    """What the records know of each: of money that left the transfer, of a tip whether the account it names is one."""
    meant = {one.id: _parse_meant(one) for one in taken if one.said and one.kind in ("money_left", "tip")}
    return dict(zip(meant, matching.match_transfers(lake, list(meant.values()), now), strict=True))


def _parse_meant(one: OpenedSubmission) -> DescribedTransfer:
    assert one.said is not None
    if one.kind == "money_left":
        return matching.parse_transfer_form(one.said)
    return matching.parse_transfer_form({"to": one.said.get("about", "")})


def _write_to_lake(lake: "Lake", reports: Sequence["_IncomingReport"], now: datetime) -> None:
    rows = [
        {
            "record_id": record_of(report.taken.id),
            "time": now,
            "scam_type": "",
            "transfer_ids": list(report.found.transfers),
            "loss": matching.parse_transfer_form(report.taken.said).amount,
            "channel": CHANNEL,
        }
        for report in reports
        if report.taken.kind == "money_left" and report.taken.said and report.is_new
    ]
    if rows:
        lake.write_rows("reports", rows, source=SOURCE)


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
    # The hash of what was said, so that its sender can prove it later though all else were deleted.
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
    """The record of the report that is repeated; it stands as high as the likeliest and most urgent of those that are one."""
    known = session.get(PublicReport, first, with_for_update=True)
    assert known is not None
    known.rank, known.urgency = max(known.rank, one.rank), max(known.urgency, one.taken.urgency)
    return known.record_id


def _record_message(session: Session, submission: OpenedSubmission, now: datetime) -> None:
    """An answer of a code's bearer; one whose report is unknown has nobody to read it and is left."""
    first = (
        select(PublicReport).where(PublicReport.code_hash == submission.code_hash).order_by(PublicReport.id)
    )
    report = session.scalars(first.limit(1).with_for_update()).first()
    if report is None:
        return
    message = PublicMessage(report_id=report.id, submission_id=submission.id, text="", asks=False, at=now)
    session.add(message)
    session.flush()
    # Who closed it did not know of this: it waits for a reader again.
    report.heard, report.told_at = message.id, None
    report.state = "open" if report.state == "closed" else report.state
    detail = {"seal": submission.seal.hex()}
    writing.write_audit_row(
        session, "public", "public.answered", f"public-report:{report.id}", detail, at=now
    )
