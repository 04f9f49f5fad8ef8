"""The legal basis of an action: the first rule of its kind in force at the moment, confirmed by a lawyer."""

from datetime import datetime

from sqlalchemy.orm import Session

from warroom.errors import NotPossible
from warroom.law.kinds.declarations import ActionKind
from warroom.law.kinds.named import translate_words
from warroom.law.rules import repository as law


def require_rule_in_force(kind: ActionKind, now: datetime) -> law.Rule:
    """The rule that a decision of this kind would rest on now; raises NotPossible where none is in force."""
    # In the order of the declaration: the first that is in force carries it.
    for rule_id in kind.rules:
        try:
            return law.rule_at(rule_id, now)
        except NotPossible:
            continue
    raise NotPossible("actions.no-law-then", day=f"{now:%Y-%m-%d}", kind=translate_words(kind.id))


def require_usable_rule(session: Session, kind: ActionKind, now: datetime) -> law.Rule:
    """The same, if a lawyer of this house has confirmed it (in an exercise every rule may be rehearsed)."""
    return law.usable_rule(session, require_rule_in_force(kind, now).id, now)
