"""From rows to views: how an action looks from outside."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from warroom.actions.dossier import Dossier, dossiers
from warroom.actions.rows import case_number
from warroom.actions.schema import Action, ActionDocument, ActionTransition
from warroom.actions.views import ActionOrder, ActionView, ConsentView, DocumentView, TransitionView
from warroom.ledger import deadlines
from warroom.ledger.rows import view_of
from warroom.ledger.schema import OfficerRow
from warroom.orders.schema import Order

People = dict[int | None, OfficerRow]


def view(session: Session, measure: Action, now: datetime, table: Dossier | None = None) -> ActionView:
    """An action with everything on its table and everything that became of it. `table` is its table as it stands, where
    the caller has it.
    """
    # What the caller has just changed is not in the tables yet, and the queries below read the tables.
    session.flush()
    table = table or dossiers(session, [measure], now)[measure.id]
    steps = _steps(session, measure)
    given = [one.officer_id for one in table.approvals] + [one.officer_id for one in table.documents]
    people = people_of(session, [measure.proposed_by, *given, *(one.officer_id for one in steps)])
    seen, rule = table.digest, table.rule
    return view_of(
        ActionView,
        measure,
        title=table.kind.title,
        case=case_number(session, measure),
        operation=measure.operation_id,
        subjects=table.subjects,
        proposed_by=people[measure.proposed_by].name,
        rule=rule.id,
        citation=rule.citation,
        law_changed=rule.digest != measure.proposed_rule,
        documents=document_views(table.documents, people),
        missing=table.missing if measure.state == "proposed" else (),
        stopped=table.stopped if measure.state == "proposed" else (),
        approvals=_approvals(table, people, seen),
        transitions=tuple(_step(one, people) for one in steps),
        deadlines=deadlines.of(session, "measure", [measure.id])[measure.id],
        orders=_orders(session, measure),
        digest=seen,
    )


def _steps(session: Session, measure: Action) -> list[ActionTransition]:
    query = select(ActionTransition).where(ActionTransition.action_id == measure.id)
    return list(session.scalars(query.order_by(ActionTransition.id)))


def people_of(session: Session, ids: Iterable[int | None]) -> People:
    """Officers by id; those whom the session knows are not read again."""
    # Officers hang together with everything: asked anew for each view they would be most of its queries.
    key = OfficerRow.__mapper__.identity_key_from_primary_key
    wanted = {number for number in ids if number is not None}
    known = {number: session.identity_map.get(key((number,))) for number in wanted}
    found: People = {number: row for number, row in known.items() if row is not None}
    if missing := wanted - set(found):
        rows = session.scalars(select(OfficerRow).where(OfficerRow.id.in_(missing)))
        found |= {row.id: row for row in rows}
    return found


def document_views(rows: Iterable[ActionDocument], people: People) -> tuple[DocumentView, ...]:
    """Documents, the oldest first."""
    return tuple(
        view_of(DocumentView, one, by=people[one.officer_id].name, shared=one.operation_id is not None)
        for one in rows
    )


def _approvals(table: Dossier, people: People, seen: str) -> tuple[ConsentView, ...]:
    """Once decided the approvals that led to it count; before, those of the table as it lies now."""
    open_yet = table.measure.state == "proposed"
    valid = [one for one in table.approvals if table.counts(one, seen)] if open_yet else table.counted
    return tuple(
        ConsentView(people[one.officer_id].name, people[one.officer_id].agency, one.at, one in valid)
        for one in table.approvals
    )


def _step(one: ActionTransition, people: People) -> TransitionView:
    name = people[one.officer_id].name if one.officer_id is not None else ""
    return view_of(TransitionView, one, officer=name)


def _orders(session: Session, measure: Action) -> tuple[ActionOrder, ...]:
    if measure.state == "proposed":
        return ()
    query = select(Order).where(Order.about == "measure", Order.about_id == measure.id)
    rows = session.scalars(query.order_by(Order.place))
    return tuple(view_of(ActionOrder, one, partner=one.bank) for one in rows)
