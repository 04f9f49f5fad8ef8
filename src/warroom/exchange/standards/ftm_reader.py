"""Reads entities of FollowTheMoney (model 4), one JSON object a line, from investigators' programs."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from warroom.errors import ExchangeError
from warroom.exchange.standards.record import (
    ExchangedThing,
    ImportedRecord,
    SharedPayment,
    SharedRecord,
    SharedTie,
    ThingKind,
    count_kinds,
    parse_amount,
    parse_utc,
)

MAX_BYTES = 64 << 20
KINDS: dict[str, tuple[ThingKind, tuple[str, ...]]] = {
    "BankAccount": ("account", ("accountNumber", "iban", "name")),
    "CryptoWallet": ("wallet", ("publicKey", "name")),
    "Person": ("person", ("idNumber", "name")),
    "LegalEntity": ("person", ("idNumber", "name")),
    "Company": ("company", ("registrationNumber", "name")),
    "Organization": ("company", ("registrationNumber", "name")),
    "RealEstate": ("site", ("registrationNumber", "name")),
    "Asset": ("device", ("name",)),
}
"""The kind of thing that a schema tells, and the properties with its value, the first that is there."""
TIES = {
    "Ownership": ("owner", "asset", "owns"),
    "Directorship": ("director", "organization", "director"),
    "UnknownLink": ("subject", "object", "related"),
}
Properties = dict[str, Any]


def parse_ftm(content: bytes) -> ImportedRecord:
    """The record that entities tell; raises ExchangeError with one sentence."""
    if len(content) > MAX_BYTES:
        raise ExchangeError(
            f"The file has {len(content) >> 20} MiB, more than {MAX_BYTES >> 20}; ask for it in parts."
        )
    try:
        entities = [json.loads(line) for line in content.splitlines() if line.strip()]
        return _read_entities(entities)
    except (ValueError, RecursionError, KeyError, TypeError, AttributeError):
        raise ExchangeError(
            "The file has no entities of FollowTheMoney that can be read; ask for it as JSON, an entity a line."
        ) from None


def _read_entities(entities: list[Properties]) -> ImportedRecord:
    things: dict[str, ExchangedThing] = {}
    others = []
    for entity in entities:
        if thing := _read_thing(entity):
            things[entity["id"]] = thing
        elif entity["schema"] not in (*TIES, "Payment"):
            others.append(entity["schema"])
    payments = tuple(_iter_payments(entities, things))
    record = SharedRecord(
        number="",
        made_at=datetime.fromtimestamp(0, UTC),
        sender="",
        things=tuple(things.values()),
        payments=payments,
        ties=tuple(_iter_ties(entities, things)),
    )
    return ImportedRecord(record, count_kinds(others))


def _get_first(entity: Properties, *names: str) -> str:
    properties = entity.get("properties", {})
    return next((str(properties[name][0]) for name in names if properties.get(name)), "")


def _read_thing(entity: Properties) -> ExchangedThing | None:
    if entity["schema"] not in KINDS:
        return None
    kind, names = KINDS[entity["schema"]]
    value = _get_first(entity, *names)
    if not value:
        return None
    named = _get_first(entity, "name") if kind in ("person", "company") else ""
    bank = _get_first(entity, "bankName") if kind == "account" else ""
    currency = _get_first(entity, "currency") if kind == "account" else ""
    return ExchangedThing(kind, value, bank, name=named, currency=currency)


def _iter_payments(entities: list[Properties], things: dict[str, ExchangedThing]) -> Iterator[SharedPayment]:
    for entity in entities:
        payer = things.get(_get_first(entity, "payerAccount", "payer"))
        payee = things.get(_get_first(entity, "beneficiaryAccount", "beneficiary"))
        if entity["schema"] != "Payment" or payer is None or payee is None:
            continue
        yield SharedPayment(
            id=_get_first(entity, "recordId", "transactionNumber") or entity["id"],
            payer=payer.key,
            payee=payee.key,
            amount=parse_amount(_get_first(entity, "amount")),
            currency=_get_first(entity, "currency"),
            time=parse_utc(_get_first(entity, "startDate", "date")),
        )


def _iter_ties(entities: list[Properties], things: dict[str, ExchangedThing]) -> Iterator[SharedTie]:
    for entity in entities:
        if entity["schema"] not in TIES:
            continue
        first, second, relation = TIES[entity["schema"]]
        start, end = things.get(_get_first(entity, first)), things.get(_get_first(entity, second))
        if start and end:
            began, ended = _get_first(entity, "startDate"), _get_first(entity, "endDate")
            yield SharedTie(
                start.key,
                end.key,
                _get_first(entity, "role") or relation,
                parse_utc(began) if began else None,
                parse_utc(ended) if ended else None,
            )
