"""All kinds of task, and which of them an officer's roles open."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, Select, select, union_all

from warroom.access import role_groups
from warroom.ledger.schema import OfficerRow
from warroom.room.waiting import actions, assets, cases, corrections, flags, incoming, requests, survivors
from warroom.room.waiting.counting import counted_by_pillar
from warroom.room.waiting.source import TaskSource, has_role
from warroom.room.waiting.viewer import Viewer

Maker = Callable[[OfficerRow], TaskSource]
OF_THE_QUEUE: tuple[Maker, ...] = (
    cases.build_case_source,
    cases.build_appeal_source,
    cases.build_hold_source,
)
"""Kinds ranked by money: pages that show the queue leave them out of their other lists."""
EVERYONE: tuple[Maker, ...] = (
    cases.build_extension_source,
    cases.build_wake_source,
    actions.build_action_source,
    actions.build_operation_source,
)
# Not for who only screens people: what is asked of partners and taken from gangs is none of their work.
WORKERS: tuple[Maker, ...] = (
    requests.build_request_source,
    assets.build_asset_source,
    assets.build_claim_source,
    assets.build_loss_source,
    assets.build_payout_source,
    assets.build_refund_source,
    assets.build_refund_claim_source,
)


@dataclass(frozen=True)
class Sources:
    """The kinds of task open to a viewer, and the statement that counts them."""

    viewer: Viewer
    each: tuple[TaskSource, ...]

    @cached_property
    def count_statement(self) -> CompoundSelect[Any]:
        """Every kind counted."""
        # One statement for all kinds, so that all figures are of one moment.
        return union_all(*(counted_by_pillar(source, self.select_rows) for source in self.each))

    def select_rows(
        self, source: TaskSource, condition: ColumnElement[bool], columns: Iterable[Any]
    ) -> Select[Any]:
        """A query for rows of a kind. Every list and every count uses it, so that sealed cases are left out
        of all.
        """
        return select(*columns).select_from(source.tables).where(self._may_know(source), condition)

    def _may_know(self, source: TaskSource) -> ColumnElement[bool]:
        return self.viewer.may_know(source.case_id) if source.seen is None else source.seen


def sources_of(person: OfficerRow, *, baht: bool = True) -> Sources:
    """Every kind that is open to the officer's roles; without `baht` only those ordered by deadline and not
    by leaving money. Which people an officer may see is decided person by person.
    """
    return _build_sources(person.id, person.agency, frozenset(person.roles), baht)


# All that a statement knows of its officer is in the key. Writing one takes ten times as long as asking it, and an open
# board asks every few seconds; each takes a megabyte.
@lru_cache(maxsize=60)
def _build_sources(officer_id: int, agency: str, roles: frozenset[str], baht: bool) -> Sources:
    person = OfficerRow(id=officer_id, agency=agency, roles=sorted(roles))
    makers = (
        *(OF_THE_QUEUE if baht else ()),
        *EVERYONE,
        *(WORKERS if has_role(person, *role_groups.CASE_WORKERS) else ()),
        *(
            (
                flags.build_flag_source,
                flags.build_flag_appeal_source,
                incoming.build_incoming_source,
                incoming.build_payer_call_source,
                incoming.build_incoming_appeal_source,
            )
            if has_role(person, *role_groups.FLAG_READERS)
            else ()
        ),
        *((corrections.build_correction_source,) if has_role(person, *role_groups.FILE_BRINGERS) else ()),
        survivors.build_person_source,
    )
    return Sources(Viewer(person), tuple(make(person) for make in makers))
