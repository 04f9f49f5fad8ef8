"""Reads a bundle of STIX 2.1 from a partner. Nothing is lost: objects that nobody here understands are kept as they came, and counted.

It refuses, in one sentence, what cannot be read or believed: another version, a bundle that is too large, identifiers that do not
belong to their type, and a mark that bears a published identifier and says something else.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from warroom.errors import ExchangeError
from warroom.exchange.standards.record import (
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
    parse_amount,
    parse_utc,
)
from warroom.exchange.standards.stix_types import TLP_1_IDS, TLP_EXTENSION, TLP_IDS
from warroom.exchange.text import fit_text

MAX_BYTES = 64 << 20
"""Bytes of a bundle. Chosen: the largest public bundle (ATT&CK for enterprises) has some 50 MB."""
ID = re.compile(
    r"([a-z][a-z0-9-]{1,248}[a-z0-9])--[0-9a-f]{8}-[0-9a-f]{4}-[1-5][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
)
KINDS: dict[str, ThingKind] = {
    "phone-number": "phone",
    "payment-card": "card",
    "cryptocurrency-wallet": "wallet",
    "domain-name": "domain",
    "url": "page",
    "email-addr": "email",
    "scam-site": "site",
    "scam-lure": "lure",
}
DESCRIBING = ("marking-definition", "extension-definition", "grouping", "identity", "relationship", "bundle")
READ = (*KINDS, *DESCRIBING, "bank-account", "fiat-payment", "amount-hold")
LEVELS = {own_id: level for level, own_id in TLP_IDS.items()} | TLP_1_IDS
Properties = dict[str, Any]


@dataclass(frozen=True, slots=True)
class StixBundle:
    """A bundle that was checked: its objects as they came, and the level that covers all of them."""

    objects: tuple[Properties, ...]
    mark: TlpLevel
    notes: tuple[str, ...]


def parse_stix(content: bytes) -> ImportedRecord:
    """The record that a bundle tells; raises ExchangeError with one sentence."""
    return read_objects(parse_bundle(content))


def parse_bundle(content: bytes) -> StixBundle:
    """A bundle with every object that it has, checked; raises ExchangeError with one sentence."""
    if len(content) > MAX_BYTES:
        raise ExchangeError(
            f"The bundle has {len(content) >> 20} MiB, more than {MAX_BYTES >> 20}; ask for it in parts. Nothing was taken in."
        )
    try:
        bundle = json.loads(content)
    except (ValueError, RecursionError):
        raise ExchangeError("The file is no JSON that can be read; ask for the bundle again.") from None
    if not isinstance(bundle, dict) or bundle.get("type") != "bundle":
        raise ExchangeError("The file is no STIX bundle; a bundle is a JSON object of type 'bundle'.")
    if "spec_version" in bundle:
        # STIX 2.1 took it from the bundle to each object.
        raise ExchangeError(
            f"The bundle is of STIX {fit_text(str(bundle['spec_version']), 12)}; only 2.1 is read here, ask for it in that version."
        )
    objects = bundle.get("objects", [])
    return check_objects(objects)


def check_objects(objects: Any) -> StixBundle:
    """Objects by themselves, as a TAXII envelope brings them; raises ExchangeError."""
    if not isinstance(objects, list) or not all(isinstance(item, dict) for item in objects):
        raise ExchangeError("The bundle's 'objects' is no list of objects; ask for the bundle again.")
    for number, item in enumerate(objects, 1):
        _check_object(number, item)
    level, notes = find_level(objects, read_stated_levels(objects))
    return StixBundle(tuple(objects), level, notes)


def _check_object(number: int, item: Properties) -> None:
    kind, own_id = item.get("type"), item.get("id")
    matched = ID.fullmatch(own_id) if isinstance(own_id, str) else None
    if not isinstance(kind, str) or matched is None or matched[1] != kind:
        raise ExchangeError(
            f"Object {number} of the bundle has an identifier that is not of its type ({fit_text(str(own_id), 80)}); nothing was taken in."
        )
    # A mark may leave it out in 2.0 alone; of observables and others it is what tells 2.1.
    version = item.get("spec_version", "2.1" if kind in ("marking-definition",) else None)
    if version not in ("2.1", None) or (version is None and "created" in item):
        raise ExchangeError(
            f"Object {number} of the bundle ({kind}) is of STIX {fit_text(str(version or '2.0'), 12)}; only 2.1 is read here."
        )
    if kind == "marking-definition":
        _check_marking(number, item)


def _check_marking(number: int, item: Properties) -> None:
    """A published identifier with another content is forged: what it marks would leave to too many."""
    published = LEVELS.get(item["id"])
    stated = _read_level(item)
    if published and stated and published != stated:
        raise ExchangeError(
            f"Object {number} has the identifier of TLP:{published.upper()} and says {stated.upper()}: a forged mark; nothing was taken in."
        )
    if item["id"] in item.get("object_marking_refs", ()):
        raise ExchangeError(f"Object {number} is a mark that marks itself; nothing was taken in.")


def _read_level(item: Properties) -> TlpLevel | None:
    extension = item.get("extensions", {})
    said = extension.get(TLP_EXTENSION, {}).get("tlp_2_0") if isinstance(extension, dict) else None
    if said is None and item.get("definition_type") == "tlp":
        definition = item.get("definition")
        said = definition.get("tlp") if isinstance(definition, dict) else None
    said = "clear" if said == "white" else said
    return next((level for level in TLP_LEVELS if level == said), None)


def read_stated_levels(objects: Iterable[Properties]) -> dict[str, TlpLevel | None]:
    """The levels that marking definitions among objects state, by their identifiers; None for a mark of another kind."""
    return {
        str(item.get("id")): _read_level(item) for item in objects if item.get("type") == "marking-definition"
    }


def find_level(
    objects: Iterable[Properties], stated: dict[str, TlpLevel | None], *, default: TlpLevel = "amber"
) -> tuple[TlpLevel, tuple[str, ...]]:
    """The narrowest level that any object has, and what there is to say. A mark that is defined nowhere counts as red: its limits
    are not known. `stated`: see `read_stated_levels`.
    """
    levels: set[TlpLevel] = set()
    unknown: set[str] = set()
    for item in objects:
        for mark in _list_marks(item):
            if level := LEVELS.get(mark) or stated.get(mark):
                levels.add(level)
            elif mark not in stated:
                unknown.add(mark)
    if unknown:
        note = f"{len(unknown)} marks are defined nowhere; all of the bundle is treated as TLP:RED."
        return "red", (note,)
    return max(levels, key=TLP_LEVELS.index, default=default), ()


def _list_marks(item: Properties) -> list[str]:
    marks = item.get("object_marking_refs", [])
    granular = item.get("granular_markings", [])
    named = (
        [part.get("marking_ref") for part in granular if isinstance(part, dict)]
        if isinstance(granular, list)
        else []
    )
    return [mark for mark in [*(marks if isinstance(marks, list) else []), *named] if isinstance(mark, str)]


def read_objects(bundle: StixBundle) -> ImportedRecord:
    """The record that checked objects tell. References are looked up, never followed in turn, so that a cycle ends nothing."""
    return _StixReading(bundle).build_record()


class _StixReading:
    """One pass over checked objects."""

    def __init__(self, bundle: StixBundle) -> None:
        self.bundle = bundle
        self.by_id = {item["id"]: item for item in bundle.objects}
        self.keys: dict[str, str] = {}
        self.unreadable: list[str] = []

    def build_record(self) -> ImportedRecord:
        things = self._read_things()
        payments = self._read_each("fiat-payment", self._read_payment)
        holds = self._read_each("amount-hold", self._read_hold)
        ties = self._read_each("relationship", self._read_tie)
        grouping = next((item for item in self.bundle.objects if item["type"] == "grouping"), {})
        sender = self.by_id.get(str(grouping.get("created_by_ref")), {})
        record = SharedRecord(
            number=str(grouping.get("name", "")),
            made_at=_read_moment(grouping, "created") or datetime.fromtimestamp(0, UTC),
            sender=str(sender.get("name", "")),
            mark=self.bundle.mark,
            is_exercise=any(_is_exercise(item) for item in self.bundle.objects),
            things=tuple(things),
            payments=tuple(payments),
            holds=tuple(holds),
            ties=tuple(ties),
        )
        others = count_kinds(item["type"] for item in self.bundle.objects if item["type"] not in READ)
        return ImportedRecord(record, others, (*self.bundle.notes, *self._list_notes()))

    def _list_notes(self) -> Iterable[str]:
        for kind, count in count_kinds(self.unreadable).items():
            yield f"{count} of {kind} have fields that cannot be read; they were kept as they came."

    def _read_things(self) -> list[ExchangedThing]:
        things = []
        for item in self.bundle.objects:
            thing = self._read_thing(item)
            if thing is not None:
                self.keys[item["id"]] = thing.key
                things.append(thing)
        return list({thing.key: thing for thing in things}.values())

    def _read_thing(self, item: Properties) -> ExchangedThing | None:
        kind = item["type"]
        if kind == "bank-account":
            return self._read_account(item)
        if kind == "identity":
            return self._read_party(item)
        if kind not in KINDS:
            return None
        value = item.get("value")
        if not isinstance(value, str) or not value:
            self.unreadable.append(kind)
            return None
        if kind == "phone-number":
            value = f"+{value.removeprefix('+')}"
        return ExchangedThing(
            KINDS[kind],
            value,
            name=_read_text(item, "name"),
            text=_read_text(item, "text"),
            country=_read_text(item, "country") if kind == "scam-site" else "",
            latitude=_read_degrees(item, "latitude"),
            longitude=_read_degrees(item, "longitude"),
            first_seen=_read_moment(item, "first_seen"),
            last_seen=_read_moment(item, "last_seen"),
        )

    def _read_account(self, item: Properties) -> ExchangedThing | None:
        number = item.get("account_number") or item.get("iban")
        if not isinstance(number, str):
            self.unreadable.append("bank-account")
            return None
        bank = self.by_id.get(str(item.get("issuer_ref")), {})
        code = _read_text(bank, "name") or _read_text(item, "bic")
        return ExchangedThing("account", number, code, currency=_read_text(item, "currency"))

    def _read_party(self, item: Properties) -> ExchangedThing | None:
        """A person or company of the case; senders and banks are identities without a number, and no things."""
        references = item.get("external_references")
        first = references[0] if isinstance(references, list) and references else None
        number = first.get("external_id") if isinstance(first, dict) else None
        if not isinstance(number, str):
            return None
        kind: ThingKind = "company" if item.get("identity_class") == "organization" else "person"
        return ExchangedThing(kind, number, name=_read_text(item, "name"))

    def _read_each(self, kind: str, read: Any) -> list[Any]:
        made = []
        for item in self.bundle.objects:
            if item["type"] != kind:
                continue
            try:
                if (part := read(item)) is not None:
                    made.append(part)
            except (KeyError, ValueError, TypeError, AttributeError, OverflowError):
                self.unreadable.append(kind)
        return made

    def _read_payment(self, item: Properties) -> SharedPayment:
        return SharedPayment(
            id=item["value"],
            payer=self.keys[item["payer_ref"]],
            payee=self.keys[item["payee_ref"]],
            amount=parse_amount(item["amount"]),
            currency=item["currency"],
            time=parse_utc(item["execution_time"]),
            channel=_read_text(item, "channel"),
            traced=parse_amount(item.get("traced", "0")),
        )

    def _read_hold(self, item: Properties) -> SharedRestraint:
        return SharedRestraint(
            reference=item["value"],
            account=self.keys[item["account_ref"]],
            amount=parse_amount(item["amount"]),
            held=parse_amount(item["held"]),
            currency=item["currency"],
            state=item["state"],
            legal_basis=item["legal_basis"],
            approved_at=parse_utc(item["approved_at"]),
            until=parse_utc(item["until"]),
        )

    def _read_tie(self, item: Properties) -> SharedTie | None:
        start, end = self.keys.get(item["source_ref"]), self.keys.get(item["target_ref"])
        if start is None or end is None:
            # Between objects that are kept as they came, as an actor and its tools: no tie of ours.
            return None
        relation = item["relationship_type"].replace("-", "_")
        return SharedTie(
            start, end, relation, _read_moment(item, "start_time"), _read_moment(item, "stop_time")
        )


def _read_text(item: Properties, name: str) -> str:
    value = item.get(name, "")
    return value if isinstance(value, str) else ""


def _read_degrees(item: Properties, name: str) -> float | None:
    value = item.get(name)
    return (
        float(value)
        if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= 180
        else None
    )


def _read_moment(item: Properties, name: str) -> datetime | None:
    value = item.get(name)
    try:
        return parse_utc(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _is_exercise(item: Properties) -> bool:
    definition = item.get("definition")
    return isinstance(definition, dict) and str(definition.get("statement", "")).startswith("EXERCISE")
