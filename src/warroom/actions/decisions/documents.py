"""Laying documents on an action's table."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from warroom import clock
from warroom.actions import states
from warroom.actions.details import checked
from warroom.actions.render import view
from warroom.actions.rows import case_number, locked
from warroom.actions.schema import ActionDocument
from warroom.actions.views import ActionView
from warroom.errors import NotPossible
from warroom.law.kinds.declarations import prerequisite_of
from warroom.law.kinds.named import named
from warroom.ledger import idempotency
from warroom.ledger.audit import writing
from warroom.ledger.canonical_json import canonical, digest, plain
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.ledger.schema import OfficerRow


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
    now = now or clock.now()
    with ledger.session() as session:
        measure, kind, person = locked(
            session, officer, measure_id, now, "proposes", "approves", "carries_out"
        )
        request = ["measure.attach", measure_id, prerequisite, plain(dict(content))]
        if idempotency.first_time(session, person, key, request, now) is None:
            if prerequisite not in kind.requires:
                raise NotPossible(
                    "actions.document-not-asked-for", kind=named(kind.id), document=named(prerequisite[:64])
                )
            if measure.state != "proposed":
                raise states.decided(measure)
            row = document(person, prerequisite, content, now)
            row.action_id = measure.id
            session.add(row)
            session.flush()
            idempotency.keep(session, person, key, [measure.id])
            detail = as_logged(row)
            writing.append(
                session,
                officer,
                "measure.document",
                f"measure:{measure.id}",
                detail,
                case=case_number(session, measure),
                at=now,
            )
        return view(session, measure, now)


def document(
    person: OfficerRow, prerequisite: str, content: Mapping[str, Any], now: datetime
) -> ActionDocument:
    """A document's row, its fields checked and hashed; on whose table it lies is the caller's to say."""
    kept = checked(prerequisite_of(prerequisite).inputs, content)
    return ActionDocument(
        prerequisite=prerequisite,
        content=kept,
        sha256=digest(canonical([prerequisite, kept])),
        officer_id=person.id,
        at=now,
    )


def as_logged(row: ActionDocument) -> dict[str, Any]:
    """What the log says of a paper: all of it, but of one that stays in the house its hash alone, since many may read
    the log and few the paper.
    """
    said = {"prerequisite": row.prerequisite, "sha256": row.sha256}
    return {**said, "content": row.content} if prerequisite_of(row.prerequisite).goes_along else said
