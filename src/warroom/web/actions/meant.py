"""The subjects of an action's form: picked from the search, or typed and looked for when the form is sent."""

from collections.abc import Mapping

from starlette.requests import Request

from warroom.errors import NotAllowed
from warroom.law.kinds.declarations import Kind
from warroom.ledger.officers import Officer
from warroom.orders.order_content import Subject
from warroom.sentences.sentence import Sentence
from warroom.subjects.subject import Subject as Known
from warroom.web.kit import picks
from warroom.web.kit.forms import Unfit
from warroom.web.kit.open_home import open_home_of

LOOKED_FOR = 20
"""So many are looked for one by one; a longer list came from a sheet, where each stands whole."""


def subjects_of(
    request: Request, officer: Officer, kind: Kind, given: Mapping[str, str], name: str
) -> tuple[Subject, ...]:
    """What a form names, each as it is known; raises NotPossible where what was typed may mean several."""
    found = picks.named(given, name, kind.subjects[0])
    if len(found) > LOOKED_FOR:
        return tuple(Subject(one.kind, one.id, note) for one, note in found)
    return tuple(_meant(request, officer, kind, one, note, name) for one, note in found)


def _meant(request: Request, officer: Officer, kind: Kind, said: Known, note: str, name: str) -> Subject:
    from warroom.room.lookup import picking  # opens the lake, and the first page does not wait for it

    room = open_home_of(request)
    try:
        one = picking.meant(room.ledger, room.lake, officer, said, kind.subjects)
    except NotAllowed:
        # Whoever may not search names it whole.
        one = said
    if one is None:
        raise Unfit(Sentence("actions.subject-means-several", typed=said.id), name)
    return Subject(one.kind, one.id, note)
