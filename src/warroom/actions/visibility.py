"""What of an action and its documents is shown to whom.

Who proposes, approves or carries out a kind sees the whole table: nobody decides on what they have not seen. To everyone
else a paper that does not go along is its title and digest, and what their roles do not need is masked.
"""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from warroom.access import masking
from warroom.actions.views import ActionView, DocumentView
from warroom.cases import purposes
from warroom.cases.schema import Case
from warroom.law.kinds.declarations import ActionKind, load_kind, load_prerequisite
from warroom.ledger import officers
from warroom.ledger.officers import Officer
from warroom.ledger.schema import OfficerRow
from warroom.marking import Mark
from warroom.orders.order_content import MARKS_OF_KINDS


def may_read(session: Session, person: OfficerRow, case_id: int | None, now: datetime) -> None:
    """Whether the officer may read what serves this case, if it serves one; raises NotFound or PurposeNeeded."""
    if case_id is not None:
        purposes.may_read(session, person, session.get_one(Case, case_id), now)


def note_work(session: Session, person: OfficerRow, case_id: int | None, now: datetime) -> None:
    """Who decides about what serves a case works on it: that is their purpose where they have stated none."""
    if case_id is not None:
        purposes.note_work(session, person, session.get_one(Case, case_id), now)


def list_roles_of(kind: ActionKind) -> frozenset[str]:
    """The roles that do something with actions of this kind."""
    return frozenset((*kind.proposes, *kind.approves, *kind.carries_out))


def redact_action(person: OfficerRow, action: ActionView) -> ActionView:
    """The action as this officer may see it."""
    officer = officers.to_officer(person)
    # By kind and not by case: the same officer decides on one action of a case and only reads another.
    if officer.has_role(*list_roles_of(load_kind(action.kind))):
        return action
    documents = redact_documents(action.documents, ())
    kept = {
        load_prerequisite(document.prerequisite).title.en.lower()
        for document in documents
        if not document.content
    }
    # Such a sentence quotes the document.
    stopped = tuple(sentence for sentence in action.stopped if not any(title in sentence for title in kept))
    return masking.redact(officer, replace(action, documents=documents, stopped=stopped))


def redact_documents(found: Iterable[DocumentView], own: Collection[str]) -> tuple[DocumentView, ...]:
    """The documents: of those that do not go along, unless they are the officer's `own` business, no contents."""
    return tuple(
        one
        if one.prerequisite in own or load_prerequisite(one.prerequisite).goes_along
        else replace(one, content={})
        for one in found
    )


def mask_subject(officer: Officer, kind: str, sorts: Iterable[str], text: str) -> str:
    """A subject in a list, masked for whom its action is masked."""
    shut = masking.list_masked_marks(officer)
    found = [mark for mark in map(MARKS_OF_KINDS.get, sorts) if mark in shut]
    open_to = not found or officer.has_role(*list_roles_of(load_kind(kind)))
    return text if open_to else masking.mask(text, found[0] if len(found) == 1 else Mark.PERSONAL)
