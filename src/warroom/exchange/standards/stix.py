"""A case's record as a bundle of STIX 2.1 (OASIS Standard, 10 June 2021), for platforms that exchange threat intelligence.

Written without the library, which makes 683 objects a second; every identifier follows from what it names, so a second export of the
same record is the same bundle. What STIX cannot hold: devices, and marks that officers put on a node of the chart.
"""

import json
from collections.abc import Iterator
from typing import Any

from warroom.bilingual.texts import Texts
from warroom.exchange.standards.chart_export import ChartExport
from warroom.exchange.standards.chart_record import build_chart_record
from warroom.exchange.standards.record import (
    ExchangedThing,
    SharedPayment,
    SharedRecord,
    SharedRestraint,
    SharedTie,
    count_kinds,
    format_amount,
    format_utc,
)
from warroom.exchange.standards.stix_types import (
    MEDIA,
    OWN,
    TLP_IDS,
    build_author,
    build_extension_definition,
    build_tlp_marking,
    list_extension,
    make_observable_id,
    make_own_id,
)
from warroom.room.chart.views import ChartView

Properties = dict[str, Any]
EXERCISE = "EXERCISE: all names and figures are invented."
VALUE_TYPES = {"domain": "domain-name", "page": "url", "email": "email-addr"}
"""Kinds that the standard itself has, with one property `value`."""
EXTENDED_TYPES = {"phone": "phone-number", "card": "payment-card", "wallet": "cryptocurrency-wallet"}
OWN_TYPES = {"site": "scam-site", "lure": "scam-lure"}
CLASSES = {"person": "individual", "company": "organization"}


def render(record: SharedRecord) -> bytes:
    """The bundle as JSON text."""
    body = ",\n".join(json.dumps(item, ensure_ascii=False) for item in iter_objects(record))
    name = f"{record.sender}:{record.number}:{format_utc(record.made_at)}"
    head = f'{{"type": "bundle", "id": "{make_own_id("bundle", name)}", "objects": [\n'
    return f"{head}{body}\n]}}\n".encode()


def iter_objects(record: SharedRecord) -> Iterator[Properties]:
    """The objects of a bundle, definitions first, so that a reader in one pass knows what a reference means."""
    yield from StixWriter(record).iter_objects()


def list_not_held(record: SharedRecord) -> dict[str, int]:
    """How many of what STIX cannot hold, by kind."""
    devices = ["device" for thing in record.things if thing.kind == "device"]
    return count_kinds([*devices, *("mark" for thing in record.things for _ in thing.marks)])


class StixWriter:
    """Builds the objects of one record. Made for one bundle; not for two threads."""

    def __init__(self, record: SharedRecord) -> None:
        self.record = record
        self.made_at = format_utc(record.made_at)
        self.sender = make_own_id("identity", f"sender:{record.sender}")
        self.common = self._build_common()
        self.ids: dict[str, str] = {}

    def iter_objects(self) -> Iterator[Properties]:
        """Definitions, identities, things, payments, holds, ties, and the grouping that names them all."""
        record = self.record
        yield build_tlp_marking(record.mark)
        if record.is_exercise:
            yield self._build_exercise_marking()
        yield self._build_identity(self.sender, record.sender, "organization")
        used = self._list_own_types()
        if used:
            yield build_author()
            yield from (build_extension_definition(name) for name in used)
        named = []
        for item in self._iter_content():
            named.append(item["id"])
            yield item
        # A grouping must refer to something (STIX 2.1, 4.4); an empty record is its sender alone.
        yield self._build_grouping(named or [self.sender])

    def _iter_content(self) -> Iterator[Properties]:
        banks = sorted({thing.bank for thing in self.record.things if thing.bank})
        for bank in banks:
            yield self._build_identity(self._find_bank_id(bank), bank, "organization")
        for thing in self.record.things:
            if thing.kind != "device":
                item = self._build_thing(thing)
                self.ids[thing.key] = item["id"]
                yield item
        ends = self.ids
        for payment in self.record.payments:
            if payment.payer in ends and payment.payee in ends:
                yield self._build_payment(payment)
        for hold in self.record.holds:
            if hold.account in ends:
                yield self._build_hold(hold)
        for tie in self.record.ties:
            if tie.start in ends and tie.end in ends:
                yield self._build_relationship(tie)

    def _build_common(self) -> Properties:
        marks = [TLP_IDS[self.record.mark]]
        if self.record.is_exercise:
            marks.append(self._make_exercise_id())
        return {"object_marking_refs": marks}

    def _build_domain_object(self, kind: str, own_id: str) -> Properties:
        made = self.made_at
        return {
            "type": kind,
            "spec_version": "2.1",
            "id": own_id,
            "created_by_ref": self.sender,
            "created": made,
            "modified": made,
            **self.common,
        }

    def _make_exercise_id(self) -> str:
        return make_own_id("marking-definition", f"exercise:{self.record.sender}:{self.made_at}")

    def _build_exercise_marking(self) -> Properties:
        return {
            "type": "marking-definition",
            "spec_version": "2.1",
            "id": self._make_exercise_id(),
            "created": self.made_at,
            "definition_type": "statement",
            "definition": {"statement": EXERCISE},
        }

    def _build_identity(self, own_id: str, name: str, identity_class: str) -> Properties:
        return self._build_domain_object("identity", own_id) | {
            "name": name,
            "identity_class": identity_class,
        }

    def _find_bank_id(self, bank: str) -> str:
        return make_own_id("identity", f"bank:{bank}")

    def _list_own_types(self) -> list[str]:
        record = self.record
        kinds = {OWN_TYPES[thing.kind] for thing in record.things if thing.kind in OWN_TYPES}
        if record.payments:
            kinds.add("fiat-payment")
        if record.holds:
            kinds.add("amount-hold")
        return sorted(kinds)

    def _build_thing(self, thing: ExchangedThing) -> Properties:
        if thing.kind == "account":
            return self._build_account(thing)
        if thing.kind in VALUE_TYPES:
            return self._build_observable(VALUE_TYPES[thing.kind], thing.value)
        if thing.kind in EXTENDED_TYPES:
            # The extension's numbers have no plus.
            number = thing.value.removeprefix("+") if thing.kind == "phone" else thing.value
            return self._build_observable(EXTENDED_TYPES[thing.kind], number)
        if thing.kind in CLASSES:
            return self._build_party(thing)
        return self._build_own_thing(thing)

    def _build_account(self, thing: ExchangedThing) -> Properties:
        # Ours and not the extension's identifier, which leaves out the bank: two people's accounts would become one.
        return {
            "type": "bank-account",
            "spec_version": "2.1",
            "id": make_own_id("bank-account", f"{thing.bank}/{thing.value}"),
            "account_number": thing.value,
            **({"currency": thing.currency} if thing.currency else {}),
            **({"issuer_ref": self._find_bank_id(thing.bank)} if thing.bank else {}),
            "extensions": list_extension("bank-account"),
            **self.common,
        }

    def _build_observable(self, kind: str, value: str) -> Properties:
        item: Properties = {
            "type": kind,
            "spec_version": "2.1",
            "id": make_observable_id(kind, {"value": value}),
            "value": value,
            **self.common,
        }
        if kind in EXTENDED_TYPES.values():
            item["extensions"] = list_extension(kind)
        return item

    def _build_party(self, thing: ExchangedThing) -> Properties:
        item = self._build_identity(
            make_own_id("identity", thing.key), thing.name or thing.value, CLASSES[thing.kind]
        )
        reference = {"source_name": "warroom", "external_id": thing.value}
        return item | {"external_references": [reference]}

    def _build_own_thing(self, thing: ExchangedThing) -> Properties:
        kind = OWN_TYPES[thing.kind]
        item = self._build_domain_object(kind, make_own_id(kind, thing.value))
        item |= {"value": thing.value, "extensions": list_extension(kind)}
        for name in ("name", "text", "country", "latitude", "longitude"):
            if (value := getattr(thing, name)) not in ("", None):
                item[name] = value
        for name in ("first_seen", "last_seen"):
            if moment := getattr(thing, name):
                item[name] = format_utc(moment)
        return item

    def _build_payment(self, payment: SharedPayment) -> Properties:
        return {
            "type": "fiat-payment",
            "spec_version": "2.1",
            "id": make_own_id("fiat-payment", payment.id),
            "value": payment.id,
            "payer_ref": self.ids[payment.payer],
            "payee_ref": self.ids[payment.payee],
            "amount": format_amount(payment.amount),
            "traced": format_amount(payment.traced),
            "currency": payment.currency,
            "execution_time": format_utc(payment.time),
            **({"channel": payment.channel} if payment.channel else {}),
            "extensions": list_extension("fiat-payment"),
            **self.common,
        }

    def _build_hold(self, hold: SharedRestraint) -> Properties:
        item = self._build_domain_object("amount-hold", make_own_id("amount-hold", hold.reference))
        return item | {
            "value": hold.reference,
            "account_ref": self.ids[hold.account],
            "amount": format_amount(hold.amount),
            "held": format_amount(hold.held),
            "currency": hold.currency,
            "state": hold.state,
            "legal_basis": hold.legal_basis,
            "approved_at": format_utc(hold.approved_at),
            "until": format_utc(hold.until),
            "extensions": list_extension("amount-hold"),
        }

    def _build_relationship(self, tie: SharedTie) -> Properties:
        name = f"{tie.start}>{tie.end}:{tie.relation}"
        item = self._build_domain_object("relationship", make_own_id("relationship", name))
        item |= {
            "relationship_type": tie.relation.replace("_", "-"),
            "source_ref": self.ids[tie.start],
            "target_ref": self.ids[tie.end],
        }
        if tie.first:
            item["start_time"] = format_utc(tie.first)
        # The standard refuses an end that is not later than the start (STIX 2.1, 5.1).
        if tie.last and (tie.first is None or tie.last > tie.first):
            item["stop_time"] = format_utc(tie.last)
        return item

    def _build_grouping(self, named: list[str]) -> Properties:
        name = f"{self.record.sender}:{self.record.number}"
        return self._build_domain_object("grouping", make_own_id("grouping", name)) | {
            "name": self.record.number,
            "context": "suspicious-activity",
            "object_refs": named,
        }


def _render_chart(view: ChartView, exercise: str) -> bytes:
    return render(build_chart_record(view, is_exercise=bool(exercise)))


EXPORT = ChartExport("stix", MEDIA, ".stix.json", Texts("STIX 2.1", "STIX 2.1"), _render_chart)
__all__ = ["EXPORT", "OWN", "StixWriter", "iter_objects", "list_not_held", "render"]
