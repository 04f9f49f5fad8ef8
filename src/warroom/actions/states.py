"""The states of an action and the only way from one to the next.

    proposed -> approved -> sent -> in_effect | partly | refused -> done | lifted | lapsed | withdrawn
       |-> declined | withdrawn | lapsed

Only a partner's answer leads to `in_effect`, `partly` and `refused`; what no partner carries out, an officer says.
A trigger of the ledger knows the same steps, so that no program can take another.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from warroom.actions.schema import Action, ActionTransition
from warroom.actions.views import ActionState
from warroom.errors import NotPossible
from warroom.law.kinds.named import translate_words

STEPS: dict[str, tuple[ActionState, ...]] = {
    "proposed": ("approved", "declined", "withdrawn", "lapsed"),
    # A partner's answer may overtake the carrier's report: what is approved can be in effect before the
    # room knows it was sent.
    "approved": ("sent", "in_effect", "partly", "refused", "done", "withdrawn", "lifted", "lapsed"),
    "sent": ("in_effect", "partly", "refused", "done", "lifted", "withdrawn", "lapsed"),
    # A partner that said yes may still find that part of it, or none, could be done.
    "in_effect": ("partly", "refused", "done", "lifted", "lapsed"),
    "partly": ("in_effect", "refused", "done", "lifted", "lapsed"),
}
WORDS = {
    "proposed": "waiting for approval",
    "approved": "approved",
    "sent": "sent",
    "in_effect": "in effect",
    "partly": "in effect in part",
    "refused": "refused by its partner",
    "done": "done",
    "lifted": "lifted",
    "lapsed": "lapsed",
    "withdrawn": "withdrawn",
    "declined": "declined",
}


def write_first_states(session: Session, measures: Iterable[Action]) -> None:
    """Write the first row of each history: it was proposed."""
    _write_transitions(
        session,
        [
            _to_transition_row(
                measure, None, "proposed", measure.proposed_at, measure.proposed_by, measure.reason
            )
            for measure in measures
        ],
    )


def move_actions(
    session: Session,
    measures: Iterable[Action],
    after: ActionState,
    now: datetime,
    officer_id: int | None,
    reason: str,
) -> None:
    """Take locked actions one step on and write it down; raises NotPossible for a step that there is not."""
    rows = []
    for measure in measures:
        if after not in STEPS.get(measure.state, ()):
            raise make_decided_error(measure)
        rows.append(_to_transition_row(measure, measure.state, after, now, officer_id, reason))
        measure.state = after
    # The states first: the trigger that looks for their rows in the history is deferred to the commit.
    session.flush()
    _write_transitions(session, rows)


def _to_transition_row(
    measure: Action, before: str | None, after: str, now: datetime, officer_id: int | None, reason: str
) -> dict[str, Any]:
    return {
        "action_id": measure.id,
        "before": before,
        "after": after,
        "at": now,
        "officer_id": officer_id,
        "reason": reason,
    }


def _write_transitions(session: Session, rows: list[dict[str, Any]]) -> None:
    """By the table and not by objects: the cost of a step is most of the cost of a decision."""
    if rows:
        session.execute(insert(ActionTransition.metadata.tables["action_transitions"]), rows)


def make_decided_error(measure: Action) -> NotPossible:
    """The refusal for an officer who comes too late."""
    return NotPossible("actions.decided-already", state=translate_words(WORDS[measure.state]))
