"""Resolves the subjects of an action's form: picked from the search, or typed and looked up when the form is sent."""

from collections.abc import Mapping

from starlette.requests import Request

from warroom.errors import NotAllowed
from warroom.law.kinds.declarations import ActionKind
from warroom.ledger.officers import Officer
from warroom.orders.order_content import OrderSubject
from warroom.sentences.sentence import Sentence
from warroom.subjects.subject import Subject as Known
from warroom.web.kit import picks
from warroom.web.kit.forms import UnfitField
from warroom.web.kit.open_home import open_home_of

LOOKED_FOR = 20
"""Subjects looked up one by one; a longer list comes from a spreadsheet with complete ids. Chosen, not measured."""


def resolve_subjects(
    request: Request, officer: Officer, kind: ActionKind, given: Mapping[str, str], name: str
) -> tuple[OrderSubject, ...]:
    """What a form names, each as it is known; raises NotPossible where what was typed may mean several."""
    found = picks.parse_subjects(given, name, kind.subjects[0])
    if len(found) > LOOKED_FOR:
        return tuple(OrderSubject(one.kind, one.id, note) for one, note in found)
    return tuple(_resolve_subject(request, officer, kind, one, note, name) for one, note in found)


def require_reason(given: Mapping[str, str], name: str) -> str:
    """Why an action is proposed; raises NotPossible, at its field, where nothing is written."""
    reason = given.get(name, "").strip()
    if not reason:
        raise UnfitField(Sentence("actions.reason-missing"), name)
    return reason


def _resolve_subject(
    request: Request, officer: Officer, kind: ActionKind, typed_subject: Known, note: str, name: str
) -> OrderSubject:
    from warroom.room.lookup import picking  # loads the lake's engine: not at the start

    room = open_home_of(request)
    try:
        subject = picking.resolve_subject(room.ledger, room.lake, officer, typed_subject, kind.subjects)
    except NotAllowed:
        # An officer who may not search must type the complete id.
        subject = typed_subject
    if subject is None:
        raise UnfitField(Sentence("actions.subject-means-several", typed=typed_subject.id), name)
    return OrderSubject(subject.kind, subject.id, note)
