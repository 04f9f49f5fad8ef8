"""An order as the files that go out: a bank's message for a hold, a JSON message and a letter for all else."""

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from warroom.errors import ExchangeError
from warroom.exchange import recall
from warroom.exchange.compose import compose
from warroom.exchange.letters import letter as letter_letter
from warroom.exchange.text import instant
from warroom.ledger.canonical_json import plain
from warroom.orders.order_content import Detail, OrderFacts
from warroom.orders.views import OrderView

SCHEMA = "warroom-order-1"
EXERCISE = "EXERCISE EXERCISE EXERCISE"
XML = "application/xml; charset=utf-8"
JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Parcel:
    """What an order becomes. `message` is what is posted and signed; `letter` lies beside it, where one is due."""

    name: str
    message: bytes
    media: str
    letter: bytes | None = None


def pack(order: OrderView) -> Parcel:
    """The files of an order; the same order gives the same bytes. Raises ExchangeError where it cannot be said."""
    if order.about == "hold":
        return Parcel(f"{order.order_id}.xml", recall.render(compose(order)), XML)
    facts = facts_of(order)
    body = message(order, facts)
    letter = letter_letter.write(order, facts, body) if facts.letter else None
    return Parcel(f"{order.order_id}.json", body, JSON, letter)


def facts_of(order: OrderView) -> OrderFacts:
    """What the order says, as frozen; raises ExchangeError where it is not in this version's form."""
    try:
        return OrderFacts.from_json(order.facts)
    except (KeyError, TypeError):
        raise ExchangeError("orders.of-another-version", order=order.order_id) from None


def message(order: OrderView, facts: OrderFacts) -> bytes:
    """The message of schema `warroom-order-1`: sorted keys, UTF-8, one line."""
    text = json.dumps(_body(order, facts), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return text.encode() + b"\n"


def _body(order: OrderView, facts: OrderFacts) -> dict[str, Any]:
    # A request has a time by which it is to be answered, which `deadline` says;
    # only a measure ends by itself.
    until = order.until if order.about == "measure" else None
    return {
        "schema": SCHEMA,
        "order_id": order.order_id,
        "about": order.about,
        "kind": order.kind,
        "action": facts.kind,
        "partner": order.bank,
        "exercise": order.exercise,
        "marking": EXERCISE if order.exercise else None,
        "issued_at": instant(order.made_at),
        "deadline": instant(facts.deadline) if facts.deadline else None,
        "until": instant(until) if until else None,
        "case": order.case or None,
        "reference": facts.reference,
        "number": facts.number,
        "amount": f"{Decimal(order.amount) / 100:.2f}" if order.amount else None,
        "currency": order.currency if order.amount else None,
        "law": {"rule": facts.rule, "digest": facts.rule_digest, "citation": plain(facts.citation)},
        "notice": plain(order.notice),
        **{
            name: plain(getattr(facts, name))
            for name in ("title", "purpose", "asked", "sender", "addressee", "subjects")
        },
        "details": _details(facts.details),
        "documents": [
            {
                "name": one.name,
                "title": plain(one.title),
                "sha256": one.sha256,
                "contents": _details(one.contents),
            }
            for one in facts.documents
        ],
        "approved_by": [
            {"name": one.name, "agency": one.agency, "at": instant(one.at)} for one in facts.signatories
        ],
    }


def _details(found: tuple[Detail, ...]) -> list[dict[str, Any]]:
    return [
        {
            "name": one.name,
            "label": plain(one.label),
            "value": one.value,
            "unit": one.unit,
            "read": plain(one.read()),
        }
        for one in found
    ]
