"""Views of actions."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from warroom.actions.dossier import Dossier, load_dossiers
from warroom.actions.rows import find_case_number
from warroom.actions.schema import Action, ActionDocument, ActionTransition
from warroom.actions.views import ActionApprovalView, ActionOrder, ActionView, DocumentView, TransitionView
from warroom.ledger import deadlines
from warroom.ledger.rows import make_view
from warroom.ledger.schema import OfficerRow
from warroom.orders.schema import Order

OfficersById = dict[int | None, OfficerRow]


def build_action_view(
    session: Session, measure: Action, now: datetime, table: Dossier | None = None
) -> ActionView:
    """An action with its documents, approvals, history and orders. `table` is its current dossier, where the
    caller has it.
    """
    # What the caller has just changed is not in the tables yet, and the queries below read the tables.
    session.flush()
    table = table or load_dossiers(session, [measure], now)[measure.id]
    steps = _load_transitions(session, measure)
    given = [row.officer_id for row in table.approvals] + [row.officer_id for row in table.documents]
    people = load_officers_by_id(session, [measure.proposed_by, *given, *(step.officer_id for step in steps)])
    seen, rule = table.digest, table.rule
    return make_view(
        ActionView,
        measure,
        title=table.kind.title,
        case=find_case_number(session, measure),
        operation=measure.operation_id,
        subjects=table.subjects,
        proposed_by=people[measure.proposed_by].name,
        rule=rule.id,
        citation=rule.citation,
        law_changed=rule.digest != measure.proposed_rule,
        documents=build_document_views(table.documents, people),
        missing=table.missing if measure.state == "proposed" else (),
        stopped=table.stopped if measure.state == "proposed" else (),
        approvals=_build_approval_views(table, people, seen),
        transitions=tuple(_to_transition_view(step, people) for step in steps),
        deadlines=deadlines.list_deadlines_by_thing(session, "measure", [measure.id])[measure.id],
        orders=_load_orders(session, measure),
        digest=seen,
    )


def _load_transitions(session: Session, measure: Action) -> list[ActionTransition]:
    query = select(ActionTransition).where(ActionTransition.action_id == measure.id)
    return list(session.scalars(query.order_by(ActionTransition.id)))


def load_officers_by_id(session: Session, ids: Iterable[int | None]) -> OfficersById:
    """Officers by id; those whom the session knows are not read again."""
    # Officers are referenced by everything: loaded again for each view they would be most of its queries.
    key = OfficerRow.__mapper__.identity_key_from_primary_key
    wanted = {number for number in ids if number is not None}
    known = {number: session.identity_map.get(key((number,))) for number in wanted}
    people: OfficersById = {number: row for number, row in known.items() if row is not None}
    if missing := wanted - set(people):
        rows = session.scalars(select(OfficerRow).where(OfficerRow.id.in_(missing)))
        people |= {row.id: row for row in rows}
    return people


def build_document_views(rows: Iterable[ActionDocument], people: OfficersById) -> tuple[DocumentView, ...]:
    """Documents, the oldest first."""
    return tuple(
        make_view(DocumentView, one, by=people[one.officer_id].name, shared=one.operation_id is not None)
        for one in rows
    )


def _build_approval_views(table: Dossier, people: OfficersById, seen: str) -> tuple[ActionApprovalView, ...]:
    """Once decided the approvals that led to it count; before, those of the table as it lies now."""
    open_yet = table.measure.state == "proposed"
    valid = (
        [approval for approval in table.approvals if table.is_counted(approval, seen)]
        if open_yet
        else table.counted_approvals
    )
    return tuple(
        ActionApprovalView(
            people[approval.officer_id].name,
            people[approval.officer_id].agency,
            approval.at,
            approval in valid,
        )
        for approval in table.approvals
    )


def _to_transition_view(one: ActionTransition, people: OfficersById) -> TransitionView:
    name = people[one.officer_id].name if one.officer_id is not None else ""
    return make_view(TransitionView, one, officer=name)


def _load_orders(session: Session, measure: Action) -> tuple[ActionOrder, ...]:
    if measure.state == "proposed":
        return ()
    query = select(Order).where(Order.about == "measure", Order.about_id == measure.id)
    rows = session.scalars(query.order_by(Order.place))
    return tuple(make_view(ActionOrder, one, partner=one.bank) for one in rows)
