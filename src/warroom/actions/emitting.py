"""Sending orders and letters about actions, with everything they say frozen; many at once in few statements."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from warroom.access.schema import Agency
from warroom.actions.dossier import Dossier
from warroom.actions.render import People, people_of
from warroom.bilingual.texts import Texts
from warroom.cases.schema import Case
from warroom.law.kinds.declarations import prerequisite_of
from warroom.ledger import deadlines
from warroom.orders import outbox
from warroom.orders.order_content import OrderFacts, Signatory, details_of, document_of
from warroom.orders.schema import Order

SENDER = Texts("ศูนย์ปฏิบัติการร่วม", "Joint operations room")
Emitted = Literal["measure", "lift", "withdraw"]


def emit(
    session: Session, found: Sequence[Dossier], kind: Emitted, reason: str, now: datetime
) -> list[Order]:
    """Put orders about these actions into the outbox and start the clock of each partner's answer.

    An action that nobody else is told of (no partner, or the room itself) makes no order. Returns the orders.
    """
    agencies = _agencies(session, found)
    # An order to oneself would wait for an answer that nobody gives.
    told = [one for one in found if _is_told(one, agencies)]
    if not told:
        return []
    # What begins an action is the first order about it.
    places = {} if kind == "measure" else _places(session, told)
    numbers = _numbers(session, told)
    people = people_of(session, [each.officer_id for one in told for each in one.approvals])
    made = []
    for one in told:
        measure = one.measure
        facts = _facts(one, kind, agencies[measure.partner or ""], people, now)
        case = numbers.get(measure.case_id)
        made.append(
            outbox.new_order(
                session,
                about="measure",
                about_id=measure.id,
                partner=measure.partner or "",
                kind=kind,
                subject=_subject(one),
                facts={each.name: getattr(facts, each.name) for each in fields(facts)},
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
        deadlines.Due(one.measure.id, "answer", now + one.kind.answer_within, one.measure.case_id)
        for one in told
    ]
    deadlines.start_many(session, "measure", due, first=kind == "measure")
    return made


def _agencies(session: Session, found: Sequence[Dossier]) -> dict[str, Agency]:
    # By code and at once, since two hundred actions go to a dozen agencies.
    codes = {one.measure.partner for one in found if one.measure.partner is not None}
    query = select(Agency).where(Agency.code.in_(codes))
    return {row.code: row for row in session.scalars(query)} if codes else {}


def _is_told(one: Dossier, agencies: Mapping[str, Agency]) -> bool:
    if one.measure.partner is None or not one.kind.emits:
        return False
    return agencies[one.measure.partner].kind != "room"


def _places(session: Session, told: Sequence[Dossier]) -> dict[int, int]:
    ids = [one.measure.id for one in told]
    query = select(Order.about_id, func.max(Order.place)).where(
        Order.about == "measure", Order.about_id.in_(ids)
    )
    return {row[0]: row[1] for row in session.execute(query.group_by(Order.about_id))}


def _numbers(session: Session, told: Sequence[Dossier]) -> dict[int | None, str]:
    ids = {one.measure.case_id for one in told if one.measure.case_id is not None}
    query = select(Case.id, Case.number).where(Case.id.in_(ids))
    return {row.id: row.number for row in session.execute(query)} if ids else {}


def _subject(one: Dossier) -> str:
    first, more = one.subjects[0].id, len(one.subjects) - 1
    return f"{first} (+{more})" if more else first


def _facts(one: Dossier, kind: Emitted, agency: Agency, people: People, now: datetime) -> OrderFacts:
    measure, rule = one.measure, one.rule
    return OrderFacts(
        kind=measure.kind,
        title=one.kind.title,
        purpose=one.kind.purpose,
        rule=rule.id,
        rule_digest=rule.digest,
        citation=rule.citation,
        asked=one.kind.asked if kind == "measure" else one.kind.undoes,
        number=f"M-{measure.id}",
        reference=measure.reference,
        sender=SENDER,
        addressee=Texts(agency.name_th, agency.name_en),
        subjects=one.subjects,
        details=details_of(one.kind.inputs, measure.details),
        documents=tuple(
            document_of(prerequisite_of(name), each.sha256, each.content)
            for name, each in sorted(one.newest.items())
        ),
        signatories=_signatories(one, people),
        deadline=now + one.kind.answer_within,
        letter="letter" in one.kind.emits,
    )


def _signatories(one: Dossier, people: People) -> tuple[Signatory, ...]:
    """Whose approvals it was decided on, and nobody else."""
    return tuple(
        Signatory(people[each.officer_id].name, people[each.officer_id].agency, each.at)
        for each in one.counted
    )
