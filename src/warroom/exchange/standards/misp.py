"""A case's record as an event of MISP (core format 2.5, object templates of misp-objects), and as a static feed; and events back in.

An event goes to "your organisation only" and names no sharing group: a group's name or number is shown to nobody. What MISP cannot hold:
holds, the times of ties, and officers' marks.
"""

import hashlib
import json
import uuid
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any, NamedTuple

from warroom.bilingual.texts import Texts
from warroom.errors import ExchangeError
from warroom.exchange.standards.chart_export import ChartExport
from warroom.exchange.standards.chart_record import build_chart_record
from warroom.exchange.standards.record import (
    TLP_LEVELS,
    ExchangedThing,
    ImportedRecord,
    SharedPayment,
    SharedRecord,
    SharedTie,
    ThingKind,
    TlpLevel,
    count_kinds,
    format_amount,
    format_utc,
    parse_amount,
    parse_utc,
)
from warroom.exchange.standards.stix_types import OWN_NAMESPACE
from warroom.room.chart.views import ChartView

MEDIA = "application/json"
MAX_BYTES = 64 << 20
OWN_ORGANISATION_ONLY, INHERIT, SHARING_GROUP = "0", "5", "4"
MEDIUM_THREAT, ANALYSIS_ONGOING = "2", "1"
EXERCISE_TAG = "warroom:exercise"
PAYER, PAYEE = "paid-by", "paid-to"
Properties = dict[str, Any]


class MispLine(NamedTuple):
    """An attribute of a template: its relation, type and category there, and the field of the thing that it holds."""

    relation: str
    type: str
    category: str
    field: str


class MispTemplate(NamedTuple):
    """A template of misp-objects."""

    name: str
    uuid: str
    version: str
    category: str
    lines: tuple[MispLine, ...]


TEMPLATES: dict[ThingKind, MispTemplate] = {
    "account": MispTemplate(
        "bank-account",
        "b4712203-95a8-4883-80e9-b566f5df11c9",
        "3",
        "financial",
        (
            MispLine("account", "bank-account-nr", "Financial fraud", "value"),
            MispLine("institution-code", "text", "Other", "bank"),
            MispLine("currency-code", "text", "Other", "currency"),
        ),
    ),
    "phone": MispTemplate(
        "phone-number",
        "c4b5a67c-63d2-11ec-90d6-0242ac120003",
        "1",
        "mobile",
        (MispLine("phone-number", "phone-number", "Person", "value"),),
    ),
    "card": MispTemplate(
        "credit-card",
        "2b9c57aa-daba-4330-a738-56f18743b0c7",
        "3",
        "financial",
        (MispLine("cc-number", "cc-number", "Financial fraud", "value"),),
    ),
    "wallet": MispTemplate(
        "coin-address",
        "d0e6997e-78da-4815-a6a1-cfc1c1cb8a46",
        "7",
        "financial",
        (MispLine("address-crypto", "text", "Other", "value"),),
    ),
    "domain": MispTemplate(
        "domain-ip",
        "43b3b146-77eb-4931-b4cc-b66c60f28734",
        "11",
        "network",
        (MispLine("domain", "domain", "Network activity", "value"),),
    ),
    "page": MispTemplate(
        "url",
        "60efb77b-40b5-4c46-871b-ed1ed999fce5",
        "10",
        "network",
        (MispLine("url", "url", "Network activity", "value"),),
    ),
    "email": MispTemplate(
        "email",
        "a0c666e0-fc65-4be8-b48f-3423d788b552",
        "19",
        "network",
        (MispLine("from", "email-src", "Payload delivery", "value"),),
    ),
    "person": MispTemplate(
        "person",
        "a15b0477-e9d1-4b9c-9546-abe78a4f4248",
        "21",
        "misc",
        (
            MispLine("full-name", "full-name", "Person", "name"),
            MispLine("identity-card-number", "identity-card-number", "Person", "value"),
        ),
    ),
    "company": MispTemplate(
        "legal-entity",
        "14f5688f-d89c-469f-9878-c48bf6c41c65",
        "2",
        "misc",
        (
            MispLine("name", "text", "Other", "name"),
            MispLine("registration-number", "text", "Other", "value"),
        ),
    ),
    "device": MispTemplate(
        "phone",
        "d7e4fbdd-b551-4862-bddb-a0b470a38509",
        "6",
        "misc",
        (MispLine("imei", "text", "Other", "value"),),
    ),
    "site": MispTemplate(
        "geolocation",
        "cd6f2238-ba55-4888-82c4-104e6e1acf21",
        "8",
        "misc",
        (
            MispLine("text", "text", "Other", "value"),
            MispLine("address", "text", "Other", "name"),
            MispLine("latitude", "float", "Other", "latitude"),
            MispLine("longitude", "float", "Other", "longitude"),
            MispLine("countrycode", "text", "Other", "country"),
        ),
    ),
    "lure": MispTemplate(
        "microblog",
        "8ec8c911-ddbe-4f5b-895b-fbff70c42a60",
        "20",
        "misc",
        (
            MispLine("title", "text", "Other", "value"),
            MispLine("username", "text", "Other", "name"),
            MispLine("post", "text", "Other", "text"),
        ),
    ),
}
"""Templates of misp-objects by kind of thing, of those of 2026."""
TRANSACTION = MispTemplate("transaction", "a47fa26a-01b6-4747-a394-5144e34456dc", "1", "financial", ())
KINDS = {template.name: kind for kind, template in TEMPLATES.items()}


def render(record: SharedRecord) -> bytes:
    """The event as JSON."""
    return json.dumps(build_event(record), ensure_ascii=False, indent=1).encode()


def render_feed(records: Iterable[SharedRecord]) -> dict[str, bytes]:
    """The files of a static feed by name: an event each, `manifest.json` and `hashes.csv` (MD5 of each value, as the format has it)."""
    files: dict[str, bytes] = {}
    manifest: Properties = {}
    hashes: list[str] = []
    for record in records:
        body = build_event(record)
        event = body["Event"]
        files[f"{event['uuid']}.json"] = json.dumps(body, ensure_ascii=False).encode()
        named = ("Orgc", "Tag", "info", "date", "analysis", "threat_level_id", "timestamp")
        manifest[event["uuid"]] = {name: event[name] for name in named}
        hashes.extend(f"{_hash_value(value)},{event['uuid']}" for value in _iter_values(event))
    files["manifest.json"] = json.dumps(manifest, ensure_ascii=False).encode()
    files["hashes.csv"] = "".join(f"{line}\n" for line in hashes).encode()
    return files


def _hash_value(value: str) -> str:
    return hashlib.md5(value.encode(), usedforsecurity=False).hexdigest()


def _iter_values(event: Properties) -> Iterator[str]:
    for item in event["Object"]:
        yield from (attribute["value"] for attribute in item["Attribute"])


def list_not_held(record: SharedRecord) -> dict[str, int]:
    """How many of what MISP cannot hold, by kind."""
    lost = ["hold" for _ in record.holds]
    lost += ["time of a tie" for tie in record.ties if tie.first or tie.last]
    return count_kinds([*lost, *("mark" for thing in record.things for _ in thing.marks)])


def build_event(record: SharedRecord) -> Properties:
    """The event as JSON values."""
    stamp = str(int(record.made_at.timestamp()))
    objects = {thing.key: _build_thing(thing, stamp) for thing in record.things}
    payments = [_build_payment(payment, objects, stamp) for payment in record.payments]
    for tie in record.ties:
        if tie.start in objects and tie.end in objects:
            _add_reference(objects[tie.start], objects[tie.end], tie.relation)
    tags = [f"tlp:{record.mark}", *([EXERCISE_TAG] if record.is_exercise else [])]
    return {
        "Event": {
            "uuid": _make_uuid(f"event:{record.sender}:{record.number}"),
            "info": record.number,
            "date": record.made_at.date().isoformat(),
            "timestamp": stamp,
            "published": False,
            "analysis": ANALYSIS_ONGOING,
            "threat_level_id": MEDIUM_THREAT,
            "distribution": OWN_ORGANISATION_ONLY,
            "Orgc": {"name": record.sender, "uuid": _make_uuid(f"organisation:{record.sender}")},
            "Tag": [{"name": tag} for tag in tags],
            "Attribute": [],
            "Object": [*objects.values(), *payments],
        }
    }


def _make_uuid(name: str) -> str:
    return str(uuid.uuid5(OWN_NAMESPACE, f"misp:{name}"))


def _build_object(template: MispTemplate, key: str, stamp: str) -> Properties:
    return {
        "uuid": _make_uuid(key),
        "name": template.name,
        "meta-category": template.category,
        "template_uuid": template.uuid,
        "template_version": template.version,
        "timestamp": stamp,
        "distribution": INHERIT,
        "comment": "",
        "Attribute": [],
        "ObjectReference": [],
    }


def _build_thing(thing: ExchangedThing, stamp: str) -> Properties:
    template = TEMPLATES[thing.kind]
    item = _build_object(template, thing.key, stamp)
    for line in template.lines:
        value = getattr(thing, line.field)
        if value not in ("", None):
            item["Attribute"].append(_build_attribute(line, str(value), thing.key, stamp))
    for name in ("first_seen", "last_seen"):
        if moment := getattr(thing, name):
            item[name] = format_utc(moment)
    return item


def _build_attribute(line: MispLine, value: str, key: str, stamp: str) -> Properties:
    return {
        "uuid": _make_uuid(f"{key}:{line.relation}"),
        "object_relation": line.relation,
        "type": line.type,
        "category": line.category,
        "value": value,
        # Anyone who reads decides what to block: an account of a mule may be a victim's.
        "to_ids": False,
        "disable_correlation": line.field not in ("value",),
        "distribution": INHERIT,
        "timestamp": stamp,
    }


def _build_payment(payment: SharedPayment, objects: dict[str, Properties], stamp: str) -> Properties:
    key = f"payment:{payment.id}"
    item = _build_object(TRANSACTION, key, stamp)
    attributes = {
        "transaction-number": ("text", payment.id),
        "date": ("datetime", payment.time.astimezone(UTC).isoformat()),
        "amount": ("text", format_amount(payment.amount)),
        "from-funds-code": ("text", payment.currency),
        "transmode-code": ("text", payment.channel),
        "text": ("text", f"traced {format_amount(payment.traced)}"),
    }
    for relation, (kind, value) in attributes.items():
        if value:
            item["Attribute"].append(
                _build_attribute(MispLine(relation, kind, "Other", ""), value, key, stamp)
            )
    for end, relation in ((payment.payer, PAYER), (payment.payee, PAYEE)):
        if end in objects:
            _add_reference(item, objects[end], relation)
    return item


def _add_reference(item: Properties, to: Properties, relation: str) -> None:
    item["ObjectReference"].append(
        {
            "uuid": _make_uuid(f"reference:{item['uuid']}:{to['uuid']}:{relation}"),
            "object_uuid": item["uuid"],
            "referenced_uuid": to["uuid"],
            "relationship_type": relation,
            "comment": "",
            "timestamp": item["timestamp"],
        }
    )


def parse_misp(content: bytes) -> ImportedRecord:
    """The record that an event tells; raises ExchangeError with one sentence."""
    if len(content) > MAX_BYTES:
        raise ExchangeError(
            f"The event has {len(content) >> 20} MiB, more than {MAX_BYTES >> 20}; ask for it in parts."
        )
    try:
        body = json.loads(content)
        event = body["Event"]
        objects = [item for item in event.get("Object", []) if isinstance(item, dict)]
        return _MispReading(event, objects).build_record()
    except (ValueError, RecursionError, KeyError, TypeError, AttributeError, OverflowError, OSError):
        raise ExchangeError(
            "The file is no event of MISP that can be read; ask for it again as JSON."
        ) from None


class _MispReading:
    """One pass over an event."""

    def __init__(self, event: Properties, objects: list[Properties]) -> None:
        self.event, self.objects = event, objects
        self.keys: dict[str, str] = {}
        self.others: list[str] = []

    def build_record(self) -> ImportedRecord:
        things = [thing for item in self.objects if (thing := self._read_thing(item))]
        payments: list[SharedPayment | None] = []
        ties: list[SharedTie] = []
        for item in self.objects:
            if item.get("name") == TRANSACTION.name:
                payments.append(self._read_payment(item))
            else:
                ties.extend(self._read_ties(item))
        tags = [str(tag.get("name", "")).lower() for tag in self.event.get("Tag", [])]
        loose = [f"attribute {attribute['type']}" for attribute in self.event.get("Attribute", [])]
        record = SharedRecord(
            number=str(self.event.get("info", "")),
            made_at=datetime.fromtimestamp(int(self.event.get("timestamp", 0)), UTC),
            sender=str(self.event.get("Orgc", {}).get("name", "")),
            mark=self._find_level(tags),
            is_exercise=EXERCISE_TAG in tags,
            things=tuple(things),
            payments=tuple(payment for payment in payments if payment),
            ties=tuple(ties),
        )
        return ImportedRecord(record, count_kinds([*self.others, *loose]), self._list_notes())

    def _find_level(self, tags: list[str]) -> TlpLevel:
        levels: list[TlpLevel] = [level for level in TLP_LEVELS if f"tlp:{level}" in tags]
        if "tlp:white" in tags:
            levels.append("clear")
        if self._is_for_group():
            # Who is in the group is not known here; nobody else may have it.
            levels.append("amber+strict")
        return max(levels, key=TLP_LEVELS.index, default="amber")

    def _is_for_group(self) -> bool:
        parts = [self.event, *self.objects, *self.event.get("Attribute", [])]
        return any(str(part.get("distribution")) == SHARING_GROUP for part in parts)

    def _list_notes(self) -> tuple[str, ...]:
        if not self._is_for_group():
            return ()
        return (
            "It is for a sharing group of its sender; it is treated as TLP:AMBER+STRICT and leaves here to nobody.",
        )

    def _read_thing(self, item: Properties) -> ExchangedThing | None:
        name = str(item.get("name"))
        kind = KINDS.get(name)
        if kind is None:
            if name != TRANSACTION.name:
                self.others.append(name)
            return None
        values = _read_values(item)
        fields = {
            line.field: values[line.relation] for line in TEMPLATES[kind].lines if line.relation in values
        }
        if not fields.get("value"):
            self.others.append(name)
            return None
        degrees = {field: float(fields.pop(field)) for field in ("latitude", "longitude") if field in fields}
        seen = {field: parse_utc(item[field]) for field in ("first_seen", "last_seen") if item.get(field)}
        thing = ExchangedThing(kind, **fields, **degrees, **seen)  # type: ignore[arg-type]
        self.keys[item["uuid"]] = thing.key
        return thing

    def _read_payment(self, item: Properties) -> SharedPayment | None:
        values = _read_values(item)
        ends = {
            part["relationship_type"]: part["referenced_uuid"] for part in item.get("ObjectReference", [])
        }
        payer, payee = self.keys.get(ends.get(PAYER, "")), self.keys.get(ends.get(PAYEE, ""))
        if payer is None or payee is None or "amount" not in values or "date" not in values:
            self.others.append(TRANSACTION.name)
            return None
        traced = values.get("text", "").removeprefix("traced ")
        return SharedPayment(
            id=values.get("transaction-number", ""),
            payer=payer,
            payee=payee,
            amount=parse_amount(values["amount"]),
            currency=values.get("from-funds-code", ""),
            time=parse_utc(values["date"]),
            channel=values.get("transmode-code", ""),
            traced=parse_amount(traced) if values.get("text", "").startswith("traced ") else 0,
        )

    def _read_ties(self, item: Properties) -> Iterator[SharedTie]:
        start = self.keys.get(str(item.get("uuid")))
        for part in item.get("ObjectReference", []):
            end = self.keys.get(part["referenced_uuid"])
            if start and end:
                yield SharedTie(start, end, part["relationship_type"])


def _read_values(item: Properties) -> dict[str, str]:
    return {part["object_relation"]: str(part["value"]) for part in item.get("Attribute", [])}


def _render_chart(view: ChartView, exercise: str) -> bytes:
    return render(build_chart_record(view, is_exercise=bool(exercise)))


EXPORT = ChartExport("misp", MEDIA, ".misp.json", Texts("MISP", "MISP"), _render_chart)
