"""Packs an order into the files to send: an ISO 20022 message for a hold, a JSON message and a letter for all else."""

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from warroom.errors import ExchangeError
from warroom.exchange import recall
from warroom.exchange.compose import compose_message
from warroom.exchange.letters import letter as letter_letter
from warroom.exchange.text import format_instant
from warroom.ledger.canonical_json import to_json_value
from warroom.orders.order_content import Detail, OrderFacts
from warroom.orders.views import OrderView

SCHEMA = "warroom-order-1"
EXERCISE = "EXERCISE EXERCISE EXERCISE"
XML = "application/xml; charset=utf-8"
JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Parcel:
    """The files of an order. `message` is posted and signed; `letter` accompanies it in the outbox, None for none."""

    name: str
    message: bytes
    media: str
    letter: bytes | None = None


def pack_order(order: OrderView) -> Parcel:
    """The files of an order; the same order gives the same bytes. Raises ExchangeError where it cannot be rendered."""
    if order.about == "hold":
        return Parcel(f"{order.order_id}.xml", recall.render_camt_056(compose_message(order)), XML)
    facts = facts_of(order)
    body = build_message(order, facts)
    letter = letter_letter.render_letter(order, facts, body) if facts.letter else None
    return Parcel(f"{order.order_id}.json", body, JSON, letter)


def facts_of(order: OrderView) -> OrderFacts:
    """The frozen facts of an order; raises ExchangeError where another version wrote them."""
    try:
        return OrderFacts.from_json(order.facts)
    except (KeyError, TypeError):
        raise ExchangeError("orders.of-another-version", order=order.order_id) from None


def build_message(order: OrderView, facts: OrderFacts) -> bytes:
    """The message of schema `warroom-order-1`: sorted keys, UTF-8, one line."""
    text = json.dumps(_build_body(order, facts), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return text.encode() + b"\n"


def _build_body(order: OrderView, facts: OrderFacts) -> dict[str, Any]:
    # A request ends by no time of its own; it has one to be answered by, which is `deadline`.
    until = order.until if order.about in ("measure", "incoming") else None
    return {
        "schema": SCHEMA,
        "order_id": order.order_id,
        "about": order.about,
        "kind": order.kind,
        "action": facts.kind,
        "partner": order.bank,
        "exercise": order.exercise,
        "marking": EXERCISE if order.exercise else None,
        "issued_at": format_instant(order.made_at),
        "deadline": format_instant(facts.deadline) if facts.deadline else None,
        "until": format_instant(until) if until else None,
        "case": order.case or None,
        "reference": facts.reference,
        "number": facts.number,
        "amount": f"{Decimal(order.amount) / 100:.2f}" if order.amount else None,
        "currency": order.currency if order.amount else None,
        "law": {"rule": facts.rule, "digest": facts.rule_digest, "citation": to_json_value(facts.citation)},
        "notice": to_json_value(order.notice),
        **{
            name: to_json_value(getattr(facts, name))
            for name in ("title", "purpose", "asked", "sender", "addressee", "subjects")
        },
        "details": _build_details(facts.details),
        "documents": [
            {
                "name": document.name,
                "title": to_json_value(document.title),
                "sha256": document.sha256,
                "contents": _build_details(document.contents),
            }
            for document in facts.documents
        ],
        "approved_by": [
            {"name": signatory.name, "agency": signatory.agency, "at": format_instant(signatory.at)}
            for signatory in facts.signatories
        ],
    }


def _build_details(details: tuple[Detail, ...]) -> list[dict[str, Any]]:
    return [
        {
            "name": detail.name,
            "label": to_json_value(detail.label),
            "value": detail.value,
            "unit": detail.unit,
            "read": to_json_value(detail.format_value()),
        }
        for detail in details
    ]
