"""Within which time somebody speaks with a person who was found, before any clock of the law ends."""

from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, literal

from warroom.survivors.schema import Screening, SurvivorRow

CHILD_WAITS, ADULT_WAITS = timedelta(hours=1), timedelta(hours=4)
"""A child, which doubt about the age means too, and an adult. Chosen, not measured."""


def is_unheard() -> ColumnElement[bool]:
    """A presumed victim with whom nobody has begun to speak."""
    return and_(SurvivorRow.victim == "presumed", ~exists().where(Screening.person_id == SurvivorRow.id))


def select_talk_by() -> ColumnElement[Any]:
    """By when somebody speaks with a person who is unheard, null for all others."""
    span = case((SurvivorRow.child, literal(CHILD_WAITS)), else_=literal(ADULT_WAITS))
    return case((is_unheard(), SurvivorRow.found_at + span))
