"""The description of a kind of task, as a query: what each kind declares to be listed among what waits."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    DateTime,
    Text,
    and_,
    bindparam,
    case,
    cast,
    false,
    literal,
    null,
    or_,
    true,
)
from sqlalchemy.sql import FromClause

from warroom.ledger.schema import OfficerRow
from warroom.room.waiting.views import Sort, What

NOW: ColumnElement[datetime] = bindparam("now", type_=DateTime(timezone=True))
"""The moment of reading, as a bind parameter: an officer's statement is compiled once and run with each
read's moment.
"""
SOON = timedelta(hours=6)
"""How long before its deadline a task is urgent, where its kind has no span of its own. Chosen, not measured."""
LAPSED_FOR = timedelta(days=7)
"""How long the board shows what lapsed; the lists of each kind show all of it."""
SEEN_BY_ALL = true()
Conditions = Mapping[Sort, tuple[ColumnElement[bool], ...]]


@dataclass(frozen=True, slots=True)
class TaskSource:
    """One kind of thing that waits for work (cases, actions, requests ...), as a query. `sorts` are conditions by sort, as
    alternatives of which a row fulfils at most one: each can then be read off an index of its own in the order of `due`. A
    sort that is missing has no rows.

    A task is visible to officers to whom its case `case_id` is not sealed; `seen` is the rule of kinds that
    have another, and `SEEN_BY_ALL` that of kinds without a case. Raises ValueError for a source with neither.
    """

    what: What
    tables: FromClause
    id: Any
    number: Any
    kind: Any
    pillar: Any
    sorts: Conditions
    since: Any
    # With their types: in a UNION a bare NULL is text to PostgreSQL, and fits no other source's column.
    due: Any = field(default_factory=lambda: cast(null(), DateTime(timezone=True)))
    due_kind: Any = ""
    case_id: Any = None
    parent: Any = field(default_factory=lambda: cast(null(), BigInteger))
    seen: ColumnElement[bool] | None = None
    amount: Any = 0
    records_end: Any = field(default_factory=lambda: cast(null(), DateTime(timezone=True)))

    def __post_init__(self) -> None:
        # A kind that forgot its case would be listed to officers of other agencies.
        if self.case_id is None and self.seen is None:
            raise ValueError(f"The source '{self.what}' says neither its case nor who sees it.")

    def build_columns(self) -> list[ColumnElement[Any]]:
        """The columns that every source has, in one order and of one type."""
        named = {
            "what": literal(self.what, Text()),
            "id": self.id,
            "number": self.number,
            "kind": _to_text(self.kind),
            "pillar": _to_text(self.pillar),
            "case_id": cast(null(), BigInteger) if self.case_id is None else self.case_id,
            "parent": self.parent,
            "since": self.since,
            "due": self.due,
            "due_kind": _to_text(self.due_kind),
            "records_end": self.records_end,
            "amount": literal(0, BigInteger()) if self.amount == 0 else self.amount,
        }
        return [column.label(name) for name, column in named.items()]

    def is_of_any_sort(self) -> ColumnElement[bool]:
        """The condition of being of any sort."""
        # An empty OR would be true of every row.
        return or_(false(), *(one for alternatives in self.sorts.values() for one in alternatives))

    def is_of_sort(self, sort: Sort) -> ColumnElement[bool]:
        """The condition of being of this sort, visible or not."""
        return or_(false(), *self.sorts.get(sort, ()))


def _to_text(value: Any) -> Any:
    return literal(value, Text()) if isinstance(value, str) else value


def build_notice_sorts(row: Any, waits: ColumnElement[bool], is_for_officer: bool) -> Conditions:
    """The sorts of something that an officer decides and that ends by itself, as a flag or a hold of what comes in: its proposal is
    urgent shortly before its time to decide, and it lapsed where nobody decided or its time ran out. `waits`: for the officer.
    """
    proposed = row.state == "proposed"
    lapsed = and_(row.state == "ended", row.ended_cause.in_(("expiry", "undecided")))
    return {
        "urgent": (and_(proposed, is_due_within(row.decide_by, SOON)),),
        "mine": (waits if is_for_officer else false(),),
        "in_effect": (row.state == "in_effect",),
        "lapsed": (and_(lapsed, row.ended_at > NOW - LAPSED_FOR),),
    }


def build_decide_due(row: Any) -> dict[str, Any]:
    """When something like this is due: a proposal at its time to decide, else at its end."""
    proposed = row.state == "proposed"
    return {
        "since": row.proposed_at,
        "due": case((proposed, row.decide_by), else_=row.until),
        "due_kind": case((proposed, "decide"), else_="lapse"),
    }


def build_appeal_parts(
    appeal: Any, about: Any, waits: ColumnElement[bool], mine: ColumnElement[bool]
) -> dict[str, Any]:
    """An open appeal against something like this: its sorts, its times, and what it is about. `mine`: those it does wait for."""
    return {
        "id": appeal.id,
        "sorts": {
            "urgent": (and_(waits, is_due_within(appeal.due_at, SOON)),),
            "mine": (mine,),
            "late": (and_(waits, appeal.due_at <= NOW),),
        },
        "since": appeal.filed_at,
        "due": appeal.due_at,
        "due_kind": "appeal_due",
        "parent": about.id,
    }


def is_due_within(moment: Any, span: timedelta) -> ColumnElement[bool]:
    """Whether a moment is still to come, and within `span` of now."""
    return and_(moment > NOW, moment <= NOW + span)


def has_role(person: OfficerRow, *roles: str) -> bool:
    """Whether the officer holds one of these roles."""
    return not set(roles).isdisjoint(person.roles)
