"""Tables of public submissions, of what is published for the public pages, and of reports in the war room."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from warroom.ledger.base import Base, format_in_check
from warroom.public.views import KINDS, STATES


class Submission(Base):
    """A submission, encrypted for the war room. `once`: its idempotency key. `sender`: a digest of the network keyed with the day's key,
    emptied when the day is over. `seal`: the SHA-256 of the content, which the sender has too.
    """

    __tablename__ = "outside_submissions"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    urgency: Mapped[int]
    code_hash: Mapped[bytes | None] = mapped_column(index=True)
    once: Mapped[bytes] = mapped_column(unique=True)
    sender: Mapped[bytes]
    sent_at: Mapped[datetime]
    sealed: Mapped[bytes]
    seal: Mapped[bytes]
    taken_at: Mapped[datetime | None]
    named_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint(format_in_check("kind", KINDS), name="kind"),
        CheckConstraint("urgency BETWEEN 0 AND 3", name="urgency"),
        CheckConstraint("octet_length(sealed) BETWEEN 1 AND 33554432", name="sealed"),
    )


Index(
    "outside_submissions_waiting_idx",
    Submission.urgency.desc(),
    Submission.id,
    postgresql_where=Submission.taken_at.is_(None),
)
Index("outside_submissions_sender_idx", Submission.sent_at, postgresql_where=Submission.sender != b"")
Index(
    "outside_submissions_unnamed_idx",
    Submission.id,
    postgresql_where=Submission.named_at.is_(None) & Submission.kind.in_(("tip", "money_left")),
)


class PublishedReceipt(Base):
    """The receipt shown to the holder of a code: steps, an open question, messages and the content's hash, never the content."""

    __tablename__ = "outside_receipts"
    code_hash: Mapped[bytes] = mapped_column(primary_key=True)
    seal: Mapped[bytes]
    body: Mapped[dict[str, Any]]
    ends_at: Mapped[datetime | None]


class ReportedIdentifier(Base):
    """A number, account or link that several people reported lately, under a keyed digest; none below the threshold."""

    __tablename__ = "outside_reported"
    digest: Mapped[bytes] = mapped_column(primary_key=True)
    days: Mapped[int]
    scam_type: Mapped[str]
    counted_at: Mapped[datetime] = mapped_column(index=True)


class PublishedPage(Base):
    """What everybody may read, by name."""

    __tablename__ = "outside_published"
    name: Mapped[str] = mapped_column(primary_key=True)
    body: Mapped[dict[str, Any]]
    at: Mapped[datetime]


class DayOutside(Base):
    """How many bytes came from outside on a day: `outside_submit` takes no more than there is room for."""

    __tablename__ = "outside_days"
    day: Mapped[date] = mapped_column(primary_key=True)
    bytes: Mapped[int]


class SenderOutside(Base):
    """How many bytes of a size one network sent on a day, whichever process took them; gone when the day is over. `sender`: a digest
    of network and day.
    """

    __tablename__ = "outside_senders"
    day: Mapped[date] = mapped_column(primary_key=True)
    sender: Mapped[bytes] = mapped_column(primary_key=True)
    size: Mapped[str] = mapped_column(primary_key=True)
    bytes: Mapped[int]
    __table_args__ = (CheckConstraint(format_in_check("size", ("bare", "words", "pictures")), name="size"),)


class DayKey(Base):
    """The key under which networks stand today; destroyed when the day is over, and in no backup.

    Unlogged, so that it is in no log of the database either.
    """

    __tablename__ = "outside_keys"
    day: Mapped[date] = mapped_column(primary_key=True)
    key: Mapped[bytes]
    __table_args__ = ({"prefixes": ["UNLOGGED"]},)


class PublicReport(Base):
    """What the room makes of a submission. `record_id`: the row of the lake that was made of it; `rank`: how likely it is true,
    0 to 1, for the order of reading alone; `same`, `likeness`: by which the same report and texts that nearly agree are
    known, under a key; `heard`, `read_to`: its bearer's newest message, and the newest that an officer opened;
    `told_at`: when its receipt was last brought up to date; None where it is out of date.
    """

    __tablename__ = "public_reports"
    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("outside_submissions.id"), unique=True)
    kind: Mapped[str]
    urgency: Mapped[int]
    state: Mapped[str]
    code_hash: Mapped[bytes | None] = mapped_column(index=True)
    received_at: Mapped[datetime]
    rank: Mapped[float]
    record_id: Mapped[str]
    duplicate_of: Mapped[int | None] = mapped_column(ForeignKey("public_reports.id"))
    opened_at: Mapped[datetime | None]
    opened_by: Mapped[int | None] = mapped_column(ForeignKey("officers.id"))
    answer_by: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[int | None] = mapped_column(ForeignKey("officers.id"))
    outcome: Mapped[str]
    same: Mapped[bytes | None]
    likeness: Mapped[int | None]
    sender: Mapped[bytes]
    heard: Mapped[int]
    read_to: Mapped[int]
    told_at: Mapped[datetime | None]
    proof: Mapped[dict[str, Any] | None]
    # Of the police complaint, as its bearer wrote it on the receipt; one case's newest is offered to its officers.
    complaint: Mapped[str] = mapped_column(server_default="")
    complaint_at: Mapped[datetime | None]
    __table_args__ = (CheckConstraint(format_in_check("state", STATES), name="state"),)


Index(
    "public_reports_queue_idx",
    PublicReport.urgency.desc(),
    PublicReport.rank.desc(),
    PublicReport.id,
    postgresql_where=PublicReport.state != "closed",
)
Index("public_reports_sender_idx", PublicReport.sender, postgresql_where=PublicReport.sender != b"")
Index("public_reports_same_idx", PublicReport.same, postgresql_where=PublicReport.same.is_not(None))
Index(
    "public_reports_untold_idx",
    PublicReport.id,
    postgresql_where=PublicReport.told_at.is_(None),
)
Index(
    "public_reports_duplicate_of_idx",
    PublicReport.duplicate_of,
    postgresql_where=PublicReport.duplicate_of.is_not(None),
)


class PublicMessage(Base):
    """Said between the room and the bearer of a code; the bearer's words lie sealed in their submission."""

    __tablename__ = "public_messages"
    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("public_reports.id"), index=True)
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("officers.id"))
    submission_id: Mapped[int | None] = mapped_column(ForeignKey("outside_submissions.id"))
    text: Mapped[str]
    asks: Mapped[bool]
    at: Mapped[datetime]


class Mention(Base):
    """A number, account or link that a report names. `mark`: its reporter's network, for this identifier and day alone;
    `of_day`: the same for this threat and day alone, empty where it was not sent; both under a key that is destroyed after the day; `words`: a digest of what was said; `counted`: whether what is published knows of it; `accepted`: whether an officer read the report and believed it.
    """

    __tablename__ = "public_mentions"
    submission_id: Mapped[int] = mapped_column(ForeignKey("outside_submissions.id"), primary_key=True)
    digest: Mapped[bytes] = mapped_column(primary_key=True)
    mark: Mapped[bytes]
    of_day: Mapped[bytes]
    words: Mapped[bytes]
    scam_type: Mapped[str]
    at: Mapped[datetime] = mapped_column(index=True)
    counted: Mapped[bool]
    accepted: Mapped[bool]
    __table_args__ = (Index("public_mentions_digest_idx", "digest", "at"),)


Index("public_mentions_uncounted_idx", Mention.digest, postgresql_where=~Mention.counted)


class Withdrawal(Base):
    """A number, account or link that an officer looked at again: what was reported before `at` counts no longer."""

    __tablename__ = "public_withdrawals"
    digest: Mapped[bytes] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    report_id: Mapped[int] = mapped_column(ForeignKey("public_reports.id"))
    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"))


class LessonClass(Base):
    """A trainer's room of one day: how many finished, and how often each item was mistaken by the `summed` first of them.
    `waiting`: the same of those who are not in the sums yet.
    """

    __tablename__ = "lesson_classes"
    day: Mapped[date] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(primary_key=True)
    threat: Mapped[str]
    finished: Mapped[int]
    summed: Mapped[int]
    mistaken: Mapped[dict[str, Any]]
    waiting: Mapped[dict[str, Any]]


class LessonReminder(Base):
    """A reminder of a lesson. The number is in the encrypted submission, which is emptied after the second reminder."""

    __tablename__ = "lesson_reminders"
    submission_id: Mapped[int] = mapped_column(ForeignKey("outside_submissions.id"), primary_key=True)
    due_at: Mapped[datetime] = mapped_column(index=True)
    sent: Mapped[int]
