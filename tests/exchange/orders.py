"""Orders to render, and approving one in a scene."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from tests.cases.scenes import Scene
from warroom.cases.decisions.holds import approve_holds
from warroom.cases.views import HoldView
from warroom.exchange.message import OrderMessage, Original
from warroom.orders.views import OrderView

AT = datetime(2026, 11, 24, 2, 33, 5, tzinfo=UTC)


def message(**changes: Any) -> OrderMessage:
    """An order about a mule's account two hops behind the victim."""
    facts: dict[str, Any] = {
        "order_id": "WR261124AB12CD34EF56AB12CD34",
        "hold_id": "H-7Q2M-9X4K",
        "case_id": "C-12",
        "kind": "hold",
        "bank": "B02",
        "account": "000-02-1234",
        "amount": Decimal("48500"),
        "currency": "THB",
        "issued_at": AT,
        "expires_at": AT + timedelta(hours=72),
        "rule": "hold-on-report",
        "citation_thai": "พระราชกำหนดฯ มาตรา 6",
        "citation_english": "Emergency Decree, section 6",
        "notice_thai": "เงินจำนวน 48,500.00 บาท ถูกระงับไว้ชั่วคราว",
        "notice_english": "48,500.00 baht is on hold.",
        "appeal_aim_hours": 4,
        "appeal_limit_hours": 12,
        "exercise": False,
        "original": original(),
    }
    return OrderMessage(**{**facts, **changes})


def original(**changes: Any) -> Original:
    facts: dict[str, Any] = {
        "time": AT - timedelta(minutes=40),
        "amount": Decimal("49900"),
        "payer_bank": "B01",
        "payer": "000-01-0001",
        "payee_bank": "B02",
        "payee": "000-02-1234",
        "end_to_end_id": "E2E000000012",
        "uetr": "3f1b6f0e-3a57-4c7a-9c0f-8a1de3a1b001",
        "transaction_id": "B01-0000012",
    }
    return Original(**{**facts, **changes})


def approve(scene: Scene) -> HoldView:
    """A victim's case, and its first hold approved."""
    page = scene.case()
    (hold,) = approve_holds(
        scene.ledger, scene.anna, "C-1", [page.proposals[0].id], page.snapshot, "key", now=scene.now
    )
    return hold


def hold(scene: Scene, hold_id: int) -> HoldView:
    """The hold as it stands now."""
    return next(found for found in scene.page().actions if found.id == hold_id)


def first_order(scene: Scene, hold_id: int) -> OrderView:
    return hold(scene, hold_id).orders[0]
