"""The content of a request for its partner, frozen when its order is made: as a message and as a letter."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from warroom.access.schema import Agency
from warroom.bilingual.texts import Texts, format_baht
from warroom.cases import belonging
from warroom.law.rules import repository as law
from warroom.ledger.canonical_json import to_json_value
from warroom.ledger.schema import OfficerRow
from warroom.orders import outbox
from warroom.orders.order_content import Detail, OrderFacts, OrderSubject, Signatory
from warroom.orders.schema import Order
from warroom.orders.views import OrderKind
from warroom.requests.kinds import load_request_kind
from warroom.requests.schema import Request, RequestApproval, RequestItem

# The room's name where the asking officer's agency has no code in the ledger.
SENDER = Texts("ศูนย์ปฏิบัติการร่วม", "Joint operations room")
# What a letter's title begins with; a first letter's has nothing before it.
BEFORE = {"reminder": Texts("หนังสือเตือน: ", "Reminder: "), "lift": Texts("ขอยกเลิก: ", "Taken back: ")}
_AMOUNT = Texts("จำนวนเงินที่ขอให้ระงับ", "Amount to stop")
_KEPT = Texts("เก็บข้อมูลที่ได้รับไว้ถึง", "What is received is kept until")


def emit_request_order(session: Session, request: Request, kind: OrderKind, now: datetime) -> Order:
    """Put the request or a reminder of it into the outbox."""
    facts = build_order_facts(session, request, kind)
    return outbox.emit_about(
        session,
        about="request",
        about_id=request.id,
        partner=request.partner,
        kind=kind,
        subject=request.subject,
        facts=facts.as_json(),
        texts=facts.asked,
        now=now,
        amount=request.amount,
        until=_compute_end(request),
        reason=request.purpose,
        case=belonging.case_number(session, request.case_id),
    )


def build_order_facts(session: Session, request: Request, kind: OrderKind) -> OrderFacts:
    """Everything the message and the letter say."""
    declared = load_request_kind(request.kind)
    rule = law.rule_under(request.rule_id, request.rule_digest)
    partner = session.get_one(Agency, request.partner)
    title = _prepend_text(BEFORE[kind], declared.title) if kind in BEFORE else declared.title
    return OrderFacts(
        kind=declared.action.id,
        title=title,
        purpose=Texts(request.purpose, request.purpose),
        rule=rule.id,
        rule_digest=rule.digest,
        citation=rule.citation,
        asked=declared.action.undoes if kind == "lift" else declared.asked,
        # The number serves as reference too: it is what partners quote on paper.
        number=request.number,
        reference=request.number,
        sender=_load_sender(session, request),
        addressee=Texts(partner.name_th, partner.name_en),
        subjects=(OrderSubject("request", request.subject),),
        details=_list_details(session, request),
        signatories=_list_signatories(session, request),
        # What is to be let go has no time to answer by; the outbox asks again until it is confirmed.
        deadline=None if kind == "lift" else request.due_at,
        letter=True,
    )


def _compute_end(request: Request) -> datetime | None:
    """When what was asked for ends by itself; information was given once and has no such end."""
    action = load_request_kind(request.kind).action
    return request.drafted_at + action.lapse_after if action.lapse_after else None


def _prepend_text(first: Texts, second: Texts) -> Texts:
    return Texts(first.th + second.th, first.en + second.en)


def _load_sender(session: Session, request: Request) -> Texts:
    """The asking officer's agency by its names, where its code is known."""
    code = session.scalar(select(OfficerRow.agency).where(OfficerRow.id == request.drafted_by)) or ""
    agency = session.get(Agency, code)
    return Texts(agency.name_th, agency.name_en) if agency else SENDER


def _list_details(session: Session, request: Request) -> tuple[Detail, ...]:
    items = select(RequestItem).where(RequestItem.request_id == request.id).order_by(RequestItem.place)
    listed = [
        Detail(f"item-{item.place}", _name_item(item.place), item.text) for item in session.scalars(items)
    ]
    # First in the letter: of a stop-payment the amount is what the bank acts on.
    if request.amount:
        listed.insert(0, Detail("amount", _AMOUNT, format_baht(request.amount), "THB"))
    return (*listed, Detail("keep_until", _KEPT, to_json_value(request.keep_until)))


def _name_item(place: int) -> Texts:
    return Texts(f"รายการที่ {place}", f"Item {place}")


def _list_signatories(session: Session, request: Request) -> tuple[Signatory, ...]:
    session.flush()
    query = (
        select(OfficerRow.name, OfficerRow.agency, RequestApproval.at)
        .join(RequestApproval, RequestApproval.officer_id == OfficerRow.id)
        .where(RequestApproval.request_id == request.id)
        .order_by(RequestApproval.at, OfficerRow.id)
    )
    return tuple(Signatory(name, agency, at) for name, agency, at in session.execute(query))
