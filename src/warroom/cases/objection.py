"""Objections of holders, to a hold, a flag or a hold of what comes in: one at a time, with the deadlines of the law."""

from datetime import datetime
from typing import Literal, TypeVar

from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import InstrumentedAttribute, Mapped, mapped_column

from warroom.errors import NotPossible
from warroom.law.rules import repository as law
from warroom.ledger import deadlines
from warroom.ledger.decision import Decision

# Characters of the objection, and below of how to reach the holder; longer text is cut. Chosen, not
# measured.
TEXT_SIGNS = 4000
WHO_SIGNS = 200
CLOCKS = ("appeal_due", "appeal_limit")


class Objection:
    """The columns that every table of objections has; `state` is open, upheld or granted."""

    id: Mapped[int] = mapped_column(primary_key=True)
    who: Mapped[str]
    text: Mapped[str]
    filed_at: Mapped[datetime]
    due_at: Mapped[datetime]
    limit_at: Mapped[datetime]
    state: Mapped[str]
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("officers.id"))
    answered_at: Mapped[datetime | None]
    reason: Mapped[str]


Filed = TypeVar("Filed", bound=Objection)
About = Literal["hold", "flag", "incoming"]


def clean_objection(who: str, text: str) -> tuple[str, str]:
    """How to reach a holder and what they say, as kept; raises NotPossible where either is missing."""
    # Cut and not refused: nobody is sent away for having written too much.
    who, text = who.strip()[:WHO_SIGNS], text.strip()[:TEXT_SIGNS]
    if not who or not text:
        raise NotPossible("cases.appeal-empty")
    return who, text


def file_objection(
    this: Decision, row: Filed, to: InstrumentedAttribute[int], about: About, case: int | None = None
) -> Filed:
    """File an objection with its `who`, `text` and what it is `to`; its deadlines run from now. Raises
    NotPossible where one is open.
    """
    of, number = type(row), getattr(row, to.key)
    # One at a time: deadlines belong to the hold or flag, and a second objection would restart those of
    # the first.
    if this.session.scalar(select(of.id).where(to == number, of.state == "open")) is not None:
        raise NotPossible("cases.appeal-open")
    # The newest text, confirmed or not: the holder's right to object does not wait for a lawyer of ours.
    rule = law.rule_under(law.APPEAL)
    row.state, row.reason, row.filed_at = "open", "", this.now
    row.due_at, row.limit_at = this.now + rule.period, this.now + (rule.limit or rule.period)
    this.session.add(row)
    this.session.flush()
    for clock, at in zip(CLOCKS, (row.due_at, row.limit_at), strict=True):
        deadlines.start_deadline(this.session, about, number, clock, at, case)
    return row


def answer_objection(
    this: Decision, row: Objection, state: str, reason: str, about: About, number: int
) -> None:
    """Record an officer's answer, upheld or granted, and stop the deadlines."""
    row.state, row.reason, row.answered_by, row.answered_at = state, reason, this.person.id, this.now
    deadlines.stop_deadlines(this.session, about, number, *CLOCKS)
