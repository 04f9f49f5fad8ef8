"""The room's side of lessons: sums for trainers' classes, and reminders for learners.

Only sums of a class are stored, for one day, and no learner's answers. They are shown for eleven and more learners and grow by
eleven, so that nobody's answers follow from the difference of two sums.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from warroom import keys, settings
from warroom.errors import LedgerError
from warroom.ledger.ledger import Ledger
from warroom.public.keys import CODES, seal_key
from warroom.public.outside import classes
from warroom.public.outside.lesson_files import lesson_of, load_offered_lessons
from warroom.public.outside.lessons import EACH
from warroom.public.outside.sealing import unseal
from warroom.public.outside.telling_apart import d_prime
from warroom.public.published import publish_page
from warroom.public.schema import LessonClass, LessonReminder, PublishedPage, Submission

WEEKS = (4, 12)
"""Weeks after the lesson for reminders: half of the effect is lost in three months (Burke et al., 2022)."""
EMPTY = b"\x00"


@dataclass(frozen=True, slots=True)
class DueReminder:
    """A reminder to send now: channel, number, language and lesson."""

    way: str
    number: str
    language: str
    threat: str


def record_learner_submission(
    ledger: Ledger, session: Session, row: Submission, fields: Mapping[str, Any] | None
) -> None:
    """Record a learner's submission: answers in a class, or a request for reminders. Anything else is ignored."""
    if not fields:
        return
    if "remind" in fields:
        due = row.sent_at + timedelta(weeks=WEEKS[0])
        session.add(LessonReminder(submission_id=row.id, due_at=due, sent=0))
        return
    at = classes.to_local_time(row.sent_at, settings.get_text("WARROOM_TIMEZONE"))
    number, mistaken = str(fields.get("room", "")), fields.get("mistaken")
    threat = classes.class_of(number, list(load_offered_lessons()), keys.load_secret(ledger.home, CODES), at)
    lesson = lesson_of(threat, "en")
    if lesson is None or not isinstance(mistaken, list) or not set(map(str, mistaken)) <= set(lesson.items):
        return
    _count_class_answers(session, at, number, threat, sorted(set(mistaken)))


def _count_class_answers(
    session: Session, at: datetime, number: str, threat: str, mistaken: list[str]
) -> None:
    row = session.get(LessonClass, (at.date(), number), with_for_update=True)
    if row is None:
        row = LessonClass(
            day=at.date(), number=number, threat=threat, finished=0, summed=0, mistaken={}, waiting={}
        )
        session.add(row)
    # Against a flood of invented learners (`classes.MOST`).
    if row.finished >= classes.MOST:
        return
    row.finished += 1
    row.waiting = dict(Counter(row.waiting) + Counter(mistaken))
    if row.finished - row.summed >= classes.FEWEST:
        row.mistaken, row.waiting, row.summed = (
            dict(Counter(row.mistaken) + Counter(row.waiting)),
            {},
            row.finished,
        )


def publish_classes(ledger: Ledger, now: datetime) -> None:
    """Publish today's classes for their trainers, and delete earlier ones."""
    today = classes.to_local_time(now, settings.get_text("WARROOM_TIMEZONE")).date()
    with ledger.open_session() as session:
        session.execute(delete(LessonClass).where(LessonClass.day < today))
        old = PublishedPage.name.like("class-%") & PublishedPage.name.not_like(f"class-{today:%Y%m%d}-%")
        session.execute(delete(PublishedPage).where(old))
        for row in session.scalars(select(LessonClass).where(LessonClass.day == today)):
            publish_page(session, f"class-{today:%Y%m%d}-{row.number}", class_body(row), now)


def class_body(row: LessonClass) -> dict[str, Any]:
    """The published content for a trainer: mean scores of eight as text, items by number of mistakes, d-prime of the class."""
    if not row.summed:
        return {"finished": row.finished, "summed": 0}
    lesson = lesson_of(row.threat, "en")
    assert lesson is not None
    wrong = Counter(row.mistaken)
    fooled = sum(wrong[item.id] for item in lesson.of_kind("scam"))
    careful = sum(wrong[item.id] for item in lesson.of_kind("genuine"))
    asked = EACH * row.summed
    return {
        "finished": row.finished,
        "summed": row.summed,
        "hits": f"{EACH - fooled / row.summed:.1f}",
        "trusted": f"{EACH - careful / row.summed:.1f}",
        "mistaken": [
            [item, wrong[item]] for item in sorted(lesson.items, key=lambda item: (-wrong[item], item))
        ],
        "d_prime": f"{d_prime(asked - fooled, asked, careful, asked):.2f}",
    }


def take_due_reminders(ledger: Ledger, now: datetime) -> list[DueReminder]:
    """Reminders that are due, after four and twelve weeks; after the second one the number is erased."""
    with ledger.open_session() as session:
        rows = session.scalars(
            select(LessonReminder).where(LessonReminder.due_at <= now).with_for_update()
        ).all()
        return [due for row in rows if (due := _advance_reminder(ledger, session, row))]


def _advance_reminder(ledger: Ledger, session: Session, row: LessonReminder) -> DueReminder | None:
    sent = session.get_one(Submission, row.submission_id)
    try:
        asked = unseal(seal_key(ledger.home), sent.sealed)[0]["said"]["remind"]
        due = DueReminder(*(str(asked[name])[:40] for name in ("way", "number", "language", "threat")))
    except (LedgerError, ValueError, KeyError, TypeError):
        due = None
    row.sent += 1
    if due and row.sent < len(WEEKS):
        row.due_at = sent.sent_at + timedelta(weeks=WEEKS[row.sent])
    else:
        sent.sealed = EMPTY
        session.delete(row)
    return due
