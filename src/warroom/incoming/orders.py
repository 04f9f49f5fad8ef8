"""Orders to a bank about what comes in: let it wait, tell the holder, let one payment through, send one back, and end it all."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from warroom.access.schema import Agency
from warroom.bilingual import texts
from warroom.bilingual.texts import Texts, format_baht
from warroom.incoming.schema import IncomingHoldRow, WaitingPayment
from warroom.law.kinds.declarations import load_kind
from warroom.law.rules import repository as law
from warroom.ledger.schema import OfficerRow
from warroom.orders import outbox
from warroom.orders.order_content import Detail, OrderFacts, OrderSubject, Signatory
from warroom.orders.schema import Order
from warroom.orders.views import About, OrderKind

KIND = "incoming-hold"
SENDER = Texts("ศูนย์ปฏิบัติการร่วม", "Joint operations room")
ASKED: dict[OrderKind, Texts] = {
    "notify": Texts(
        "ขอให้ส่งหนังสือแจ้งนี้แก่เจ้าของบัญชี และแจ้งว่าส่งแล้ว",
        "Deliver this notice to the account's holder, and report that it was delivered.",
    ),
    "let-through": Texts(
        "ขอให้ปล่อยรายการโอนนี้เข้าบัญชีทันที และแจ้งผล", "Let this payment through at once, and report."
    ),
    "send-back": Texts(
        "ผู้โอนแจ้งว่าถูกหลอก ขอให้คืนรายการโอนนี้แก่ผู้โอนตามความประสงค์ของผู้โอน และแจ้งผล",
        "The payer says that they were deceived. Send this payment back to them, as they wish, and report.",
    ),
}
_PAYER = Texts("บัญชีผู้โอน", "Payer")
_AMOUNT = Texts("จำนวนเงิน", "Amount")
_TRANSFER = Texts("เลขอ้างอิงรายการโอน", "Reference of the payment")
_SPARED = Texts("รายการที่ไม่ต้องรอ", "What does not wait")
_SPARED_WORDS = (
    "payers of 7 to 28 days before; wages and benefits / ผู้ที่เคยโอนเข้าบัญชีนี้ใน 7 ถึง 28 วันก่อน ค่าจ้าง และสวัสดิการ"
)


def emit_hold_order(session: Session, hold: IncomingHoldRow, kind: OrderKind, now: datetime) -> Order:
    """Ask the bank to let what comes in wait, to tell the holder, or to end it."""
    notice = Texts(hold.notice_th, hold.notice_en) if kind == "notify" else outbox.NO_TEXT
    return _emit_order(session, hold, "incoming", hold.id, kind, notice, hold.until, 0, (), now)


def emit_payment_order(
    session: Session, hold: IncomingHoldRow, payment: WaitingPayment, kind: OrderKind, now: datetime
) -> Order:
    """Ask the bank to let a payment through, or to send it back to its payer."""
    details = (
        Detail("amount", _AMOUNT, format_baht(payment.amount), "THB"),
        Detail("payer", _PAYER, f"{payment.payer_bank} {payment.payer}"),
        Detail("transfer", _TRANSFER, payment.transfer),
        Detail("record", _TRANSFER, payment.record_id),
    )
    return _emit_order(
        session, hold, "payment", payment.id, kind, outbox.NO_TEXT, None, payment.amount, details, now
    )


def _emit_order(
    session: Session,
    hold: IncomingHoldRow,
    about: About,
    about_id: int,
    kind: OrderKind,
    notice: Texts,
    until: datetime | None,
    amount: int,
    details: tuple[Detail, ...],
    now: datetime,
) -> Order:
    declared, rule = load_kind(KIND), law.rule_under(hold.rule_id, hold.rule_digest)
    partner = session.get(Agency, hold.bank)
    asked = ASKED.get(kind) or (declared.undoes if kind == "lift" else declared.asked)
    facts = OrderFacts(
        kind=declared.id,
        title=declared.title,
        purpose=declared.purpose,
        rule=rule.id,
        rule_digest=rule.digest,
        citation=rule.citation,
        asked=asked,
        number=f"IN-{hold.id}",
        reference=hold.reference,
        sender=SENDER,
        addressee=Texts(partner.name_th, partner.name_en) if partner else Texts(hold.bank, hold.bank),
        subjects=(OrderSubject("account", hold.account),),
        details=details or (Detail("spared", _SPARED, _SPARED_WORDS),),
        signatories=_list_signatories(session, hold),
        deadline=now + declared.answer_within,
    )
    return outbox.emit_about(
        session,
        about=about,
        about_id=about_id,
        partner=hold.bank,
        kind=kind,
        subject=hold.account,
        facts=facts.as_json(),
        texts=notice,
        now=now,
        amount=amount,
        until=until,
        reason=hold.reason,
    )


def _list_signatories(session: Session, hold: IncomingHoldRow) -> tuple[Signatory, ...]:
    ids = dict.fromkeys((hold.proposed_by, hold.approved_by))
    rows = {
        row.id: row for row in session.scalars(select(OfficerRow).where(OfficerRow.id.in_(filter(None, ids))))
    }
    at = hold.approved_at or hold.proposed_at
    return tuple(
        Signatory(rows[officer_id].name, rows[officer_id].agency, at)
        for officer_id in ids
        if officer_id in rows
    )


def write_notice(session: Session, hold: IncomingHoldRow) -> Texts:
    """What the holder is told: how much waits, until when at the latest, by which law, and how to appeal."""
    appeal = law.rule_under(law.APPEAL)
    waiting = select(func.sum(WaitingPayment.amount)).where(
        WaitingPayment.hold_id == hold.id, WaitingPayment.state == "waiting"
    )
    amount = session.scalar(waiting)
    limit = appeal.limit or appeal.period
    params = {
        "amount": format_baht(int(amount or 0)),
        "until": hold.until,
        "citation": law.rule_under(hold.rule_id, hold.rule_digest).citation,
        "reference": hold.reference,
        "hours": f"{appeal.period.total_seconds() / 3600:g}",
        "limit": f"{limit.total_seconds() / 3600:g}",
    }
    return texts.render_notice("warroom.incoming", "notices.toml", "waits", params)
