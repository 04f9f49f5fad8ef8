"""Drafts of plans: what an officer has typed so far, kept between the steps of the form, visible to them only.

Nothing of it is in the log, as nothing typed into any other form is, before it is sent.
"""

from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select

from warroom import clock
from warroom.actions.operations.views import DraftView
from warroom.actions.schema import OperationDraft
from warroom.errors import NotFound
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.ledger.rows import make_view

KEPT = timedelta(days=30)
"""An older draft is deleted when its officer begins another."""
# Drafts listed when an officer begins a plan.
SHOWN = 5


def begin_draft(ledger: Ledger, officer: Officer, content: dict[str, Any]) -> int:
    """Save a new plan's first step; returns the draft's id."""
    now = clock.get_now()
    with ledger.open_session() as session:
        old = (OperationDraft.officer_id == officer.id, OperationDraft.kept_at < now - KEPT)
        session.execute(delete(OperationDraft).where(*old))
        made = OperationDraft(officer_id=officer.id, operation_id=None, content=content, kept_at=now)
        session.add(made)
        session.flush()
        return made.id


def load_draft(ledger: Ledger, officer: Officer, draft_id: int) -> DraftView:
    """A plan of this officer's own; raises NotFound."""
    with ledger.open_session() as session:
        return _to_view(_require_own(session.get(OperationDraft, draft_id), officer, draft_id))


def list_begun_drafts(ledger: Ledger, officer: Officer) -> tuple[DraftView, ...]:
    """The plans that this officer has begun and not yet sent, the latest first, few."""
    mine = (OperationDraft.officer_id == officer.id, OperationDraft.operation_id.is_(None))
    query = select(OperationDraft).where(*mine).order_by(OperationDraft.kept_at.desc()).limit(SHOWN)
    with ledger.open_session() as session:
        return tuple(_to_view(row) for row in session.scalars(query))


def save_draft(ledger: Ledger, officer: Officer, draft_id: int, content: dict[str, Any]) -> None:
    """Keep what a step holds now; raises NotFound."""
    with ledger.open_session() as session:
        row = _require_own(session.get(OperationDraft, draft_id, with_for_update=True), officer, draft_id)
        row.content, row.kept_at = content, clock.get_now()


def mark_planned(ledger: Ledger, officer: Officer, draft_id: int, operation_id: int) -> None:
    """Link a draft to the operation planned from it, so that its old address leads there; raises NotFound."""
    with ledger.open_session() as session:
        _require_own(session.get(OperationDraft, draft_id), officer, draft_id).operation_id = operation_id


def _require_own(row: OperationDraft | None, officer: Officer, draft_id: int) -> OperationDraft:
    # Another officer's is answered as none: what they are planning is nobody's business before they send it.
    if row is None or row.officer_id != officer.id:
        raise NotFound("actions.no-such-draft", draft=draft_id)
    return row


def _to_view(row: OperationDraft) -> DraftView:
    return make_view(DraftView, row, operation=row.operation_id)
