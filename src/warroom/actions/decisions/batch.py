"""Deciding on several actions one after the other: each on its own dossier as seen, each by its own rules.

There is no collective decision. An action that may not be approved is refused with its reason, and the others
stay decided.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from warroom.actions.decisions.approvals import approve_action, decline_action
from warroom.actions.queries import load_action
from warroom.actions.views import ActionView, BatchOutcome
from warroom.errors import NotAllowed, NotFound, NotPossible
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer

MOST = 25
"""Actions decided at once: nobody reads more of them before one click. Chosen, not measured."""

# Each is a decision of its own, in a transaction of its own: one that is refused takes no other with it, and no officer
# holds the locks of twenty-five actions while others wait.


def load_tables(
    ledger: Ledger, officer: Officer, ids: Sequence[int], *, now: datetime | None = None
) -> tuple[ActionView, ...]:
    """Several actions in full, each read logged. What the officer may not see is left out, as if it did not
    exist; raises NotPossible for more than can be read.
    """
    views = []
    for number in _limit_ids(ids):
        try:
            views.append(load_action(ledger, officer, number, now=now))
        except (NotFound, NotPossible):
            # Alike for none, for a sealed one and for a purpose that is missing: a list of numbers finds out nothing.
            continue
    return tuple(views)


def approve_each(
    ledger: Ledger, officer: Officer, seen: Mapping[int, str], *, key: str, now: datetime | None = None
) -> tuple[BatchOutcome, ...]:
    """Approve each of these actions on the digest under which it was seen; what is refused says why. The same key again
    answers the same.
    """
    return _decide_each(
        seen,
        lambda number: approve_action(ledger, officer, number, seen[number], key=f"{key}-{number}", now=now),
    )


def decline_each(
    ledger: Ledger,
    officer: Officer,
    ids: Sequence[int],
    reason: str,
    *,
    key: str,
    now: datetime | None = None,
) -> tuple[BatchOutcome, ...]:
    """Decline each of these actions for one reason; what is refused says why. Raises NotPossible without a reason."""
    if not reason.strip():
        raise NotPossible("actions.decline-reason-missing")
    return _decide_each(
        ids, lambda number: decline_action(ledger, officer, number, reason, key=f"{key}-{number}", now=now)
    )


def _decide_each(
    ids: Sequence[int] | Mapping[int, str], decide: Callable[[int], ActionView]
) -> tuple[BatchOutcome, ...]:
    outcomes = []
    # Each has its own key made of the one that was sent: after a lost answer those that were decided answer the same,
    # and the rest are decided now.
    for number in _limit_ids(list(ids)):
        try:
            outcomes.append(BatchOutcome(number, decide(number).reference, ""))
        except (NotAllowed, NotFound, NotPossible) as problem:
            outcomes.append(BatchOutcome(number, "", problem.sentence))
    return tuple(outcomes)


def _limit_ids(ids: Sequence[int]) -> list[int]:
    wanted = list(dict.fromkeys(ids))
    if len(wanted) > MOST:
        raise NotPossible("actions.too-many-at-once", most=MOST)
    return wanted
