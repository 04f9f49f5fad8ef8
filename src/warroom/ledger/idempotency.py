"""Idempotency keys: each decision has a key of its own, kept with its result.

A repeated key (a double click, a request sent again after a lost answer) changes nothing and returns the same
result.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from warroom.errors import NotPossible
from warroom.ledger.canonical_json import hash_text, to_canonical_json
from warroom.ledger.schema import Idempotency, OfficerRow


def claim_key(
    session: Session, person: OfficerRow, key: str, request: list[Any], now: datetime
) -> list[Any] | None:
    """None for a new key; what it led to before for a known one. A second click waits here for the first.

    `request` is everything that was asked, as JSON values. Raises NotPossible for no key, or for one that was used
    for another decision. After None, store the result with `save_result` in the same transaction.
    """
    if not key:
        raise NotPossible("ledger.key-missing")
    asked = hash_text(to_canonical_json(request))
    values = {"officer_id": person.id, "key": key, "request": asked, "result": [], "at": now}
    added = session.execute(
        insert(Idempotency).values(values).on_conflict_do_nothing().returning(Idempotency.key)
    ).first()
    if added:
        return None
    before = session.get_one(Idempotency, (person.id, key))
    if before.request != asked:
        raise NotPossible("ledger.key-used-before")
    return list(before.result)


def save_result(session: Session, person: OfficerRow, key: str, result: list[Any]) -> None:
    """Remember what a key led to."""
    mine = update(Idempotency).where(Idempotency.officer_id == person.id, Idempotency.key == key)
    session.execute(mine.values(result=result), execution_options={"synchronize_session": False})
