"""Checks at the go that every action is unchanged since its approval, which may be days ago, and still valid."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from warroom.actions.dossier import load_dossiers
from warroom.actions.operations.rows import lock_actions
from warroom.actions.schema import Action, Operation
from warroom.actions.views import UNDER_WAY
from warroom.errors import NotPossible
from warroom.law.kinds.declarations import load_kind


def refuse_if_decided_on(session: Session, operation: Operation, prerequisite: str) -> None:
    """Raises NotPossible where an action of the operation was approved on such a paper: it is not replaced under it."""
    # Locked, so that no approval falls between this look and the paper.
    decided = lock_actions(session, operation, *UNDER_WAY)
    if any(prerequisite in load_kind(one.kind).requires for one in decided):
        raise NotPossible("actions.document-in-use")


def refuse_if_changed(session: Session, waiting: Sequence[Action], now: datetime) -> None:
    """Raises NotPossible where an approved action is not what its officers saw, or may pass no longer."""
    for dossier in load_dossiers(session, waiting, now).values():
        # The approvals are checked against the current dossier: a document may have been attached to the
        # operation since.
        if len(dossier.list_approvers(dossier.digest)) < dossier.measure.needed:
            raise NotPossible("actions.changed-since-approval")
        if dossier.law_now is not None and dossier.law_now.digest != dossier.measure.rule_digest:
            raise NotPossible("actions.law-changed-since-approval")
        # A warrant may have run out in the days between.
        if dossier.stopped:
            raise NotPossible(dossier.stopped[0])
