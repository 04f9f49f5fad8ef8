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
from warroom.ledger.audit.leaf import Entry
from warroom.ledger.ledger import Ledger
from warroom.public import learners, matching, objections, ranking, sameness
from warroom.public.matching import Found, Meant
from warroom.public.outside.sealing import unseal
from warroom.public.outside.urgency import DISTRESS
from warroom.public.sameness import Trace
from warroom.public.schema import PublicMessage, PublicReport, Submission
from warroom.public.views import KINDS
from warroom.public.wall import NUMBERS, seal_key
from warroom.unread import Unread

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
class Taken:
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


def take_in(ledger: Ledger, lake: "Lake", now: datetime) -> int:
    """Take in what waits; returns how many. What was begun and not finished is taken again: the lake knows its rows."""
    taken = _waiting(ledger)
    if not taken:
        return 0
    found = _looked_up(lake, taken, now)
    unread = Unread("reports")
    reports = [
        _report(ledger, one, found.get(one.id, Found()), unread) for one in taken if one.kind in REPORTS
    ]
    with ledger.session() as session:
        known = sameness.known(session, [one.trace for one in reports], now)
    for place, one in enumerate(reports):
        one.place(known, reports[:place])
    # The lake first: a crash between the two writes the same rows again, which the lake knows by their number.
    _into_lake(lake, reports, now)
    for objection in taken:
        if objection.kind == "appeal" and objection.said:
            # Filed again after a crash, it is refused: an appeal is open already.
            objections.file_appeal(ledger, objection.id, objection.said, objection.content, now)
    with ledger.session() as session:
        _into_ledger(ledger, session, taken, reports, now)
    return len(taken)


def _report(ledger: Ledger, taken: Taken, found: Found, unread: Unread) -> "_Report":
    """A report on its way in; one whose words the program fails at comes in as one that could not be opened, and stops no other."""
    made = unread.attempt(f"P-{taken.id}", _Report, ledger, taken, found)
    return made or _Report(ledger, replace(taken, said=None), Found())


def record_of(submission: int) -> str:
    """The number under which a submission stands in the lake."""
    return f"P-{submission}"


class _Report:
    """A report on its way in: what is known of it, and which it repeats."""

    def __init__(self, ledger: Ledger, taken: Taken, found: Found) -> None:
        key = keys.secret(ledger.home, NUMBERS)
        self.taken, self.found = taken, found
        self.same = sameness.same_of(key, taken.kind, taken.said, found.transfers)
        likeness = sameness.likeness_of(key, taken.kind, taken.said)
        sender = sameness.known_sender(taken.sender)
        self.trace = Trace(0, taken.kind, sender, self.same, likeness, bool(found.transfers))
        self.rank = 0.0
        self.first: int | None = None
        self.twin: _Report | None = None

    def place(self, known: sameness.Known, before: Sequence["_Report"]) -> None:
        """Its rank, and which report it repeats: one that the room has, or one that came in `before` it this turn (`twin`)."""
        found, sender, (alike, usual) = self.found, self.trace.sender, known.alike(self.trace)
        # Where many send from one telephone company, who is held stands no lower for it.
        distress = self.taken.kind != "money_left" and self.taken.urgency >= DISTRESS
        checked = ranking.Checked(
            bool(found.transfers),
            found.about,
            found.known,
            known.share,
            0 if distress else known.sent[sender],
            known.borne_out[sender],
            alike,
            usual,
        )
        self.rank = ranking.rank_of(self.taken.kind, self.taken.said, self.taken.files, checked)
        self.first = known.first(self.trace)
        if self.first is None:
            twins = (one for one in before if one.fresh and self.trace.one_with(one.trace))
            self.twin = next(twins, None)
        known.come(self.trace)

    @property
    def fresh(self) -> bool:
        """Whether it repeats none."""
        return self.first is None and self.twin is None


def _waiting(ledger: Ledger) -> list[Taken]:
    """The most urgent that wait, opened one after the other: pictures are let go at once, and a flood of them fills no memory."""
    named = (Submission.id, Submission.kind, Submission.urgency, Submission.code_hash, Submission.sender)
    query = (
        select(*named, Submission.seal, Submission.sealed)
        .where(Submission.taken_at.is_(None))
        .order_by(Submission.urgency.desc(), Submission.id)
        .limit(AT_ONCE)
        .execution_options(yield_per=4)
    )
    with ledger.session() as session:
        return [opened(ledger, *row) for row in session.execute(query)]


def opened(
    ledger: Ledger,
    number: int,
    kind: str,
    urgency: int,
    code_hash: bytes | None,
    sender: bytes,
    seal: bytes,
    sealed: bytes,
) -> Taken:
    """A submission with what was said in it."""
    said, files, content = None, 0, b""
    try:
        body, attached = unseal(seal_key(ledger.home), sealed)
        said = body.get("said") if isinstance(body.get("said"), dict) else None
        files = len(body.get("files") or ()) if said is not None else 0
        if kind == "appeal" and files:
            content = attached[: int(body["files"][0]["size"])]
    except (LedgerError, ValueError, AttributeError, TypeError, KeyError):
        # Whoever took the public process over can send what opens with no key: it is kept, told, and stops nobody.
        pass
    return Taken(number, kind, urgency, code_hash, sender, seal, said, files, content)


def _looked_up(lake: "Lake", taken: Sequence[Taken], now: datetime) -> dict[int, Found]:
    """What the records know of each: of money that left the transfer, of a tip whether the account it names is one."""
    meant = {one.id: _meant(one) for one in taken if one.said and one.kind in ("money_left", "tip")}
    return dict(zip(meant, matching.found(lake, list(meant.values()), now), strict=True))


def _meant(one: Taken) -> Meant:
    assert one.said is not None
    if one.kind == "money_left":
        return matching.read(one.said)
    return matching.read({"to": one.said.get("about", "")})


def _into_lake(lake: "Lake", reports: Sequence["_Report"], now: datetime) -> None:
    rows = [
        {
            "record_id": record_of(one.taken.id),
            "time": now,
            "scam_type": "",
            "transfer_ids": list(one.found.transfers),
            "loss": matching.read(one.taken.said).amount,
            "channel": CHANNEL,
        }
        for one in reports
        if one.taken.kind == "money_left" and one.taken.said and one.fresh
    ]
    if rows:
        lake.write("reports", rows, source=SOURCE)


def _into_ledger(
    ledger: Ledger, session: Session, taken: Sequence[Taken], reports: Sequence["_Report"], now: datetime
) -> None:
    fresh = set(
        session.scalars(
            update(Submission)
            .where(Submission.id.in_([one.id for one in taken]), Submission.taken_at.is_(None))
            .values(taken_at=now)
            .returning(Submission.id)
        )
    )
    made: dict[int, PublicReport] = {}
    for one in reports:
        if one.taken.id in fresh:
            made[one.taken.id] = _add(session, one, made, now)
    for told in taken:
        if told.id in fresh and told.kind == "message":
            _message(session, told, now)
        elif told.id in fresh and told.kind == "lesson":
            learners.take(ledger, session, session.get_one(Submission, told.id), told.said)
    # The hash of what was said, so that its sender can prove it later though all else were deleted.
    entries = [
        Entry("public", "public.received", f"submission:{one.taken.id}", _detail(one.taken), None, now)
        for one in reports
        if one.taken.id in fresh
    ]
    writing.append_many(session, entries)


def _detail(one: Taken) -> dict[str, str]:
    return {"seal": one.seal.hex(), "kind": one.kind}


def _add(session: Session, one: "_Report", made: dict[int, PublicReport], now: datetime) -> PublicReport:
    taken = one.taken
    record = record_of(taken.id) if taken.kind == "money_left" and taken.said else ""
    first = one.first if one.twin is None else made[one.twin.taken.id].id
    if first is not None:
        record = _joined(session, first, one)
    row = PublicReport(
        submission_id=taken.id,
        kind=taken.kind,
        urgency=taken.urgency,
        state="waiting",
        code_hash=taken.code_hash,
        received_at=now,
        rank=one.rank,
        record_id=record,
        duplicate_of=first,
        answer_by=now + ANSWER_WITHIN[taken.urgency],
        outcome="",
        same=one.same,
        likeness=one.trace.likeness,
        sender=taken.sender,
        heard=0,
        read_to=0,
    )
    session.add(row)
    session.flush()
    return row


def _joined(session: Session, first: int, one: "_Report") -> str:
    """The record of the report that is repeated; it stands as high as the likeliest and most urgent of those that are one."""
    known = session.get(PublicReport, first, with_for_update=True)
    assert known is not None
    known.rank, known.urgency = max(known.rank, one.rank), max(known.urgency, one.taken.urgency)
    return known.record_id


def _message(session: Session, told: Taken, now: datetime) -> None:
    """An answer of a code's bearer; one whose report is unknown has nobody to read it and is left."""
    first = select(PublicReport).where(PublicReport.code_hash == told.code_hash).order_by(PublicReport.id)
    report = session.scalars(first.limit(1).with_for_update()).first()
    if report is None:
        return
    message = PublicMessage(report_id=report.id, submission_id=told.id, text="", asks=False, at=now)
    session.add(message)
    session.flush()
    # Who closed it did not know of this: it waits for a reader again.
    report.heard, report.told_at = message.id, None
    report.state = "open" if report.state == "closed" else report.state
    detail = {"seal": told.seal.hex()}
    writing.append(session, "public", "public.answered", f"public-report:{report.id}", detail, at=now)
