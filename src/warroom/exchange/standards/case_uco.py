"""A case's record as a graph of CASE 1.5 (UCO 1.5, JSON-LD), for forensic laboratories and courts; and graphs back in, as of seized devices.

What CASE cannot hold: officers' marks.
"""

import json
import uuid
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from warroom.bilingual.texts import Texts
from warroom.errors import ExchangeError
from warroom.exchange.standards.chart_export import ChartExport
from warroom.exchange.standards.chart_record import build_chart_record
from warroom.exchange.standards.record import (
    THING_KINDS,
    TLP_LEVELS,
    ExchangedThing,
    ImportedRecord,
    SharedPayment,
    SharedRecord,
    SharedRestraint,
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

MEDIA = "application/ld+json"
MAX_BYTES = 64 << 20
UCO = "https://ontology.unifiedcyberontology.org/uco"
CONTEXT = {
    "kb": "https://warroom.example/kb/",
    "case-investigation": "https://ontology.caseontology.org/case/investigation/",
    "uco-core": f"{UCO}/core/",
    "uco-identity": f"{UCO}/identity/",
    "uco-location": f"{UCO}/location/",
    "uco-observable": f"{UCO}/observable/",
    "uco-types": f"{UCO}/types/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
KIND, CURRENCY, EXERCISE, LEVEL = "kind:", "currency:", "exercise", "tlp:"
"""Beginnings of tags (`uco-core:tag`) for what no property holds."""
PAYMENT, HOLD = "payment", "amount-hold"
FACETS: dict[ThingKind, tuple[str, str]] = {
    "account": ("AccountFacet", "accountIdentifier"),
    "card": ("AccountFacet", "accountIdentifier"),
    "wallet": ("AccountFacet", "accountIdentifier"),
    "phone": ("PhoneAccountFacet", "phoneNumber"),
    "domain": ("DomainNameFacet", "value"),
    "page": ("URLFacet", "fullValue"),
    "email": ("EmailAddressFacet", "addressValue"),
    "device": ("MobileDeviceFacet", "IMEI"),
    "lure": ("MessageFacet", "messageID"),
}
"""The facet of each kind of observable, and its property with the value."""
CLASSES = {
    "person": "uco-identity:Person",
    "company": "uco-identity:Organization",
    "site": "uco-location:Location",
}
STRANGE: dict[str, ThingKind] = {
    "AccountFacet": "account",
    "PhoneAccountFacet": "phone",
    "DomainNameFacet": "domain",
    "URLFacet": "page",
    "EmailAddressFacet": "email",
    "MobileDeviceFacet": "device",
}
"""What a facet of another tool's graph tells, which has no tags of ours."""
Properties = dict[str, Any]


def render(record: SharedRecord) -> bytes:
    """The graph as JSON-LD."""
    graph = list(_iter_graph(record))
    return json.dumps({"@context": CONTEXT, "@graph": graph}, ensure_ascii=False, indent=1).encode()


def list_not_held(record: SharedRecord) -> dict[str, int]:
    """How many of what CASE cannot hold, by kind."""
    return count_kinds("mark" for thing in record.things for _ in thing.marks)


def _make_id(name: str) -> str:
    return f"kb:{name.partition(':')[0]}-{uuid.uuid5(OWN_NAMESPACE, f'case:{name}')}"


def _refer_to(name: str) -> dict[str, str]:
    return {"@id": _make_id(name)}


def _type_time(moment: datetime) -> dict[str, str]:
    return {"@type": "xsd:dateTime", "@value": format_utc(moment)}


def _iter_graph(record: SharedRecord) -> Iterator[Properties]:
    tags = [f"{LEVEL}{record.mark}", *([EXERCISE] if record.is_exercise else [])]
    sender = f"sender:{record.sender}"
    yield {"@id": _make_id(sender), "@type": "uco-identity:Organization", "uco-core:name": record.sender}
    content = [
        *(_build_bank(bank) for bank in sorted({thing.bank for thing in record.things if thing.bank})),
        *(_build_thing(thing) for thing in record.things),
        *(_build_payment(payment) for payment in record.payments),
        *(_build_hold(hold) for hold in record.holds),
        *(_build_tie(tie) for tie in record.ties),
    ]
    yield {
        "@id": _make_id(f"investigation:{record.sender}:{record.number}"),
        "@type": "case-investigation:Investigation",
        "uco-core:name": record.number,
        "uco-core:createdBy": _refer_to(sender),
        "uco-core:objectCreatedTime": _type_time(record.made_at),
        "uco-core:tag": tags,
        "uco-core:object": [{"@id": item["@id"]} for item in content],
    }
    yield from content


def _build_bank(bank: str) -> Properties:
    return {"@id": _make_id(f"bank:{bank}"), "@type": "uco-identity:Organization", "uco-core:name": bank}


def _build_thing(thing: ExchangedThing) -> Properties:
    currency = [f"{CURRENCY}{thing.currency}"] if thing.currency else []
    item: Properties = {
        "@id": _make_id(thing.key),
        "@type": CLASSES.get(thing.kind, "uco-observable:ObservableObject"),
        "uco-core:tag": [f"{KIND}{thing.kind}", *currency],
    }
    if thing.name:
        item["uco-core:name"] = thing.name
    if thing.first_seen:
        item["uco-core:objectCreatedTime"] = _type_time(thing.first_seen)
    if thing.last_seen:
        item["uco-core:modifiedTime"] = _type_time(thing.last_seen)
    if thing.kind in CLASSES:
        item["uco-core:externalReference"] = {
            "@id": _make_id(f"reference:{thing.key}"),
            "@type": "uco-core:ExternalReference",
            "uco-core:externalIdentifier": thing.value,
        }
    facets = list(_iter_facets(thing))
    return item | ({"uco-core:hasFacet": facets} if facets else {})


def _iter_facets(thing: ExchangedThing) -> Iterator[Properties]:
    if thing.kind in FACETS:
        name, field = FACETS[thing.kind]
        facet = _build_facet(thing, name) | {f"uco-observable:{field}": thing.value}
        if thing.bank:
            facet["uco-observable:accountIssuer"] = _refer_to(f"bank:{thing.bank}")
        if thing.text:
            facet["uco-observable:messageText"] = thing.text
        yield facet
    if thing.latitude is not None and thing.longitude is not None:
        yield _build_facet(thing, "LatLongCoordinatesFacet", "uco-location") | {
            f"uco-location:{name}": {"@type": "xsd:decimal", "@value": f"{getattr(thing, name)}"}
            for name in ("latitude", "longitude")
        }
    if thing.country:
        yield _build_facet(thing, "SimpleAddressFacet", "uco-location") | {
            "uco-location:country": thing.country
        }


def _build_facet(thing: ExchangedThing, name: str, prefix: str = "uco-observable") -> Properties:
    return {"@id": _make_id(f"facet:{thing.key}:{name}"), "@type": f"{prefix}:{name}"}


def _build_event(
    key: str, kind: str, start: datetime, ends: Iterable[str], fields: dict[str, str]
) -> Properties:
    entries = [
        {
            "@id": _make_id(f"entry:{key}:{name}"),
            "@type": "uco-types:DictionaryEntry",
            "uco-types:key": name,
            "uco-types:value": value,
        }
        for name, value in fields.items()
        if value
    ]
    return {
        "@id": _make_id(key),
        "@type": "uco-core:Event",
        "uco-core:eventType": kind,
        "uco-core:startTime": _type_time(start),
        "uco-core:eventContext": [_refer_to(end) for end in dict.fromkeys(ends)],
        "uco-core:eventAttribute": {
            "@id": _make_id(f"attributes:{key}"),
            "@type": "uco-types:Dictionary",
            "uco-types:entry": entries,
        },
    }


def _build_payment(payment: SharedPayment) -> Properties:
    fields = {
        "id": payment.id,
        "payer": payment.payer,
        "payee": payment.payee,
        "amount": format_amount(payment.amount),
        "traced": format_amount(payment.traced),
        "currency": payment.currency,
        "channel": payment.channel,
    }
    return _build_event(
        f"{PAYMENT}:{payment.id}", PAYMENT, payment.time, (payment.payer, payment.payee), fields
    )


def _build_hold(hold: SharedRestraint) -> Properties:
    fields = {
        "reference": hold.reference,
        "account": hold.account,
        "amount": format_amount(hold.amount),
        "held": format_amount(hold.held),
        "currency": hold.currency,
        "state": hold.state,
        "legal_basis": hold.legal_basis,
    }
    item = _build_event(f"{HOLD}:{hold.reference}", HOLD, hold.approved_at, (hold.account,), fields)
    return item | {"uco-core:endTime": _type_time(hold.until)}


def _build_tie(tie: SharedTie) -> Properties:
    item: Properties = {
        "@id": _make_id(f"relationship:{tie.start}>{tie.end}:{tie.relation}"),
        "@type": "uco-core:Relationship",
        "uco-core:source": _refer_to(tie.start),
        "uco-core:target": _refer_to(tie.end),
        "uco-core:kindOfRelationship": tie.relation,
        "uco-core:isDirectional": True,
    }
    if tie.first:
        item["uco-core:startTime"] = _type_time(tie.first)
    if tie.last:
        item["uco-core:endTime"] = _type_time(tie.last)
    return item


def parse_case(content: bytes) -> ImportedRecord:
    """The record that a graph tells; raises ExchangeError with one sentence."""
    if len(content) > MAX_BYTES:
        raise ExchangeError(
            f"The graph has {len(content) >> 20} MiB, more than {MAX_BYTES >> 20}; ask for it in parts."
        )
    try:
        body = json.loads(content)
        graph = body["@graph"] if isinstance(body, dict) else body
        return _CaseReading([_shorten_names(item) for item in graph]).build_record()
    except (ValueError, RecursionError, KeyError, TypeError, AttributeError):
        raise ExchangeError(
            "The file is no graph of CASE that can be read; ask for it again as JSON-LD."
        ) from None


def _shorten_names(value: Any) -> Any:
    """Names without their prefix or address: tools choose their own prefixes. Typed values become the values."""
    if isinstance(value, list):
        return [_shorten_names(part) for part in value]
    if not isinstance(value, dict):
        return value
    if "@value" in value:
        return value["@value"]
    return {
        name if name == "@id" else _cut_name(name): _cut_types(part)
        if name == "@type"
        else _shorten_names(part)
        for name, part in value.items()
    }


def _cut_types(types: Any) -> list[str]:
    return [_cut_name(name) for name in (types if isinstance(types, list) else [types])]


def _cut_name(name: str) -> str:
    return name.replace("#", "/").replace(":", "/").rpartition("/")[2]


def _list_parts(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


class _CaseReading:
    """One pass over a graph."""

    def __init__(self, graph: list[Properties]) -> None:
        self.graph = graph
        self.by_id = {item["@id"]: item for item in graph if "@id" in item}
        self.keys: dict[str, str] = {}
        self.others: list[str] = []

    def build_record(self) -> ImportedRecord:
        things = [thing for item in self.graph if (thing := self._read_thing(item))]
        root = next((item for item in self.graph if "Investigation" in item["@type"]), {})
        tags = [str(tag) for tag in _list_parts(root.get("tag"))]
        created, sender = root.get("objectCreatedTime"), self._resolve_part(root.get("createdBy"))
        levels: list[TlpLevel] = [level for level in TLP_LEVELS if f"{LEVEL}{level}" in tags]
        events = [(item, self._read_attributes(item)) for item in self.graph if "Event" in item["@type"]]
        record = SharedRecord(
            number=str(root.get("name", "")),
            made_at=parse_utc(created) if created else datetime.fromtimestamp(0, UTC),
            sender=str(sender.get("name", "")),
            mark=max(levels, key=TLP_LEVELS.index, default="amber"),
            is_exercise=EXERCISE in tags,
            things=tuple(things),
            payments=tuple(_read_payment(*event) for event in events if event[0].get("eventType") == PAYMENT),
            holds=tuple(_read_hold(*event) for event in events if event[0].get("eventType") == HOLD),
            ties=tuple(self._iter_ties()),
        )
        return ImportedRecord(record, count_kinds(self.others))

    def _resolve_part(self, part: Any) -> Properties:
        """An object that stands inline or is referred to."""
        if not isinstance(part, dict):
            return {}
        return part if len(part) > 1 else self.by_id.get(part.get("@id", ""), {})

    def _read_thing(self, item: Properties) -> ExchangedThing | None:
        tags = [str(tag) for tag in _list_parts(item.get("tag"))]
        facets = {
            name: facet
            for part in _list_parts(item.get("hasFacet"))
            for facet in [self._resolve_part(part)]
            for name in _cut_types(facet.get("@type", []))
        }
        kind = self._find_kind(item, tags, facets)
        if kind is None:
            return None
        value = self._find_value(item, kind, facets)
        if not value:
            self.others.append(item["@type"][0])
            return None
        name, _ = FACETS.get(kind, ("", ""))
        facet = facets.get(name, {})
        place, address = facets.get("LatLongCoordinatesFacet", {}), facets.get("SimpleAddressFacet", {})
        thing = ExchangedThing(
            kind,
            value,
            bank=str(self._resolve_part(facet.get("accountIssuer")).get("name", "")),
            name=str(item.get("name", "")),
            currency=next((tag.removeprefix(CURRENCY) for tag in tags if tag.startswith(CURRENCY)), ""),
            text=str(facet.get("messageText", "")),
            country=str(address.get("country", "")),
            latitude=float(place["latitude"]) if "latitude" in place else None,
            longitude=float(place["longitude"]) if "longitude" in place else None,
            first_seen=_read_time(item, "objectCreatedTime"),
            last_seen=_read_time(item, "modifiedTime"),
        )
        self.keys[item["@id"]] = thing.key
        return thing

    def _find_kind(self, item: Properties, tags: list[str], facets: Properties) -> ThingKind | None:
        stated = [kind for kind in THING_KINDS if f"{KIND}{kind}" in tags]
        if stated:
            return stated[0]
        known = next((STRANGE[name] for name in STRANGE if name in facets), None)
        if known is None and item["@type"][0] not in (
            "Investigation",
            "Relationship",
            "Event",
            "Organization",
        ):
            self.others.append(item["@type"][0])
        return known

    def _find_value(self, item: Properties, kind: ThingKind, facets: Properties) -> str:
        if kind in CLASSES:
            return str(self._resolve_part(item.get("externalReference")).get("externalIdentifier", ""))
        name, field = FACETS[kind]
        # A device may have two numbers: the first names it.
        values = _list_parts(facets.get(name, {}).get(field))
        return str(values[0]) if values else ""

    def _read_attributes(self, item: Properties) -> dict[str, str]:
        entries = _list_parts(self._resolve_part(item.get("eventAttribute")).get("entry"))
        return {
            entry["key"]: str(entry["value"]) for entry in map(self._resolve_part, entries) if "key" in entry
        }

    def _iter_ties(self) -> Iterator[SharedTie]:
        for item in self.graph:
            if "Relationship" not in item["@type"]:
                continue
            ends = [_list_parts(item.get(name)) for name in ("source", "target")]
            start, end = (self.keys.get(parts[0].get("@id", "")) if parts else None for parts in ends)
            if start and end:
                relation = str(item.get("kindOfRelationship", "related"))
                yield SharedTie(
                    start, end, relation, _read_time(item, "startTime"), _read_time(item, "endTime")
                )


def _read_time(item: Properties, name: str) -> datetime | None:
    values = _list_parts(item.get(name))
    return parse_utc(str(values[0])) if values else None


def _read_payment(item: Properties, fields: dict[str, str]) -> SharedPayment:
    time = _read_time(item, "startTime") or datetime.fromtimestamp(0, UTC)
    return SharedPayment(
        fields["id"],
        fields["payer"],
        fields["payee"],
        parse_amount(fields["amount"]),
        fields["currency"],
        time,
        fields.get("channel", ""),
        parse_amount(fields["traced"]),
    )


def _read_hold(item: Properties, fields: dict[str, str]) -> SharedRestraint:
    start = _read_time(item, "startTime") or datetime.fromtimestamp(0, UTC)
    return SharedRestraint(
        fields["reference"],
        fields["account"],
        parse_amount(fields["amount"]),
        parse_amount(fields["held"]),
        fields["currency"],
        fields["state"],
        fields["legal_basis"],
        start,
        _read_time(item, "endTime") or start,
    )


def _render_chart(view: ChartView, exercise: str) -> bytes:
    return render(build_chart_record(view, is_exercise=bool(exercise)))


EXPORT = ChartExport("case", MEDIA, ".case.jsonld", Texts("CASE/UCO", "CASE/UCO"), _render_chart)
