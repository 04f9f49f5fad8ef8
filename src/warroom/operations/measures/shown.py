"""What of an action, and of the papers beside it, is shown to whom.

Who proposes, approves or carries out a kind sees the whole table: nobody decides on what they have not seen. To everyone
else a paper that does not go along is its title and digest, and what their roles do not need is masked.
"""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from warroom.operations import access, officers
from warroom.operations.access import marks
from warroom.operations.facts import MARKS_OF_KINDS
from warroom.operations.kinds import Kind, kind_of, prerequisite_of
from warroom.operations.marking import Mark
from warroom.operations.schema import Case, OfficerRow
from warroom.operations.views import Officer
from warroom.operations.views.measures import DocumentView, MeasureView


def may_read(session: Session, person: OfficerRow, case_id: int | None, now: datetime) -> None:
    """Whether the officer may read what serves this case, if it serves one; raises NotFound or PurposeNeeded."""
    if case_id is not None:
        access.may_read(session, person, session.get_one(Case, case_id), now)


def note_work(session: Session, person: OfficerRow, case_id: int | None, now: datetime) -> None:
    """Who decides about what serves a case works on it: that is their purpose where they have stated none."""
    if case_id is not None:
        access.note_work(session, person, session.get_one(Case, case_id), now)


def roles_of(kind: Kind) -> frozenset[str]:
    """The roles that do something with actions of this kind."""
    return frozenset((*kind.proposes, *kind.approves, *kind.carries_out))


def to(person: OfficerRow, found: MeasureView) -> MeasureView:
    """The action as this officer may see it."""
    officer = officers.officer_view(person)
    if officer.may(*roles_of(kind_of(found.kind))):
        return found
    documents = papers(found.documents, ())
    kept = {prerequisite_of(one.prerequisite).title.en.lower() for one in documents if not one.content}
    # Such a sentence says what stands in the paper.
    stopped = tuple(one for one in found.stopped if not any(title in one for title in kept))
    return marks.redact(officer, replace(found, documents=documents, stopped=stopped))


def papers(found: Iterable[DocumentView], own: Collection[str]) -> tuple[DocumentView, ...]:
    """The documents: of those that do not go along, unless they are the officer's `own` business, no contents."""
    return tuple(
        one
        if one.prerequisite in own or prerequisite_of(one.prerequisite).goes_along
        else replace(one, content={})
        for one in found
    )


def subject(officer: Officer, kind: str, sorts: Iterable[str], text: str) -> str:
    """A subject in a list, masked for whom its action is masked."""
    shut = marks.marks_shut(officer)
    found = [mark for mark in map(MARKS_OF_KINDS.get, sorts) if mark in shut]
    open_to = not found or officer.may(*roles_of(kind_of(kind)))
    return text if open_to else marks.mask(text, found[0] if len(found) == 1 else Mark.PERSONAL)
