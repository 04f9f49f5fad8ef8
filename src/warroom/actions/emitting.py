"""Sending orders and letters about actions, with everything they say frozen; many at once in few statements."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from warroom.access.schema import Agency
from warroom.actions.dossier import Dossier
from warroom.actions.render import OfficersById, load_officers_by_id
from warroom.bilingual.texts import Texts
from warroom.cases.schema import Case
from warroom.law.kinds.declarations import load_prerequisite
from warroom.ledger import deadlines
from warroom.orders import outbox
from warroom.orders.order_content import OrderFacts, Signatory, build_details, build_document
from warroom.orders.schema import Order

SENDER = Texts("ศูนย์ปฏิบัติการร่วม", "Joint operations room")
Emitted = Literal["measure", "lift", "withdraw"]


def emit_action_orders(
    session: Session, dossiers: Sequence[Dossier], kind: Emitted, reason: str, now: datetime
) -> list[Order]:
    """Put orders about these actions into the outbox and start the deadline of each partner's answer.

    An action without a partner other than the room itself makes no order. Returns the orders.
    """
    agencies = _load_agencies(session, dossiers)
    # An order to oneself would wait for an answer that nobody gives.
    outgoing = [dossier for dossier in dossiers if _is_told(dossier, agencies)]
    if not outgoing:
        return []
    # What begins an action is the first order about it.
    places = {} if kind == "measure" else _load_order_places(session, outgoing)
    numbers = _load_case_numbers(session, outgoing)
    people = load_officers_by_id(
        session, [approval.officer_id for dossier in outgoing for approval in dossier.approvals]
    )
    made = []
    for dossier in outgoing:
        measure = dossier.measure
        facts = _build_order_facts(dossier, kind, agencies[measure.partner or ""], people, now)
        case = numbers.get(measure.case_id)
        made.append(
            outbox.new_order(
                session,
                about="measure",
                about_id=measure.id,
                partner=measure.partner or "",
                kind=kind,
                subject=_format_subject(dossier),
                facts={field.name: getattr(facts, field.name) for field in fields(facts)},
                texts=facts.asked,
                now=now,
                place=places.get(measure.id, 0) + 1,
                until=measure.until,
                reason=reason,
                case=case,
            )
        )
    # Everything an order says is frozen into it: what changes here afterwards changes no letter.
    session.add_all(made)
    session.flush()
    # Silence is counted from now even where the carrier is slow: then an officer hears of that too.
    due = [
        deadlines.NewDeadline(
            dossier.measure.id, "answer", now + dossier.kind.answer_within, dossier.measure.case_id
        )
        for dossier in outgoing
    ]
    deadlines.start_deadlines(session, "measure", due, first=kind == "measure")
    return made


def _load_agencies(session: Session, found: Sequence[Dossier]) -> dict[str, Agency]:
    # By code and at once, since two hundred actions go to a dozen agencies.
    codes = {one.measure.partner for one in found if one.measure.partner is not None}
    query = select(Agency).where(Agency.code.in_(codes))
    return {row.code: row for row in session.scalars(query)} if codes else {}


def _is_told(one: Dossier, agencies: Mapping[str, Agency]) -> bool:
    if one.measure.partner is None or not one.kind.emits:
        return False
    return agencies[one.measure.partner].kind != "room"


def _load_order_places(session: Session, told: Sequence[Dossier]) -> dict[int, int]:
    ids = [one.measure.id for one in told]
    query = select(Order.about_id, func.max(Order.place)).where(
        Order.about == "measure", Order.about_id.in_(ids)
    )
    return {row[0]: row[1] for row in session.execute(query.group_by(Order.about_id))}


def _load_case_numbers(session: Session, told: Sequence[Dossier]) -> dict[int | None, str]:
    ids = {one.measure.case_id for one in told if one.measure.case_id is not None}
    query = select(Case.id, Case.number).where(Case.id.in_(ids))
    return {row.id: row.number for row in session.execute(query)} if ids else {}


def _format_subject(one: Dossier) -> str:
    first, more = one.subjects[0].id, len(one.subjects) - 1
    return f"{first} (+{more})" if more else first


def _build_order_facts(
    dossier: Dossier, kind: Emitted, agency: Agency, people: OfficersById, now: datetime
) -> OrderFacts:
    measure, rule = dossier.measure, dossier.rule
    return OrderFacts(
        kind=measure.kind,
        title=dossier.kind.title,
        purpose=dossier.kind.purpose,
        rule=rule.id,
        rule_digest=rule.digest,
        citation=rule.citation,
        asked=dossier.kind.asked if kind == "measure" else dossier.kind.undoes,
        number=f"M-{measure.id}",
        reference=measure.reference,
        sender=SENDER,
        addressee=Texts(agency.name_th, agency.name_en),
        subjects=dossier.subjects,
        details=build_details(dossier.kind.inputs, measure.details),
        documents=tuple(
            build_document(load_prerequisite(name), document.sha256, document.content)
            for name, document in sorted(dossier.newest_documents.items())
        ),
        signatories=_list_signatories(dossier, people),
        deadline=now + dossier.kind.answer_within,
        letter="letter" in dossier.kind.emits,
    )


def _list_signatories(one: Dossier, people: OfficersById) -> tuple[Signatory, ...]:
    """The officers whose approvals the decision rests on."""
    return tuple(
        Signatory(people[each.officer_id].name, people[each.officer_id].agency, each.at)
        for each in one.counted_approvals
    )
