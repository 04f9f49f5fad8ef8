"""Attaching documents to an action."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from warroom.actions import states
from warroom.actions.details import check_fields
from warroom.actions.render import build_action_view
from warroom.actions.rows import lock_action_for_officer, log_action
from warroom.actions.schema import ActionDocument
from warroom.actions.steps import ATTACH
from warroom.actions.views import ActionView
from warroom.errors import NotPossible
from warroom.law.kinds.declarations import load_kind, load_prerequisite
from warroom.law.kinds.named import translate_words
from warroom.ledger.canonical_json import hash_text, to_canonical_json
from warroom.ledger.decision import Decision, open_decision
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
    """Attach a document to an action; a newer one for the same prerequisite replaces the older.

    What was approved before no longer counts, since those officers have not seen it. Raises NotAllowed, NotFound, or
    NotPossible where a field does not fit, the kind asks for no such document, or it is decided already.
    """
    with open_decision(ledger, officer, now=now) as this:
        # Every role of the kind may attach: a warrant reaches the officers who carry out, not those who
        # proposed.
        measure = lock_action_for_officer(this, measure_id, *ATTACH.may)
        if this.find_earlier_result(key, "measure.attach", measure_id, prerequisite, dict(content)) is None:
            if prerequisite not in load_kind(measure.kind).requires:
                raise NotPossible(
                    "actions.document-not-asked-for",
                    kind=translate_words(measure.kind),
                    document=translate_words(prerequisite[:64]),
                )
            # A decided action keeps the papers it was decided on: what is added later would look as if it had been read.
            if measure.state != "proposed":
                raise states.make_decided_error(measure)
            row = make_document(this, prerequisite, content)
            row.action_id = measure.id
            this.session.add(row)
            this.save_result(measure.id)
            log_action(this, "measure.document", measure, to_log_detail(row))
        return build_action_view(this.session, measure, this.now)


def make_document(this: Decision, prerequisite: str, content: Mapping[str, Any]) -> ActionDocument:
    """A document's row, its fields checked and hashed; the caller assigns it to an action or an operation."""
    kept = check_fields(load_prerequisite(prerequisite).inputs, content)
    return ActionDocument(
        prerequisite=prerequisite,
        content=kept,
        # The name is hashed too: the same words as another paper are another paper.
        sha256=hash_text(to_canonical_json([prerequisite, kept])),
        officer_id=this.person.id,
        at=this.now,
    )


def to_log_detail(row: ActionDocument) -> dict[str, Any]:
    """A document's details for the log: its whole content, or only its hash where it is not sent along, since
    the log has more readers than the document.
    """
    said = {"prerequisite": row.prerequisite, "sha256": row.sha256}
    return {**said, "content": row.content} if load_prerequisite(row.prerequisite).goes_along else said
