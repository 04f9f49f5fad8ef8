"""Laying documents on an action's table."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from warroom.actions import states
from warroom.actions.details import checked
from warroom.actions.render import view
from warroom.actions.rows import locked, log
from warroom.actions.schema import ActionDocument
from warroom.actions.steps import ATTACH
from warroom.actions.views import ActionView
from warroom.errors import NotPossible
from warroom.law.kinds.declarations import kind_of, prerequisite_of
from warroom.law.kinds.named import named
from warroom.ledger.canonical_json import canonical, digest
from warroom.ledger.decision import Decision, decision
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer


def attach_document(
    ledger: Ledger,
    officer: Officer,
    measure_id: int,
    prerequisite: str,
    content: Mapping[str, Any],
    *,
    key: str,
    now: datetime | None = None,
) -> ActionView:
    """Lay a document on an action's table; a newer one for the same prerequisite takes the place of the older.

    What was approved before no longer counts, since those officers have not seen it. Raises NotAllowed, NotFound, or
    NotPossible where a field does not fit, the kind asks for no such document, or it is decided already.
    """
    with decision(ledger, officer, now=now) as this:
        # Whoever does anything with the kind brings papers: a warrant comes to who carries out, not to who proposed.
        measure = locked(this, measure_id, *ATTACH.may)
        if this.before(key, "measure.attach", measure_id, prerequisite, dict(content)) is None:
            if prerequisite not in kind_of(measure.kind).requires:
                raise NotPossible(
                    "actions.document-not-asked-for",
                    kind=named(measure.kind),
                    document=named(prerequisite[:64]),
                )
            # A decided action keeps the papers it was decided on: what is added later would look as if it had been read.
            if measure.state != "proposed":
                raise states.decided(measure)
            row = document(this, prerequisite, content)
            row.action_id = measure.id
            this.session.add(row)
            this.keep(measure.id)
            log(this, "measure.document", measure, as_logged(row))
        return view(this.session, measure, this.now)


def document(this: Decision, prerequisite: str, content: Mapping[str, Any]) -> ActionDocument:
    """A document's row, its fields checked and hashed; on whose table it lies is the caller's to say."""
    kept = checked(prerequisite_of(prerequisite).inputs, content)
    return ActionDocument(
        prerequisite=prerequisite,
        content=kept,
        # The name is hashed too: the same words as another paper are another paper.
        sha256=digest(canonical([prerequisite, kept])),
        officer_id=this.person.id,
        at=this.now,
    )


def as_logged(row: ActionDocument) -> dict[str, Any]:
    """What the log says of a paper: all of it, but of one that stays in the house its hash alone, since many may read
    the log and few the paper.
    """
    said = {"prerequisite": row.prerequisite, "sha256": row.sha256}
    return {**said, "content": row.content} if prerequisite_of(row.prerequisite).goes_along else said
