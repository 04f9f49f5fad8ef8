"""Whether an open page that renewed itself showed its reader anything that they had not read.

An open case page renews once a minute, since deadlines come nearer without a row of the log. Content that is shown for
the first time is a read, and is logged: the first opening, and each renewal after something was done in the case. A
renewal that shows what the same officer was shown some minutes ago would only fill the log. It is decided from the
log itself and not from what a browser says, so that nobody can read without a row.
"""

from datetime import timedelta

from sqlalchemy import ColumnElement, func, select

from warroom.ledger.decision import LoggedRead
from warroom.ledger.schema import AuditLine

RENEWED_WITHIN = timedelta(minutes=8)
"""A read is logged again after so long, so that the log's rows stay within one session of `log_sessions`."""

# Rows about a person that belong to the case's history too: they tell nothing about the person.
_OF_CASE_TOO = ("person.registered", "deadline.struck")


def is_deed() -> ColumnElement[bool]:
    """A condition for rows of the log: what was done in a case and is shown to all who may open it.

    What is done for a person found is on the person's own page, for officers who may know of them.
    """
    looks = AuditLine.verb.like("%.read") | AuditLine.verb.like("%.listed")
    of_person = AuditLine.subject.like("person:%") & AuditLine.verb.not_in(_OF_CASE_TOO)
    return ~looks & ~of_person


def is_read_already(this: LoggedRead, number: str) -> bool:
    """Whether the officer's read of the case as it is now is in the log, from a few minutes ago."""
    of_case = AuditLine.case_number == number
    own = (AuditLine.officer == this.person.username) & (AuditLine.verb == "case.read")
    query = select(AuditLine.sequence, AuditLine.at).where(of_case, own)
    row = this.session.execute(query.order_by(AuditLine.sequence.desc()).limit(1)).first()
    if row is None or not timedelta(0) <= this.now - row.at < RENEWED_WITHIN:
        return False
    newest_deed = this.session.scalar(select(func.max(AuditLine.sequence)).where(of_case, is_deed()))
    return bool((newest_deed or 0) < row.sequence)
