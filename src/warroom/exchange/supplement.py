"""Our own published supplementary data: `Order` in camt.056, `Answer` in camt.029.

A recall alone means the whole transfer without an end; the supplement states how much, until when, by which law,
that later credits stay free, and the notice to the holder. The XSD is in `schema/` and is part of the
public surface.
"""
# ruff: noqa: RUF009 - the helpers only shorten dataclasses.field

from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from importlib import resources
from pathlib import Path
from threading import Lock
from typing import Any

from lxml import etree

from warroom.errors import ExchangeError
from warroom.exchange.message import OrderMessage
from warroom.exchange.text import fit_text, format_instant, quantize_baht

NAMESPACE = "urn:warroom:hold:1"
# One validation at a time: lxml's schema keeps the errors of the last one.
_alone = Lock()
# Characters: lengths of our own schema (`schema/warroom-hold-1.xsd`).
_ID, _LONG = 100, 2000


def _make_element_field(name: str) -> Any:
    return field(metadata={"name": name, "type": "Element", "namespace": NAMESPACE})


@dataclass(kw_only=True)
class Amount:
    """Baht with its currency."""

    value: Decimal = field(metadata={"type": "Text"})
    ccy: str = field(metadata={"name": "Ccy", "type": "Attribute"})


@dataclass(kw_only=True)
class Account:
    """The account the order is about, which may be several hops after the reported transfer."""

    bank: str = _make_element_field("Bank")
    number: str = _make_element_field("Number")


@dataclass(kw_only=True)
class LegalBasis:
    """The rule by its id in the dated law files, and its citation."""

    rule: str = _make_element_field("Rule")
    thai: str = _make_element_field("Thai")
    english: str = _make_element_field("English")


@dataclass(kw_only=True)
class Notice:
    """What the bank shows the holder, and the clock of an appeal in hours."""

    thai: str = _make_element_field("Thai")
    english: str = _make_element_field("English")
    appeal_code: str = _make_element_field("AppealCode")
    answer_aimed_at_hours: int = _make_element_field("AnswerAimedAtHours")
    answer_at_most_hours: int = _make_element_field("AnswerAtMostHours")


@dataclass(kw_only=True)
class OrderSupplement:
    """The order's supplement, in the order of the schema."""

    class Meta:
        name = "Order"  # the element's name in the schema
        namespace = NAMESPACE

    kind: str = _make_element_field("Kind")
    order_id: str = _make_element_field("OrderId")
    hold_id: str = _make_element_field("HoldId")
    case_id: str = _make_element_field("CaseId")
    account: Account = _make_element_field("Account")
    held_amount: Amount = _make_element_field("HeldAmount")
    issued_at: str = _make_element_field("IssuedAt")
    expires_at: str = _make_element_field("ExpiresAt")
    no_later_credits: bool = _make_element_field("NoLaterCredits")
    legal_basis: LegalBasis = _make_element_field("LegalBasis")
    notice: Notice = _make_element_field("Notice")
    exercise: bool = _make_element_field("Exercise")


def order_supplement(order: OrderMessage) -> OrderSupplement:
    """The supplement of an order. For a release or an expiry, `held_amount` is the released amount."""
    return OrderSupplement(
        kind=order.kind,
        order_id=fit_text(order.order_id, _ID),
        hold_id=fit_text(order.hold_id, _ID),
        case_id=fit_text(order.case_id, _ID),
        account=Account(bank=fit_text(order.bank, _ID), number=fit_text(order.account, _ID)),
        held_amount=Amount(value=quantize_baht(order.amount), ccy=order.currency),
        issued_at=format_instant(order.issued_at),
        expires_at=format_instant(order.expires_at),
        no_later_credits=True,
        legal_basis=LegalBasis(
            rule=fit_text(order.rule, _ID),
            thai=fit_text(order.citation_thai, _LONG),
            english=fit_text(order.citation_english, _LONG),
        ),
        notice=Notice(
            thai=fit_text(order.notice_thai, _LONG),
            english=fit_text(order.notice_english, _LONG),
            appeal_code=fit_text(order.hold_id, _ID),
            answer_aimed_at_hours=order.appeal_aim_hours,
            answer_at_most_hours=order.appeal_limit_hours,
        ),
        exercise=order.exercise,
    )


def schema_path(name: str = "warroom-hold-1.xsd") -> Path:
    """The path of a published schema: our supplementary data, else `warroom-order-1.schema.json` or
    `warroom-answer-1.schema.json`.
    """
    return Path(str(resources.files(__package__).joinpath("schema", name)))


def check_supplement(element: Any) -> None:
    """Raise ExchangeError with the first fault where an lxml element does not fit our schema."""
    with _alone:  # error_log belongs to the last validation
        schema = _load_schema()
        fault = None if schema.validate(element) else schema.error_log[0].message
    if fault is not None:
        raise ExchangeError("orders.supplement-unfit", schema=NAMESPACE, fault=fault)


@cache
def _load_schema() -> Any:
    return etree.XMLSchema(etree.parse(str(schema_path())))
