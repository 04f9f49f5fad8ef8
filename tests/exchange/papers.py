"""Orders about actions of every kind, without a ledger."""

from datetime import UTC, datetime, timedelta
from typing import Any

from warroom.bilingual.texts import Texts
from warroom.law.kinds.declarations import Input, load_kind, load_prerequisite
from warroom.law.rules import repository as law
from warroom.orders.order_content import OrderFacts, OrderSubject, Signatory, build_details, build_document
from warroom.orders.views import OrderView

AT = datetime(2026, 11, 24, 2, 33, 5, tzinfo=UTC)


def value(one: Input) -> Any:
    """Something that fits a field and lets the action pass."""
    if one.must or one.choices:
        found = (one.must or one.choices)[0]
        return {"yes": True, "no": False}.get(found, found) if one.kind == "yes-no" else found
    plain = {"number": 3, "money": "1234.50", "moment": AT.isoformat(), "yes-no": True, "list": ["ก", "ข"]}
    return plain.get(one.kind, "ab" * 32 if one.kind == "digest" else "ข้อความ text")


def filled(inputs: tuple[Input, ...]) -> dict[str, Any]:
    return {one.name: value(one) for one in inputs}


def facts_of(kind_id: str, **changes: Any) -> OrderFacts:
    """What an order about an action of this kind says."""
    kind = load_kind(kind_id)
    rule = law.rule_at(kind.rules[0], AT)
    needed = [load_prerequisite(name) for name in kind.requires]
    facts: dict[str, Any] = {
        "kind": kind.id,
        "title": kind.title,
        "purpose": kind.purpose,
        "rule": rule.id,
        "rule_digest": rule.digest,
        "citation": rule.citation,
        "asked": kind.asked,
        "number": "M-12",
        "reference": "M-7Q2M-9X4K",
        "sender": Texts("ศูนย์ปฏิบัติการร่วม", "Joint operations room"),
        "addressee": Texts("หน่วยงานตัวอย่าง", "Example Agency"),
        "subjects": tuple(OrderSubject(kind.subjects[0], f"S-{n:03}", "ใกล้สะพานสมมติ") for n in (1, 2)),
        "details": build_details(kind.inputs, filled(kind.inputs)),
        "documents": tuple(build_document(one, "cd" * 32, filled(one.inputs)) for one in needed),
        "signatories": (
            Signatory("พันตำรวจเอก สมชาย ตัวอย่าง", "Police", AT - timedelta(hours=1)),
            Signatory("Dao Example", "Joint operations room", AT - timedelta(minutes=5)),
        ),
        "deadline": AT + kind.answer_within,
        "letter": "letter" in kind.emits,
    }
    return OrderFacts(**{**facts, **changes})


def order_of(facts: OrderFacts, **changes: Any) -> OrderView:
    """The order of these facts, as the outbox gives it."""
    row: dict[str, Any] = {
        "order_id": "WR261124AB12CD34EF56AB12CD34",
        "about": "measure",
        "about_id": 12,
        "action_id": None,
        "case": "C-12",
        "reference": facts.reference,
        "kind": "measure",
        "bank": "P01",
        "subject": "S-001 (+1)",
        "amount": 0,
        "currency": "THB",
        "until": AT + timedelta(days=14),
        "rule": facts.rule,
        "citation": facts.citation,
        "hours": 0.0,
        "limit_hours": 0.0,
        "reason": "",
        "exercise": True,
        "original": None,
        "reported": (),
        "notice": facts.asked,
        "facts": facts.as_json(),
        "state": "waiting",
        "attempts": 0,
        "made_at": AT,
        "next_try": AT,
        "leaves_at": AT,
        "sent_at": None,
        "received_at": None,
        "acknowledged_at": None,
        "last_error": "",
    }
    return OrderView(**{**row, **changes})
